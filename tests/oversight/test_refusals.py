"""What is noted as refused, in whatever words, is told under “What was refused”."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import portal
from portal import clock
from portal.cases.emergencies import REFUSED
from portal.journal import service as journal
from portal.journal.actor import Actor
from portal.journal.reading import REFUSALS
from portal.staff.roles import Role
from tests import factories
from tests.factories import School
from tests.page import Browser

SOURCE = Path(portal.__file__).parent
NOTED_BY = frozenset({"note_refusal", "_note_refusal", "throttle.count"})


@pytest.mark.parametrize("verb", sorted(REFUSALS))
def test_each_is_told(
    verb: str, app: Flask, school: School, sign_in: Callable[[Role], Browser]
) -> None:
    who = school[Role.STAFF]
    with factories.saved(app), clock.stopped_at(clock.now()):
        actor = Actor(who.id, None, who.role.value, who.school_id)
        journal.note_act(actor, verb, subject=("members", who.id))
    shown = sign_in(Role.DSL).get("/school/refused")
    assert verb[0].upper() + verb[1:] in shown.text


def test_none_is_forgotten() -> None:
    """Found in the source: what is noted as a refusal, and any other verb that calls itself one."""
    found = {verb for file in SOURCE.rglob("*.py") for verb in _refusals_in(_tree(file))}
    assert REFUSED in found
    assert found == REFUSALS


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("throttle.note_refusal(one, who=who, verb='shut the door')", {"shut the door"}),
        ("V = 'kept out'\nself._note_refusal(who, V)", {"kept out"}),
        ("def note_refusal(*, verb='no'): ...\nnote_refusal(one)", {"no"}),
        ("throttle.count(of, None, who=who, verb='wrong')", {"wrong"}),
        ("V = 'was refused'\nlater(lambda own: note_act(who, V, on=own))", {"was refused"}),
        ("note_act(who, 'looked', case_id=one)\nwords.count('a')", set()),
    ],
)
def test_the_search_finds(source: str, found: set[str]) -> None:
    assert set(_refusals_in(ast.parse(source))) == found


def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _refusals_in(tree: ast.Module) -> Iterator[str]:
    named = dict(_constants(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in NOTED_BY | {"count"}:
            yield from _words(_defaults(node), named)
        elif isinstance(node, ast.Call):
            given = [*node.args, *(one.value for one in node.keywords if one.arg == "verb")]
            words = list(_words(given, named))
            called = ast.unparse(node.func)
            if called in NOTED_BY or called.rpartition(".")[2] in NOTED_BY:
                yield from words
            elif called.rpartition(".")[2] in {"note", "note_act"}:
                yield from (one for one in words if "refused" in one)


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            for target in node.targets:
                if isinstance(target, ast.Name) and isinstance(node.value.value, str):
                    yield target.id, node.value.value


def _defaults(node: ast.FunctionDef) -> list[ast.expr]:
    named = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    return [default for one, default in named if one.arg == "verb" and default is not None]


def _words(nodes: list[Any], named: dict[str, str]) -> Iterator[str]:
    for one in nodes:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value
        elif isinstance(one, ast.Name) and one.id in named:
            yield named[one.id]
