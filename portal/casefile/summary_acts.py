"""What was done about it, as a summary prints it: reports made, content online and its history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from portal.casefile.summary_parts import moment, said
from portal.cases.models_content import ContentChange, ContentItem
from portal.cases.words import CONTENT_STATES
from portal.clock import Happened
from portal.devices import facts
from portal.devices.models import CustodyMove, Device
from portal.guidance.catalogue import vocabulary
from portal.printing import case_summary_data as paper
from portal.referrals import words
from portal.referrals.models import EvidenceAdvice, Referral, ReferralEvent

_HISTORY = (("When", 24.0), ("What became of it", 26.0), ("Told to, and reference", 50.0))
_EVENTS = (("When", 24.0), ("What", 26.0), ("Who, and what was said", 50.0))
_CUSTODY = (("When", 22.0), ("What", 26.0), ("From and to", 30.0), ("Place and seal", 22.0))
_AWARE = {"yes": "Know of it", "no": "Do not know of it"}


def content(
    items: Sequence[ContentItem], changes: Sequence[ContentChange]
) -> tuple[paper.Item, ...]:
    """Every content item with its dated history; in words and addresses only."""
    kinds = vocabulary("content_kinds")
    return tuple(
        paper.Item(
            title=item.name,
            facts=(
                ("What it is", f"{kinds.label(item.kind)}. {item.what}"),
                ("Platform", item.platform),
                ("Account", item.account),
                ("Address", item.url),
                ("Where it was posted", item.posted_where),
                ("Last seen at this address", item.noted),
                ("How it stands", CONTENT_STATES[item.state]),
                ("Note", item.note),
            ),
            columns=_HISTORY,
            rows=tuple(
                (
                    _when(change.happened, change.written_at),
                    CONTENT_STATES[change.state],
                    _lines(change.to_whom, _labelled("Reference", change.reference), change.words),
                )
                for change in changes
                if change.item_id == item.id
            ),
        )
        for item in items
    )


def reports(
    referrals: Sequence[Referral],
    events: Sequence[ReferralEvent],
    advice: Sequence[EvidenceAdvice],
    names: Mapping[UUID, str],
) -> tuple[paper.Item, ...]:
    """Every referral and report with what followed, and what the police advised on evidence."""
    return tuple(
        paper.Item(
            title=words.title(one),
            facts=(
                ("When", said(one.happened)),
                ("How", words.how(one)),
                ("Made by", names.get(one.made_by, "")),
                ("Spoken or written to", one.spoke_to),
                ("Reference", one.reference),
                *words.details(one),
                ("What was said", one.words),
                ("What was sent", one.sent),
                ("Confirmed in writing", said(one.written) if one.written else ""),
                ("Parents or carers", _lines(_AWARE.get(one.parents, ""), one.parents_why)),
                ("How it stands", words.standing(one)),
            ),
            columns=_EVENTS,
            rows=(
                *(
                    (
                        _when(event.happened, event.written_at),
                        words.event(event),
                        _lines(event.who, event.words),
                    )
                    for event in events
                    if event.referral_id == one.id
                ),
                *(_advice(each) for each in advice if each.referral_id == one.id),
            ),
        )
        for one in referrals
    )


def _advice(one: EvidenceAdvice) -> tuple[str, str, str]:
    return (
        _when(one.happened, one.written_at),
        "Police advice on evidence",
        _lines(
            one.officer,
            _labelled("To keep", one.keep),
            _labelled("May be deleted", one.may_delete),
            one.words,
        ),
    )


def _when(happened: Happened | None, written: datetime) -> str:
    return said(happened) if happened else moment(written)


def _labelled(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def devices(
    found: Sequence[Device],
    moves: Mapping[UUID, Sequence[CustodyMove]],
    owners: Mapping[UUID, str],
    names: Mapping[UUID, str],
) -> tuple[paper.Item, ...]:
    """Every device with its chain of custody: who held it, where, under which seal."""
    return tuple(
        paper.Item(
            title=facts.name_of(one),
            facts=(
                ("Who has it now", facts.now_of(moves.get(one.id, [])).line),
                *facts.device_facts(one, moves.get(one.id, []), owners.get(one.id, "")),
            ),
            columns=_CUSTODY,
            rows=tuple(
                (
                    line.happened,
                    _lines(line.what, line.reason, line.condition),
                    _lines(
                        _labelled("From", line.from_whom),
                        _labelled("To", line.to_whom),
                        _labelled("Officer", line.officer),
                        _labelled("Receipt", line.receipt),
                    ),
                    _lines(line.place, _labelled("Seal", line.seal)),
                )
                for line in facts.custody_lines(one, moves.get(one.id, []), names)
            ),
        )
        for one in found
    )
