"""The files of the deployment page: copies that can be restored, units that systemd understands."""

import importlib.util
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from portal import boot, commands, config, create_app
from portal.vault import keyfile
from tests import factories

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "docs" / "deployment"
PAGE = (ROOT / "docs" / "deployment.md").read_text()
UNITS = sorted(PLACE.glob("portal*.*"))


def load_backup():
    spec = importlib.util.spec_from_file_location("deployment_backup", PLACE / "backup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "PORTAL_KEY_FILE", "PORTAL_HTTPS", "PORTAL_HOSTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def real(home):
    made = config.load({"PORTAL_HOME": str(home / "home")})
    boot.prepare(made)
    app = create_app(made)
    with factories.saved(app):
        factories.school("Oakfield School")
    app.extensions["database"].engine.dispose()
    return made


def copy(database, folder):
    words = [sys.executable, str(PLACE / "backup.py"), str(database), str(folder)]
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd="/")


def test_a_copy_made_while_somebody_works_can_be_restored(real, home, monkeypatch, capsys):
    folder = home / "copies"
    folder.mkdir(mode=0o700)
    (folder / "portal-20200101T000000Z.db.part").write_text("cut short")
    working = sqlite3.connect(real.sqlite_file, isolation_level=None)
    working.execute("BEGIN IMMEDIATE")
    working.execute("update schools set dsl_phone = 'not yet saved'")
    ran = copy(real.sqlite_file, folder)
    working.execute("ROLLBACK")
    working.close()
    assert ran.returncode == 0, ran.stderr
    (made,) = folder.iterdir()
    assert ran.stdout.strip() == str(made)
    assert made.stat().st_mode & 0o777 == 0o600
    assert re.fullmatch(r"portal-\d{8}T\d{6}Z\.db", made.name)

    elsewhere = home / "elsewhere"
    (elsewhere / "data").mkdir(parents=True, mode=0o700)
    shutil.copy(made, elsewhere / "data" / "portal.db")
    monkeypatch.setenv("PORTAL_HOME", str(elsewhere))
    monkeypatch.setattr(sys, "stdin", _typed(real.key_file))
    assert commands.main(["restore-key"]) == 0
    assert commands.main(["verify"]) == 0
    assert "Everything fits" in capsys.readouterr().out


def _typed(key_file):
    import io

    return io.StringIO(" ".join(keyfile.printable(keyfile.read(key_file))) + "\n")


def test_a_copy_holds_nothing_that_was_deleted(home):
    folder, database = home / "copies", home / "some.db"
    folder.mkdir()
    with sqlite3.connect(database) as on:
        on.execute("create table notes (words text)")
        on.executemany("insert into notes values (?)", [(f"canary {n} " * 50,) for n in range(300)])
    with sqlite3.connect(database) as on:
        on.execute("PRAGMA secure_delete=OFF")
        on.execute("delete from notes where rowid > 1")
    on.close()
    assert b"canary 200" in database.read_bytes()
    assert copy(database, folder).returncode == 0
    (made,) = folder.iterdir()
    assert b"canary 0" in made.read_bytes()
    assert b"canary 200" not in made.read_bytes()


def test_damaged_and_missing_databases_give_no_copy(home):
    folder, broken = home / "copies", home / "broken.db"
    folder.mkdir()
    assert copy(home / "none.db", folder).returncode == 1
    broken.write_bytes(b"not a database" * 1000)
    ran = copy(broken, folder)
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert copy(broken, home / "no such folder").returncode == 1
    assert [one for one in folder.iterdir() if one.suffix == ".db"] == []


def test_the_newest_48_are_kept(real, home):
    folder = home / "copies"
    folder.mkdir()
    (folder / "something else.db").touch()
    for number in range(60):
        (folder / f"portal-20200101T0000{number:02}Z.db").touch()
    assert copy(real.sqlite_file, folder).returncode == 0
    kept = sorted(one.name for one in folder.glob("portal-*.db"))
    assert len(kept) == 48
    assert kept[0] == "portal-20200101T000013Z.db"
    assert (folder / "something else.db").exists()


def test_a_copy_that_is_damaged_is_not_kept(home, monkeypatch, capsys):
    backup, folder, database = load_backup(), home / "copies", home / "some.db"
    folder.mkdir()
    sqlite3.connect(database).close()
    with sqlite3.connect(database) as on:
        on.execute("create table notes (words text)")
    on.close()
    reading = backup.reading

    def damaged(file):
        if file.suffix != ".part":
            return reading(file)
        return _Damaged()

    monkeypatch.setattr(backup, "reading", damaged)
    assert backup.main([str(database), str(folder)]) == 1
    assert "damaged" in capsys.readouterr().err
    assert list(folder.iterdir()) == []


class _Damaged:
    def execute(self, _):
        return self

    def fetchone(self):
        return ("row 1 missing from index",)

    def close(self):
        """Nothing was opened."""


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="There is no systemd here.")
def test_systemd_understands_the_units_and_finds_them_closed():
    for unit in UNITS:
        words = ["systemd-analyze", "verify", "--man=no", str(unit)]
        told = subprocess.run(words, capture_output=True, text=True, check=False).stderr
        ours = [line for line in told.splitlines() if unit.name in line]
        wrong = [line for line in ours if "is not executable" not in line]
        assert not wrong, wrong
    words = ["systemd-analyze", "security", "--offline=true", "--threshold=20"]
    for unit in PLACE.glob("*.service"):
        ran = subprocess.run([*words, str(unit)], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout[-200:]


def test_the_portal_s_packages_live_with_memory_that_is_never_writable_and_executable():
    """`MemoryDenyWriteExecute`, by the kernel’s own rule where it has one (Linux 6.3)."""
    if sys.platform != "linux":
        pytest.skip("Only Linux has this rule.")
    code = """
import ctypes, io, mmap, sys
if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) != 0:
    sys.exit(77)
try:
    mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC)
except OSError:
    pass
else:
    sys.exit(77)
import pikepdf, psycopg, sqlite3
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from reportlab.pdfgen import canvas
from portal.staff import passwords
from portal.casefile import blueprints
from portal.commands import _server, doctor
passwords.hash_password("heron lamp orchard")
AESGCM(bytes(32)).encrypt(bytes(12), b"x", None)
page = canvas.Canvas(io.BytesIO())
page.drawString(1, 1, "x")
page.save()
pikepdf.Pdf.new()
blueprints()
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if ran.returncode == 77:
        pytest.skip("This kernel does not have the rule.")
    assert ran.returncode == 0, ran.stderr


def test_the_page_names_every_setting_and_every_file():
    code = (ROOT / "portal" / "config.py").read_text()
    for setting in set(re.findall(r'"((?:PORTAL_[A-Z_]+|DATABASE_URL))"', code)):
        assert setting in PAGE, f"docs/deployment.md does not name {setting}"
    for file in PLACE.iterdir():
        if file.is_file():
            assert file.name in PAGE or file.suffix in {".timer"}, f"{file.name} is not explained"


def test_the_page_s_commands_are_there():
    known = set(commands.commands())
    for word in re.findall(r"-m portal ([a-z-]+)", PAGE):
        assert word in known, word


def test_the_page_counts_the_checks():
    from portal.commands._doctor_checks import CHECKS

    assert f"looks at {len(CHECKS)} things" in PAGE
