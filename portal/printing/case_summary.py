"""The case summary, in the order in which an officer needs it; for other readers as well."""

from portal.printing.case_summary_data import (
    CaseSummary,
    Decision,
    Part,
)
from portal.printing.case_summary_parts import DRAWN_BY, joined
from portal.printing.house import STRONG, Document

_TITLES = {
    "police": "Case summary for police referral",
    "social_care": "Case summary for children’s social care",
    "school": "Case summary for another school",
}
_TELLS = {
    "police": "gives the police what the school knows",
    "social_care": "gives children’s social care what the school knows",
    "school": "gives another school what this school knows",
}
_EVERYTHING = "Nothing has been left out of this copy."


def build(data: CaseSummary) -> bytes:
    document = Document(data.furniture)
    _opening(document, data)
    _glance(document, data)
    for part in Part:
        if part in data.included:
            document.heading(part.label)
            DRAWN_BY[part](document, data)
    _left_out(document, data)
    return document.to_pdf()


# What stands in every copy


def _opening(document: Document, data: CaseSummary) -> None:
    contact = data.contact
    document.heading(_TITLES.get(data.audience, "Case summary"), 1)
    document.paragraph(
        f"This summary {_TELLS.get(data.audience, 'says what the school knows')} about a case of "
        "online sexual harassment between children. What a person is said to have done is "
        "recorded as said, and not as fact, unless the summary states otherwise. DSL stands for "
        "the school’s designated safeguarding lead.",
    )
    document.facts(
        (
            ("For", data.furniture.recipient),
            ("Purpose", data.furniture.purpose),
            ("School", data.furniture.school),
            ("Contact at the school", f"{contact.name}, {contact.role}"),
            ("Telephone", contact.telephone),
            ("E-mail", contact.email),
            ("When to reach them", contact.hours),
            ("Date of this summary", data.dated),
        )
    )
    document.notice(
        "No image is attached to this summary",
        (
            "The school has not copied any imagery, and none is attached to this document.",
            f"Original devices and evidence: {data.originals or 'nothing recorded.'}",
        ),
    )
    if _names_left_out(data):
        document.paragraph(
            "Something has been left out of this copy. It is named on the last pages."
        )


def _glance(document: Document, data: CaseSummary) -> None:
    glance = data.glance
    document.heading("At a glance")
    document.lead_in(glance.outcome, STRONG)
    document.facts(
        (
            ("Is a child in immediate danger?", glance.immediate_danger),
            ("What has been done about it", glance.danger_response),
            ("Young people", glance.young_people),
            *_decision(glance.decision),
        )
    )


def _decision(decision: Decision | None) -> tuple[tuple[str, str], ...]:
    if decision is None:
        return (("Decision", "Not yet decided"),)
    return (
        ("Decision", decision.decision),
        ("Decided by", joined(decision.decided_by, decision.decided_at)),
        ("Reason", decision.reason),
        ("Advice taken", decision.advice),
        ("Countersigned by", _countersignature(decision)),
    )


def _countersignature(decision: Decision) -> str:
    if decision.countersigned_by:
        return joined(decision.countersigned_by, decision.countersigned_at)
    if decision.needs_countersignature:
        return "Not yet. The decision does not stand until a second person has signed it."
    return ""


def _left_out(document: Document, data: CaseSummary) -> None:
    document.heading("Left out of this copy")
    left_out = _names_left_out(data)
    if not left_out:
        document.paragraph(_EVERYTHING)
        return
    document.lead_in("Not in this copy:")
    document.bullets(left_out)


def _names_left_out(data: CaseSummary) -> list[str]:
    parts = [f"the part “{part.label}”" for part in Part if part not in data.included]
    return [*parts, *data.left_out_people, *data.left_out_other]
