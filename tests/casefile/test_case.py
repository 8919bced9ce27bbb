"""The case page, the chronology, closing and linking, the list and today."""

from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.casefile import features
from portal.casefile.counts import counts_of
from portal.cases import actions, sharing
from portal.cases import service as cases
from portal.cases.models import Case, CaseEvent
from portal.db import session
from portal.people.models import PersonKind
from portal.police import service as police
from portal.police.rules import Choose
from portal.referrals import service as referrals
from portal.staff.roles import Role
from tests import factories


def found(reference: str) -> Case:
    from sqlalchemy import select

    return session.scalars(select(Case).where(Case.reference == reference)).one()


@pytest.fixture
def reference(school: Any, saved: Any) -> str:
    with saved():
        case = factories.case(school)
        answered = factories.checklist(school, case, at_risk="yes")
        factories.decision(school, case, answered)
        factories.other_decision(school, case)
        factories.review(school, case)
        factories.risk(school, case)
        factories.view(school, case)
        cases.add_note(school.dsl.actor, case, "contact", "Rang home.", factories.when(3))
        return str(case.reference)


def test_the_counts_say_what_the_pages_behind_them_show(
    school: Any, saved: Any, reference: str
) -> None:
    with saved():
        case = found(reference)
        shut = factories.exclude(school, case, school[Role.DEPUTY])
        cases.lift_exclusion(school.head.actor, shut, "It was another.")
        settled = factories.action(school, case)
        actions.settle_action(school.dsl.actor, settled, "done", "She was glad.")
        other = factories.checklist(school, case, extreme="yes")
        second = police.decide(
            school.dsl.actor,
            case,
            other,
            choice=Choose.DO_NOT_REFER,
            words={"reason": "It is not so."},
            happened=factories.when(0, None),
        )
        from portal.cases.decisions import SecondWord, countersign

        countersign(
            school.head.actor,
            second,
            SecondWord(agrees=True, words="Yes.", member_id=school.head.id),
        )
    with saved():
        case = found(reference)
        counted = counts_of(case)
        assert counted.entries == len(features.entries(case))
        assert counted.readers == len(sharing.who_can(case)) == 3
        factories.exclude(school, case, school[Role.DEPUTY])
    with saved():
        assert counts_of(found(reference)).readers == 2


def test_the_case_page_shows_what_matters(sign_in: Any, reference: str) -> None:
    page = sign_in(Role.DSL).get(f"/cases/{reference}")
    for words in (
        "Open since",
        "Lead Ruth Adeyemi",
        "2 young people",
        "Make safe and decide",
        "What was disclosed",
        "Initial review",
        "Always-refer checklist",
        "Refer to the police",
        "Risk and response",
        "Sara O'Neill",
        "harmed",
        "In their own words: “target”",
        "said to have displayed the behaviour",
        "Nothing is deleted or taken down yet.",
        "Chronology",
        "Print a summary",
        "Who can see this 3 people",
        "Who has looked",
    ):
        assert words in page.main_text, words
    assert "Act" in [page.words(one) for one in page.all("h2")]
    for step in ("Referrals and reports", "Keeping everybody safe", "Content online", "Devices"):
        assert step in page.main_text, step
    assert "Sara" not in page.title
    assert "Sara" not in page.h1


def test_links_of_the_case_page_lead_somewhere(sign_in: Any, reference: str) -> None:
    browser = sign_in(Role.DSL)
    page = browser.get(f"/cases/{reference}")
    for words, href in page.links():
        if href.startswith(("/cases", "/people")):
            assert browser.get(href.split("#")[0], status=(200,)), words


def test_the_head_reads_and_does_not_work(sign_in: Any, reference: str) -> None:
    page = sign_in(Role.HEAD).get(f"/cases/{reference}")
    words = [text for text, _ in page.links()]
    assert "Print a summary" in words
    assert not {"Add somebody", "Add something to do", "Close the case"} & set(words)


