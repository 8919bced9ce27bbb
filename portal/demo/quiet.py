"""Twenty quiet matters from the last months: closed, open, waiting, some of them overdue."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from portal import clock
from portal.assessment import service as assessment
from portal.assessment.rules import REQUIRED_CONSIDERATIONS
from portal.cases import actions, decisions
from portal.cases import service as cases
from portal.cases.decisions import SecondWord
from portal.cases.models import Case
from portal.clock import Happened
from portal.demo import acts
from portal.demo.oakfield import Oakfield, data
from portal.demo.timeline import Plot, beside
from portal.disclosures import service as disclosures
from portal.disclosures.models import Disclosure
from portal.disclosures.service import NewDisclosure
from portal.guidance.catalogue import default_rule_set
from portal.police import rules
from portal.police import service as police
from portal.police.models import Assessment
from portal.staff.viewer import Viewer

Matter = Mapping[str, Any]
_SO_FAR = {
    "crime": "Thought about with the safeguarding team; see the reason for the level.",
    "ages": "As in the record.",
    "developmental_stage": "Nothing out of the ordinary for their age.",
    "power_imbalance": "Same year or one apart; no other imbalance known.",
    "one_off_or_pattern": "The first time that school hears of it.",
    "continuing_risk": "Asked each of them; to be asked again at the next meeting.",
    "wider_context": "Friends in the same form; nothing known outside school.",
    "vulnerabilities": "As marked in the record.",
    "earlier_incidents": "None in the portal.",
}


def plots(oakfield: Oakfield) -> Iterator[Plot]:
    for number, matter in enumerate(data("quiet")["quiet"]):
        lead = oakfield.members["dsl" if number % 3 else "deputy"]
        yield _plot(oakfield, matter, lead)


def _plot(oakfield: Oakfield, matter: Matter, lead: Viewer) -> Plot:
    told = _told(oakfield, matter)
    yield told + timedelta(minutes=7 if "minutes" in matter else 20)
    recorder = oakfield.members[matter["by"]]
    new = _as_new(oakfield, matter, Happened.of(told))
    disclosure = disclosures.record_disclosure(recorder, oakfield.school, new)
    if matter.get("waiting"):
        return
    yield told + timedelta(minutes=35)
    disclosures.pick_up(lead, disclosure)
    if matter.get("picked_up"):
        yield told + timedelta(minutes=36)
        disclosures.ask(lead, disclosure, matter["picked_up"])
        return
    yield told + timedelta(minutes=70)
    if matter.get("no_action"):
        disclosures.take_no_action(lead, disclosure, matter["no_action"])
        return
    yield from _case(oakfield, matter, lead, disclosure, told)


def _case(
    oakfield: Oakfield, matter: Matter, lead: Viewer, disclosure: Disclosure, told: datetime
) -> Plot:
    case = disclosures.open_case(lead, disclosure, oakfield.school, {})
    yield told + timedelta(minutes=100)
    _review(oakfield, matter, lead, case)
    if matter.get("reviewed"):
        return
    yield told + timedelta(minutes=115)
    answered = _answer(oakfield, matter, lead, case)
    if matter.get("decision"):
        yield told + timedelta(minutes=125)
        _decide(oakfield, matter["decision"], lead, case, answered)
    if matter.get("level"):
        yield told + timedelta(minutes=150)
        _assess(matter, lead, case)
    yield from beside(
        _notes(oakfield, matter, lead, case),
        acts.plot(oakfield, case, matter.get("acts", []), partial(_moment, oakfield, matter), lead),
    )
    close = matter.get("close")
    if close:
        yield _after(oakfield, matter, close["after"], time(16, 5))
        for one in actions.actions_of(case):
            if one.state == "open":
                actions.settle_action(lead, one, "done", matter.get("settle", "Found out."))
        cases.close(lead, case, close["reason"], close["lessons"], close["views"])


def _notes(oakfield: Oakfield, matter: Matter, lead: Viewer, case: Case) -> Plot:
    for entry in matter.get("notes", []):
        yield _after(oakfield, matter, entry["after"], time(14, 10))
        cases.add_note(lead, case, entry.get("kind", "contact"), entry["words"], _now())


def _told(oakfield: Oakfield, matter: Matter) -> datetime:
    if "minutes" in matter:
        return clock.now() - timedelta(minutes=matter["minutes"])
    at = time.fromisoformat(matter["at"])
    return datetime.combine(oakfield.school_day(matter["told"]), at, clock.ZONE)


def _after(oakfield: Oakfield, matter: Matter, days: int, at: time) -> datetime:
    """So many school days after it was told; what would lie ahead has just happened."""
    back = matter["told"] - days
    if back < 1:
        return clock.now()
    return datetime.combine(oakfield.school_day(back), at, clock.ZONE)


def _moment(oakfield: Oakfield, matter: Matter, act: Matter) -> datetime:
    return _after(oakfield, matter, act["after"], time.fromisoformat(act["at"]))


def _as_new(oakfield: Oakfield, matter: Matter, told: Happened) -> NewDisclosure:
    rows = []
    for one in matter["people"]:
        pupil = oakfield.pupils.get(one.get("name", ""))
        rows.append(
            {
                "name": pupil.full_name if pupil else "",
                "kind": one.get("kind", "pupil"),
                "form_group": pupil.form_group if pupil else "",
                "parts": list(one["part"]),
                "words_for_self": "",
                "description": one.get("description", ""),
                **({"person_id": str(pupil.id)} if pupil else {}),
            }
        )
    return NewDisclosure(
        told_at=told,
        facts={
            "how": matter["how"],
            "danger": matter.get("checklist", {}).get("at_risk", "no"),
            "told_dsl": "not_yet" if matter.get("waiting") else "yes",
            "types": matter["types"],
            "behaviours": matter["behaviours"],
            "overlaps": matter.get("overlaps", []),
            "hate_elements": matter.get("hate_elements", []),
        },
        words={
            "own_words": matter.get("own_words", ""),
            "seen": matter.get("seen", ""),
            "platforms": matter["platforms"] or None,
        },
        people=rows,
    )


def _review(oakfield: Oakfield, matter: Matter, lead: Viewer, case: Case) -> None:
    grave = matter.get("checklist", {}).get("at_risk") == "yes"
    refer = matter.get("decision", {}).get("choice") == "refer"
    deputy = oakfield.members["deputy" if lead is oakfield.members["dsl"] else "dsl"]
    assessment.record_review(
        lead,
        case,
        facts={
            "immediate_risk": "yes" if grave else "no",
            "referral_needed": "yes" if refer else "no",
            "tell_outside": "yes" if refer else "no",
            "urgent_removal": "no",
            "viewing_needed": "no",
        },
        words={"attended": f"{lead.name}, {deputy.name}", "unknowns": matter.get("unknowns", [])},
        met=_now(),
        days=oakfield.days,
    )


def _answer(oakfield: Oakfield, matter: Matter, lead: Viewer, case: Case) -> Assessment:
    asked = default_rule_set()
    record = police.facts_of(case)
    suggested = rules.suggest(record, asked)
    answers = dict.fromkeys(asked.question_keys, matter["otherwise"]) | matter.get("checklist", {})
    facts = dict.fromkeys(asked.fact_keys, matter["otherwise"]) | matter.get("facts", {})
    against = [key for key in suggested if {**answers, **facts}[key] == "no"]
    return police.answer_checklist(
        lead,
        case,
        rule_set=asked,
        answers=answers,
        facts=facts,
        notes=dict.fromkeys(
            against, "Asked each of them and the form tutor; nothing points to it."
        ),
        record=record,
        days=oakfield.days,
    )


def _decide(
    oakfield: Oakfield, said: Matter, lead: Viewer, case: Case, answered: Assessment
) -> None:
    named = ("reason", "advice", "advice_from", "advice_reference")
    decision = police.decide(
        lead,
        case,
        answered,
        choice=rules.Choose(said["choice"]),
        words={name: said[name] for name in named if name in said},
        happened=_now(),
    )
    if said.get("countersign"):
        head = oakfield.members["head"]
        word = SecondWord(agrees=True, words=said["countersign"], member_id=head.id)
        decisions.countersign(head, decision, word)


def _assess(matter: Matter, lead: Viewer, case: Case) -> None:
    reasons = matter["responses"]
    first = next(iter(reasons.values()))
    assessment.assess_risk(
        lead,
        case,
        level=matter["level"],
        responses=list(reasons),
        words={
            "level_reason": matter.get("level_reason", first),
            "considerations": {key: _SO_FAR[key] for key in REQUIRED_CONSIDERATIONS},
            "response_reasons": dict(reasons),
            "no_social_care_reason": "",
        },
        made=_now(),
    )


def _now() -> Happened:
    return Happened.of(clock.now())
