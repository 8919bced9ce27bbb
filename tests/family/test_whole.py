"""Families as a part of the case: closed, in care, with little and with much."""

from typing import Any

import pytest

from portal.casefile import features
from portal.casefile.counts import counts_of
from portal.cases import service as cases
from portal.db import session
from portal.people import service as people
from portal.staff.roles import Role
from tests import factories
from tests.family.conftest import At, SignIn, contact, here
from tests.house.furnished_family import family
from tests.page import Browser


def test_every_record_has_its_line_in_the_chronology(saved: Any, school: Any, at: At) -> None:
    with saved():
        case = here(at)
        family(school, case)
        session.flush()
        told = [one for one in features.entries(case) if one.kind == "family"]
        assert len(told) == 2 + 3 + 2 + 1  # wishes, contacts, agreements, one of them ended
        assert counts_of(case).entries == len(features.entries(case))


@pytest.mark.parametrize("path", ["family", "family/{sara}"])
def test_a_page_costs_the_same_with_little_and_with_much(
    saved: Any, school: Any, at: At, ruth: Browser, statements: Any, path: str
) -> None:
    address = f"{at.case}/{path.format(sara=at.sara)}"
    ruth.get(address)
    with statements() as little:
        ruth.get(address)
    with saved():
        case = here(at)
        family(school, case)
        for number in range(12):
            pupil = factories.pupil(school, f"Anna Number{number}")
            cases.involve(school.dsl.actor, case, person=pupil, parts=["harmed"], words={})
    with statements() as much:
        ruth.get(address)
    # the people of wishes and facts that are kept back are read where there are any
    assert much.count <= little.count + 1, "\n".join(much.texts)


def test_a_closed_case_is_read_and_nothing_is_offered(
    saved: Any, school: Any, at: At, ruth: Browser
) -> None:
    contact(ruth, at)
    with saved():
        case = here(at)
        family(school, case)
        cases.close(school.dsl.actor, case, "Over", "", "")
    for path in (f"{at.case}/family", at.of(at.sara)):
        page = ruth.get(path)
        assert "What was posted of her" in page.main_text or path.endswith("family")
        for words in (
            "Record a contact",
            "Decide again",
            "Agree on updates",
            "Ask again",
            "End these",
        ):
            assert words not in page.main_text, words


def test_a_child_in_care_has_a_social_worker_and_a_foster_carer(
    saved: Any, school: Any, at: At, ruth: Browser
) -> None:
    with saved():
        sara = cases.people_in(here(at))[0].person
        assert sara is not None
        people.change_person(school.dsl.actor, sara, {"flags": ["looked_after"]}, "Since May")
    assert "name the social worker and the foster carer" in ruth.get(at.of(at.sara)).main_text
    assert "This young person is in care" in ruth.get(at.of(at.sara, "decide")).main_text


def test_siblings_are_of_one_family(saved: Any, school: Any, at: At, ruth: Browser) -> None:
    with saved():
        case = here(at)
        sara = cases.people_in(case)[0]
        assert sara.person_id is not None
        brother = factories.pupil(school, "Ben Hale")
        cases.involve(school.dsl.actor, case, person=brother, parts=["witness"], words={})
        mum = people.carers_of(sara.person_id)[0].carer
        people.add_carer(school.dsl.actor, brother, mum, {"relation": "mother"})
    contact(ruth, at, we_said="Ben Hale saw it as well.")
    other = contact(ruth, at, we_said="Owen Price saw it as well.", status=422)
    assert "we_said" in other.errors()


def test_a_witness_is_listed_apart_until_there_is_something_to_show(
    saved: Any, school: Any, at: At, ruth: Browser
) -> None:
    with saved():
        pupil = factories.pupil(school, "Zoë D'Arcy")
        cases.involve(school.dsl.actor, here(at), person=pupil, parts=["witness"], words={})
    page = ruth.get(f"{at.case}/family")
    assert "Others of this case" in page.main_text
    assert len(list(page.all("section", class_="family-card"))) == 2


def test_the_one_who_is_shut_out_finds_nothing(
    saved: Any, school: Any, at: At, sign_in: SignIn
) -> None:
    with saved():
        cases.exclude(
            school.head.actor, here(at).key, school[Role.DEPUTY].id, "Aunt", case_id=here(at).id
        )
    sign_in(Role.DEPUTY).get(f"{at.case}/family", status=404)