def test_the_chronology_tells_happened_from_written(sign_in: Any, reference: str) -> None:
    browser = sign_in(Role.DSL)
    page = browser.get(f"/cases/{reference}/chronology?kind=note")
    assert "Rang home." in page.main_text
    assert "Late entry" in page.main_text
    assert "1 of" in page.main_text
    assert "Decided" not in " ".join(page.words(one) for one in page.all("h2"))
    every = browser.get(f"/cases/{reference}/chronology")
    titles = [every.words(one) for one in every.all("h2")]
    assert titles.count("Decided: Refer to the police") == 1
    turned = browser.get(f"/cases/{reference}/chronology?order=newest")
    assert turned.words(next(iter(turned.all("h2")))) == titles[-3]
    browser.get(f"/cases/{reference}/chronology?by=x&from=y&to=2026-99-99&kind=%22")


def test_a_withdrawn_entry_is_shown_as_withdrawn(
    school: Any, saved: Any, sign_in: Any, reference: str
) -> None:
    with saved():
        entry = cases.add_note(school.dsl.actor, found(reference), "contact", "Wrong case.", None)
    with saved():
        entry = cases.get_in(found(reference), type(entry), entry.id)
        cases.withdraw_note(school.dsl.actor, entry, "Belongs elsewhere.")
    page = sign_in(Role.DSL).get(f"/cases/{reference}/chronology?kind=note")
    assert "Withdrawn" in page.main_text
    page.click("Changed since: 2 versions")


def test_closing_lists_what_is_in_the_way_and_refuses(sign_in: Any, reference: str) -> None:
    browser = sign_in(Role.DSL)
    page = browser.get(f"/cases/{reference}/close")
    assert "Still to do: Who else has it?" in page.main_text
    assert "Owen Price: what they are said to have done is still only said." in page.main_text
    assert not page.forms()
    sent = {"csrf_token": browser.token, "reason": "Over.", "views": "Glad."}
    refused = browser.post(f"/cases/{reference}/close", sent, status=422)
    assert "still in the way" in refused.main_text
    for words, href in page.links():
        if words.startswith("Put right"):
            browser.get(href)


def test_a_case_is_closed_when_nothing_is_in_the_way(
    school: Any, saved: Any, sign_in: Any, reference: str
) -> None:
    settle_everything(school, saved, reference)
    browser = sign_in(Role.DSL)
    page = browser.get(f"/cases/{reference}/close")
    assert "Nothing is in the way." in page.main_text
    assert set(page.submit(button="Close the case", status=422).errors()) == {"reason", "views"}
    closed = page.submit(
        button="Close the case",
        fields={"reason": "The police have it.", "views": "Sara is glad.", "lessons": "Ask first."},
    ).follow()
    assert "This case was closed on" in closed.main_text
    with saved():
        event = cases.records_of(found(reference), CaseEvent)[-1]
        assert (event.reason, event.lessons) == ("The police have it.", "Ask first.")
    again = closed.click("Open it again").submit(
        button="Open the case again", fields={"reason": "New words."}
    )
    assert "Open since" in again.follow().main_text


REPORT = referrals.NewReferral(
    kind="police",
    told=factories.when(1),
    how="telephone",
    words={"body": "West Midlands Police", "words": "Told them all."},
    details={},
    parents="yes",
)


def settle_everything(school: Any, saved: Any, reference: str) -> None:
    with saved():
        case = found(reference)
        told = referrals.make_referral(school.dsl.actor, case, REPORT)
        session.flush()
        answer = referrals.Answer(factories.when(0, None), "PC 4471", "They see to it.")
        referrals.record_answer(school.dsl.actor, case, told, answer)
        factories.home_told(school, case)
        for step in ("wishes", "support"):
            cases.mark_step(school.dsl.actor, case, step, not_needed=True, reason="She says so.")
        session.flush()
        for action in actions.actions_of(case):
            if action.state == "open":
                actions.settle_action(school.dsl.actor, action, "done", "It is done.")
        for one in cases.people_in(case):
            cases.change_involved(school.dsl.actor, one, {"how_sure": "admitted"}, "They say so.")
        police.record_view(
            school.dsl.actor,
            case,
            cases.people_in(case)[0],
            view="agrees",
            words={"told": "All of it."},
            asked=factories.when(0, None),
            explained=None,
        )


