"""The form on which a member of staff records what they were told, and the forms of the inbox.

What is needed at once comes first and is required; everything else can be left out and added later.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf import FlaskForm

from portal import clock
from portal.disclosures.rules import NOT_KNOWN
from portal.disclosures.service import NewDisclosure
from portal.guidance.catalogue import behaviour_types, vocabulary
from portal.people.models import PersonKind
from portal.web.fields import (
    Checkboxes,
    Happened,
    Line,
    LongText,
    Radios,
    Rows,
    Select,
    Tick,
    YesNoNotKnown,
)
from portal.web.form_base import Asked, Form, Row

INITIALS = re.compile(r"(?:[^\W\d_]\.?\s*){1,3}")
NOBODY_LISTED = "none"
_KINDS = [
    (PersonKind.PUPIL.value, "A pupil of this school"),
    (PersonKind.ELSEWHERE.value, "A young person from another school or place"),
    (PersonKind.COLLEAGUE.value, "Somebody who works here"),
    (PersonKind.CARER.value, "A parent or carer"),
    (PersonKind.ADULT.value, "Another adult"),
    (NOT_KNOWN, "I do not know"),
]


class PersonRow(Row):
    """One person with their part.

    `person_id` is asked only where a list has somebody who fits, `is_head` only where somebody is
    accused who may be the head.
    """

    name = Line(
        "Full name",
        hint="Never initials. Leave it empty if nobody knows the name yet. "
        "To look in the pupil list, write the first and the last name.",
    )
    kind = Select("Who is this?", choices=_KINDS, blank="Choose, or leave if you do not know")
    form_group = Line("Form or class, or the school they come from", width=20)
    person_id = Radios("Is it one of these?", choices=[])
    parts = Checkboxes("Their part in this", choices=vocabulary("parts").choices)
    is_head = Radios(
        "Is it the head?",
        choices=[("yes", "Yes"), ("no", "No"), (NOT_KNOWN, "I do not know")],
        hint="If it is, or if you do not know, this is sent to nobody here. "
        "The next page then says whom to ring.",
        inline=True,
    )
    words_for_self = Line(
        "Words they use for themselves in this",
        hint="If they have said. For example “the one it happened to”. Otherwise leave it empty.",
    )
    note = LongText(
        "Anything else about who this is",
        hint="If there is no name: what is known, such as “somebody in Year 10 who runs the page”.",
        rows=2,
        maximum=1000,
    )

    asks_about_head = False

    def questions(self) -> list[Asked]:
        left = {
            "person_id": not self.person_id.choices,
            "is_head": not self.asks_about_head,
        }
        return [one for one in super().questions() if not left.get(one.short_name)]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        fine = super().validate(extra_validators)
        name = self.name.data or ""
        if name and INITIALS.fullmatch(name) and len(name.replace(".", "").strip()) <= 3:
            self.name.errors = ["Write the full name, not initials: the police must know who it is"]
            fine = False
        if (name or not self.note.is_blank) and not self.parts.data:
            self.parts.errors = ["Say what this person’s part is, as far as you were told"]
            fine = False
        if self.asks_about_head and not self.is_head.data and not self.is_head.errors:
            self.is_head.errors = ["Say whether this is the head. “I do not know” is an answer."]
            fine = False
        return fine


class AccountRow(Row):
    handle = Line("Name of the account, page or group, or the number or e-mail address")
    kind = Select("What is it?", choices=vocabulary("account_kinds").choices)
    platform = Select("On which platform?", choices=vocabulary("platforms").choices)
    url = Line(
        "Web address, if you were told it",
        hint="Written down only: the portal never opens it, and neither should you.",
        maximum=2000,
    )
    whose = Line("Whose is it thought to be?")
    private = YesNoNotKnown("Is it private?")


class IncidentRow(Row):
    what = LongText("What happened", rows=3, maximum=5000)
    when = Happened("When did it happen?")
    place = Line(
        "Where, if it was also somewhere offline", hint="For example a stairwell or a bus route."
    )


class EvidenceRow(Row):
    what = LongText("What there is, in words", rows=2, maximum=2000)
    where_held = Line("Where it is, and who holds it")


class ViewingRow(Row):
    who = Line("Who saw it?")
    when = Happened("When?")
    why = LongText("Why could it not be avoided?", rows=2, maximum=2000)
    present = Line("Who else was there?")
    followed = LongText("What was done next?", rows=2, maximum=2000)


class DisclosureForm(Form):
    danger = YesNoNotKnown(
        "Is anybody in danger now?",
        required="Say whether anybody is in danger now. “Not yet known” is an answer.",
    )
    self_harm = YesNoNotKnown("Have they spoken of self-harm or suicide?")
    danger_done = LongText("What has been done to keep them safe?", rows=2, maximum=5000)
    told_dsl = Radios(
        "Have you told the safeguarding lead in person?",
        choices=[("yes", "Yes"), ("not_yet", "Not yet")],
        inline=True,
        required="Say whether you have told the safeguarding lead in person",
    )
    told_dsl_at = Happened("When did you tell them?")

    how = Radios(
        "How did this come to you?",
        choices=vocabulary("how_it_came").choices,
        required="Say how this came to you",
    )
    told_at = Happened(
        "When were you told, or when did you notice?",
        required="Enter the day on which you were told or noticed it",
    )
    place = Line("Where?")
    present = Line("Who else was there?")
    recorded_for = Line(
        "If you are writing this for somebody else: their name",
        hint="For example a lunchtime supervisor without a computer.",
    )
    learnt_at = Happened("If you learnt of it at another time: when?")
    on_paper = Line(
        "If it was first written on paper: who wrote it, and when?",
        hint="Type it up word for word and keep the paper.",
    )

    own_words = LongText(
        "What was said, in their own words",
        hint="Word for word as far as you remember. Do not tidy it up.",
        rows=6,
    )
    whose_words = Line("Whose words are these?", hint="If not those of the young person harmed.")
    seen = LongText(
        "What you saw or heard yourself",
        hint="Only what you noticed, apart from what anybody told you.",
        rows=4,
    )
    thinks = LongText(
        "What you think, if it matters",
        hint="Kept apart, so that nobody takes it for something that was said.",
        rows=3,
    )

    people = Rows(PersonRow, "Who is involved?", noun="person", find="Look in the pupil list")

    behaviours_1 = Checkboxes(behaviour_types()[0].label, choices=[])
    behaviours_2 = Checkboxes(behaviour_types()[1].label, choices=[])
    behaviours_3 = Checkboxes(behaviour_types()[2].label, choices=[])
    behaviours_4 = Checkboxes(behaviour_types()[3].label, choices=[])
    by_agreement = Checkboxes("None of these", choices=[])
    other_behaviour = Line("Something that is not in the list", maximum=500)
    overlaps = Checkboxes("Is any of this part of it?", choices=vocabulary("overlaps").choices)
    hate_elements = Checkboxes(
        "Was anybody targeted because of who they are?", choices=vocabulary("hate_elements").choices
    )

    platforms = Checkboxes("Platforms", choices=vocabulary("platforms").choices)
    other_platforms = Line("If somewhere else: where?")
    accounts = Rows(AccountRow, "Accounts, pages, groups and numbers", noun="account")
    findable_accounts = LongText(
        "Other accounts of the young person that those responsible could find", rows=2, maximum=2000
    )
    who_knows = LongText("Who else knows, here or outside?", rows=2, maximum=2000)
    others_at_risk = LongText("Is anybody else at risk?", rows=2, maximum=2000)

    incidents = Rows(IncidentRow, "Each thing that happened", noun="incident")

    evidence = Rows(EvidenceRow, "What evidence is there, and where is it?", noun="piece")
    viewed = Radios(
        "Has a member of staff seen an image?",
        choices=[("yes", "Yes"), ("no", "No"), ("not_known", "Not yet known")],
        inline=True,
    )
    viewings = Rows(ViewingRow, "Who saw it, and why", noun="viewing")

    know_reported = YesNoNotKnown("Do the young people know that this was reported?")
    why_somebody_else = LongText(
        "If somebody else told you: why did the young person not?", rows=2, maximum=2000
    )
    told_them = Checkboxes(
        "What have you told the young person?", choices=vocabulary("told_young_person").choices
    )
    told_them_words = LongText("In which words?", rows=2, maximum=2000)
    wants_presence = YesNoNotKnown(
        "Does the young person want to be there when the safeguarding lead is told?"
    )
    wants = LongText("What does the young person want?", rows=3, maximum=5000)
    worries = Checkboxes("What worries them about telling?", choices=vocabulary("worries").choices)
    worries_words = LongText("In their words", rows=2, maximum=2000)
    family = LongText("Anything about the family that matters now", rows=2, maximum=5000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, kind in zip(self.behaviours, behaviour_types(), strict=True):
            field.choices = [(one.code, one.label) for one in kind.behaviours] + [
                (kind.code, "Something of this kind, not sure what")
            ]
        self.by_agreement.choices = [
            (one.code, one.label) for one in vocabulary("behaviours") if one.code not in _OF_A_TYPE
        ]

    @property
    def behaviours(self) -> list[Checkboxes]:
        return [self.behaviours_1, self.behaviours_2, self.behaviours_3, self.behaviours_4]

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        fine: bool = super().validate(extra_validators)
        if self.own_words.is_blank and self.seen.is_blank and not self.own_words.errors:
            self.own_words.errors = ["Write what was said, or below it what you saw or heard"]
            fine = False
        for later, name in ((self.told_dsl_at, "told the safeguarding lead"),):
            if later.data and self.told_at.data and later.data.on < self.told_at.data.on:
                later.errors = [f"You cannot have {name} before you were told yourself"]
                fine = False
        return fine

    def as_new(self) -> NewDisclosure:
        """What was typed, as the service keeps it."""
        ticked = [code for field in self.behaviours for code in field.data or []]
        types = [
            kind.code
            for field, kind in zip(self.behaviours, behaviour_types(), strict=True)
            if field.data
        ]
        facts = {
            "how": self.how.data,
            "danger": self.danger.data,
            "self_harm": self.self_harm.data or "not_known",
            "told_dsl": self.told_dsl.data,
            "types": types,
            "behaviours": [c for c in ticked if c not in types] + (self.by_agreement.data or []),
            "overlaps": self.overlaps.data or [],
            "hate_elements": self.hate_elements.data or [],
            "know_reported": self.know_reported.data or "not_known",
            "wants_presence": self.wants_presence.data or "not_known",
            "viewed": self.viewed.data or "no",
        }
        words: dict[str, Any] = {name: getattr(self, name).data or "" for name in _TEXTS}
        words |= {name: getattr(self, name).data or None for name in _LISTS}
        words["accounts"] = [_account(row) for row in self.accounts.data] or None
        words["incidents"] = [_timed(row) for row in self.incidents.data] or None
        words["evidence"] = list(self.evidence.data) or None
        words["viewings"] = [_timed(row) for row in self.viewings.data] or None
        return NewDisclosure(
            told_at=self.told_at.data,
            facts=facts,
            words=words,
            people=[person_of(row) for row in self.people.data],
            told_dsl_at=self.told_dsl_at.data,
            learnt_at=self.learnt_at.data,
        )


class AdditionForm(Form):
    """Something remembered, heard or noticed later."""

    happened = Happened(
        "When were you told, or when did you notice?",
        required="Enter the day on which you were told or noticed it",
    )
    words = LongText("What was said, in their own words", rows=5)
    seen = LongText("What you saw or heard yourself", rows=4)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        fine: bool = super().validate(extra_validators)
        if self.words.is_blank and self.seen.is_blank and fine:
            self.words.errors = ["Write what was said, or what you saw or heard"]
            return False
        return fine


class QuestionForm(Form):
    words = LongText(
        "Your question to the person who wrote this",
        hint="They see only this. Do not say what else is known.",
        rows=3,
        maximum=2000,
        required="Write your question",
    )


class AnswerForm(Form):
    words = LongText("Your answer", rows=4, maximum=5000, required="Write your answer")


class OpenForm(Form):
    """Whom each named person means. One choice per person is added when the form is made."""


class JoinForm(Form):
    case = Radios(
        "Which case does it belong to?",
        choices=[],
        required="Choose the case, or go back and open a new one",
    )
    recurrence = Tick(
        "It has come back: the same thing happened again or turned up again",
        hint="The case is opened again if it was closed, and the same support is offered anew.",
    )


class NoActionForm(Form):
    reason = LongText(
        "Why is no further action taken?",
        hint="Somebody who was not there must be able to follow it in five years.",
        rows=5,
        maximum=5000,
        required="Write why no further action is taken",
    )


class Press(FlaskForm):  # type: ignore[misc]  # the parent is untyped
    """A button alone: carries nothing but the token."""


_OF_A_TYPE = frozenset(one.code for kind in behaviour_types() for one in kind.behaviours)
_TEXTS = (
    "recorded_for", "place", "present", "own_words", "whose_words", "seen", "thinks",
    "danger_done", "why_somebody_else", "other_platforms", "other_behaviour",
    "findable_accounts", "who_knows", "others_at_risk", "told_them_words", "wants",
    "worries_words", "family", "on_paper",
)  # fmt: skip
_LISTS = ("platforms", "told_them", "worries")


def person_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A person as kept: a chosen person or colleague, a name that is not listed, a description."""
    kind = row["kind"] or NOT_KNOWN
    found: dict[str, Any] = {
        "name": row["name"],
        "kind": kind if kind != NOT_KNOWN else PersonKind.PUPIL.value,
        "parts": row["parts"] or [],
        "words_for_self": row["words_for_self"],
    }
    place = "form_group" if found["kind"] == PersonKind.PUPIL.value else "place"
    found[place] = row["form_group"]
    found["note" if row["name"] else "description"] = row["note"]
    if kind == NOT_KNOWN:
        found[NOT_KNOWN] = True
    if row["is_head"]:
        found["is_head"] = row["is_head"]
    chosen = row["person_id"] or ""
    if chosen.startswith("p:"):
        found["person_id"] = chosen[2:]
    if chosen.startswith("m:"):
        found["member_id"] = chosen[2:]
    return found


def _account(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "private": row.get("private") or "not_known"}


def _timed(row: Mapping[str, Any]) -> dict[str, Any]:
    when: clock.Happened | None = row.get("when")
    kept = {name: value for name, value in row.items() if name != "when"}
    if when is not None:
        kept |= {
            "on": when.on.isoformat(),
            "at": when.at.strftime("%H:%M") if when.at else "",
            "about": when.about,
        }
    return kept
