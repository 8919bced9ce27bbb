"""What people are told about the safety of accounts: who, what, and never a case."""

import pytest

from portal.staff import notices
from portal.staff.roles import Role
from tests.staff.at_the_door import IPHONE, a_browser, come_in, told

pytestmark = pytest.mark.usefixtures("school")
PAGE = "/account/notices"


def test_leads_and_the_member_are_told_but_not_who_did_it(app, school, second_school, saved):
    about = school[Role.PASTORAL].id
    with saved():
        notices.tell_leads([], "factor_reset", about, but={school.dsl.id})
        notices.tell_leads([], "factor_lost_request", about)
        notices.tell_leads([second_school.id], "role_asked", about, but={about})

    reset, lost, asked = ("factor_reset", ""), ("factor_lost_request", ""), ("role_asked", "")
    expected = {
        Role.DSL: [lost],
        Role.DEPUTY: [reset, lost],
        Role.HEAD: [lost],
        Role.PASTORAL: [reset, lost],
        Role.ADMIN: [],
        Role.STAFF: [],
    }
    for role, what in expected.items():
        assert sorted(told(app, school[role])) == sorted(what), role
    for role in (Role.DSL, Role.DEPUTY, Role.HEAD):
        assert told(app, second_school[role]) == [asked]


def test_it_is_read_once_and_then_the_banner_goes(app, school, sign_in, saved):
    lead = sign_in(Role.DSL)
    assert PAGE not in [href for _, href in lead.get("/today").links()]
    with saved():
        notices.tell(school.dsl.id, "factor_added", school[Role.HEAD].id, "Blue key")

    page = lead.get("/today").click("Read it")

    assert school.head.name in page.written()
    assert "set up a second factor. Blue key" in page.main_text
    after = page.submit(f"{PAGE}/read").follow()
    assert "New" not in after.main_text
    assert list(after.all("h2"))
    assert PAGE not in [href for _, href in lead.get("/today").links()]


def test_a_new_device_asks_whether_it_was_you_and_says_what_to_do(app, school):
    come_in(a_browser(app), school[Role.HEAD])
    phone = a_browser(app, IPHONE)
    come_in(phone, school[Role.HEAD])

    page = phone.get(PAGE)

    assert "Was this you?" in page.main_text
    assert page.link("end that sign-in") == "/account/sign-ins"
    assert page.link("change your password") == "/account/password"
    lead = a_browser(app)
    come_in(lead, school.dsl)
    theirs = lead.get(PAGE)
    assert "Was this you?" not in theirs.main_text
    assert theirs.link("end their sign-ins") == f"/school/members/{school.head.id}/sign-ins"


def test_nobody_reads_what_others_were_told(school, sign_in, saved):
    with saved():
        notices.tell(school.dsl.id, "passkey_counter", school.dsl.id)
    page = sign_in(Role.DEPUTY).get(PAGE)

    assert "There is nothing to tell." in page.main_text
    sign_in(Role.DEPUTY).post(f"{PAGE}/read", {"csrf_token": "no token"}, status=400)


def test_each_kind_has_its_sentences(app, school, sign_in, saved):
    with saved():
        for kind in notices.Kind:
            notices.tell(school.dsl.id, kind, school.dsl.id)
            notices.tell(school.dsl.id, kind, school[Role.STAFF].id)
    text = sign_in(Role.DSL).get(PAGE).main_text

    for kind in notices.Kind:
        assert kind.to_its_owner in text
        assert kind.to_others in text
        assert len(kind.value) <= 30


def test_the_page_asks_the_database_the_same_few_things(school, sign_in, saved, statements):
    lead = sign_in(Role.DSL)
    counts = []
    for _ in range(2):
        with saved():
            for role in (Role.HEAD, Role.STAFF, Role.PASTORAL, Role.ADMIN):
                notices.tell(school.dsl.id, "factor_added", school[role].id)
        with statements() as counted:
            lead.get(PAGE)
        counts.append(counted.count)
    assert counts[0] == counts[1]
