"""A six-page case summary, and the same words laid out by a bare ReportLab script."""

import io
from collections.abc import Sequence
from typing import Any

from portal.printing.case_summary_data import (
    Action,
    Answer,
    CaseSummary,
    Checklist,
    Contact,
    Disclosure,
    Glance,
    Incident,
    Person,
    Quotation,
    Unknown,
)
from portal.printing.furniture import Furniture

LONG = "Spoke with her and with the tutor about what comes next and who has to know. " * 2


def six_pages() -> CaseSummary:
    furniture = Furniture(
        "Bench School",
        "2026-0001",
        "Case summary 2026-0001",
        "Bench Lead (DSL)",
        "21 November 2026 at 10:00",
        1,
        "Referral to the police",
        "PC 1, the force",
        "0" * 64,
        1,
    )
    questions = tuple(Answer(f"Question {n} of the list?", "No", LONG) for n in range(7))
    return CaseSummary(
        furniture=furniture,
        contact=Contact("Bench Lead", "DSL", "01632 960 100", "lead@school.example"),
        dated="21 November 2026",
        glance=Glance("Always refer to the police", "No", "", "2 named"),
        originals="One telephone, cabinet 2",
        checklist=Checklist("Rules", "2019", "Bench Lead", "today", questions),
        people=tuple(
            Person(f"Pupil Number{n}", "Young person harmed", "1 May 2013", "13", "Bench School")
            for n in range(3)
        ),
        incidents=tuple(Incident("1 November 2026", LONG) for _ in range(6)),
        disclosures=(
            Disclosure(
                "R1", "told", "1 November", "A", "1 November", words=(Quotation(LONG, "B"),)
            ),
        ),
        actions=tuple(
            Action("1 November 2026 at 10:00", "1 November 2026 at 11:00", LONG, "Bench Lead")
            for _ in range(40)
        ),
        unknowns=tuple(Unknown(LONG, "Bench Lead", "2 November") for _ in range(6)),
    )


def bare(data: CaseSummary) -> bytes:
    """The same headings, paragraphs and tables with ReportLab’s own flowables, untagged."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

    body = ParagraphStyle("body", fontName="Helvetica", fontSize=10, leading=13)
    head = ParagraphStyle("head", parent=body, fontSize=14, leading=18, spaceBefore=8)
    story: list[Any] = [Paragraph(data.furniture.title, head)]

    def table(title: str, rows: Sequence[tuple[str, ...]], widths: Sequence[float]) -> None:
        story.append(Paragraph(title, head))
        cells = [[Paragraph(text, body) for text in row] for row in rows]
        story.append(Table(cells, colWidths=widths, repeatRows=1))
        story.append(Spacer(1, 8))

    checklist = data.checklist
    answers = checklist.questions if checklist else ()
    table("Questions", [(a.question, a.answer, a.rests_on) for a in answers], [180, 60, 240])
    table("People", [(p.name, p.part, p.date_of_birth) for p in data.people], [180, 180, 120])
    table("What happened", [(i.when, i.what) for i in data.incidents], [120, 360])
    for one in data.disclosures:
        story.append(Paragraph(one.title, head))
        story.extend(Paragraph(quoted.words, body) for quoted in one.words)
    rows = [(a.happened, a.written, a.what, a.who) for a in data.actions]
    table("What was done", rows, [85, 85, 225, 85])
    table("Not known", [(u.what, u.by_whom, u.by_when) for u in data.unknowns], [280, 100, 100])
    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4).build(story)
    return out.getvalue()


def count_pages(pdf: bytes) -> int:
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)
