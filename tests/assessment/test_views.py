"""The initial review and the risk assessment, as pages."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.assessment import rules, service, steps
from portal.cases import actions
from portal.cases import service as cases
from portal.cases.models import Case
from portal.cases.steps import State
from portal.db import close_session, session
from portal.staff.roles import Role
from tests import factories
from tests.factories import School
from tests.page import Browser, Page

Saved = Callable[[], AbstractContextManager[None]]
SignIn = Callable[[Any], Browser]
Look = Callable[[], AbstractContextManager[Case]]

REVIEW = {
    "attended": "Ruth Adeyemi, Tom Whitlock",
    "immediate_risk": "no",
    "referral_needed": "no",
    "tell_outside": "no",
    "urgent_removal": "no",
}


@pytest.fixture
def case(school: School, saved: Saved) -> str:
    with saved():
        return factories.case(school).reference


@pytest.fixture
def ruth(sign_in: SignIn) -> Browser:
    return sign_in(Role.DSL)


@pytest.fixture
def look(app: Flask, case: str) -> Look:
    @contextmanager
    def looking() -> Iterator[Case]:
        with app.app_context():
            try:
                yield session.scalars(select(Case).where(Case.reference == case)).one()
            finally:
                close_session()

    return looking


def open_actions(case: Case) -> set[str]:
    return {one.subject or one.what for one in actions.actions_of(case) if one.state == "open"}


def review(browser: Browser, case: str, *, status: int = 303, **changes: Any) -> Page:
    form = f"/cases/{case}/review/new"
    return browser.get(form).submit(form, status=status, fields={**REVIEW, **changes})


# --- the initial review ------------------------------------------------------------------------


def test_the_first_review_opens_the_form_and_is_then_read(
    case: str, ruth: Browser, look: Look
) -> None:
    form = ruth.get(f"/cases/{case}/review", status=303).follow()
    assert form.h1 == "Initial review"
    fields = form.fields(f"/cases/{case}/review/new")
    assert fields["viewing_needed"] == "no"
    page = review(ruth, case, parents_words="Her mother tonight").follow()
    assert "Ruth Adeyemi, Tom Whitlock" in page.main_text
    assert "Her mother tonight" in page.main_text
    review(ruth, case, attended="The second time").follow()
    with look() as kept:
        assert [one.attended for one in service.reviews_of(kept)] == [
            "The second time",
            REVIEW["attended"],
        ]


def test_what_is_unknown_becomes_due_and_is_shared_with_the_checklist(
    school: School, saved: Saved, case: str, ruth: Browser, look: Look
) -> None:
    form = f"/cases/{case}/review/new"
    page = ruth.get(form).submit(
        form, button="Add another thing to find out", status=200, fields=REVIEW
    )
    page.submit(
        form,
        fields={
            "unknowns-0-what": "Was anybody pressed?",
            "unknowns-0-topic": "coercion",
            "unknowns-1-what": "Who runs the bus rota?",
        },
    )
    with look() as kept:
        assert open_actions(kept) == {"coercion", "Who runs the bus rota?"}
        assert service.reviews_of(kept)[0].unknowns == [
            "Was anybody pressed?",
            "Who runs the bus rota?",
        ]
    with saved():
        told = session.scalars(select(Case).where(Case.reference == case)).one()
        factories.checklist(school, told)
    with look() as kept:
        assert open_actions(kept) == {"Who runs the bus rota?"}


def test_what_the_review_leaves_open_is_due_until_a_review_answers_it(
    case: str, ruth: Browser, look: Look
) -> None:
    review(ruth, case, immediate_risk="not_known", tell_outside="not_known")
    with look() as kept:
        assert open_actions(kept) == {"at_risk", "tell_outside"}
        assert steps.steps(kept)[0].state is State.IN_PROGRESS
    review(ruth, case, tell_outside="yes", outside_words="Ashdown School")
    with look() as kept:
        assert open_actions(kept) == {"at_risk"}


def test_a_risk_must_be_made_safe_and_seeing_imagery_needs_a_reason(
    case: str, ruth: Browser
) -> None:
    page = review(ruth, case, status=422, immediate_risk="yes", viewing_needed="yes")
    assert set(page.errors()) == {"made_safe", "viewing_words"}
    assert page.fields(f"/cases/{case}/review/new")["attended"] == REVIEW["attended"]
    assert "The head agrees first" in page.main_text


def test_tampered_answers_of_a_review(case: str, ruth: Browser) -> None:
    form = f"/cases/{case}/review/new"
    body = ruth.get(form).fields(form)
    body.update({**REVIEW, "immediate_risk": "perhaps"})
    ruth.post(form, body, status=422)
    body.update({"immediate_risk": "no", "unknowns-0-what": "x", "unknowns-0-topic": "nonsense"})
    ruth.post(form, body, status=422)
    body.update({"unknowns-0-topic": "coercion\x00"})
    ruth.post(form, body, status=422)


# --- risk and response -------------------------------------------------------------------------


def assess(browser: Browser, case: str, *, status: int = 303, **changes: Any) -> Page:
    form = f"/cases/{case}/risk/new"
    given = {
        "level": "problematic",
        "level_reason": "Agreement is unclear.",
        "responses": ["early_help"],
        "reason_early_help": "She needs somebody to talk to.",
    }
    return browser.get(form).submit(form, status=status, fields={**given, **changes})


FULL = {f"consider_{code}": f"About {code}" for code in rules.REQUIRED_CONSIDERATIONS}


def test_an_assessment_is_kept_and_the_next_begins_with_it(
    case: str, ruth: Browser, look: Look
) -> None:
    ruth.get(f"/cases/{case}/risk", status=303)
    page = assess(ruth, case, consider_ages="14 and 15").follow()
    assert "Not yet a full assessment" in page.main_text
    again = ruth.get(f"/cases/{case}/risk/new")
    fields = again.fields(f"/cases/{case}/risk/new")
    assert (fields["level"], fields["consider_ages"]) == ("problematic", "14 and 15")
    assert fields["reason_early_help"] == "She needs somebody to talk to."
    assess(ruth, case, **FULL)
    with look() as kept:
        newest, first = service.risk_assessments_of(kept)
        assert first.considerations == {"ages": "14 and 15"}
        assert steps.lacking(newest) == []


def test_every_response_needs_its_own_reason(case: str, ruth: Browser) -> None:
    page = assess(ruth, case, status=422, responses=["early_help", "managed_internally"])
    assert set(page.errors()) == {"reason_managed_internally"}
    page = assess(ruth, case, status=422, responses=[], level=None)
    assert set(page.errors()) == {"level", "responses"}


@pytest.mark.parametrize("level", ["abusive", "violent"])
def test_grave_behaviour_without_social_care_needs_a_reason(
    case: str, ruth: Browser, look: Look, level: str
) -> None:
    page = assess(ruth, case, status=422, level=level)
    assert set(page.errors()) == {"no_social_care_reason"}
    page = assess(ruth, case, level=level, no_social_care_reason="They opened a case themselves.")
    assert "No referral to social care" in page.follow().main_text
    with look() as kept:
        assert not steps.steps(kept)[1].urgent


def test_a_reason_that_is_missing_stands_in_the_way_of_closing(
    school: School, saved: Saved, case: str, look: Look
) -> None:
    with saved():
        told = session.scalars(select(Case).where(Case.reference == case)).one()
        record = factories.risk(school, told)
        record.level = "abusive"
    with look() as kept:
        sentences = [one.sentence for one in steps.obstacles(kept)]
        assert any("abusive or violent" in one for one in sentences)
        assert steps.steps(kept)[1].tone == "red"


def test_managed_in_school_needs_a_full_assessment(
    school: School, saved: Saved, case: str, ruth: Browser, look: Look
) -> None:
    with saved():
        told = session.scalars(select(Case).where(Case.reference == case)).one()
        told.outcome = "may_be_managed_in_school"
        factories.journal.note(school.dsl.actor, "set for a test", told)
    assess(ruth, case)
    with look() as kept:
        found = [one.sentence for one in steps.obstacles(kept)]
        assert "A case that is managed in school needs a full risk assessment." in found
    assess(ruth, case, **FULL)
    review(ruth, case)
    with look() as kept:
        assert steps.obstacles(kept) == []
        assert [one.kind for one in steps.entries(kept)] == ["review", "risk", "risk"]


def test_tampered_values_of_a_risk_assessment(case: str, ruth: Browser) -> None:
    form = f"/cases/{case}/risk/new"
    body = ruth.get(form).fields(form)
    body.update({"level": "dreadful", "level_reason": "x", "responses": "jail"})
    ruth.post(form, body, status=422)
    body.setlist("responses", ["police", "jail", "police\x00"])
    ruth.post(form, body, status=422)


# --- earlier cases ------------------------------------------------------------------------------


def test_earlier_cases_are_listed_for_those_who_may_see_them(
    school: School, saved: Saved, case: str, ruth: Browser
) -> None:
    with saved():
        told = session.scalars(select(Case).where(Case.reference == case)).one()
        person = factories.pupil(school, "Jordan Pike")
        cases.involve(school.dsl.actor, told, person=person, parts=["displayed"], words={})
        seen, hidden = factories.case(school), factories.case(school)
        for other in (seen, hidden):
            cases.involve(school.dsl.actor, other, person=person, parts=["harmed"], words={})
        factories.exclude(school, hidden, school.dsl)
        references = seen.reference, hidden.reference
    page = ruth.get(f"/cases/{case}/risk/new")
    assert page.link("Jordan Pike") == f"/cases/{references[0]}"
    assert "Young person harmed" in page.main_text
    assert references[1] not in page.text


def test_who_may(case: str, sign_in: SignIn) -> None:
    crane = sign_in(Role.HEAD)
    for address in ("review", "risk"):
        page = crane.get(f"/cases/{case}/{address}")
        assert not list(page.all("a", class_="govuk-button"))
        crane.get(f"/cases/{case}/{address}/new", status=403)
        sign_in(Role.STAFF).get(f"/cases/{case}/{address}", status=404)


def test_queries(case: str, ruth: Browser, statements: Any) -> None:
    assess(ruth, case)
    review(ruth, case)
    for address in ("review", "risk"):
        ruth.get(f"/cases/{case}/{address}")
        with statements() as counted:
            ruth.get(f"/cases/{case}/{address}")
        # sign-in, case, looked lately; the records, names; people and their earlier cases
        assert counted.count <= 7, counted.texts
