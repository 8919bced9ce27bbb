"""The young person’s wish, and whether home is told."""

from typing import Any

import pytest

from portal.casefile import features
from portal.cases import actions
from portal.cases import service as cases
from portal.cases.decisions import decisions_of
from portal.cases.models import DecisionKind
from portal.cases.models_wishes import Wishes, WishPerson
from portal.cases.preferences import rather_not
from portal.db import session
from portal.family import service, steps
from portal.family.models import FamilyWish
from portal.journal.service import note
from portal.staff.roles import Role
from tests import factories
from tests.family.conftest import At, Look, SignIn, ask, contact, decide, here, on, tell_mum
from tests.page import Browser


def open_actions(look: Look, kind: str) -> list[str]:
    with look() as case:
        found = actions.actions_of(case)
        return [one.what for one in found if one.kind == kind and one.state == "open"]


def test_what_is_open_is_seen_at_once(ruth: Browser, at: At) -> None:
    page = ruth.get(f"{at.case}/family")
    assert page.main_text.count("It is not decided whether home is told.") == 2
    red = list(page.all("section", class_="portal-panel--red"))
    assert len(red) == 2
    row = ruth.get(at.case)
    assert "To be decided" in row.main_text
    assert "Not decided: Sara O'Neill, Owen Price" in row.main_text


def test_restrictions_come_before_everything_else(ruth: Browser, at: At) -> None:
    for path in (at.of(at.sara), at.of(at.sara, "decide"), at.of(at.sara, "contacts", "new")):
        text = ruth.get(path).main_text
        for words in (
            "Must not be contacted: Sean Byrne",
            "Court order: Sean Byrne. No contact until the hearing.",
            "Their address must not be disclosed to anybody: Karen Hale",
            "Ask the lead before contacting them: Ann O'Dea",
            "Separate households: told and written to apart",
        ):
            assert words in text, path
        assert text.index("Must not be contacted") < text.index("Holds parental responsibility")
        assert "Mill Lane" not in text
        assert "image" in text


def test_a_wish_is_kept_beside_the_older_ones(ruth: Browser, at: At, look: Look) -> None:
    refused = ask(ruth, at, "does_not_want", status=422)
    assert refused.errors() == {"why": "Write why, or that they did not want to say"}
    ask(ruth, at, "does_not_want", why="He’ll shout.", wider="He has hit her.")
    page = ask(ruth, at, "unsure", wants_there="yes", who_tells="Ms Rahman").follow()
    assert "Is not sure." in page.main_text
    assert "Wants to be there." in page.main_text
    assert page.main_text.index("Is not sure") < page.main_text.index("Said before")
    assert "He has hit her." in page.main_text
    with look() as case:
        assert len(cases.records_of(case, FamilyWish)) == 2
    assert "Sara O'Neill on home being told: is not sure" in ruth.get(f"{at.case}/chronology").text


def test_not_asked_yet_needs_no_day(ruth: Browser, at: At, look: Look) -> None:
    empty: dict[str, Any] = {f"asked-{part}": "" for part in ("day", "month", "year", "time")}
    assert "asked" in str(ask(ruth, at, "agrees", status=422, **empty).errors())
    ask(ruth, at, "not_asked", **empty)
    with look() as case:
        assert service.wishes_of(case)[0].happened is None


def test_not_told_needs_a_reason_and_agencies(ruth: Browser, at: At, look: Look) -> None:
    refused = decide(ruth, at, "not_informed", status=422)
    assert set(refused.errors()) == {"reason", "agencies"}
    page = decide(
        ruth,
        at,
        "not_informed",
        reason="Her father has hit her before.",
        agencies="Ms Okafor, the front door",
        agencies_said="Wait until we have seen her.",
        reference="MASH 81",
    ).follow()
    assert "Not told, with a reason" in page.main_text
    for words in ("Her father has hit her before.", "Ms Okafor", "MASH 81"):
        assert words in page.main_text
    with look() as case:
        taken = decisions_of(case, DecisionKind.PARENTS.value)[0]
        assert str(taken.involved_id) == at.sara
        assert taken.advice_from == "Ms Okafor, the front door"
    assert "It is not decided" not in page.main_text


