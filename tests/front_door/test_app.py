"""The front door, with pip and venv replaced by stand-ins that note what they were asked to do."""

import ast
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load(folder):
    """Import the app.py of this folder afresh, as Python would when started there."""
    spec = importlib.util.spec_from_file_location("front_door_app", folder / "app.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "portal copy"  # a space in the path, as schools have
    home.mkdir()
    shutil.copy(ROOT / "app.py", home)
    (home / "requirements.lock").write_text("flask==3.1.3")
    (home / "requirements-test.lock").write_text("flask==3.1.3\npytest==9.2.0")
    return home


# What the stand-in for the environment's Python does: "3.11, and I belong to the folder asked".
TELLS_ITS_VERSION = "echo 3 11 True"


class Installer:
    """Stands in for venv and pip: makes the files that matter, or fails where told to."""

    def __init__(self, app):
        self.app = app
        self.done = []
        self.pip_fails_with = None

    def __call__(self, command):
        if "venv" in command:
            self.done.append("venv")
            shutil.rmtree(self.app.VENV, ignore_errors=True)
            self.app.PYTHON.parent.mkdir(parents=True)
            self.app.PYTHON.write_text(f"#!/bin/sh\n{TELLS_ITS_VERSION}")
            self.app.PYTHON.chmod(0o755)
            return
        assert "pip" in command
        self.done.append(Path(command[-1]).name)
        assert not self.app.RECEIPT.exists(), "pip runs while the receipt still vouches"
        assert {"--require-hashes", "--only-binary=:all:"} <= set(command)
        if self.pip_fails_with:
            raise self.pip_fails_with


@pytest.fixture
def app(folder, monkeypatch):
    return ready_to_install(folder, monkeypatch)


def ready_to_install(folder, monkeypatch):
    module = load(folder)
    module.installer = Installer(module)
    monkeypatch.setattr(module.subprocess, "check_call", module.installer)
    # let through, it would replace the process that runs these tests, and end well
    monkeypatch.setattr(module.os, "execv", lambda *_: pytest.fail("a command was started"))
    return module


def failing_pip():
    return subprocess.CalledProcessError(1, ["pip"])


# --- setting up -----------------------------------------------------------------------------------


def test_first_start_makes_the_environment_and_the_second_only_uses_it(app):
    app.make_ready(app.RUN_LOCK)
    app.make_ready(app.RUN_LOCK)

    assert app.installer.done == ["venv", "requirements.lock"]


def test_first_start_says_what_it_does_on_the_error_stream(app, capsys):
    app.make_ready(app.RUN_LOCK)

    out, err = capsys.readouterr()
    assert "about half a minute, once" in err
    assert out == ""


def test_failed_download_leaves_nothing_and_says_what_to_do(app, monkeypatch, capsys):
    app.installer.pip_fails_with = failing_pip()

    assert app.main(["demo"]) == 1
    assert not app.VENV.exists()
    assert "HTTPS_PROXY" in capsys.readouterr().err


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), SystemExit(143)])
def test_stopping_in_the_middle_leaves_nothing(app, stop):
    app.installer.pip_fails_with = stop

    with pytest.raises(type(stop)):
        app.make_ready(app.RUN_LOCK)

    assert not app.VENV.exists()


def test_sigterm_in_the_middle_leaves_nothing(app, monkeypatch):
    def pip(command):
        if "pip" in command:
            os.kill(os.getpid(), signal.SIGTERM)
        app.installer(command)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(app.subprocess, "check_call", pip)

    with pytest.raises(SystemExit, match="143"):
        app.make_ready(app.RUN_LOCK)

    assert not app.VENV.exists()
    assert signal.getsignal(signal.SIGTERM) == before


def test_ctrl_c_during_set_up_ends_with_130(app, capsys):
    app.installer.pip_fails_with = KeyboardInterrupt()

    assert app.main([]) == 130
    assert "Stopped" in capsys.readouterr().err


