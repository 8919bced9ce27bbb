"""Support, offers and reviews, through the pages."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from portal import clock
from portal.casefile import features
from portal.casefile.counts import counts_of
from portal.cases import seen
from portal.cases import service as cases
from portal.cases.models import Case
from portal.containment import service as containment
from portal.staff.roles import Role
from portal.support import rules, service
from tests import factories
from tests.factories import School
from tests.house.holders import grant
from tests.page import Browser
from tests.support.conftest import Look, begin, due, happened, here, in_days, parts

Who = Callable[[str], str]


def obstacles(case: Case) -> list[str]:
    people = seen.people(case)
    overview = features.overview(case, people)
    return [one.sentence for one in features.obstacles(case, overview)]


def test_each_young_person_has_their_own(ruth: Browser, case: str, who: Who, look: Look) -> None:
    page = ruth.get(f"/cases/{case}/support")
    assert page.main_text.count("No support yet") == 2
    assert "may have been harmed too" in page.main_text
    shown = begin(ruth, case, who("harmed"))
    assert "Mr Ali, librarian" in shown.main_text
    assert "I don’t want everybody asking." in shown.written()
    page = ruth.get(f"/cases/{case}/support")
    assert page.main_text.count("No support yet") == 1
    assert "Named adult: Mr Ali, librarian Every break Library" in page.main_text
    assert "every week, by Ruth Adeyemi" in page.main_text
    with look() as now:
        (support,) = service.supports_of(now)
        assert support.next_review_on == rules.next_review(
            "weekly", clock.today(), service.days_of(now)
        )
        (action,) = due(now, service.REVIEW)
        assert action.subject == str(support.id)
    assert "1 of 2 young people; next review" in ruth.get(f"/cases/{case}").main_text


def test_what_is_missing_is_said_where_it_is_missing(
    ruth: Browser, case: str, who: Who, look: Look
) -> None:
    page = begin(
        ruth,
        case,
        who("harmed"),
        status=422,
        needs="",
        **parts("next_review_on", in_days(-1)),
    )
    assert set(page.errors()) == {"needs", "next_review_on"}
    assert "I don’t want everybody asking." in page.text
    with look() as now:
        assert service.supports_of(now) == []


def test_support_begins_once(ruth: Browser, case: str, who: Who) -> None:
    begin(ruth, case, who("harmed"))
    page = ruth.get(f"/cases/{case}/support/begin/{who('harmed')}", status=409)
    assert "Support has begun already" in page.main_text
    ruth.get(f"/cases/{case}/support/none/{who('harmed')}", status=409)


def test_somebody_of_another_case_is_not_found(
    ruth: Browser, case: str, school: School, saved: Any
) -> None:
    with saved():
        other = factories.case(school)
        stranger = cases.people_in(other)[0].id
    for address in (f"begin/{stranger}", f"none/{stranger}"):
        ruth.get(f"/cases/{case}/support/{address}", status=404)
        body = {"csrf_token": ruth.token, "needs": "x", "why": "x"}
        ruth.post(f"/cases/{case}/support/{address}", body, status=404)
    ruth.get(f"/cases/{case}/support/restorative/views/new/{stranger}", status=404)


def test_a_group_is_supported_under_its_name(ruth: Browser, case: str, look: Look) -> None:
    page = ruth.get(f"/cases/{case}/support/begin")
    again = page.submit(
        fields={"group": "", "needs": "Somebody to ask", "told_every": "when_asked"}, status=422
    )
    assert {"group", "review_every"} <= set(again.errors())
    words = {"group": "form 9C", "review_every": "monthly", "told_by": "Tom Whitlock"}
    made = again.submit(fields=words, status=303).follow()
    assert "form 9C" in made.main_text
    page = ruth.get(f"/cases/{case}/support")
    assert "form 9C" in page.main_text
    with look() as now:
        assert "form 9C" in due(now, service.REVIEW)[0].what
    assert "0 of 2 young people; 1 group" in ruth.get(f"/cases/{case}").main_text


def test_why_there_is_none(ruth: Browser, case: str, who: Who, look: Look) -> None:
    with look() as now:
        assert any("No support, and no reason why" in one for one in obstacles(now))
    page = ruth.get(f"/cases/{case}/support/none/{who('harmed')}")
    page.submit(fields={"why": ""}, status=422)
    page.submit(fields={"why": "She’d rather talk to her aunt."}, status=303)
    page = ruth.get(f"/cases/{case}/support")
    assert "No support for now" in page.main_text
    assert "She’d rather talk to her aunt." in page.written()
    page.click("Read what there was")
    begin(ruth, case, who("harmed"))
    with look() as now:
        assert not any("no reason why" in one for one in obstacles(now))


def test_a_change_needs_a_reason_and_keeps_what_stood_there(
    ruth: Browser, case: str, who: Who, look: Look
) -> None:
    shown = begin(ruth, case, who("harmed"))
    form, other = shown.click("Change what is agreed"), shown.click("Change what is agreed")
    words = {"adult_where": "Room 3", **parts("next_review_on", in_days(20))}
    form.submit(fields=words, status=422)
    form.submit(fields={**words, "reason": "The library is closed"}, status=303)
    # somebody else had it open all the time
    stale = other.submit(fields={"adult_where": "Room 9", "reason": "Quieter"}, status=409)
    assert "Room 9" in stale.main_text
    assert "Room 3" in stale.main_text
    older = ruth.get(shown.path).click("Older versions")
    for words_there in ("Library", "Room 3", "The library is closed"):
        assert words_there in older.main_text
    with look() as now:
        (action,) = due(now, service.REVIEW)
        assert clock.local(action.due_at).date() == in_days(20)


def test_who_is_shut_out_is_no_named_adult(
    ruth: Browser, case: str, who: Who, school: School, saved: Any
) -> None:
    tom = school[Role.DEPUTY]
    shown = begin(ruth, case, who("harmed"), adult_id=str(tom.id), adult_name="")
    assert tom.name in shown.main_text
    with saved():
        factories.exclude(school, here(case), tom)
    form = shown.click("Change what is agreed")
    assert not [one for one in form.all("option") if one.get("value") == str(tom.id)]
    assert form.fields()["adult_name"] == tom.name
    body = {"csrf_token": ruth.token, "adult_id": str(tom.id)}
    refused = ruth.post(f"/cases/{case}/support/begin/{who('displayed')}", body, status=422)
    assert "adult_id" in refused.errors()


def test_whom_the_list_of_adults_leaves_out_tells_nobody_who_is_shut_out(
    ruth: Browser, case: str, who: Who, school: School, saved: Any, sign_in: Any
) -> None:
    """Other lists name everybody who works here, so that a shorter one would be the answer."""
    tom = school[Role.DEPUTY]
    harmed, displayed = who("harmed"), who("displayed")
    record = begin(ruth, case, harmed, adult_id=str(tom.id), adult_name="").path
    with saved():
        factories.exclude(school, here(case), tom)
        for one in (harmed, displayed):
            part = {"may_write": True, "one": UUID(one)}
            grant(school, here(case), school[Role.PASTORAL], "support", **part)
        reader = factories.colleague(school, Role.PASTORAL, "Pat Lowe", "pat")
        grant(school, here(case), reader, "all", may_write=True)
    for one in (school[Role.PASTORAL], reader):
        browser = sign_in(one)
        form = browser.get(f"/cases/{case}/support/begin/{displayed}")
        offered = {option.get("value") for option in form.all("option")}
        assert {str(each.id) for each in school.people.values()} <= offered
        change = browser.get(f"{record}/change")
        assert change.fields()["adult_id"] == str(tom.id)
    begin(browser, case, displayed, adult_id=str(tom.id), adult_name="")
    sign_in(tom).get(f"/cases/{case}/support", 404)


def test_it_ends_with_words_and_begins_again(
    ruth: Browser, case: str, who: Who, look: Look
) -> None:
    shown = begin(ruth, case, who("harmed"))
    page = shown.click("It ends")
    page.submit(fields={"why": " "}, status=422)
    page.submit(fields={"why": "She’s well, and has Mr Ali."}, status=303)
    with look() as now:
        assert due(now, service.REVIEW) == []
    for address in ("change", "end", "offers/new", "reviews/new"):
        ruth.get(f"{shown.path}/{address}", status=409)
    assert "This support has ended" in ruth.get(shown.path).main_text
    again = begin(ruth, case, who("harmed"))
    assert again.path != shown.path
    assert again.click("Begun").path == shown.path
    assert "1 of 2 young people" in ruth.get(f"/cases/{case}").main_text


def offer(browser: Browser, support: str, status: int = 303, **changes: Any) -> Any:
    page = browser.get(f"{support}/offers/new")
    words = {"kind": "counselling", "answer": "accepted", **happened(), **parts("answered_on")}
    return page.submit(fields={**words, **changes}, status=status)


def test_an_open_offer_is_asked_again(ruth: Browser, case: str, who: Who, look: Look) -> None:
    shown = begin(ruth, case, who("harmed"))
    page = offer(ruth, shown.path, status=422, answer="waiting")
    assert "again_on" in page.errors()
    offer(ruth, shown.path, answer="waiting", **parts("again_on", in_days(3)))
    assert "Counselling in school" in ruth.get(f"/cases/{case}/support").main_text
    with look() as now:
        (asked,) = due(now, service.ASK_AGAIN)
        assert clock.local(asked.due_at).date() == in_days(3)
        assert "Counselling in school" in asked.what
    page = ruth.get(shown.path).click("Record the answer")
    words = {"answer": "later", "answer_words": "Ask me after half term.", **parts("answered_on")}
    page.submit(fields={**words, **parts("again_on", in_days(9))}, status=303)
    with look() as now:
        (asked,) = due(now, service.ASK_AGAIN)
        assert clock.local(asked.due_at).date() == in_days(9)
        assert "Ask me after half term." in due(now, service.ASK_AGAIN, state="done")[0].result
    page = ruth.get(shown.path).click("Record the answer")
    page.submit(fields={"answer": "declined", **parts("answered_on")}, status=303)
    with look() as now:
        assert due(now, service.ASK_AGAIN) == []
    older = ruth.get(shown.path).click("Older versions: Counselling")
    assert "Ask me after half term." in older.main_text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "service", "service_code": ""}, "service_code"),
        ({"kind": "other", "what": " "}, "what"),
        ({"answered_on-day": "", "answered_on-month": "", "answered_on-year": ""}, "answered_on"),
        (parts("answered_on", in_days(-2)), "answered_on"),
        (parts("happened", in_days(1)), "happened"),
    ],
)
def test_an_offer_says_what_is_wrong_at_the_field(
    ruth: Browser, case: str, who: Who, changes: dict[str, str], field: str
) -> None:
    shown = begin(ruth, case, who("harmed"))
    page = offer(ruth, shown.path, status=422, **changes)
    assert set(page.errors()) == {field}


def test_a_service_comes_from_the_directory(ruth: Browser, case: str, who: Who, look: Look) -> None:
    shown = begin(ruth, case, who("harmed"))
    offer(ruth, shown.path, kind="service", service_code="rape_crisis")
    offer(ruth, shown.path, kind="counselling", service_code="rape_crisis")
    body = {"csrf_token": ruth.token, "kind": "service", "service_code": "nobody"}
    page = ruth.post(f"{shown.path}/offers/new", body, status=422)
    assert "service_code" in page.errors()
    assert "Rape Crisis" in ruth.get(shown.path).main_text
    with look() as now:
        assert {one.service for one in service.offers_of(now)} == {"rape_crisis", ""}


def test_an_independent_adviser_needs_their_yes(ruth: Browser, case: str, who: Who) -> None:
    shown = begin(ruth, case, who("harmed"))
    page = ruth.get(f"{shown.path}/offers/new")
    assert "nothing here says yet that the police were told" in page.main_text
    assert "Only if the young person agrees" in page.main_text


def review(browser: Browser, support: str, status: int = 303, **changes: Any) -> Any:
    page = browser.get(f"{support}/reviews/new")
    words = {
        "present": "She, and Mr Ali",
        "how_it_goes": "She comes every day again.",
        "own_words": "It’s better.",
        "outcome": "goes_on",
        **happened(),
    }
    return page.submit(fields={**words, **changes}, status=status)


def test_a_review_settles_what_was_due_and_plans_the_next(
    ruth: Browser, case: str, who: Who, look: Look
) -> None:
    shown = begin(ruth, case, who("harmed"))
    review(ruth, shown.path, **parts("next_review_on", in_days(14)))
    assert "It’s better." in ruth.get(shown.path).written()
    with look() as now:
        (action,) = due(now, service.REVIEW)
        assert clock.local(action.due_at).date() == in_days(14)
        assert len(due(now, service.REVIEW, state="done")) == 1
        assert service.supports_of(now)[0].next_review_on == in_days(14)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (parts("next_review_on", in_days(0)), "next_review_on"),
        (parts("next_review_on", in_days(-1)), "next_review_on"),
        ({"outcome": "changes", "changes": ""}, "changes"),
        ({"outcome": "ends", "changes": " "}, "changes"),
        ({"present": ""}, "present"),
        ({"outcome": None}, "outcome"),
    ],
)
def test_a_review_says_what_is_wrong_at_the_field(
    ruth: Browser, case: str, who: Who, changes: dict[str, Any], field: str
) -> None:
    shown = begin(ruth, case, who("harmed"))
    page = review(ruth, shown.path, status=422, **changes)
    assert set(page.errors()) == {field}
    assert "She comes every day again." in page.text


def test_a_review_can_change_or_end_it(ruth: Browser, case: str, who: Who, look: Look) -> None:
    shown = begin(ruth, case, who("harmed"))
    sent = review(ruth, shown.path, outcome="changes", changes="A card to leave lessons")
    assert sent.location.endswith("/change")
    review(ruth, shown.path, outcome="ends", changes="She asked for it to end.")
    with look() as now:
        assert service.supports_of(now)[0].ended_words == "She asked for it to end."
        assert due(now, service.REVIEW) == []
        assert counts_of(now).entries == len(features.entries(now))


def test_offers_and_reviews_are_put_right_with_a_reason(ruth: Browser, case: str, who: Who) -> None:
    shown = begin(ruth, case, who("harmed"))
    offer(ruth, shown.path, answer_words="Yes.")
    review(ruth, shown.path)
    page = ruth.get(shown.path)
    for link, field in (("Correct: Counselling", "answer_words"), ("Correct review", "own_words")):
        form = page.click(link)
        form.submit(fields={field: "Put right"}, status=422)
        back = form.submit(fields={field: "Put right", "why": "Misheard"}, status=303).follow()
        assert "Put right" in back.written()
    older = ruth.get(shown.path).click("Older versions: review 1")
    assert "It’s better." in older.main_text


def test_a_late_review_is_said_everywhere(
    ruth: Browser,
    case: str,
    who: Who,
    look: Look,
    stopped: Callable[[datetime], None],
    sign_in: Any,
) -> None:
    begin(ruth, case, who("harmed"))
    stopped(clock.now() + timedelta(days=20))
    later = sign_in(Role.DSL)
    page = later.get(f"/cases/{case}/support")
    assert "Review late" in page.main_text
    assert "Review late" in later.get(f"/cases/{case}").main_text
    with look() as now:
        assert any(one.startswith("A review of support is late") for one in obstacles(now))
    later.get(page.link("Open: Sara"))


def test_when_it_comes_back_support_is_offered_anew(
    ruth: Browser, case: str, who: Who, look: Look, school: School, saved: Any
) -> None:
    shown = begin(ruth, case, who("harmed"))
    with saved():
        containment.offer_support_again(school.dsl.actor, here(case))
    page = ruth.get(f"/cases/{case}/support")
    assert "It has come back" in page.main_text
    assert "It has come back" in ruth.get(shown.path).main_text
    assert "Offer again" in ruth.get(f"/cases/{case}").main_text
    offer(ruth, shown.path, kind="childline")
    with look() as now:
        assert due(now, service.AGAIN) == []
        assert service.offers_of(now)[0].service == "childline"
    assert "It has come back" not in ruth.get(f"/cases/{case}/support").main_text


def test_who_only_reads_is_shown_no_buttons(
    ruth: Browser, case: str, who: Who, sign_in: Any
) -> None:
    shown = begin(ruth, case, who("harmed"))
    offer(ruth, shown.path)
    head = sign_in(Role.HEAD)
    for address in (f"/cases/{case}/support", shown.path, f"/cases/{case}/support/restorative"):
        page = head.get(address)
        links = [href for _, href in page.links() if href.startswith(f"/cases/{case}/support")]
        verbs = ("begin", "new", "change", "end", "answer", "move", "outcome", "meeting")
        assert not [one for one in links if one.split("#")[0].rsplit("/", 1)[-1] in verbs]
    head.get(f"{shown.path}/offers/new", status=403)


def test_a_page_costs_the_same_with_much_in_it(
    ruth: Browser, case: str, who: Who, school: School, saved: Any, statements: Any, look: Look
) -> None:
    shown = begin(ruth, case, who("harmed"))
    offer(ruth, shown.path, kind="service", service_code="rape_crisis")
    addresses = (f"/cases/{case}/support", shown.path, f"/cases/{case}/support/restorative")

    def costs() -> list[int]:
        found = []
        for address in addresses:
            ruth.get(address)
            with statements() as counted:
                ruth.get(address)
            found.append(counted.count)
        return found

    before = costs()
    for _ in range(3):
        offer(ruth, shown.path, kind="service", service_code="rape_crisis")
        review(ruth, shown.path)
    begin(ruth, case, who("displayed"))
    assert costs() == before
