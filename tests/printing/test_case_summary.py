"""The summary for the police: what is in it, in which order, and what is left out by name."""

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from portal.printing import case_summary
from portal.printing.case_summary_data import (
    CaseSummary,
    Decision,
    EvidenceItem,
    ImagerySeen,
    Item,
    Part,
)

from .reading import elements, full_text, pages, squeezed
from .summaries import CONTACT, FURNITURE, OWEN, SARA


def headings(summary: CaseSummary) -> list[str]:
    return [each.text for each in elements(case_summary.build(summary)) if each.role == "H2"]


def facts(summary: CaseSummary) -> list[tuple[str, str]]:
    """Each label of the summary with what stands beside it."""
    found = elements(case_summary.build(summary))
    return [
        (label.text, value.text)
        for label, value in pairwise(found)
        if label.role == "TH" and label.scope == "Row"
    ]


@pytest.fixture(scope="module")
def sara() -> str:
    return full_text(case_summary.build(SARA))


@pytest.fixture(scope="module")
def owen() -> str:
    return full_text(case_summary.build(OWEN))


def test_opens_with_what_it_is_for_whom_and_whom_to_ask(sara: str) -> None:
    beginning = sara[: sara.index("At a glance")]
    for words in (
        "Case summary for police referral",
        "PC 4471 Dolan, West Midlands Police",
        "Referral made by telephone this morning",
        "Amina Rahman, Designated Safeguarding Lead",
        "0121 496 0101",
        "dsl@hilltop.example",
        "12 March 2026",
    ):
        assert words in beginning


def test_says_before_anything_else_that_no_image_is_attached(sara: str) -> None:
    assert sara.index("No image is attached to this summary") < sara.index("At a glance")
    assert "has not copied any imagery, and none is attached" in sara
    assert "Sara has her own telephone with her." in sara


def test_parts_come_in_the_order_of_the_police() -> None:
    expected = ["At a glance", *(part.label for part in Part)]
    assert headings(SARA) == [*expected, "Left out of this copy", "About this copy"]


def test_at_a_glance_holds_outcome_danger_and_decision(sara: str) -> None:
    glance = sara[sara.index("At a glance") : sara.index(Part.CHECKLIST.label)]
    for words in (
        "Always refer: at least one of the seven questions is answered yes.",
        "she has thought of ending her life",
        "Not left alone since 9:25",
        "Refer to the police",
        "11 March 2026 at 10:40",
        "2 named",
    ):
        assert words in glance


def test_every_question_stands_with_its_answer_and_what_it_rests_on() -> None:
    found = [each.text for each in elements(case_summary.build(SARA)) if each.role == "TD"]
    assert SARA.checklist
    for answer in (*SARA.checklist.questions, *SARA.checklist.facts):
        place = found.index(answer.question)
        assert found[place + 1 : place + 3] == [answer.answer, answer.rests_on]


def test_names_the_rule_set(sara: str) -> None:
    assert "Rule set: schools-2019, version 1." in sara


def test_people_have_full_names_dates_of_birth_and_their_part_in_words(sara: str) -> None:
    for words in (
        "Sara Whitlock Date of birth 4 September 2012 (age 13) School Hilltop Academy, year 9",
        "Part in this matter Young person harmed",
        "“the one it happened to”",
        "Young person said to have displayed the behaviour",
        "Said, not established.",
        "Not yet known: whoever runs the two accounts",
    ):
        assert words in sara


def test_a_child_is_never_called_a_victim_or_a_perpetrator(sara: str, owen: str) -> None:
    for text in (sara, owen):
        assert "victim" not in text.lower()
        assert "perpetrator" not in text.lower()


def test_addresses_are_text(owen: str) -> None:
    assert "https://instagram.example/owen_bums_mr_crane" in owen


def test_said_seen_and_thought_stand_apart() -> None:
    found = [each.text for each in elements(case_summary.build(SARA))]
    said = found.index("What was said, in the speaker’s own words")
    saw = found.index("What the person writing saw")
    thinks = found.index("What the person writing thinks")
    assert said < saw < thinks
    assert found[saw + 1].startswith("Quiet and distracted for a week")
    assert found[thinks + 1] == "I think she had been waiting for somebody to ask."


def test_both_dates_of_an_action_are_printed(sara: str) -> None:
    assert "12 March, 8:30 (late entry) Both accounts reported" in sara


def test_hate_element_and_behaviours(owen: str) -> None:
    assert "Hate element Sexual orientation" in owen
    assert "Sexualised bullying Impersonation Altered images" in owen


def test_left_out_parts_and_people_are_named(owen: str) -> None:
    end = owen[owen.index("Left out of this copy") :]
    assert "Not in this copy:" in end
    assert f"the part “{Part.PARENTS.label}”" in end
    assert f"the part “{Part.DISCLOSURES.label}”" in end
    assert "one young person who told the school" in end
    assert "Something has been left out of this copy." in owen[: owen.index("At a glance")]


def test_a_part_left_out_has_no_heading() -> None:
    for part in Part:
        shown = headings(replace(SARA, included=frozenset(Part) - {part}))
        assert [each.label for each in Part if each.label not in shown] == [part.label]