def test_told_says_who_is_and_who_is_not(ruth: Browser, at: At) -> None:
    refused = decide(ruth, at, "informed", status=422)
    assert set(refused.errors()) == {"told", "not_told_why", "who_tells"}
    forbidden = tell_mum(ruth, at, told=[at.mum, at.dad, at.nan], status=422)
    assert "Sean Byrne must not be contacted" in forbidden.errors()["told"]
    page = tell_mum(ruth, at).follow()
    assert "Told: Karen Hale (mother); Ann O'Dea (grandmother)." in page.main_text
    assert "Not told: Sean Byrne (father)." in page.main_text
    assert "Why some are not told: The court’s order." in page.main_text


def test_a_carer_of_somebody_else_is_not_offered(ruth: Browser, at: At) -> None:
    page = ruth.get(at.of(at.owen, "decide"))
    body = page.fields()
    body.setlist("told", [at.mum])
    body.setlist("choice", ["informed"])
    body.setlist("who_tells", ["Ruth"])
    again = ruth.post(page.path, body, status=422)
    assert "told" in again.errors()


@pytest.mark.parametrize("wish", ["unsure", "does_not_want"])
def test_against_the_wish_needs_a_word_on_it(ruth: Browser, at: At, wish: str) -> None:
    ask(ruth, at, wish, why="He’ll shout.")
    refused = tell_mum(ruth, at, status=422)
    assert refused.errors() == {
        "on_wish": "This is not what the young person wants. Say why all the same."
    }
    assert "He’ll shout." in refused.main_text
    page = tell_mum(ruth, at, on_wish="Her mother can help her.").follow()
    assert "On the young person’s wish: Her mother can help her." in page.main_text


def test_not_yet_is_due_and_settled_by_a_later_decision(ruth: Browser, at: At, look: Look) -> None:
    refused = decide(ruth, at, "not_yet", status=422)
    assert set(refused.errors()) == {"reason", "by_when"}
    decide(ruth, at, "not_yet", reason="The police ask us to wait.", **on("by_when", 2))
    decide(ruth, at, "not_yet", reason="They ask for longer.", **on("by_when", 4))
    due = open_actions(look, service.INFORM)
    assert due == ["Tell the parents or carers of Sara O'Neill, or decide again."]
    assert due[0] in ruth.get(at.case).text
    closing = ruth.get(f"{at.case}/close").main_text
    assert "Still to do: Tell the parents or carers of Sara O'Neill" in closing
    assert "are still not told" not in closing
    tell_mum(ruth, at)
    assert open_actions(look, service.INFORM) == []
    page = ruth.get(at.of(at.sara))
    assert "Earlier decisions: 2" in page.main_text
    assert "They ask for longer." in page.main_text


def test_not_yet_is_settled_by_the_first_contact_that_reached_them(
    ruth: Browser, at: At, look: Look
) -> None:
    decide(ruth, at, "not_yet", reason="The police ask us to wait.", **on("by_when", 2))
    contact(ruth, at, reached="no", we_said="")
    assert open_actions(look, service.INFORM)
    contact(ruth, at)
    assert open_actions(look, service.INFORM) == []
    assert "Somebody at home was reached since this was put off" in ruth.get(at.of(at.sara)).text


def test_a_contact_with_the_forbidden_parent_is_no_telling(
    ruth: Browser, at: At, look: Look
) -> None:
    decide(ruth, at, "not_yet", reason="The police ask us to wait.", **on("by_when", 2))
    contact(ruth, at, with_whom=at.dad, although=True, although_not="He rang us.")
    assert open_actions(look, service.INFORM)
    assert "Not told yet: Sara O'Neill" in ruth.get(at.case).main_text.replace(
        "not told", "Not told"
    )


def test_what_stands_in_the_way_of_closing(ruth: Browser, at: At, look: Look) -> None:
    closing = ruth.get(f"{at.case}/close")
    sentence = "parents or carers are not told, and nothing says why. Decide it."
    assert f"Sara O'Neill: {sentence}" in closing.main_text
    assert f"Owen Price: {sentence}" in closing.main_text
    tell_mum(ruth, at)
    contact(ruth, at, whom=at.owen, with_whom=_first_carer(ruth, at, at.owen))
    assert sentence not in ruth.get(f"{at.case}/close").main_text
    assert "Told: Sara O'Neill, Owen Price" in ruth.get(at.case).main_text


