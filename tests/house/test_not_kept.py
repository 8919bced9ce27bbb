"""What becomes no draft: forms that ask for a secret, and buttons that are none."""

from xml.etree.ElementTree import Element

from flask import Flask

from portal.staff.roles import Role
from portal.web.form_base import NEVER_KEPT
from portal.web.sheets import is_kept
from tests.house.furnished import Furnished
from tests.house.test_access import methods
from tests.page import Page

DSL = Role.DSL.value

NOT_KEPT = {
    "factors.ask_for_new_passkey",
    "factors.confirm_app",
    "second.ask_for_passkey",
    "second.give",
    "second.lost",
    "second.passkey",
    "second.recover",
    "second.told",
    "staff.accept_invitation",
    "staff.change_password",
    "staff.confirm_password",
    "staff.hide",
    "staff.pin",
    "staff.remove_pin",
    "staff.sign_in",
    "staff.sign_out",
    "staff.uncover",
}
"""Taking one out has what is sent to it kept as a draft, so it is decided here as well."""
SECRETS = {"password", "new_password", "again", "code", "pin", "recovery"}


def test_these_and_no_others_keep_no_draft(app: Flask) -> None:
    assert {one for one in app.view_functions if not is_kept(app, one)} == NOT_KEPT
    assert SECRETS | {"passkey"} <= NEVER_KEPT


def test_no_form_that_asks_for_a_secret_keeps_a_draft(app: Flask, furnished: Furnished) -> None:
    asking = set()
    for rule in app.url_map.iter_rules():
        if "GET" not in methods(rule) or rule.rule.startswith(("/cases", "/static")):
            continue
        for address in furnished.addresses(rule, DSL)[:1]:
            page = furnished.browser(app, DSL).get(address, status=range(200, 500))
            asking |= {endpoint_of(app, form) for form in page.all("form") if is_secret(page, form)}
    assert {"staff.change_password", "staff.pin", "factors.confirm_app"} <= asking
    assert {one for one in asking if is_kept(app, one)} == set()


def is_secret(page: Page, form: Element) -> bool:
    boxes = page.all("input", within=form)
    return any(one.get("type") == "password" or one.get("name") in SECRETS for one in boxes)


def endpoint_of(app: Flask, form: Element) -> str:
    address = form.get("action", "").partition("?")[0]
    return app.url_map.bind("").match(address, method="POST")[0]
