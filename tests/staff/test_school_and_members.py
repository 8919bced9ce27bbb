"""The school’s details, accounts and roles, and the rota: who may do what, and what is refused."""

from datetime import date, timedelta

import pytest

from portal import clock
from portal.staff.roles import Role

pytestmark = pytest.mark.usefixtures("school")


def new_member(browser, *roles, status=303, username="newcomer", **more):
    page = browser.get("/school/members/new")
    return page.submit(
        full_name="Nora Quist", username=username, roles=list(roles), status=status, **more
    )


def address(colleague, part=""):
    return f"/school/members/{colleague.id}{part}"


@pytest.mark.parametrize(
    ("role", "details", "members", "rota", "authority"),
    [
        (Role.DSL, 200, 200, 200, 200),
        (Role.DEPUTY, 403, 403, 200, 200),
        (Role.HEAD, 403, 200, 200, 403),
        (Role.ADMIN, 200, 200, 403, 403),
        (Role.STAFF, 403, 403, 403, 403),
        (Role.PASTORAL, 403, 403, 403, 403),
        (Role.GOVERNOR, 403, 403, 403, 403),
    ],
)
def test_who_opens_which_page(sign_in, role, details, members, rota, authority):
    browser = sign_in(role)

    browser.get("/school/details", status=details)
    browser.get("/school/members", status=members)
    browser.get("/school/members/new", status=members)
    browser.get("/school/rota", status=rota)
    browser.get("/school/authority", status=authority)
    browser.get("/school", status=min(details, members, rota))


def test_details_are_changed_and_a_stale_form_is_refused(sign_in):
    first, second = sign_in(Role.DSL), sign_in(Role.ADMIN)
    stale = second.get("/school/details")
    answers = {"dsl_phone": "01632 960 005", "chair_of_governors": "Ana Reid, 01632 960 222"}
    first.get("/school/details").submit(**answers).follow()

    conflict = stale.submit(**{**answers, "dsl_phone": "01632 960 999"}, status=409)

    assert "01632 960 005" in conflict.text
    assert "01632 960 999" in conflict.text
    assert "01632 960 005" in first.get("/school").main_text


def test_sending_a_new_person_twice_makes_one(sign_in):
    page = sign_in(Role.DSL).get("/school/members/new")
    once, twice = (
        page.submit(full_name="Nora Quist", username="nq", roles=["staff"]) for _ in range(2)
    )

    assert once.location == twice.location
    assert page.browser.get("/school/members").main_text.count("Nora Quist") == 1


def test_a_sign_in_name_that_is_taken_is_said_at_its_field(sign_in, school):
    taken = new_member(sign_in(Role.DSL), "staff", username=school.head.username, status=422)

    assert list(taken.errors()) == ["username"]
    assert taken.fields()["full_name"] == "Nora Quist"


def test_an_administrator_keeps_the_roles_of_readers_as_they_are(sign_in, school):
    browser = sign_in(Role.ADMIN)
    browser.get(address(school.head, "/roles")).submit(roles=["staff"])

    assert "Head" in browser.get(address(school.head)).main_text


def test_the_only_dsl_stays(sign_in, school):
    browser = sign_in(Role.HEAD)

    refused = browser.get(address(school.dsl, "/roles")).submit(roles=["staff"], status=422)
    assert "only DSL" in refused.errors()["roles"]
    refused = browser.get(address(school.dsl, "/end")).submit(status=422)
    assert "only DSL" in refused.summary()[0]


def test_people_of_another_school_are_not_there(sign_in, second_school):
    for part in ("", "/roles", "/invite", "/end", "/invitation", "/withdraw-invitation"):
        sign_in(Role.DSL).get(address(second_school.head, part), status=404)


def test_cover_and_closures_are_entered_and_taken_off(sign_in, school):
    browser = sign_in(Role.DEPUTY)
    today = clock.today()
    form = browser.get("/school/rota/cover")
    backwards = form.submit(
        member=school.head.id, starts=today, ends=today - timedelta(days=1), status=422
    )
    assert list(backwards.errors()) == ["ends"]
    form.submit(member=school.head.id, starts=today, ends=today)
    browser.get("/school/rota/closure").submit(
        label="Half term", starts=today, ends=today + timedelta(days=4)
    )

    rota = browser.get("/school/rota")

    assert school.head.name in rota.main_text
    for form in rota.forms():
        rota.submit(form)
    assert "None are entered." in browser.get("/school/rota").main_text
    assert school.head.name not in browser.get("/school/rota").main_text


def test_only_those_who_open_the_inbox_cover(sign_in, school):
    browser = sign_in(Role.DSL)
    page = browser.get("/school/rota/cover")
    forged = {
        **page.fields(),
        "member": str(school[Role.STAFF].id),
        **{f"{end}-{part}": str(getattr(date(2030, 1, 1), part)) for end in ("starts", "ends")
           for part in ("day", "month", "year")},
    }  # fmt: skip

    assert "member" in browser.post("/school/rota/cover", forged, status=422).errors()
