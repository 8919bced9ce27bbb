"""“Who may see what” in the README is the table by which the portal decides."""

from pathlib import Path

from portal.cases.access_rules import TABLE, Basis, Part
from portal.staff.roles import Permission

README = Path(__file__).parents[2] / "README.md"

WAYS = {
    Basis.DSL: "Designated Safeguarding Lead of the school",
    Basis.DEPUTY: "Deputy DSL of the school",
    Basis.LEAD: "Lead of the case (a DSL, deputy or head)",
    Basis.HEAD_ABOUT_STAFF: "Head, where a member of staff is accused",
    Basis.HEAD: "Head, in every other case",
    Basis.GRANT_TO_WRITE: "Pastoral staff, granted a part to write",
    Basis.GRANT_TO_READ: "Pastoral staff, granted a part to read",
    Basis.EMERGENCY: "In an emergency, for one hour",
    Basis.SHUT_OUT: "Shut out by name, whatever else they are",
    Basis.NOT_THERE: "Everybody else",
}
RIGHTS = {
    Permission.SEE_CASES: "read",
    Permission.WORK_ON_CASES: "write",
    Permission.DECIDE: "decide",
    Permission.COUNTERSIGN: "be the second person",
    Permission.PRINT: "print",
    Permission.CLOSE_CASES: "close, reopen",
    Permission.MANAGE_ACCESS: "let in, shut out",
    Permission.SEE_WHO_LOOKED: "see who looked",
}
WHERE = {
    Basis.GRANT_TO_WRITE: "that part",
    Basis.GRANT_TO_READ: "that part",
    Basis.SHUT_OUT: "nothing",
    Basis.NOT_THERE: "nothing",
}


def page() -> str:
    """The table as Markdown, from the table that decides."""
    head = ["who", "of the case", *RIGHTS.values()]
    lines = [_row(head), _row(["---"] * len(head))]
    for basis, allowed in TABLE.items():
        marks = ["yes" if permission in allowed else "–" for permission in RIGHTS]
        lines.append(_row([WAYS[basis], WHERE.get(basis, "all of it"), *marks]))
    return "\n".join(lines)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def test_the_readme_shows_the_table_that_decides() -> None:
    assert set(WAYS) == set(TABLE) == set(Basis)
    assert {right for allowed in TABLE.values() for right in allowed} == set(RIGHTS)
    text = README.read_text(encoding="utf-8")
    assert page() in text, f"put this under “Who may see what”:\n{page()}"
    for part in Part:
        assert f"| `{part.value}` |" in text, f"the README says nothing of the part {part.value}"
