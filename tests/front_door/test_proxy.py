"""The repository’s own nginx configuration, run by a real nginx in front of a real portal.

Only paths, ports and addresses are put in its place. Where no nginx is found the tests are skipped
with the reason; in CI, where one must be there, they fail. What the portal itself makes of a proxy
is tried without one as well.
"""

import dataclasses
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import warnings
from datetime import UTC, datetime, timedelta
from http.client import HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal import boot, config, create_app
from portal.config import BadSetting
from portal.web.headers import FIXED
from tests import factories
from tests.factories import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = ROOT / "docs" / "deployment" / "nginx.conf"
NAME = "portal.school.example"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@pytest.fixture(scope="module")
def nginx_program():
    if NGINX is None or sys.platform != "linux":
        missing = "No nginx is installed, so its configuration was not tried."
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return NGINX


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    until = time.monotonic() + 120
    while time.monotonic() < until:
        assert process.poll() is None, "it ended at once"
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nothing listens on {port}")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A throw-away certificate for the name in the configuration."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "fullchain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder


@pytest.fixture(scope="module")
def portal(tmp_path_factory, nginx_program):
    """A portal as the deployment page sets it up, on a port of its own; gives the port."""
    home, port = tmp_path_factory.mktemp("home"), free_port()
    environ = {
        "PORTAL_HOME": str(home),
        "PORTAL_HOSTS": NAME,
        "PORTAL_HTTPS": "1",
        "PORTAL_PROXY": "1",
    }
    made = config.load(environ)
    boot.prepare(made)
    app = create_app(made)
    with factories.saved(app):
        factories.school("Oakfield School")
    app.extensions["database"].engine.dispose()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PORTAL_", "DATABASE_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "portal", "--port", str(port)],
        cwd=ROOT,
        env={**inherited, **environ},
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0


class Heard(BaseHTTPRequestHandler):
    """Stands where the portal would, and notes what nginx passes on."""

    seen: ClassVar[dict[str, list[str]]] = {}

    def do_GET(self):
        Heard.seen = {name.lower(): self.headers.get_all(name) for name in self.headers}
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def listener():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Heard)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@dataclasses.dataclass
class Nginx:
    plain: int
    secure: int
    folder: Path

    def ask(self, method="GET", path="/sign-in", *, host=NAME, body=None, **headers):
        """One request over TLS; header names with underscores for hyphens."""
        context = ssl.create_default_context(cafile=self.folder / "fullchain.pem")
        connection = HTTPSConnection("127.0.0.1", self.secure, timeout=20, context=context)
        plain = socket.create_connection(("127.0.0.1", self.secure), timeout=20)
        connection.sock = context.wrap_socket(plain, server_hostname=NAME)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(
                method,
                path,
                body,
                {"Host": f"{host}:{self.secure}", "Connection": "close", **named},
            )
            answer = connection.getresponse()
            return Answer(answer, answer.read().decode("utf-8", "replace"))
        finally:
            connection.close()

    def over_plain(self, host, path="/sign-in"):
        """The first line and headers of an answer without TLS; empty where there is none."""
        with socket.create_connection(("127.0.0.1", self.plain), timeout=20) as plain:
            plain.sendall(
                f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
            )
            return plain.makefile("rb").read().decode()


@dataclasses.dataclass
class Answer:
    response: HTTPResponse
    text: str

    @property
    def status(self):
        return self.response.status

    def header(self, name):
        return self.response.headers.get_all(name, [])


