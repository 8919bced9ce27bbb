"""Start the portal."""

import argparse
import ipaddress
import logging
import os
import signal
import sys
import time
from logging.handlers import RotatingFileHandler
from types import FrameType, TracebackType
from typing import NoReturn

from flask import Flask, Response, g, request

from portal import boot, create_app
from portal.boot import MEGABYTE, CannotStart
from portal.config import Config, Mode


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")


def run(options: argparse.Namespace) -> int:
    config = boot.configured(Mode.REAL)
    boot.prepare(config)
    return serve(config, options.host, options.port)


def serve(config: Config, host: str, port: int) -> int:
    """Serve until told to stop, and end cleanly: exit code 0."""
    from portal.commands import _server

    app = create_app(config)
    log_to_file(app, config)
    # Ready to be stopped before anybody is told that it runs.
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    try:
        server = _server.make(app, config, host, port)
    except OSError as problem:
        raise CannotStart(
            f"The portal cannot listen on {host} port {port}: {problem.strerror or problem}. "
            "Another program may be using the port: stop it, or choose another with --port."
        ) from None
    except (ValueError, OverflowError):
        raise CannotStart(f"“{host}” with port {port} is not an address to listen on.") from None
    try:
        announce(app, config, host, server.effective_port)
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        server.close()
        app.extensions["database"].engine.dispose()
    print("The portal has stopped.", flush=True)
    return 0


def announce(app: Flask, config: Config, host: str, port: int) -> None:
    """Say where the portal is, and at the first start how to set it up."""
    anywhere = host in {"0.0.0.0", "::"}  # noqa: S104 # nosec B104
    address = f"http://{'127.0.0.1' if anywhere else host}:{port}/"
    print(f"The portal runs at {address}", flush=True)
    if not config.https and not _is_loopback(host):
        print(
            "Other computers can reach it without encryption. Put a server that speaks HTTPS in "
            "front of it and set PORTAL_HTTPS=1 before anybody enters anything real.",
            file=sys.stderr,
            flush=True,
        )
    if not _is_loopback(host) and config.public_address is None:
        print(
            "It answers only requests for this computer itself. Name the addresses people open it "
            "with in PORTAL_HOSTS.",
            file=sys.stderr,
            flush=True,
        )
    if config.mode is Mode.REAL:
        from portal.commands import doctor

        for words in doctor.at_the_start(config):
            print(words, file=sys.stderr, flush=True)
    if config.mode is Mode.REAL and not _is_set_up(app):
        from portal.staff.school import set_up

        print(f"There is no school yet. Set it up at {address}set-up", flush=True)
        print(f"One-time code: {set_up.new_code(app)}", flush=True)
    print("Stop it with Ctrl-C.", flush=True)


def log_to_file(app: Flask, config: Config) -> None:
    """Keep a log that names no person: method, address pattern, status and time of each request."""
    config.data.mkdir(parents=True, exist_ok=True)
    name = "portal.log" if config.mode is Mode.REAL else "demo.log"
    file = config.data / name
    file.touch(mode=0o600)
    if os.name == "posix":
        file.chmod(0o600)
    logging.raiseExceptions = False  # a log that cannot be written must not print what it was told
    handler = RotatingFileHandler(file, maxBytes=MEGABYTE, backupCount=5, encoding="utf-8")
    handler.setFormatter(_WithoutMessages("%(asctime)s %(levelname)s %(message)s"))
    for logger in (app.logger, logging.getLogger("waitress")):
        logger.handlers = [handler]
        logger.propagate = False
    app.logger.setLevel(logging.INFO)
    logging.getLogger("waitress").setLevel(logging.WARNING)

    def begin() -> None:
        g.began = time.perf_counter()

    # First of all, because what comes before the views may answer already.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)

    @app.after_request
    def end(response: Response) -> Response:
        if request.endpoint != "static":
            rule = request.url_rule.rule if request.url_rule else "(unknown address)"
            spent = 1000 * (time.perf_counter() - g.get("began", time.perf_counter()))
            app.logger.info("%s %s %d %.0f ms", request.method, rule, response.status_code, spent)
        return response


class _WithoutMessages(logging.Formatter):
    """Says of a fault where it happened and its kind, never its words: they may quote a person."""

    def formatException(  # noqa: N802 - the name that logging calls
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        import traceback

        kind, _, trace = ei
        return f"{''.join(traceback.format_tb(trace))}{kind.__name__ if kind else ''}"


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _is_set_up(app: Flask) -> bool:
    from portal.db import close_session
    from portal.staff import service

    with app.test_request_context():  # a request that only reads
        found = service.is_set_up()
        close_session()
    return found


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
