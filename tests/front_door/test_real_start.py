"""The front door for real: a true environment, true pip, one package that lies in the folder."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NO_INDEX = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}
LIVING_PORTAL = """
import sys, time
import from_the_lock
print(sys.argv[1:], flush=True)
if "sleep" in sys.argv:
    time.sleep(60)
sys.exit(9)
"""


@pytest.fixture(scope="module")
def real_folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("real") / "portal copy"
    (home / "portal").mkdir(parents=True)
    (home / "portal" / "__main__.py").write_text(LIVING_PORTAL)
    shutil.copy(ROOT / "app.py", home)
    write_lock(home, write_wheel(home))
    return home


def write_wheel(home):
    wheel = home / "from_the_lock-1.0-py3-none-any.whl"
    about = "from_the_lock-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("from_the_lock.py", "")
        archive.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\nName: from-the-lock\nVersion: 1.0\n"
        )
        archive.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{about}/RECORD", "")
    return wheel


def write_lock(home, wheel, digest=None):
    digest = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
    address = wheel.as_uri()
    (home / "requirements.lock").write_text(f"from-the-lock @ {address} --hash=sha256:{digest}\n")


def start(home, *words, **options):
    command = [sys.executable, str(home / "app.py"), *words]
    env = {**os.environ, **NO_INDEX}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=env, **pipes, **options)


def test_real_start_from_another_folder_passes_words_and_exit_code(real_folder, tmp_path):
    first = start(real_folder, "verify", "a b", cwd=tmp_path)
    out, err = first.communicate(timeout=120)

    assert first.returncode == 9, err
    assert out == "['verify', 'a b']\n"
    receipt = json.loads((real_folder / ".venv" / "portal-receipt.json").read_text())
    assert receipt["place"] == str(real_folder / ".venv")

    again = start(real_folder, "verify")
    assert again.communicate(timeout=60) == ("['verify']\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_real_start_ends_on_sigterm_by_its_own_process_id(real_folder):
    running = start(real_folder, "sleep")
    assert "sleep" in running.stdout.readline()

    running.terminate()

    running.communicate(timeout=10)
    assert running.returncode == -15


def test_real_wrong_hash_is_refused_and_leaves_nothing(real_folder, tmp_path):
    home = tmp_path / "tampered"
    shutil.copytree(real_folder, home, ignore=shutil.ignore_patterns(".venv"))
    write_lock(home, next(home.glob("*.whl")), digest="0" * 64)

    refused = start(home, "verify")
    out, err = refused.communicate(timeout=120)

    assert refused.returncode == 1
    assert "DO NOT MATCH THE HASHES" in err
    assert "could not be installed" in err
    assert out == ""
    assert not (home / ".venv").exists()
