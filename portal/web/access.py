"""Every view says who may use it; the portal does not start where one does not.

`@public` is declared here, `@needs` in `staff` and `@case_view` in `cases`. The guard runs a view's
declaration before the view.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from flask.typing import ResponseReturnValue

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "portal_access"


class Access(ABC):
    """A declaration of who may use a view."""

    @abstractmethod
    def check(self) -> ResponseReturnValue | None:
        """None to go on, an answer to give instead (the sign-in page), or raises a refusal."""


class Public(Access):
    def check(self) -> None:
        return None


class Undeclared(RuntimeError):
    """A view without a declaration: the portal refuses to start."""


def declare(view: View, access: Access) -> View:
    setattr(view, _ATTRIBUTE, access)
    return view


def public(view: View) -> View:
    """Anybody may use this view, signed in or not."""
    return declare(view, Public())


def access_of(app: Flask, endpoint: str) -> Access | None:
    if endpoint == "static":
        return Public()
    return getattr(app.view_functions[endpoint], _ATTRIBUTE, None)


def refuse_undeclared(app: Flask) -> None:
    """Raise `Undeclared` naming the views that say nothing about who may use them."""
    silent = sorted(
        rule.endpoint for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) is None
    )
    if silent:
        raise Undeclared("these views do not declare who may use them: " + ", ".join(silent))


def guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    access = access_of(current_app, request.endpoint)
    if access is None:
        raise Undeclared(request.endpoint)
    instead = access.check()
    # A form that was answered with another page was not done: what it held is kept for its sender.
    g.not_done = instead is not None
    return instead
