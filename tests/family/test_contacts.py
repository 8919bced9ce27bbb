"""Contacts with somebody at home, and what they guard."""

from typing import Any
from uuid import UUID

import pytest

from portal.cases import service as cases
from portal.cases import withheld
from portal.family import service
from portal.staff.roles import Role
from tests import factories
from tests.factories import School
from tests.family.conftest import At, Look, Saved, SignIn, contact, here, when
from tests.family.test_decisions import rather
from tests.house.holders import grant
from tests.page import Browser


def contacts(look: Look) -> list[dict[str, Any]]:
    """What is kept of the contacts, the newest first."""
    names = ("id", "carer_id", "said_although", "against_wish")
    with look() as case:
        return [{name: getattr(one, name) for name in names} for one in service.contacts_of(case)]


def test_a_contact_with_everything_in_it(ruth: Browser, at: At, look: Look) -> None:
    words: dict[str, Any] = {
        "telephone": "07700 900123",
        "we_said": "What was posted of her.",
        "done_so_far": "It is reported.",
        "they_said": "“She shouldn't have sent it.”",
        "they_ask": "That nobody stares.",
        "help_offered": "A call with the helpline.",
        "help_at_home": "To listen.",
        "agencies_part": "She wants to be there.",
        "police_support": "Somebody beside her.",
        "interpreter": "Ms Osei",
    }
    page = contact(
        ruth,
        at,
        blames="yes",
        agreed_with_child="yes",
        child_present="yes",
        procedure_explained=True,
        **words,
    ).follow()
    for text in words.values():
        assert text in page.main_text
    assert "By telephone, Karen Hale (mother)" in page.main_text
    for sentence in ("They blame their child.", "The young person was there."):
        assert sentence in page.main_text
    line = "Contact with Karen Hale (mother), by telephone"
    assert line in ruth.get(f"{at.case}/chronology").main_text


def test_only_who_when_how_and_what_was_said_are_required(ruth: Browser, at: At) -> None:
    page = ruth.get(at.of(at.sara, "contacts", "new")).submit(status=422)
    assert set(page.errors()) == {"with_whom", "way", "reached"}
    refused = contact(ruth, at, we_said="", status=422)
    assert refused.errors() == {"we_said": "Write what they were told"}
    contact(ruth, at, we_said="", reached="no")


def test_the_carer_of_the_link_is_chosen_already(ruth: Browser, at: At) -> None:
    page = ruth.get(f"{at.case}/family")
    href = next(href for words, href in page.links() if "Record a contact with Karen" in words)
    form = ruth.get(href)
    assert form.fields()["with_whom"] == at.mum
    assert form.fields()["telephone"] == "07700 900123"
    ruth.get(at.of(at.sara, "contacts", "new") + "?carer=nonsense")


def test_blame_needs_what_help_was_offered(ruth: Browser, at: At) -> None:
    refused = contact(ruth, at, blames="yes", status=422)
    assert "help_offered" in refused.errors()
    contact(ruth, at, blames="yes", help_offered="A call with the helpline.")


def test_whoever_must_not_be_contacted_is_refused_until_it_has_happened(
    ruth: Browser, at: At, look: Look
) -> None:
    refused = contact(ruth, at, with_whom=at.dad, status=422)
    assert "Sean Byrne must not be contacted" in refused.errors()["with_whom"]
    unsaid = contact(ruth, at, with_whom=at.dad, although=True, status=422)
    assert unsaid.errors() == {"although_not": "Say how it came about"}
    page = contact(
        ruth, at, with_whom=at.dad, although=True, although_not="He rang the office."
    ).follow()
    assert "He rang the office." in page.main_text
    assert len(contacts(look)) == 1


def test_whoever_must_be_asked_about_is_shown_and_not_refused(ruth: Browser, at: At) -> None:
    form = ruth.get(at.of(at.sara, "contacts", "new"))
    assert "Ask the lead first" in form.main_text
    contact(ruth, at, with_whom=at.nan)


def test_somebody_else_needs_a_name(ruth: Browser, at: At, look: Look) -> None:
    refused = contact(ruth, at, with_whom="else", status=422)
    assert refused.errors() == {"who": "Write who it was"}
    known = contact(ruth, at, with_whom="else", who="sean  BYRNE", status=422)
    assert "Sean Byrne is in the list above" in known.errors()["who"]
    contact(ruth, at, with_whom="else", who="Joan Moss", relation="aunt")
    assert contacts(look)[0]["carer_id"] is None
    assert "Somebody else" in ruth.get(at.of(at.sara)).main_text


