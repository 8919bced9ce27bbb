"""The forms of a plan itself: its first page, and a review with the plan below it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import ValidationError

from portal.guidance.catalogue import vocabulary
from portal.people.service import fold
from portal.plans import rules, service, words
from portal.web import fields as f
from portal.web.form_base import Asked, Form, Row

FACTS = ("started_on", "ends_on", "review_every", "next_review_on", "paper_on")
WORDS = (
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
)
ADVICE = ("police_advice", "police_advice_from")
WAYS_TO_END_A_STEP = (
    ("done", "It is done"),
    ("dropped", "It is dropped", "Nobody does it any more."),
)


class PersonRow(Row):
    """Somebody who takes part beside the young person."""

    id = f.Hidden("Who", maximum=36)
    who = f.Select("Colleague, parent or carer", blank="Somebody else, named below")
    name = f.Line(
        "Name in the plan",
        hint="For somebody who stands in no list here, or if they are called something else.",
    )
    role = f.Line("What they are to the young person", hint="Such as form tutor, or grandmother.")
    voice = f.Radios(
        "Their part of the plan",
        choices=lambda: [(one.code, one.label) for one in vocabulary("plan_voices")][1:],
        required="Say which part they write, if any",
    )

    def validate_name(self, field: Any) -> None:
        if not field.data and not self.who.data:
            raise ValidationError("Choose who it is, or write a name")


class StepRow(Row):
    """One step for using the internet safely and with respect."""

    id = f.Hidden("Step", maximum=36)
    what = f.LongText("What will be done", rows=2, maximum=2000, required="Say what will be done")
    who = f.Line("Who sees to it?", required="Say who sees to it", hint="A name as above.")
    due_on = f.Day("By when?", required="Say by when")


class ReviewedStepRow(StepRow):
    stands = f.Radios(
        "How does it stand?",
        choices=[("open", "It goes on"), *WAYS_TO_END_A_STEP],
        default="open",
    )

    def questions(self) -> list[Asked]:
        """A step that is new in this review cannot have ended in it."""
        asked = super().questions()
        return asked if self.id.data else [one for one in asked if one is not self.stands]


class PlanForm(Form):
    """The first page of a plan: the questions with which it starts."""

    police_advice = f.LongText(
        "What did the police advise?",
        rows=3,
        hint="May this plan go on now, and what must nobody talk about?",
        required="Record what the police advised. Until then no plan can begin.",
    )
    police_advice_from = f.Line(
        "Who advised it, and their reference?",
        hint="Name, collar number and log number.",
        required="Say who advised it, and their reference",
    )
    started_on = f.Day("Date of the plan", required="Give the date of the plan")
    paper_on = f.Day("If it was filled in on paper first: the date on the paper", not_future=True)
    people = f.Rows(
        PersonRow,
        "Who else takes part?",
        hint="It is not for the young person alone: those who support them keep to it too.",
        noun="person",
    )
    internet_use = f.LongText(
        "What do they use the internet for?",
        rows=3,
        hint="Favourite apps, games and websites, in their own words.",
        required="Write what they use the internet for",
    )
    covers = f.LongText(
        "What does “online” cover in this plan?",
        rows=2,
        hint="Be exact. Apps, websites, games, television on demand?",
    )
    why = f.LongText(
        words.WHY,
        rows=3,
        hint="Such as: what happened before that we are worried about?",
        required="Write what this plan is for",
    )
    steps = f.Rows(
        StepRow,
        "What steps will we take?",
        hint="So that the internet is used safely and with respect. Each has somebody who sees to "
        "it, and a day. Steps are for adults as well.",
        noun="step",
    )
    if_not_followed = f.LongText(
        "What happens if somebody does not follow the plan?",
        rows=3,
        hint="Agree it now, for adults as well.",
    )
    signal = f.Line(
        "How will they signal that they need help?",
        maximum=500,
        hint="A word or a phrase, such as “Can I borrow a pen?”",
    )
    signal_where = f.Line(
        "Where and when is help there?", maximum=500, hint="A place and a time that can be kept."
    )
    home_limits = f.LongText(
        "What limits are agreed for home?",
        rows=2,
        hint="A full ban is hard to keep. Think of limits of time, or rooms that are shared.",
    )
    lasts = f.Line(
        "How long will this plan last?",
        hint="In words, such as “one to two months”.",
        required="Say how long it lasts",
    )
    ends_on = f.Day("On which day does it end?", hint="Leave it empty if that is not agreed.")
    review_every = f.Radios(
        "How often will we review it?",
        choices=lambda: vocabulary("plan_rhythms").choices,
        required="Say how often it is reviewed",
    )
    next_review_on = f.Day(
        "When is the first review?",
        hint="Left empty, it is counted from the date of the plan.",
    )
    help_adult = f.Line(
        "Who can they talk to at school?",
        hint="One adult with a name. This stands on the help sheet they take with them.",
    )
    help_when = f.Line("On which day, at what time?", hint="Such as “Tuesdays, 12:30”.")
    help_where = f.Line("In which room or office?")
    notes = f.LongText("Notes", rows=3)

    since: date | None = None  # where the form does not ask when the plan begins
    reviewed_on: date | None = None

    @property
    def begins(self) -> date | None:
        found: date | None = self.started_on.data if "started_on" in self else self.since
        return found

    def for_police(self, *, told: bool) -> None:
        """After the police were told nobody asks about the past, and their advice comes first."""
        self.why.label.text = words.WHY_AHEAD if told else words.WHY
        if told:
            self.why.hint = "About what comes next. Do not ask or write what happened."
        else:
            del self.police_advice
            del self.police_advice_from

    def offer(self, choices: Sequence[tuple[Any, ...]]) -> None:
        """Offer the colleagues and carers who could take part; again after a row was added."""
        row: Any
        for row in self.people.entries:
            row.who.choices = choices

    def validate_people(self, field: Any) -> None:
        named = [row.who.data or fold(row.name.data or "") for row in field.filled]
        if len(set(named)) < len(named):
            raise ValidationError("Somebody stands here twice. Name each person once.")

    def validate_steps(self, field: Any) -> None:
        for row in field.filled:
            if self.begins and row.due_on.data and row.due_on.data < self.begins:
                raise ValidationError("A step cannot be due before the plan begins")

    def validate_ends_on(self, _field: Any) -> None:
        self._judge_day("ends_on")

    def validate_next_review_on(self, field: Any) -> None:
        if field.data is None and self.review_every.data == "other":
            raise ValidationError("In another rhythm: give the day of the review")
        self._judge_day("next_review_on")

    def _judge_day(self, name: str) -> None:
        found = rules.date_problems(
            self.begins, self.ends_on.data, self.review_day, reviewed_on=self.reviewed_on
        )
        if name in found:
            raise ValidationError(found[name])

    @property
    def review_day(self) -> date | None:
        """The day that was given, or the one that the rhythm gives."""
        since = self.reviewed_on or self.begins
        if self.next_review_on.data is not None or since is None:
            given: date | None = self.next_review_on.data
            return given
        day = rules.next_review(since, str(self.review_every.data or ""))
        ends = self.ends_on.data
        return min(day, ends) if day and ends and ends > since else day

    def plan(self, people: Mapping[str, service.NewPerson]) -> service.NewPlan:
        """What was written. `people` gives whom each of the choices means."""
        advice = [name for name in ADVICE if name in self]
        facts = {name: self[name].data for name in FACTS if name in self}
        return service.NewPlan(
            facts={**facts, "next_review_on": self.review_day},
            words={name: self[name].data for name in (*WORDS, *advice)},
            people=[_person(row, people) for row in self.people.data],
            steps=[_step(row) for row in self.steps.data],
        )


def refuse_before(field: Any, after: date | None) -> None:
    """What is done with a plan comes after its last edition."""
    if field.data and after and field.data.on < after:
        raise ValidationError("This cannot be before the last edition of the plan")


def _person(row: Mapping[str, Any], people: Mapping[str, service.NewPerson]) -> service.NewPerson:
    chosen = people.get(row["who"] or "")
    return service.NewPerson(
        id=row["id"],
        name=row["name"] or (chosen.name if chosen else ""),
        role=row["role"] or (chosen.role if chosen else ""),
        voice=row["voice"],
        member_id=chosen.member_id if chosen else None,
        carer_id=chosen.carer_id if chosen else None,
    )


def _step(row: Mapping[str, Any]) -> service.NewStep:
    stands = (row.get("stands") or "open") if row["id"] else "open"
    said = "" if stands == "open" else "Settled at the review."
    return service.NewStep(row["what"], row["who"], row["due_on"], row["id"], stands, said)


class ReviewForm(PlanForm):
    """A review, with the plan below it so that it can be changed in the same go."""

    happened = f.Happened("When was it reviewed?", required="Say when it was reviewed")
    present = f.LongText("Who was there?", rows=2, required="Say who was there")
    worked = f.LongText("What has worked?", rows=3, required="Say what has worked")
    not_worked = f.LongText(
        "What has not worked?", rows=3, required="Say what has not worked, or “nothing”"
    )
    changed = f.LongText(
        "What changes now, and why?",
        rows=3,
        required="Say what changes now, or “nothing”",
        hint="Then change it below, so that the next edition says so.",
    )
    steps = f.Rows(ReviewedStepRow, "What steps will we take?", noun="step")

    after: date | None = None
    REVIEW = ("present", "worked", "not_worked", "changed")

    def for_review(self, *, told: bool, since: date, after: date | None) -> None:
        self.for_police(told=told)
        self.since, self.after = since, after
        del self.started_on
        del self.paper_on
        self.next_review_on.label.text = "When is the next review?"
        self.next_review_on.hint = "Left empty, it is counted from this review."
        if self.happened.data is not None:
            self.reviewed_on = self.happened.data.on

    def validate_happened(self, field: Any) -> None:
        if field.data and self.begins and field.data.on < self.begins:
            raise ValidationError("The plan cannot be reviewed before it begins")
        refuse_before(field, self.after)

    def validate_steps(self, field: Any) -> None:
        """A step of the plan may be older than what is changed now."""

    @property
    def said(self) -> dict[str, str]:
        return {name: self[name].data for name in self.REVIEW}
