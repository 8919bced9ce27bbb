"""How each part of the case summary is drawn; which of them are printed is decided elsewhere."""

from collections.abc import Callable

from portal.printing.case_summary_data import (
    Answer,
    CaseSummary,
    Disclosure,
    ImagerySeen,
    Item,
    Part,
    Person,
)
from portal.printing.house import BODY, STRONG, Document


def joined(*values: str) -> str:
    return ", ".join(filter(None, values))


def _checklist(document: Document, data: CaseSummary) -> None:
    checklist = data.checklist
    if checklist is None:
        document.nothing_recorded()
        return
    document.lead_in(
        f"Answered by {checklist.answered_by}, {checklist.answered_at}. "
        f"Rule set: {checklist.rule_set}, version {checklist.version}."
    )
    _answers(document, checklist.questions)
    if checklist.facts:
        document.heading("Further facts", 3)
        _answers(document, checklist.facts)


def _answers(document: Document, answers: tuple[Answer, ...]) -> None:
    document.table(
        (("Question", 42), ("Answer", 19), ("What it rests on", 39)),
        [(each.question, each.answer, each.rests_on) for each in answers],
    )


def _people(document: Document, data: CaseSummary) -> None:
    for person in data.people:
        document.heading(person.name, 3)
        document.facts(_person(person))
    for unknown in data.people_unknown:
        document.heading(f"Not yet known: {unknown.description}", 3)
        document.facts((("Part in this matter", unknown.part), ("Note", unknown.note)))
    if not (data.people or data.people_unknown):
        document.nothing_recorded()


def _person(person: Person) -> tuple[tuple[str, str], ...]:
    return (
        ("Date of birth", _born(person)),
        ("School", joined(person.school, person.year)),
        ("Part in this matter", person.part),
        ("How sure", person.certainty),
        ("In their own words", person.own_words),
        ("Contact", person.contact),
        ("Parents and carers", person.carers),
        ("Known needs", person.needs),
        ("Note", person.note),
    )


def _born(person: Person) -> str:
    age = f"age {person.age}" if person.age else ""
    return (
        f"{person.date_of_birth} ({age})"
        if person.date_of_birth and age
        else (person.date_of_birth or age)
    )


def _accounts(document: Document, data: CaseSummary) -> None:
    if not data.accounts:
        document.nothing_recorded()
    for account in data.accounts:
        document.heading(account.name or account.address, 3)
        document.facts(
            (
                ("Platform", joined(account.platform, account.kind)),
                ("Address", account.address),
                ("Thought to belong to", account.whose),
                ("Note", account.note),
            )
        )


def _incidents(document: Document, data: CaseSummary) -> None:
    document.table(
        (("When", 22), ("What", 40), ("Where", 19), ("Who", 19)),
        [(each.when, each.what, each.where, each.who) for each in data.incidents],
    )
    document.heading("Kinds of behaviour", 3)
    behaviours = [(group.kind, "\n".join(group.behaviours)) for group in data.behaviours]
    document.facts(
        (
            *((kind, listed or "No particular behaviour recorded.") for kind, listed in behaviours),
            ("Hate element", data.hate_element),
            ("Overlaps with", "\n".join(data.overlaps)),
        )
    )


def _disclosures(document: Document, data: CaseSummary) -> None:
    if not data.disclosures:
        document.nothing_recorded()
    for disclosure in data.disclosures:
        document.heading(disclosure.title, 3)
        _disclosure(document, disclosure)


def _disclosure(document: Document, disclosure: Disclosure) -> None:
    document.facts(
        (
            ("How it came", disclosure.how),
            ("When it was told", disclosure.told_at),
            ("Where", disclosure.where),
            ("Who was present", disclosure.present),
            ("When the DSL was told", disclosure.dsl_told_at),
            ("Written down by", joined(disclosure.recorded_by, disclosure.written_at)),
        )
    )
    if disclosure.words:
        document.lead_in("What was said, in the speaker’s own words", STRONG)
    for quotation in disclosure.words:
        document.quote(quotation.words, quotation.speaker)
    _labelled(document, "What the person writing saw", disclosure.seen)
    _labelled(document, "What the person writing thinks", disclosure.thought)


