"""Pages about people: the list, finding, one person, their carers, older versions."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.db import session
from portal.journal.models import JournalRow
from portal.people import service as people
from portal.people.models import PersonKind
from portal.staff.roles import Role
from tests import factories

pytestmark = pytest.mark.usefixtures("school")

NAME = "Łukasz Żółkiewski"
BRACES = "{{7*7}}"


@pytest.fixture
def pupil(saved, school):
    with saved():
        return factories.pupil(school, NAME, upn="A123456789012").id


def test_list_is_by_name_and_paged(saved, school, sign_in):
    with saved():
        for number in range(53):
            factories.pupil(school, f"Pupil {number:02}")
        factories.pupil(school, "Ángel Aaron")
    browser = sign_in(Role.DSL)

    first = browser.get("/people")
    second = first.click("Later in the alphabet")

    assert first.main_text.index("Ángel Aaron") < first.main_text.index("Pupil 00")
    assert "Pupil 48" in first.main_text
    assert "Pupil 49" not in first.main_text
    assert "Pupil 52" in second.main_text
    assert "Pupil 48" in second.click("Earlier in the alphabet").main_text


@pytest.mark.parametrize("wanted", ["lukasz", "ZOLK", "Żół łuk"])
def test_names_are_found_without_accents(pupil, sign_in, wanted):
    page = sign_in(Role.DSL).get("/people").submit(words=wanted, status=200)

    assert NAME in page.written()
    assert wanted not in page.path


@pytest.mark.parametrize("name", ["محمد الأمين", "李小龙", "O'Neill-Àngström", BRACES])
def test_names_in_any_script_are_kept_and_found(sign_in, name):
    browser = sign_in(Role.DSL)
    shown = browser.get("/people/new/pupil").submit(full_name=name).follow()
    assert name in shown.written()

    assert name in browser.get("/people").submit(words=name, status=200).written()


def test_search_is_noted_with_hits_and_without_words(pupil, sign_in, app):
    sign_in(Role.DSL).get("/people").submit(words="zolkiewski", status=200)

    with app.app_context():
        row = session.scalars(select(JournalRow).order_by(JournalRow.seq.desc())).first()
        assert row.verb == "searched people"
        from portal.journal.reading import content
        from portal.vault.keys import DataKey

        assert content(row, session.get(DataKey, row.key_id)) == {"hits": [str(pupil)]}


def test_blank_search_says_so(sign_in):
    page = sign_in(Role.DSL).get("/people").submit(status=422)

    assert page.errors() == {"words": "Write a name, or a part of one"}


@pytest.mark.parametrize("role", [Role.STAFF, Role.PASTORAL, Role.GOVERNOR, Role.ADMIN])
def test_list_is_only_for_those_who_lead(pupil, sign_in, role):
    browser = sign_in(role)

    for path in ("/people", f"/people/{pupil}", "/people/new/pupil", f"/people/{pupil}/cases"):
        browser.get(path, status=403)


def test_head_reads_but_does_not_change(pupil, sign_in):
    browser = sign_in(Role.HEAD)

    assert "Change these details" not in browser.get(f"/people/{pupil}").text
    browser.get(f"/people/{pupil}/change", status=403)


def test_people_of_another_school_are_not_found(pupil, second_school, sign_in):
    browser = sign_in(second_school.dsl)

    for path in ("", "/change", "/versions", "/carers/add", "/cases"):
        browser.get(f"/people/{pupil}{path}", status=404)
    assert NAME not in browser.get("/people").text


@pytest.mark.parametrize("kind", list(PersonKind))
def test_somebody_of_each_kind_is_added_by_name_alone(sign_in, kind):
    browser = sign_in(Role.DSL)

    shown = browser.get(f"/people/new/{kind.value}").submit(full_name="Sam O'Dowd").follow()

    assert "Sam O'Dowd" in shown.written()
    assert shown.h1 == kind.label


def test_date_of_birth_is_in_the_past_and_of_a_child(sign_in):
    form = sign_in(Role.DSL).get("/people/new/pupil")
    tomorrow = clock.today() + timedelta(days=1)

    assert "future" in form.submit(full_name="A B", born=tomorrow, status=422).errors()["born"]
    old = form.submit(full_name="A B", born=date(1990, 5, 4), status=422)
    assert "years old" in old.errors()["born"]
    form.submit(full_name="A B")


def test_an_adult_may_be_older(sign_in):
    form = sign_in(Role.DSL).get("/people/new/adult")

    form.submit(full_name="Dr Old", born=date(1950, 5, 4))


def test_upn_of_somebody_else_is_refused_at_its_field(pupil, saved, school, sign_in):
    with saved():
        second = factories.pupil(school, "Zoë Ashworth").id
    browser = sign_in(Role.DSL)

    new = browser.get("/people/new/pupil")
    page = new.submit(full_name="Somebody Else", upn="a123456789012", status=422)
    assert "UPN already" in page.errors()["upn"]
    changed = browser.get(f"/people/{second}/change")
    page = changed.submit(upn="A123456789012", reason="From the office", status=422)
    assert "UPN already" in page.errors()["upn"]
    own = browser.get(f"/people/{pupil}/change")
    own.submit(form_group="9C", reason="Moved")


def test_older_details_stay_readable(pupil, sign_in):
    browser = sign_in(Role.DSL)
    form = browser.get(f"/people/{pupil}/change")
    form.submit(full_name=BRACES, flags=["looked_after"], reason="Name changed by deed")

    page = browser.get(f"/people/{pupil}").click("Older versions of these details")

    assert f"Before: {NAME} After: {BRACES}" in page.main_text
    assert "Looked after" in page.main_text
    assert "Name changed by deed" in page.main_text
    assert NAME not in browser.get("/people").text


def test_two_changes_at_once_lose_nothing(pupil, sign_in):
    first = sign_in(Role.DSL).get(f"/people/{pupil}/change")
    second = sign_in(Role.DEPUTY).get(f"/people/{pupil}/change")

    first.submit(known_as="Luke", reason="He says so")
    page = second.submit(known_as="Lucky", reason="He says so", status=409)

    assert "Luke" in page.text
    assert "Lucky" in page.text


def test_carers_are_found_in_the_list_or_added(pupil, saved, school, sign_in):
    with saved():
        factories.person(school, PersonKind.CARER, "Ewa Żółkiewska", telephone="07700 900123")
        factories.pupil(school, "Ewa Nowak")
    browser = sign_in(Role.DSL)

    found = browser.get(f"/people/{pupil}/carers/add").submit(words="ewa", status=200)
    assert "Ewa Nowak" not in found.main_text
    found.click("Choose").submit(relation="Mother", responsibility="yes")
    new = browser.get(f"/people/{pupil}/carers/new")
    new.submit(
        full_name="Jan Żółkiewski",
        relation="Father",
        responsibility="not_known",
        restrictions="Must not be told the address.",
    )

    page = browser.get(f"/people/{pupil}")
    assert "Ewa Żółkiewska, Mother" in page.main_text
    assert "Must not be told the address." in page.main_text
    mother = page.click("Ewa Żółkiewska")
    assert NAME in mother.written()
    again = browser.get(f"/people/{pupil}/carers/add").submit(words="ewa", status=200)
    assert "Added already" in again.main_text


def test_carer_of_another_young_person_is_not_found(pupil, saved, school, sign_in):
    with saved():
        other = factories.pupil(school, "Zoë Ashworth")
        carer = factories.person(school, PersonKind.CARER, "Ann Ashworth")
        link = people.add_carer(
            school.dsl.actor, other, carer, {"responsibility": "yes", "relation": "Mother"}
        ).id
        other_id = other.id
    browser = sign_in(Role.DSL)

    browser.get(f"/people/{pupil}/carers/{link}", status=404)
    form = browser.get(f"/people/{other_id}/carers/{link}")
    form.submit(restrictions="Letters to work only.", reason="She asked")
    assert "Letters to work only." in browser.get(f"/people/{other_id}").main_text


def test_initials_are_those_of_first_and_last_name():
    assert people.initials(NAME) == "ŁŻ"
    assert people.initials("Cher") == "C"
    assert people.initials("(?)") == ""
