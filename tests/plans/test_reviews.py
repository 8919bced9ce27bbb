"""Reviews as editions, the end of a plan, and what the case as a whole says of it."""

from datetime import timedelta
from typing import Any

from portal import clock
from portal.casefile import counts, features
from portal.cases import actions
from portal.cases import service as cases
from portal.cases.models import Case
from portal.journal import reading as journal
from portal.plans import steps
from portal.plans.models import Plan, PlanEdition, PlanSignature, PlanStep, PlanVoice
from tests.page import Browser
from tests.plans.conftest import (
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
    young,
)

SAID = {
    "present": "Owen and his mother",
    "worked": "The talks",
    "not_worked": "Nights",
    "changed": "The phone stays downstairs from ten",
}


def review(browser: Browser, made: Made, plan: str, **changes: Any) -> Any:
    status = changes.pop("status", 303)
    page = browser.get(made.at(plan, "review"))
    return page.submit(fields={**SAID, **happened(), **changes}, status=status)


def test_a_review_makes_the_next_edition(ruth: Browser, made: Made, look: Any) -> None:
    plan, people = agreed(ruth, made, look)
    reason = {"reason": "Said so at the review"}
    write(ruth, made, plan, people["carer"], will="Keep the phone downstairs", **reason)
    page = ruth.get(made.at(plan, "review"))
    assert "Talk on Fridays" in page.text
    page = page.submit(button="Add another step", status=200)
    fields = {**SAID, **happened(), **step(1, "Phone downstairs", "Maria Price", ahead(9))}
    page.submit(fields={**fields, "home_limits": "No phone after ten"}, status=303)
    with look() as now:
        one = the_plan(now)
        assert [each.kind for each in one.editions] == ["agreed", "review"]
        assert one.plan.next_review_on == ahead(14)
        first, second = (each.content or {} for each in one.editions)
        assert (first["home_limits"], second["home_limits"]) == ("", "No phone after ten")
        assert len(first["steps"]) == 1
        open_ones = [a for a in actions.actions_of(now) if a.state == "open"]
        assert sorted(a.kind for a in open_ones if "plan" in a.kind) == [
            "plan_step", "plan_step", "review_plan",
        ]  # fmt: skip
        ids = [each.id for each in one.editions]
    page = ruth.get(made.at(plan, "editions", ids[1]))
    assert "What changed since edition 1" in page.main_text
    for words in ("No phone after ten", "Phone downstairs", "Keep the phone downstairs"):
        assert words in page.main_text, words
    older = ruth.get(made.at(plan, "editions", ids[0]))
    assert "This is an older edition." in older.main_text
    assert "No phone after ten" not in older.main_text
    assert "Sit with him" in older.main_text


def test_a_review_can_end_steps_and_take_them_out(ruth: Browser, made: Made, look: Any) -> None:
    plan, _ = agreed(ruth, made, look)
    review(ruth, made, plan, **{"steps-0-stands": "done"})
    page = ruth.get(made.at(plan, "review")).submit(
        fields=step(0, "Another", "Gran", ahead(20)), status=422
    )
    page.submit(fields={**SAID, **happened()}, status=303)
    page = ruth.get(made.at(plan, "review"))
    page = page.submit(button="Remove step 1", status=200)
    page.submit(fields={**SAID, **happened()}, status=303)
    with look() as now:
        one = the_plan(now)
        assert [(each.state, each.end_words) for each in one.steps] == [
            ("done", "Settled at the review."),
            ("dropped", "Taken out of the plan."),
        ]
        assert not [
            a for a in actions.actions_of(now) if (a.kind, a.state) == ("plan_step", "open")
        ]


def test_days_of_a_review(ruth: Browser, made: Made, look: Any) -> None:
    plan, _ = agreed(ruth, made, look)
    page = review(ruth, made, plan, **day("next_review_on", ahead(0)), status=422)
    assert page.errors()["next_review_on"] == "The next review must be after this one"
    page = review(ruth, made, plan, **happened(3), status=422)
    assert "cannot be reviewed before it begins" in page.errors()["happened"]