def test_cases_are_linked_by_people_and_by_hand(
    school: Any, second_school: Any, saved: Any, sign_in: Any, reference: str
) -> None:
    with saved():
        other = factories.case(school)
        cases.involve(
            school.dsl.actor,
            other,
            person=cases.people_in(found(reference))[0].person,
            parts=["witness"],
            words={},
        )
        third = factories.case(school)
        hidden = factories.case(second_school)
        names = (other.reference, third.reference, hidden.reference)
    browser = sign_in(Role.DSL)
    page = browser.get(f"/cases/{reference}")
    assert f"{names[0]} The same people; open" in page.main_text
    assert names[1] not in page.main_text
    linking = page.click("Link another case")
    for unseen in (names[2], "2026-9999"):
        refused = linking.submit(
            button="Link the case", fields={"other": unseen, "why": "x"}, status=422
        )
        assert refused.errors() == {
            "other": "There is no case with this reference that you can see"
        }
    done = linking.submit(
        button="Link the case", fields={"other": names[1], "why": "The same account."}
    ).follow()
    assert f"{names[1]} Linked by hand; open" in done.main_text
    assert "Linked by hand" in browser.get(f"/cases/{names[1]}").main_text


def test_the_list_is_filtered_and_paged(school: Any, saved: Any, sign_in: Any) -> None:
    with saved():
        made = [factories.case(school).reference for _ in range(30)]
        cases.close(school.dsl.actor, found(made[0]), "Over.", "", "")
    browser = sign_in(Role.DSL)
    first = browser.get("/cases")
    second = first.click("Older cases")
    shown = [text for text, href in [*first.links(), *second.links()] if text in made]
    assert shown == made[:0:-1]
    assert made[0] in browser.get("/cases?state=closed").main_text
    assert made[0] in browser.get("/cases?state=all").click("Older cases").main_text
    assert "No case fits this" in browser.get("/cases?type=sexualised_bullying").main_text
    assert made[1] not in browser.get(f"/cases?lead={school.head.id}").main_text
    browser.get("/cases?after=tampered", status=400)
    browser.get("/cases?state=x&type=%25&lead=1")


def test_the_list_keeps_to_what_somebody_may_see(
    school: Any, second_school: Any, saved: Any, sign_in: Any, reference: str
) -> None:
    with saved():
        other = factories.case(second_school).reference
        factories.exclude(school, found(reference), school[Role.DEPUTY])
    assert other not in sign_in(Role.DSL).get("/cases?state=all").main_text
    assert reference not in sign_in(Role.DEPUTY).get("/cases?state=all").main_text
    assert reference not in sign_in(Role.DEPUTY).get("/today").main_text
    sign_in(Role.STAFF).get("/cases", status=403)
    sign_in(Role.STAFF).get("/today", status=403)


def test_today_shows_danger_first_then_what_is_late(
    school: Any, saved: Any, sign_in: Any, reference: str
) -> None:
    with saved():
        calm = factories.disclosure(school).reference
        danger = factories.disclosure(school, facts={"danger": "yes"}).reference
        actions.plan_action(
            school.dsl.actor,
            found(reference),
            kind="other",
            what="Ring the front door",
            due_at=clock.now() - timedelta(hours=2),
            owner_id=school[Role.DEPUTY].id,
        )
    page = sign_in(Role.DSL).get("/today")
    text = page.main_text
    assert text.index(danger) < text.index(calm)
    assert "Ring the front door" in text
    assert "2 hours late" in text
    assert text.index("Ring the front door") < text.index("Who else has it?")


def test_a_decision_waits_for_somebody_else(school: Any, saved: Any, sign_in: Any) -> None:
    with saved():
        case = factories.case(school)
        answered = factories.checklist(school, case, extreme="yes")
        factories.decision(school, case, answered, Choose.DO_NOT_REFER)
    assert "Waits for somebody else" in sign_in(Role.DSL).get("/today").main_text
    page = sign_in(Role.HEAD).get("/today")
    assert "Waits for you" in page.main_text
    page.click("the police are not told")


def test_a_colleague_is_counted_as_an_adult(
    school: Any, saved: Any, sign_in: Any, reference: str
) -> None:
    with saved():
        adult = factories.person(school, PersonKind.ADULT, "Mr Unwin")
        cases.involve(school.dsl.actor, found(reference), person=adult, parts=["other"], words={})
    assert "2 young people, 1 adult" in sign_in(Role.DSL).get(f"/cases/{reference}").main_text
