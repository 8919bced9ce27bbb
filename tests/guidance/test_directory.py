"""The directory as a school keeps it: changed, added, checked, left out, and who may do so."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal import clock
from portal.guidance import catalogue, service
from portal.staff.roles import Role
from tests.conftest import sign_in_to

pytestmark = pytest.mark.usefixtures("school")
POSH = "/guidance/directory/posh"
NEW = "/guidance/directory/new"
NURSE = {
    "name": "Nurse O'Shea",
    "for_whom": "parents",
    "purpose": "She's here on Tuesdays.",
    "telephone": "01632 960 020",
}


def entry(page, name):
    """What the help page says of one service."""
    return next(
        page.words(row)
        for row in page.all("div", class_="govuk-summary-list__row")
        if name in page.words(next(page.all("dt", within=row)))
    )


def add(browser, status=303, **changes):
    return browser.get(NEW).submit(**{**NURSE, **changes}, status=status)


def change(browser, **answers):
    return browser.get(POSH).submit(POSH, **answers)


def test_everybody_reads_it_and_sees_when_it_was_checked(sign_in):
    page = sign_in(Role.GOVERNOR).get("/guidance")

    assert "0344 381 4772" in entry(page, "POSH")
    assert "Last checked 20 November 2026" in entry(page, "POSH")
    assert "not yet checked with the service itself" in entry(page, "CEOP, National")
    assert "Any adult may ring them" in page.main_text
    assert not [href for _, href in page.links() if "/directory" in href or "authority" in href]


def test_what_to_do_shows_every_text_with_its_source(sign_in):
    page = sign_in(Role.STAFF).get("/guidance").click("What to do")

    for one in catalogue.tips().values():
        assert page.words(page.by_id(one.code.replace("_", "-"))) == one.title
        assert one.source in page.main_text
        assert one.part
        assert all(line in page.main_text for line in one.lines)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.DSL, 200),
        (Role.DEPUTY, 200),
        (Role.HEAD, 403),
        (Role.ADMIN, 403),
        (Role.STAFF, 403),
    ],
)
def test_who_changes_it(sign_in, role, status):
    browser = sign_in(role)
    for address in (POSH, f"{POSH}/versions", NEW):
        browser.get(address, status=status)


def test_a_changed_number_is_on_the_help_page_of_this_school_only(app, sign_in, second_school):
    browser = sign_in(Role.DEPUTY)
    page = browser.get("/guidance")
    change = next(href for words, href in page.links() if "entry of Professionals" in words)
    form = browser.get(change)
    assert form.fields(POSH)["telephone"] == "0344 381 4772"

    shown = form.submit(
        POSH, telephone="01632 960 010", hours="Weekdays", note="Ask twice."
    ).follow()

    assert "01632 960 010, Weekdays" in entry(shown, "POSH")
    assert "Ask twice." in entry(shown, "POSH")
    assert "by the school" in entry(shown, "POSH")
    assert "changed by the school" in entry(shown, "POSH")
    assert "0344 381 4772" in browser.get(POSH).main_text  # as it came with the portal
    elsewhere = sign_in_to(app, second_school.dsl).get("/guidance")
    assert "0344 381 4772" in entry(elsewhere, "POSH")


def test_put_back_to_what_is_shipped_it_counts_as_unchanged(sign_in):
    browser = sign_in(Role.DSL)
    change(browser, telephone="01632 960 010")
    shown = change(browser, telephone="0344 381 4772").follow()

    assert "changed by the school" not in entry(shown, "POSH")


def test_older_versions_begin_with_what_was_shipped(sign_in):
    browser = sign_in(Role.DSL)
    assert "has not changed this entry" in browser.get(f"{POSH}/versions").main_text
    change(browser, telephone="01632 960 010")
    change(browser, telephone="01632 960 011", email="")

    text = browser.get(POSH).click("Older versions").main_text

    assert "Before: 01632 960 010 After: 01632 960 011" in text
    assert "Before: 0344 381 4772 After: 01632 960 010" in text
    assert "Before: helpline@saferinternet.org.uk After: nothing" in text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"checked": clock.today() + timedelta(days=2)}, "checked"),
        ({"checked-day": "", "checked-month": "", "checked-year": ""}, "checked"),
        ({"telephone": "ring Jo"}, "telephone"),
        ({"telephone": "", "text_message": "", "email": "", "web": ""}, "telephone"),
        ({"email": "helpline at posh"}, "email"),
        ({"web": "see the website"}, "web"),
        ({"telephone": "0" * 61}, "telephone"),
        ({"note": "a" * 601}, "note"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(sign_in, wrong, field):
    browser = sign_in(Role.DSL)
    refused = change(browser, fields={"hours": "Weekdays", **wrong}, status=422)

    assert list(refused.errors()) == [field]
    assert refused.fields(POSH)["hours"] == "Weekdays"
    assert "0344 381 4772" in entry(browser.get("/guidance"), "POSH")


def test_of_two_who_change_it_at_once_the_second_sees_both_texts(sign_in):
    first, second = sign_in(Role.DSL), sign_in(Role.DEPUTY)
    stale = second.get(POSH)
    change(first, telephone="01632 960 010")

    conflict = stale.submit(POSH, telephone="01632 960 999", status=409)

    assert "01632 960 010" in conflict.text
    assert "01632 960 999" in conflict.text
    change(second, telephone="01632 960 999")
    assert "01632 960 999" in entry(first.get("/guidance"), "POSH")


def test_one_click_says_that_it_is_still_right(sign_in, stopped):
    later = datetime(2028, 1, 10, 12, tzinfo=UTC)
    stopped(later)
    browser = sign_in(Role.DSL)
    old = browser.get("/guidance")
    assert "Checked more than a year ago: ring once to be sure." in entry(old, "POSH")

    shown = browser.get(POSH).submit(f"{POSH}/still-right").follow()

    assert "Last checked 10 January 2028 by the school" in entry(shown, "POSH")
    assert "more than a year ago" not in entry(shown, "POSH")
    assert "more than a year ago" in entry(shown, "CEOP, National")


def test_an_entry_is_left_out_and_shown_again(sign_in):
    browser, colleague = sign_in(Role.DSL), sign_in(Role.STAFF)
    shown = browser.get(POSH).submit(f"{POSH}/leave-out").follow()

    assert "(POSH)" in shown.main_text  # with those that are left out
    assert "(POSH)" not in colleague.get("/guidance").main_text
    browser.get(POSH).submit(f"{POSH}/put-back")
    assert "0344 381 4772" in entry(colleague.get("/guidance"), "POSH")


def test_an_entry_of_the_schools_own(sign_in, app, second_school):
    browser = sign_in(Role.DSL)
    shown = add(browser).follow()

    assert "01632 960 020 She's here on Tuesdays." in entry(shown, "Nurse O'Shea")
    assert "entered by the school" in entry(shown, "Nurse O'Shea")
    address = next(href for words, href in shown.links() if "Nurse O'Shea" in words)
    assert "shea" not in address.lower()
    form = browser.get(address)
    assert form.fields(address)["purpose"] == "She's here on Tuesdays."
    form.submit(address, name="The nurse", telephone="01632 960 021", for_whom="staff")
    told = browser.get(f"{address}/versions").main_text
    assert "Before: Nurse O'Shea After: The nurse" in told
    assert "Before: Parents and carers After: Staff" in told
    elsewhere = sign_in_to(app, second_school.dsl)
    elsewhere.get(address, status=404)
    elsewhere.post(f"{address}/leave-out", {"csrf_token": elsewhere.token}, status=404)


@pytest.mark.parametrize("missing", ["name", "for_whom", "purpose", "telephone"])
def test_what_an_own_entry_must_have(sign_in, missing):
    refused = add(sign_in(Role.DSL), status=422, **{missing: None})

    assert list(refused.errors()) == [missing]


def test_sending_a_new_entry_twice_makes_one(sign_in):
    page = sign_in(Role.DSL).get(NEW)
    for _ in range(2):
        page.submit(**NURSE)

    assert page.browser.get("/guidance").main_text.count("Nurse O'Shea") == 2  # name, and its link


def test_999_stays_and_what_is_not_there_is_not_found(sign_in):
    browser = sign_in(Role.DSL)
    token = {"csrf_token": browser.token}
    for what in ("", "/still-right", "/leave-out", "/put-back"):
        refused = browser.post(f"/guidance/directory/emergency{what}", token, status=409)
        assert "999 is the same everywhere" in refused.main_text
        browser.post(f"/guidance/directory/nobody{what}", token, status=404)
    browser.get("/guidance/directory/emergency", status=409)
    browser.get("/guidance/directory/nobody", status=404)
    browser.get("/guidance/directory/nobody/versions", status=404)
    links = browser.get("/guidance").links()
    assert not [href for _, href in links if "directory/emergency" in href]


def test_an_address_that_somebody_typed_is_never_a_link(sign_in):
    browser = sign_in(Role.DSL)
    shown = add(browser, web="https://nurse.example.org/<b>").follow()

    assert "https://nurse.example.org/<b>" in shown.main_text
    assert not [href for _, href in shown.links() if "nurse.example" in href]


def test_the_page_costs_the_same_however_much_was_changed(sign_in, saved, school, statements):
    browser = sign_in(Role.DSL)
    browser.get("/guidance")
    with statements() as before:
        browser.get("/guidance")
    for name in ("One", "Two", "Three"):
        add(browser, name=name)
    change(browser, telephone="01632 960 010")
    with statements() as after:
        browser.get("/guidance")

    assert after.count == before.count <= 4, after.texts
    with saved():
        found = service.directory_of(school.id)
        assert service.service_of(school.id, "posh").checked == clock.today() >= date(2026, 1, 1)
    assert [one.name for one in found][-3:] == ["One", "Three", "Two"]
