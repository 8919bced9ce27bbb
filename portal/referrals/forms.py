"""What is asked when somebody outside the school is told or asked: one form for each kind."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from wtforms import ValidationError

from portal import clock
from portal.cases.rules import is_before
from portal.clock import Happened
from portal.guidance.catalogue import vocabulary
from portal.referrals import words
from portal.referrals.kinds import HOW, KINDS, Detail, Kind
from portal.referrals.models import Referral
from portal.referrals.service import REFERRAL, NewReferral
from portal.referrals.words import DETAIL
from portal.web import fields as f
from portal.web.form_base import Asked, Form
from portal.web.isolated import isolated

NO_NEED = "no_need"
ONLY_ADVICE = "Say whether they know of the referral, and if not, why not"
WHY_NOT = "Write why the parents or carers do not know of it"
WORDS = ("body", "spoke_to", "reference", "words", "sent", "parents_why")


class ReferralForm(Form):
    """What every kind asks. `form_for` adds what one kind asks alone."""

    nature = f.Radios(
        "What is it?",
        required="Say whether it is a referral or advice",
    )
    happened = f.Happened(
        "When were they first told?",
        hint="When you rang, or when it was sent.",
        required="Say when they were told",
    )
    how = f.Radios("How?", choices=list(HOW.items()), required="Say how they were told")
    body = f.Line("Who was told", required="Say who was told")
    spoke_to = f.Line("Name of the person there", hint="“Not given” is an answer.")
    reference = f.Line("Their reference", width=20)
    items = f.Checkboxes("Which content items")
    already = f.Tick(
        "This had been reported before anybody here could hold it back",
        hint="Then it is recorded all the same. Write below who reported it.",
    )
    words = f.LongText(
        "What was said",
        rows=5,
        required="Write what was said, or what they were told",
        hint="What they were told, and what they said. Never an image.",
    )
    sent = f.LongText("What was sent to them", rows=2, hint="Such as: case summary, copy 2.")
    written = f.Happened(
        "When was it confirmed in writing?", hint="Leave it empty if that is still to be done."
    )
    write_by = f.Day(
        "By which day must it be in writing?",
        hint="Leave it empty for the local rule. A child of another authority may have another.",
        not_past=True,
    )
    knows_of = f.Checkboxes("Who else did you tell them of?")
    known_to = f.Checkboxes("Who of these now knows of them?")
    parents = f.Radios(
        "Do the parents or carers know of it?",
        required="Say whether the parents or carers know of it",
    )
    parents_why = f.LongText(
        "If not, why not?",
        rows=2,
        hint="Such as: it would put a child at greater risk; the police asked us to wait.",
    )
    contact = f.Select(
        "Who is their point of contact at school?",
        blank="The lead of the case",
        hint="One person for each body, so that they know whom to ring.",
    )
    chase_on = f.Day(
        "When do you ask again, if they do not answer?",
        hint="Leave it empty for the usual time.",
        not_past=True,
    )

    kind: Kind

    def choose(
        self,
        colleagues: Sequence[tuple[UUID, str]],
        others: Sequence[Referral],
        items: Sequence[tuple[Any, ...]],
    ) -> None:
        """Give every list its choices, and leave out what this kind is not asked."""
        kind = self.kind
        # Only those who work with children hear of each other; a platform hears of nobody.
        known = [one for one in others if words.must_know(one)] if kind.must_know else []
        bodies = [(one.id, isolated(words.title(one)), "") for one in known]
        self.body.label.text = kind.bodies or self.body.label.text
        self.reference.hint = "Ask for one before you hang up." if kind.is_rung else ""
        self.happened.day.label.text = self.happened.label.text = kind.first
        natures = zip((REFERRAL, "advice"), kind.natures, strict=True)
        self.nature.choices = [(code, label, hint) for code, (label, hint) in natures]
        self.contact.choices = list(colleagues)
        self.knows_of.choices, self.known_to.choices = bodies, bodies
        self.items.choices = list(items)
        self.how.choices = [(code, HOW[code]) for code in kind.how]
        nothing = "There is nothing to tell them"
        if kind.asks_parents:
            nothing = "It is advice without names: there is nothing to tell them"
        self.parents.choices = [("yes", "Yes"), ("no", "No"), (NO_NEED, nothing)]
        for name in (
            *unasked(kind),
            *(() if known else ("knows_of", "known_to")),
            *(() if kind.takes_down else ("items", "already")),
            *(() if kind.is_rung else ("written",)),
            *(() if kind.owes_writing else ("write_by",)),
        ):
            del self[name]

    @property
    def detail_fields(self) -> list[Asked]:
        return [field for field in self if field.name.startswith(DETAIL)]

    def validate_written(self, field: Any) -> None:
        if field.data and self.happened.data and is_before(field.data, self.happened.data):
            raise ValidationError("It cannot have been confirmed before they were told")

    def validate_parents(self, field: Any) -> None:
        if field.data == NO_NEED and self.kind.asks_parents and self.nature.data == REFERRAL:
            raise ValidationError(ONLY_ADVICE)

    def validate_parents_why(self, field: Any) -> None:
        if self.parents.data == "no" and field.is_blank:
            raise ValidationError(WHY_NOT)

    def validate_items(self, field: Any) -> None:
        if not field.data and self.nature.data == REFERRAL:
            raise ValidationError("Choose what was reported. Record it under content online first.")

    def validate(self, extra_validators: Any = None) -> bool:
        stands = bool(super().validate(extra_validators))
        return refuse_blank_details(self, self.kind) and stands

    def new(self, items: Sequence[Any], others: Sequence[Referral]) -> NewReferral:
        """What was written, for `service.make_referral`."""

        def chosen(name: str) -> list[Referral]:
            wanted = set(self[name].data or []) if name in self else set()
            return [one for one in others if one.id in wanted]

        return NewReferral(
            kind=self.kind.code,
            nature=self.nature.data,
            told=self.happened.data,
            how=self.how.data,
            words=words_in(self, WORDS),
            details=self.details(),
            parents=self.parents.data,
            contact_id=self.contact.data,
            chase_on=self.chase_on.data,
            written=self.written.data if "written" in self else None,
            write_by=self.write_by.data if "write_by" in self else None,
            items=items,
            already=bool(self.already.data) if "already" in self else False,
            knows_of=chosen("knows_of"),
            known_to=chosen("known_to"),
        )

    def details(self) -> dict[str, str]:
        return details_in(self)


def unasked(kind: Kind) -> list[str]:
    """What is not asked of a form or tool that nobody answers, or that gives a report number."""
    return [
        *([] if kind.has_somebody else ["spoke_to"]),
        *(["reference"] if kind.numbers_reports else []),
    ]


def words_in(form: Form, names: Sequence[str]) -> dict[str, str]:
    """The words of a referral. Where a report has a number, that is its reference."""
    found = {name: str(form[name].data or "") if name in form else "" for name in names}
    if "reference" not in form:
        found["reference"] = details_in(form).get("report_number", "")
    return found


def details_in(form: Form) -> dict[str, str]:
    """What was answered of what only one kind is asked, by its code."""
    kept = {
        field.name.removeprefix(DETAIL): str(field.data or "").strip()
        for field in form
        if field.name.startswith(DETAIL)
    }
    return {name: value for name, value in kept.items() if value}


def refuse_blank_details(form: Form, kind: Kind) -> bool:
    """Say at its field what is missing because of another answer; whether nothing is."""
    missing = [
        one
        for one in kind.details
        if one.unless and form[DETAIL + one.code].is_blank
        if form[DETAIL + one.unless[0]].data not in (None, "", one.unless[1])
    ]
    for one in missing:
        field = form[DETAIL + one.code]
        field.errors = [*field.errors, one.required]
    return not missing


def detail_field(one: Detail) -> Any:
    """The question that a detail asks."""
    required = one.required if one.required and not one.unless else None
    if one.vocabulary:
        name = one.vocabulary
        return f.Select(
            one.label,
            hint=one.hint,
            required=required,
            choices=lambda: vocabulary(name).choices,
            blank="Choose",
        )
    if one.choices:
        choices = [choice for choice in one.choices if choice[0]]
        return f.Radios(one.label, hint=one.hint, required=required, choices=choices, inline=True)
    if one.is_long:
        return f.LongText(one.label, hint=one.hint, required=required, rows=3, maximum=4000)
    return f.Line(one.label, hint=one.hint, required=required)


@cache
def form_for(code: str) -> type[ReferralForm]:
    """The form of one kind: what all ask, and what this one asks alone."""
    kind = KINDS[code]
    own = {f"{DETAIL}{one.code}": detail_field(one) for one in kind.details}
    return type(f"{code.title()}Form", (ReferralForm,), {"kind": kind, **own})


def now() -> Happened:
    return Happened.of(clock.now())