def test_environment_that_was_never_finished_is_made_anew(app):
    app.make_ready(app.RUN_LOCK)
    app.RECEIPT.unlink()  # what a power cut in the middle leaves behind

    app.make_ready(app.RUN_LOCK)

    assert app.installer.done == ["venv", "requirements.lock"] * 2


def test_half_written_receipt_does_not_count(app):
    app.make_ready(app.RUN_LOCK)
    app.RECEIPT.write_text(app.RECEIPT.read_text()[:30])

    assert app.state(app.RUN_LOCK) == "unusable"


def test_changed_lock_is_installed_on_top(app):
    app.make_ready(app.RUN_LOCK)
    (app.HERE / app.RUN_LOCK).write_text("flask==3.1.4")

    app.make_ready(app.RUN_LOCK)

    assert app.installer.done == ["venv", "requirements.lock", "requirements.lock"]
    assert app.state(app.RUN_LOCK) == "ready"


def test_tests_install_their_lock_on_top_and_that_satisfies_the_portal_too(app):
    app.make_ready(app.RUN_LOCK)
    app.make_ready(app.TEST_LOCK)
    app.make_ready(app.RUN_LOCK)
    app.make_ready(app.TEST_LOCK)

    assert app.installer.done == ["venv", "requirements.lock", "requirements-test.lock"]


def test_the_extra_for_single_sign_on_is_installed_where_there_are_settings(app, monkeypatch):
    (app.HERE / app.SSO_LOCK).write_text("flask==3.1.3\nauthlib==1.9.9")
    home = app.HERE / "instance"
    monkeypatch.delenv("PORTAL_HOME", raising=False)
    assert app.lock_for("") == app.RUN_LOCK

    home.mkdir()
    (home / "single-sign-on.toml").write_text("")

    assert app.lock_for("") == app.lock_for("doctor") == app.SSO_LOCK
    assert app.lock_for("demo") == app.RUN_LOCK
    assert app.lock_for("test") == app.TEST_LOCK
    monkeypatch.setenv("PORTAL_HOME", str(app.HERE / "another"))
    assert app.lock_for("") == app.RUN_LOCK


def test_each_lock_satisfies_those_it_holds(app):
    (app.HERE / app.SSO_LOCK).write_text("flask==3.1.3\nauthlib==1.9.9")
    app.make_ready(app.RUN_LOCK)
    app.make_ready(app.SSO_LOCK)
    app.make_ready(app.RUN_LOCK)
    app.make_ready(app.TEST_LOCK)
    app.make_ready(app.SSO_LOCK)

    locks = ["requirements.lock", "requirements-sso.lock", "requirements-test.lock"]
    assert app.installer.done == ["venv", *locks]


def test_portal_installs_again_when_only_its_lock_changed_since_the_tests(app):
    app.make_ready(app.TEST_LOCK)
    (app.HERE / app.RUN_LOCK).write_text("flask==3.1.4")

    app.make_ready(app.RUN_LOCK)

    assert app.installer.done[-1] == "requirements.lock"
    assert app.state(app.TEST_LOCK) == "outdated"


def test_moved_or_copied_environment_is_made_anew(app, tmp_path, monkeypatch):
    app.make_ready(app.RUN_LOCK)
    elsewhere = shutil.copytree(app.HERE, tmp_path / "elsewhere")

    moved = ready_to_install(elsewhere, monkeypatch)

    assert moved.RECEIPT.exists()
    assert moved.state(moved.RUN_LOCK) == "unusable"
    moved.make_ready(moved.RUN_LOCK)
    assert moved.installer.done == ["venv", "requirements.lock"]


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param("exit 1", id="does not run"),
        pytest.param("echo 3 12 True", id="is another version since the system was upgraded"),
        pytest.param("echo 3 11 False", id="works for another folder"),
    ],
)
def test_environment_whose_python_cannot_be_relied_on_is_made_anew(app, trouble):
    app.make_ready(app.RUN_LOCK)
    app.PYTHON.write_text(f"#!/bin/sh\n{trouble}")

    assert app.state(app.RUN_LOCK) == "unusable"


def test_environment_whose_python_is_gone_is_made_anew(app):
    app.make_ready(app.RUN_LOCK)
    app.PYTHON.unlink()

    assert app.state(app.RUN_LOCK) == "unusable"


