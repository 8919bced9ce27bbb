"""Nothing of one home reaches another: logs made of random families, read back letter by letter."""

import subprocess
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal.casefile import documents, service
from portal.casefile.service import NewPrint
from portal.casefile.sifting import around
from portal.cases import service as cases
from portal.cases import withheld
from portal.cases.models import Case, Involved
from portal.family import service as family
from portal.family import updates
from portal.family.rules import Rhythm
from portal.people import service as people
from portal.people.models import Carer, PersonKind
from tests import factories
from tests.casefile.homes import Somebody, World, bare, spelt, worlds
from tests.printing.reading import full_text, reader

FREE = (
    "we_said", "they_said", "done_so_far", "they_ask", "help_at_home", "agencies_part",
    "police_support", "interpreter", "help_offered", "against_wish", "although_not",
    "said_although", "telephone",
)  # fmt: skip
FACTS = {
    "agreed_with_child": "yes",
    "child_present": "no",
    "blames": "yes",
    "procedure_explained": True,
}


@given(world=worlds(), kind=st.sampled_from(["parent", "parent", "police", "own_file"]))
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a found fault is plain enough
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_log_holds_one_home_alone(school: Any, saved: Any, world: World, kind: str) -> None:
    with saved():
        case, young = made_of(world, school)
        known = around(case, young)
        assert len(known.homes) == len(world.homes)
        for number, home in enumerate(known.homes):
            copy = service.record_print(
                factories.viewer_of(school.dsl), case, _copy(world, young, home, kind)
            )
            pdf = documents.prepared(case, copy)()
            text = everything_in(pdf)
            leaked = leaks(text, kept_from(world, number, kind))
            assert not leaked, (leaked, number, kind)
            for one in world.homes[number]:
                assert bare(one.full_name) in bare(text)
            assert bare(world.young.full_name) in bare(text)


def _copy(world: World, young: Involved, home: Any, kind: str) -> NewPrint:
    """A copy whose purpose was typed by somebody who did not think either."""
    purpose = " and ".join(one.full_name for one in (world.other_child, world.stranger))
    return NewPrint(
        document="contact_log",
        recipient_kind=kind,
        recipient=home[0].carer.full_name,
        purpose=f"They asked: {purpose}",
        parts=[str(link.id) for link in home],
        people=[str(young.id)],
        subject_id=young.id,
    )


def leaks(text: str, canaries: list[str]) -> list[tuple[str, str]]:
    """What stands in a text although it must not, with the letters around it."""
    plain = bare(text)
    places = [(one, plain.find(bare(one))) for one in canaries]
    return [(one, plain[max(at - 40, 0) : at + 40]) for one, at in places if at >= 0]


def kept_from(world: World, number: int, kind: str) -> list[str]:
    """Everything that must not stand in the log of this home."""
    own = world.homes[number]
    here = {bare(word) for one in (*own, world.young) for word in (one.given, one.family)}
    found = [world.handle]
    for other, home in enumerate(world.homes):
        for one in home:
            if other != number:
                found += one.canaries()
            elif any(mine.protected for mine in home):
                found += one.where()
    for one in (world.other_child, world.other_carer):
        found += one.canaries()
    found += [world.stranger.full_name, world.stranger.telephone]
    if kind == "parent":
        found.append(world.secret)
    return [one.lstrip("0") if one.isdigit() else one for one in found if bare(one) not in here]


def everything_in(pdf: bytes) -> str:
    """The text of a document as two readers find it, with what else the file says of itself."""
    drawn = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    document = reader(pdf)
    outline = " ".join(str(one) for one in _titles(document.outline))
    return " ".join((full_text(pdf), drawn, outline, str(document.metadata)))


def _titles(outline: Any) -> list[str]:
    found = []
    for one in outline:
        found += _titles(one) if isinstance(one, list) else [one.title]
    return found


