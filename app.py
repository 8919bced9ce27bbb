"""The front door of the portal: sets up its own environment on first use, then runs the command.

Only the standard library is used here, and no syntax newer than Python 3.8 knows: an older Python
must be able to read this file to say that it is too old. WSGI servers import `app:app` instead.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

OLDEST_PYTHON = (3, 11)
WINDOWS = sys.platform == "win32"

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
# Written last: an environment without it was never finished, and is made anew.
RECEIPT = VENV / "portal-receipt.json"
RUN_LOCK = "requirements.lock"
SSO_LOCK = "requirements-sso.lock"  # holds all of requirements.lock, and more
TEST_LOCK = "requirements-test.lock"  # holds all of both, and more

COMMANDS = {
    "": "start the portal  [--host H] [--port N]",
    "demo": "start it with a made-up school  [--host H] [--port N] [--fill-only] [--stories DIR]",
    "test": "run the tests  [any pytest arguments]",
    "check": "run the linter, the formatter, the type checker and the import rules",
    "help": "show this list",
}
CHECKS = [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"], ["lint-imports"]]


class CannotSetUpError(Exception):
    """Carries the words for the person at the keyboard: what happened, and what to do."""


def main(words: list[str]) -> int:
    if sys.version_info < OLDEST_PYTHON:
        say(too_old())
        return 1
    first = words[0] if words else ""
    if first in ("help", "--help", "-h"):
        print(help_text())
        return 0
    try:
        make_ready(lock_for(first))
    except CannotSetUpError as problem:
        say(str(problem))
        return 1
    except OSError as problem:
        say(
            f"The portal cannot be set up here: {problem.strerror} ({problem.filename}).\n"
            "Its folder must be complete, and yours to write to: copy the portal to one that is."
        )
        return 1
    except KeyboardInterrupt:
        say("Stopped. Nothing half-made was left; run the same command to start again.")
        return 130
    os.chdir(HERE)
    if first == "check":
        return check()
    if first == "test":
        return hand_over([str(PYTHON), "-m", "pytest", *words[1:]])
    return hand_over([str(PYTHON), "-m", "portal", *words])


def say(words: str) -> None:
    """To the error stream, so that what a command prints can be piped on unmixed."""
    print(words, file=sys.stderr, flush=True)


def too_old() -> str:
    return (
        f"Python 3.11 or newer is needed; this is {sys.version_info[0]}.{sys.version_info[1]}.\n"
        "Windows and macOS: install the current Python from https://www.python.org/downloads/\n"
        "Linux: install python3.11 or newer with your package manager.\n"
        "Then start the portal with that one, for example: python3.11 app.py demo"
    )


def help_text() -> str:
    commands = {**COMMANDS, **management_commands(), **COMMANDS}
    width = max(len(word) for word in commands)
    start = "python app.py" if WINDOWS else "python3 app.py"
    lines = [f"  {start} {word:<{width}}  {about}".rstrip() for word, about in commands.items()]
    return "\n".join(["The safeguarding portal. The first start sets it up.", "", *lines])


def management_commands() -> dict[str, str]:
    """Each module of portal/commands is a command; its docstring's first line says what it does."""
    commands = {}
    for module in sorted((HERE / "portal" / "commands").glob("[a-z]*.py")):
        about = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
        commands[module.stem.replace("_", "-")] = about.partition("\n")[0]
    return commands


def lock_for(command: str) -> str:
    """Choose what is installed. Single sign-on is an extra of those who have settings for it."""
    if command in ("test", "check"):
        return TEST_LOCK
    home = HERE / Path(os.environ.get("PORTAL_HOME") or "instance").expanduser()
    wanted = command != "demo" and (home / "single-sign-on.toml").exists()
    return SSO_LOCK if wanted else RUN_LOCK


def make_ready(lock: str) -> None:
    if state(lock) == "ready":  # decided without writing: a finished folder may be read-only
        return
    with one_at_a_time():
        now = state(lock)
        if now != "ready":
            with nothing_half_made():
                install(lock, afresh=now == "unusable")


