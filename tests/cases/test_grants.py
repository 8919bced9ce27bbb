"""Access that is given: to whom, to which parts, until when; the register; what ends it."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from portal import clock
from portal.casefile import features
from portal.casefile.counts import counts_of
from portal.cases import access_rules, grant_rules, grants, leaving
from portal.cases import register as registers
from portal.cases import service as cases
from portal.cases.access_rules import Asker, CaseFacts, Given, Part
from portal.cases.models import Case
from portal.cases.models_access import Grant
from portal.cases.rules import Audience
from portal.db import session
from portal.staff import service as staff
from portal.staff.accounts import service as accounts
from portal.staff.roles import Permission, Role
from portal.web.errors import NotPossible
from portal.wishes import service as wishes
from portal.wishes.rules import Named
from tests import factories
from tests.factories import School
from tests.page import Browser, Page
from tests.wishes.conftest import Look, Made, look, made, ruth, sara_in, the_case, visit

__all__ = ["look", "made", "ruth"]

REASON = "She meets Sara every Tuesday and sees how the support goes."
WEEKS = timedelta(weeks=6)


def give(ruth: Browser, made: Made, school: School, **changes: Any) -> Page:
    status = changes.pop("status", 303)
    fields = {"member": school[Role.PASTORAL].id, "parts": ["wishes"], "reason": REASON}
    return ruth.get(made.at("access", "give")).submit(
        fields={**fields, **changes}, button="Give access", status=status
    )


def all_given(look: Look) -> list[Any]:
    """Every grant of the case, read while there is a session to read it with."""
    names = ("id", "member_id", "involved_id", "part", "until", "end_reason")
    with look() as case:
        found = grants.given(case)
        return [SimpleNamespace(**{name: getattr(one, name) for name in names}) for one in found]


def nadia(school: School) -> Any:
    return school[Role.PASTORAL]


def given(school: School, case: Case, *parts: str, **changes: Any) -> list[Grant]:
    """Grants made through the service."""
    known: dict[str, Any] = {
        "may_write": False,
        "until": grant_rules.end_of(clock.today() + WEEKS),
        "reason": REASON,
    }
    new = grants.NewGrant(school[Role.PASTORAL].id, parts or ("wishes",), **{**known, **changes})
    return grants.give(school.dsl.actor, case, new)


def test_what_is_given_opens_that_part_and_nothing_else(
    ruth: Browser, made: Made, school: School, sign_in: Any
) -> None:
    pastoral = sign_in(Role.PASTORAL)
    pastoral.get(made.at("wishes"), 404)
    give(ruth, made, school)
    pastoral.get(made.at("wishes"))
    for other in ("support", "plans", "people", "chronology", "access", "print"):
        pastoral.get(made.at(other), 404)


def test_each_part_is_a_grant_until_the_end_of_six_weeks(
    ruth: Browser, made: Made, school: School, look: Look
) -> None:
    page = give(
        ruth, made, school, parts=["wishes", "support"], how="write", about=made.sara
    ).follow()
    assert "Who they want to know, about Sara O'Neill: read and write" in page.main_text
    assert "Support, about Sara O'Neill: read and write" in page.main_text
    assert f"Why: {REASON}" in page.main_text
    assert "Given by Ruth Adeyemi" in page.main_text
    with look() as case:
        found = grants.given(case)
        assert [one.part for one in found] == ["wishes", "support"]
        for one in found:
            assert one.until == grant_rules.end_of(clock.today() + WEEKS)
            assert one.may_write
            assert str(one.involved_id) == made.sara
            assert one.given_by == school.dsl.id


def test_bad_input_is_said_at_its_field(
    ruth: Browser, made: Made, school: School, second_school: School, look: Look
) -> None:
    today = clock.today()
    page = ruth.get(made.at("access", "give"))
    good = page.fields()
    good["member"], good["reason"] = str(nadia(school).id), REASON
    good.setlist("parts", ["wishes"])
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("until-day", _day(today - timedelta(days=1))),
        ("until-day", _day(today + grant_rules.LONGEST + timedelta(days=1))),
        ("until-day", {"until-day": "31", "until-month": "2"}),
        ("member", {"member": str(uuid4())}),
        ("member", {"member": str(second_school[Role.PASTORAL].id)}),
        ("member", {"member": str(school[Role.STAFF].id)}),
        ("member", {"member": str(school.dsl.id)}),
        ("member", {"member": ""}),
        ("parts", {"parts": ["rest"]}),
        ("parts", {"parts": ["police"]}),
        ("parts", {"parts": []}),
        ("parts", {"parts": ["all", "wishes"]}),
        ("about", {"parts": ["all"], "about": made.sara}),
        ("about", {"about": str(uuid4())}),
        ("how", {"how": "decide"}),
        ("reason", {"reason": "  "}),
    ]
    for field, changes in wrong:
        body = good.copy()
        for name, value in changes.items():
            body.setlist(name, value if isinstance(value, list) else [value])
        refused = ruth.post(page.path, body, status=422)
        assert any(one.startswith(field.partition("-")[0]) for one in refused.errors()), changes
    assert all_given(look) == []
    for last in (today, today + grant_rules.LONGEST):
        fields = {"until": last, "parts": ["plan" if last == today else "contacts"]}
        give(ruth, made, school, **fields)
    assert [one.until for one in all_given(look)] == [
        grant_rules.end_of(today),
        grant_rules.end_of(today + grant_rules.LONGEST),
    ]


def _day(day: date) -> dict[str, str]:
    return {"until-day": str(day.day), "until-month": str(day.month), "until-year": str(day.year)}


def test_the_same_is_not_given_twice(
    ruth: Browser, made: Made, school: School, look: Look, saved: Any
) -> None:
    give(ruth, made, school, parts=["wishes", "plan"])
    again = give(ruth, made, school, parts=["plan", "support"], status=422)
    assert "They have this already: moving forward plan" in again.errors()["parts"]
    about = give(ruth, made, school, parts=["plan"], about=made.sara, status=422)
    assert "They have this already" in about.errors()["parts"]
    give(ruth, made, school, parts=["plan"], how="write")
    with saved(), pytest.raises(NotPossible):
        given(school, the_case(made), "wishes")
    assert [one.part for one in all_given(look)] == ["wishes", "plan", "plan"]


def test_of_two_forms_sent_at_once_the_second_gives_nothing(
    ruth: Browser, made: Made, school: School, look: Look
) -> None:
    first, second = (ruth.get(made.at("access", "give")) for _ in range(2))
    fields = {"member": nadia(school).id, "parts": ["wishes"], "reason": REASON}
    first.submit(fields=fields, button="Give access")
    second.submit(fields=fields, button="Give access", status=422)
    assert len(all_given(look)) == 1


def test_ending_it_early_takes_a_reason_and_closes_the_part(
    ruth: Browser, made: Made, school: School, sign_in: Any, look: Look
) -> None:
    pastoral = sign_in(Role.PASTORAL)
    give(ruth, made, school, parts=["wishes", "support"])
    pastoral.get(made.at("wishes"))
    pastoral.get(made.at("support"))
    wishes, support = all_given(look)
    page = ruth.get(made.at("access", "grants", str(wishes.id), "end"))
    assert "Nadia Rahman" in page.main_text
    assert "reason" in page.submit(reason=" ", status=422).errors()
    done = page.submit(reason="She has left the group.").follow()
    assert "Why it ended: She has left the group." in done.main_text
    pastoral.get(made.at("wishes"), 404)
    pastoral.get(made.at("support"))
    ruth.get(page.path, 409)
    both = ruth.get(made.at("access", "grants", str(support.id), "end"))
    both.submit(reason="The plan is over.", which=[support.id])
    pastoral.get(made.at("support"), 404)
    versions = ruth.get(made.at("versions", "grants", str(wishes.id)))
    assert "She has left the group." in versions.main_text
    assert "Access to a part of this case" in versions.main_text


def test_until_when_is_changed_with_a_reason_and_two_do_not_overwrite_each_other(
    ruth: Browser, made: Made, school: School, look: Look
) -> None:
    give(ruth, made, school, parts=["wishes", "support"])
    one, other = all_given(look)
    page, stale = (ruth.get(made.at("access", "grants", str(one.id), "until")) for _ in range(2))
    later = clock.today() + timedelta(weeks=20)
    past = clock.today() - timedelta(days=1)
    refused = page.submit(until=past, reason="It goes on.", status=422)
    assert "cannot end in the past" in refused.text
    page.submit(until=later, reason="It goes on.", which=[one.id, other.id])
    assert {each.until for each in all_given(look)} == {grant_rules.end_of(later)}
    stale.submit(until=later, reason="It goes on.", status=409)
    assert "It goes on." in ruth.get(made.at("versions", "grants", str(one.id))).main_text


def test_it_ends_by_itself_at_the_end_of_its_day(
    ruth: Browser, made: Made, school: School, sign_in: Any, stopped: Any, look: Look
) -> None:
    give(ruth, made, school, until=clock.today())
    (one,) = all_given(look)
    stopped(one.until - timedelta(seconds=1))
    sign_in(Role.PASTORAL).get(made.at("wishes"))
    stopped(one.until)
    sign_in(Role.PASTORAL).get(made.at("wishes"), 404)
    page = sign_in(Role.DSL).get(made.at("access"))
    assert "Ran out at the end of" in page.main_text
    assert "3 people can see it" in page.main_text


def test_a_grant_against_a_wish_needs_a_reason_and_stays_marked(
    ruth: Browser, made: Made, school: School
) -> None:
    visit(ruth, made, {"name": "Miss Rahman", "standing": "rather_not"})
    page = ruth.get(made.at("access", "give"))
    assert "Nadia Rahman (a young person would rather they did not know)" in page.main_text
    refused = give(ruth, made, school, status=422)
    assert set(refused.errors()) == {"against_wish"}
    assert "Sara O'Neill would rather that Miss Rahman did not know" in refused.text
    done = give(ruth, made, school, against_wish="Sara agreed after we talked.").follow()
    assert "Nadia Rahman Should rather not know" in done.main_text
    assert "Why against the wish: Sara agreed after we talked." in done.main_text


def test_who_is_named_gets_the_matching_access_in_two_clicks(
    ruth: Browser, made: Made, school: School, look: Look
) -> None:
    pastoral, tutor = nadia(school), school[Role.STAFF]
    visit(
        ruth,
        made,
        {"name": "Miss Rahman", "standing": "wanted", "who": f"member:{pastoral.id}",
         "how_much": "That I leave lessons", "matched_as": "Miss Rahman"},
        {"name": "Miss O’Hara", "standing": "wanted", "who": f"member:{tutor.id}",
         "matched_as": "Miss O’Hara"},
    )  # fmt: skip
    register = ruth.get(made.at("access"))
    address = register.link("Give the matching access")
    assert address == ruth.get(made.at("wishes", made.sara)).link("Give the matching access")
    form = ruth.get(address)
    assert "They may know: That I leave lessons" in form.main_text
    form.submit(button="Give access")
    (one,) = all_given(look)
    assert (one.member_id, one.part, str(one.involved_id)) == (pastoral.id, "support", made.sara)
    instead = ruth.get(made.at("access", "give") + f"?member={tutor.id}&about={made.sara}")
    assert "cannot be given access" in instead.main_text
    note = ruth.get(instead.link("Write them a need-to-know note"))
    assert note.fields()["member"] == str(tutor.id)


def test_addresses_with_nonsense_in_them_open_an_empty_form(ruth: Browser, made: Made) -> None:
    for words in ("member=x&about=y&part=z", f"member={uuid4()}&about={uuid4()}&part=rest"):
        page = ruth.get(made.at("access", "give") + "?" + words)
        assert page.fields()["member"] == ""


def test_shutting_out_ends_what_was_given(
    ruth: Browser, made: Made, school: School, sign_in: Any, look: Look
) -> None:
    give(ruth, made, school, parts=["wishes", "plan"])
    form = ruth.get(made.at("access", "shut-out"))
    form.submit(member=nadia(school).id, reason="Is her aunt.")
    assert {one.end_reason for one in all_given(look)} == {"Shut out of the case."}
    page = ruth.get(made.at("access"))
    assert "Nadia Rahman" not in ruth.get(made.at("access", "give")).main_text
    ruth.get(page.link("Let in again")).submit(reason="It was another.")
    sign_in(Role.PASTORAL).get(made.at("wishes"), 404)


def test_losing_the_role_ends_what_was_given_and_getting_it_back_opens_nothing(
    saved: Any, made: Made, school: School, sign_in: Any, look: Look
) -> None:
    with saved():
        given(school, the_case(made))
    with saved():
        who, member = factories.viewer_of(school.head), staff.get_member(
            school.id, nadia(school).id
        )  # fmt: skip
        accounts.change_roles(who, member, school.row, frozenset({Role.STAFF}))
        accounts.change_roles(who, member, school.row, frozenset({Role.PASTORAL}))
    assert [one.end_reason for one in all_given(look)] == ["No longer pastoral staff here."]
    sign_in(Role.PASTORAL).get(made.at("wishes"), 404)


def test_whoever_makes_an_application_connects_everything_that_follows_from_leaving(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is not connected is not done: grants would outlive the role."""
    places = ("before_leaving", "after_leaving", "roles_taken")
    for place in places:
        monkeypatch.setattr(accounts, place, [])
    for _ in range(2):
        leaving.connect()
    assert [len(getattr(accounts, place)) for place in places] == [1, 1, 1]


