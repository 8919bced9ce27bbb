"""What a plan says, put into words: its content as lines, in the order in which people read it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from markupsafe import Markup

from portal.guidance.catalogue import vocabulary
from portal.plans.models import PlanPerson
from portal.plans.rules import Hindrance, Line
from portal.web.dates import plain_day
from portal.web.isolated import isolated

Content = Mapping[str, Any]

BINDS_ADULTS = (
    "This plan binds the adults too: everybody who takes part does what they have written here."
)
NO_QUESTIONS = (
    "The police were told. Nobody asks what happened while this plan is made or reviewed: it is "
    "about what comes next."
)
WHY, WHY_AHEAD = "Why are we making this plan?", "What do we want to be different from now on?"

STATES = {"draft": "Draft", "agreed": "Agreed", "ended": "Ended"}
STEP_STATES = {"open": "Open", "done": "Done", "dropped": "Dropped"}
KINDS = {"agreed": "Agreed", "review": "Reviewed", "ended": "Ended"}
CHANGED = {
    "agreed": "Why it was agreed before every part was written",
    "review": "What changed, and why",
    "ended": "How it ended",
}
HINDRANCES = {
    Hindrance.NOT_DISPLAYED: "A plan is made with somebody who displayed the behaviour.",
    Hindrance.NOT_KNOWN: "Nobody can make a plan with somebody who is not known yet.",
    Hindrance.NO_RESPONSE: (
        "No response has been chosen yet. The plan follows the risk assessment, never the other "
        "way round."
    ),
    Hindrance.POLICE_ADVICE: (
        "The police were told. Ask them first whether this plan may go on, and record their "
        "advice in it."
    ),
}

# The fields of a plan as they are read, each with its words.
LABELS: Mapping[str, str] = {
    "started_on": "Date",
    "paper_on": "Filled in on paper first, on",
    "internet_use": "What the internet is used for",
    "covers": "What “online” covers in this plan",
    "why": "Why this plan",
    "if_not_followed": "If the plan is not followed",
    "signal": "How to signal for help",
    "signal_where": "Where and when help is there",
    "home_limits": "Limits agreed for home",
    "notes": "Notes",
    "lasts": "How long it lasts",
    "ends_on": "It ends on",
    "review_every": "How often it is reviewed",
    "next_review_on": "Next review",
    "help_adult": "Who can be talked to",
    "help_when": "Day and time",
    "help_where": "Room or office",
    "police_advice": "What the police advised",
    "police_advice_from": "Who advised it, and their reference",
}
_DAYS = frozenset({"started_on", "ends_on", "next_review_on", "paper_on"})


def value(content: Content, name: str) -> str:
    """One field of a plan’s content in words."""
    kept = content.get(name)
    if not kept:
        return ""
    if name in _DAYS:
        return plain_day(date.fromisoformat(kept))
    return vocabulary("plan_rhythms").label(kept) if name == "review_every" else str(kept)


def label_of(content: Content, name: str) -> str:
    if name == "why" and content.get("police_advice"):
        return "What is to be different from now on"
    return LABELS[name]


def start_lines(content: Content) -> list[Line]:
    """The first page of a plan: every field in which something stands."""
    return [
        Line(name, label_of(content, name), value(content, name))
        for name in LABELS
        if value(content, name)
    ]


def voice_lines(voice: Mapping[str, Any], *, police: bool) -> list[Line]:
    """One person’s part, question by question."""
    asked = {
        "signs": signs_words(voice["voice"], police=police),
        "will": will_words(voice["voice"]),
        "others_notice": "Other people will notice if I…",
        "wants": "I would like…",
        "other_help": "Other help I would like",
        "also_speak": "I might also speak to",
    }
    said = {
        **{name: str(voice.get(name) or "") for name in asked},
        "signs": "\n".join(voice.get("signs") or []),
        "will": "\n".join(voice.get("will") or []),
        "wants": "\n".join(want_words(one) for one in voice.get("wants") or []),
    }
    return [Line(name, asked[name], said[name]) for name in asked if said[name]]


def signs_words(voice: str, *, police: bool) -> str:
    """The beginning of the first sentence: about help, where nobody may ask about the past."""
    if voice == "young":
        return "I will know I need help if I…" if police else (
            "I will know it is about to happen again if I…"
        )  # fmt: skip
    return "I will know they need help if they…" if police else (
        "I will know it is about to happen again if they…"
    )  # fmt: skip


def will_words(voice: str) -> str:
    return "To help me, I will…" if voice == "young" else "To help them, I will…"


def want_words(one: Mapping[str, str]) -> str:
    return f"{one.get('name', '')} to {one.get('action', '')}"


def step_text(step: Mapping[str, Any]) -> str:
    """One step in a line: what, who, by when, and how it ended where it did."""
    by = plain_day(date.fromisoformat(step["due_on"]))
    ended = "" if step["state"] == "open" else f"\n{STEP_STATES[step['state']]}"
    why = f": {step['end_words']}" if ended and step.get("end_words") else ""
    return f"{step['what']}\n{step['who']}, by {by}{ended}{why}"


def person_text(person: Mapping[str, Any]) -> str:
    return ", ".join(filter(None, (person["name"], person["role"])))


def lines(content: Content) -> list[Line]:
    """All that a plan says, as lines that can be compared with those of another edition."""
    police = bool(content.get("police_advice"))
    found = start_lines(content)
    found += [
        Line(f"person:{one['id']}", "Who takes part", person_text(one)) for one in content["people"]
    ]
    found += [Line(f"step:{one['id']}", "Step", step_text(one)) for one in content["steps"]]
    for voice in content["voices"]:
        found += [
            Line(
                f"voice:{voice['person_id']}:{line.key}",
                f"{voice['name']}: {line.label}",
                line.text,
            )
            for line in voice_lines(voice, police=police)
        ]
    return found


def whole_text(content: Content) -> str:
    """All that a plan says, in one text."""
    return "\n".join(f"{line.label}: {line.text}" for line in lines(content))


def choice_of(person: PlanPerson) -> Markup:
    """Somebody who takes part, as a choice."""
    part = vocabulary("plan_voices").label(person.voice) if person.voice != "none" else ""
    said = [isolated(one) for one in (person.name, person.role) if one]
    return Markup(", ").join([*said, part.lower()] if part else said)


def day(text: str) -> date:
    """A day as content keeps it."""
    return date.fromisoformat(text)
