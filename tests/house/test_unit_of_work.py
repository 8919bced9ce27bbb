"""One request, one unit of work: what a form sheet, a crash, a double click and two people do.

The views here belong to the test; what they rely on is what every view relies on.
"""

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Blueprint, Flask, render_template_string
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from portal import clock, create_app
from portal.cases import service as cases
from portal.cases.access import case_view
from portal.cases.models import Case, CaseNote
from portal.config import Config
from portal.db import session
from portal.journal.models import JournalRow
from portal.journal.service import Unnoted
from portal.staff.access import needs
from portal.staff.models import SignIn
from portal.staff.roles import Permission, Role
from portal.staff.viewer import viewer
from portal.web.access import Undeclared, refuse_undeclared
from portal.web.fields import LongText
from portal.web.form_base import Form
from portal.web.pages import go, open_form, page, refuse_stale
from portal.web.sheets import FormSheet
from portal.web.unit_of_work import after_the_request
from tests import factories
from tests.conftest import new_portal, sign_in_to
from tests.factories import School
from tests.house.tampering import faults
from tests.page import Browser, Page

bp = Blueprint("trial", __name__)

TEMPLATE = """{% extends "layouts/base.html" %}
{% from "components/form.html" import form_page %}{% from "components/field.html" import field %}
{% block title %}Write something down{% endblock %}
{% block content %}{% call form_page(form, action=request.path, button="Save") %}
{{ field(form.words) }}{% endcall %}{% endblock %}"""


class WordsForm(Form):
    words = LongText("What happened", required="Write what happened")