def state(lock: str) -> str:
    """Tell whether .venv is ready, outdated (to install on top of), or unusable (to make anew)."""
    try:
        receipt = json.loads(RECEIPT.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "unusable"  # never finished
    if receipt.get("place") != str(VENV) or receipt.get("python") != version_of_venv():
        return "unusable"  # moved or copied here, or the Python it was made with changed or went
    return "ready" if fingerprints(lock).items() <= receipt.items() else "outdated"


def version_of_venv() -> str:
    """Ask the environment's own Python; "none" if it does not run or works for another folder."""
    ask = "import os, sys; print(*sys.version_info[:2], os.path.samefile(sys.prefix, sys.argv[1]))"
    try:
        command = [str(PYTHON), "-I", "-c", ask, str(VENV)]
        answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        return "none"
    return ".".join(answer[:2]) if answer[2:] == ["True"] else "none"


def fingerprints(lock: str) -> dict[str, str]:
    """Give the SHA-256 of each lock that installing this one satisfies."""
    locks = [RUN_LOCK, SSO_LOCK, TEST_LOCK]
    held = [name for name in locks[: locks.index(lock)] if (HERE / name).exists()]
    return {n: hashlib.sha256((HERE / n).read_bytes()).hexdigest() for n in [*held, lock]}


def install(lock: str, afresh: bool) -> None:
    receipt = {"place": str(VENV), **fingerprints(lock)}
    if afresh:
        say("Setting the portal up in .venv. This takes about half a minute, once.")
        make_environment()
    RECEIPT.unlink(missing_ok=True)
    say("Downloading and installing what is needed ...")
    # -I: what PYTHONPATH or the current folder offers must not count as installed already
    pip = [str(PYTHON), "-I", "-m", "pip", "install", "--quiet", "--no-input"]
    only_what_is_locked = ["--require-hashes", "--only-binary=:all:", "-r", str(HERE / lock)]
    try:
        subprocess.check_call([*pip, "--disable-pip-version-check", *only_what_is_locked])
    except subprocess.CalledProcessError as problem:
        raise CannotSetUpError(
            "\nThe packages the portal needs could not be installed; the reason is above.\n"
            "- Is this computer online? Behind a proxy, set HTTPS_PROXY to its address first.\n"
            "- If no matching package was found: use a 64-bit Python, and not a preview release.\n"
            "Then run the same command again. Nothing half-made was left."
        ) from problem
    receipt["python"] = version_of_venv()
    unfinished = RECEIPT.with_suffix(".new")
    unfinished.write_text(json.dumps(receipt, indent=1), encoding="utf-8")
    unfinished.replace(RECEIPT)
    say("Ready.")


def make_environment() -> None:
    ensurepip = importlib.util.find_spec("ensurepip")
    if ensurepip is None or ensurepip.origin is None:
        raise CannotSetUpError(
            "This Python cannot make environments: a part of it, ensurepip, is not installed.\n"
            "Debian and Ubuntu: sudo apt install "
            f"python{sys.version_info[0]}.{sys.version_info[1]}-venv\n"
            "Then run the same command again."
        )
    RECEIPT.unlink(missing_ok=True)  # before the rest: a removal cut short must not pass as good
    try:
        subprocess.check_call([sys.executable, "-I", "-m", "venv", "--clear", str(VENV)])
    except subprocess.CalledProcessError as problem:
        raise CannotSetUpError(
            "\nPython could not make an environment in .venv; the reason is above.\n"
            "Stop every portal that runs from this folder, delete .venv, and try again."
        ) from problem


@contextmanager
def nothing_half_made() -> Iterator[None]:
    """Clear up after a failure, also when told to stop: leaving by an exception ends pip too."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    except BaseException:
        RECEIPT.unlink(missing_ok=True)
        shutil.rmtree(VENV, ignore_errors=True)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two starts at once must not install into each other: the second waits for the first."""
    with (HERE / ".venv.lock").open("a") as file:  # closed or killed, either way the lock is freed
        waiting = False
        while not lock_taken(file):
            if not waiting:
                say("Another start is setting the portal up. Waiting for it ...")
            waiting = True
            time.sleep(0.5)
        yield


def lock_taken(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # Windows says the second
        return False
    return True


def hand_over(command: list[str]) -> int:
    """Become the command where the system can, so that signals and exit codes are its own."""
    sys.stdout.flush()
    if not WINDOWS:
        os.execv(command[0], command)  # noqa: S606 (no shell is wanted: the words go on as they are)
    child = subprocess.Popen(command)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # Ctrl-C reached the child too; it ends in its own time


def check() -> int:
    """Run every check, also after one has failed, and say at the end which did."""
    failed = []
    for tool, *options in CHECKS:
        name = " ".join([tool, *options])
        say("$ " + name)
        if subprocess.call([str(PYTHON.with_name(tool)), *options]) != 0:
            failed.append(name)
    say("Failed: " + ", ".join(failed) if failed else "All checks passed.")
    return 1 if failed else 0


def __getattr__(name: str) -> Any:
    """Make the WSGI application when a server asks for `app:app`, and only then."""
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from portal import create_app

    globals()["app"] = create_app()
    return globals()["app"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
