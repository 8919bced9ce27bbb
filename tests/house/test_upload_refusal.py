"""No picture and no file gets in, in whatever shape it is sent (product 2, evidence).

Every address that takes a form is sent the same picture in twelve shapes. The picture is looked for
afterwards, as it is and encoded, in everything that was sealed, in every row, in the log, and in
temporary files.
"""

import base64
import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask

from portal.db import Base
from portal.staff.roles import Role
from portal.vault.keys import DataKey, Vault
from portal.web.form_base import ENCODED_LENGTH
from tests import factories
from tests.databases import Engine
from tests.factories import School
from tests.house.conftest import put_back
from tests.house.furnished import Furnished
from tests.house.hostile import Asked, send
from tests.house.test_bad_input import Trial
from tests.house.test_csrf import address_of, forgeable
from tests.page import Browser

MARK = b"\x89PNG\r\n\x1a\n#a picture of nobody.#"
PICTURE = MARK * 60
ENCODED = base64.b64encode(PICTURE).decode()
assert len(MARK) % 3 == 0, "so that it looks the same wherever it stands in what is encoded"
assert len(ENCODED) > ENCODED_LENGTH
MARKS = (MARK, base64.b64encode(MARK), base64.urlsafe_b64encode(MARK), MARK.hex().encode())
FORM = "application/x-www-form-urlencoded"
REFUSED_AS_FILE = 415


@dataclass(frozen=True)
class Shape:
    """A body that could carry a picture in, and whether the server knows it by its kind."""

    name: str
    kind: str
    body: bytes
    by_kind: bool = True
    chunked: bool = False


def shapes(token: str) -> list[Shape]:
    part = (
        b'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n%s\r\n' % token.encode()
    )
    file = (
        b'--b\r\nContent-Disposition: form-data; name="words"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n%s\r\n" % PICTURE
    )
    nested = (
        b'--b\r\nContent-Disposition: form-data; name="words"\r\n'
        b"Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n"
        b'Content-Disposition: file; filename="a.png"\r\n\r\n%s\r\n--c--\r\n' % PICTURE
    )
    end, sent = b"--b--\r\n", f"csrf_token={token}&".encode()
    polyglot = sent + b"words=" + MARK + b"\r\n" + part + file + end
    return [
        Shape("a form with a file", "multipart/form-data; boundary=b", part + file + end),
        Shape("a file within a part", "multipart/form-data; boundary=b", part + nested + end),
        Shape("bytes", "application/octet-stream", PICTURE),
        Shape("a picture", "image/png", PICTURE),
        Shape("JSON", "application/json", f'{{"words": "{ENCODED}"}}'.encode()),
        Shape("plain text", "text/plain", b"words=" + PICTURE),
        Shape("in chunks", "multipart/form-data; boundary=b", part + file + end, chunked=True),
        Shape("a form in name only", f"{FORM}-not; charset=utf-7", sent + b"words=" + PICTURE),
        Shape("no kind at all", "", sent + b"words=" + PICTURE, by_kind=False),
        Shape(
            "another alphabet",
            f"{FORM}; charset=utf-16; boundary=b",
            sent + b"words=" + quote_from_bytes(PICTURE).encode(),
            by_kind=False,
        ),
        Shape("a form and a file in one", f"{FORM}; boundary=b", polyglot, by_kind=False),
        Shape("much too large", FORM, sent + b"words=" + PICTURE * 900, by_kind=False),
    ]