def test_what_is_agreed_has_its_review_before_it(ruth: Browser, made: Made, look: Any) -> None:
    began = {**day("started_on", ahead(-20)), **day("next_review_on", ahead(-6))}
    begin(ruth, made, **began)
    with look() as now:
        plan = str(the_plan(now).plan.id)
    page = ruth.get(made.at(plan, "agree"))
    words = {"present": "All", "changed": "Later"}
    page = page.submit(fields={**words, **happened()}, status=422)
    assert "The first review would be before this" in page.errors()["happened"]
    page.submit(fields=happened(10), status=303)
    assert "Review late" in ruth.get(made.at(plan)).main_text
    review_page = ruth.get(made.at(plan, "review"))
    page = review_page.submit(fields={**SAID, **happened(12)}, status=422)
    assert "cannot be before the last edition" in page.errors()["happened"]
    end_page = ruth.get(made.at(plan, "end"))
    ended = {"outcome": "stopped", "words": "Moved away", **happened(12)}
    assert "last edition" in end_page.submit(fields=ended, status=422).errors()["happened"]


def test_two_at_the_same_review_lose_neither_text(ruth: Browser, made: Made, look: Any) -> None:
    plan, _ = agreed(ruth, made, look)
    first, second = (ruth.get(made.at(plan, "review")) for _ in range(2))
    fields = {**SAID, **happened()}
    first.submit(fields={**fields, "signal": "A pen"}, status=303)
    page = second.submit(fields={**fields, "signal": "A book"}, status=409)
    assert "A pen" in page.main_text
    assert "A book" in page.main_text


def test_the_end_settles_what_was_open(ruth: Browser, made: Made, look: Any) -> None:
    plan, people = agreed(ruth, made, look)
    page = ruth.get(made.at(plan, "end"))
    assert "1 step and the review on" in page.main_text
    page = page.submit(fields=happened(), status=422)
    assert set(page.errors()) == {"outcome", "words"}
    words = {"outcome": "partly", "words": "He asks for help now"}
    shown = page.submit(fields=words, status=303).follow()
    assert "It was kept in part" in shown.main_text
    assert "Begin a new plan from this one" in shown.main_text
    with look() as now:
        one = the_plan(now)
        assert [each.kind for each in one.editions] == ["agreed", "ended"]
        assert one.steps[0].state == "dropped"
        assert not [a for a in actions.actions_of(now) if a.state == "open" and "plan" in a.kind]
    for path in ("end", "review", "sign", f"voices/{people['young']}", "hand-over"):
        ruth.get(made.at(plan, path), status=409)


def test_a_new_plan_begins_from_an_ended_one(ruth: Browser, made: Made, look: Any) -> None:
    plan, _ = agreed(ruth, made, look)
    ruth.get(made.at(plan, "again"), status=409)
    end(ruth, made, plan)
    page = ruth.get(made.at(plan, "again"))
    assert "Games, and the group chat of the team" in page.text
    assert "Talk on Fridays" not in page.text
    page.submit(fields={**day("started_on", ahead(0)), "why": "It came back"}, status=303)
    with look() as now:
        one = the_plan(now)
        assert str(one.plan.id) != plan
        assert (one.plan.why, one.plan.state, one.voices) == ("It came back", "draft", [])
        assert [each.name for each in one.people][1:] == ["Ruth Adeyemi", "Maria Price"]


def end(browser: Browser, made: Made, plan: str) -> None:
    words = {"outcome": "kept", "words": "He asks for help now", **happened()}
    browser.get(made.at(plan, "end")).submit(fields=words, status=303)


def row(case: Case) -> Any:
    people = cases.people_in(case)
    return steps.steps(case, features.overview(case, people).found, people)[0]


def obstacles(case: Case) -> list[str]:
    people = cases.people_in(case)
    found = features.overview(case, people).found
    return [one.href for one in steps.obstacles(case, found, people)]


