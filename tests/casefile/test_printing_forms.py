"""The forms of a young person, printed through the pages; the blank ones; the help sheet."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from portal import clock
from portal.casefile.models import Print
from portal.cases import service as cases
from portal.cases import withheld
from portal.cases.models import Case
from portal.clock import Happened
from portal.db import session
from portal.guidance import service as guidance
from portal.people import service as people
from portal.people.models import PersonKind
from portal.plans import editions
from portal.plans import service as plans
from portal.plans.reading import young_of
from portal.staff.roles import Role
from portal.support import service as support
from portal.wishes import service as wishes
from portal.wishes.rules import Named
from tests import factories
from tests.casefile.test_printing import text_of
from tests.page import NAMES, Browser, Page

NAMES.update({"Owen Price", "Maria Price", "Edith Moss", "Mr Moss", "Ms Moss"})
GIRLFRIEND = "her girlfriend"
NOVEMBER = date(2026, 11, 12)


@pytest.fixture
def made(school: Any, saved: Any) -> dict[str, str]:
    """Sara’s wishes in two visits, the second from paper; Owen’s plan, agreed and reviewed."""
    with saved():
        case = factories.case(school)
        sara, owen = cases.people_in(case)
        dsl, boy = school.dsl.actor, factories.pupil(school, "Owen Price")
        cases.identify(dsl, owen, boy)
        mother = people.add_carer(
            dsl,
            boy,
            factories.person(school, PersonKind.CARER, "Maria Price"),
            {"relation": "Mother", "may_contact": "yes", "responsibility": "yes"},
        )
        factories.risk(school, case)
        first = wishes.record_visit(
            dsl,
            case,
            sara,
            wishes.Visit(
                how="handed_over",
                at=Happened(clock.today()),
                people=[Named("Ms Lane", "wanted", how_much="Everything")],
            ),
        )
        second = wishes.record_visit(dsl, case, sara, _from_paper())
        plan = plans.begin(dsl, case, owen, _plan(school))
        plans.write_voice(dsl, case, plan, young_of(plan), _voice(), how="paper", paper_on=_day(-2))
        agreed = editions.agree(
            dsl, case, plan, at=Happened(clock.today()), words={"present": "All of us"}
        )
        editions.sign(dsl, plan, young_of(plan), on=clock.today(), how="paper", name="Owen P")
        session.flush()
        reviewed = editions.review(
            dsl,
            case,
            plan,
            plans.NewPlan({}, {"internet_use": "Chess only"}, _adults(plan), ()),
            at=Happened(clock.today()),
            words={
                "worked": "The Fridays",
                "not_worked": "",
                "changed": "Less time",
                "present": "",
            },
        )
        session.flush()
        return {
            "case": case.reference,
            "sara": str(sara.id),
            "owen": str(owen.id),
            "first": str(first.id),
            "second": str(second.id),
            "plan": str(plan.id),
            "agreed": str(agreed.id),
            "reviewed": str(reviewed.id),
            "mother": str(mother.id),
        }


def _from_paper() -> wishes.Visit:
    return wishes.Visit(
        how="paper",
        at=Happened(_day(-2)),
        paper_on=_day(-2),
        class_form="9C",
        people=[
            Named(
                "Ms Lane",
                "wanted",
                how_much=f"All but {GIRLFRIEND}",
                support="Let me sit by the door",
                not_do="No questions in class",
            ),
            Named("Mr Moss", "rather_not"),
        ],
        must_know=[{"name": "Ruth Adeyemi", "why": "leads the work to keep you safe"}],
        anything_else="No assembly.",
        next_on=_day(14),
    )


def _plan(school: Any) -> plans.NewPlan:
    return plans.NewPlan(
        facts={"started_on": clock.today(), "review_every": "fortnight",
               "next_review_on": _day(14), "paper_on": _day(-3)},
        words={
            "internet_use": "Chess and football clips",
            "covers": "Apps and group chats",
            "why": "So that it does not happen to Sara O’Neill again",
            "lasts": "Two months",
            "if_not_followed": "We meet the same week",
            "signal": "Umbrella",
            "help_adult": "Ms Adeyemi",
            "help_when": "Fridays at lunch",
            "help_where": "Room 4",
            "police_advice": "They said go ahead",
            "police_advice_from": "DC Okafor",
        },
        people=(
            plans.NewPerson("Ruth Adeyemi", "DSL", "staff", member_id=school.dsl.id),
            plans.NewPerson("Maria Price", "his mother", "carer"),
        ),
        steps=(plans.NewStep("Leave the group chat", "Owen", _day(5)),),
    )  # fmt: skip


def _adults(plan: Any) -> list[plans.NewPerson]:
    return [
        plans.NewPerson(
            one.name, one.role, one.voice, str(one.id), one.member_id, one.carer_id
        )
        for one in plan.people
        if one.voice != "young"
    ]  # fmt: skip


def _voice() -> dict[str, Any]:
    return {
        "signs": ["I feel left out"],
        "will": ["Put the phone down", "Tell Mum"],
        "others_notice": "I go quiet",
        "wants": [{"name": "Mum", "action": "ask me how I am"}],
        "other_help": "",
        "also_speak": "",
    }


def _day(days: int) -> date:
    return clock.today() + timedelta(days=days)


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


@pytest.fixture
def ruth(sign_in: Any) -> Browser:
    found: Browser = sign_in(Role.DSL)
    return found


def fetched(browser: Browser, ready: Page) -> str:
    response = browser.client.get(f"{ready.path}/file")
    assert response.status_code == 200, response.status_code
    return text_of(response.data)


def printed(browser: Browser, path: str, **fields: Any) -> str:
    asked = {"recipient_kind": "own_file", "purpose": "own_file", **fields}
    page = browser.get(path).submit(fields=asked, button="Make the copy", status=303)
    return fetched(browser, page.follow())


# Wishes


def test_their_own_copy_of_the_wishes(made: dict[str, str], ruth: Browser) -> None:
    text = printed(
        ruth,
        f"/cases/{made['case']}/wishes/{made['second']}/print",
        recipient_kind="young_person",
        purpose="asked",
    )
    for words in (
        "Who do you want to know?",
        "Sara O'Neill",
        "9C",
        f"Written on paper {_said(_day(-2))}, typed up {_said(clock.today())} at",
        "Ms Lane",
        GIRLFRIEND,
        "Let me sit by the door",
        "No questions in class",
        "Mr Moss",
        "leads the work to keep you safe",
        "No assembly.",
        _said(_day(14)),
        "For: Sara O'Neill",
    ):
        assert words in text, words


def test_an_older_visit_says_how_it_was_filled_in(made: dict[str, str], ruth: Browser) -> None:
    text = printed(ruth, f"/cases/{made['case']}/wishes/{made['first']}/print")
    assert "Answered on the screen by the young person" in text
    assert "Everything" in text
    assert "Mr Moss" not in text


def test_who_should_rather_not_know_stands_in_no_other_copy(
    made: dict[str, str], ruth: Browser
) -> None:
    path = f"/cases/{made['case']}/wishes/{made['second']}/print"
    page = ruth.get(path)
    assert "Sara O'Neill would rather that Mr Moss did not know." in page.main_text
    text = printed(
        ruth,
        path,
        recipient_kind="social_care",
        purpose="social_care",
        recipient_name="J. Lane",
        recipient_body="Oakshire front door",
    )
    assert "Moss" not in text
    assert "This part is left out of this copy." in text
    assert "Moss" in printed(ruth, path)


def test_somebody_who_should_rather_not_know_gets_one_only_for_a_reason(
    made: dict[str, str], ruth: Browser, saved: Any
) -> None:
    to_moss = {
        "recipient_kind": "school",
        "purpose": "meeting",
        "recipient_name": "Edith Moss",
        "recipient_body": "Governor",
    }
    page = ruth.get(f"/cases/{made['case']}/wishes/{made['second']}/print")
    page = page.submit(fields=to_moss, button="Make the copy", status=422)
    assert "would rather that Mr Moss did not know" in page.errors()["despite"]
    assert page.fields()["recipient_name"] == "Edith Moss"
    page = page.submit(fields={"despite": "She teaches her every day"}, status=303)
    assert "Moss" not in fetched(ruth, page.follow()).replace("For: Edith Moss", "").replace(
        "For Edith Moss", ""
    )
    with saved():
        copy = session.scalars(select(Print)).one()
        assert copy.words == {"despite": "She teaches her every day"}
        assert copy.recipient == "Edith Moss, Governor"


def test_what_parents_are_not_to_be_told_is_in_no_copy_that_goes_home(
    made: dict[str, str], ruth: Browser, school: Any, saved: Any
) -> None:
    with saved():
        case = session.scalars(select(Case).where(Case.reference == made["case"])).one()
        withheld.withhold(
            school.dsl.actor,
            case,
            cases.people_in(case)[0],
            words={"fact": "Her girlfriend", "phrases": [GIRLFRIEND], "reason": "She asked"},
            from_kinds=["parent"],
            from_people=[],
        )
    path = f"/cases/{made['case']}/wishes/{made['second']}/print"
    at_home = printed(ruth, path, recipient_kind="young_person", purpose="asked")
    assert GIRLFRIEND not in at_home
    assert "[left out]" in at_home
    assert GIRLFRIEND in printed(ruth, path)


# The plan


def test_the_plan_as_it_stands(made: dict[str, str], ruth: Browser) -> None:
    text = printed(ruth, f"/cases/{made['case']}/plans/{made['plan']}/print")
    for words in (
        "Moving forward plan",
        "Edition 2, reviewed",
        "as it stands",
        f"Written on paper {_said(_day(-3))}, typed up {_said(clock.today())} at",
        "Chess only",
        "Apps and group chats",
        "Every two weeks",
        "Umbrella",
        "Ruth Adeyemi",
        "Member of staff; DSL",
        "I feel left out",
        "Put the phone down Tell Mum",
        "Mum to ask me how I am",
        f"Written on paper {_said(_day(-2))}, typed up",
        "This part is still missing",
        "We meet the same week",
        _said(_day(14)),
        "The Fridays",
        "Less time",
        "To be signed by:",
        "Ms Adeyemi",
        "Fridays at lunch",
        "Room 4",
        "0800 1111",
        "Limits agreed for home",
    ):
        assert words in text, words
    for words in ("Okafor", "go ahead", "Chess and football"):
        assert words not in text, words


def test_an_older_edition_of_the_plan(made: dict[str, str], ruth: Browser) -> None:
    path = f"/cases/{made['case']}/plans/{made['plan']}/print?edition={made['agreed']}"
    page = ruth.get(path)
    assert page.h1 == "Print edition 1 of the plan"
    text = printed(ruth, path)
    for words in (
        "Edition 1, agreed",
        "A newer edition exists.",
        "Chess and football clips",
        "Owen P",
        "signed on paper",
        "Still to sign:",
        "All of us",
    ):
        assert words in text, words
    assert "Chess only" not in text


def test_no_other_child_is_named_in_a_plan_that_goes_home(
    made: dict[str, str], ruth: Browser
) -> None:
    path = f"/cases/{made['case']}/plans/{made['plan']}/print"
    assert "Sara O’Neill" in printed(ruth, path)
    for reader in (
        {"recipient_kind": "young_person"},
        {"recipient_kind": "parent", "reader": made["mother"]},
    ):
        text = printed(ruth, path, purpose="asked", **reader)
        assert "Sara" not in text
        assert "Owen Price" in text
        assert "Ruth Adeyemi" in text
        assert "Maria Price" in text


# The help sheet


def sheet(browser: Browser, path: str, **fields: Any) -> str:
    page = browser.get(path).submit(fields=fields, button="Make the sheet", status=303)
    return fetched(browser, page.follow())


def test_the_help_sheet_of_a_plan(made: dict[str, str], ruth: Browser, saved: Any) -> None:
    text = sheet(ruth, f"/cases/{made['case']}/plans/{made['plan']}/help/print")
    for words in ("Where to find help", "Ms Adeyemi", "Fridays at lunch", "Room 4", "Childline",
                  "0800 1111", "999", "Oakfield School", "www.childnet.com"):  # fmt: skip
        assert words in text, words
    for words in (made["case"], "Owen", "Price", "Confidential", "Copy", "Rape", "sexual", "plan",
                  "Shore", "Ruth"):  # fmt: skip
        assert words not in text, words
    with saved():
        copy = session.scalars(select(Print)).one()
        assert (copy.recipient, copy.recipient_kind) == ("Owen Price", "young_person")
        assert copy.purpose == "Help sheet to take home"
        assert copy.copy_number == 1


def test_the_help_sheet_begins_with_the_named_adult(
    made: dict[str, str], ruth: Browser, school: Any, saved: Any
) -> None:
    with saved():
        case = session.scalars(select(Case).where(Case.reference == made["case"])).one()
        facts = {
            "needs": "Somebody to go to",
            "adult_name": "Mr Ali, librarian",
            "adult_when": "Every break",
            "adult_where": "Library",
            "review_every": "weekly",
            "next_review_on": _day(7),
        }
        support.begin(school.dsl.actor, case, facts, cases.people_in(case)[0])
    path = f"/cases/{made['case']}/people/{made['sara']}/help/print"
    asked = ruth.get(path).fields()
    assert (asked["adult"], asked["when"], asked["where"]) == (
        "Mr Ali, librarian",
        "Every break",
        "Library",
    )
    text = sheet(ruth, path, when="Mondays", also="Or ask at the office.", helplines=["papyrus"])
    for words in ("Mr Ali, librarian", "Mondays", "Or ask at the office.", "Papyrus"):
        assert words in text, words
    assert "Childline" not in text
    assert "Every break" not in text


def test_services_are_those_of_the_school(
    made: dict[str, str], ruth: Browser, school: Any, saved: Any
) -> None:
    path = f"/cases/{made['case']}/people/{made['sara']}/help/print"
    with saved():
        answers = dict.fromkeys(("text_message", "email", "hours", "web", "note"), "")
        answers |= {"telephone": "01632 960 777"}
        guidance.change_entry(school.dsl.actor, school.row, "childline", answers, NOVEMBER)
        guidance.hide_entry(school.dsl.actor, school.row, "shout")
    text = sheet(ruth, path)
    assert "01632 960 777" in text
    assert "Last checked 12 November 2026" in text
    assert "Shout" not in text
    assert "You can talk to" in text
    data = {**dict(ruth.get(path).fields().items()), "helplines": "nonsense"}
    ruth.post(path, data, status=422)


# What none of them does


def test_what_is_of_another_case_or_of_nobody_young_is_not_there(
    made: dict[str, str], ruth: Browser, school: Any, saved: Any
) -> None:
    with saved():
        case = factories.case(school)
        other = case.reference
        grown_up = cases.people_in(case)[1]
        cases.identify(
            school.dsl.actor, grown_up, factories.person(school, PersonKind.ADULT, "Zoë D'Arcy")
        )
    for path in (
        f"{other}/wishes/{made['second']}/print",
        f"{other}/plans/{made['plan']}/print",
        f"{other}/plans/{made['plan']}/help/print",
        f"{other}/people/{made['sara']}/help/print",
        f"{other}/people/{grown_up.id}/help/print",
        f"{made['case']}/plans/{made['plan']}/print?edition={made['second']}",
        f"{made['case']}/plans/{made['plan']}/print?edition=nonsense",
    ):
        ruth.get(f"/cases/{path}", status=404)


def test_only_those_who_may_print_a_case_do(made: dict[str, str], sign_in: Any) -> None:
    for role, status in ((Role.HEAD, 200), (Role.STAFF, 404), (Role.PASTORAL, 404)):
        browser = sign_in(role)
        for path in (
            f"wishes/{made['second']}/print",
            f"plans/{made['plan']}/print",
            f"people/{made['sara']}/help/print",
        ):
            browser.get(f"/cases/{made['case']}/{path}", status=status)


def test_a_copy_leads_to_where_a_new_one_is_made(made: dict[str, str], ruth: Browser) -> None:
    at = f"/cases/{made['case']}"
    for path, title in (
        (f"{at}/wishes/{made['second']}/print", "Who do you want to know?"),
        (f"{at}/plans/{made['plan']}/print", "Moving forward plan"),
    ):
        fields = {"recipient_kind": "own_file", "purpose": "own_file"}
        page = ruth.get(path).submit(fields=fields, button="Make the copy", status=303).follow()
        assert title in page.main_text
    helped = ruth.get(f"{at}/plans/{made['plan']}/help/print")
    page = helped.submit(button="Make the sheet", status=303).follow()
    assert "Help sheet" in page.main_text


# Blank forms


def test_everybody_who_works_here_finds_the_blank_forms(school: Any, sign_in: Any) -> None:
    beth = sign_in(Role.STAFF)
    assert beth.get("/guidance").link("Blank forms") == "/forms"
    assert beth.get("/disclosures/new").link("Blank forms") == "/forms"
    page = beth.get("/forms")
    for words in ("both times", "never left lying", "as the school’s policy says"):
        assert words in page.main_text
    for code, title in (
        ("disclosure", "Record of a concern"),
        ("wishes", "Who do you want to know?"),
        ("plan", "Moving forward plan"),
    ):
        assert f"/forms/{code}.pdf" in {address for _, address in page.links()}
        response = beth.client.get(f"/forms/{code}.pdf")
        assert response.mimetype == "application/pdf"
        reader = PdfReader(io.BytesIO(response.data))
        assert len(reader.get_fields() or {}) > 30
        text = text_of(response.data)
        assert title in text
        assert "Oakfield School" in text


def test_blank_forms_hold_the_facts_of_the_school(
    sign_in: Any, school: Any, second_school: Any
) -> None:
    text = text_of(sign_in(Role.STAFF).client.get("/forms/disclosure.pdf").data)
    assert "01632 960 111" in text
    for words in ("The young person told me", "Threatened with images", "School would overreact"):
        assert words in text, words
    there = sign_in(second_school[Role.STAFF]).client.get("/forms/wishes.pdf")
    assert "Ashdown School" in text_of(there.data)


def test_nobody_gets_a_form_without_signing_in(browser: Browser) -> None:
    for path in ("/forms", "/forms/wishes.pdf"):
        assert browser.get(path, status=303).location.startswith("/sign-in")
