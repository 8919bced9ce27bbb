"""Families of a case, in every state that their pages can show."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from portal import clock
from portal.cases import service as cases
from portal.cases import withheld
from portal.cases.models import Case, Involved
from portal.db import session
from portal.family import service as families
from portal.family import updates
from portal.family.rules import Rhythm, Told
from portal.people import service as people
from portal.people.models import Carer, PersonKind
from portal.vault.roots import Root
from tests import factories
from tests.factories import School


def family(at: School, made: Case) -> dict[str, list[UUID]]:
    """Two young people: one told with two households, one not told yet; contacts and updates.

    The first contact can be corrected, the first agreement runs and the second has ended.
    """
    one, other = _young(at, made)
    mum, dad, nan = _at_home(at, one)
    _fact(at, made, one)
    _wishes(at, made, one)
    _decide(at, made, one, other, mum, dad)
    contacts = _contacts(at, made, one, mum, dad)
    agreed = _updates(at, made, one, mum, nan)
    found: dict[str, Sequence[Root]] = {"contact_id": contacts, "agreement_id": agreed}
    return {name: [record.id for record in records] for name, records in found.items()}


def _young(at: School, made: Case) -> list[Involved]:
    """Two who are known and said to be harmed or to have displayed it; made where there are not."""
    for part, name in (("harmed", "Zoë D'Arcy"), ("displayed", "Lucy Ashworth")):
        known = families.young_in(cases.people_in(made))
        if not any(part in one.parts for one in known):
            pupil = factories.pupil(at, name)
            cases.involve(at.dsl.actor, made, person=pupil, parts=[part], words={})
            session.flush()
    known = families.young_in(cases.people_in(made))
    found = [next(one for one in known if part in one.parts) for part in ("harmed", "displayed")]
    found[0].not_to_be_told = "That she’s been seen by the school nurse."
    cases.change_involved(at.dsl.actor, found[0], {}, "She asked for it.")
    return found


def _at_home(at: School, one: Involved) -> list[Carer]:
    return [
        carer(
            at,
            one,
            "Mrs D'Arcy",
            {"relation": "mother", "responsibility": "yes", "household": "Mum’s home"},
            telephone="07700 900123",
            address="12 Mill Lane\nOakfield\nOX1 2AB",
            address_protected=True,
            restrictions="Only after four, and never at work.",
        ),
        carer(
            at,
            one,
            "Sean D’Arcy",
            {"relation": "father", "responsibility": "yes", "household": "Dad’s home"},
            telephone="07700 900456",
            may_contact="no",
            court_order="No contact with her or the mother. A copy is in the safe.",
        ),
        carer(
            at,
            one,
            "Ann O'Dea",
            {"relation": "grandmother", "responsibility": "no", "may_contact": "ask_lead"},
        ),
    ]


def carer(at: School, one: Involved, name: str, link: dict[str, Any], **more: Any) -> Carer:
    """Somebody who cares for a young person; what is not of the link is of the person."""
    columns = {"may_contact", "court_order", "address_protected", "restrictions"}
    link = {**link, **{key: more.pop(key) for key in columns & set(more)}}
    assert one.person is not None
    grown = factories.person(at, PersonKind.CARER, name, **more)
    session.flush()
    made = people.add_carer(at.dsl.actor, one.person, grown, link)
    session.flush()
    return made


def _fact(at: School, made: Case, one: Involved) -> None:
    withheld.withhold(
        at.dsl.actor,
        made,
        one,
        words={
            "fact": "She’s going out with a girl.",
            "phrases": ["girlfriend", "is gay"],
            "reason": "She fears what they’d do.",
        },
        from_kinds=["parent"],
        from_people=[],
    )


def _wishes(at: School, made: Case, one: Involved) -> None:
    words = {"why": "He’ll shout.", "wider": "He has hit her before.", "who_tells": "Ms Rahman"}
    for wish, there in (("does_not_want", "not_known"), ("unsure", "yes")):
        families.record_wish(
            at.dsl.actor,
            made,
            one,
            wish=wish,
            wants_there=there,
            words=words,
            asked=factories.when(1),
        )


def _decide(at: School, made: Case, one: Involved, other: Involved, mum: Carer, dad: Carer) -> None:
    not_told = families.NewDecision(
        Told.NOT_INFORMED,
        "Her father has hit her before.",
        factories.when(1),
        agencies="Ms Okafor, the front door",
        agencies_said="Wait until we’ve seen her.",
        reference="MASH 81",
    )
    told = families.NewDecision(
        Told.INFORMED,
        "",
        factories.when(0, None),
        told=[mum],
        not_told=[dad],
        not_told_why="The court’s order.",
        who_tells="Ruth Adeyemi, with her",
        on_wish="Her mother can help her, and she’ll be there.",
    )
    families.decide(at.dsl.actor, made, one, not_told)
    families.decide(at.dsl.actor, made, one, told)
    later = families.NewDecision(
        Told.NOT_YET, "The police ask us to wait.", factories.when(0, None), by_when=clock.today()
    )
    families.decide(at.dsl.actor, made, other, later)


def _contacts(at: School, made: Case, one: Involved, mum: Carer, dad: Carer) -> list[Root]:
    said = {
        "telephone": "07700 900123",
        "we_said": "What was posted of her, and what we do.",
        "they_said": "“She shouldn’t have sent it.”",
        "done_so_far": "Two are spoken with. It’s reported.",
        "they_ask": "That nobody stares at her.",
        "help_offered": "A call with the NSPCC’s line for parents.",
        "help_at_home": "To listen first.",
        "agencies_part": "She wants to be there when they come.",
        "police_support": "Somebody beside her.",
        "interpreter": "None",
    }
    facts = {
        "agreed_with_child": "yes",
        "child_present": "yes",
        "blames": "yes",
        "procedure_explained": True,
    }
    found: list[Root] = [_contact(at, made, one, facts, said, carer=mum)]
    rang = {"although_not": "He rang us, and knew of it.", "said_although": "He’d read it."}
    found.append(_contact(at, made, one, {}, {"we_said": "Nothing.", **rang}, carer=dad))
    aunt = {"who": "Joan Moss", "relation": "aunt", "against_wish": "She’d found out herself."}
    found.append(_contact(at, made, one, {}, aunt, way="letter", reached=False))
    session.flush()
    families.correct_contact(
        at.dsl.actor,
        made,
        found[0],  # type: ignore[arg-type]
        {"they_ask": "That nobody stares at her, and a quiet room."},
        factories.when(1),
        "She rang again.",
    )
    return found


def _contact(at: School, made: Case, one: Involved, facts: Any, words: Any, **more: Any) -> Root:
    known = {"at": factories.when(1), "way": "phone", "reached": True, **more}
    return families.record_contact(
        at.dsl.actor, made, one, families.NewContact(facts=facts, words=words, **known)
    )


def _updates(at: School, made: Case, one: Involved, mum: Carer, nan: Carer) -> list[Root]:
    dsl = at.dsl.actor
    weekly = updates.NewAgreement(Rhythm.WEEK, "How she’s in lessons, what’s still online.")
    seldom = updates.NewAgreement(Rhythm.AS_IT_HAPPENS, "Only if it’s come back.")
    runs = updates.agree(dsl, made, one, mum, weekly)
    ended = updates.agree(dsl, made, one, nan, seldom)
    updates.end_agreement(dsl, made, ended, "She’s asked not to hear of it.")
    return [runs, ended]
