"""The product’s own words: what a young person is never called, and what is nobody’s business."""

import ast
import re
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment, nodes

from portal.config import ROOT

# “Victim Support” and the like are what others call themselves.
NEVER = re.compile(
    r"\b(victims?(?! Support|’ Code|s’ Information)|perpetrators?|offenders?|alleged(ly)?"
    r"|culprits?)\b",
    re.IGNORECASE,
)
# Where a forbidden word is not the product speaking.
QUOTED = {
    "vocabularies.yaml": ("aliases",),
    "rule_sets": ("aliases",),
}
LEFT_OVER = re.compile(
    r"/wor[k]/|/tm[p]/|/roo[t]/|/home/\w|pyp[i]\.org|files\.python[h]osted|\bTODO\b|\bFIXME\b"
    r"|\bXXX\b|lorem ipsum|\bLLM\b|\bAI agent\b|language model",
    re.IGNORECASE,
)
SPEAKING = sorted(
    file
    for pattern in ("templates/**/*.html", "portal/**/*.py", "portal/**/*.yaml", "portal/**/*.md")
    for file in ROOT.glob(pattern)
    if "demo" not in file.parts
)
PUBLISHED = sorted(
    {
        *SPEAKING,
        *ROOT.glob("portal/**/*.*"),
        *ROOT.glob("migrations/**/*.py"),
        *ROOT.glob("static/css/*"),
        *ROOT.glob("static/js/*"),
        *ROOT.glob("*.py"),
        *ROOT.glob("*.md"),
        *ROOT.glob("*.toml"),
        *ROOT.glob("*.in"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob(".ci/*"),
        *(file for file in ROOT.glob("tests/**/*.py") if file != Path(__file__)),
    }
)


def said(file: Path) -> list[str]:
    """What a file says to people: texts of templates and data, strings of code."""
    text = file.read_text()
    if file.suffix == ".html":
        tree = Environment(autoescape=True).parse(text)
        return [one.data for one in tree.find_all(nodes.TemplateData)] + [
            one.value for one in tree.find_all(nodes.Const) if isinstance(one.value, str)
        ]
    if file.suffix == ".py":
        tree_of_code = ast.parse(text)
        silent = {id(one) for one in _docstrings(tree_of_code)}
        return [
            one.value
            for one in ast.walk(tree_of_code)
            if isinstance(one, ast.Constant)
            and isinstance(one.value, str)
            and id(one) not in silent
        ]
    if file.suffix == ".yaml":
        skipped = next((names for part, names in QUOTED.items() if part in str(file)), ())
        return list(_values(yaml.safe_load(text), skipped))
    return [text]


def _docstrings(tree: ast.AST) -> list[ast.Constant]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.append(first.value)
    return found


def _values(data: object, skipped: tuple[str, ...]) -> list[str]:
    if isinstance(data, dict):
        return [
            text
            for key, value in data.items()
            if key not in skipped
            for text in _values(value, skipped)
        ]
    if isinstance(data, list):
        return [text for one in data for text in _values(one, skipped)]
    return [data] if isinstance(data, str) else []


@pytest.mark.parametrize("file", SPEAKING, ids=lambda file: str(file.relative_to(ROOT)))
def test_nobody_is_called_what_they_may_not_be(file: Path) -> None:
    for text in said(file):
        found = NEVER.search(text)
        assert not found, f"{file.relative_to(ROOT)} says “{found[0]}”: {text.strip()[:100]}"


def test_files_say_nothing_of_where_they_were_made() -> None:
    for file in PUBLISHED:
        if not file.is_file() or file.suffix in {".pyc", ".ttf", ".png", ".lock"}:
            continue
        found = LEFT_OVER.search(file.read_text(errors="ignore"))
        assert not found, f"{file.relative_to(ROOT)} says “{found[0]}”"


def test_the_check_would_find_them() -> None:
    assert NEVER.search("The victim was told.")
    assert NEVER.search("an Alleged perpetrator")
    assert not NEVER.search("victimless")
    assert LEFT_OVER.search("see /" + "work" + "/main")


WORKED_OUT = "…"


def messages(file: Path) -> list[str]:
    """What is said at a field of a form: where an answer is missing, and where one is refused."""
    tree = ast.parse(file.read_text())
    kept = {
        target.id: one.value
        for one in tree.body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    found: list[ast.expr] = []
    for one in ast.walk(tree):
        if isinstance(one, ast.Call):
            found += [more.value for more in one.keywords if more.arg == "required"]
            called = one.func.id if isinstance(one.func, ast.Name) else ""
            found += one.args if called in {"ValidationError", "StopValidation"} else []
        elif isinstance(one, ast.Assign) and isinstance(one.value, ast.List):
            names = {target.attr for target in one.targets if isinstance(target, ast.Attribute)}
            found += one.value.elts if "errors" in names else []
    either = [part for one in found for part in _either(one)]
    plain = [kept.get(one.id, one) if isinstance(one, ast.Name) else one for one in either]
    return [text for one in plain if (text := _text(one))]


def _either(one: ast.expr) -> list[ast.expr]:
    return [one.body, one.orelse] if isinstance(one, ast.IfExp) else [one]


def _text(one: ast.expr) -> str:
    """A text of the code, with a mark for what is put in while it runs."""
    if isinstance(one, ast.JoinedStr):
        return "".join(_text(part) or WORKED_OUT for part in one.values)
    return one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else ""


def is_punctuated(message: str) -> bool:
    """One sentence has no full stop; of several each has one."""
    is_one = not re.search(r"[.?!]”? (?![a-z])", message)
    return message.endswith(WORKED_OUT) or message.endswith((".", ".”")) is not is_one


WITH_MESSAGES = [file for file in SPEAKING if file.suffix == ".py" and messages(file)]


@pytest.mark.parametrize("file", WITH_MESSAGES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_message_of_one_sentence_has_no_full_stop(file: Path) -> None:
    for message in messages(file):
        assert is_punctuated(message), f"{file.relative_to(ROOT)}: {message}"


def test_messages_are_found_in_every_form() -> None:
    assert is_punctuated("Choose yes or no")
    assert not is_punctuated("Choose yes or no.")
    assert is_punctuated("There is one already. Choose another.")
    assert not is_punctuated("There is one already. Choose another")
    assert sum(len(messages(file)) for file in WITH_MESSAGES) > 400