@pytest.fixture(scope="module")
def start(nginx_program, certificate, tmp_path_factory):
    """`start(port)` runs nginx with the repository’s configuration in front of that port."""
    running = []

    def run(upstream):
        folder = tmp_path_factory.mktemp("nginx")
        made = Nginx(free_port(), free_port(), certificate)
        site = CONFIGURATION.read_text()
        for there, here in (
            ("listen [::]:80", f"listen 127.0.0.2:{made.plain}"),
            ("listen [::]:443", f"listen 127.0.0.2:{made.secure}"),
            ("listen 80", f"listen 127.0.0.1:{made.plain}"),
            ("listen 443", f"listen 127.0.0.1:{made.secure}"),
            ("http://127.0.0.1:8000", f"http://127.0.0.1:{upstream}"),
            ("/etc/ssl/portal", str(certificate)),
            ("/var/log/nginx", str(folder)),
        ):
            assert there in site, f"the configuration has no {there}"
            site = site.replace(there, here)
        (folder / "portal").write_text(site)
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
        (folder / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/main.log;"
            f"events {{}} http {{ {temporary} include {folder}/portal; }}"
        )
        words = [nginx_program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        told = ["-e", str(folder / "main.log")]
        tested = subprocess.run([*words, *told, "-t"], check=False, capture_output=True, text=True)
        assert tested.returncode == 0, tested.stderr
        assert "warn" not in tested.stderr, tested.stderr
        process = subprocess.Popen([*words, *told], stderr=subprocess.DEVNULL)
        running.append(process)
        wait_for(made.secure, process)
        return made, folder

    yield run
    for process in running:
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture(scope="module")
def proxy(start, portal):
    return start(portal)[0]


def test_whoever_comes_without_encryption_is_sent_on(proxy):
    answer = proxy.over_plain(NAME, "/cases?x=1")
    assert answer.startswith("HTTP/1.1 301")
    assert f"Location: https://{NAME}/cases?x=1" in answer
    assert "nginx/" not in answer
    assert "Set-Cookie" not in answer


def test_headers_are_there_once_and_cookies_bound_to_the_host(proxy):
    answer = proxy.ask()
    assert answer.status == 200
    for name, value in FIXED.items():
        assert answer.header(name) == [value], name
    assert answer.header("Strict-Transport-Security") == ["max-age=63072000; includeSubDomains"]
    assert answer.header("Cache-Control") == ["no-store"]
    assert answer.header("Server") == ["nginx"]
    for cookie in answer.header("Set-Cookie"):
        assert re.match("__Host-[a-z-]+=", cookie)
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    assert answer.header("Set-Cookie")


def test_somebody_can_sign_in_through_it(proxy):
    """Tokens, referrer and origin fit together only if name, port and scheme come through."""
    page = proxy.ask()
    cookie = page.header("Set-Cookie")[0].partition(";")[0]
    token = re.search('name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
    body = urlencode({"csrf_token": token, "username": "staff", "password": PASSWORD})
    here = f"https://{NAME}:{proxy.secure}"
    sent = {"Cookie": cookie, "Content_Type": "application/x-www-form-urlencoded"}
    ours = proxy.ask("POST", body=body, Origin=here, Referer=f"{here}/sign-in", **sent)
    assert ours.status == 303, ours.text
    assert ours.header("Location")[0].startswith("/")
    for wrong in (f"http://{NAME}:{proxy.secure}", "https://evil.example", "null"):
        theirs = proxy.ask("POST", body=body, Origin=wrong, Referer=f"{here}/sign-in", **sent)
        assert theirs.status == 400


@pytest.mark.parametrize("size", [1_500_000, 3_000_000])
def test_what_is_too_large_is_refused_with_every_header(proxy, size):
    form = "application/x-www-form-urlencoded"
    try:
        answer = proxy.ask("POST", body=b"a" * size, Content_Type=form)
    except (ConnectionError, ssl.SSLError):
        pytest.fail("it was cut off without an answer")
    assert answer.status == 413
    assert len(answer.header("Content-Security-Policy")) == 1
    assert answer.header("X-Frame-Options") == ["DENY"]
    assert answer.header("X-Content-Type-Options") == ["nosniff"]
    assert answer.header("Cache-Control") == ["no-store"]
    assert len(answer.header("Strict-Transport-Security")) == 1


def test_a_portal_that_is_being_restarted_is_answered_for_with_headers(start):
    nginx, _ = start(free_port())
    answer = nginx.ask()
    assert answer.status == 502
    for name in ("Content-Security-Policy", "X-Frame-Options", "Strict-Transport-Security"):
        assert len(answer.header(name)) == 1
    assert "nginx/" not in answer.text


def test_another_host_is_not_answered(proxy):
    assert proxy.over_plain("evil.example") == ""
    assert proxy.over_plain("127.0.0.1") == ""
    with pytest.raises((ConnectionError, OSError)):
        proxy.ask(host="evil.example")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", proxy.secure), timeout=20) as plain,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(plain, server_hostname="evil.example")


def shaken(port, version):
    """What was agreed on when only this version was offered, or why it was refused."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
        try:
            with context.wrap_socket(plain, server_hostname=NAME) as safe:
                return safe.version()
        except ssl.SSLError as refused:
            return str(refused.reason)


def test_old_versions_of_tls_are_refused(proxy):
    asked = {version: shaken(proxy.secure, version) for version in OFFERED}
    assert asked == OFFERED


OFFERED = {
    ssl.TLSVersion.TLSv1: "TLSV1_ALERT_PROTOCOL_VERSION",
    ssl.TLSVersion.TLSv1_1: "TLSV1_ALERT_PROTOCOL_VERSION",
    ssl.TLSVersion.TLSv1_2: "TLSv1.2",
    ssl.TLSVersion.TLSv1_3: "TLSv1.3",
}


def test_what_a_browser_says_of_itself_is_not_passed_on(start, listener):
    nginx, _ = start(listener)
    spoofed = {
        "X_Forwarded_For": "6.6.6.6",
        "X_Forwarded_Proto": "http",
        "X_Forwarded_Host": "evil.example",
        "X_Forwarded_Port": "1",
        "X_Forwarded_Prefix": "/x",
        "X_Real_IP": "6.6.6.6",
        "Forwarded": "for=6.6.6.6;host=evil.example",
    }
    assert nginx.ask(path="/x", **spoofed).status == 204
    seen = Heard.seen
    assert seen["x-forwarded-for"] == ["127.0.0.1"]
    assert seen["x-forwarded-proto"] == ["https"]
    assert seen["host"] == [f"{NAME}:{nginx.secure}"]
    gone = {"x-forwarded-host", "x-forwarded-port", "x-forwarded-prefix", "x-real-ip", "forwarded"}
    assert not gone & set(seen)


def test_nginx_writes_no_address_of_a_page_into_its_logs(start, portal):
    nginx, folder = start(portal)
    nginx.ask(path="/cases/2026-0042?secret=canary", Referer=f"https://{NAME}/canary")
    nginx.ask("POST", path="/canary", body=b"canary" * 300_000)
    logs = "".join(one.read_text() for one in folder.glob("*.log"))
    assert " 303 " in logs
    assert "canary" not in logs
    assert "2026-0042" not in logs
    left = [one for kind in ("client_body", "proxy") for one in (folder / kind).rglob("*")]
    assert not [one for one in left if one.is_file()]


# --- the portal itself ----------------------------------------------------------------------------


@pytest.mark.parametrize("proxied", [True, False])
def test_forwarded_headers_count_only_where_a_proxy_was_named(app, proxied):
    made = create_app(dataclasses.replace(app.extensions["portal"], proxy=proxied))
    heard = {}

    @made.before_request
    def hear():
        from flask import request

        heard.update(address=request.remote_addr, scheme=request.scheme, host=request.host)

    forged = {
        "X-Forwarded-For": "6.6.6.6, 10.0.0.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Port": "1",
        "X-Forwarded-Prefix": "/x",
    }
    made.test_client().get("/security", headers=forged)
    # one hop: only what the proxy itself added at the end
    address, scheme = ("10.0.0.9", "https") if proxied else ("127.0.0.1", "http")
    assert heard == {"address": address, "scheme": scheme, "host": "localhost"}
    made.extensions["database"].engine.dispose()


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("PORTAL_HOSTS", "https://portal.school.example", "without https://"),
        ("PORTAL_HOSTS", "portal.school.example/", "is not a host name"),
        ("PORTAL_HOSTS", "*.school.example", "is not a host name"),
        ("PORTAL_PROXY", "2", "must be 1 or 0"),
        ("PORTAL_SECURITY_CONTACT", "ring us", "e-mail address"),
        ("PORTAL_SECURITY_CONTACT", "javascript:alert(1)", "e-mail address"),
        ("PORTAL_SECURITY_CONTACT", "a@b.example\nExpires: never", "e-mail address"),
    ],
)
def test_settings_that_cannot_be_used_are_one_sentence(setting, value, words):
    with pytest.raises(BadSetting, match=re.escape(words)):
        config.load({setting: value})


def test_settings_of_a_deployment():
    made = config.load(
        {
            "PORTAL_HOSTS": " Portal.School.example, 10.0.0.7:8443,[::1] ,",
            "PORTAL_SECURITY_CONTACT": "it@school.example",
            "PORTAL_HTTPS": "1",
        }
    )
    assert made.hosts == ("portal.school.example", "10.0.0.7:8443", "[::1]")
    assert made.contact == "mailto:it@school.example"
    assert made.public_address == "https://portal.school.example"
    assert config.load({}).hosts == config.LOOPBACK
    assert config.load({}).public_address is None
