"""Addresses: nouns in lower case with hyphens, typed, and without anybody’s name in them."""

import re

from flask import Flask
from werkzeug.routing import PathConverter, Rule, UnicodeConverter

UNTYPED = {
    "reference": "a case’s own number, looked up among those that the viewer may see",
    "code": "a step of the product, looked up in its list",
    "service_code": "an entry of the help directory, looked up in its list",
    "token": "the secret of an invitation, looked up by its hash",
    "table": "a kind of record, looked up in its list",
    "topic": "a page of the guidance, looked up in its list",
    "name": "a page of the guidance, looked up in its list",
    "week": "a Monday of the last year, and nothing else",
}
WELL_KNOWN = "/.well-known/security.txt"
"""The one address whose name is not ours to choose (RFC 9116)."""

WORD = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*(\.[a-z]+)?")


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_addresses_are_lower_case_with_hyphens(app: Flask) -> None:
    for rule in rules(app):
        if rule.rule == WELL_KNOWN:
            continue
        for part in rule.rule.strip("/").split("/"):
            fixed = re.sub(r"<[^>]*>", "", part)
            assert not fixed or WORD.fullmatch(fixed), rule.rule
        assert rule.rule == "/" or not rule.rule.endswith("/"), rule.rule


def test_parts_of_addresses_are_typed(app: Flask) -> None:
    for rule in rules(app):
        for name, converter in rule._converters.items():
            assert not isinstance(converter, PathConverter), rule.rule
            if type(converter) is UnicodeConverter:
                assert name in UNTYPED, f"{rule.rule}: <{name}> could be anything"


def test_pages_of_a_case_are_under_the_case(app: Flask) -> None:
    """A view that gets its case from the guard has the case in its address, and no other does."""
    from portal.cases.access import CaseAccess
    from portal.web.access import access_of

    for rule in rules(app):
        in_address = rule.rule.startswith("/cases/<reference>")
        assert isinstance(access_of(app, rule.endpoint), CaseAccess) == in_address, rule.rule
        assert ("reference" in rule.arguments) == in_address, rule.rule


def test_what_changes_something_is_not_a_get(app: Flask) -> None:
    """A rule of which only GET is there has no verb of change in its address."""
    changing = {
        "delete",
        "remove",
        "withdraw",
        "pick-up",
        "sign-out-everywhere",
        "hide",
        "take-off",
    }
    for rule in rules(app):
        last = rule.rule.rstrip("/").rpartition("/")[2]
        if last in changing:
            assert "POST" in (rule.methods or ()), rule.rule


def test_no_method_but_get_and_post(app: Flask) -> None:
    for rule in rules(app):
        assert (rule.methods or set()) <= {"GET", "HEAD", "OPTIONS", "POST"}, rule.rule