def made_of(world: World, school: Any) -> tuple[Case, Involved]:
    """The case in which all of them stand, and every text of it holds everybody."""
    dsl = school.dsl.actor
    case = factories.case(school, factories.disclosure(school, people=[]))
    young = _joined(case, school, world.young, ["harmed"])
    other = _joined(case, school, world.other_child, ["displayed"])
    _carer(school, other, world.other_carer, "")
    links = [
        _carer(school, young, one, f"{'Home' if place else 'home '} {number}")
        for number, home in enumerate(world.homes)
        for place, one in enumerate(home)
    ]
    cases.add_profile(dsl, case, {"handle": world.handle, "whose": world.other_child.full_name})
    withheld.withhold(
        dsl,
        case,
        young,
        words={"fact": "Not for home", "phrases": [world.secret], "reason": "She asked for it"},
        from_kinds=["parent"],
        from_people=[],
    )
    stuffed = _stuffed(world)
    for link in links:
        family.record_contact(dsl, case, young, _contact(stuffed, link))
        new = updates.NewAgreement(Rhythm.WEEK, stuffed)
        updates.agree(dsl, case, young, link, new)
    family.record_contact(dsl, case, young, _contact(stuffed, None, world.stranger))
    return case, young


def _joined(case: Case, school: Any, one: Somebody, parts: list[str]) -> Involved:
    person = people.add_person(school.dsl.actor, school.row, PersonKind.PUPIL, one.details)
    return cases.involve(school.dsl.actor, case, person=person, parts=parts, words={})


def _carer(school: Any, young: Involved, one: Somebody, household: str) -> Carer:
    person = people.add_person(school.dsl.actor, school.row, PersonKind.CARER, one.details)
    assert young.person is not None
    details = {
        "relation": "Parent",
        "household": household,
        "address_protected": one.protected,
        "responsibility": "yes",
    }
    return people.add_carer(school.dsl.actor, young.person, person, details)


def _stuffed(world: World) -> str:
    """A text that names everybody there is, each written in another way."""
    everybody = [one for home in world.homes for one in home]
    everybody += [world.young, world.other_child, world.other_carer, world.stranger]
    canaries = [each for one in everybody for each in one.canaries()]
    canaries += [world.handle, world.secret]
    hows = world.spellings
    return "; ".join(
        f"said {spelt(one, hows[place % len(hows)])} then" for place, one in enumerate(canaries)
    )


def _contact(text: str, link: Carer | None, stranger: Somebody | None = None) -> Any:
    words = dict.fromkeys(FREE, text)
    if stranger is not None:
        words |= {"who": stranger.full_name, "relation": text, "telephone": stranger.telephone}
    return family.NewContact(
        at=factories.when(1),
        way="phone",
        reached=True,
        facts=FACTS,
        words=words,
        carer=link,
    )


@pytest.mark.parametrize("how", range(10))
def test_every_spelling_is_found(school: Any, saved: Any, how: int) -> None:
    """The same for a family that can be read, so that a fault says which spelling it is."""
    mother = _known("Ann", "O'Dea-Zorvex", "01632960101", "4 Fluk Hill", protected=True)
    father = _known("Bélá", "Quinjub", "07700900222", "12 Wyz Lane")
    child = _known("Sara", "O'Dea-Zorvex", "07700900333", "4 Fluk Hill")
    them = _known("Owen", "Pwexdzil", "07700900444", "7 Gnov Road")
    world = World(
        young=child,
        homes=[[mother], [father]],
        other_child=them,
        other_carer=_known("Xanthe", "Pwexdzil", "07700900555", "7 Gnov Road"),
        stranger=_known("Jean", "Vexfluk", "07700900666", "9 Xanth Row"),
        handle="@gnov_9b",
        secret="sees a jubwyz",
        spellings=[how],
    )
    with saved():
        case, young = made_of(world, school)
        for number, home in enumerate(around(case, young).homes):
            copy = service.record_print(
                factories.viewer_of(school.dsl), case, _copy(world, young, home, "parent")
            )
            text = everything_in(documents.prepared(case, copy)())
            assert not leaks(text, kept_from(world, number, "parent")), number


def _known(given: str, family: str, number: str, street: str, *, protected: bool = False) -> Any:
    return Somebody(
        given, family, number, f"{bare(given)}@{bare(family)}.example", street,
        f"{street.split()[1]}ton", f"ZK{street.split(maxsplit=1)[0]} 2ZZ", protected,
    )  # fmt: skip
