"""Every check of `doctor` both ways, and how the command ends."""

import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from portal import boot, commands, create_app
from portal import config as settings
from portal.commands import _doctor_checks as checks
from portal.commands import _doctor_facts as doctor_facts
from portal.commands import doctor
from portal.commands._doctor_checks import Facts, Leads, Level, Place, Swap
from portal.config import Mode
from portal.db import session
from portal.staff.models import Installation
from tests import factories

SOUND = Facts(
    https=True,
    proxy=True,
    named_hosts=("portal.school.example",),
    contact="mailto:it@school.example",
    home="/srv/portal",
    key_file="/etc/portal/portal.key",
    data_folder="/srv/portal/data",
    sqlite_file="/srv/portal/data/portal.db",
    places=(Place("/srv/portal/data", 0o40700), Place("/etc/portal/portal.key", 0o100400)),
    clock_is_set=True,
    skew=2.0,
    free_bytes=10**10,
    swaps=(Swap("/dev/dm-1", True),),
    leads=(Leads("Oakfield School", 3, 3),),
)
R, W = Level.REFUSE, Level.WARN
WRONG = {
    "debugging": (R, {"debug": ("FLASK_DEBUG",)}, "Take FLASK_DEBUG away"),
    "data for the group": (R, {"places": (Place("/d", 0o40750),)}, "others of its group"),
    "key for all": (R, {"places": (Place("/k", 0o100604),)}, "everybody with an account"),
    "key in data": (R, {"key_file": "/srv/portal/data/portal.key"}, "PORTAL_KEY_FILE"),
    "key below data": (R, {"key_file": "/srv/portal/data/keys/portal.key"}, "PORTAL_KEY_FILE"),
    "key by the database": (
        R,
        {"key_file": "/x/portal.key", "sqlite_file": "/x/portal.db"},
        "PORTAL_KEY_FILE",
    ),
    "key in one home": (W, {"key_file": "/srv/portal/keys/portal.key"}, "apart from each other"),
    "NFS": (R, {"file_system": "nfs4"}, "SQLite loses records"),
    "SMB": (R, {"file_system": "cifs"}, "SQLite loses records"),
    "a share": (R, {"sqlite_file": r"\\server\office\portal.db"}, "SQLite loses records"),
    "OneDrive": (R, {"sqlite_file": "/srv/a/OneDrive - School/p.db"}, "copied elsewhere"),
    "Dropbox": (R, {"sqlite_file": "/srv/a/Dropbox/p.db"}, "copied elsewhere"),
    "Google Drive": (R, {"sqlite_file": "/srv/a/Google Drive/p.db"}, "copied elsewhere"),
    "iCloud": (R, {"sqlite_file": "/Users/a/Library/Mobile Documents/p.db"}, "copied elsewhere"),
    "clocks apart": (R, {"skew": -61.0}, "61 seconds"),
    "clock not kept": (W, {"clock_is_set": False}, "chrony"),
    "no TLS": (R, {"https": False, "proxy": False}, "without encryption"),
    "no proxy": (W, {"proxy": False}, "PORTAL_PROXY=1"),
    "a proxy without TLS": (
        W,
        {"https": False, "named_hosts": (), "contact": ""},
        "anybody could say who they are",
    ),
    "no name": (W, {"named_hosts": ()}, "only this computer is answered"),
    "root": (W, {"is_root": True}, "sudo -u portal"),
    "no kit": (W, {"kit_confirmed": False}, "recovery kit"),
    "no start": (R, {"cannot_start": "The key file is missing."}, "The key file is missing."),
    "older": (W, {"is_older": True}, "Back it up"),
    "journal": (R, {"journal_faults": ("Journal row 7 was changed.",)}, "row 7"),
    "WAL": (R, {"journal_mode": "wal"}, "WAL"),
    "full": (R, {"free_bytes": 200 * 1024 * 1024 - 1}, "199 MB"),
    "packages": (W, {"differing": ("a 1 instead of 2", "b", "c", "d")}, "and 1 more"),
    "swap": (W, {"swaps": (Swap("/swapfile", False),)}, "/swapfile"),
    "one lead": (W, {"leads": (Leads("Oakfield", 1, 1),)}, "make a deputy"),
    "no lead": (W, {"leads": (Leads("Oakfield", 0, 0),)}, "Nobody at Oakfield"),
    "no second factor": (W, {"leads": (Leads("Oakfield", 3, 1),)}, "2 of 3 DSLs"),
    "no contact": (W, {"contact": ""}, "PORTAL_SECURITY_CONTACT"),
}
RIGHT = {
    "handed over by systemd": {"places": (Place("/run/credentials/p/key", 0o100440, True),)},
    "PostgreSQL": {"sqlite_file": None, "file_system": ""},
    "at home": {"https": False, "proxy": False, "named_hosts": (), "contact": ""},
    "a minute off": {"skew": 60.0},
    "not known": {"skew": None, "clock_is_set": None, "free_bytes": None},
    "just enough room": {"free_bytes": 200 * 1024 * 1024},
    "WAL that is sound": {"journal_mode": "wal", "sqlite_version": (3, 51, 3)},
    "not set up": {"is_set_up": False, "kit_confirmed": False, "leads": ()},
}