def test_a_carer_of_another_young_person_is_not_one_of_the_choices(ruth: Browser, at: At) -> None:
    page = ruth.get(at.of(at.owen, "contacts", "new"))
    body = page.fields()
    for name, value in {"with_whom": at.mum, "way": "phone", "reached": "no", **when()}.items():
        body.setlist(name, [value])
    assert "with_whom" in ruth.post(page.path, body, status=422).errors()


@pytest.mark.parametrize("field", ["we_said", "done_so_far", "help_offered", "help_at_home"])
def test_what_must_not_be_told_is_found_in_what_was_said(
    ruth: Browser, at: At, saved: Any, school: Any, look: Look, field: str
) -> None:
    keep_back(saved, school, at, from_kinds=["parent"])
    text = "We spoke of her GIRLFRIEND, and of school."
    refused = contact(ruth, at, status=422, **{field: text})
    assert set(refused.errors()) == {field}
    assert "“girlfriend” is not to be told to them" in refused.errors()[field]
    assert text in refused.written()
    unsaid = refused.submit(fields={"said_all_the_same": "yes"}, status=422)
    assert unsaid.errors() == {"said_although": "Say why it was said, and what follows from it"}
    unsaid.submit(fields={"said_although": "She had told them herself."}, status=303)
    assert contacts(look)[0]["said_although"] == "She had told them herself."


def test_what_they_said_themselves_is_not_guarded(
    ruth: Browser, at: At, saved: Any, school: Any
) -> None:
    keep_back(saved, school, at, from_kinds=["parent"])
    contact(ruth, at, they_said="She has a girlfriend, and Owen Price did it.")


def test_a_fact_kept_from_one_carer_is_guarded_for_that_one(
    ruth: Browser, at: At, saved: Any, school: Any
) -> None:
    keep_back(saved, school, at, from_carer="Karen Hale")
    contact(ruth, at, with_whom=at.nan, we_said="Her girlfriend helped her.")
    refused = contact(ruth, at, we_said="Her girlfriend helped her.", status=422)
    assert "we_said" in refused.errors()


def keep_back(saved: Any, school: Any, at: At, from_kinds: Any = (), from_carer: str = "") -> None:
    with saved():
        case = here(at)
        sara = cases.people_in(case)[0]
        carers = service.carers_in([sara])[sara.person_id]  # type: ignore[index]
        people = [link.carer_id for link in carers if link.carer.full_name == from_carer]
        withheld.withhold(
            school.dsl.actor,
            case,
            sara,
            words={"fact": "Whom she loves", "phrases": ["girlfriend"], "reason": "She asked"},
            from_kinds=list(from_kinds),
            from_people=people,
        )


@pytest.mark.parametrize("name", ["Owen Price", "OWEN  PRICE", "Lucy Price"])
def test_names_of_another_family_are_found_in_what_was_said(
    ruth: Browser, at: At, name: str
) -> None:
    refused = contact(ruth, at, we_said=f"It was {name} who posted it.", status=422)
    assert "belongs to another family" in refused.errors()["we_said"]
    assert "This was said all the same" in refused.main_text


def test_their_own_names_may_be_said(ruth: Browser, at: At) -> None:
    contact(ruth, at, we_said="Sara O'Neill told us. Karen Hale and Ann O'Dea know.")


def test_somebody_who_should_rather_not_know_needs_a_reason(
    ruth: Browser, at: At, saved: Any, school: Any, look: Look
) -> None:
    rather(saved, school, at, "Karen Hale")
    form = ruth.get(at.of(at.sara, "contacts", "new"))
    assert form.main_text.count("would rather that Karen Hale did not know") == 2
    refused = contact(ruth, at, status=422)
    assert set(refused.errors()) == {"against_wish"}
    contact(ruth, at, against_wish="She has to sign for the trip.")
    assert contacts(look)[0]["against_wish"] == "She has to sign for the trip."
    named = contact(ruth, at, with_whom="else", who="Mrs Hale", status=422)
    assert set(named.errors()) == {"against_wish"}