def test_giving_reads_the_names_of_colleagues_twice_at_most(
    ruth: Browser, made: Made, school: School, statements: Any
) -> None:
    """For the choices of the form, and once more when it is given: never the rest of an account."""
    page = ruth.get(made.at("access", "give"))
    fields = {"member": nadia(school).id, "parts": ["wishes"], "reason": REASON}
    with statements() as counted:
        page.submit(fields=fields, button="Give access", status=303)
    named = [one for one in counted.texts if "WHERE memberships.school_id" in one]
    assert len(named) == COLLEAGUES_READ
    assert not [one for one in named if "username_sealed" in one]


# the form’s choices · what is left of them when it is given
COLLEAGUES_READ = 2


def test_a_closed_case_opens_nothing_and_reopened_it_counts_again(
    ruth: Browser, made: Made, school: School, saved: Any, sign_in: Any
) -> None:
    give(ruth, made, school)
    with saved():
        cases.close(school.dsl.actor, the_case(made), "Over.", "", "")
    sign_in(Role.PASTORAL).get(made.at("wishes"), 404)
    assert "Opens nothing while the case is closed" in ruth.get(made.at("access")).main_text
    page = ruth.get(made.at("access", "give"))
    assert "This case is closed" in page.main_text
    ruth.post(page.path, {"csrf_token": ruth.token}, status=409)
    with saved():
        cases.reopen(school.dsl.actor, the_case(made), "It came back.")
    sign_in(Role.PASTORAL).get(made.at("wishes"))