def test_a_complete_copy_says_so(sara: str) -> None:
    assert "Nothing has been left out of this copy." in sara
    assert "Something has been left out" not in sara


def test_a_part_chosen_but_empty_says_so() -> None:
    empty = CaseSummary(
        furniture=FURNITURE, contact=CONTACT, dated="today", glance=SARA.glance, originals=""
    )
    found = [each for each in elements(case_summary.build(empty)) if each.depth == 1]
    for part in Part:
        place = next(index for index, each in enumerate(found) if each.text == part.label)
        assert found[place + 1].text == "Nothing recorded.", part


def test_devices_content_and_reports_take_any_row_each_in_its_own_part() -> None:
    summary = replace(
        SARA,
        devices=(Item("Telephone", (("Held by", "A. Rahman"), ("Sealed", "Bag 0042-1"))),),
        content=(Item("A post", (("State", "removed"),)),),
        reports=(Item("Police", (("Reference", "20/88213/26"),)),),
    )
    text = full_text(case_summary.build(summary))
    assert f"{Part.DEVICES.label} Telephone Held by A. Rahman Sealed Bag 0042-1" in text
    assert f"{Part.CONTENT.label} A post State removed" in text
    assert f"{Part.REPORTS.label} Police Reference 20/88213/26" in text


def test_an_item_may_bring_its_dated_history() -> None:
    columns = (("When it was", 30), ("What happened to it", 70))
    rows = tuple((f"{day} March 2026", f"Entry {day} of the history") for day in range(1, 31))
    item = Item("A post", (("State", "live"),), rows, columns)
    only_rows = Item("Another post", rows=rows[:1], columns=columns)
    pdf = case_summary.build(replace(SARA, content=(item, only_rows)))
    text = full_text(pdf)
    assert "A post State live When it was What happened to it 1 March 2026 Entry 1" in text
    assert "Another post When it was What happened to it 1 March 2026 Entry 1" in text
    with_rows = [page for page in pages(pdf) if "of the history" in page]
    assert len(with_rows) > 1
    assert all("What happened to it" in page for page in with_rows)


@pytest.mark.parametrize(
    ("audience", "heading", "opening"),
    [
        ("police", "Case summary for police referral", "gives the police what"),
        ("social_care", "Case summary for children’s social care", "gives children’s social care"),
        ("school", "Case summary for another school", "gives another school what this school"),
        ("agency", "Case summary", "This summary says what the school knows"),
    ],
)
def test_heading_and_opening_depend_on_who_reads_it(
    audience: str, heading: str, opening: str
) -> None:
    found = elements(case_summary.build(replace(SARA, audience=audience)))
    assert [each.text for each in found if each.role == "H1"] == [heading]
    first = next(each.text for each in found if each.role == "P")
    assert opening in first
    assert ("police" in first) == (audience == "police")


def test_imagery_seen_by_staff_is_told_with_its_reason() -> None:
    seen = ImagerySeen(
        "David Lowe",
        "10 March 2026",
        "It was held up to him.",
        "Nobody",
        "Told DSL",
        kind="Viewed because it was decided",
        place="Head’s office",
        shown_by="A pupil",
        decided_by="Tom Reid, head",
        support="Offered and declined",
    )
    summary = replace(SARA, imagery_seen=(seen,), evidence=(EvidenceItem("x", "y"),))
    told = facts(summary)
    assert ("Why it could not be avoided", "It was held up to him.") in told
    assert ("How it came about", "Viewed because it was decided") in told
    assert ("Where", "Head’s office") in told
    assert ("Shown by, or found", "A pupil") in told
    assert ("Decided by", "Tom Reid, head") in told
    assert ("Support offered to them", "Offered and declined") in told
    assert "No member of staff" not in full_text(case_summary.build(summary))


@pytest.mark.parametrize(
    ("signed_by", "needed", "words"),
    [
        ("", True, "Not yet. The decision does not stand until a second person has signed it."),
        ("Tom Reid, head", True, "Tom Reid, head, 6 March 2026"),
        ("", False, None),
    ],
)
def test_countersignature(signed_by: str, needed: bool, words: str | None) -> None:
    decision = Decision(
        "Do not refer",
        "A",
        "B",
        "C",
        countersigned_by=signed_by,
        countersigned_at="6 March 2026" if signed_by else "",
        needs_countersignature=needed,
    )
    shown = dict(facts(replace(SARA, glance=replace(SARA.glance, decision=decision))))
    assert shown.get("Countersigned by") == words


def test_no_decision_yet_is_said() -> None:
    summary = replace(SARA, glance=replace(SARA.glance, decision=None))
    assert ("Decision", "Not yet decided") in facts(summary)


def test_the_view_of_each_young_person_and_why_the_school_refers_all_the_same(sara: str) -> None:
    assert "Unsure" in sara
    assert "Why the school refers all the same Her safety comes first" in squeezed(sara)


def test_names_of_the_parts_can_be_had_without_reportlab() -> None:
    program = (
        "import sys; import portal.printing.case_summary_data, portal.printing.furniture; "
        "assert not {'reportlab', 'pikepdf'} & set(sys.modules)"
    )
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", program], check=True, cwd=root)
