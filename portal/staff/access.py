"""`@needs(permission)`: a view for people whose role allows it at the school they work in now."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal import clock
from portal.staff.roles import Permission
from portal.staff.viewer import viewer, viewer_or_none
from portal.web.access import Access, declare
from portal.web.pages import address_to_return_to

View = TypeVar("View", bound=Callable[..., Any])
CONFIRMED_FOR = timedelta(minutes=5)
_ENDS = frozenset({"staff.sign_out", "staff.sign_out_everywhere"})
_WHILE_HIDDEN = frozenset({"staff.hide", "staff.hidden", "staff.uncover", "staff.sign_out"})
_ON_THE_WAY = frozenset({"staff.hidden", "staff.uncover", "staff.confirm_password"})
_BEFORE_CHANGE = frozenset({"staff.change_password", "staff.sign_out"})
_WHILE_ENROLLING = _ENDS | _BEFORE_CHANGE | {"staff.confirm_password", "staff.hide"}


class Needs(Access):
    def __init__(self, permission: Permission, *, fresh: bool = False) -> None:
        self.permission = permission
        self.fresh = fresh

    def check(self) -> ResponseReturnValue | None:
        instead = sign_in_first()
        if instead is not None:
            return instead
        if not viewer().may(self.permission):
            abort(403)
        return confirm_first() if self.fresh else None


def needs(permission: Permission, *, fresh: bool = False) -> Callable[[View], View]:
    """`fresh`: the password must have been given in the last five minutes (design 5)."""
    return lambda view: declare(view, Needs(permission, fresh=fresh))


def confirm_first() -> ResponseReturnValue | None:
    """The page that asks for the password again, where it was last given too long ago."""
    who = viewer_or_none()
    if who is not None and clock.now() - who.password_at > CONFIRMED_FOR:
        return redirect(url_for("staff.confirm_password", next=address_to_return_to()), 303)
    return None


def sign_in_first() -> ResponseReturnValue | None:
    """The page to answer with instead, where nobody is signed in or the screen is hidden."""
    who = viewer_or_none()
    if who is None:
        return redirect(url_for("staff.sign_in", next=_back()), 303)
    if who.awaits_second:
        if request.blueprint == "second" or request.endpoint in _ENDS:
            return None
        return redirect(url_for("second.give", next=_back()), 303)
    if who.hidden and request.endpoint not in _WHILE_HIDDEN:
        return redirect(url_for("staff.hidden", next=address_to_return_to()), 303)
    if who.must_change and request.endpoint not in _BEFORE_CHANGE | _WHILE_HIDDEN:
        return redirect(url_for("staff.change_password"), 303)
    enrolling = request.blueprint == "factors" or request.endpoint in _WHILE_ENROLLING
    if who.must_enrol and not enrolling and request.endpoint not in _WHILE_HIDDEN:
        return redirect(url_for("factors.overview"), 303)
    return None


def _back() -> str | None:
    """Where to go on to afterwards; a page that only stands in the way says that itself."""
    if request.endpoint in _ON_THE_WAY:
        return request.args.get("next")
    return address_to_return_to()
