"""Imagery that was seen: by accident, or because it was decided that it must be viewed."""

from types import SimpleNamespace

import pytest

from portal.casefile import summary as case_summary
from portal.cases import entries
from portal.cases import service as cases
from portal.cases.models import Case, ImageryViewing, ViewingKind
from portal.disclosures import service as disclosures
from portal.staff.roles import Role
from tests import factories

NAME = "Łukasz Żółkiewski, teacher"
ACCIDENT = {
    "who": NAME,
    "happened": factories.when(1),
    "place": "Room 14",
    "shown_by": "A pupil held up a telephone",
    "why": "<b>{{7*7}}</b> it was in front of his face",
    "present": "Nobody",
    "followed": "Told the lead at 11:20",
    "support": "Offered and declined",
}
DECIDED = {
    "ground": "agencies",
    "why": "Three accounts of it disagreed",
    "decided_by": "Ruth Adeyemi; the head, Alan Crane, agreed at 10:05",
    "who": "Ruth Adeyemi",
    "present": "Tom Whitlock",
    "place": "The head’s office",
    "happened": factories.when(1),
    "followed": "Police told at 14:10",
    "support": "Half an hour with the counsellor",
}


@pytest.fixture
def case(saved, school):
    with saved():
        made = factories.case(school)
        return SimpleNamespace(id=made.id, at=f"/cases/{made.reference}/viewings")


@pytest.fixture
def viewings(saved, case):
    """What is recorded now, read anew each time."""

    def read():
        return cases.records_of(cases.session.get(Case, case.id), ImageryViewing)

    return read


def test_the_page_offers_two_ways_and_says_that_only_words_are_kept(case, sign_in):
    page = sign_in(Role.DSL).get(case.at)

    assert "words only" in page.main_text
    assert page.link("Somebody saw it by accident").endswith("/viewings/new/accidental")
    assert page.link("It was decided that it must be viewed").endswith("/viewings/new/authorised")


def test_the_case_page_leads_to_it(case, sign_in):
    assert sign_in(Role.HEAD).get(case.at[: -len("/viewings")]).link("Imagery seen by staff")


def test_head_reads_but_is_offered_nothing_to_add(case, sign_in):
    page = sign_in(Role.HEAD).get(case.at)

    assert "Add a record" not in page.main_text


def test_an_accident_is_kept_letter_for_letter(case, sign_in, saved, viewings):
    browser = sign_in(Role.DSL)
    page = browser.get(case.at + "/new/accidental").submit(**ACCIDENT).follow()

    assert {text for name, text in ACCIDENT.items() if name != "happened"} <= set(page.written())
    assert "seen by accident, or shown to somebody" in page.main_text
    with saved():
        (one,) = viewings()
        assert (one.kind, one.happened) == ("accidental", factories.when(1))
        assert (one.ground, one.decided_by) == ("", "")


def test_an_accident_needs_only_who_and_why(case, sign_in, saved, viewings):
    form = sign_in(Role.DSL).get(case.at + "/new/accidental")
    wrong = form.submit(status=422)
    assert set(wrong.errors()) == {"who", "why"}

    wrong.submit(who="Mr Lowe", why="It was held up to him")

    with saved():
        assert viewings()[0].happened is None


def test_what_was_decided_is_kept_with_everything_it_needs(case, sign_in, saved, viewings):
    browser = sign_in(Role.DSL)
    page = browser.get(case.at + "/new/authorised").submit(**DECIDED).follow()

    assert "viewed because it was decided" in page.main_text
    assert "Without it nobody could decide" in page.main_text
    assert DECIDED["decided_by"] in page.written()
    with saved():
        (one,) = viewings()
        assert (one.kind, one.ground) == ("authorised", "agencies")
        assert (one.support, one.present) == (DECIDED["support"], DECIDED["present"])


def test_what_was_decided_leaves_nothing_open(case, sign_in):
    page = sign_in(Role.DSL).get(case.at + "/new/authorised").submit(status=422)

    assert set(page.errors()) == set(DECIDED)


def test_second_adult_is_somebody_else(case, sign_in, viewings, saved):
    form = sign_in(Role.DSL).get(case.at + "/new/authorised")
    page = form.submit(**{**DECIDED, "present": " ruth  ADEYEMI "}, status=422)

    assert "somebody other than who viewed it" in page.errors()["present"]
    assert DECIDED["why"] in page.written()
    page.submit(present="Tom Whitlock")
    with saved():
        assert len(viewings()) == 1


def test_a_viewing_that_is_still_to_come_is_refused(case, sign_in):
    form = sign_in(Role.DSL).get(case.at + "/new/authorised")

    page = form.submit(**{**DECIDED, "happened": factories.when(-1)}, status=422)

    assert set(page.errors()) == {"happened"}