def test_the_task_list_and_closing_know_of_it(
    ruth: Browser, made: Made, look: Any, stopped: Any
) -> None:
    with look() as now:
        assert row(now).state.value == "Not started"
        assert obstacles(now) == []
    plan, _ = begun(ruth, made, look)
    with look() as now:
        assert row(now).line == "Draft, not agreed yet"
        assert obstacles(now) == [made.at(plan)]
    words = {"present": "All", "changed": "They write later", **happened()}
    ruth.get(made.at(plan, "agree")).submit(fields=words, status=303)
    with look() as now:
        assert "1 step open" in row(now).line
        assert obstacles(now) == [made.at(plan, "end")]
    stopped(clock.now() + timedelta(days=16))
    with look() as now:
        assert (row(now).words, row(now).urgent) == ("Review late", True)
        assert obstacles(now) == [made.at(plan, "review"), made.at(plan, "end")]


def test_an_ended_plan_is_in_nobody_s_way(ruth: Browser, made: Made, look: Any) -> None:
    plan, _ = agreed(ruth, made, look)
    end(ruth, made, plan)
    with look() as now:
        assert (row(now).state.value, row(now).line) == ("Done", "Ended: the plan was kept")
        assert obstacles(now) == []
    assert "Ended: the plan was kept" in ruth.get(f"/cases/{made.reference}").main_text


def test_nobody_known_or_nobody_at_all(made: Made, look: Any) -> None:
    with look() as now:
        owen = young(now)
        people = cases.people_in(now)
        found = features.overview(now, people).found
        others = [one for one in people if one.id != owen.id]
        assert steps.steps(now, found, others)[0].state.value == "Not needed"


def test_one_entry_of_the_chronology_for_each_record(ruth: Browser, made: Made, look: Any) -> None:
    plan, people = agreed(ruth, made, look)
    signed = {"person": people["young"], "name": "Owen", "how": "paper"}
    page = ruth.get(made.at(plan, "sign"))
    page.submit(fields={**signed, **day("signed_on", ahead(0))}, status=303)
    review(ruth, made, plan)
    end(ruth, made, plan)
    with look() as now:
        found = steps.entries(now)
        kinds = (Plan, PlanVoice, PlanStep, PlanEdition, PlanSignature)
        assert len(found) == sum(len(cases.records_of(now, kind)) for kind in kinds) == 9
        assert counts.counts_of(now).entries == len(features.entries(now))
    page = ruth.get(f"/cases/{made.reference}/chronology")
    for words in ("Moving forward plan signed: Owen Price", "On paper, as Owen.", "The talks"):
        assert words in page.main_text, words


def test_what_stood_in_a_part_before_stays_readable(ruth: Browser, made: Made, look: Any) -> None:
    plan, people = agreed(ruth, made, look)
    write(ruth, made, plan, people["young"], signs="I stay up", reason="He said more")
    with look() as now:
        voice = next(v for v in the_plan(now).voices if str(v.person_id) == people["young"])
        told = journal.versions(voice)
        assert [one.values["signs"] for one in told] == [
            ["I stay up"],
            ["He goes quiet", "He hides his screen"],
        ]
        assert told[0].reason == "He said more"
        path = f"/cases/{made.reference}/versions/plan_voices/{voice.id}"
    page = ruth.get(path)
    assert "He hides his screen" in page.main_text
    for table, kind in (("plans", Plan), ("plan_editions", PlanEdition), ("plan_steps", PlanStep)):
        with look() as now:
            one = cases.records_of(now, kind)[0].id
        ruth.get(f"/cases/{made.reference}/versions/{table}/{one}")


def test_pages_cost_the_same_with_much_in_them(
    ruth: Browser, made: Made, look: Any, statements: Any
) -> None:
    plan, _ = agreed(ruth, made, look)
    costs = []
    for _ in range(2):
        ruth.get(made.at()), ruth.get(made.at(plan))
        with statements() as counted:
            ruth.get(made.at())
            ruth.get(made.at(plan))
        costs.append(counted.count)
        for _ in range(3):
            review(ruth, made, plan)
    assert costs[0] == costs[1]
    end(ruth, made, plan)
    begin(ruth, made)
    ruth.get(made.at())
