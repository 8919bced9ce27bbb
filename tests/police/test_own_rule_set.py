"""A school may add a rule set of its own; an assessment keeps the one it was answered against."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from portal import create_app
from portal.boot import CannotStart
from portal.config import ROOT, Config
from portal.guidance import catalogue
from portal.staff.roles import Role
from tests import factories

SHIPPED = ROOT / "portal" / "guidance" / "data" / "rule_sets" / "schools-2019.yaml"


@pytest.fixture
def own_folder(config: Config, tmp_path: Path) -> Any:
    folder = tmp_path / "guidance" / "rule_sets"
    folder.mkdir(parents=True)
    yield folder
    catalogue.use_folder(None)


def test_a_rule_set_of_the_school_is_offered_and_kept(
    config: Config, own_folder: Path, school: Any, saved: Any
) -> None:
    text = SHIPPED.read_text(encoding="utf-8").replace("code: schools-2019", "code: oakfield-2026")
    text = text.replace("title: When a school always refers", "title: When Oakfield always refers")
    (own_folder / "oakfield-2026.yaml").write_text(text, encoding="utf-8")
    app = create_app(dataclasses.replace(config, home=own_folder.parents[1]))
    with factories.saved(app):
        reference = factories.case(school).reference
    from tests.conftest import sign_in_to

    lead = sign_in_to(app, school[Role.DSL])
    page = lead.get(f"/cases/{reference}/checklist?rules=oakfield-2026")
    assert "When Oakfield always refers" in page.main_text
    app.extensions["database"].engine.dispose()


def test_a_file_that_cannot_be_used_stops_the_start(config: Config, own_folder: Path) -> None:
    (own_folder / "broken.yaml").write_text("code: other\n", encoding="utf-8")
    with pytest.raises(CannotStart, match=r"broken\.yaml"):
        create_app(dataclasses.replace(config, home=own_folder.parents[1]))
