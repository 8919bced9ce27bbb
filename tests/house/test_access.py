"""Who may use which address, by request: every rule outside a case for everybody who could ask.

The addresses of a case are walked in `test_matrix`, by what somebody is to the case as well.
What a role may do is written out here a second time, so that changing it is an act in two places.
Refused is 403; a case that somebody may not see is 404, the same bytes as for one that never was.
"""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.staff.access import Needs
from portal.staff.roles import Permission, Role
from portal.web.access import Public, access_of
from tests.conftest import sign_in_to
from tests.databases import Engine
from tests.factories import School
from tests.house.conftest import put_back
from tests.house.furnished import EXCLUDED, FOREIGN, IDENTITIES, STRANGER, Furnished
from tests.page import Browser

P = Permission
RECORDER = {P.USE_PORTAL, P.RECORD_DISCLOSURE}
DEPUTY = RECORDER | {
    P.SEE_INBOX,
    P.SEE_CASES,
    P.WORK_ON_CASES,
    P.DECIDE,
    P.COUNTERSIGN,
    P.PRINT,
    P.CLOSE_CASES,
    P.MANAGE_ACCESS,
    P.OPEN_IN_EMERGENCY,
    P.SEE_WHO_LOOKED,
    P.SEE_PEOPLE,
    P.KEEP_PEOPLE,
    P.KEEP_ROTA,
    P.KEEP_DIRECTORY,
    P.SEE_SCHOOL,
}
DSL = DEPUTY | {P.REVIEW_LOOKS, P.MANAGE_MEMBERS, P.APPOINT_READERS, P.MANAGE_SCHOOL}
HEAD = RECORDER | {
    P.SEE_INBOX,
    P.SEE_CASES,
    P.COUNTERSIGN,
    P.PRINT,
    P.SEE_WHO_LOOKED,
    P.REVIEW_LOOKS,
    P.SEE_PEOPLE,
    P.KEEP_ROTA,
    P.MANAGE_MEMBERS,
    P.APPOINT_READERS,
    P.SEE_SCHOOL,
}
MAY = {
    Role.STAFF.value: RECORDER,
    Role.PASTORAL.value: RECORDER | {P.OPEN_IN_EMERGENCY, P.SUPPORT_STUDENTS},
    Role.DEPUTY.value: DEPUTY,
    Role.DSL.value: DSL,
    Role.HEAD.value: HEAD,
    Role.GOVERNOR.value: {P.USE_PORTAL},
    Role.ADMIN.value: RECORDER | {P.MANAGE_MEMBERS, P.MANAGE_SCHOOL, P.SEE_SCHOOL},
    FOREIGN: DSL,
    EXCLUDED: DSL,
}
SEE_THE_CASE = {Role.DSL.value, Role.DEPUTY.value, Role.HEAD.value}
PUBLIC = {
    "static",
    "staff.sign_in",
    "staff.set_up",
    "staff.accept_invitation",
    "staff.recovery_kit",
    "staff.recovery_kit_pdf",
    "web.security",
    "web.security_txt",
}
"""Addresses that anybody may open. Adding one is a decision, so it is made here as well."""


FOR_THE_LEADS_FIRST = {
    "inbox.pick_up",
    "inbox.ask",
    "inbox.open_case",
    "inbox.join",
    "inbox.no_action",
}
"""A head reads the inbox, and acts on it once the leads have let it lie (product 2)."""

OF_ONE_PERSON = {
    "wishes_notes.read": Role.STAFF.value,
    "emergency.end": Role.PASTORAL.value,
    "factors.remove_passkey": Role.DSL.value,
    "staff.end_my_sign_in": Role.DSL.value,
    "staff.forget": Role.DSL.value,
}
"""There for whoever it was sent to, and for nobody else."""

UUID_IN = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")


def methods(rule: Rule) -> list[str]:
    return sorted({"GET", "POST"} & (rule.methods or set()))