def test_a_sound_installation_has_no_findings():
    assert checks.findings(SOUND) == []


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_found_and_nothing_else(what):
    level, change, words = WRONG[what]
    found = checks.findings(replace(SOUND, **change))
    assert [one.level for one in found] == [level], found
    assert words in found[0].words


@pytest.mark.parametrize("what", RIGHT)
def test_what_only_looks_wrong_is_let_be(what):
    assert checks.findings(replace(SOUND, **RIGHT[what])) == []


def test_every_check_of_the_table_was_tried(record_property):
    seen = set()
    for _, change, _ in WRONG.values():
        seen |= {one for one in checks.CHECKS if list(one(replace(SOUND, **change)))}
    assert seen == set(checks.CHECKS)
    record_property(
        "figure", f"checks of doctor tried both ways: {len(seen)} of {len(checks.CHECKS)}"
    )


def test_what_must_be_put_right_comes_first():
    found = checks.findings(replace(SOUND, is_root=True, journal_mode="wal", contact=""))
    assert [one.level for one in found] == [R, W, W]


# --- finding the facts out ------------------------------------------------------------------------

MOUNTS = """/dev/sda1 / ext4 rw 0 0
//office/share /srv/share cifs rw 0 0
files:/home /srv/share/deep nfs4 rw 0 0
x /with\\040space vboxsf rw 0 0
"""


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("/srv/portal.db", "ext4"),
        ("/srv/share/portal.db", "cifs"),
        ("/srv/share/deep/portal.db", "nfs4"),
        ("/srv/shared/portal.db", "ext4"),
        ("/with space/portal.db", "vboxsf"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(file, kind):
    assert doctor_facts.file_system(Path(file), MOUNTS) == kind


def test_swap_is_encrypted_where_the_device_says_so(tmp_path):
    for name, kind in (("dm-0", "CRYPT-PLAIN-swap"), ("dm-1", "LVM-x")):
        (tmp_path / name / "dm").mkdir(parents=True)
        (tmp_path / name / "dm" / "uuid").write_text(kind)
    table = "Filename Type Size Used Priority\n" + "\n".join(
        f"/dev/{name} partition 1 0 -2" for name in ("dm-0", "dm-1", "sda2", "zram0")
    )
    found = {one.path: one.is_encrypted for one in doctor_facts.swaps(table, tmp_path)}
    assert found == {"/dev/dm-0": True, "/dev/dm-1": False, "/dev/sda2": False}


def test_the_lock_is_compared_with_what_is_installed():
    import flask

    installed = doctor_facts.version("flask")
    assert flask
    lock = (
        f"flask=={installed} \\\n    --hash=sha256:0\nnot-there==1 ; sys_platform == 'win32' \\\n"
    )
    assert list(doctor_facts._differing(lock)) == []
    lock = "flask==0.1 \\\nnot-there==1 \\\n"
    found = list(doctor_facts._differing(lock))
    assert found == [f"flask {installed} instead of 0.1", "not-there is missing"]
    assert list(doctor_facts._differing((settings.ROOT / "requirements.lock").read_text())) == []


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in [one for one in os.environ if one.startswith("PORTAL_") or one == "DATABASE_URL"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path))
    before = os.umask(0o022)
    yield tmp_path
    os.umask(before)


@pytest.fixture
def real(home):
    made = settings.load(os.environ, Mode.REAL)
    boot.prepare(made)
    app = create_app(made)
    with factories.saved(app):
        factories.school("Oakfield School")
    app.extensions["database"].engine.dispose()
    return made


