"""Every requirement of OWASP ASVS 5.0.0 that applies has evidence, and the evidence is there."""

import csv
import re
from collections.abc import Callable
from functools import cache

import pytest

from portal.config import ROOT

ROWS = list(csv.DictReader((ROOT / "docs" / "asvs.csv").read_text(encoding="utf-8").splitlines()))
SHOWN = {"applicable", "conditional", "L3 adopted"}
PLACES = [
    (row["requirement"], place)
    for row in ROWS
    for place in row["evidence"].split("; ")
    if row["verdict"] in SHOWN
]


@cache
def anchors(file: str) -> set[str]:
    """The anchors of a page’s headings, as the usual viewers make them."""
    headings = re.findall(r"^#+ (.+)$", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def test_every_requirement_of_levels_1_and_2_has_a_verdict(
    record_property: Callable[[str, object], None],
) -> None:
    assert len(ROWS) == 345
    assert len({row["requirement"] for row in ROWS}) == 345
    for row in ROWS:
        if row["verdict"] in SHOWN:
            assert row["evidence"], f"{row['requirement']} has no evidence"
        else:
            assert row["verdict"] in {"not applicable", "L3 not claimed", "not met"}
            assert row["note"] or row["verdict"] == "L3 not claimed", row["requirement"]
    shown = sum(row["verdict"] in SHOWN for row in ROWS)
    missed = sum(row["verdict"] == "not met" for row in ROWS)
    record_property("figure", f"{shown} of {shown + missed} requirements that apply have evidence")


@pytest.mark.parametrize("place", sorted({place for _, place in PLACES}))
def test_the_evidence_is_there(place: str) -> None:
    file, _, name = place.partition("::")
    file, _, anchor = file.partition("#")
    assert (ROOT / file).exists(), place
    if name:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), place
    if anchor:
        assert anchor in anchors(file), place


def test_what_is_not_met_is_named_on_the_page() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = page.partition("## Not met, by name")[2]
    for row in ROWS:
        if row["verdict"] == "not met":
            assert row["requirement"].removeprefix("V") in named, row["requirement"]