def test_debian_without_venv_is_told_the_package(app, monkeypatch, capsys):
    monkeypatch.setattr(app.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(app.sys, "version_info", (3, 12, 1))

    assert app.main(["demo"]) == 1
    assert "sudo apt install python3.12-venv\n" in capsys.readouterr().err
    assert app.installer.done == []
    assert not app.VENV.exists()


def test_folder_that_cannot_be_written_to(app, monkeypatch, capsys):
    def refuse(path, *_, **__):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(app.Path, "open", refuse)

    assert app.main([]) == 1
    assert "yours to write to" in capsys.readouterr().err


def test_incomplete_copy_of_the_portal(app, capsys):
    (app.HERE / app.RUN_LOCK).unlink()

    assert app.main([]) == 1
    assert "must be complete" in capsys.readouterr().err


def test_finished_environment_is_used_without_writing(app):
    app.make_ready(app.RUN_LOCK)
    (app.HERE / ".venv.lock").unlink()

    app.make_ready(app.RUN_LOCK)

    assert not (app.HERE / ".venv.lock").exists()


def test_second_start_waits_for_the_first_and_then_uses_its_work(app, monkeypatch, capsys):
    first = app.one_at_a_time()
    first.__enter__()
    waits = []

    def first_finishes_meanwhile(seconds):
        waits.append(seconds)
        if len(waits) == 2:
            app.install(app.RUN_LOCK, afresh=True)
            first.__exit__(None, None, None)

    monkeypatch.setattr(app.time, "sleep", first_finishes_meanwhile)
    app.make_ready(app.RUN_LOCK)

    assert len(waits) == 2
    assert capsys.readouterr().err.count("Waiting for it") == 1
    assert app.installer.done == ["venv", "requirements.lock"], "the second installed again"


# --- which command --------------------------------------------------------------------------------


@pytest.fixture
def handed_over(app, monkeypatch):
    """Note what would be run, where, and which lock it asked for."""
    seen = SimpleNamespace(lock=None, command=None, cwd=None)

    def hand_over(command):
        seen.command, seen.cwd = command, Path.cwd()
        return 7

    monkeypatch.setattr(app, "make_ready", lambda lock: setattr(seen, "lock", lock))
    monkeypatch.setattr(app, "hand_over", hand_over)
    return seen


@pytest.mark.parametrize(
    ("words", "lock", "rest"),
    [
        ([], "requirements.lock", ["-m", "portal"]),
        (["--port", "81"], "requirements.lock", ["-m", "portal", "--port", "81"]),
        (["demo", "--fill-only"], "requirements.lock", ["-m", "portal", "demo", "--fill-only"]),
        (["verify", "a b"], "requirements.lock", ["-m", "portal", "verify", "a b"]),
        (["verify", "--help"], "requirements.lock", ["-m", "portal", "verify", "--help"]),
        (["test"], "requirements-test.lock", ["-m", "pytest"]),
        (["test", "-k", "x"], "requirements-test.lock", ["-m", "pytest", "-k", "x"]),
    ],
)
def test_words_go_on_untouched(app, handed_over, words, lock, rest):
    assert app.main(words) == 7
    assert handed_over.command == [str(app.PYTHON), *rest]
    assert handed_over.lock == lock
    assert handed_over.cwd == app.HERE


@pytest.mark.parametrize("word", ["help", "--help", "-h"])
def test_help_lists_every_command_and_sets_nothing_up(app, capsys, word):
    commands = app.HERE / "portal" / "commands"
    commands.mkdir(parents=True)
    (commands / "__init__.py").write_text('"""Not a command."""')
    (commands / "_shared.py").write_text('"""Not a command."""')
    (commands / "new_key.py").write_text('"""Make a new key.\n\nMore about it."""')
    (commands / "demo.py").write_text('"""Says less than the front door does."""')

    assert app.main([word]) == 0

    listed = capsys.readouterr().out
    starts = re.findall(r"app\.py (\S*)  +(.*)", listed)
    assert [start for start, _ in starts] == ["", "demo", "test", "check", "help", "new-key"]
    assert dict(starts)["new-key"] == "Make a new key."
    assert "made-up school" in dict(starts)["demo"]
    assert app.installer.done == []


def test_help_describes_each_of_our_own_commands():
    undescribed = [word for word, about in load(ROOT).management_commands().items() if not about]

    assert undescribed == []


def test_check_runs_everything_and_fails_if_one_does(app, monkeypatch, capsys):
    ran = []

    def call(command):
        ran.append(command)
        return 1 if command[1:] == ["check", "."] else 0

    monkeypatch.setattr(app, "make_ready", ran.append)
    monkeypatch.setattr(app.subprocess, "call", call)

    assert app.main(["check"]) == 1
    assert ran[0] == app.TEST_LOCK
    assert [Path(command[0]).name for command in ran[1:]] == [
        "ruff",
        "ruff",
        "mypy",
        "lint-imports",
    ]
    assert "Failed: ruff check .\n" in capsys.readouterr().err


def test_check_passes_when_all_pass(app, monkeypatch):
    monkeypatch.setattr(app, "make_ready", lambda _: None)
    monkeypatch.setattr(app.subprocess, "call", lambda _: 0)

    assert app.main(["check"]) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot do this")
def test_process_becomes_the_command(app, monkeypatch):
    became = []
    monkeypatch.setattr(app, "WINDOWS", False)
    monkeypatch.setattr(app.os, "execv", lambda *what: became.append(what))
    monkeypatch.setattr(app.subprocess, "Popen", lambda _: SimpleNamespace(wait=lambda: 0))

    app.hand_over(["/venv/python", "-m", "portal", "a b"])

    assert became == [("/venv/python", ["/venv/python", "-m", "portal", "a b"])]


def test_windows_waits_for_the_command_through_ctrl_c_and_passes_its_exit_code_on(app, monkeypatch):
    answers = [KeyboardInterrupt(), KeyboardInterrupt(), 3]

    def wait():
        answer = answers.pop(0)
        if isinstance(answer, KeyboardInterrupt):
            raise answer
        return answer

    monkeypatch.setattr(app, "WINDOWS", True)
    monkeypatch.setattr(app.subprocess, "Popen", lambda _: SimpleNamespace(wait=wait))

    assert app.hand_over(["python", "-m", "portal"]) == 3


# --- old Pythons ----------------------------------------------------------------------------------


def test_old_python_is_told_what_to_install(app, monkeypatch, capsys):
    monkeypatch.setattr(app.sys, "version_info", (3, 9, 2))

    assert app.main(["demo"]) == 1
    assert "Python 3.11 or newer is needed; this is 3.9." in capsys.readouterr().err
    assert app.installer.done == []


def test_an_old_python_can_read_the_front_door():
    source = (ROOT / "app.py").read_text(encoding="utf-8")

    ast.parse(source, feature_version=(3, 8))
    assert source.isascii(), "an old console cannot print more"


def test_only_the_standard_library_is_imported_at_the_top():
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module]
        )
    }

    assert imported <= sys.stdlib_module_names


# --- for WSGI servers -----------------------------------------------------------------------------


def test_wsgi_application_is_made_once_when_asked_for_and_sets_nothing_up(app, monkeypatch):
    made = []
    portal = ModuleType("portal")
    portal.create_app = lambda: made.append("app") or SimpleNamespace()
    monkeypatch.setitem(sys.modules, "portal", portal)

    assert made == []
    assert app.app is app.app
    assert made == ["app"]
    assert app.installer.done == []


def test_other_names_are_not_there(app):
    with pytest.raises(AttributeError, match="application"):
        _ = app.application


# --- the locks that ship --------------------------------------------------------------------------


def test_test_lock_holds_all_of_the_portals_lock():
    """Installing the first counts as having installed the second."""

    def pinned(name):
        return set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(), re.MULTILINE))

    assert pinned("requirements.lock")
    assert pinned("requirements.lock") <= pinned("requirements-test.lock")
