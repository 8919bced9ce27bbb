"""What a case summary says of parents and carers: whether they were told, who, when and why not."""

from collections.abc import Collection, Mapping
from uuid import UUID

from portal.casefile.forms import MAY_BE_TOLD_ALL
from portal.casefile.forms_family import PARENT
from portal.casefile.summary_parts import moment, said
from portal.cases.models import Case, Decision
from portal.family import reading
from portal.family.models import FamilyContact
from portal.family.reading import Family
from portal.family.rules import Stand
from portal.guidance.catalogue import vocabulary
from portal.printing.case_summary_data import ParentContact

NOT_RECORDED = "Not recorded yet"
NOT_SAID = "Not said in this copy"
_TOLD = {
    Stand.OPEN: NOT_RECORDED,
    Stand.NOT_YET: "Not yet",
    Stand.TOLD: "Told",
    Stand.NOT_TOLD: "Not told",
}


def parents(
    case: Case, chosen: Collection[UUID], names: Mapping[UUID, str], recipient_kind: str
) -> tuple[ParentContact, ...]:
    """One for each young person who is named; who was told, only for those who are told all.

    A parent reads nothing of it: it may be the other one who was told, or who was not.
    """
    found = [family for family in reading.families(case) if family.one.id in chosen]
    if recipient_kind in MAY_BE_TOLD_ALL:
        return tuple(_in_full(family, names) for family in found)
    if recipient_kind == PARENT:
        return tuple(ParentContact(family.one.name, NOT_SAID) for family in found)
    return tuple(ParentContact(family.one.name, _TOLD[family.stand]) for family in found)


def _in_full(family: Family, names: Mapping[UUID, str]) -> ParentContact:
    newest = family.decisions[0] if family.decisions else None
    reached = [one for one in family.contacts if one.reached and one.carer_id is not None]
    last = reached[0] if reached else None
    told = family.stand is Stand.TOLD
    return ParentContact(
        young_person=family.one.name,
        told=_TOLD[family.stand] if last or not told else "To be told; nobody was reached yet",
        who="\n".join(dict.fromkeys(map(_named, reversed(reached)))) if told else "",
        when=_when(last) if told and last else "",
        by=names.get(last.by_id, "") if told and last else "",
        why_not=newest.reason if newest and not told else "",
        note="\n".join(filter(None, (_decided(newest, names), _wish(family)))),
    )


def _named(one: FamilyContact) -> str:
    return f"{one.who} ({one.relation})" if one.relation else one.who


def _when(one: FamilyContact) -> str:
    return f"last spoken to {said(one.happened) if one.happened else moment(one.written_at)}"


def _decided(decision: Decision | None, names: Mapping[UUID, str]) -> str:
    if decision is None:
        return ""
    when = said(decision.happened) if decision.happened else moment(decision.written_at)
    asked = f" Asked: {decision.advice_from}." if decision.advice_from else ""
    return f"Decided by {names.get(decision.decided_by, 'the school')}, {when}.{asked}"


def _wish(family: Family) -> str:
    if family.wish is None:
        return ""
    return f"What the young person wants: {vocabulary('family_wishes').label(family.wish.wish)}"
