"""What can be done from a terminal, and how each ends."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from portal import boot, commands, config, create_app
from portal.commands import add_school
from portal.config import Mode
from portal.db import session
from portal.journal.service import newest
from portal.staff import passwords, service
from portal.staff.roles import Role
from portal.vault import keyfile
from tests import factories
from tests.page import Browser

ROOT = Path(__file__).resolve().parents[2]
PORT = 18231


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "PORTAL_KEY_FILE", "PORTAL_HTTPS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))
    before = os.umask(0o022)
    yield tmp_path
    os.umask(before)


@pytest.fixture
def real(home):
    """A real installation with one school; gives its configuration."""
    return installed(Mode.REAL)


def installed(mode):
    made = config.load(os.environ, mode)
    boot.prepare(made)
    app = create_app(made)
    with factories.saved(app):
        factories.school("Oakfield School")
    app.extensions["database"].engine.dispose()
    return made


def rows_of(made):
    app = create_app(made)
    with app.test_request_context():
        return newest(session)


def test_an_unknown_word_lists_the_commands(home, capsys):
    assert commands.main(["nonsense"]) == 2

    said = capsys.readouterr().err
    for word in ("demo", "verify", "add-school", "set-password", "change-role", "restore-key"):
        assert word in said


def test_help_ends_well_and_a_wrong_option_does_not(home, capsys):
    assert commands.main(["help"]) == 0
    assert commands.main(["verify", "--help"]) == 0
    assert commands.main(["verify", "--nonsense"]) == 2


def test_verify_says_that_everything_fits(real, capsys):
    rows, newest_hash = rows_of(real)

    assert commands.main(["verify", "--anchor", newest_hash[:16]]) == 0

    assert f"Everything fits: {rows} journal rows" in capsys.readouterr().out


def test_verify_names_what_differs_and_a_wrong_anchor(real, capsys):
    assert commands.main(["verify", "--anchor", "beef" * 4]) == 2
    assert "record check" in capsys.readouterr().out
    with sqlite3.connect(real.sqlite_file) as tampering:
        tampering.execute("update schools set dsl_phone = '0'")
    tampering.close()

    assert commands.main(["verify"]) == 2

    assert "schools" in capsys.readouterr().out


def test_verify_finds_the_demo_where_there_is_nothing_else(home, capsys):
    assert commands.main(["verify"]) == 1
    assert "nothing to check" in capsys.readouterr().err
    installed(Mode.DEMO)

    assert commands.main(["verify"]) == 0

    said = capsys.readouterr()
    assert "demo school" in said.err
    assert commands.main(["verify", "--demo"]) == 0


def test_a_missing_or_foreign_key_is_one_sentence(real, capsys, tmp_path):
    real.key_file.rename(tmp_path / "away")
    assert commands.main(["verify"]) == 1
    assert "missing" in capsys.readouterr().err
    keyfile.create(real.key_file)
    assert commands.main(["verify"]) == 1
    said = capsys.readouterr().err
    assert "does not belong" in said
    assert "Traceback" not in said


def test_a_bad_setting_is_one_sentence(home, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", "mysql://x")

    assert commands.main([]) == 1

    assert capsys.readouterr().err.startswith("DATABASE_URL must")


def test_the_key_file_is_written_anew_from_the_recovery_kit(real, monkeypatch, capsys):
    key = keyfile.read(real.key_file)
    groups = keyfile.printable(key)
    assert typed(monkeypatch, groups) == 1
    assert "already" in capsys.readouterr().err
    real.key_file.unlink()
    swapped = [groups[1], groups[0], *groups[2:]]
    assert typed(monkeypatch, swapped) == 1
    assert typed(monkeypatch, keyfile.printable(bytes(32))) == 1
    assert "does not belong" in capsys.readouterr().err
    assert not real.key_file.exists()

    assert typed(monkeypatch, groups) == 0

    assert keyfile.read(real.key_file) == key
    assert real.key_file.stat().st_mode & 0o777 == 0o600


def typed(monkeypatch, groups):
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO(" ".join(groups).lower() + "\n"))
    return commands.main(["restore-key"])


def test_somebody_locked_out_gets_a_password_that_must_be_changed(real, capsys):
    assert commands.main(["set-password", "nobody"]) == 1
    assert commands.main(["set-password", "dsl"]) == 0

    password = capsys.readouterr().out.partition("password: ")[2].split()[0]
    app = create_app(real)
    with app.test_request_context():
        from portal.staff.sign_ins.sign_in import find_member

        member = find_member(session, "dsl")
        assert member is not None
        assert passwords.fits(member.password_hash, password)
        assert member.must_change
    assert commands.main(["verify"]) == 0


def roles_in(config, username):
    app = create_app(config)
    with app.test_request_context():
        from portal.staff.service import memberships
        from portal.staff.sign_ins.sign_in import find_member

        member = find_member(session, username)
        assert member is not None
        return {one.role for one in memberships(member) if one.ended_at is None}


def test_a_role_is_given_and_taken_where_nobody_at_the_school_can(real, capsys):
    """The head has gone without handing over, or the only DSL becomes head as well."""
    refused = [["nobody", "head"], ["dsl", "head", "--school", "XX"], ["dsl", "dsl"]]
    refused += [["staff", "head", "--take"], ["dsl", "dsl", "--take"]]
    for words in refused:
        assert commands.main(["change-role", *words]) == 1
    assert "only DSL" in capsys.readouterr().err
    assert commands.main(["change-role", "head", "head", "--take"]) == 0
    assert commands.main(["change-role", "dsl", "head"]) == 0

    assert roles_in(real, "dsl") == {"dsl", "head"}
    assert roles_in(real, "head") == set()
    elm = ["add-school", "--name", "Elm", "--prefix", "ELM", "--dsl", "dsl"]
    assert commands.main(elm) == 0
    assert commands.main(["change-role", "staff", "pastoral"]) == 1
    assert "which school" in capsys.readouterr().err
    assert commands.main(["change-role", "staff", "pastoral", "--school", "elm"]) == 0
    assert roles_in(real, "staff") == {"staff", "pastoral"}
    assert commands.main(["verify"]) == 0


def test_a_second_school_needs_a_prefix_of_its_own(real, capsys):
    words = ["add-school", "--name", "Elm Primary", "--dsl", "head"]
    assert commands.main([*words, "--prefix", "1"]) == 1
    assert commands.main([*words, "--prefix", "elm"]) == 0
    assert commands.main([*words, "--prefix", "ELM"]) == 1
    new = ["--dsl", "newlead", "--dsl-name", "Nora Quist"]
    assert commands.main(["add-school", "--name", "Fir", "--prefix", "FIR", *new]) == 0
    assert "First password of newlead" in capsys.readouterr().out
    assert commands.main(["verify"]) == 0


def test_nothing_is_held_up_while_somebody_types(real, capsys, monkeypatch):
    """Somebody else writes while the command asks for a name, and takes the sign-in name."""
    asked = []

    def typed(question, given=None):
        if given is None:
            asked.append(question)
            app = create_app(real)
            with factories.saved(app):
                factories.colleague(service.only_school(), Role.STAFF, "Nora Quist", "newlead")
            app.extensions["database"].engine.dispose()
        return given or "Nora Quist"

    monkeypatch.setattr(add_school, "ask", typed)
    words = ["add-school", "--name", "Fir", "--prefix", "F1", "--dsl", "newlead"]
    assert commands.main(words) == 1
    assert asked == ["Full name of its DSL"]
    assert "meanwhile" in capsys.readouterr().err
    assert commands.main(words) == 0
    assert asked == ["Full name of its DSL"]
    assert commands.main([*words[:4], "1F", *words[5:]]) == 1
    assert "2 to 6 letters or figures, the first a letter" in capsys.readouterr().err
    assert commands.main(["verify"]) == 0


def started(*words):
    return subprocess.Popen(
        [sys.executable, "-m", "portal", "--port", str(PORT), *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_the_server_prints_its_code_logs_no_names_and_ends_cleanly(home):
    server = started()
    try:
        said = [server.stdout.readline() for _ in range(4)]
        assert re.search("One-time code: [a-z0-9-]{17}$", said[2])
        with urlopen(f"http://127.0.0.1:{PORT}/sign-in?next=/secret", timeout=10) as answer:
            assert answer.status == 200
            assert "Server" not in answer.headers
        taken = started()
        _, complaint = taken.communicate(timeout=30)
        assert taken.returncode == 1
        assert "--port" in complaint
        assert "Traceback" not in complaint
    finally:
        server.send_signal(signal.SIGTERM)
        _, err = server.communicate(timeout=20)
    assert (server.returncode, err) == (0, "")
    log = home / "data" / "portal.log"
    assert log.stat().st_mode & 0o777 == 0o600
    assert "GET /sign-in 303" in log.read_text()
    assert "secret" not in log.read_text()


def test_the_server_starts_small():
    watched = "reportlab", "pikepdf", "portal.demo"
    code = (
        "import sys, portal.commands._serve, waitress; from portal.casefile import blueprints; "
        f"blueprints(); print([one for one in {watched} if one in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert ran.stdout.strip() == "[]"


def test_somebody_who_lost_the_second_factor_gets_a_code_where_nobody_could_approve(real, capsys):
    assert commands.main(["reset-second-factor", "nobody"]) == 1
    assert commands.main(["reset-second-factor", "staff"]) == 1
    assert "no second factor" in capsys.readouterr().err
    assert commands.main(["reset-second-factor", "dsl"]) == 0

    code = capsys.readouterr().out.partition("Code: ")[2].split()[0]
    browser = Browser(create_app(real))
    browser.get("/sign-in").submit(username="dsl", password=factories.PASSWORD)
    browser.get("/sign-in/second/lost").submit("/sign-in/second/told", code=code)
    assert browser.get("/today", status=303).location == "/account/second-factor"
    assert commands.main(["verify"]) == 0
