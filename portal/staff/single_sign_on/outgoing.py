"""The only requests that the portal sends to anybody: to the providers named in its settings.

No redirect is followed, answers are cut off at a size and at a time, and nothing that a browser
sent decides where a request goes. Only https, and http on this very computer for trials.
"""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

EACH_STEP = 5.0
"""Seconds that connecting, sending or one piece of an answer may take."""
ALTOGETHER = 10.0
LARGEST = 256 * 1024
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class NoAnswer(Exception):
    """The provider could not be reached, was too slow, or answered what cannot be used."""


@dataclass(frozen=True)
class Answer:
    """What came back, as Authlib’s client expects it."""

    status_code: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise NoAnswer(f"status {self.status_code}")


class Line:
    """The line to one provider. It leads to the hosts it was made with, and to no other."""

    def __init__(self, issuer: str, others: frozenset[str]) -> None:
        parts = urlsplit(issuer)
        self._scheme = parts.scheme
        self._own = (parts.hostname, parts.port)
        self._others = others

    def may_reach(self, address: object) -> bool:
        """Whether an address, such as one in the provider’s own description, is of its hosts."""
        if not isinstance(address, str) or not address.isascii() or not address.isprintable():
            return False
        try:
            parts = urlsplit(address)
            host = (parts.hostname, parts.port)
        except ValueError:
            return False
        if parts.username or parts.password or parts.fragment or "\\" in address:
            return False
        if parts.scheme == "http" and not (self._scheme == "http" and parts.hostname in _LOOPBACK):
            return False
        if parts.scheme not in {"http", "https"}:
            return False
        return host == self._own or (parts.port is None and parts.hostname in self._others)

    def get(self, address: str) -> Answer:
        return self._ask("GET", address, {"Accept": "application/json"}, None)

    def post(self, url: str, data: Mapping[str, str], headers: Any, auth: Any) -> Answer:
        """What Authlib’s client calls; `auth` adds the client’s secret to headers or body."""
        url, headers, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return self._ask("POST", url, headers, body.encode("ascii"))

    def _ask(
        self, method: str, address: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        if not self.may_reach(address):
            raise NoAnswer("an address that is not the provider’s")
        parts = urlsplit(address)
        connection = _connection(parts.scheme, parts.hostname or "", parts.port)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        late = threading.Event()
        watch = threading.Timer(ALTOGETHER, _hang_up, [connection, late])
        watch.daemon = True
        try:
            connection.connect()
            watch.start()
            connection.request(method, path, body, dict(headers))
            with connection.getresponse() as response:
                answered = Answer(response.status, response.read(LARGEST + 1))
                short = bool(response.length)
        except (OSError, http.client.HTTPException, ValueError) as problem:
            raise NoAnswer(type(problem).__name__) from None
        finally:
            watch.cancel()
            connection.close()
        if short or late.is_set() or len(answered.body) > LARGEST:
            raise NoAnswer("an answer that is too long, too slow or cut short")
        return answered


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=EACH_STEP)
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return http.client.HTTPSConnection(host, port, timeout=EACH_STEP, context=context)


def _hang_up(connection: http.client.HTTPConnection, late: threading.Event) -> None:
    """End a request that drips: each piece arrives in time, and the whole never."""
    late.set()
    held = connection.sock
    if held is not None:
        try:
            held.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
