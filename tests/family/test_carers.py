"""What is known of those who care for a young person, and what must be respected."""

from typing import Any

from portal.cases import service as cases
from portal.people import service as people
from portal.people.models import Carer
from tests.family.conftest import At, here
from tests.page import Browser


def person_of(saved: Any, at: At) -> str:
    with saved():
        return str(cases.people_in(here(at))[0].person_id)


def test_everything_about_a_carer_is_kept_and_shown(ruth: Browser, at: At, saved: Any) -> None:
    whom = person_of(saved, at)
    page = (
        ruth.get(f"/people/{whom}/carers/new")
        .submit(
            fields={
                "full_name": "Jan Moss",
                "relation": "Foster carer",
                "responsibility": "no",
                "household": "Foster home",
                "may_contact": "ask_lead",
                "court_order": "A care order; the copy is in the safe.",
                "address_protected": True,
                "restrictions": "By letter only.",
            }
        )
        .follow()
    )
    for words in (
        "Household: Foster home",
        "Ask the safeguarding lead first",
        "Court order: A care order; the copy is in the safe.",
        "Their address must not be disclosed to anybody.",
        "To be respected: By letter only.",
    ):
        assert words in page.main_text


def test_a_carer_may_be_contacted_unless_it_is_said(ruth: Browser, at: At, saved: Any) -> None:
    whom = person_of(saved, at)
    form = ruth.get(f"/people/{whom}/carers/new")
    assert form.fields()["may_contact"] == "yes"
    page = form.submit(full_name="Jan Moss", relation="Father", responsibility="yes").follow()
    assert page.main_text.count("Must not be contacted") == 1  # Sean Byrne alone


def test_older_versions_of_what_must_be_respected_stay_readable(
    ruth: Browser, at: At, saved: Any
) -> None:
    whom = person_of(saved, at)
    form = ruth.get(f"/people/{whom}/carers/{at.dad}")
    assert form.submit(fields={"may_contact": "yes"}, status=422).errors() == {
        "reason": "Say why you are changing this"
    }
    page = form.submit(
        fields={"may_contact": "yes", "court_order": "", "reason": "The order has ended"}
    ).follow()
    older = page.click("Older versions of this carer, number 2")
    for words in ("No contact until the hearing.", "The order has ended", "No, they must not be"):
        assert words in older.main_text
    assert "Sean Byrne" in older.written()


def test_a_change_that_comes_too_late_shows_both(ruth: Browser, at: At, saved: Any) -> None:
    whom = person_of(saved, at)
    first, second = (ruth.get(f"/people/{whom}/carers/{at.mum}") for _ in range(2))
    first.submit(fields={"household": "Gran’s home", "reason": "They moved"}, status=303)
    sent = {"household": "Mum’s flat", "address_protected": False, "reason": "They moved"}
    late = second.submit(fields=sent, status=409)
    assert "Gran’s home" in late.text
    assert "Mum’s flat" in late.text


def test_the_versions_of_a_carer_belong_to_their_young_person(
    ruth: Browser, at: At, saved: Any, school: Any
) -> None:
    from tests import factories

    with saved():
        other = str(factories.pupil(school, "Zoë D'Arcy").id)
    ruth.get(f"/people/{other}/carers/{at.mum}/versions", status=404)


def test_cautions_say_everything_in_a_line(saved: Any, at: At) -> None:
    with saved():
        sara = cases.people_in(here(at))[0]
        assert sara.person_id is not None
        said = {link.carer.full_name: link.cautions for link in people.carers_of(sara.person_id)}
    assert said == {
        "Karen Hale": "Their address must not be disclosed to anybody.",
        "Sean Byrne": "Must not be contacted. Court order: No contact until the hearing.",
        "Ann O'Dea": "Ask the safeguarding lead before contacting them.",
    }
    assert Carer.cautions.__doc__
