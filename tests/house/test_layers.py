"""Imports point one way: the contracts of import-linter, and a few that it does not know."""

import ast
import subprocess
import sys

from portal.config import ROOT

SQL = frozenset({"session", "database"})


def test_the_contracts_hold() -> None:
    # In a process of its own: import-linter silences every logger that there is already.
    linter = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    ran = subprocess.run(
        [sys.executable, "-c", linter], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_views_do_not_touch_the_session() -> None:
    """Views read what services give them; only services know the database."""
    for file in sorted((ROOT / "portal").rglob("*.py")):
        if not (file.name.startswith(("views", "forms")) or file.name in {"rules.py", "steps.py"}):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "portal.db":
                names = {one.name for one in node.names}
                assert not names & SQL, f"{file.relative_to(ROOT)} imports {names & SQL}"
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] != "sqlalchemy" or (
                    "exc" in (node.module or "")
                ), f"{file.relative_to(ROOT)} imports {node.module}"


def test_nobody_commits_but_the_unit_of_work() -> None:
    allowed = {"web/unit_of_work.py", "db.py", "boot.py"}
    for file in sorted((ROOT / "portal").rglob("*.py")):
        place = file.relative_to(ROOT / "portal").as_posix()
        if place in allowed or place.startswith(("commands/", "demo/")):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in {"commit", "rollback"}, f"{place}:{node.lineno}"


def test_the_present_moment_comes_from_the_clock() -> None:
    for file in sorted((ROOT / "portal").rglob("*.py")):
        if file == ROOT / "portal" / "clock.py":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            called = ast.unparse(node.func)
            assert called not in {
                "datetime.now",
                "datetime.utcnow",
                "date.today",
                "datetime.today",
                "time.time",
            }, f"{file.relative_to(ROOT)}:{node.lineno} asks {called}"


def test_text_becomes_markup_in_few_places_only() -> None:
    """Whatever is marked as markup was made by the product: a call with a literal first."""
    for file in sorted((ROOT / "portal").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "Markup"):
                continue
            place = f"{file.relative_to(ROOT)}:{node.lineno}"
            literal = bool(node.args) and isinstance(node.args[0], ast.Constant)
            assert literal or file.name in {"form_base.py", "catalogue.py", "reading.py"}, place


def test_dangerous_calls_are_not_made() -> None:
    banned = {"eval", "exec", "compile", "pickle.loads", "pickle.load", "os.system", "__import__"}
    for file in sorted((ROOT / "portal").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called not in banned, f"{file.relative_to(ROOT)}:{node.lineno} {called}"
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("yaml.load"):
                raise AssertionError(f"{file.relative_to(ROOT)}:{node.lineno} loads any YAML")
