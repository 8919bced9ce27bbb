"""A plan from its first page to its end, through its pages."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal import clock
from portal.cases import actions
from portal.cases.models import Case
from portal.db import session
from portal.journal.service import note
from portal.plans import reading, service
from portal.staff.roles import Role
from tests import factories
from tests.factories import School
from tests.page import Browser
from tests.plans.conftest import (
    WORDS,
    Made,
    agreed,
    ahead,
    begin,
    begun,
    day,
    happened,
    step,
    the_plan,
    write,
)


def test_who_writes_and_the_carers_stand_in_a_new_plan(ruth: Browser, made: Made) -> None:
    page = ruth.get(made.new)
    options = [page.words(one) for one in page.all("option")]
    assert "Maria Price, mother" in options
    assert not [one for one in options if "Denzil" in one]
    assert "Not offered, because they are not to be contacted: Denzil Price." in page.main_text
    chosen = [page.words(one) for one in page.all("option") if one.get("selected") is not None]
    assert {"Ruth Adeyemi", "Maria Price, mother"} <= set(chosen)


def test_a_plan_as_people_read_it(ruth: Browser, made: Made) -> None:
    page = begin(ruth, made, covers="Apps, games and television on demand").follow()
    for words in (
        "Games, and the group chat of the team",
        "Apps, games and television on demand",
        "This plan binds the adults too",
        "Every two weeks",
        "Talk on Fridays",
        "Hand over the screen",
        "Not written yet",
    ):
        assert words in page.main_text, words
    overview = ruth.get(made.at())
    assert "Not written yet: Owen Price, Ruth Adeyemi, Maria Price" in overview.main_text
    assert "1 step open" in overview.main_text


def test_somebody_who_is_not_in_the_case_is_not_there(
    ruth: Browser, made: Made, school: School, second_school: School, saved: Any
) -> None:
    with saved():
        other = factories.case(school)
        elsewhere = factories.case(second_school)
        ids = [str(one.id) for case in (other, elsewhere) for one in _people(case)]
    for one in (*ids, str(uuid4())):
        ruth.get(made.at("new", one), status=404)
        ruth.get(made.at(f"new?for={one}"), status=404)
    ruth.get(made.at("new?for=nobody"), status=404)
    assert ruth.get(made.at("new"), status=303).location.endswith("/plans")
    assert ruth.get(made.at(f"new?for={made.owen}"), status=303).location.endswith(made.owen)


def _people(case: Case) -> Any:
    from portal.cases import service as cases

    return cases.people_in(case)


def test_no_plan_for_somebody_who_was_harmed(ruth: Browser, made: Made) -> None:
    page = ruth.get(made.at("new", made.sara))
    assert "A plan is made with somebody who displayed the behaviour." in page.main_text
    token = {"csrf_token": ruth.token}
    ruth.post(made.at("new", made.sara), token, status=409)


def test_no_plan_before_a_response_was_chosen(
    ruth: Browser, made: Made, look: Any, saved: Any, school: School
) -> None:
    with saved():
        case = session.scalars(select(Case).where(Case.reference == made.reference)).one()
        case.responses = []
        note(school.dsl.actor, "was answered with these responses", case)
    page = ruth.get(made.new)
    assert "No response has been chosen yet." in page.main_text
    assert page.link("Assess the risk") == f"/cases/{made.reference}/risk/new"
    ruth.post(made.new, {"csrf_token": ruth.token}, status=409)
    assert "Cannot start yet" in ruth.get(f"/cases/{made.reference}").main_text
    with look() as now:
        assert service.running(now, _people(now)[1]) is None


def test_after_the_police_were_told_advice_comes_first(
    ruth: Browser, made: Made, saved: Any, school: School, look: Any
) -> None:
    _tell_the_police(saved, school, made)
    page = ruth.get(made.new)
    assert "Nobody asks what happened." in page.main_text
    assert "What do we want to be different from now on?" in page.main_text
    assert "Why are we making this plan?" not in page.main_text
    again = begin(ruth, made, status=422)
    assert set(again.errors()) == {"police_advice", "police_advice_from"}
    given = {"police_advice": "Go on, without a word of it", "police_advice_from": "PC Imrie, 4312"}
    shown = again.submit(fields=given, status=303).follow()
    assert "Go on, without a word of it" in shown.main_text
    assert "Nobody asks what happened." in shown.main_text
    with look() as now:
        one = the_plan(now)
        person = next(each.id for each in one.people if each.voice == "young")
    voice = ruth.get(made.at(one.plan.id, "voices", person))
    assert "I will know I need help if I…" in voice.main_text
    assert "happen again" not in voice.main_text


def _tell_the_police(saved: Any, school: School, made: Made) -> None:
    with saved():
        case = session.scalars(select(Case).where(Case.reference == made.reference)).one()
        case.police_told_at = clock.now()
        note(school.dsl.actor, "told the police", case)


def test_a_draft_waits_for_advice_when_the_police_are_told_later(
    ruth: Browser, made: Made, saved: Any, school: School, look: Any
) -> None:
    plan, _people_of = begun(ruth, made, look)
    opened = ruth.get(made.at(plan, "agree"))
    _tell_the_police(saved, school, made)
    assert "Record their advice" in ruth.get(made.at(plan)).main_text
    page = ruth.get(made.at(plan, "agree"))
    assert "It cannot be agreed yet." in page.main_text
    words = {"present": "All", "changed": "Later", **happened()}
    refused = opened.submit(fields=words, status=409)
    assert "Ask them first whether this plan may go on" in refused.main_text
    with look() as now:
        assert the_plan(now).plan.state == "draft"


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        (day("next_review_on", ahead(-3)), "next_review_on", "before it begins"),
        (
            {**day("ends_on", ahead(-3)), **day("next_review_on", ahead(2))},
            "ends_on",
            "cannot end before it begins",
        ),
        (
            {**day("ends_on", ahead(20)), **day("next_review_on", ahead(30))},
            "next_review_on",
            "The plan will have ended by then",
        ),
        ({"review_every": "other"}, "next_review_on", "give the day of the review"),
        (step(0, "Talk", "Ruth", ahead(-9)), "steps", "cannot be due before the plan begins"),
    ],
)
def test_days_that_cannot_be(
    ruth: Browser, made: Made, changes: dict[str, str], field: str, message: str
) -> None:
    page = begin(ruth, made, status=422, **changes)
    assert message in page.errors()[field]
    assert "Games, and the group chat of the team" in page.text


def test_a_paper_form_is_marked_with_both_times(ruth: Browser, made: Made) -> None:
    page = begin(ruth, made, **day("paper_on", ahead(-2)), **day("started_on", ahead(-2))).follow()
    assert "Filled in on paper on" in page.main_text
    assert "typed in today" in page.main_text
    chronology = ruth.get(f"/cases/{made.reference}/chronology")
    assert "Filled in on paper on" in chronology.main_text


def test_a_row_can_be_added_without_losing_anything(ruth: Browser, made: Made) -> None:
    page = ruth.get(made.new).submit(fields=WORDS_TYPED, button="Add another person", status=200)
    assert "Our words" in page.text
    selects = [one for one in page.all("select") if "who" in one.get("name", "")]
    assert len(selects) == 3
    assert all("Tom Whitlock" in page.words(one) for one in selects)


WORDS_TYPED = {"why": "Our words"}


def test_a_draft_is_changed_and_its_people_and_steps_with_it(
    ruth: Browser, made: Made, look: Any
) -> None:
    plan, people = begun(ruth, made, look)
    page = ruth.get(made.at(plan, "change"))
    more = {"people-2-name": "Gran", "people-2-role": "grandmother", "people-2-voice": "none"}
    page = page.submit(fields={"why": "Other words"}, button="Add another person", status=200)
    page = page.submit(fields=more, button="Add another step", status=200)
    page.submit(fields=step(1, "Phone stays downstairs", "Maria", ahead(9)), status=303)
    with look() as now:
        one = the_plan(now)
        assert one.plan.why == "Other words"
        assert [each.name for each in one.people] == [
            "Owen Price", "Ruth Adeyemi", "Maria Price", "Gran",
        ]  # fmt: skip
        assert {each.voice: str(each.id) for each in one.people if each.voice != "none"} == people
        mother = next(each.id for each in one.people if each.voice == "carer")
        assert [(each.what, each.person_id) for each in one.steps][1] == (
            "Phone stays downstairs",
            mother,
        )
    page = ruth.get(made.at(plan, "change")).submit(button="Remove person 3", status=200)
    page.submit(status=303)
    with look() as now:
        assert [each.name for each in the_plan(now).people][-1] == "Maria Price"


def test_a_person_of_another_plan_cannot_be_sent_along(
    ruth: Browser, made: Made, look: Any
) -> None:
    plan, _ = begun(ruth, made, look)
    page = ruth.get(made.at(plan, "change"))
    page.submit(fields={"people-0-id": str(uuid4())}, status=404)
    page = ruth.get(made.at(plan, "change"))
    page.submit(fields={"steps-0-id": str(uuid4())}, status=404)


def test_there_is_one_plan_at_a_time(ruth: Browser, made: Made, look: Any) -> None:
    first, second = ruth.get(made.new), ruth.get(made.new)
    words = {**WORDS, **step(0, "Talk", "Ruth", ahead(4))}
    first.submit(fields=words, status=303)
    second.submit(fields=words, status=409)
    page = ruth.get(made.new)
    assert "There is a plan already." in page.main_text
    with look() as now:
        assert page.link("Open the plan") == made.at(the_plan(now).plan.id)


def test_two_at_the_same_draft_lose_neither_text(ruth: Browser, made: Made, look: Any) -> None:
    plan, _ = begun(ruth, made, look)
    first, second = (ruth.get(made.at(plan, "change")) for _ in range(2))
    first.submit(fields={"why": "What the first wrote"}, status=303)
    page = second.submit(fields={"why": "What the second wrote"}, status=409)
    assert "What the first wrote" in page.main_text
    assert "What the second wrote" in page.main_text


def test_voices_are_written_at_different_times(ruth: Browser, made: Made, look: Any) -> None:
    plan, people = begun(ruth, made, look)
    page = write(ruth, made, plan, people["staff"], also_speak="The school nurse").follow()
    assert "He hides his screen" in page.main_text
    assert "The school nurse" in page.main_text
    assert "Not written yet: Owen Price, Maria Price" in ruth.get(made.at()).main_text
    ruth.get(made.at(plan, "voices", uuid4()), status=404)
    again = ruth.get(made.at(plan, "voices", people["staff"]))
    again = again.submit(fields={"signs": "Other", "how": "beside"}, status=422)
    assert again.errors() == {"reason": "Say why it is written anew"}
    young = ruth.get(made.at(plan, "voices", people["young"]))
    words = {"signs": "I am bored", "will": "Go out", "how": "paper"}
    young = young.submit(fields=words, status=422)
    assert young.errors() == {"paper_on-day": "Give the date on the paper"} or young.errors() == {
        "paper_on": "Give the date on the paper"
    }
    wants = {"wants-0-name": "Ruth", "wants-0-action": "ask me how it is going"}
    page = young.submit(fields={**wants, **day("paper_on", ahead(-1))}, status=303).follow()
    assert "Ruth to ask me how it is going" in page.main_text
    assert "Filled in on paper on" in page.main_text


def test_two_at_the_same_part_lose_neither_text(ruth: Browser, made: Made, look: Any) -> None:
    plan, people = begun(ruth, made, look)
    pages = [ruth.get(made.at(plan, "voices", people["staff"])) for _ in range(2)]
    words = {"will": "Sit with him", "how": "beside"}
    pages[0].submit(fields={**words, "signs": "He goes quiet"}, status=303)
    page = pages[1].submit(fields={**words, "signs": "He shouts"}, status=409)
    assert "He goes quiet" in page.main_text
    assert "He shouts" in page.main_text
    again = page.click("Open the form again")
    assert "He shouts" in again.text
    again.submit(fields={"signs": "He shouts, or goes quiet", "reason": "Both"}, status=303)


def test_agreeing_makes_an_edition_and_due_actions(ruth: Browser, made: Made, look: Any) -> None:
    plan, people = begun(ruth, made, look)
    write(ruth, made, plan, people["young"])
    page = ruth.get(made.at(plan, "agree"))
    assert "Ruth Adeyemi, Maria Price. The plan can be agreed without it." in page.main_text
    page = page.submit(fields={"present": "Everybody", **happened()}, status=422)
    assert list(page.errors()) == ["changed"]
    shown = page.submit(fields={"changed": "His mother writes at home"}, status=303).follow()
    assert "Part not written yet: " in shown.main_text or "Not written yet: " in shown.main_text
    with look() as now:
        one = the_plan(now)
        assert (one.plan.state, one.plan.edition, len(one.editions)) == ("agreed", 1, 1)
        due = {each.kind: each for each in actions.actions_of(now) if each.state == "open"}
        assert due["plan_step"].subject == str(one.steps[0].id)
        assert due["plan_step"].owner_id == one.people[1].member_id
        assert clock.local(due["plan_step"].due_at).date() == ahead(4)
        assert due["review_plan"].owner_id == now.lead_id
        assert clock.local(due["review_plan"].due_at).date() == ahead(14)
        assert [voice["name"] for voice in (one.editions[0].content or {})["voices"]] == [
            "Owen Price"
        ]
    due_page = ruth.get(f"/cases/{made.reference}/actions")
    assert "Review the moving forward plan with Owen Price" in due_page.main_text
    assert "Moving forward plan: Talk on Fridays" in due_page.main_text
    ruth.get(made.at(plan, "change"), status=409)
    ruth.get(made.at(plan, "agree"), status=409)


def test_only_those_of_the_plan_sign_it(
    ruth: Browser, made: Made, look: Any, school: School
) -> None:
    plan, people = begun(ruth, made, look)
    ruth.get(made.at(plan, "sign"), status=409)
    plan, people = _agree(ruth, made, plan, people)
    page = ruth.get(made.at(plan, "sign"))
    words = {"name": "Owen", "how": "typed", **day("signed_on", ahead(0))}
    token = {"csrf_token": ruth.token, **words}
    for stranger in (str(uuid4()), made.sara, str(school.dsl.id), "nobody"):
        wrong = ruth.post(made.at(plan, "sign"), {**token, "person": stranger}, status=422)
        assert "person" in wrong.errors()
    early = page.submit(
        fields={**words, "person": people["young"], **day("signed_on", ahead(-1))}, status=422
    )
    assert "did not exist yet" in early.errors()["signed_on"]
    late = early.submit(fields=day("signed_on", ahead(1)), status=422)
    assert "cannot be in the future" in late.errors()["signed_on"]
    shown = late.submit(fields=day("signed_on", ahead(0)), status=303).follow()
    assert "by typing the name" in shown.main_text
    twice = {**token, "person": people["young"]}
    assert "person" in ruth.post(made.at(plan, "sign"), twice, status=422).errors()
    with look() as now:
        assert [each.name for each in the_plan(now).signed] == ["Owen"]


def _agree(ruth: Browser, made: Made, plan: str, people: Any) -> tuple[str, Any]:
    words = {"present": "Everybody", "changed": "They write later", **happened()}
    ruth.get(made.at(plan, "agree")).submit(fields=words, status=303)
    return plan, people


def test_a_step_and_its_action_are_settled_together(ruth: Browser, made: Made, look: Any) -> None:
    plan, _ = agreed(ruth, made, look)
    with look() as now:
        one = the_plan(now).steps[0]
    page = ruth.get(made.at(plan, "steps", one.id))
    page = page.submit(fields={"stands": "done"}, status=422)
    assert list(page.errors()) == ["end_words"]
    shown = page.submit(fields={"end_words": "Four talks, he came to all"}, status=303).follow()
    assert "Four talks, he came to all" in shown.main_text
    with look() as now:
        assert [a.state for a in actions.actions_of(now) if a.kind == "plan_step"] == ["done"]
    ruth.get(made.at(plan, "steps", one.id), status=409)


def test_a_step_that_changes_is_due_anew(ruth: Browser, made: Made, look: Any) -> None:
    plan, _ = agreed(ruth, made, look)
    with look() as now:
        one = the_plan(now).steps[0]
    changed = {"stands": "open", "end_words": "Fridays are full", "what": "Talk on Mondays"}
    page = ruth.get(made.at(plan, "steps", one.id))
    page.submit(fields={**changed, "who": "Maria", **day("due_on", ahead(8))}, status=303)
    with look() as now:
        found = {a.state: a for a in actions.actions_of(now) if a.kind == "plan_step"}
        assert set(found) == {"open", "not_needed"}
        assert "Talk on Mondays" in found["open"].what
        assert (found["open"].owner_id, found["open"].owner_name) == (None, "Maria")


def test_a_step_settled_among_the_due_actions_is_shown_so(
    ruth: Browser, made: Made, look: Any
) -> None:
    plan, _ = agreed(ruth, made, look)
    with look() as now:
        due = next(a.id for a in actions.actions_of(now) if a.kind == "plan_step")
        one = the_plan(now).steps[0].id
    page = ruth.get(f"/cases/{made.reference}/actions/{due}/settle")
    page.submit(fields={"state": "done", "result": "He came"}, status=303)
    assert "Settled among the due actions: He came" in ruth.get(made.at(plan)).main_text
    assert "0 steps open" in ruth.get(made.at()).main_text
    page = ruth.get(made.at(plan, "steps", one))
    page.submit(status=303)
    with look() as now:
        assert the_plan(now).steps[0].state == "done"
        assert the_plan(now).steps[0].end_words == "He came"


def test_ids_of_another_case_are_not_there(
    ruth: Browser, made: Made, look: Any, school: School, saved: Any
) -> None:
    plan, people = agreed(ruth, made, look)
    with look() as now:
        one = the_plan(now)
        own = (one.steps[0].id, one.editions[0].id)
    with saved():
        other = factories.case(school).reference
    for path in (
        "", "/agree", "/sign", "/review", "/end", "/change", "/again", "/hand-over",
        f"/steps/{own[0]}", f"/editions/{own[1]}", f"/voices/{people['young']}",
    ):  # fmt: skip
        ruth.get(f"/cases/{other}/plans/{plan}{path}", status=404)
    ruth.get(made.at(plan, "steps", uuid4()), status=404)
    ruth.get(made.at(plan, "editions", uuid4()), status=404)


def test_who_only_reads_is_offered_nothing_to_change(
    ruth: Browser, made: Made, look: Any, sign_in: Any
) -> None:
    plan, people = agreed(ruth, made, look)
    head = sign_in(Role.HEAD)
    page = head.get(made.at(plan))
    offered = {href.removeprefix(made.at(plan)) for _, href in page.links()}
    for path in ("/review", "/sign", "/end", "/hand-over", f"/voices/{people['young']}"):
        assert path not in offered
        head.get(made.at(plan) + path, status=403)
    head.get(made.at())


def test_who_has_no_part_of_their_own_writes_none(ruth: Browser, made: Made, look: Any) -> None:
    gran = {"people-0-who": "", "people-0-name": "Gran", "people-0-voice": "none"}
    begin(ruth, made, **gran)
    with look() as now:
        one = the_plan(now)
        person = next(each.id for each in one.people if each.voice == "none")
    ruth.get(made.at(one.plan.id, "voices", person), status=404)
    assert "Not written yet: Owen Price, Maria Price" in ruth.get(made.at()).main_text


def test_what_is_changed_of_a_step_is_kept_also_when_it_ends(
    ruth: Browser, made: Made, look: Any
) -> None:
    plan, _ = agreed(ruth, made, look)
    with look() as now:
        one = the_plan(now).steps[0].id
    page = ruth.get(made.at(plan, "steps", one))
    page.submit(fields={"stands": "done", "end_words": "Four", "who": "Maria"}, status=303)
    with look() as now:
        step_now = the_plan(now).steps[0]
        assert (step_now.who, step_now.state) == ("Maria", "done")


def test_a_step_belongs_to_its_own_plan(ruth: Browser, made: Made, look: Any) -> None:
    from tests.plans.test_reviews import end

    first, _ = agreed(ruth, made, look)
    end(ruth, made, first)
    second, _ = begun(ruth, made, look)
    with look() as now:
        steps = {str(one.plan.id): one.steps[0].id for one in reading.plans_of(now)}
        edition = next(one for one in reading.plans_of(now) if one.editions).editions[0].id
    ruth.get(made.at(second, "steps", steps[second]))
    ruth.get(made.at(second, "steps", steps[first]), status=404)
    ruth.get(made.at(second, "editions", edition), status=404)
