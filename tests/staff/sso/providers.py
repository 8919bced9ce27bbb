"""Two providers on loopback: a real one from PyPI, and one that lies as it is told to.

`oidc-provider-mock` is a whole OpenID provider (discovery, its own sign-in form, codes that are
good once, signed tokens) and the only one that needs neither a database nor an account: PyPI’s
others are parts of a framework, and Debian has none. It runs in a process of its own. It neither
checks PKCE nor can it be made to lie, so a small second one does both.
"""

import base64
import hashlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT_ID = "portal-of-oakfield"
SECRET = "a client secret & more"


class RealProvider:
    """oidc-provider-mock, started and stopped like any other service."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.issuer = f"http://localhost:{self.port}"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "oidc_provider_mock", "-p", str(self.port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(command, **quiet)  # type: ignore[call-overload]
        answered = threading.Event()
        for _ in range(400):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                answered.wait(0.05)
        raise AssertionError("the provider did not start")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)

    def restart(self) -> None:
        """It makes its key at the start, so this is a provider that has changed its keys."""
        self.stop()
        self.start()

    def know(self, sub: str, **claims: Any) -> None:
        httpx.put(f"{self.issuer}/users/{sub}", json=claims).raise_for_status()

    def sign_in(self, address: str, sub: str) -> str:
        """Fill its form in as a person does; gives the address it sends the browser back to."""
        assert "password" not in httpx.get(address).raise_for_status().text
        answer = httpx.post(address, data={"sub": sub})
        assert answer.status_code == 302, answer.text
        return local(answer.headers["Location"])


class Liar:
    """A provider in this process. Whatever it answers can be set; it checks PKCE and the secret."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "key-1", "use": "sig"})
        self.ec_key = ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"})
        self.asked: list[str] = []
        self.tokens: Callable[[], Mapping[str, Any]] = dict
        self.challenge = ""
        self.spent: set[str] = set()
        self.holding = threading.Event()
        self.holding.set()
        self.instead: dict[str, tuple[int, bytes]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.description: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }
        self.keys: list[Mapping[str, Any]] = [
            self.key.as_dict(private=False),
            self.ec_key.as_dict(private=False),
        ]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.holding.set()
        self._server.shutdown()
        self._server.server_close()

    def claims(self, nonce: str, /, **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        honest = {
            "iss": self.issuer,
            "sub": "subject-of-ruth",
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
        }
        return {k: v for k, v in {**honest, **changes}.items() if v is not None}

    def sign(self, claims: Mapping[str, Any], key: Any = None, **header: Any) -> str:
        head = {"alg": "RS256", "kid": "key-1", **header}
        head = {k: v for k, v in head.items() if v is not None}
        return jwt.encode(head, dict(claims), key or self.key, algorithms=[head["alg"]])

    def give(self, id_token: object, **beside: Any) -> None:
        """What its token endpoint answers from now on."""
        self.tokens = lambda: {
            "access_token": "opaque",
            "token_type": "Bearer",
            "id_token": id_token,
            **beside,
        }

    def answer(self, path: str, form: Mapping[str, str]) -> tuple[int, bytes]:
        self.holding.wait(30)
        if path in self.instead:
            return self.instead[path]
        told: Mapping[str, Any] = {
            "/.well-known/openid-configuration": self.description,
            "/keys": {"keys": self.keys},
        }.get(path, {})
        if path != "/token":
            return (200 if told else 404), json.dumps(told).encode()
        right = form.get("client_id") == CLIENT_ID and form.get("client_secret") == SECRET
        if not right or not self._proves(form.get("code_verifier", "")):
            return 400, json.dumps({"error": "invalid_grant"}).encode()
        if form["code"] in self.spent:
            return 400, json.dumps({"error": "invalid_grant"}).encode()
        self.spent.add(form["code"])
        return 200, json.dumps(self.tokens()).encode()

    def _proves(self, verifier: str) -> bool:
        digest = hashlib.sha256(verifier.encode()).digest()
        made = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        return 43 <= len(verifier) <= 128 and made == self.challenge


def _handler(liar: Liar) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(dict(parse_qsl(body)))

        def _answer(self, form: Mapping[str, str]) -> None:
            path = urlsplit(self.path).path
            liar.asked.append(path)
            status, body = liar.answer(path, form)
            try:
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", body.decode())
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                return  # whoever asked has hung up

        def log_message(self, *_: Any) -> None:
            """Nothing: the tests look at what was asked."""

    return Handler


@contextmanager
def liar() -> Iterator[Liar]:
    made = Liar()
    try:
        yield made
    finally:
        made.close()


def local(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def sent_with(address: str) -> dict[str, str]:
    """What the portal asks a provider for."""
    return {name: one for name, (one,) in parse_qs(urlsplit(address).query).items()}
