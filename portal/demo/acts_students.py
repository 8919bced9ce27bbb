"""Acts that a student takes part in: wishes, what must not be told, notes, the plan."""

from collections.abc import Callable, Mapping
from typing import Any

from portal import clock
from portal.cases import need_to_know, withheld
from portal.demo.work import Act, Work, happened
from portal.plans import editions
from portal.plans import service as plans
from portal.plans.models import PlanPerson
from portal.plans.reading import whole
from portal.plans.service import NewPerson, NewPlan
from portal.plans.work import NewStep
from portal.wishes import service as wishes
from portal.wishes.rules import Named


def _wishes(work: Work, act: Act) -> None:
    person = work.somebody(act)
    visit = wishes.Visit(
        how=act["how"],
        at=happened(act),
        people=[_named(work, one) for one in act["people"]],
        next_on=work.day_in(act, "next"),
        class_form=person.person.form_group if person.person else "",
        anything_else=act.get("words", ""),
        must_know=act["must_know"],
    )
    wishes.record_visit(work.who(act), work.case, person, visit)


def _named(work: Work, one: Mapping[str, Any]) -> Named:
    member = work.oakfield.members[one["member"]].id if "member" in one else None
    said = {name: one[name] for name in _OF_SOMEBODY_NAMED if name in one}
    return Named(name=one["name"], standing=one["standing"], member_id=member, **said)


_OF_SOMEBODY_NAMED = ("knows_already", "how_much", "support", "not_do")


def _withhold(work: Work, act: Act) -> None:
    words = {"fact": act["words"], "phrases": act["phrases"], "reason": act["reason"]}
    withheld.withhold(
        work.who(act),
        work.case,
        work.somebody(act),
        words=words,
        from_kinds=act["from"],
        from_people=[],
    )


def _need_to_know(work: Work, act: Act) -> None:
    told = work.oakfield.members[act["to"]]
    new = need_to_know.New(told.id, act["words"], clock.today())
    sent = need_to_know.send(work.who(act), work.case, work.somebody(act), new)
    work.told_notes[act["to"]] = sent.id


def _note_read(work: Work, act: Act) -> None:
    need_to_know.read(work.oakfield.members[act["to"]], work.told_notes[act["to"]])


def _plan(work: Work, act: Act) -> None:
    person = work.somebody(act)
    work.plans[person.name] = plans.begin(work.who(act), work.case, person, _as_new(work, act))


def _as_new(work: Work, act: Act) -> NewPlan:
    """The first page of a plan: facts, words, who takes part, steps."""
    facts = {
        "started_on": clock.today(),
        "ends_on": work.day_in(act, "ends"),
        "review_every": act["review_every"],
        "next_review_on": work.day_in(act, "next"),
    }
    rows = [
        NewStep(what=row["what"], who=row["who"], due_on=work.school_days_on(row["in"]).date())
        for row in act["steps"]
    ]
    return NewPlan(
        facts=facts,
        words={name: act[name] for name in _OF_A_PLAN if name in act},
        people=[_taking_part(work, act, one) for one in act["people"]],
        steps=rows,
    )


_OF_A_PLAN = (
    "internet_use",
    "covers",
    "why",
    "lasts",
    "if_not_followed",
    "signal",
    "signal_where",
    "home_limits",
    "notes",
    "help_adult",
    "help_when",
    "help_where",
    "police_advice",
    "police_advice_from",
)


def _taking_part(work: Work, act: Act, one: Mapping[str, Any]) -> NewPerson:
    role, voice = one.get("role", ""), one["voice"]
    if "member" in one:
        member = work.oakfield.members[one["member"]]
        return NewPerson(member.name, role, voice, member_id=member.id)
    link = work.carer(work.somebody(act), one["carer"])
    return NewPerson(one["carer"], role or link.relation, voice, carer_id=link.id)


def _voice(work: Work, act: Act) -> None:
    """Somebody’s own part of a plan; without a name, that of the young person."""
    plan = work.plans[act["plan"]]
    said = {name: act[name] for name in _OF_A_VOICE if name in act}
    by = _who_signs(work, act)
    plans.write_voice(work.who(act), work.case, plan, by, said, how=act["how"])


_OF_A_VOICE = ("signs", "will", "others_notice", "wants", "other_help", "also_speak")


def _who_signs(work: Work, act: Act) -> PlanPerson:
    people = whole(work.plans[act["plan"]]).people
    named = act.get("name", act["plan"])
    return next(one for one in people if one.name == named)


def _agree(work: Work, act: Act) -> None:
    plan = work.plans[act["plan"]]
    words = {"present": act["present"], "changed": act.get("words", "")}
    editions.agree(work.who(act), work.case, plan, at=happened(act), words=words)


def _sign(work: Work, act: Act) -> None:
    plan, one = work.plans[act["plan"]], _who_signs(work, act)
    editions.sign(
        work.who(act), plan, one, on=clock.today(), how=act.get("how", "paper"), name=one.name
    )


def _plan_review(work: Work, act: Act) -> None:
    """A review; `change` holds the words that are new, `steps` those that are added."""
    plan = work.plans[act["plan"]]
    now = whole(plan)
    kept = [
        NewStep(one.what, one.who, one.due_on, str(one.id), one.state, one.end_words)
        for one in now.steps
    ]
    for number, ended in act.get("done", {}).items():
        one = kept[number - 1]
        kept[number - 1] = NewStep(one.what, one.who, one.due_on, one.id, "done", ended)
    added = [
        NewStep(what=row["what"], who=row["who"], due_on=work.school_days_on(row["in"]).date())
        for row in act.get("steps", [])
    ]
    facts = {name: getattr(plan, name) for name in ("started_on", "ends_on", "review_every")}
    new = NewPlan(
        facts={**facts, "next_review_on": work.day_in(act, "next")},
        words=act.get("change", {}),
        people=[
            NewPerson(one.name, one.role, one.voice, str(one.id), one.member_id, one.carer_id)
            for one in now.people
            if one.voice != "young"
        ],
        steps=[*kept, *added],
    )
    words = {name: act.get(name, "") for name in ("present", "worked", "not_worked", "changed")}
    editions.review(work.who(act), work.case, plan, new, at=happened(act), words=words)


def _plan_end(work: Work, act: Act) -> None:
    plan = work.plans[act["plan"]]
    editions.end(
        work.who(act),
        work.case,
        plan,
        outcome=act["outcome"],
        words=act["words"],
        at=happened(act),
    )


ACTS: Mapping[str, Callable[[Work, Act], None]] = {
    "wishes": _wishes,
    "withhold": _withhold,
    "need to know": _need_to_know,
    "note read": _note_read,
    "plan": _plan,
    "voice": _voice,
    "agree": _agree,
    "sign": _sign,
    "plan review": _plan_review,
    "plan end": _plan_end,
}