class Watch:
    """Looks for the picture wherever something could keep it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path, app: Flask) -> None:
        self.app, self.folder, self.sealed, self.logged = app, folder, bytearray(), bytearray()
        folder.mkdir(exist_ok=True)
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        seal = Vault.seal

        def listening(vault: Vault, key: DataKey, context: str, plain: bytes) -> bytes:
            self.sealed += plain
            return seal(vault, key, context, plain)

        monkeypatch.setattr(Vault, "seal", listening)
        handler = _Everything(self.logged)
        for name in (None, app.logger.name):
            monkeypatch.setattr(logging.getLogger(name), "handlers", [handler])

    def found(self, *, rows: bool = True) -> list[str]:
        """Where the picture is. The rows are read where something could have been written."""
        held = {"sealed": bytes(self.sealed), "log": bytes(self.logged)}
        held |= {f"temporary {one.name}": one.read_bytes() for one in self.folder.iterdir()}
        if rows:
            held["rows"] = b"\n".join(self._values())
        return [place for place, what in held.items() if any(mark in what for mark in MARKS)]

    def _values(self) -> Iterator[bytes]:
        with self.app.extensions["database"].engine.connect() as on:
            for table in Base.metadata.tables:
                for row in on.exec_driver_sql(f'SELECT * FROM "{table}"'):
                    for value in row:
                        is_bytes = isinstance(value, bytes)
                        yield value if is_bytes else str(value).encode("utf-8", "surrogatepass")


class _Everything(logging.Handler):
    def __init__(self, into: bytearray) -> None:
        super().__init__()
        self.into = into

    def emit(self, record: logging.LogRecord) -> None:
        self.into += f"{record.getMessage()} {record.exc_info}\n".encode()


def sent_in(browser: Browser, address: str, shape: Shape) -> int:
    options: dict[str, Any] = {"headers": {"Sec-Fetch-Site": "same-origin"}}
    if shape.chunked:  # as the server hands it on once it has put the chunks together
        options |= {"input_stream": BytesIO(shape.body), "content_length": len(shape.body)}
        options["headers"]["Transfer-Encoding"] = "chunked"
    else:
        options["data"] = shape.body
    answer = browser.client.open(address, method="POST", content_type=shape.kind, **options)
    return answer.status_code


@pytest.mark.parametrize("group", range(4))
def test_no_shape_of_a_file_gets_in_anywhere(
    app: Flask,
    engine: Engine,
    furnished: Furnished,
    group: int,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    browser = furnished.browser(app, Role.DSL.value)
    with browser.client.session_transaction() as cookie:
        cookie["csrf_token"] = "0" * 40
        whole = dict(cookie)
    watch, wrong, tried = Watch(monkeypatch, tmp_path / "temporary", app), [], 0
    every = shapes(browser.token)
    for rule in forgeable(app, group, 4):
        address = address_of(furnished, rule)
        for shape in every:
            status = sent_in(browser, address, shape)
            tried += 1
            if shape.by_kind and status != REFUSED_AS_FILE:
                wrong.append(f"{rule.rule}: {shape.name} answered {status}")
            if status in {204, 303}:
                wrong += [f"{rule.rule}, {shape.name}: in {place}" for place in watch.found()]
                app.extensions["database"].engine.dispose()
                put_back(engine)
                with browser.client.session_transaction() as cookie:
                    cookie.clear()
                    cookie.update(whole)
        wrong += [f"{rule.rule} left the picture in {place}" for place in watch.found(rows=False)]
        watch.sealed.clear()
    wrong += [f"the picture is in {place}" for place in watch.found()]
    record_property("figure", f"pictures sent in twelve shapes: {tried}, bytes kept: 0")
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong[:40])


WRITTEN = {
    "a data address": f"Look: data:image/png;base64,{ENCODED} there",
    "a data address in capitals": f"DATA:image/PNG;BASE64,{ENCODED}",
    "encoded": ENCODED,
    "encoded in lines": "\n".join(ENCODED[at : at + 76] for at in range(0, len(ENCODED), 76)),
    "encoded for addresses": base64.urlsafe_b64encode(PICTURE).decode(),
    "in figures": PICTURE.hex(),
}


def test_no_picture_is_kept_that_was_written_out_in_letters(
    app: Flask,
    engine: Engine,
    furnished: Furnished,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    pytestconfig: pytest.Config,
    record_property: Callable[[str, object], None],
) -> None:
    """In every field of text of every form, in turn; an ordinary run tries one of forty-one."""
    thorough = bool(pytestconfig.getoption("thorough"))
    trial = Trial(app, engine, furnished, Role.DSL.value, thorough=True)
    forms = [one for one in trial.forms() if one.of("text", "long")]
    browser, whole, tried, wrong = trial.browser, trial.cookie, 0, []
    watch = Watch(monkeypatch, tmp_path / "temporary", app)
    # 41 and 6 share no factor, so that every way of writing it is tried in turn
    step = 1 if thorough else 41
    for asked, name, (kind, words) in list(written(forms))[::step]:
        watch.sealed.clear()
        status = send(browser, asked.address, asked.but({name: words.replace("\n", "\r\n")})).status
        tried += 1
        left = watch.found(rows=status in {204, 303})
        wrong += [f"{asked.path}, {name}, {kind}: in {place} ({status})" for place in left]
        if status in {204, 303}:
            app.extensions["database"].engine.dispose()
            put_back(engine)
            with browser.client.session_transaction() as cookie:
                cookie.clear()
                cookie.update(whole)
    record_property("figure", f"pictures written out in letters: {tried}, bytes kept: 0")
    assert tried > 20
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong[:40])


def written(forms: list[Asked]) -> Iterator[tuple[Asked, str, tuple[str, str]]]:
    for asked in forms:
        for control in asked.of("text", "long"):
            for way in WRITTEN.items():
                yield asked, control.name, way


def test_the_watch_sees_a_picture(
    app: Flask,
    school: School,
    saved: Callable[[], AbstractContextManager[None]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """So that finding none means something."""
    watch = Watch(monkeypatch, tmp_path / "temporary", app)
    assert watch.found() == []
    with tempfile.NamedTemporaryFile() as file:
        file.write(PICTURE)
        file.flush()
        assert len(watch.found()) == 1
    app.logger.error("%s", ENCODED)
    assert watch.found() == ["log"]
    with saved():
        factories.pupil(school, base64.b64encode(MARK).decode())
    assert set(watch.found()) == {"log", "sealed"}