def test_forms_say_when_not_to_view_at_all(case, sign_in):
    page = sign_in(Role.DSL).get(case.at + "/new/authorised")

    assert "Has nobody viewed it yet?" in page.main_text
    assert "A second adult stays in the room and need not look" in page.text
    assert "It is not copied, printed, photographed" in page.text


@pytest.mark.parametrize(("kind", "sent"), [("accidental", ACCIDENT), ("authorised", DECIDED)])
def test_a_correction_keeps_what_stood_there(case, sign_in, kind, sent, saved, viewings):
    browser = sign_in(Role.DSL)
    browser.get(f"{case.at}/new/{kind}").submit(**sent)
    with saved():
        address = f"{case.at}/{viewings()[0].id}"
    form = browser.get(address)
    assert form.submit(place="The sports hall", status=422).errors() == {
        "reason": "Say why you are changing this"
    }
    page = browser.get(address).submit(place="The sports hall", reason="Misheard").follow()

    assert "The sports hall" in page.written()
    older = page.click("Older versions").main_text
    assert f"Before: {sent['place']} After: The sports hall" in older
    assert "Misheard" in older
    with saved():
        assert viewings()[0].happened == factories.when(1)


def test_two_colleagues_correcting_one_record_lose_nothing(case, sign_in, saved, viewings):
    first, second = sign_in(Role.DSL), sign_in(Role.DEPUTY)
    first.get(case.at + "/new/authorised").submit(**DECIDED)
    with saved():
        address = f"{case.at}/{viewings()[0].id}"
    mine, theirs = first.get(address), second.get(address)

    mine.submit(ground="removal", reason="Clearer")
    page = theirs.submit(ground="presented", reason="Clearer", status=409)

    assert "It had to be reported to be taken down" in page.text
    assert "The young person put it before us" in page.text


def test_other_kinds_and_records_of_other_cases_are_not_found(case, sign_in, saved, school):
    with saved():
        other = factories.case(school)
        seen = cases.add_viewing(school.dsl.actor, other, None, {"who": "A", "why": "B"})
        address = f"{case.at}/{seen.id}"
    browser = sign_in(Role.DSL)

    browser.get(address, status=404)
    browser.get(case.at + "/new/otherwise", status=404)
    browser.get(case.at + "/new", status=404)


def test_both_kinds_have_their_line_in_the_chronology(case, saved, school, viewings):
    with saved():
        row = cases.session.get(Case, case.id)
        words = {name: text for name, text in DECIDED.items() if name != "happened"}
        cases.add_viewing(school.dsl.actor, row, None, {"who": "Mr Lowe", "why": "Held up"})
        cases.add_viewing(school.dsl.actor, row, None, words, ViewingKind.AUTHORISED)
        factories.journal.settle(factories.session)
        found = {one.title: one for one in entries.entries(row) if one.kind == "viewing"}

        assert found["Imagery was seen by Mr Lowe"].text == "Why: Held up"
        decided = found["Imagery was viewed by Ruth Adeyemi, as decided"].text
        assert "Why: Without it nobody could decide" in decided
        assert "Decided by: Ruth Adeyemi; the head" in decided
        assert "Support offered: Half an hour with the counsellor" in decided


def test_the_case_summary_tells_how_each_came_about(case, saved, school, viewings):
    with saved():
        row = cases.session.get(Case, case.id)
        words = {name: text for name, text in DECIDED.items() if name != "happened"}
        cases.add_viewing(school.dsl.actor, row, factories.when(1), words, ViewingKind.AUTHORISED)
        (printed,) = case_summary._seen_by_staff(viewings())

        assert printed.kind == "Viewed because it was decided"
        assert printed.why.startswith("Without it nobody could decide")
        assert printed.why.endswith("Three accounts of it disagreed")
        assert (printed.place, printed.decided_by, printed.support) == (
            DECIDED["place"], DECIDED["decided_by"], DECIDED["support"],
        )  # fmt: skip


def test_what_a_disclosure_says_was_seen_is_an_accident(saved, school, viewings, case):
    with saved():
        told = factories.disclosure(school)
        told.viewings = [{"who": "Beth O’Hara", "why": "It was on the board"}]
        disclosures.note(school.dsl.actor, "added what was seen", told)
        disclosures.pick_up(school.dsl.actor, told)
        row = cases.session.get(Case, case.id)
        disclosures._carry_over(school.dsl.actor, told, row, school.row, {})
        cases.session.flush()

        (one,) = viewings()
        assert (one.kind, one.who, one.support) == ("accidental", "Beth O’Hara", "")
