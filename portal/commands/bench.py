"""Measure how fast the portal is, as ratios within one run.

Everything is measured in one process in turn (A, B, A, B, …) and compared by medians, so that a
slow machine, or one that is busy with something else, changes both sides of a ratio alike. Exit
code 1 where a target is missed.
"""

import argparse
import gc
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from flask import template_rendered
from sqlalchemy import event

from portal import clock
from portal.commands import _bench_school as school
from portal.commands._bench_school import Bench
from portal.config import ROOT
from portal.staff.factors import totp

SMALL = 1_000
LARGE = 100_000


@dataclass
class Line:
    """One measured figure beside what it should not pass."""

    what: str
    measured: float
    target: float
    unit: str = "×"

    @property
    def is_met(self) -> bool:
        return self.measured <= self.target

    def __str__(self) -> str:
        verdict = "" if self.is_met else "   MISSED"
        figure = f"{self.measured:7.2f}{self.unit}"
        return f"  {self.what:<62}{figure:>12}   ≤ {self.target:g}{self.unit}{verdict}"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cases", type=int, default=LARGE, help="cases of the large school")
    parser.add_argument("--turns", type=int, default=60, help="turns of each measurement")
    parser.add_argument(
        "--without-server", action="store_true", help="leave out the memory of a server"
    )