def test_closing_says_for_how_many_it_ends(
    ruth: Browser, made: Made, school: School, saved: Any
) -> None:
    from portal.casefile import closing

    give(ruth, made, school, parts=["wishes", "plan"])
    with saved():
        assert closing.check(the_case(made)).given == 1


def test_nobody_is_let_into_a_case_about_staff(
    ruth: Browser, made: Made, school: School, saved: Any, sign_in: Any
) -> None:
    give(ruth, made, school)
    with saved():
        case = the_case(made)
        case.audience = Audience.HEAD.value
        cases.note(school.head.actor, "made it the head’s", case)
    sign_in(Role.PASTORAL).get(made.at("wishes"), 404)
    page = ruth.get(made.at("access"))
    assert "Opens nothing: the case is about somebody who works here" in page.main_text
    with saved(), pytest.raises(NotPossible):
        given(school, the_case(made), "plan")


def test_only_who_manages_access_gives_it(
    made: Made, school: School, sign_in: Any, ruth: Browser, look: Look
) -> None:
    give(ruth, made, school, parts=["all"], how="write")
    (one,) = all_given(look)
    for path in ("give", f"grants/{one.id}/end", f"grants/{one.id}/until", "shut-out", "lead"):
        for role in (Role.HEAD, Role.PASTORAL):
            browser = sign_in(role)
            browser.get(made.at("access", path), 403)
            browser.post(made.at("access", path), {"csrf_token": browser.token}, 403)
    page = sign_in(Role.PASTORAL).get(made.at("access"))
    assert "Shut out by name" not in page.main_text
    assert "The whole case: read and write" in page.main_text


