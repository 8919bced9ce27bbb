"""What can be done from a terminal: serving the portal and looking after its installation.

Each module here without an underscore is one command: the first line of its docstring says what it
does, `add_options` names its options and `run` does it. No word at all serves the portal.
"""

import argparse
import ast
import importlib
import os
import sys
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from portal.boot import CannotStart
from portal.config import BadSetting
from portal.vault.keyfile import KeyProblem

HERE = Path(__file__).resolve().parent
SERVE = "_serve"


def main(argv: list[str]) -> int:
    """Run the command that the words name; its exit code. Never ends in a traceback for a problem
    that a person can put right.
    """  # noqa: D205 - the summary is one sentence longer than a line
    os.umask(0o077)  # what the portal writes is for its own account only
    word = argv[0] if argv and not argv[0].startswith("-") else ""
    known = commands()
    if word == "help":
        print(listing(known))
        return 0
    if word and word not in known:
        print(f"There is no command “{word}”.\n\n{listing(known)}", file=sys.stderr)
        return 2
    try:
        return _run(word, argv[1:] if word else argv)
    except (CannotStart, BadSetting, KeyProblem) as problem:
        say(str(problem))
    except DBAPIError as problem:
        say(f"The database cannot be used: {_first_line(str(problem.orig))}")
    except OSError as problem:
        place = f" ({problem.filename})" if problem.filename else ""
        say(f"The portal cannot work here: {problem.strerror or problem}{place}.")
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    return 1


def commands() -> dict[str, str]:
    """Every command with what it does, in order."""
    found = {}
    for file in sorted(HERE.glob("[a-z]*.py")):
        about = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        found[file.stem.replace("_", "-")] = about.partition("\n")[0]
    return found


def listing(known: dict[str, str]) -> str:
    everything = {"": "Start the portal.", **known}
    width = max(map(len, everything))
    lines = [f"  python3 app.py {word:<{width}}  {about}" for word, about in everything.items()]
    return "\n".join(["Commands:", *(line.rstrip() for line in lines)])


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _run(word: str, words: list[str]) -> int:
    name = word.replace("-", "_") or SERVE
    command = importlib.import_module(f"portal.commands.{name}")
    about = (command.__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog=f"python3 app.py {word}".strip(), description=about)
    command.add_options(parser)
    try:
        options = parser.parse_args(words)
    except SystemExit as ended:
        return int(ended.code or 0)
    code: int = command.run(options)
    return code


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
