"""Correcting what a case holds: accounts, incidents, evidence, viewings. Older versions stay."""

from collections.abc import Mapping

from portal.cases.models import (
    Case,
    EvidenceItem,
    ImageryViewing,
    Incident,
    OnlineProfile,
    happened_text,
)
from portal.cases.service import add_evidence, add_incident, add_profile
from portal.clock import Happened
from portal.db import session
from portal.journal.actor import Actor
from portal.journal.service import note
from portal.vault.keys import vault
from portal.vault.roots import Root

Words = Mapping[str, str]


def add(
    actor: Actor, case: Case, kind: type[Root], words: Words, happened: Happened | None
) -> Root:
    """One more record of a kind, through the verb that the kind has."""
    if kind is OnlineProfile:
        return add_profile(actor, case, words)
    if kind is Incident:
        return add_incident(actor, case, happened, words["what"], words["place"])
    if kind is EvidenceItem:
        return add_evidence(actor, case, words["what"], words["where_held"])
    raise TypeError(kind)


def correct(
    actor: Actor, record: Root, words: Words, happened: Happened | None, reason: str
) -> None:
    """Put other words into a record. What stood there is kept as an older version."""
    for name, value in words.items():
        setattr(record, name, value)
    if isinstance(record, Incident | ImageryViewing):
        for name, moment in happened_text(happened).items():
            setattr(record, name, moment)
    if isinstance(record, OnlineProfile):
        handle = (record.handle or record.url).lstrip("@")
        record.handle_lookup = vault.lookup(session, "profile", handle) if handle else None
    note(actor, _VERBS[type(record)], record, reason)


_VERBS: dict[type[Root], str] = {
    OnlineProfile: "corrected an account or address",
    Incident: "corrected an incident",
    EvidenceItem: "corrected where evidence is",
    ImageryViewing: "corrected who saw imagery",
}
