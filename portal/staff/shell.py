"""The frame around every page of somebody who is signed in: school, menu, name."""

from dataclasses import dataclass

from flask import Flask, request

from portal.staff.roles import Permission
from portal.staff.viewer import Viewer, viewer_or_none


@dataclass(frozen=True)
class NavItem:
    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class Shell:
    school_name: str
    member_name: str
    nav: tuple[NavItem, ...]
    told: bool  # whether a notice about an account was not read yet
    lacks_second: bool  # in the demo school: a real one would ask this account for more


_MENU = (
    (Permission.SEE_CASES, "Today", "/today"),
    (Permission.SUPPORT_STUDENTS, "Who I support", "/supporting"),
    (Permission.SEE_INBOX, "Inbox", "/inbox"),
    (Permission.SEE_CASES, "Cases", "/cases"),
    (Permission.SEE_PEOPLE, "Young people", "/people"),
    (Permission.RECORD_DISCLOSURE, "Record", "/disclosures/new"),
    (Permission.RECORD_DISCLOSURE, "What I wrote", "/disclosures"),
    (Permission.USE_PORTAL, "Notes to me", "/notes"),
    (Permission.SEE_SCHOOL, "School", "/school"),
    (Permission.USE_PORTAL, "Help", "/guidance"),
)

# Left out for those who are told of it elsewhere: in the inbox, and on the page of today.
_ELSEWHERE = {"/disclosures": Permission.SEE_INBOX, "/notes": Permission.SEE_CASES}


def shell_of(who: Viewer) -> Shell:
    shown = [
        (label, href)
        for permission, label, href in _MENU
        if who.is_let_in
        and who.may(permission)
        and not (href in _ELSEWHERE and who.may(_ELSEWHERE[href]))
    ]
    here = max((href for _, href in shown if _within(request.path, href)), key=len, default="")
    items = [NavItem(label, href, href == here) for label, href in shown]
    told = who.is_let_in and who.has_notices and request.endpoint != "staff.notices"
    return Shell(
        who.school_name, who.name, tuple(items), told=told, lacks_second=_lacks_second(who)
    )


def _lacks_second(who: Viewer) -> bool:
    """Whoever reads cases and has no second factor: possible in the demo school only."""
    return who.reads_cases and not who.has_second and not who.must_enrol


def init_app(app: Flask) -> None:
    @app.context_processor
    def frame() -> dict[str, Shell | None]:
        who = viewer_or_none()
        shown = who is not None and not who.hidden and not who.awaits_second
        return {"shell": shell_of(who) if who is not None and shown else None}


def _within(path: str, address: str) -> bool:
    return path == address or path.startswith(f"{address}/")
