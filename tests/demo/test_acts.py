"""What is done about the worked stories after the decision, and what the quiet cases show."""

from datetime import timedelta

from sqlalchemy import select

from portal import clock
from portal.cases import actions, content, decisions
from portal.cases import service as cases
from portal.cases.models import Case, DecisionKind, ImageryViewing
from portal.cases.models_content import ContentItem
from portal.containment import service as containment
from portal.containment.models import ContainmentStep, ProtectiveStep
from portal.db import session
from portal.demo.timeline import Plot, beside, moment
from portal.devices import custody
from portal.devices.facts import gaps_in
from portal.devices.models import Device, DeviceSearch
from portal.devices.typed import imei_is_valid
from portal.referrals import service as referrals
from portal.referrals.models import Referral, ReferralEvent
from tests.demo.conftest import Filled, case_about

FRIENDS = ("Callum Reid", "Mason Oduya")


def told(case: Case, kind: str) -> Referral:
    return next(one for one in referrals.referrals_of(case) if one.kind == kind)


def items(case: Case) -> dict[str, ContentItem]:
    return {item.account: item for item in content.items_of(case)}


def know_of_each_other(one: Referral, other: Referral) -> bool:
    return str(one.id) in other.knows_of and str(other.id) in one.knows_of


def test_police_and_social_care_are_told_of_sara_and_of_each_other(demo: Filled) -> None:
    case = case_about("Sara Whitlock")
    force, care = told(case, "police"), told(case, "social_care")
    assert (force.how, (force.details or {})["number"]) == ("telephone", "101")
    assert force.reference.startswith("log 214")
    assert "proof that the image was on the account" in force.words
    assert (care.how, care.state) == ("telephone", "answered")
    assert care.written_due_at is not None
    assert care.written is not None
    assert care.written.moment < care.written_due_at
    assert know_of_each_other(force, care)
    assert case.police_told_at == force.made_at


def test_the_police_release_sara_s_pages_before_anything_is_asked(demo: Filled) -> None:
    case = case_about("Sara Whitlock")
    (advice,) = referrals.advice_of(case)
    there = content.items_of(case)
    assert advice.effect == "opens"
    assert set(advice.opened) == {str(item.id) for item in there}
    assert {item.release for item in there} == {"police"}
    assert case.asking_agreed == "yes"
    assert not content.holds_anything(case)
    asked = [one for one in containment.steps_of(case) if one.kind != "no_promise"]
    reports = [one for one in referrals.referrals_of(case) if one.kind == "platform"]
    assert len(reports) == 2
    assert min(one.written_at for one in (*asked, *reports)) > advice.written_at


def test_jordan_and_two_friends_confirm_that_they_deleted_it(demo: Filled) -> None:
    case = case_about("Sara Whitlock")
    by_name = {one.name: one for one in cases.people_in(case)}
    assert [by_name[name].parts for name in FRIENDS] == [["witness"], ["witness"]]
    assert all(by_name[name].person_id for name in FRIENDS)
    for name in ("Jordan Pike", *FRIENDS):
        taken = [
            one.result
            for one in containment.steps_of(case)
            if one.kind == "ask_copies" and one.involved_id == by_name[name].id
        ]
        assert taken == ["confirmed", "waiting"], name
    onward = next(
        one
        for one in containment.steps_of(case)
        if one.kind == "ask_onward" and one.involved_id == by_name["Jordan Pike"].id
    )
    assert onward.result == "done"


def test_one_page_is_removed_and_one_is_not(demo: Filled) -> None:
    there = items(case_about("Sara Whitlock"))
    assert {name: item.state for name, item in there.items()} == {
        "Slags_of_Birmingham_xx": "removed",
        "Brum_beef_100": "could_not_be_removed",
    }
    for item in there.values():
        assert item.url.startswith("https://instagram.example/")
        states = [one.state for one in content.history_of(item)]
        assert states == ["live", "reported", item.state]