def ask(app: Flask, furnished: Furnished, identity: str, method: str, address: str) -> int | str:
    """The status of an answer. A POST has the right token and nothing else."""
    browser = furnished.browser(app, identity)
    data = {"csrf_token": browser.token} if method == "POST" else None
    try:
        page = browser.send(method, address, data, status=range(200, 500))
    except Exception as problem:  # told with all the others
        return f"{type(problem).__name__}: {problem!s:.300}"
    asked_to_sign_in = page.status == 303 and page.location.startswith("/sign-in?next=")
    nobody = identity == STRANGER and page.location == "/sign-in"
    return 401 if asked_to_sign_in or nobody else page.status


def expectation(app: Flask, rule: Rule, identity: str) -> set[int]:
    """What an identity must be answered: the statuses among which the answer has to be."""
    done = {200, 204, 303, 409, 422}
    access = access_of(app, rule.endpoint)
    if isinstance(access, Public):
        return {*done, 400, 404, 410, 403} if rule.endpoint in PUBLIC else set()
    if identity == STRANGER:
        return {401}
    if isinstance(access, Needs):
        return needed(access, rule, identity, done)
    return {*done, 404}  # autosave: anybody who is signed in, for sheets of their own


def needed(access: Needs, rule: Rule, identity: str, done: set[int]) -> set[int]:
    """What somebody who is signed in must be answered outside the cases."""
    if access.permission not in MAY[identity]:
        return {403}
    if identity == Role.HEAD.value and rule.endpoint in FOR_THE_LEADS_FIRST:
        return {403}
    if rule.endpoint in OF_ONE_PERSON:
        return done if identity == OF_ONE_PERSON[rule.endpoint] else {404}
    # what belongs to the one school is not there for a lead of the other
    return {404} if identity == FOREIGN and "<uuid:" in rule.rule else done


def failures(app: Flask, engine: Engine, furnished: Furnished, rules: list[Rule]) -> Iterator[str]:
    for rule in rules:
        for identity in IDENTITIES:
            expected = expectation(app, rule, identity)
            for method in methods(rule):
                addresses = furnished.addresses(rule, identity)
                for address in addresses if identity == Role.DSL.value else addresses[:1]:
                    status = ask(app, furnished, identity, method, address)
                    if status not in expected:
                        answered = f"{method} {rule.rule} answered {identity} {status}"
                        yield f"{answered}, not {sorted(expected)}"
                    if method == "POST" and status in {204, 303}:
                        app.extensions["database"].engine.dispose()
                        put_back(engine)


def in_groups(app: Flask, group: int, of: int) -> list[Rule]:
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
    walked = [rule for rule in rules if not {"sheet_id", "reference"} & rule.arguments]
    return walked[group::of]


@pytest.mark.parametrize("group", range(4))
def test_every_address_for_everybody(
    app: Flask, engine: Engine, furnished: Furnished, group: int
) -> None:
    found = list(dict.fromkeys(failures(app, engine, furnished, in_groups(app, group, 4))))
    assert not found, f"{len(found)} cells:\n" + "\n".join(found[:60])


def test_what_is_public_is_on_the_list(app: Flask) -> None:
    public = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if isinstance(access_of(app, rule.endpoint), Public)
    }
    assert public <= PUBLIC, f"anybody may open {sorted(public - PUBLIC)}"


def test_roles_may_do_what_is_written_here() -> None:
    from portal.staff.roles import PERMISSIONS

    assert {role.value: set(given) for role, given in PERMISSIONS.items()} == {
        name: given for name, given in MAY.items() if name in {role.value for role in Role}
    }


def test_what_changes_access_or_leaves_the_screen_asks_for_the_password_again(app: Flask) -> None:
    """Printing, closing, access and user changes (product 5)."""
    sensitive = re.compile(
        r"/print|/prints/|/close$|/reopen$|/came-back$|/countersign$|/access/|/emergency$|/members/.*/(invite|withdraw-invitation|end)$|/roles|/members/new"
        r"|/role-requests/.*/(settle|take-back)$"
        r"|/school/details|/account/password|/lost-factor|/members/.*/sign-ins/(.*/)?end$"
        r"|/account/devices/.*/forget$|/second-factor/(app/|app$|app\.svg$|codes/new|passkeys/|without)"
    )
    asked_itself = {"staff.change_password"}  # asks for the old password in its own form
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if sensitive.search(rule.rule) and rule.endpoint not in asked_itself:
            assert getattr(access, "fresh", False), f"{rule.rule} does not ask for the password"