def _evidence(document: Document, data: CaseSummary) -> None:
    document.table(
        (("What exists", 28), ("Where it is held", 28), ("Held by", 17), ("Note", 27)),
        [(each.what, each.where_held, each.held_by, each.note) for each in data.evidence],
    )
    document.heading("Imagery seen by staff", 3)
    if not data.imagery_seen:
        document.paragraph("No member of staff is recorded as having seen any imagery.")
    for seen in data.imagery_seen:
        document.facts(_imagery_seen(seen))


def _imagery_seen(seen: ImagerySeen) -> tuple[tuple[str, str], ...]:
    return (
        ("How it came about", seen.kind),
        ("Who saw it", seen.who),
        ("When", seen.when),
        ("Where", seen.place),
        ("Shown by, or found", seen.shown_by),
        ("Why it could not be avoided", seen.why),
        ("Decided by", seen.decided_by),
        ("Who else was there", seen.present),
        ("What was done next", seen.afterwards),
        ("Support offered to them", seen.support),
    )


def _devices(document: Document, data: CaseSummary) -> None:
    _items(document, data.devices)


def _content(document: Document, data: CaseSummary) -> None:
    _items(document, data.content)


def _reports(document: Document, data: CaseSummary) -> None:
    _items(document, data.reports)


def _items(document: Document, items: tuple[Item, ...]) -> None:
    if not items:
        document.nothing_recorded()
    for item in items:
        document.heading(item.title, 3)
        if item.facts or not item.rows:
            document.facts(item.facts)
        if item.rows:
            document.table(item.columns, item.rows)


def _actions(document: Document, data: CaseSummary) -> None:
    document.table(
        (("Happened", 21), ("Written", 21), ("What", 40), ("By", 18)),
        [(each.happened, each.written, each.what, each.who) for each in data.actions],
    )


def _views(document: Document, data: CaseSummary) -> None:
    if not data.views:
        document.nothing_recorded()
    for view in data.views:
        document.heading(view.young_person, 3)
        document.facts(
            (
                ("View", view.view),
                ("Their reasons", view.reason),
                ("What they were told", view.told),
                ("Told by", joined(view.told_by, view.told_at)),
                ("Why the school refers all the same", view.justification),
            )
        )


def _parents(document: Document, data: CaseSummary) -> None:
    if not data.parents:
        document.nothing_recorded()
    for contact in data.parents:
        document.heading(f"Parents and carers of {contact.young_person}", 3)
        document.facts(
            (
                ("Have they been told?", contact.told),
                ("Who", contact.who),
                ("Told by", joined(contact.by, contact.when)),
                ("Why not", contact.why_not),
                ("Note", contact.note),
            )
        )


def _unknowns(document: Document, data: CaseSummary) -> None:
    document.table(
        (("To be found out", 56), ("By whom", 26), ("By when", 18)),
        [(each.what, each.by_whom, each.by_when) for each in data.unknowns],
    )


DRAWN_BY: dict[Part, Callable[[Document, CaseSummary], None]] = {
    Part.CHECKLIST: _checklist,
    Part.PEOPLE: _people,
    Part.ACCOUNTS: _accounts,
    Part.INCIDENTS: _incidents,
    Part.DISCLOSURES: _disclosures,
    Part.EVIDENCE: _evidence,
    Part.DEVICES: _devices,
    Part.CONTENT: _content,
    Part.REPORTS: _reports,
    Part.ACTIONS: _actions,
    Part.VIEWS: _views,
    Part.PARENTS: _parents,
    Part.UNKNOWNS: _unknowns,
}


def _labelled(document: Document, label: str, text: str) -> None:
    """Long text under a label of its own; in a column it would be hard to read."""
    if text:
        document.lead_in(label, STRONG)
        document.paragraph(text, BODY)