def test_jordan_s_telephone_goes_from_him_to_the_officer(demo: Filled) -> None:
    case = case_about("Sara Whitlock")
    (device,) = session.scalars(select(Device).where(Device.case_id == case.id))
    moves = custody.moves_of(device)
    assert [one.kind for one in moves] == ["taken", "stored", "to_police"]
    assert (device.how, device.held) == ("handed_over", False)
    assert (moves[0].from_whom, moves[-1].to_whom) == (
        "Jordan Pike",
        "PC Alex Dean, West Midlands Police",
    )
    assert moves[-1].seal == moves[1].seal
    assert all((moves[-1].officer, moves[-1].collar, moves[-1].receipt))
    assert gaps_in(moves) == []
    assert imei_is_valid(device.imei)
    (wanted,) = [one for one in actions.actions_of(case) if one.kind == referrals.HOLD_DEVICE]
    assert wanted.state == "done"


def test_owen_s_first_profile_is_released_at_once_and_removed_the_same_day(demo: Filled) -> None:
    case = case_about("Owen Pryce")
    asked = told(case, "posh")
    assert (asked.nature, asked.state) == ("advice", "answered")
    first = items(case)["owen_bums_mr_crane"]
    assert (first.release, first.state) == ("urgent", "removed")
    assert first.noted
    (urgent,) = decisions.decisions_of(case, DecisionKind.URGENT_REPORT.value)
    assert asked.written_at < urgent.written_at < told(case, "platform").written_at
    live, reported, removed = content.history_of(first)
    assert (live.state, reported.state, removed.state) == ("live", "reported", "removed")
    assert live.happened_on == removed.happened_on


def test_owen_s_second_profile_is_held_and_hate_is_reported(demo: Filled) -> None:
    case = case_about("Owen Pryce")
    there = items(case)
    second = there["not.owen.again"]
    assert (second.state, second.release) == ("live", "")
    assert second.found_at - there["owen_bums_mr_crane"].found_at > timedelta(days=5)
    assert content.holds_anything(case, [second])
    assert case.recurrences == 1
    hate = told(case, "true_vision")
    assert (hate.details or {})["characteristic"] == "sexual_orientation"
    assert know_of_each_other(hate, told(case, "police"))
    assert "assembly" in {one.kind for one in cases.records_of(case, ProtectiveStep)}
    assert not session.scalars(select(Device).where(Device.case_id == case.id)).all()
    assert case.not_needed == ["devices"]
    (again,) = [one for one in actions.actions_of(case) if one.kind == containment.SUPPORT]
    assert again.state == "done"


def test_quiet_cases_have_something_to_show_on_every_list(demo: Filled) -> None:
    now = clock.now()
    held = session.scalars(select(Device).where(Device.held)).all()
    assert [one.for_police for one in held].count(True) == 1
    late = [one for one in held if one.return_due_at is not None and one.return_due_at < now]
    assert len(late) == 1
    assert all(gaps_in(custody.moves_of(one)) == [] for one in held)
    waiting = session.scalars(select(Referral).where(Referral.state == "waiting")).all()
    owed = [one for one in waiting if one.owes_writing() and one.written_due_at]
    assert [one.written_due_at < now for one in owed if one.written_due_at] == [True]
    assert any(one.chase_at and one.chase_at < now for one in waiting)
    assert {"chased", "escalated"} <= set(session.scalars(select(ReferralEvent.kind)))
    states = list(session.scalars(select(ContentItem.state)))
    assert states.count("could_not_be_removed") == 2
    assert states.count("live") > 2
    assert session.scalars(select(DeviceSearch.found)).all() == ["no"]
    assert session.scalars(select(ImageryViewing.kind)).all() == ["accidental"]


def test_nothing_is_asked_of_anybody_while_it_is_held(demo: Filled) -> None:
    """Every step that deletes was recorded after a release; none claims to have come before."""
    for step in session.scalars(select(ContainmentStep)):
        assert not step.already
        case = session.get_one(Case, step.case_id)
        if step.kind in ("explain_and_ask", "ask_copies") and step.result != "not_needed":
            about = content.chosen(case, step.content)
            assert about
            assert all(item.released_at and item.released_at <= step.written_at for item in about)


def test_plots_beside_each_other_keep_the_order_of_time() -> None:
    done: list[str] = []

    def told(name: str, *times: str) -> Plot:
        for at in times:
            yield moment(clock.today(), 0, at)
            done.append(f"{name} {at}")

    when = list(beside(told("a", "09:00", "11:00"), told("b", "08:00", "09:00", "12:00")))
    assert done == ["b 08:00", "a 09:00", "b 09:00", "a 11:00", "b 12:00"]
    assert when == sorted(when)