def test_a_correction_keeps_the_older_version(ruth: Browser, at: At, look: Look) -> None:
    contact(ruth, at, they_ask="A quiet room.", reached="no", we_said="")
    one = str(contacts(look)[0]["id"])
    form = ruth.get(f"{at.case}/family/contacts/{one}")
    assert form.submit(status=422).errors() == {"reason": "Say why it is corrected"}
    page = form.submit(
        fields={
            "reached": "yes",
            "we_said": "She rang back.",
            "they_ask": "A room.",
            "reason": "She rang back",
        }
    ).follow()
    assert "2 versions" in page.main_text
    history = page.click("2 versions")
    for words in ("A quiet room.", "She rang back", "What they ask of school"):
        assert words in history.main_text
    assert "told: Sara O'Neill" in ruth.get(at.case).main_text


def test_a_correction_that_comes_too_late_shows_both(ruth: Browser, at: At, look: Look) -> None:
    contact(ruth, at)
    one = str(contacts(look)[0]["id"])
    first, second = (ruth.get(f"{at.case}/family/contacts/{one}") for _ in range(2))
    first.submit(fields={"they_ask": "A room.", "reason": "More"}, status=303)
    late = second.submit(fields={"they_ask": "A bus.", "reason": "More"}, status=409)
    assert "A bus." in late.text
    assert "A room." in late.text


def test_a_contact_cannot_be_in_the_future(ruth: Browser, at: At) -> None:
    refused = contact(ruth, at, status=422, **when(-2))
    assert any("future" in one for one in refused.errors().values())


def test_the_log_of_each_household_is_printed_apart(ruth: Browser, at: At) -> None:
    contact(ruth, at)
    contact(ruth, at, with_whom=at.dad, although=True, although_not="He rang.")
    page = ruth.get(at.of(at.sara))
    prints = {href for _, href in page.links() if "log/print" in href}
    base = at.of(at.sara, "log", "print")
    assert prints == {f"{base}?household={at.mum}", f"{base}?household={at.dad}"}


def nadia(sign_in: SignIn, saved: Saved, school: School, at: At) -> Browser:
    """Pastoral staff, who were given the contacts of Sara’s family and nothing else."""
    with saved():
        sara = cases.get_involved(here(at), UUID(at.sara))
        grant(school, here(at), school[Role.PASTORAL], "contacts", may_write=True, one=sara.id)
    return sign_in(Role.PASTORAL)


def test_a_class_list_does_not_tell_who_else_is_in_the_case(
    sign_in: SignIn, saved: Saved, school: School, at: At, look: Look
) -> None:
    """Nor do all the names of the school’s list of people: whoever is in it was once spoken of."""
    with saved():
        factories.pupil(school, "Max Moore")
        owen = cases.get_involved(here(at), UUID(at.owen)).name
    pastoral = nadia(sign_in, saved, school, at)
    contact(pastoral, at, we_said=f"I named {owen}, Lucy Price, Max Moore and Zoe Hart.")
    assert len(contacts(look)) == 1


def test_whoever_was_given_every_family_keeps_their_names_apart(
    sign_in: SignIn, saved: Saved, school: School, at: At
) -> None:
    with saved():
        grant(school, here(at), school[Role.PASTORAL], "contacts", may_write=True)
    refused = contact(sign_in(Role.PASTORAL), at, we_said="It was Lucy Price’s son.", status=422)
    assert "“Lucy Price” belongs to another family" in refused.errors()["we_said"]


def test_words_kept_back_about_another_are_not_quoted_to_whom_they_are_not_shown(
    sign_in: SignIn, saved: Saved, school: School, at: At
) -> None:
    with saved():
        for whom, phrase in ((at.sara, "her counsellor"), (at.owen, "his other school")):
            withheld.withhold(
                school.dsl.actor,
                here(at),
                cases.get_involved(here(at), UUID(whom)),
                words={"fact": phrase, "phrases": [phrase], "reason": "Asked for."},
                from_kinds=["parent"],
                from_people=[],
            )
    pastoral = nadia(sign_in, saved, school, at)
    both = "That she sees her counsellor, and his other school."
    refused = contact(pastoral, at, we_said=both, status=422).errors()["we_said"]
    assert "her counsellor" in refused
    assert "his other school" not in refused