def test_the_password_is_asked_for_again(
    made: Made, school: School, sign_in: Any, stopped: Any
) -> None:
    browser = sign_in(Role.DSL)
    stopped(clock.now() + timedelta(minutes=6))
    assert browser.get(made.at("access", "give"), 303).location.startswith("/confirm-password")
    body = {"csrf_token": browser.token}
    answer = browser.post(made.at("access", "give"), body)
    assert answer.location.startswith("/confirm-password")


def test_the_numbers_and_lines_are_true(
    made: Made, school: School, second_school: School, saved: Any
) -> None:
    from portal.cases import emergencies

    with saved():
        case = the_case(made)
        one, *_ = given(school, case, "wishes", "plan")
        _agree(case, 4)
        grants.end(school.dsl.actor, [one], "Enough.")
        _agree(case, 4)
        lead = factories.viewer_of(second_school.dsl)
        opened = emergencies.open_case(lead, case, "The police rang about her brother.")
        _agree(case, 5)
        emergencies.review(factories.viewer_of(school.head), opened, "not_justified", "No.")
        _agree(case, 4)
        cases.close(school.dsl.actor, case, "Over.", "", "")
        _agree(case, 3)
        cases.reopen(school.dsl.actor, case, "It came back.")
        _agree(case, 4)
        factories.exclude(school, case, nadia(school))
        _agree(case, 3)


