"""The list of sign-ins: one’s own and, for the DSL and the head, those of colleagues."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.staff.models import SignIn
from portal.staff.roles import Role
from tests.factories import PASSWORD
from tests.staff.at_the_door import (
    IPHONE,
    WINDOWS,
    a_browser,
    come_in,
    rows,
    secret_of,
    told,
    with_secret,
    works_and_leaves,
)

pytestmark = pytest.mark.usefixtures("school")

START = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MINE = "/account/sign-ins"


def is_out(browser):
    return browser.get("/account", status=303).location.startswith("/sign-in?")


def of(app, who):
    return [one for one in rows(app) if one.member_id == who.id]


def test_i_see_where_i_am_signed_in_and_end_one(app, school, stopped):
    stopped(START)
    desk, phone = a_browser(app), a_browser(app, IPHONE)
    come_in(desk, school.dsl)
    stopped(START + timedelta(minutes=5))
    come_in(phone, school.dsl)

    page = desk.get(MINE)

    assert page.main_text.count("Safari on iPhone") == 4  # open and known, each with its button
    assert "Chrome on Windows This screen" in page.main_text
    assert "Since today 09:05, last used today 09:05" in page.main_text
    [other] = [one for one in of(app, school.dsl) if one.device_label == "Safari on iPhone"]
    after = page.submit(f"{MINE}/{other.id}/end").follow()
    assert "Ended in the last 7 days" in after.main_text
    assert is_out(phone)
    assert not is_out_by_asking(desk)


def is_out_by_asking(browser):
    return browser.get("/account", status=(200, 303)).status == 303


def test_i_end_all_but_this_one_or_this_one(app, school, stopped):
    stopped(START)
    browsers = [a_browser(app, agent) for agent in (WINDOWS, IPHONE)]
    for minute, one in enumerate(browsers):
        stopped(START + timedelta(minutes=minute))
        come_in(one, school.dsl)

    page = browsers[0].get(MINE).submit(f"{MINE}/end-others").follow()

    assert is_out(browsers[1])
    assert "End all but this one" not in page.main_text
    left = page.submit(button="Sign out here")
    assert left.location == "/sign-in"
    assert '"cache"' in left.headers["Clear-Site-Data"]
    assert "cookies" not in left.headers["Clear-Site-Data"]
    assert is_out(browsers[0])
    assert browsers[0].client.get_cookie("device") is not None


def test_what_had_only_the_password_is_shown_as_such(app, school, stopped):
    stopped(START)
    stranger = a_browser(app, IPHONE)
    stranger.get("/sign-in").submit(username=school.dsl.username, password=PASSWORD)
    stopped(START + timedelta(minutes=2))
    desk = a_browser(app)
    come_in(desk, school.dsl)

    assert "The second factor was not given" in desk.get(MINE).main_text


def test_ended_ones_are_shown_for_a_week(app, school, stopped):
    stopped(START)
    come_in(a_browser(app, IPHONE), school.dsl)
    stopped(START + timedelta(days=6))
    desk = a_browser(app)
    come_in(desk, school.dsl)
    assert "ended 20 Nov" in desk.get(MINE).main_text.replace("November", "Nov")

    stopped(START + timedelta(days=8))
    come_in(desk_again := a_browser(app), school.dsl)
    assert desk_again.get(MINE).main_text.count("Safari on iPhone") == 2  # known, with its link


def test_a_fourth_sign_in_ends_the_oldest_and_says_so(app, school, stopped):
    browsers = [a_browser(app) for _ in range(4)]
    for minute, one in enumerate(browsers):
        stopped(START + timedelta(minutes=minute))
        come_in(one, school[Role.STAFF])

    assert [is_out_by_asking(one) for one in browsers] == [True, False, False, False]
    assert told(app, school[Role.STAFF]) == [("sign_in_dropped", "Chrome on Windows")]


def test_a_password_alone_ends_nobody_s_sign_in(app, school, stopped):
    browsers = [a_browser(app) for _ in range(3)]
    for minute, one in enumerate(browsers):
        stopped(START + timedelta(minutes=minute))
        come_in(one, school.dsl)
    for _ in range(4):
        a_browser(app, IPHONE).get("/sign-in").submit(
            username=school.dsl.username, password=PASSWORD
        )

    assert not any(is_out_by_asking(one) for one in browsers)


@pytest.mark.parametrize("role", [Role.DSL, Role.HEAD])
def test_dsl_and_head_end_those_of_a_colleague_who_is_told(app, school, stopped, role):
    stopped(START)
    theirs = a_browser(app)
    come_in(theirs, school[Role.DEPUTY])
    lead = a_browser(app)
    come_in(lead, school[role])
    address = f"/school/members/{school[Role.DEPUTY].id}"

    page = lead.get(address).click("Where they are signed in")
    assert "Chrome on Windows" in page.main_text
    assert "This screen" not in page.main_text
    done = page.click("End this sign-in").submit().follow()

    assert "They are not signed in anywhere." in done.main_text
    assert is_out(theirs)
    assert told(app, school[Role.DEPUTY]) == [("sign_ins_ended_by_other", "")]
    again = a_browser(app)
    stopped(START + timedelta(minutes=2))
    come_in(again, school[Role.DEPUTY])
    lead.get(f"{address}/sign-ins").click("End all of them").submit()
    assert is_out(again)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DEPUTY, Role.STAFF, Role.GOVERNOR])
def test_nobody_else_sees_when_and_where_colleagues_work(school, sign_in, role):
    browser = sign_in(role)

    browser.get(f"/school/members/{school.dsl.id}/sign-ins", status=403)
    browser.get(f"/school/members/{school.dsl.id}/sign-ins/end", status=403)


def test_ending_those_of_others_asks_for_the_password_again(app, school, stopped):
    stopped(START)
    lead = a_browser(app)
    come_in(lead, school.dsl)
    stopped(START + timedelta(minutes=6))

    asked = lead.get(f"/school/members/{school.head.id}/sign-ins/end", status=303)

    assert asked.location.startswith("/confirm-password")


def test_another_s_sign_in_is_not_there_under_my_address(app, school, second_school, sign_in):
    sign_in(Role.HEAD)
    sign_in(second_school.dsl)
    browser = sign_in(Role.DSL)
    [of_head] = of(app, school.head)
    [elsewhere] = of(app, second_school.dsl)
    token = {"csrf_token": browser.token}

    browser.post(f"{MINE}/{of_head.id}/end", token, status=404)
    browser.get(f"/school/members/{school[Role.DEPUTY].id}/sign-ins/{of_head.id}/end", status=404)
    browser.get(f"/school/members/{second_school.dsl.id}/sign-ins", status=404)
    browser.get(f"/school/members/{second_school.dsl.id}/sign-ins/{elsewhere.id}/end", status=404)


def test_a_school_that_somebody_left_for_another_sees_nothing_of_them(
    app, school, second_school, saved, sign_in
):
    who = second_school[Role.STAFF]
    works_and_leaves(saved, school, who)
    theirs = sign_in(who)
    [one] = [one for one in of(app, who) if one.ended_at is None]
    dsl, there = sign_in(school.dsl), f"/school/members/{who.id}/sign-ins"

    for address in (there, f"{there}/end", f"{there}/{one.id}/end"):
        dsl.get(address, status=404)
    for address in (f"{there}/end", f"{there}/{one.id}/end"):
        dsl.post(address, {"csrf_token": dsl.token}, status=404)

    theirs.get("/account")


def test_autosave_keeps_a_sign_in_awake_only_while_somebody_types(app, school, stopped):
    """What a page sends by itself is no sign of life; nothing is while the screen is hidden."""
    stopped(START)
    browser = a_browser(app)
    come_in(browser, school.dsl)
    page = browser.get("/school/rota/closure")
    sheet = f"/sheets/{page.fields()['sheet']}"

    def save(minute, typed):
        stopped(START + timedelta(minutes=minute))
        sent = {"csrf_token": browser.token, "sheet_address": "/x", "label": f"at {minute}"}
        return browser.send("POST", sheet, sent, status=204, headers={"X-Portal-Typed": typed})

    save(5, "0")
    [row] = of(app, school.dsl)
    assert row.seen_at == START
    save(10, "1")
    [row] = of(app, school.dsl)
    assert row.seen_at == START + timedelta(minutes=10)
    browser.send("POST", "/hide", {"csrf_token": browser.token}, status=303)
    save(12, "1")
    browser.get("/hidden")
    browser.get("/today", status=303)
    [row] = of(app, school.dsl)
    assert row.seen_at == START + timedelta(minutes=10)


def test_a_browser_that_calls_itself_something_else_is_asked_again(app, school, stopped):
    """A cookie that was copied into another kind of browser (threat T6)."""
    stopped(START)
    desk = a_browser(app)
    come_in(desk, school.dsl)
    stopped(START + timedelta(minutes=1))

    thief = with_secret(app, secret_of(desk), IPHONE)

    assert thief.get("/today", status=303).location == "/sign-in/second?next=/today"
    assert thief.get("/account", status=303).location.startswith("/sign-in/second")
    assert desk.get("/today", status=303).location.startswith("/sign-in/second")
    page = desk.get("/sign-in/second?next=/today")
    from tests.factories import next_code

    hidden = page.submit("/sign-in/second", code=next_code(app, school.dsl)).follow(status=303)
    assert hidden.location.startswith("/hidden")
    back = hidden.follow().submit("/hidden", password=PASSWORD)
    assert "Today" in back.follow().title
    assert is_out(thief)


def test_the_same_browser_after_an_update_is_not_asked(app, school):
    desk = a_browser(app)
    come_in(desk, school.dsl)
    desk.client.environ_base["HTTP_USER_AGENT"] = WINDOWS.replace("140", "141")

    desk.get("/today")


def test_who_has_no_second_factor_is_asked_for_the_password(app, school):
    desk = a_browser(app)
    come_in(desk, school[Role.STAFF])

    thief = with_secret(app, secret_of(desk), IPHONE)

    assert thief.get("/disclosures", status=303).location.startswith("/hidden")
    assert any(one.hidden_at for one in rows(app, SignIn))


def test_what_a_half_signed_in_stranger_sends_is_not_kept(app, school):
    """Somebody with the password alone leaves no draft for the owner to find and send."""
    stranger = a_browser(app)
    stranger.get("/sign-in").submit(username=school.dsl.username, password=PASSWORD)
    sent = {"csrf_token": stranger.token, "label": "Planted"}
    stranger.send("POST", "/school/rota/closure", sent, status=303)

    desk = a_browser(app)
    come_in(desk, school.dsl)
    assert desk.get("/school/rota/closure").fields()["label"] == ""