def test_a_case_that_may_not_be_seen_is_as_one_that_never_was(
    app: Flask, furnished: Furnished
) -> None:
    """Status, body and headers: nothing says whether the reference was ever given."""
    rules = [r for r in app.url_map.iter_rules() if "reference" in r.arguments]
    assert rules
    for identity in (Role.STAFF.value, FOREIGN, EXCLUDED):
        browser = furnished.browser(app, identity)
        for rule in rules:
            for method in methods(rule):
                address = furnished.addresses(rule)[0]
                data = {"csrf_token": browser.token} if method == "POST" else None
                there = browser.send(method, address, data, 404)
                unknown = re.sub(r"^/cases/[^/]+", "/cases/2026-9999", address)
                never = browser.send(method, unknown, data, 404)
                assert there.body == never.body, f"{method} {rule.rule} for {identity}"
                assert bare(there.headers) == bare(never.headers), f"{rule.rule} for {identity}"


def bare(headers: object) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = list(headers)  # type: ignore[call-overload]
    return sorted(pair for pair in pairs if pair[0] not in {"Date", "Set-Cookie"})


def test_children_are_fetched_through_their_case(app: Flask, furnished: Furnished) -> None:
    """An id of the other school’s case under this school’s case is not there."""
    browser = furnished.browser(app, Role.DSL.value)
    checked = 0
    for rule in app.url_map.iter_rules():
        if "reference" not in rule.arguments or len(rule.arguments) < 2:
            continue
        for address in furnished.addresses(rule, place=furnished.elsewhere):
            mixed = address.replace(furnished.elsewhere.reference, furnished.here.reference)
            if not UUID_IN.search(mixed):
                continue
            for method in methods(rule):
                data = {"csrf_token": browser.token} if method == "POST" else None
                browser.send(method, mixed, data, 404)
                checked += 1
    assert checked > 20


def test_the_other_school_s_records_are_not_there(app: Flask, furnished: Furnished) -> None:
    """Without a case in the address as well: people, members, rota and disclosures."""
    for identity in (Role.DSL.value, Role.HEAD.value, Role.ADMIN.value):
        browser = furnished.browser(app, identity)
        for rule in app.url_map.iter_rules():
            access = access_of(app, rule.endpoint)
            if not isinstance(access, Needs) or not rule.arguments:
                continue
            if access.permission not in MAY[identity]:
                continue
            addresses = furnished.addresses(rule, place=furnished.elsewhere)
            for address in filter(UUID_IN.search, addresses):
                for method in methods(rule):
                    data = {"csrf_token": browser.token} if method == "POST" else None
                    browser.send(method, address, data, 404)


def test_an_ended_role_ends_at_once(app: Flask, school: School) -> None:
    from portal.db import session
    from portal.staff import service as staff
    from portal.staff.accounts import service as accounts
    from tests import factories

    browser = sign_in_to(app, school[Role.DEPUTY])
    browser.get("/inbox")
    with factories.saved(app):
        member = staff.get_member(school.id, school[Role.DEPUTY].id)
        who = factories.viewer_of(school.dsl)
        accounts.change_roles(who, member, school.row, frozenset({Role.STAFF}))
        session.flush()
    assert browser.get("/inbox", 303).location.startswith("/sign-in")
    sign_in_to(app, school[Role.DEPUTY]).get("/inbox", 403)


def test_a_stranger_learns_nothing_from_a_case_address(
    app: Flask, furnished: Furnished, browser: Browser
) -> None:
    there = browser.get(f"/cases/{furnished.here.reference}", 303)
    never = browser.get("/cases/2026-9999", 303)
    assert there.location.replace(furnished.here.reference, "2026-9999") == never.location