def _agree(case: Case, readers: int) -> None:
    session.flush()
    counted = counts_of(case)
    assert counted.readers == registers.register(case).readers == readers
    assert counted.entries == len(features.entries(case))


def test_the_register_costs_the_same_however_many_are_in_it(
    made: Made, school: School, saved: Any, sign_in: Any, statements: Any
) -> None:
    browser = sign_in(Role.DSL)
    with saved():
        given(school, the_case(made))
    counts = []
    for number in (0, 12):
        with saved():
            for each in range(number):
                who = factories.colleague(school, Role.PASTORAL, f"Anna {each}", f"anna{each}")
                until = grant_rules.end_of(clock.today())
                new = grants.NewGrant(who.id, ["wishes", "plan"], True, until, REASON)
                grants.give(school.dsl.actor, the_case(made), new)
        browser.get(made.at("access"))
        with statements() as counted:
            page = browser.get(made.at("access"))
        counts.append(counted.count)
    assert counts[0] == counts[1] == REGISTER, counts
    assert page.main_text.count("Given by") == 25


# sign-in · case · whether it was looked at lately · people · exclusions · grants · emergencies ·
# colleagues · newest visits · the head of the page
REGISTER = 10


def test_today_shows_what_ends_within_a_week(
    ruth: Browser, made: Made, school: School, stopped: Any, sign_in: Any
) -> None:
    give(ruth, made, school, parts=["wishes", "plan"], until=clock.today() + timedelta(days=20))
    assert "Access that ends soon" not in ruth.get("/today").text
    stopped(clock.now() + timedelta(days=15))
    page = sign_in(Role.DSL).get("/today")
    assert page.text.count(f"Nadia Rahman, case {made.reference}") == 1
    assert "Access that ends soon" not in sign_in(Role.HEAD).get("/today").text


def test_every_state_is_shown(ruth: Browser, made: Made, school: School, saved: Any) -> None:
    from tests.house.furnished_access import access

    with saved():
        ids = access(school, the_case(made))
    page = ruth.get(made.at("access"))
    for words in ("Ends soon", "Access that has ended", "Not looked at yet", "Justified"):
        assert words in page.main_text
    for one in ids["grant_id"][:-1]:
        ruth.get(made.at("access", "grants", str(one), "end"))
        ruth.get(made.at("versions", "grants", str(one)))
    ruth.get(made.at("access", "grants", str(ids["grant_id"][-1]), "end"), 409)
    ruth.get(made.at("access", "emergencies", str(ids["emergency_id"][0]), "review"))