def _first_carer(browser: Browser, at: At, whom: str) -> str:
    page = browser.get(at.of(whom, "contacts", "new"))
    return next(page.all("input", name="with_whom")).get("value", "")


def test_a_not_yet_whose_action_was_settled_by_hand_still_stands_in_the_way(
    ruth: Browser, at: At, look: Look, saved: Any, school: Any
) -> None:
    decide(ruth, at, "not_yet", reason="The police ask us to wait.", **on("by_when", 2))
    with saved():
        case = here(at)
        due = next(one for one in actions.actions_of(case) if one.kind == service.INFORM)
        actions.settle_action(school.dsl.actor, due, "not_needed", "Settled by hand")
    assert (
        "Sara O'Neill: parents or carers are still not told." in ruth.get(f"{at.case}/close").text
    )


def test_a_step_that_is_not_needed_stands_in_nobodys_way(look: Look, ruth: Browser, at: At) -> None:

    with look() as case:
        seen = features.overview(case, cases.people_in(case))
        assert steps.obstacles(case, seen.found, seen.people)
        case.not_needed = ["families"]
        assert steps.obstacles(case, seen.found, seen.people) == []


def test_somebody_the_young_person_would_rather_did_not_know(
    ruth: Browser, at: At, saved: Any, school: Any
) -> None:
    rather(saved, school, at, "Ann O'Dea")
    page = ruth.get(at.of(at.sara))
    assert "Sara O'Neill would rather that Ann O'Dea did not know." in page.main_text
    refused = tell_mum(ruth, at, status=422)
    assert "would rather that Ann O'Dea did not know" in refused.errors()["on_wish"]
    tell_mum(ruth, at, on_wish="She lives with her.")


def rather(saved: Any, school: Any, at: At, name: str) -> None:
    """Sara names somebody who should rather not know."""
    with saved():
        case = here(at)
        sara = cases.people_in(case)[0]
        visit = Wishes(
            case.key,
            case_id=case.id,
            involved_id=sara.id,
            number=1,
            asked_by=school.dsl.id,
            how="beside",
            must_know=[],
        )
        visit.people.append(WishPerson(case.key, place=1, standing="rather_not", name=name))
        session.add(visit)
        note(school.dsl.actor, "asked who should know", visit)
        session.flush()
        assert rather_not(case)


@pytest.mark.parametrize("role", [Role.STAFF, Role.PASTORAL, Role.GOVERNOR, Role.ADMIN])
def test_nobody_else_learns_that_there_is_such_a_page(sign_in: SignIn, at: At, role: Role) -> None:
    browser = sign_in(role)
    for path in (f"{at.case}/family", at.of(at.sara), at.of(at.sara, "contacts", "new")):
        browser.get(path, status=404)


def test_the_head_reads_and_is_offered_nothing_that_would_be_refused(
    sign_in: SignIn, at: At, ruth: Browser
) -> None:
    contact(ruth, at)
    head = sign_in(Role.HEAD)
    for path in (f"{at.case}/family", at.of(at.sara)):
        page = head.get(path)
        for words, href in page.links():
            if "/family/" in href and "print" not in href:
                head.get(href.split("#")[0], status=200)
                assert "Record" not in words
                assert "Decide" not in words


def test_ids_of_others_are_not_found(
    ruth: Browser, at: At, saved: Any, second_school: Any, look: Look
) -> None:

    with saved():
        other = factories.case(second_school)
        foreign = str(cases.people_in(other)[0].id)
    unknown = "00000000-0000-0000-0000-000000000001"
    for one in (foreign, unknown):
        for parts in ((), ("wish",), ("decide",), ("contacts", "new"), ("updates", "new")):
            ruth.get(at.of(one, *parts), status=404)
        ruth.get(f"{at.case}/family/contacts/{one}", status=404)
        ruth.get(f"{at.case}/family/updates/{one}/end", status=404)


def test_somebody_who_is_not_known_has_no_family_page(
    ruth: Browser, at: At, saved: Any, school: Any
) -> None:
    with saved():
        nobody = cases.involve(
            school.dsl.actor,
            here(at),
            person=None,
            parts=["displayed"],
            words={"description": "A tall boy"},
        )
        whom = str(nobody.id)
    ruth.get(at.of(whom), status=404)
    assert "A tall boy" not in ruth.get(f"{at.case}/family").main_text
