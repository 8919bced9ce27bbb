"""Headers of every answer, and what is refused before a form is read.

No file ever enters: a body that is not a plain form is refused with the reason (product 2,
evidence). The content policy names nothing but this server (security notes 3.13).

`Referrer-Policy` is `same-origin` and not `no-referrer`: no other site is ever told an address
either way, but without a referrer browsers send `Origin: null` with our own forms, so that where a
form came from could not be checked, and hiding the screen could not lead back to the page.
"""

from flask import Flask, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue

from portal.db import SAFE_METHODS
from portal.web.hosts import is_from_here

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
    "trusted-types": "'none'",
}
NEVER_USED = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "clipboard-write",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "sync-xhr",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
"""What a browser could do for a page and never does for ours; passkeys stay at their default."""

FIXED = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NEVER_USED),
    "X-Robots-Tag": "noindex",
}
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"
MOST_FIELDS = 4000
"""Of one form. The longest that people fill have some hundreds."""

_YEAR = "public, max-age=31536000, immutable"
_FORM = "application/x-www-form-urlencoded"


def refuse_files_and_strangers() -> ResponseReturnValue | None:
    """Refuse bodies that could carry a file, and requests that another site made."""
    if request.method in SAFE_METHODS:
        return None
    if request.mimetype not in {"", _FORM}:
        abort(415)
    if not is_from_here():
        g.not_from_here = True  # nothing of it is kept as somebody’s draft either
        abort(400)
    if sum(map(len, request.form.listvalues())) > MOST_FIELDS:
        abort(413)
    return None


def _add(response: Response) -> Response:
    for name, value in FIXED.items():
        response.headers[name] = value
    read = request.endpoint == "static" and request.method in {"GET", "HEAD"}
    found = read and response.status_code in {200, 304}
    if found and request.args.get("v"):
        response.headers["Cache-Control"] = _YEAR
    elif not found:
        response.headers["Cache-Control"] = "no-store"
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    return response


def init_app(app: Flask) -> None:
    app.before_request(refuse_files_and_strangers)
    app.after_request(_add)