def test_a_colleague_who_is_named_in_the_case_loses_what_was_given(
    ruth: Browser, made: Made, school: School, sign_in: Any
) -> None:
    give(ruth, made, school)
    form = ruth.get(made.at("people", "add-new", "colleague"))
    form.submit(
        full_name="Nadia Rahman", member_id=nadia(school).id, parts=["other"], how_sure="said"
    )
    sign_in(Role.PASTORAL).get(made.at("wishes"), 404)
    assert "Why it ended: Shut out of the case." in ruth.get(made.at("access")).main_text


moments = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
people_ids = st.sampled_from([UUID(int=1), UUID(int=2)])
standing_grants = st.builds(
    grant_rules.Standing,
    part=st.sampled_from(access_rules.GRANTABLE),
    may_write=st.booleans(),
    about=st.none() | people_ids,
    until=moments,
    ended_at=st.none() | moments,
)


@settings(max_examples=400, deadline=None, derandomize=True)
@drawn(standing_grants, moments)
def test_property_what_stands_and_what_opens_are_one(
    one: grant_rules.Standing, at: datetime
) -> None:
    """A grant that stands opens its part for pastoral staff, one that ended or ran out does not."""
    given_to = () if one.ended_at else (Given(one.part, one.may_write, one.until, one.about),)
    facts = CaseFacts(UUID(int=9), Audience.LEADS, None, frozenset(), grants=given_to)
    asker = Asker(UUID(int=8), frozenset({Role.PASTORAL}))
    part = Part.PLAN if one.part == "all" else Part(one.part)
    opened = access_rules.decide(asker, Permission.SEE_CASES, facts, part, at=at)
    assert bool(opened) == one.stands(at)


@settings(max_examples=300, deadline=None, derandomize=True)
@drawn(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_property_a_day_ends_once_and_is_read_back(day: date) -> None:
    until = grant_rules.end_of(day)
    assert grant_rules.last_day(until) == day
    assert grant_rules.end_of(day + timedelta(days=1)) > until
    assert grant_rules.why_not_until(day, day) == ""
    assert grant_rules.why_not_until(day - timedelta(days=1), day) != ""


@settings(max_examples=300, deadline=None, derandomize=True)
@drawn(st.lists(standing_grants, max_size=4), standing_grants, moments)
def test_property_given_already_means_that_nothing_would_be_added(
    there: list[grant_rules.Standing], new: grant_rules.Standing, at: datetime
) -> None:
    said = grant_rules.given_already(there, [new.part], new.about, may_write=new.may_write, at=at)
    if said:
        assert any(
            one.stands(at)
            and one.part in {new.part, "all"}
            and one.about in {None, new.about}
            and one.may_write >= new.may_write
            for one in there
        )
    assert not grant_rules.given_already([], [new.part], new.about, may_write=False, at=at)


def test_only_who_is_told_who_is_shut_out_reads_it_beside_a_name(
    ruth: Browser, made: Made, school: School, saved: Any, sign_in: Any
) -> None:
    """Neither why what somebody had ended, nor what became of whom a young person wants to know."""
    with saved():
        other = factories.colleague(school, Role.PASTORAL, "Pat Lowe", "pat")
        given(school, the_case(made), "all")
        new = grants.NewGrant(
            other.id, ("support",), may_write=False, until=clock.now() + WEEKS, reason=REASON
        )
        grants.give(school.dsl.actor, the_case(made), new)
        session.flush()
        wanted = [Named("Pat Lowe", "wanted", member_id=other.id)]
        asked = wishes.Visit(how="beside", at=factories.when(0, None), people=wanted)
        wishes.record_visit(school.dsl.actor, the_case(made), sara_in(the_case(made)), asked)
        factories.exclude(school, the_case(made), other)
    told = ruth.get(made.at("access")).main_text
    assert "Why it ended: Shut out of the case." in told
    assert "Shut out of this case by name" in told
    kept = sign_in(Role.PASTORAL).get(made.at("access")).main_text
    assert "Pat Lowe" in kept
    assert "Shut out of" not in kept
