"""The local authority’s front door: shown on /school and on Help, changed by the leads."""

import pytest

from portal.staff import service
from portal.staff.roles import Role

pytestmark = pytest.mark.usefixtures("school")
PAGE = "/school/authority"
FRONT_DOOR = {
    "social_care_name": "Oakshire MASH",
    "social_care_day": "01632 960 100",
    "social_care_hours": "Monday to Friday, 8.30 am to 5 pm",
    "social_care_night": "01632 960 101",
    "social_care_form": "https://www.oakshire.gov.uk/refer?from=school",
    "social_care_email": "mash@oakshire.gov.uk",
    "written_within": "2",
    "written_unit": "working_days",
}


def test_a_new_school_has_a_day(school, saved):
    with saved():
        assert service.get_school(school.id).written_deadline == "24 hours"


def test_it_is_changed_and_shown(sign_in, school, saved):
    browser = sign_in(Role.DEPUTY)
    form = browser.get("/school").click("Children’s social care here")

    text = form.submit(**FRONT_DOOR).follow().main_text

    for name, value in FRONT_DOOR.items():
        assert name.startswith("written") or value in text
    assert "Within 2 working days" in text
    with saved():
        found = service.get_school(school.id)
        assert {name: str(getattr(found, name)) for name in FRONT_DOOR} == FRONT_DOOR
    again = browser.get(PAGE).fields()
    assert {name: again[name] for name in FRONT_DOOR} == FRONT_DOOR


@pytest.mark.parametrize(("role", "is_link"), [(Role.DSL, True), (Role.ADMIN, False)])
def test_the_school_s_details_say_where_these_are_changed(sign_in, role, is_link):
    page = sign_in(role).get("/school/details")

    assert not [name for name in page.fields() if name.startswith("social_care")]
    assert "Children’s social care here" in page.main_text
    assert (("Children’s social care here", PAGE) in page.links()) is is_link


def test_other_details_leave_them_alone(sign_in):
    browser = sign_in(Role.DSL)
    browser.get(PAGE).submit(**FRONT_DOOR)
    browser.get("/school/details").submit(dsl_phone="01632 960 005").follow()

    kept = browser.get(PAGE).fields()
    assert {name: kept[name] for name in FRONT_DOOR} == FRONT_DOOR


def test_everybody_finds_the_numbers_on_the_help_page(sign_in):
    lead = sign_in(Role.DSL)
    lead.get("/guidance").click("Change what is kept of children’s social care").submit(
        **FRONT_DOOR
    )

    page = sign_in(Role.GOVERNOR).get("/guidance")

    for name in ("name", "day", "hours", "night"):
        assert FRONT_DOOR[f"social_care_{name}"] in page.main_text
    assert not [href for _, href in page.links() if href == PAGE]


def test_the_address_of_the_form_is_text_and_never_a_link(sign_in):
    browser = sign_in(Role.DSL)
    shown = browser.get(PAGE).submit(**FRONT_DOOR).follow()

    assert FRONT_DOOR["social_care_form"] in shown.written()
    assert not [href for _, href in shown.links() if "oakshire" in href]


def test_one_is_said_in_the_singular(sign_in):
    browser = sign_in(Role.DSL)
    changed = {**FRONT_DOOR, "written_within": "1"}
    assert "Within 1 working day " in browser.get(PAGE).submit(**changed).follow().main_text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"social_care_form": "ask Jo for the form"}, "social_care_form"),
        ({"social_care_form": "javascript:alert(1)"}, "social_care_form"),
        ({"social_care_form": f"www.oakshire.gov.uk/{'a' * 300}"}, "social_care_form"),
        ({"social_care_email": "mash at oakshire"}, "social_care_email"),
        ({"social_care_day": ""}, "social_care_day"),
        ({"social_care_night": ""}, "social_care_night"),
        ({"written_within": "0"}, "written_within"),
        ({"written_within": "241"}, "written_within"),
        ({"written_within": "a day"}, "written_within"),
        ({"written_within": ""}, "written_within"),
        ({"written_unit": None}, "written_unit"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(sign_in, wrong, field):
    refused = sign_in(Role.DSL).get(PAGE).submit(**{**FRONT_DOOR, **wrong}, status=422)

    assert list(refused.errors()) == [field]
    assert refused.fields()["social_care_hours"] == FRONT_DOOR["social_care_hours"]


def test_the_form_and_the_address_may_be_empty(sign_in):
    empty = {**FRONT_DOOR, "social_care_form": "", "social_care_email": "", "social_care_name": ""}
    sign_in(Role.DSL).get(PAGE).submit(**empty)


def test_a_stale_form_is_refused_and_shows_both_texts(sign_in):
    first, second = sign_in(Role.DSL), sign_in(Role.DEPUTY)
    stale = second.get(PAGE)
    first.get(PAGE).submit(**FRONT_DOOR)

    conflict = stale.submit(**{**FRONT_DOOR, "written_within": "48"}, status=409)

    assert "What you wrote48 What is there now2" in conflict.main_text
    assert "Working days" in conflict.main_text
