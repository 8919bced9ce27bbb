"""Every template parses, imports nothing it does not use, and trusts nobody’s text."""

import ast
import re

import pytest
from flask import Flask
from jinja2 import Environment, FileSystemLoader, StrictUndefined, meta, nodes

from portal.config import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NAMES = [file.relative_to(ROOT / "templates").as_posix() for file in TEMPLATES]
ENVIRONMENT = Environment(loader=FileSystemLoader(ROOT / "templates"), autoescape=True)


def parsed(name: str) -> nodes.Template:
    return ENVIRONMENT.parse((ROOT / "templates" / name).read_text())


@pytest.mark.parametrize("name", NAMES)
def test_it_parses_and_uses_what_it_imports(name: str) -> None:
    tree = parsed(name)
    used = {one.name for one in tree.find_all(nodes.Name) if one.ctx == "load"}
    for imported in tree.find_all(nodes.FromImport):
        for one in imported.names:
            word = one[1] if isinstance(one, tuple) else one
            assert word in used, f"{name} imports {word} and does not use it"
    for imported in tree.find_all(nodes.Import):
        assert imported.target in used, f"{name} imports {imported.target} without using it"


@pytest.mark.parametrize("name", NAMES)
def test_it_does_not_trust_text(name: str) -> None:
    tree = parsed(name)
    for one in tree.find_all(nodes.Filter):
        assert one.name not in {"safe", "forceescape", "urlize", "xmlattr"}, f"{name}: |{one.name}"
    for one in tree.find_all((nodes.MarkSafe, nodes.MarkSafeIfAutoescape)):
        raise AssertionError(f"{name}:{one.lineno} marks something as safe")
    for one in tree.find_all(nodes.ScopedEvalContextModifier):
        raise AssertionError(f"{name}:{one.lineno} switches escaping")


def test_every_template_is_shown_by_something() -> None:
    """A template that no view, template or error page names is left over."""
    code = "\n".join(file.read_text() for file in (ROOT / "portal").rglob("*.py"))
    others = {
        name
        for file in NAMES
        for name in meta.find_referenced_templates(parsed(file))
        if name is not None
    }
    for name in NAMES:
        if not name.startswith("errors/"):
            assert name in others or f'"{name}"' in code, f"{name} is shown by nothing"


RULED = {
    word
    for file in sorted((ROOT / "static/css").glob("*.css"))
    for selectors in re.findall(
        r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.S)
    )
    for word in re.findall(r"\.([a-z][\w-]*)", re.sub(r'"[^"]*"', "", selectors))
}
"""Classes for which our own style sheets have a rule."""


def test_every_class_with_a_rule_is_used() -> None:
    named = "\n".join(
        file.read_text()
        for pattern in ("templates/**/*.html", "static/js/*.js", "portal/**/*.py")
        for file in ROOT.glob(pattern)
    )
    begun = tuple(re.findall(r"([a-z][\w-]*--)\{\{", named))  # the rest is worked out
    for word in sorted(one for one in RULED if not one.startswith("govuk-")):
        written = re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", named)
        assert written or word.startswith(begun), f"nothing has the class {word}"


@pytest.mark.parametrize("name", NAMES)
def test_every_class_of_ours_has_a_rule(name: str) -> None:
    text = re.sub(r"\{#.*?#\}", "", (ROOT / "templates" / name).read_text(), flags=re.S)
    for value in re.findall(r'class(?:es)?="((?:\{%.*?%\}|\{\{.*?\}\}|[^"])*)"', text):
        plain = re.sub(r"\{%.*?%\}", " ", re.sub(r"\S*\{\{.*?\}\}", " ", value))
        for word in plain.split():
            assert word.startswith("govuk-") or word in RULED, f"{word} has no rule"


def test_every_template_that_is_named_is_there() -> None:
    for file in sorted((ROOT / "portal").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found = re.fullmatch(r"[a-z_]+/[a-z_/]+\.html", node.value)
                if found:
                    assert node.value in NAMES, f"{file.relative_to(ROOT)}:{node.lineno}"


def test_undefined_names_are_faults(app: Flask) -> None:
    assert app.jinja_env.undefined is StrictUndefined
    assert "config" not in app.jinja_env.globals
    assert app.jinja_env.autoescape is True or callable(app.jinja_env.autoescape)
    assert app.select_jinja_autoescape("any/page.html")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_it_comes_from_elsewhere(name: str) -> None:
    text = (ROOT / "templates" / name).read_text()
    assert not re.search(r"""(src|action)=["'](https?:)?//""", text)
    assert not re.search(r"""<link[^>]*href=["'](https?:)?//""", text)
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", text)