@bp.route("/cases/<reference>/trial", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def write(case: Case) -> ResponseReturnValue:
    form = open_form(WordsForm)
    if form.validate_on_submit():
        cases.add_note(viewer(), case, "other", form.words.data, None)
        if form.words.data.startswith("Crash"):
            session.flush()
            raise RuntimeError(form.words.data)
        return go(f"/cases/{case.reference}/trial")
    status = 422 if form.errors else 200
    return render_template_string(TEMPLATE, form=form, case=case), status


@bp.route("/cases/<reference>/trial/<uuid:note_id>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def change(case: Case, note_id: UUID) -> ResponseReturnValue:
    entry = cases.get_in(case, CaseNote, note_id)
    form = open_form(WordsForm, data={"words": entry.words}, version=entry.version)
    if form.validate_on_submit():
        refuse_stale(entry, form, {"words": entry.words})
        cases.correct_note(viewer(), entry, form.words.data, None, "Changed")
        return go(f"/cases/{case.reference}/trial")
    return render_template_string(TEMPLATE, form=form, case=case), 422 if form.errors else 200


@bp.get("/cases/<reference>/trial-get")
@case_view(Permission.WORK_ON_CASES)
def writing_get(case: Case) -> ResponseReturnValue:
    cases.add_note(viewer(), case, "other", "Written by a GET", None)
    session.flush()
    return page("errors/404.html")


@bp.post("/cases/<reference>/trial-refused")
@case_view(Permission.WORK_ON_CASES)
def flushed_and_refused(case: Case) -> ResponseReturnValue:
    cases.add_note(viewer(), case, "other", "Flushed, then refused", None)
    session.flush()
    return page("errors/404.html")[0], 422  # type: ignore[index,return-value]


@bp.post("/cases/<reference>/trial-quiet")
@case_view(Permission.WORK_ON_CASES)
def unnoted(case: Case) -> ResponseReturnValue:
    case.danger = "yes"
    return go("/")


@bp.route("/cases/<reference>/trial-unnoted", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def nothing_can_follow(case: Case) -> ResponseReturnValue:
    after_the_request(lambda own: own.execute(text("SELECT 1 FROM no_such_table")) and None)
    return write(case)


@bp.get("/trial/leads")
@needs(Permission.SEE_CASES)
def leads_only() -> ResponseReturnValue:
    return page("errors/404.html")


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    with new_portal(config) as made:
        yield made


@pytest.fixture
def trial(app: Flask) -> Flask:
    app.register_blueprint(bp)
    return app


@pytest.fixture
def case(trial: Flask, school: School) -> Case:
    with factories.saved(trial):
        return factories.case(school)


@pytest.fixture
def dsl(trial: Flask, school: School, case: Case) -> Browser:
    return sign_in_to(trial, school.dsl)


def address(case: Case) -> str:
    return f"/cases/{case.reference}/trial"


def notes(app: Flask) -> list[str]:
    with app.app_context():
        found = session.scalars(select(CaseNote).order_by(CaseNote.written_at, CaseNote.id))
        return [entry.words for entry in found]


def filled(shown: Page, changes: dict[str, str]) -> dict[str, str]:
    return shown.fields().to_dict() | changes


def sheet_of(shown: Page) -> str:
    return shown.fields()["sheet"]


# reading and writing


def test_a_get_cannot_write(trial: Flask, dsl: Browser, case: Case) -> None:
    """PostgreSQL says so with an error of its own kind, SQLite with that of a disk it cannot write:
    the one is a fault, the other the page that says that nothing can be saved now."""
    path = f"/cases/{case.reference}/trial-get"
    if trial.extensions["portal"].is_sqlite:
        assert dsl.get(path, 503).h1
    else:
        with pytest.raises(DBAPIError, match="read-only"):
            dsl.get(path)
    assert notes(trial) == []


def test_a_post_that_redirects_is_committed(trial: Flask, dsl: Browser, case: Case) -> None:
    dsl.get(address(case)).submit(words="She rang.").follow()
    assert notes(trial) == ["She rang."]
    assert faults(trial) == []


def test_everything_else_is_rolled_back(trial: Flask, dsl: Browser, case: Case) -> None:
    with trial.app_context():
        before = session.scalar(select(func.max(JournalRow.seq)))
    token = {"csrf_token": dsl.token}
    dsl.post(f"/cases/{case.reference}/trial-refused", token, status=422)
    assert notes(trial) == []
    with trial.app_context():
        verbs = session.scalars(select(JournalRow.verb).where(JournalRow.seq > before)).all()
    assert "added an entry" not in verbs


def test_a_crash_leaves_nothing_behind(trial: Flask, dsl: Browser, case: Case) -> None:
    shown = dsl.get(address(case))
    with pytest.raises(RuntimeError, match="Crash"):
        shown.submit(words="Crash")
    assert notes(trial) == []
    assert faults(trial) == []
    dsl.get(address(case)).submit(words="It goes on.")
    assert notes(trial) == ["It goes on."]


def test_a_change_that_no_verb_noted_is_not_committed(
    trial: Flask, dsl: Browser, case: Case
) -> None:
    with pytest.raises(Unnoted):
        dsl.post(f"/cases/{case.reference}/trial-quiet", {"csrf_token": dsl.token})
    with trial.app_context():
        found = session.get(Case, case.id)
        assert found is not None
        assert found.danger == "no"


def test_an_invalid_form_keeps_what_was_typed(trial: Flask, dsl: Browser, case: Case) -> None:
    refused = dsl.get(address(case)).submit(words="  \n ", status=422)
    assert refused.summary() == ["Write what happened"]
    assert refused.errors() == {"words": "Write what happened"}
    assert refused.fields()["words"] == "  \r\n "
    assert refused.title.startswith("Error: ")


def test_a_look_is_noted_once(trial: Flask, dsl: Browser, case: Case) -> None:
    for _ in range(3):
        dsl.get(address(case))
    with trial.app_context():
        looked = select(func.count()).where(JournalRow.verb == "looked")
        assert session.scalar(looked.where(JournalRow.case_id == case.id)) == 1


def test_a_look_that_cannot_be_noted_is_not_given(dsl: Browser, case: Case) -> None:
    refused = dsl.get(f"/cases/{case.reference}/trial-unnoted", 503)
    assert "What happened" not in refused.text


def test_what_is_saved_is_not_called_unsaved(
    trial: Flask, dsl: Browser, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    """Where only what follows cannot be written, the answer stands, and nothing is sent again."""
    sent = filled(dsl.get(address(case)), {"words": "She rang once."})
    path = f"/cases/{case.reference}/trial-unnoted"
    for _ in range(2):
        assert dsl.post(path, sent, status=303).location == address(case)
    assert "what follows a request could not be written" in caplog.text
    assert notes(trial) == ["She rang once."]
    assert dsl.get(address(case)).fields()["words"] == ""
    with trial.app_context():
        waiting = session.scalars(select(FormSheet).where(FormSheet.sent_at.is_(None))).all()
    assert waiting == []
    dsl.post(path, {**sent, "sheet": str(uuid4()), "words": " "}, status=503)


def test_a_refusal_is_noted(trial: Flask, case: Case, second_school: School) -> None:
    sign_in_to(trial, second_school.dsl).get(address(case), 404)
    with trial.app_context():
        refused = select(func.count()).where(JournalRow.verb == "was refused a case")
        assert session.scalar(refused) == 1


# form sheets


def test_a_draft_is_found_again(trial: Flask, dsl: Browser, case: Case) -> None:
    shown = dsl.get(address(case))
    draft = "Half a sentence’s worth,\r\n\r\n  with “space”"
    kept = filled(shown, {"words": draft, "sheet_address": address(case)})
    dsl.post(f"/sheets/{sheet_of(shown)}", kept, status=204)
    again = dsl.get(address(case))
    assert again.fields()["words"] == draft
    assert sheet_of(again) == sheet_of(shown)
    assert "have not sent it" in again.main_text
    again.submit()
    assert dsl.get(address(case)).fields()["words"] == ""
    with trial.app_context():
        sheet = session.get(FormSheet, UUID(sheet_of(shown)))
        assert sheet is not None
        assert sheet.fields is None


def test_a_draft_can_be_thrown_away(trial: Flask, dsl: Browser, case: Case) -> None:
    shown = dsl.get(address(case))
    kept = filled(shown, {"words": "Not this", "sheet_address": address(case)})
    dsl.post(f"/sheets/{sheet_of(shown)}", kept, status=204)
    left = dsl.get(address(case)).submit(button="Throw it away and start again")
    assert left.location == address(case)
    assert left.follow().fields()["words"] == ""
    assert notes(trial) == []


def test_the_same_form_sent_twice_is_one_record(trial: Flask, dsl: Browser, case: Case) -> None:
    shown = dsl.get(address(case))
    first = shown.submit(words="Once")
    second = shown.submit(words="Once")
    assert first.location == second.location
    assert notes(trial) == ["Once"]


def test_another_text_under_the_same_sheet_is_refused(
    trial: Flask, dsl: Browser, case: Case
) -> None:
    shown = dsl.get(address(case))
    shown.submit(words="First")
    refused = shown.submit(words="Second", status=409)
    assert refused.h1 == "This was changed or sent before"
    assert notes(trial) == ["First"]
    # what was refused is waiting as a draft, under a sheet of its own
    again = dsl.get(address(case))
    assert again.fields()["words"] == "Second"
    assert sheet_of(again) != sheet_of(shown)


def test_ten_clicks_at_once_are_one_record(trial: Flask, dsl: Browser, case: Case) -> None:
    sent = filled(dsl.get(address(case)), {"words": "Ten clicks"})
    answers = at_once(trial, dsl, [(address(case), sent)] * 10)
    assert {(one.status_code, one.location) for one in answers} == {(303, address(case))}
    assert notes(trial) == ["Ten clicks"]
    assert faults(trial) == []


def test_ten_different_texts_under_one_sheet_leave_one_and_lose_none(
    trial: Flask, dsl: Browser, case: Case
) -> None:
    sent = filled(dsl.get(address(case)), {})
    texts = [f"Text {number}" for number in range(10)]
    answers = at_once(trial, dsl, [(address(case), {**sent, "words": text}) for text in texts])
    assert sorted(one.status_code for one in answers) == [303] + [409] * 9
    with trial.app_context():
        waiting = session.scalars(select(FormSheet).where(FormSheet.sent_at.is_(None))).all()
        drafts = [dict(map(tuple, sheet.fields or []))["words"] for sheet in waiting]
    assert sorted([*notes(trial), *drafts]) == texts


def test_somebody_else_s_sheet_is_not_there(
    trial: Flask, dsl: Browser, case: Case, school: School
) -> None:
    shown = dsl.get(address(case))
    kept = filled(shown, {"words": "Mine", "sheet_address": address(case)})
    dsl.post(f"/sheets/{sheet_of(shown)}", kept, status=204)
    deputy = sign_in_to(trial, school[Role.DEPUTY])
    own = deputy.get(address(case))
    assert own.fields()["words"] == ""
    stolen = filled(own, {"sheet": sheet_of(shown), "words": "Theirs"})
    deputy.post(address(case), stolen, status=404)
    body = {"csrf_token": deputy.token, "words": "x", "sheet_address": address(case)}
    deputy.post(f"/sheets/{sheet_of(shown)}", body, status=404)
    deputy.post(f"/sheets/{sheet_of(shown)}/discard", body, status=404)
    assert dsl.get(address(case)).fields()["words"] == "Mine"
    assert notes(trial) == []


def test_a_stranger_keeps_nothing(trial: Flask, case: Case, browser: Browser) -> None:
    body = {"csrf_token": browser.token, "words": "x", "sheet_address": "/"}
    browser.post(f"/sheets/{uuid4()}", body, status=401)
    with trial.app_context():
        assert session.scalar(select(func.count()).select_from(FormSheet)) == 0


def test_a_sheet_does_not_say_where_else_to_go(trial: Flask, dsl: Browser, case: Case) -> None:
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example", "x", ""):
        body = {"csrf_token": dsl.token, "words": "x", "sheet_address": elsewhere}
        dsl.post(f"/sheets/{uuid4()}", body, status=422)


def test_passwords_are_never_kept(trial: Flask, dsl: Browser) -> None:
    sheet = uuid4()
    body = {"csrf_token": dsl.token, "password": "secret words", "words": "x", "sheet_address": "/"}
    dsl.post(f"/sheets/{sheet}", body, status=204)
    with trial.app_context():
        kept = session.get(FormSheet, sheet)
        assert kept is not None
        assert kept.fields == [["words", "x"]]


def test_pictures_are_not_kept_as_drafts_either(trial: Flask, dsl: Browser) -> None:
    sheet = uuid4()
    picture = f"look: data:image/png;base64,{'QUJD' * 400} end"
    body = {"csrf_token": dsl.token, "words": picture, "sheet_address": "/"}
    dsl.post(f"/sheets/{sheet}", body, status=204)
    with trial.app_context():
        kept = session.get(FormSheet, sheet)
        assert kept is not None
        assert kept.fields == [["words", "look: [a picture or file was removed here] end"]]


# sign-ins that end


def test_text_of_a_sign_in_that_expired_is_kept(
    trial: Flask, dsl: Browser, case: Case, school: School, stopped: Any
) -> None:
    shown = dsl.get(address(case))
    stopped(clock.now() + timedelta(minutes=16))
    sent = shown.submit(words="Sixteen minutes’ work\nin two lines")
    assert sent.location.startswith("/sign-in?next=")
    assert notes(trial) == []
    later = sign_in_to(trial, school.dsl)
    again = later.get(address(case))
    assert again.fields()["words"] == "Sixteen minutes’ work\r\nin two lines"
    again.submit()
    assert notes(trial) == ["Sixteen minutes’ work\nin two lines"]


def test_an_autosave_after_expiry_is_kept_as_well(
    trial: Flask, dsl: Browser, case: Case, school: School, stopped: Any
) -> None:
    shown = dsl.get(address(case))
    stopped(clock.now() + timedelta(minutes=16))
    kept = filled(shown, {"words": "Not lost", "sheet_address": address(case)})
    dsl.post(f"/sheets/{sheet_of(shown)}", kept, status=401)
    assert sign_in_to(trial, school.dsl).get(address(case)).fields()["words"] == "Not lost"


def test_text_of_a_hidden_screen_is_kept(
    trial: Flask, dsl: Browser, case: Case, school: School
) -> None:
    shown = dsl.get(address(case))
    with factories.saved(trial):
        for one in session.scalars(select(SignIn)):
            one.hidden_at = clock.now()
    sent = shown.submit(words="Typed before hiding")
    assert sent.location.startswith("/hidden")
    assert notes(trial) == []
    assert sign_in_to(trial, school.dsl).get(address(case)).fields()["words"] == (
        "Typed before hiding"
    )


def test_text_of_a_sign_in_that_was_ended_is_not_done(
    trial: Flask, dsl: Browser, case: Case
) -> None:
    shown = dsl.get(address(case))
    with factories.saved(trial):
        for one in session.scalars(select(SignIn)):
            one.ended_at = clock.now()
    assert shown.submit(words="Too late").location.startswith("/sign-in")
    assert notes(trial) == []


def test_the_token_does_not_age_faster_than_the_sign_in(
    trial: Flask, dsl: Browser, case: Case, stopped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_the_clock = lambda _signer: int(clock.now().timestamp())  # noqa: E731
    monkeypatch.setattr("itsdangerous.TimestampSigner.get_timestamp", by_the_clock)
    begun = clock.now()
    shown = dsl.get(address(case))
    for minutes in range(10, 7 * 60 + 50, 10):  # a page open all day, beside others that are used
        stopped(begun + timedelta(minutes=minutes))
        dsl.get(address(case))
    shown.submit(words="At the end of the day")
    assert notes(trial) == ["At the end of the day"]


@pytest.mark.parametrize("token", [None, "", "wrong", "another"])
def test_without_the_right_token_nothing_is_done(
    trial: Flask, dsl: Browser, case: Case, token: str | None
) -> None:
    sent = filled(dsl.get(address(case)), {"words": "Forged"})
    if token is None:
        sent.pop("csrf_token")
    else:
        sent["csrf_token"] = Browser(trial).token[:-1] if token == "another" else token
    dsl.post(address(case), sent, status=400)
    assert notes(trial) == []
    assert dsl.get(address(case)).fields()["words"] == "Forged"  # kept as a draft


# two people at once


def test_two_people_change_one_record(
    trial: Flask, dsl: Browser, case: Case, school: School
) -> None:
    dsl.get(address(case)).submit(words="First words")
    with trial.app_context():
        entry = session.scalars(select(CaseNote)).one()
    place = f"{address(case)}/{entry.id}"
    deputy = sign_in_to(trial, school[Role.DEPUTY])
    mine, theirs = dsl.get(place), deputy.get(place)
    mine.submit(words="The DSL’s words")
    refused = theirs.submit(words="The deputy’s words", status=409)
    assert refused.h1 == "This was changed or sent before"
    assert {"The deputy’s words", "The DSL’s words"} <= set(refused.written())
    assert notes(trial) == ["The DSL’s words"]
    assert deputy.get(place).fields()["words"] == "The deputy’s words"
    assert faults(trial) == []


def test_of_ten_changes_at_once_one_wins_and_none_is_lost(
    trial: Flask, dsl: Browser, case: Case
) -> None:
    dsl.get(address(case)).submit(words="First words")
    with trial.app_context():
        entry = session.scalars(select(CaseNote)).one()
    place = f"{address(case)}/{entry.id}"
    sent = filled(dsl.get(place), {})
    texts = [f"Version {number}" for number in range(10)]
    bodies = [(place, {**sent, "sheet": str(uuid4()), "words": text}) for text in texts]
    answers = at_once(trial, dsl, bodies)
    assert sorted(one.status_code for one in answers) == [303] + [409] * 9
    with trial.app_context():
        waiting = session.scalars(select(FormSheet).where(FormSheet.sent_at.is_(None))).all()
        drafts = [dict(map(tuple, sheet.fields or []))["words"] for sheet in waiting]
    assert sorted([*notes(trial), *drafts]) == texts
    assert faults(trial) == []


# faults and refusals


def test_a_view_that_says_nothing_stops_the_start(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "")
    with pytest.raises(Undeclared, match="forgotten"):
        refuse_undeclared(app)


def test_the_start_itself_asks_every_view(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal import casefile

    forgotten = Blueprint("forgotten", __name__)
    forgotten.add_url_rule("/forgotten", "one", lambda: "")
    known = casefile.blueprints()
    monkeypatch.setattr(casefile, "blueprints", lambda: (*known, forgotten))
    monkeypatch.setattr("portal.db.Database", lambda _url: app.extensions["database"])
    with pytest.raises(Undeclared, match=r"forgotten\.one"):
        create_app(app.extensions["portal"])


def test_what_fails_says_nothing_of_why(
    trial: Flask, dsl: Browser, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    """Outside tests a fault is a page without details, and its log without anybody’s words."""
    trial.config["PROPAGATE_FAULTS"] = trial.config["TESTING"] = False
    shown = dsl.get(address(case))
    failed = shown.submit(words="Crash for Sara", status=500)
    assert "Sara" not in failed.text
    assert "Traceback" not in failed.html
    assert "RuntimeError" in caplog.text
    assert "Sara" not in caplog.text
    assert notes(trial) == []


def test_a_role_that_may_not_is_told_so(trial: Flask, case: Case, school: School) -> None:
    assert sign_in_to(trial, school[Role.STAFF]).get("/trial/leads", 403).h1


def at_once(app: Flask, browser: Browser, bodies: list[tuple[str, dict[str, str]]]) -> list[Any]:
    """Send several forms in the same moment with the same cookie."""
    together, answers, failed = Barrier(len(bodies)), list[Any](), list[BaseException]()
    cookie = browser.client.get_cookie("portal")
    assert cookie is not None

    def send(path: str, body: dict[str, str]) -> None:
        client = app.test_client()
        client.set_cookie("portal", cookie.decoded_value)
        try:
            together.wait()
            answers.append(client.post(path, data=body, headers={"Sec-Fetch-Site": "same-origin"}))
        except BaseException as problem:  # told below, in the test’s own thread
            failed.append(problem)

    threads = [Thread(target=send, args=one) for one in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    return answers
