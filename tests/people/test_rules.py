"""Who of the staff a written name may mean."""

from uuid import UUID

import pytest

from portal.people.rules import meant, meant_in_full
from portal.staff.roles import Role

STAFF = {
    "Alan Crane": Role.HEAD,
    "Zoë Adeyemi": Role.DSL,
    "Tom Whitlock": Role.DEPUTY,
    "Łucja Żółkiewska": Role.STAFF,
    "Beth O’Hara": Role.STAFF,
    "Jo Smith-Jones": Role.STAFF,
}
IDS = {name: UUID(int=number) for number, name in enumerate(STAFF)}
NAMES = {one: name for name, one in IDS.items()}
ROLES = {IDS[name]: frozenset({role}) for name, role in STAFF.items()}


@pytest.mark.parametrize(
    ("written", "who"),
    [
        ("Mr Crane", ["Alan Crane"]),
        ("crane", ["Alan Crane"]),
        ("Alan Crane", ["Alan Crane"]),
        ("Dr. Alan Crane", ["Alan Crane"]),
        ("Mr A. Crane", ["Alan Crane"]),
        ("Al Crane", ["Alan Crane"]),
        ("CRANE, Alan", ["Alan Crane"]),
        ("Alan James Crane", ["Alan Crane"]),
        ("Mr Crane (head)", ["Alan Crane"]),
        ("Mr Crane’s office", ["Alan Crane"]),
        ("Mrs Crane", ["Alan Crane"]),
        ("Zoe Żółkiewska", ["Łucja Żółkiewska"]),
        ("Ms Zolkiewska", ["Łucja Żółkiewska"]),
        ("zoe adeyemi", ["Zoë Adeyemi"]),
        ("Miss O'Hara", ["Beth O’Hara"]),
        ("miss ohara", ["Beth O’Hara"]),
        ("Ms Jones", ["Jo Smith-Jones"]),
        ("Mr Crane and Ms Adeyemi", ["Alan Crane", "Zoë Adeyemi"]),
        ("Alan", []),
        ("Mr Cranes", []),
        ("Mr", []),
        ("", []),
    ],
)
def test_a_surname_among_the_words_is_enough(written: str, who: list[str]) -> None:
    assert meant(written, NAMES, ROLES) == [IDS[one] for one in who]


@pytest.mark.parametrize(
    ("written", "who"),
    [
        ("the headteacher", ["Alan Crane"]),
        ("Head Teacher", ["Alan Crane"]),
        ("the head", ["Alan Crane"]),
        ("our principal", ["Alan Crane"]),
        ("the head of the school", ["Alan Crane"]),
        ("head of year 9", []),
        ("the head girl", []),
        ("assistant headteacher", []),
        ("vice-principal", []),
        ("the DSL", ["Zoë Adeyemi"]),
        ("Designated Safeguarding Lead", ["Zoë Adeyemi"]),
        ("the deputy head", ["Tom Whitlock"]),
        ("the deputy DSL", ["Tom Whitlock"]),
        ("her tutor", []),
    ],
)
def test_a_title_means_whoever_holds_the_role(written: str, who: list[str]) -> None:
    assert meant(written, NAMES, ROLES) == [IDS[one] for one in who]


@pytest.mark.parametrize("name", ["Crane, Alan", "Alan Crane (head)", "Crane"])
def test_accounts_write_names_in_several_ways(name: str) -> None:
    assert meant("Mr Crane", {UUID(int=1): name}) == [UUID(int=1)]


@pytest.mark.parametrize(
    ("written", "who"),
    [
        ("Alan Crane", ["Alan Crane"]),
        ("crane alan", ["Alan Crane"]),
        ("Alan James Crane", ["Alan Crane"]),
        ("Jordan Crane", []),
        ("Crane", []),
        ("the head", []),
        ("Alan", []),
        ("", []),
    ],
)
def test_a_young_person_who_shares_a_surname_is_nobody_of_the_staff(
    written: str, who: list[str]
) -> None:
    assert meant_in_full(written, NAMES) == [IDS[one] for one in who]
