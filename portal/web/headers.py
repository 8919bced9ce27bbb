"""Headers of every answer, and what is refused before a form is read.

No file ever enters: a body that is not a plain form is refused with the reason (product 2,
evidence). The content policy names nothing but this server.
"""

from flask import Flask, Response, abort, request
from flask.typing import ResponseReturnValue

from portal.db import SAFE_METHODS

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "require-trusted-types-for": "'script'",
}
FIXED = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), display-capture=()",
    "X-Robots-Tag": "noindex",
}
_YEAR = "public, max-age=31536000, immutable"
_FORM = "application/x-www-form-urlencoded"


def refuse_files_and_strangers() -> ResponseReturnValue | None:
    """Refuse bodies that could carry a file, and requests that another site made."""
    if request.method in SAFE_METHODS:
        return None
    if request.mimetype not in {"", _FORM}:
        abort(415)
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(400)
    return None


def _add(response: Response) -> Response:
    for name, value in FIXED.items():
        response.headers[name] = value
    found = request.endpoint == "static" and response.status_code in {200, 304}
    if found and request.args.get("v"):
        response.headers["Cache-Control"] = _YEAR
    elif not found:
        response.headers["Cache-Control"] = "no-store"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
    return response


def init_app(app: Flask) -> None:
    app.before_request(refuse_files_and_strangers)
    app.after_request(_add)
