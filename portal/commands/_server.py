"""The server’s own settings: how much it takes, how long it waits, and what its refusals carry."""

from typing import Any

from flask import Flask
from waitress import create_server  # type: ignore[import-untyped]  # ships no types
from waitress.channel import HTTPChannel  # type: ignore[import-untyped]
from waitress.task import ErrorTask  # type: ignore[import-untyped]

from portal.boot import MEGABYTE
from portal.config import Config
from portal.web.headers import FIXED, STRICT_TRANSPORT

THREADS = 8
LARGEST_BODY = 4 * MEGABYTE
"""Above this the server refuses by itself; from one megabyte on the portal does, with its page."""

LONGEST_HEADERS = 32 * 1024
_LARGEST_ANSWER = 64 * MEGABYTE


def make(app: Flask, config: Config, host: str, port: int) -> Any:
    """A server that listens already. Raises what `create_server` does where it cannot."""
    refusals = dict(FIXED, **{"Cache-Control": "no-store"})
    if config.https:
        refusals["Strict-Transport-Security"] = STRICT_TRANSPORT

    def refusal(channel: Any, request: Any) -> Any:
        task = ErrorTask(channel, request)
        task.response_headers.extend(refusals.items())
        return task

    # What waitress itself cannot read it answers itself: these answers carry the headers as well.
    HTTPChannel.error_task_class = staticmethod(refusal)
    return create_server(
        app,
        host=host,
        port=port,
        threads=THREADS,
        ident=None,
        url_scheme="https" if config.https else "http",
        # Forwarded headers come as far as the portal only where it was told of a proxy.
        clear_untrusted_proxy_headers=not config.proxy,
        max_request_header_size=LONGEST_HEADERS,
        max_request_body_size=LARGEST_BODY,
        connection_limit=200,
        channel_timeout=30,
        cleanup_interval=10,
        # What people write and what is printed for them never goes to a temporary file.
        inbuf_overflow=LARGEST_BODY + MEGABYTE,
        outbuf_overflow=_LARGEST_ANSWER,
    )
