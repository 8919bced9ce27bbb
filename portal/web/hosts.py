"""Whom the portal answers: requests for its own names, and forms of its own pages.

A request that names another host is refused before anything else looks at it, so that no page, no
link and no cache is ever made for a name that is not ours (security notes 3.13).
"""

from flask import Flask, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.config import Config

_FROM_HERE = frozenset({"same-origin", "none"})


def refuse_other_hosts() -> ResponseReturnValue | None:
    config: Config = current_app.extensions["portal"]
    if config.answers_at(request.headers.get("Host", "")):
        return None
    g.error_template = "errors/host.html"
    g.not_from_here = True
    abort(400)


def is_from_here() -> bool:
    """Whether one of our own pages sent this form, as far as the browser says.

    `Origin` is looked at in any case: older browsers send it without `Sec-Fetch-Site`. Browsers so
    old that they send neither are held by the token and by the cookie, which stays on this site.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in _FROM_HERE:
        return False
    return request.headers.get("Origin", own_origin()) == own_origin()


def own_origin() -> str:
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    return f"{'https' if secure else request.scheme}://{request.host}"


def init_app(app: Flask) -> None:
    config: Config = app.extensions["portal"]
    if config.proxy:
        # One proxy, which says whose request it is and how it came. It passes `Host` on as it is.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as werkzeug's documentation does
            app.wsgi_app, x_for=1, x_proto=1, x_host=0, x_port=0, x_prefix=0
        )
    app.before_request(refuse_other_hosts)
