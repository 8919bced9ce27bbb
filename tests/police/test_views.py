"""The checklist, the decision, the second person and the young people’s views, as pages."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from portal import clock
from portal.cases import actions
from portal.cases import service as cases
from portal.cases.models import Case, DueAction
from portal.cases.steps import State
from portal.clock import Happened
from portal.db import close_session, session
from portal.guidance.catalogue import rule_set
from portal.journal import reading
from portal.police import rules, service, steps
from portal.police.models import YoungView
from portal.staff.roles import Role
from tests import factories
from tests.factories import School
from tests.page import Browser, Page

Saved = Callable[[], AbstractContextManager[None]]
SignIn = Callable[[Any], Browser]
Look = Callable[[str], AbstractContextManager[Case]]

SARA = {
    "coercion": ("not_known", "She was asked for it; pressure not yet established"),
    "extreme": ("no", ""),
    "under_13": ("not_known", "Who runs the accounts is not known"),
    "at_risk": ("yes", "Thoughts of suicide told to the DSL"),
    "known_vulnerable": ("not_known", "Asking children’s social care"),
    "recorded_crime": ("no", ""),
    "many_children": ("not_known", "Number of followers unknown"),
    "shared_without_consent": ("yes", ""),
    "pressure": ("not_known", ""),
    "malice": ("not_known", ""),
    "adult_involved": ("not_known", ""),
}
OWEN = {
    "coercion": ("no", ""),
    "extreme": ("no", ""),
    "under_13": ("not_known", "Nobody knows yet who made the profile"),
    "at_risk": ("not_known", "Missed school, seems very low"),
    "known_vulnerable": ("no", ""),
    "recorded_crime": ("no", ""),
    "many_children": ("not_known", "The platform or the police to say"),
    "shared_without_consent": ("yes", ""),
    "pressure": ("no", ""),
    "malice": ("yes", ""),
    "adult_involved": ("not_known", ""),
}
NOTHING = dict.fromkeys(SARA, ("no", ""))


def sent(story: dict[str, tuple[str, str]]) -> dict[str, str]:
    """A story’s answers under the names of the form."""
    fields = {f"answer_{key}": answer for key, (answer, _) in story.items()}
    return {**fields, **{f"note_{key}": text for key, (_, text) in story.items()}}


@pytest.fixture
def open_case(school: School, saved: Saved) -> Callable[..., str]:
    """Opens a case with two young people of 14 and gives its reference."""

    def made(born: date | None = None, danger: str = "no", **facts: Any) -> str:
        today = clock.today()
        fourteen = date(today.year - 15, today.month, min(today.day, 28))
        with saved():
            sara = factories.pupil(school, "Sara Whitlock", born=born or fourteen)
            jordan = factories.pupil(school, "Jordan Pike", born=fourteen)
            told = factories.disclosure(
                school,
                people=[
                    {"kind": "pupil", "person_id": str(sara.id), "name": "", "parts": ["harmed"]},
                    {"kind": "pupil", "person_id": str(jordan.id), "parts": ["displayed"]},
                ],
                facts={"danger": danger, **facts},
            )
            case = factories.case(school, told)
            there = {one.person_id for one in cases.people_in(case)}
            for one, part in ((sara, "harmed"), (jordan, "displayed")):
                if one.id not in there:
                    cases.involve(school.dsl.actor, case, person=one, parts=[part], words={})
            return case.reference

    return made


@pytest.fixture
def sara(open_case: Callable[..., str]) -> str:
    return open_case(danger="yes")


@pytest.fixture
def ruth(sign_in: SignIn) -> Browser:
    return sign_in(Role.DSL)


@pytest.fixture
def reading_case(app: Flask) -> Callable[[str], AbstractContextManager[Case]]:
    """`with reading_case(reference) as case: …` looks at what was kept."""

    @contextmanager
    def looking(reference: str) -> Iterator[Case]:
        with app.app_context():
            try:
                yield case_called(reference)
            finally:
                close_session()

    return looking


def case_called(reference: str) -> Case:
    return session.scalars(select(Case).where(Case.reference == reference)).one()


def open_find_outs(case: Case) -> list[DueAction]:
    return [
        one for one in actions.actions_of(case) if one.state == "open" and one.kind == "find_out"
    ]


def answer(browser: Browser, reference: str, story: dict[str, tuple[str, str]]) -> Page:
    page = browser.get(f"/cases/{reference}/checklist")
    return page.submit(f"/cases/{reference}/checklist", fields=sent(story)).follow()


# --- the checklist ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("story", "outcome", "due"),
    [(SARA, "always_refer", 7), (OWEN, "police_most_likely", 4)],
    ids=["sara", "owen"],
)
def test_a_story_comes_out_as_written(
    open_case: Callable[..., str],
    ruth: Browser,
    reading_case: Look,
    story: dict[str, tuple[str, str]],
    outcome: str,
    due: int,
) -> None:
    reference = open_case()
    page = answer(ruth, reference, story)
    assert rules.Outcome(outcome).label in page.main_text
    with reading_case(reference) as case:
        assert case.outcome == outcome
        assert len(open_find_outs(case)) == due
        kept = service.assessments_of(case)[0]
        assert (kept.rule_set, kept.rule_set_version) == ("schools-2019", "2019")
        assert kept.notes == {key: text for key, (_, text) in story.items() if text}


def test_answering_later_settles_what_was_to_be_found_out(
    sara: str, ruth: Browser, reading_case: Look
) -> None:
    answer(ruth, sara, SARA)
    later = {**SARA, "coercion": ("yes", "He kept asking"), "malice": ("no", "Said so himself")}
    answer(ruth, sara, later)
    with reading_case(sara) as case:
        assert {one.subject for one in open_find_outs(case)} == {
            "under_13", "known_vulnerable", "many_children", "pressure", "adult_involved",
        }  # fmt: skip
        assert len(service.assessments_of(case)) == 2
        done = [one for one in actions.actions_of(case) if one.state == "done"]
        assert {one.subject for one in done} == {"coercion", "malice"}


def test_an_unanswered_question_counts_as_not_yet_known(
    open_case: Callable[..., str], ruth: Browser, reading_case: Look
) -> None:
    reference = open_case()
    page = ruth.get(f"/cases/{reference}/checklist").submit(f"{reference}/checklist")
    assert "Cannot be decided yet" in page.follow().main_text
    with reading_case(reference) as case:
        assert len(open_find_outs(case)) == 11
        assert set(service.assessments_of(case)[0].answers.values()) == {"not_known"}


def test_a_suggestion_is_never_an_answer(sara: str, ruth: Browser) -> None:
    page = ruth.get(f"/cases/{sara}/checklist")
    assert "The record says that somebody is in danger now." in page.main_text
    assert not [one for one in page.all("input", type="radio") if one.get("checked") is not None]


def test_earlier_answers_are_filled_in_and_say_from_when(sara: str, ruth: Browser) -> None:
    answer(ruth, sara, SARA)
    page = ruth.get(f"/cases/{sara}/checklist")
    assert "Filled in with the answers of today" in page.main_text
    fields = page.fields(f"/cases/{sara}/checklist")
    assert {key: fields[key] for key in sent(SARA)} == sent(SARA)


def test_no_to_under_13_is_refused_and_keeps_what_was_typed(
    open_case: Callable[..., str], ruth: Browser, reading_case: Look
) -> None:
    today = clock.today()
    reference = open_case(born=date(today.year - 12, 1, 1))
    story = {**NOTHING, "shared_without_consent": ("yes", ""), "extreme": ("no", "As told")}
    story["under_13"] = ("no", "She looks older")
    page = ruth.get(f"/cases/{reference}/checklist").submit(
        f"{reference}/checklist", status=422, fields=sent(story)
    )
    assert "cannot be right" in page.errors()["answer_under_13"]
    assert page.fields(f"/cases/{reference}/checklist")["note_extreme"] == "As told"
    with reading_case(reference) as case:
        assert case.outcome is None
        assert service.assessments_of(case) == []


def test_no_against_the_record_needs_a_note(sara: str, ruth: Browser, reading_case: Look) -> None:
    story = {**NOTHING, "shared_without_consent": ("yes", "")}
    form = f"/cases/{sara}/checklist"
    page = ruth.get(form).submit(form, status=422, fields=sent(story))
    assert "Write what your “no” rests on" in page.errors()["note_at_risk"]
    story["at_risk"] = ("no", "Asked again at noon with her mother: safe")
    page.submit(form, fields=sent(story))
    with reading_case(sara) as case:
        assert case.outcome == "police_most_likely"


def test_the_second_rule_set_is_kept_with_the_answers(
    sara: str, ruth: Browser, reading_case: Look
) -> None:
    page = ruth.get(f"/cases/{sara}/checklist").click("When a school refers a shared nude")
    assert "Five questions" in page.main_text
    page.submit(f"/cases/{sara}/checklist", answer_adult_involved="yes").follow()
    with reading_case(sara) as case:
        kept = service.assessments_of(case)[0]
        assert kept.rule_set == "ukcis-2024"
        assert set(kept.answers) == set(rule_set("ukcis-2024").question_keys)
        assert kept.outcome == "always_refer"


@pytest.mark.parametrize("rules_sent", ["nothing", "../schools-2019", "schools-2019\x00"])
def test_an_unknown_rule_set_is_not_there(sara: str, ruth: Browser, rules_sent: str) -> None:
    form = f"/cases/{sara}/checklist"
    ruth.get(form + "?rules=nothing", status=404)
    ruth.get(form).submit(form, status=404, fields={"rules": rules_sent})


def test_a_tampered_answer_is_refused(sara: str, ruth: Browser) -> None:
    form = f"/cases/{sara}/checklist"
    body = ruth.get(form).fields(form)
    for value in ("maybe", "yes\x00", "y" * 5000):
        body["answer_coercion"] = value
        ruth.post(form, body, status=422)
    body.setlist("answer_coercion", ["yes", "no"])
    ruth.post(form, body, status=422)


def test_the_page_reads_an_assessment_as_it_was_answered(sara: str, ruth: Browser) -> None:
    page = answer(ruth, sara, SARA)
    answered = page.click("Read the answers")
    assert "version 2019" in answered.main_text
    assert "Thoughts of suicide told to the DSL" in answered.main_text
    assert "Suggested: “yes”." in answered.main_text
    ruth.get(f"/cases/{sara}/police/assessments/{uuid4()}", status=404)


# --- what is said at once ----------------------------------------------------------------------


def test_danger_is_shown_before_anything_is_answered(sara: str, ruth: Browser) -> None:
    page = ruth.get(f"/cases/{sara}/police")
    assert page.main_text.index("999") < page.main_text.index("Answer the checklist")
    assert "01632 960 111" in page.main_text
    assert page.link("Answer the checklist") == f"/cases/{sara}/checklist"


def test_an_adult_shows_police_and_ceop_at_once(
    open_case: Callable[..., str], ruth: Browser
) -> None:
    reference = open_case()
    story = {**NOTHING, "shared_without_consent": ("yes", ""), "adult_involved": ("yes", "")}
    page = answer(ruth, reference, story)
    assert "www.ceop.police.uk" in page.main_text
    assert "Do not warn the adult" in page.main_text


def test_before_the_child_goes_home(open_case: Callable[..., str], ruth: Browser) -> None:
    page = answer(ruth, open_case(), OWEN)
    assert "Before the child goes home" in page.main_text


def test_the_page_says_that_protecting_does_not_wait(sara: str, ruth: Browser) -> None:
    page = ruth.get(f"/cases/{sara}/police")
    assert "Do not wait for the police to protect children" in page.main_text
    assert "School stops its own enquiries" not in page.main_text
    assert "does not make you a criminal" in page.main_text


# --- the decision and the second person -------------------------------------------------------


def test_a_decision_needs_the_checklist_first(sara: str, ruth: Browser) -> None:
    page = ruth.get(f"/cases/{sara}/police/decide")
    assert page.link("Answer the checklist") == f"/cases/{sara}/checklist"
    ruth.post(
        f"/cases/{sara}/police/decide", {"csrf_token": ruth.token, "choice": "refer"}, status=409
    )


def decide(browser: Browser, reference: str, choice: str, **changes: Any) -> Page:
    form = f"/cases/{reference}/police/decide"
    page = browser.get(form)
    reason = {"reason": "The police in our town asked us to wait."}
    return page.submit(form, choice=choice, **{**reason, **changes})


def test_referring_stands_at_once_and_stops_the_enquiries(
    sara: str, ruth: Browser, reading_case: Look
) -> None:
    answer(ruth, sara, SARA)
    page = decide(
        ruth, sara, "refer", advice="Ring 101", advice_name="PC Ali", advice_reference="77/26"
    ).follow()
    assert "School stops its own enquiries" in page.main_text
    with reading_case(sara) as case:
        taken = service.police_decisions(case)[0]
        assert (case.decision, taken.stands, taken.advice_from) == ("refer", True, "PC Ali")


def test_not_referring_against_always_refer_waits_for_somebody_else(
    sara: str, ruth: Browser, sign_in: SignIn, reading_case: Look
) -> None:
    answer(ruth, sara, SARA)
    assert "needs a second person" in ruth.get(f"/cases/{sara}/police/decide").main_text
    page = decide(ruth, sara, "do_not_refer").follow()
    assert "It does not stand yet" in page.main_text

    own = page.browser.get(page.link("Enter the second person’s word"))
    assert "you cannot be the second person" in own.main_text
    refused = own.submit(own.path, agrees="yes", words="I agree with myself", status=422)
    assert set(refused.errors()) == {"outside_name", "outside_body", "outside_reference"}

    crane = sign_in(Role.HEAD)
    page = crane.get(own.path).submit(
        own.path, source="own", agrees="no", words="This is too grave."
    )
    assert "The second person does not agree" in page.follow().main_text
    with reading_case(sara) as case:
        assert service.police_decisions(case)[0].refused
    crane.get(own.path).submit(own.path, source="own", agrees="yes", words="Now I do.")
    with reading_case(sara) as case:
        assert service.police_decisions(case)[0].stands


def test_the_decider_cannot_pass_as_the_second_person(
    sara: str, ruth: Browser, reading_case: Look
) -> None:
    answer(ruth, sara, SARA)
    page = decide(ruth, sara, "do_not_refer").follow()
    address = page.link("Enter the second person’s word")
    form = ruth.get(address)
    body = form.fields(address)
    body.update({"source": "own", "agrees": "yes", "words": "Me again"})
    ruth.post(address, body, status=422)
    with reading_case(sara) as case:
        assert not service.police_decisions(case)[0].stands


def test_advice_from_outside_counts_with_a_reference(
    sara: str, ruth: Browser, reading_case: Look
) -> None:
    answer(ruth, sara, SARA)
    page = decide(ruth, sara, "do_not_refer").follow()
    address = page.link("Enter the second person’s word")
    page = ruth.get(address).submit(
        address,
        agrees="yes",
        words="They take it on.",
        outside_name="Ms Hall",
        outside_body="Children’s social care",
        outside_reference="CSC 4411",
    )
    assert "CSC 4411" in page.follow().main_text
    with reading_case(sara) as case:
        assert service.police_decisions(case)[0].stands


def test_a_decision_of_another_case_is_not_there(
    open_case: Callable[..., str], sara: str, ruth: Browser
) -> None:
    answer(ruth, sara, SARA)
    page = decide(ruth, sara, "do_not_refer").follow()
    address = page.link("Enter the second person’s word")
    ruth.get(address.replace(sara, open_case()), status=404)
    ruth.get(f"/cases/{sara}/decisions/{uuid4()}/countersign", status=404)


def test_a_decision_without_a_reason_or_with_a_made_up_choice(sara: str, ruth: Browser) -> None:
    answer(ruth, sara, SARA)
    form = f"/cases/{sara}/police/decide"
    page = ruth.get(form).submit(form, status=422, advice="Wait")
    assert set(page.errors()) >= {"choice", "reason", "advice_name"}
    body = page.fields(form)
    body.update({"choice": "forget_it", "reason": "x"})
    ruth.post(form, body, status=422)


def test_newer_answers_put_an_older_decision_in_question(
    open_case: Callable[..., str], ruth: Browser, reading_case: Look
) -> None:
    reference = open_case()
    answer(ruth, reference, {**NOTHING, "shared_without_consent": ("no", "It went to one person")})
    decide(ruth, reference, "do_not_refer")
    story = {**NOTHING, "shared_without_consent": ("yes", ""), "coercion": ("yes", "")}
    page = answer(ruth, reference, story)
    assert "The decision on the record was taken before these answers" in page.main_text
    with reading_case(reference) as case:
        now = steps.overview(case)
        assert "older than the answers" in steps.obstacles(case, now)[0].sentence


# --- the young people’s views ------------------------------------------------------------------


def views_form(browser: Browser, reference: str, case: Case) -> Page:
    one = cases.people_in(case)[0]
    return browser.get(f"/cases/{reference}/police/views/new?person={one.id}", status=303).follow()


def test_against_their_wish_stays_open_until_it_is_explained(
    sara: str, ruth: Browser, reading_case: Look
) -> None:
    answer(ruth, sara, SARA)
    with reading_case(sara) as case:
        form = views_form(ruth, sara, case)
    form.submit(
        form.path,
        view="does_not_want_it",
        barriers=["family_involved"],
        why="My dad would kill me",
        told="What the police do first",
    )
    page = decide(ruth, sara, "refer").follow()
    assert "Explain to Sara Whitlock why the police are told" in page.main_text
    with reading_case(sara) as case:
        now = steps.overview(case)
        assert steps.steps(case, now)[2].urgent
        assert any("against the wish" in one.sentence for one in steps.obstacles(case, now))
        banner = steps.banner(case, now)
        assert banner is not None
        assert banner.href.endswith(str(now.views[0].id))
    complete = page.click("Write down why")
    partly = complete.submit(complete.path, justification="It protects two other girls.").follow()
    assert "To be explained" in partly.main_text
    again = ruth.get(complete.path)
    again.submit(
        again.path,
        explained=Happened.of(clock.now() - timedelta(minutes=5)),
        explained_by="Ruth Adeyemi",
        explained_how="In my office; she cried and understood.",
    )
    with reading_case(sara) as case:
        now = steps.overview(case)
        assert steps.obstacles(case, now) == []
        assert steps.banner(case, now) is None
        open_ones = [one for one in actions.actions_of(case) if one.state == "open"]
        assert {one.kind for one in open_ones} == {"find_out"}
        assert len(reading.versions(now.views[0])) == 3


def test_two_people_completing_a_view_lose_neither_text(
    sara: str, ruth: Browser, sign_in: SignIn, reading_case: Look
) -> None:
    answer(ruth, sara, SARA)
    with reading_case(sara) as case:
        form = views_form(ruth, sara, case)
    form.submit(form.path, view="unsure", told="Everything")
    with reading_case(sara) as case:
        address = f"/cases/{sara}/police/views/{service.views_of(case)[0].id}"
    mine, theirs = ruth.get(address), sign_in(Role.DEPUTY).get(address)
    theirs.submit(address, justification="The deputy’s words")
    page = mine.submit(address, justification="The lead’s words", status=409)
    assert "The deputy’s words" in page.text
    assert "The lead’s words" in page.text


def test_only_a_young_person_with_a_name_has_a_view(
    open_case: Callable[..., str], ruth: Browser, saved: Saved, school: School
) -> None:
    reference = open_case()
    with saved():
        case = case_called(reference)
        words = {"description": "Whoever runs the page"}
        unknown = cases.involve(
            school.dsl.actor, case, person=None, parts=["displayed"], words=words
        ).id
    ruth.get(f"/cases/{reference}/police/views/new/{unknown}", status=404)
    ruth.get(f"/cases/{reference}/police/views/new/{uuid4()}", status=404)
    ruth.get(f"/cases/{reference}/police/views/new?person=nobody", status=404)
    page = ruth.get(f"/cases/{reference}/police/views/new")
    assert "Sara Whitlock" in page.main_text


# --- who may, and what it costs ---------------------------------------------------------------


def test_who_may(sara: str, ruth: Browser, sign_in: SignIn) -> None:
    answer(ruth, sara, SARA)
    crane = sign_in(Role.HEAD)
    page = crane.get(f"/cases/{sara}/police")
    assert "Answer the checklist again" not in page.main_text
    assert not list(page.all("a", class_="govuk-button"))
    for address in ("checklist", "police/decide", "police/views/new"):
        crane.get(f"/cases/{sara}/{address}", status=403)
    for role in (Role.STAFF, Role.GOVERNOR, Role.ADMIN):
        other = sign_in(role)
        for address in ("checklist", "police", "police/decide", "police/views/new"):
            other.get(f"/cases/{sara}/{address}", status=404)


def test_every_link_of_the_page_leads_somewhere(sara: str, ruth: Browser, sign_in: SignIn) -> None:
    answer(ruth, sara, SARA)
    decide(ruth, sara, "do_not_refer")
    for browser in (ruth, sign_in(Role.HEAD)):
        page = browser.get(f"/cases/{sara}/police")
        for href in {href for _, href in page.links() if href.startswith(f"/cases/{sara}/")}:
            browser.get(href)


def test_queries(sara: str, ruth: Browser, statements: Any) -> None:
    answer(ruth, sara, SARA)
    ruth.get(f"/cases/{sara}/police")
    with statements() as counted:
        ruth.get(f"/cases/{sara}/police")
    # sign-in, case, looked lately; assessments, decisions, views, people, names; actions;
    # school, directory
    assert counted.count <= 10, counted.texts
    with statements() as counted:
        ruth.get(f"/cases/{sara}/checklist")
    # sign-in, case, looked lately; draft twice, incidents, people, assessments; school, directory
    assert counted.count <= 10, counted.texts


def test_steps_of_a_case_that_has_just_begun(sara: str, reading_case: Look) -> None:
    with reading_case(sara) as case:
        now = steps.overview(case)
        first, second, third = steps.steps(case, now)
        assert first.state is State.NOT_STARTED
        assert second.state is State.CANNOT_START
        assert third.state is State.NOT_STARTED
        banner = steps.banner(case, now)
        assert banner is not None
        assert (banner.title, banner.href) == (
            "A child may be in danger",
            f"/cases/{sara}/checklist",
        )
        assert "has not been answered" in steps.obstacles(case, now)[0].sentence


def test_steps_and_chronology_after_a_decision(
    sara: str, ruth: Browser, reading_case: Look
) -> None:
    answer(ruth, sara, SARA)
    decide(ruth, sara, "do_not_refer")
    with reading_case(sara) as case:
        now = steps.overview(case)
        first, second, _ = steps.steps(case, now)
        assert (first.line, first.tag_text, first.tone) == (
            "2 yes, 7 still to find out",
            "Refer to the police",
            "red",
        )
        assert (second.tag_text, second.tone) == ("Needs a second person", "red")
        assert "Ruth Adeyemi" in second.line
        assert [one.kind for one in steps.entries(case)] == ["checklist", "decision"]


def test_a_view_is_kept_with_its_words(sara: str, ruth: Browser, reading_case: Look) -> None:
    with reading_case(sara) as case:
        form = views_form(ruth, sara, case)
    missing = form.submit(form.path, status=422, told="", told_by="")
    assert set(missing.errors()) == {"view", "told", "told_by"}
    form.submit(form.path, view="agrees", told="All of it", why="To make it stop")
    with reading_case(sara) as case:
        view: YoungView = service.views_of(case)[0]
        assert (view.view, view.why, view.told_by) == ("agrees", "To make it stop", "Ruth Adeyemi")
