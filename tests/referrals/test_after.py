"""After somebody was told: each thing is added at its own page, and nothing is overwritten."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal import clock
from portal.cases import actions, content
from portal.cases import service as cases
from portal.cases.models import Case
from portal.db import session
from portal.referrals import service
from portal.referrals.forms import unasked
from portal.referrals.kinds import KINDS
from portal.staff.roles import Role
from portal.web.errors import NotPossible
from tests import factories
from tests.factories import School
from tests.page import Browser, Page
from tests.referrals.telling import (
    TOLD,
    Look,
    Saved,
    SignIn,
    due,
    here,
    item_in,
    plain,
    record,
    told,
)

NOW = told(0, "00:00")
CONSENT = {"detail_consent": "not_asked", "detail_consent_words": "It puts her at more risk."}
AFTER = ("written", "chase", "escalate", "answer", "no-answer", "told", "remark", "correct")


def boxes(name: str, day: date) -> dict[str, str]:
    return {f"{name}-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def newest(case: Case) -> Any:
    return service.referrals_of(case)[0]


# --- in writing --------------------------------------------------------------------------------


def test_writing_is_confirmed_once(ruth: Browser, case: str) -> None:
    page = record(ruth, case, "social_care", **CONSENT)
    where = f"{page.path}/written"
    early = ruth.get(where).submit(fields={**told(3), "said": "Their form"}, status=422)
    assert "This cannot be before they were first told" in early.errors().values()
    form = ruth.get(where)
    form.submit(fields={**NOW, "said": "Their form, by secure e-mail", "who": "MASH"})
    again = ruth.get(page.path)
    assert "Confirmed in writing today 00:00" in again.main_text
    assert "It is confirmed in writing" not in again.main_text
    form.submit(fields={**NOW, "said": "Once more", "sheet": ""}, status=409)
    assert "confirmed in writing already" in ruth.get(where, status=409).text
    assert "Once more" not in ruth.get(page.path).text


def test_writing_that_was_sent_at_once_owes_nothing(ruth: Browser, case: str, look: Look) -> None:
    page = record(ruth, case, "lado", sent="Their form", **told(1, "15:00", "written"))
    assert "Confirmed in writing yesterday 15:00" in page.main_text
    with look() as now:
        assert due(now) == {"chase"}
        assert [one.kind for one in service.events_of(newest(now))] == ["written"]


@pytest.mark.parametrize("how", ["email", "online_form"])
def test_what_was_written_from_the_first_is_not_owed(
    ruth: Browser, case: str, look: Look, how: str
) -> None:
    record(ruth, case, "social_care", how=how, **CONSENT)
    with look() as now:
        assert newest(now).written_due_at is None


def test_another_authority_may_want_it_another_day(ruth: Browser, case: str, look: Look) -> None:
    day = clock.today() + timedelta(days=9)
    past = ruth.get(f"/cases/{case}/referrals/new/social_care").submit(
        fields={**_words(), **told(), **CONSENT, **boxes("write_by", clock.today() - timedelta(1))},
        status=422,
    )
    assert any("cannot be in the past" in one for one in past.errors().values())
    record(ruth, case, "social_care", **CONSENT, **boxes("write_by", day))
    with look() as now:
        assert clock.local(newest(now).written_due_at).date() == day


def _words(code: str = "police") -> dict[str, Any]:
    """What is typed into the form of one kind, without when."""
    return {
        name: value
        for name, value in TOLD.items()
        if name != "happened" and name not in unasked(KINDS[code])
    }


def test_overdue_writing_is_red_on_the_case_and_across_cases(
    ruth: Browser, school: School, saved: Saved, case: str
) -> None:
    with saved(), here(case) as now:
        factories.referral(school, now, "social_care", told=factories.when(8))
    assert "Writing overdue" in ruth.get(f"/cases/{case}").main_text
    listed = ruth.get(f"/cases/{case}/referrals")
    assert "Writing overdue" in listed.main_text
    across = ruth.get("/referrals").main_text
    assert "Writing overdue" in across
    assert "late late" not in across
    assert "not confirmed in writing" in ruth.get(f"/cases/{case}/close").main_text


def test_what_is_confirmed_is_not_confirmed_over(school: School, saved: Saved, case: str) -> None:
    with saved(), here(case) as now:
        one = factories.referral(school, now, "social_care")
        confirmed = (school.dsl.actor, now, one, factories.when(1), "Their form", "MASH")
        service.confirm_in_writing(*confirmed)
        with pytest.raises(NotPossible):
            service.confirm_in_writing(*confirmed)


def test_lateness_is_said_once(ruth: Browser, school: School, saved: Saved, case: str) -> None:
    with clock.stopped_at(clock.now() - timedelta(days=30)), saved(), here(case) as now:
        factories.referral(school, now)
    for address in ("/referrals", f"/cases/{case}", f"/cases/{case}/referrals"):
        page = ruth.get(address).main_text
        assert "late late" not in page
    across = ruth.get("/referrals").main_text
    assert "days late" in across
    assert "Ask again now" in across
    assert "ask again," in ruth.get(f"/cases/{case}").main_text


# --- asking again ------------------------------------------------------------------------------


def test_asking_again_moves_the_day_and_never_into_the_past(
    ruth: Browser, case: str, look: Look
) -> None:
    page = record(ruth, case, "police")
    form = page.click("Ask again")
    yesterday = clock.today() - timedelta(days=1)
    sent = {**NOW, "said": "Nobody there", "who": "Control room"}
    past = form.submit(fields={**sent, **boxes("next_on", yesterday)}, status=422)
    assert any("cannot be in the past" in one for one in past.errors().values())
    assert "Nobody there" in past.text
    wanted = clock.today() + timedelta(days=12)
    past.submit(fields=boxes("next_on", wanted))
    with look() as now:
        [action] = [one for one in _open(now) if one.kind == "chase"]
        assert clock.local(action.due_at).date() == wanted
        assert newest(now).chase_at == action.due_at


def _open(case: Case) -> list[Any]:
    return [one for one in actions.actions_of(case) if one.state == "open"]


def test_going_above_is_a_line_of_its_own(ruth: Browser, case: str) -> None:
    page = record(ruth, case, "social_care", **CONSENT)
    form = page.click("Go to somebody above")
    assert "their manager decides" in form.main_text
    page = form.submit(fields={**NOW, "said": "The manager rings back", "who": "Her manager"})
    page = page.follow()
    assert "Escalated" in page.main_text
    assert "Her manager" in page.main_text
    assert "No answer is expected any more" in page.main_text, "they were asked again"


def test_the_number_to_ring_stands_beside(ruth: Browser, case: str) -> None:
    page = record(ruth, case, "social_care", **CONSENT)
    assert "01632 960 111" in page.click("Ask again").text
    page = record(ruth, case, "posh", nature="referral", parents="no_need", parents_why="")
    assert "0344 381 4772" in page.click("Ask again").text


def test_more_to_come_goes_on_waiting(ruth: Browser, case: str, look: Look) -> None:
    page = record(ruth, case, "police")
    sent = {**NOW, "said": "An officer is named.", "outcome": "investigating"}
    page = page.click("They answered").submit(fields={**sent, "more": "yes"}).follow()
    assert "Waits for an answer: They are investigating" in page.main_text
    with look() as now:
        assert due(now) == {"chase"}
    page = page.click("They answered").submit(fields={**NOW, "said": "Closed."}).follow()
    assert "Answered: They are investigating" in page.main_text
    again = page.click("They answered again").submit(
        fields={**NOW, "said": "Opened again", "more": "yes"}
    )
    assert "Waits for an answer" in again.follow().main_text
    with look() as now:
        assert due(now) == {"chase"}


@pytest.mark.parametrize("page", ["chase", "escalate", "no-answer"])
def test_what_is_answered_is_not_asked_again(
    ruth: Browser, school: School, saved: Saved, case: str, page: str
) -> None:
    with saved(), here(case) as now:
        one = factories.referral(school, now)
        answer = service.Answer(factories.when(0, None), "PC 4471", "They see to it.")
        service.record_answer(school.dsl.actor, now, one, answer)
        where = f"/cases/{case}/referrals/{one.id}/{page}"
    assert "answered already" in ruth.get(where, status=409).text


def test_advice_is_not_waited_for(ruth: Browser, case: str, look: Look) -> None:
    page = record(ruth, case, "posh", nature="advice", parents="no_need", parents_why="")
    assert "Advice taken." in page.main_text
    form = ruth.get(f"{page.path}/answer")
    assert "more" not in form.fields()
    form.submit(fields={**NOW, "said": "They wrote it down for us."})
    with look() as now:
        assert (newest(now).state, due(now)) == ("answered", set())


# --- of each other -----------------------------------------------------------------------------


def test_one_click_says_of_whom_they_were_told(ruth: Browser, case: str, look: Look) -> None:
    record(ruth, case, "police")
    record(ruth, case, "social_care", body="Front door", **CONSENT)
    register = ruth.get(f"/cases/{case}/referrals")
    where = next(href for words, href in register.links() if words.startswith("They were told"))
    form = ruth.get(where)
    assert len(form.fields().getlist("others")) == 1
    assert "They know of:" in form.submit().follow().main_text


def test_what_is_said_of_others_while_telling_is_kept_on_both(
    ruth: Browser, case: str, look: Look
) -> None:
    record(ruth, case, "police")
    with look() as now:
        police = str(newest(now).id)
    record(
        ruth,
        case,
        "social_care",
        body="Front door",
        knows_of=[police],
        known_to=[police],
        **CONSENT,
    )
    register = ruth.get(f"/cases/{case}/referrals")
    assert "each was told of every other" in register.main_text
    page = ruth.get(f"/cases/{case}/referrals/{police}")
    assert "Told of another body" in page.main_text


@pytest.mark.parametrize("code", ["report_remove", "posh", "other_school", "other"])
def test_who_need_not_know_is_not_asked_for(
    ruth: Browser, school: School, saved: Saved, case: str, code: str
) -> None:
    with saved(), here(case) as now:
        factories.referral(school, now)
        factories.referral(school, now, code)
    assert "does not know yet of" not in ruth.get(f"/cases/{case}/referrals").main_text


# --- corrections -------------------------------------------------------------------------------


def test_a_correction_never_leaves_the_parents_blank(ruth: Browser, case: str) -> None:
    page = record(ruth, case, "social_care", **CONSENT)
    form = page.click("Correct what was written")
    wrong = form.submit(parents_why=" ", detail_consent_words="", reason="Misheard", status=422)
    assert set(wrong.errors()) == {"parents_why", "detail_consent_words"}
    wrong = wrong.submit(parents="no_need", detail_consent="agreed", status=422)
    assert set(wrong.errors()) == {"parents"}
    page = wrong.submit(parents="yes").follow()
    assert "Parents or carers know of it" in page.main_text


def test_older_versions_speak_in_words(ruth: Browser, case: str, look: Look) -> None:
    record(ruth, case, "police")
    with look() as now:
        police = str(newest(now).id)
    page = record(ruth, case, "social_care", body="Front door", knows_of=[police], **CONSENT)
    older = page.click("Older versions").main_text
    for words in ("They know of West Midlands Police", "By telephone", "Consent: Not asked"):
        assert words in older
    assert police not in older
    assert "not_asked" not in older


def test_another_point_of_contact(ruth: Browser, school: School, case: str) -> None:
    page = record(ruth, case, "police")
    assert "Point of contact here Ruth Adeyemi" in page.main_text
    deputy = str(school[Role.DEPUTY].id)
    page = page.click("Correct what was written").submit(contact_id=deputy, reason="On leave")
    assert "Point of contact here Tom Whitlock" in page.follow().main_text


def test_a_report_number_is_their_reference(ruth: Browser, case: str, look: Look) -> None:
    page = record(ruth, case, "ceop", how="online_form", detail_report_number="CE-77")
    assert "reference CE-77" in ruth.get(f"/cases/{case}/referrals").main_text
    assert "Their reference" not in page.main_text
    form = page.click("Correct what was written")
    form.submit(detail_report_number="CE-78", reason="Misread")
    with look() as now:
        assert newest(now).reference == "CE-78"
        with_number = newest(now).id
    answer = {**NOW, "said": "An officer has it", "reference": "OP 12"}
    ruth.get(f"/cases/{case}/referrals/{with_number}/answer").submit(fields=answer)
    page = ruth.get(page.path)
    assert "Their reference OP 12" in page.main_text
    page.click("Correct what was written").submit(detail_report_number="CE-79", reason="Again")
    with look() as now:
        assert newest(now).reference == "OP 12"


def test_two_corrections_at_once_lose_nothing(ruth: Browser, sign_in: SignIn, case: str) -> None:
    page = record(ruth, case, "police", detail_officer="DC Okafor")
    where = f"{page.path}/correct"
    mine, theirs = ruth.get(where), sign_in(Role.DEPUTY).get(where)
    mine.submit(detail_officer="DC Imrie", reason="Another officer")
    both = theirs.submit(detail_officer="DC O’Kafor", reason="Misspelt", status=409)
    assert "DC Imrie" in both.text
    assert "DC O’Kafor" in both.text


# --- evidence ----------------------------------------------------------------------------------

ADVICE = {"who": "DC Okafor, 4471", "keep": "Her telephone", "may_ask_onward": "not_said"}


def test_what_may_go_is_named(ruth: Browser, school: School, saved: Saved, case: str) -> None:
    with saved(), here(case) as now:
        item_in(now, school)
    form = record(ruth, case, "police").click("Record what they advise on evidence")
    wrong = form.submit(fields={**NOW, **ADVICE, "effect": "opens"}, status=422)
    assert wrong.errors() == {"items": "Tick what may go, or say that nothing may be deleted yet"}
    assert "Her telephone" in wrong.text
    early = wrong.submit(fields={**told(4), "effect": "keeps"}, status=422)
    assert "This cannot be before they were first told" in early.errors().values()


def test_newer_advice_stands_beside_the_older(
    ruth: Browser, school: School, saved: Saved, case: str, look: Look
) -> None:
    with saved(), here(case) as now:
        item = str(item_in(now, school).id)
    page = record(ruth, case, "police")
    where = f"{page.path}/evidence-advice"
    ruth.get(where).submit(fields={**NOW, **ADVICE, "effect": "keeps"})
    assert "Everything is to be kept" in ruth.get(f"/cases/{case}").main_text
    with look() as now:
        assert "asked for it to be kept" in content.reason_held(now, content.items_of(now)[0])
    ruth.get(where).submit(fields={**NOW, **ADVICE, "effect": "opens", "items": [item]})
    page = ruth.get(page.path)
    assert "Nothing may be deleted or taken down yet" in page.main_text
    assert "What was named may be deleted or taken down" in page.main_text
    assert "may be deleted or taken down" in ruth.get(f"/cases/{case}").main_text


def test_devices_to_hold_are_rows_and_become_due(ruth: Browser, case: str, look: Look) -> None:
    form = record(ruth, case, "police").click("Record what they advise on evidence")
    action = form.path
    sent = {**NOW, **ADVICE, "effect": "keeps", "devices-0-device": "A black telephone"}
    more = form.submit(action, button="Add another device", status=200, fields=sent)
    late = boxes("devices-1-by", clock.today() - timedelta(days=1))
    wrong = more.submit(
        action, fields={"devices-0-whose": "Owen", "devices-1-device": "Tablet", **late}, status=422
    )
    assert any("cannot be in the past" in one for one in wrong.errors().values())
    assert "A black telephone" in wrong.html
    wrong.submit(action, fields=boxes("devices-1-by", clock.today() + timedelta(days=3)))
    with look() as now:
        assert {one.what for one in _open(now) if one.kind == "device_hold"} == {
            "Take custody for the police: A black telephone from Owen",
            "Take custody for the police: Tablet",
        }


def test_only_the_police_advise_on_evidence(
    ruth: Browser, school: School, saved: Saved, case: str
) -> None:
    with saved(), here(case) as now:
        other = factories.referral(school, now, "social_care")
        where = f"/cases/{case}/referrals/{other.id}/evidence-advice"
        advice = service.NewAdvice(factories.when(0), opens=True, may_ask_onward="no", words={})
        with pytest.raises(NotPossible):
            service.record_police_advice(school.dsl.actor, now, other, advice)
    ruth.get(where, status=404)
    ruth.get(where.removesuffix("/evidence-advice"))


# --- bad input ---------------------------------------------------------------------------------


def test_values_that_were_not_offered(
    ruth: Browser, school: School, saved: Saved, case: str, look: Look
) -> None:
    with saved(), here(case) as now:
        elsewhere = factories.case(school)
        session.flush()
        foreign = str(service.make_referral(school.dsl.actor, elsewhere, plain("Elsewhere")).id)
        item = str(item_in(elsewhere, school).id)
        service.make_referral(school.dsl.actor, now, plain("Here"))
    where = f"/cases/{case}/referrals/new/police"
    body = ruth.get(where).fields()
    body.update({**_words(), **told()})
    for name, value in (
        ("contact", foreign),
        ("contact", "nobody\x00"),
        ("knows_of", foreign),
        ("known_to", "x"),
        ("how", "own_tool"),
        ("nature", "gossip"),
        ("parents", "perhaps"),
        ("detail_number", "112"),
    ):
        ruth.post(where, {**body.to_dict(flat=False), name: [value]}, status=422)
    where = f"/cases/{case}/referrals/new/platform"
    body = ruth.get(where).fields()
    body.update({**_words(), **told(), "how": "own_tool"})
    ruth.post(where, {**body.to_dict(flat=False), "items": [item]}, status=422)
    with look() as now:
        assert len(service.referrals_of(now)) == 1
    ruth.get(f"/cases/{case}/referrals/new/army", status=404)
    ruth.get("/referrals?after=nonsense", status=400)


def test_a_report_of_nothing_is_told_to_record_it_first(ruth: Browser, case: str) -> None:
    form = ruth.get(f"/cases/{case}/referrals/new/iwf")
    wrong = form.submit(fields={**_words("iwf"), **told(), "how": "online_form"}, status=422)
    assert "Record it under content online first" in wrong.errors()["items"]
    assert form.click("Record it under content online").path == f"/cases/{case}/content/new"


def test_of_in_the_address_ticks_nobody_else(ruth: Browser, case: str) -> None:
    record(ruth, case, "police")
    page = record(ruth, case, "true_vision", how="online_form", detail_characteristic="religion")
    form = ruth.get(f"{page.path}/told?of=nonsense,{page.path}")
    assert form.fields().getlist("others") == []
    assert set(form.submit(status=422).errors()) == {"others"}


def test_advice_alone_need_not_reach_the_parents(ruth: Browser, case: str) -> None:
    form = ruth.get(f"/cases/{case}/referrals/new/police")
    sent = {**_words(), **told(), "parents": "no_need", "parents_why": ""}
    wrong = form.submit(fields=sent, status=422)
    assert set(wrong.errors()) == {"parents"}
    page = wrong.submit(nature="advice").follow()
    assert "Nothing to tell parents about this" in page.main_text


def test_consent_or_why_not(ruth: Browser, case: str) -> None:
    form = ruth.get(f"/cases/{case}/referrals/new/social_care")
    wrong = form.submit(fields={**_words(), **told()}, status=422)
    assert set(wrong.errors()) == {"detail_consent"}
    wrong = wrong.submit(detail_consent="refused", status=422)
    assert set(wrong.errors()) == {"detail_consent_words"}
    wrong.submit(detail_consent="agreed")


# --- the hold ----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [one for one in KINDS if KINDS[one].takes_down])
def test_advice_about_something_held_reports_nothing(
    ruth: Browser, school: School, saved: Saved, case: str, look: Look, code: str
) -> None:
    with saved(), here(case) as now:
        item = str(item_in(now, school).id)
    record(ruth, case, code, nature="advice", items=[item], parents="no_need", parents_why="")
    with look() as now:
        assert content.items_of(now)[0].state == "live"


@pytest.mark.parametrize("code", [one for one in KINDS if KINDS[one].takes_down])
def test_the_service_itself_refuses_what_is_held(
    school: School, saved: Saved, case: str, code: str
) -> None:
    with saved(), here(case) as now:
        item = item_in(now, school)
        session.flush()
        for items in ((), (item,)):
            with pytest.raises(NotPossible):
                factories.referral(school, now, code, items=items)
        assert service.referrals_of(now) == []
        factories.referral(school, now, "report_remove")


def test_what_is_down_is_not_reported(
    ruth: Browser, school: School, saved: Saved, case: str
) -> None:
    with saved(), here(case) as now:
        item = item_in(now, school)
        session.flush()
        content.release_named(school.dsl.actor, now, [item], "Harmless", factories.when(0))
        content.change_state(
            school.dsl.actor, item, "removed", factories.when(3), content.Told(words="Gone")
        )
        ids = str(item.id)
    form = ruth.get(f"/cases/{case}/referrals/new/platform?items={ids}")
    wrong = form.submit(fields={**_words("platform"), **told(), "how": "own_tool"}, status=422)
    assert "Down by then" in wrong.errors()["items"]


def test_a_report_of_items_begins_with_their_platform(
    ruth: Browser, school: School, saved: Saved, case: str
) -> None:
    with saved(), here(case) as now:
        item = str(item_in(now, school).id)
    fields = ruth.get(f"/cases/{case}/referrals/new/platform?items={item}").fields()
    assert fields["body"] == "Instagram"
    assert fields.getlist("items") == [item]


# --- around it ---------------------------------------------------------------------------------


def test_the_choice_says_what_fits_this_case(
    ruth: Browser, school: School, saved: Saved, case: str
) -> None:
    page = ruth.get(f"/cases/{case}/referrals/new")
    assert "If it is a nude image of the young person" in page.main_text
    with saved(), here(case) as now:
        factories.decision(school, now)
        item_in(now, school)
    page = ruth.get(f"/cases/{case}/referrals/new")
    assert "It is decided to tell the police." in page.main_text
    assert "Content may still be online." in page.main_text
    record(ruth, case, "police")
    page = ruth.get(f"/cases/{case}/referrals/new")
    assert "It is decided to tell the police." not in page.main_text
    assert "On the record" in page.main_text


def test_who_reads_and_who_writes(sign_in: SignIn, ruth: Browser, case: str) -> None:
    page = record(ruth, case, "police")
    head = sign_in(Role.HEAD)
    for address in (page.path, f"/cases/{case}/referrals", "/referrals"):
        found = head.get(address)
        assert not list(found.all("a", class_="govuk-button"))
    for last in AFTER:
        head.get(f"{page.path}/{last}", status=403)
        sign_in(Role.STAFF).get(f"{page.path}/{last}", status=404)


def test_a_closed_case_takes_nothing_new(
    ruth: Browser, school: School, saved: Saved, case: str
) -> None:
    page = record(ruth, case, "police")
    forms: list[Page] = [ruth.get(f"{page.path}/{last}") for last in ("chase", "remark")]
    with saved(), here(case) as now:
        cases.close(school.dsl.actor, now, "Done", "", "")
    for form in forms:
        form.submit(fields={**NOW, "said": "x"}, status=409)
    ruth.get(page.path)


def test_the_register_costs_the_same_with_much_in_it(
    ruth: Browser, school: School, saved: Saved, case: str, statements: Any
) -> None:
    with saved(), here(case) as now:
        first = factories.referral(school, now)
        session.flush()
        where = f"/cases/{case}/referrals/{first.id}"
    addresses = (f"/cases/{case}/referrals", where, f"/cases/{case}/referrals/new/police")
    counts = []
    for number in (1, 25):
        with saved(), here(case) as now:
            for count in range(number):
                other = service.make_referral(school.dsl.actor, now, plain(f"Body {count}"))
                session.flush()
                service.add_remark(school.dsl.actor, other, factories.when(0, None), "Rang.")
        found = []
        for address in addresses:
            ruth.get(address)
            with statements() as counted:
                ruth.get(address)
            found.append(counted.count)
        counts.append(found)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 14, counts