def ask(capsys):
    code = commands.main(["doctor"])
    return code, capsys.readouterr().out


def test_where_nothing_is_installed_yet_it_looks_at_the_settings(home, monkeypatch, capsys):
    assert ask(capsys)[0] == 0
    monkeypatch.setenv("PORTAL_HOSTS", "portal.school.example")
    code, said = ask(capsys)
    assert code == 1
    assert said.startswith("REFUSED  People reach the portal as portal.school.example")
    assert list(home.iterdir()) == []


def test_a_real_installation_as_it_is_made_is_not_refused(real, capsys):
    code, said = ask(capsys)
    assert code == 0, said
    assert "recovery kit" in said
    assert "to weigh up" in said


def test_open_folders_and_files_are_refused(real, capsys):
    for place in (real.data, real.sqlite_file, real.key_file, real.key_file.parent):
        before = place.stat().st_mode
        place.chmod(before | 0o040)
        code, said = ask(capsys)
        assert code == 1
        assert f"chmod go= '{place}'" in said
        place.chmod(before)
    assert ask(capsys)[0] == 0


def test_secrets_of_single_sign_on_are_looked_at_too(real, capsys):
    real.single_sign_on_file.write_text('[[provider]]\nclient_secret_file = "sso.secret"\n')
    real.single_sign_on_file.chmod(0o600)
    secret = real.home / "sso.secret"
    secret.write_text("x")
    secret.chmod(0o644)
    code, said = ask(capsys)
    assert code == 1
    assert f"chmod go= '{secret}'" in said


def test_a_lost_key_and_a_damaged_journal_are_refused(real, capsys):
    with sqlite3.connect(real.sqlite_file) as tampering:
        for trigger in tampering.execute(
            "select name from sqlite_master where type='trigger'"
        ).fetchall():
            tampering.execute(f"drop trigger {trigger[0]}")
        tampering.execute("update journal set verb = 'never was' where seq = 2")
    tampering.close()
    code, said = ask(capsys)
    assert code == 1
    assert "Journal row 2 was changed" in said
    real.key_file.rename(real.home / "away")
    code, said = ask(capsys)
    assert code == 1
    assert "is missing" in said


def test_a_database_that_was_switched_to_wal_is_seen(real, capsys):
    with sqlite3.connect(real.sqlite_file) as switching:
        switching.execute("PRAGMA journal_mode=WAL")
    switching.close()
    assert doctor_facts.of_machine(real, {}).journal_mode == "wal"
    assert ask(capsys)[0] == (1 if sqlite3.sqlite_version_info < (3, 51, 3) else 0)
    assert ask(capsys)[0] == 0  # opening it has switched it back


def test_a_confirmed_kit_and_the_leads_are_read(real):
    found = doctor_facts.of_records(real, doctor_facts.of_machine(real, {}))
    assert not found.kit_confirmed
    assert [(one.school, one.count) for one in found.leads] == [("Oakfield School", 2)]
    app = create_app(real)
    with app.test_request_context(method="POST"):
        from portal import clock

        session.get(Installation, 1).kit_confirmed_at = clock.now()
        session.commit()
    app.extensions["database"].engine.dispose()
    assert doctor_facts.of_records(real, found).kit_confirmed


def test_debugging_is_seen(home, monkeypatch):
    made = settings.load(os.environ, Mode.REAL)
    assert doctor_facts.of_machine(made, {"FLASK_DEBUG": "0"}).debug == ()
    assert doctor_facts.of_machine(made, {"FLASK_DEBUG": "1"}).debug == ("FLASK_DEBUG",)


def test_the_start_says_what_must_be_put_right_and_starts(real, monkeypatch):
    assert doctor.at_the_start(real) == []
    real.key_file.chmod(0o644)
    assert len(doctor.at_the_start(real)) == 1


def test_both_databases_are_looked_at(school, config):
    """On PostgreSQL the two clocks are compared as well."""
    found = doctor_facts.of_records(config, doctor_facts.of_machine(config, {}))
    assert found.cannot_start == ""
    assert found.journal_faults == ()
    assert found.is_set_up
    assert (found.skew is None) is config.is_sqlite
    assert abs(found.skew or 0) < 60