def run(options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        home = Path(folder)
        print(f"Making a school with {SMALL:,} cases and one with {options.cases:,} …", flush=True)
        small = school.make(home / "small", SMALL)
        large = school.make(home / "large", options.cases)
        lines = [
            *pages(small, options.turns),
            *growth(small, large, options.turns),
            *statements(large),
            summary(options.turns),
        ]
        if not options.without_server:
            lines.append(memory(home / "small"))
    print(f"Medians of {options.turns} turns in one run, processor time.", flush=True)
    for line in lines:
        print(line)
    return 0 if all(line.is_met for line in lines) else 1


def pages(bench: Bench, turns: int) -> list[Line]:
    """A page beside its own template drawn from ready-made data."""
    found = []
    for what, path, target in (
        (f"case page, {school.ENTRIES} entries / its template alone", _case(bench), 3.0),
        ("case list / its template alone", "/cases", 2.5),
    ):
        with _floor(bench, path) as draw:
            page, drawn = in_turn([lambda path=path: _get(bench, path), draw], turns)  # type: ignore[misc]  # bound now
        found.append(Line(what, page / drawn, target))
    return found


def growth(small: Bench, large: Bench, turns: int) -> list[Line]:
    """The same page of a small and of a large school."""
    found = []
    middle = {one.count: _middle(one) for one in (small, large)}
    for what, work in (
        ("case list", lambda one: _get(one, "/cases")),
        ("case list, from its middle", lambda one: _get(one, middle[one.count])),
        ("case page", lambda one: _get(one, _case(one))),
        ("today", lambda one: _get(one, "/today")),
        ("devices held", lambda one: _get(one, "/devices")),
        ("referrals that wait", lambda one: _get(one, "/referrals")),
        ("content still up", lambda one: _get(one, "/content")),
        ("saving an entry", _save),
    ):
        little, much = in_turn(
            [lambda work=work: work(small), lambda work=work: work(large)],  # type: ignore[misc]  # bound now
            turns,
        )
        found.append(Line(f"{what}: {large.count:,} cases / {small.count:,}", much / little, 1.2))
    return found


def statements(bench: Bench) -> list[Line]:
    """How many statements the pages that are opened most send to the database."""
    found = []
    for what, path, most in (
        ("case list", "/cases", 6),
        ("case page", _case(bench), 14),
        ("devices held", "/devices", 6),
        ("referrals that wait", "/referrals", 6),
        ("content still up", "/content", 6),
    ):
        sent: list[str] = []

        def count(_c: Any, _cursor: Any, text: str, *_rest: Any, sent: list[str] = sent) -> None:
            if not text.startswith(("PRAGMA", "BEGIN")):
                sent.append(text)

        engine = bench.app.extensions["database"].engine
        event.listen(engine, "before_cursor_execute", count)
        _get(bench, path)
        event.remove(engine, "before_cursor_execute", count)
        found.append(Line(f"statements: {what}", float(len(sent)), float(most), ""))
    return found


def summary(turns: int) -> Line:
    """A six-page summary beside a bare ReportLab script with the same words."""
    from portal.commands import _bench_print
    from portal.printing.case_summary import build

    data = _bench_print.six_pages()
    house, bare = in_turn(
        [lambda: build(data), lambda: _bench_print.bare(data)], max(5, turns // 6)
    )
    count = _bench_print.count_pages(build(data))
    return Line(f"summary of {count} pages / a bare ReportLab script", house / bare, 2.0)


def memory(home: Path) -> Line:
    """Memory of a server after 2,000 requests, in MiB. Read from /proc, so on Linux only."""
    port = 8900 + os.getpid() % 100
    environ = {**os.environ, "PORTAL_HOME": str(home)}
    environ.pop("DATABASE_URL", None)
    words = [sys.executable, "-m", "portal", "--port", str(port)]
    server = subprocess.Popen(  # noqa: S603 - our own command
        words, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        opener = _sign_in_over_http(port)
        for number in range(2_000):
            path = ("/cases", "/today", "/people", "/disclosures/new")[number % 4]
            opener.open(f"http://127.0.0.1:{port}{path}").read()
        text = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
    finally:
        server.terminate()
        server.wait(timeout=20)
    kibibytes = int(re.search(r"VmRSS:\s+(\d+)", text)[1])  # type: ignore[index]  # always there
    return Line("memory of a server after 2,000 requests", kibibytes / 1024, 120.0, " MiB")


def in_turn(works: list[Callable[[], Any]], turns: int) -> list[float]:
    """Median processor time of each, measured one after the other in every turn."""
    for work in works:
        work()
        work()
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(turns):
        for index, work in enumerate(works):
            gc.collect()
            gc.disable()
            start = time.process_time()
            work()
            taken[index].append(time.process_time() - start)
            gc.enable()
    return [median(times) for times in taken]


def _get(bench: Bench, path: str) -> str:
    answer = bench.client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return answer.get_data(as_text=True)


def _case(bench: Bench) -> str:
    return f"/cases/{bench.reference}"


@contextmanager
def _floor(bench: Bench, path: str) -> Iterator[Callable[[], Any]]:
    """Draws a page’s template again and nothing else, from what its view gave it."""
    kept: list[tuple[Any, dict[str, Any]]] = []

    def remember(_app: Any, template: Any, context: dict[str, Any], **_rest: Any) -> None:
        kept.append((template, context))

    with template_rendered.connected_to(remember, bench.app):
        _get(bench, path)
    template, context = kept[-1]
    # A request is opened within this one for every page, so what it needs is kept beside it.
    with bench.app.test_request_context(path):
        kept_context = copy_context()
    yield lambda: kept_context.run(template.render, context)


def _middle(bench: Bench) -> str:
    """The address of a page in the middle of the list."""
    from portal.cases.models import Case
    from portal.db import session
    from portal.web.cursor import Cursor

    with bench.app.app_context():
        newest = session.query(Case).order_by(Case.opened_at.desc(), Case.id)
        case = newest.offset(bench.count // 2).limit(1).one()
        return f"/cases?after={Cursor(case.opened_at, case.id)}"


def _save(bench: Bench) -> None:
    """Send one entry for the chronology, with the form’s own token and sheet."""
    path = f"{_case(bench)}/notes/new"
    page = _get(bench, path)
    fields = dict(re.findall(r'name="(csrf_token|sheet|version)" value="([^"]*)"', page))
    fields |= {
        "kind": re.search(r'name="kind" type="radio" value="([^"]+)"', page)[1],  # type: ignore[index]
        "words": "Spoke for a while about what comes next.",
        "happened-day": "1",
        "happened-month": "9",
        "happened-year": "2026",
    }
    answer = bench.client.post(path, data=fields)
    if answer.status_code != 303:
        raise RuntimeError(f"saving answered {answer.status_code}")


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in").read()  # nosec B310
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server did not start")


def _sign_in_over_http(port: int) -> urllib.request.OpenerDirector:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    address = f"http://127.0.0.1:{port}/sign-in"
    page = opener.open(address).read().decode()
    token = re.search(r'name="csrf_token" value="([^"]*)"', page)[1]  # type: ignore[index]
    sent = urllib.parse.urlencode(
        {"csrf_token": token, "username": "bench", "password": school.PASSWORD}
    )
    page = opener.open(address, sent.encode()).read().decode()
    token = re.search(r'name="csrf_token" value="([^"]*)"', page)[1]  # type: ignore[index]
    code = totp.code_at(school.SECRET, clock.now())
    sent = urllib.parse.urlencode({"csrf_token": token, "code": code})
    opener.open(f"{address}/second", sent.encode()).read()
    return opener
