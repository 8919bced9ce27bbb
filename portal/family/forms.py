"""The forms about families: the young person’s wish, the decision, and updates agreed on.

The form of a contact, which has more to guard, stands in `forms_contacts`.
"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from markupsafe import Markup
from wtforms import ValidationError

from portal.family import rules
from portal.family.rules import Told
from portal.guidance.catalogue import vocabulary
from portal.people.models import Carer
from portal.web import fields as f
from portal.web.form_base import Form
from portal.web.isolated import isolated

RESPONSIBILITY = {
    "yes": "Holds parental responsibility",
    "no": "Does not hold parental responsibility",
    "not_known": "Parental responsibility not yet known",
}
Marks = Mapping[UUID, Sequence[str]]
"""What each carer is marked with: the sentences of young people who would rather not."""
NO_MARKS: Marks = MappingProxyType({})


def carer_choices(carers: Sequence[Carer], marks: Marks) -> list[tuple[UUID, Markup]]:
    return [(link.id, carer_label(link, marks.get(link.id, ()))) for link in carers]


def carer_label(link: Carer, marked: Collection[str]) -> Markup:
    """Who it is, and everything that must be respected: nobody chooses a name without it."""
    label = isolated(link.carer.full_name)
    if link.relation:
        label += Markup(", <bdi>{}</bdi>").format(link.relation)
    if link.may_contact != "yes":
        words = "Must not be contacted" if link.may_contact == "no" else "Ask the lead first"
        label += _line(Markup("<strong>{}</strong>").format(words))
    for words, text in (("Court order", link.court_order), ("To be respected", link.restrictions)):
        if text:
            label += _line(Markup("<strong>{}: <bdi>{}</bdi></strong>").format(words, text))
    for sentence in marked:
        label += _line(Markup("<strong><bdi>{}</bdi></strong>").format(sentence))
    facts = [isolated(link.household)] if link.household else []
    facts.append(Markup("{}").format(RESPONSIBILITY[link.responsibility]))
    if link.carer.telephone and link.may_contact != "no":
        facts.append(isolated(link.carer.telephone))
    return label + _line(Markup(". ").join(facts))


def _line(words: Markup) -> Markup:
    return Markup('<span class="portal-person__line">{}</span>').format(words)


class WishForm(Form):
    """What a young person says about home being told. It is asked gently, and asked again."""

    wish = f.Radios(
        "What do they want?",
        choices=lambda: vocabulary("family_wishes").choices,
        required="Say what they want, or that they were not asked yet",
    )
    why = f.LongText(
        "If they are reluctant: why?",
        rows=3,
        hint="In their own words. Do not press for it.",
    )
    wider = f.LongText(
        "What may that mean for their safety?",
        rows=3,
        hint="Fear of somebody at home, of being sent away, of being hurt or made to marry, of "
        "somebody learning of their sexuality. Ask social care before home is told.",
    )
    who_tells = f.Line(
        "Who should tell, if home is told?", hint="They themselves, or whom they name."
    )
    wants_there = f.YesNoNotKnown("Do they want to be there?")
    asked = f.Happened("When were they asked?")

    def validate_asked(self, field: Any) -> None:
        if self.wish.data not in {None, "not_asked"} and field.data is None and not field.errors:
            raise ValidationError("Say when they were asked")

    def validate_why(self, field: Any) -> None:
        if self.wish.data == "does_not_want" and field.is_blank:
            raise ValidationError("Write why, or that they did not want to say")


class DecideForm(Form):
    """Whether home is told. Carers who must not be contacted cannot be chosen."""

    choice = f.Radios(
        "What do you decide?",
        choices=[
            (Told.INFORMED, "They are told"),
            (
                Told.NOT_INFORMED,
                "They are not told",
                "Only where telling them would put the young person at risk of further harm.",
            ),
            (Told.NOT_YET, "Not yet", "It is decided again by the day that you give."),
        ],
        required="Choose what you decide",
    )
    told = f.Checkboxes("Who is told?", hint="Households are told apart, each only what is theirs.")
    not_told_why = f.LongText("Why is somebody of them not told?", rows=2)
    who_tells = f.Line("Who tells them?", hint="Full name. If the young person does: with whom.")
    reason = f.LongText("Why?", rows=4, hint="What it rests on, and what spoke against it.")
    by_when = f.Day("If not yet: by when?", not_past=True)
    agencies = f.Line(
        "Which agencies were asked?",
        hint="Who, and for which body, such as the duty social worker at the front door.",
    )
    agencies_said = f.LongText("What did they say?", rows=3)
    reference = f.Line("Their reference", width=20)
    on_wish = f.LongText(
        "If this is not what the young person wants: why all the same, and how were they told?",
        rows=3,
    )
    happened = f.Happened("When was it decided?", required="Say when it was decided")

    carers: Sequence[Carer] = ()
    marks: Marks = NO_MARKS
    wish: str | None = None

    def for_family(self, carers: Sequence[Carer], marks: Marks, wish: str | None) -> None:
        self.carers, self.marks, self.wish = carers, marks, wish
        self.told.choices = carer_choices(carers, marks)
        if not carers:
            del self.told
            del self.not_told_why

    @property
    def is_told(self) -> bool:
        return bool(self.choice.data == Told.INFORMED)

    def chosen(self, *, told: bool) -> list[Carer]:
        """Those who are told, or those who are not. Nobody is told unless that was decided."""
        if not self.is_told or "told" not in self:
            return []
        ids = {str(one) for one in self.told.data}
        return [link for link in self.carers if (str(link.id) in ids) is told]

    def validate_told(self, field: Any) -> None:
        if not self.is_told:
            return
        if not field.data:
            raise ValidationError("Choose who is told")
        forbidden = [one for one in self.chosen(told=True) if one.may_contact == "no"]
        if forbidden:
            raise ValidationError(
                f"{forbidden[0].carer.full_name} must not be contacted, so cannot be told by school"
            )

    def validate_not_told_why(self, field: Any) -> None:
        if self.chosen(told=False) and field.is_blank:
            names = ", ".join(one.carer.full_name for one in self.chosen(told=False))
            raise ValidationError(f"Say why {names} is not told")

    def validate_who_tells(self, field: Any) -> None:
        if self.is_told and field.is_blank:
            raise ValidationError("Say who tells them")

    def validate_reason(self, field: Any) -> None:
        if self.choice.data == Told.NOT_INFORMED and field.is_blank:
            raise ValidationError("Write which further harm you fear, and what makes you think so")
        if self.choice.data == Told.NOT_YET and field.is_blank:
            raise ValidationError("Write what it waits for")

    def validate_by_when(self, field: Any) -> None:
        if self.choice.data == Told.NOT_YET and field.is_blank:
            raise ValidationError("Say by when it is decided again")

    def validate_agencies(self, field: Any) -> None:
        if self.choice.data == Told.NOT_INFORMED and field.is_blank:
            raise ValidationError(
                "Say which agencies were asked. Not telling home is agreed with social care or "
                "the police, not decided alone."
            )

    def validate_on_wish(self, field: Any) -> None:
        if not field.is_blank:
            return
        if rules.needs_word_on_wish(str(self.choice.data), self.wish):
            raise ValidationError("This is not what the young person wants. Say why all the same.")
        for link in self.chosen(told=True):
            for sentence in self.marks.get(link.id, ()):
                raise ValidationError(f"{sentence} Say why they are told all the same")


class AgreeForm(Form):
    """How often somebody at home hears from school, and what of."""

    carer = f.Radios("With whom?", required="Choose with whom")
    every = f.Radios(
        "How often?",
        choices=lambda: vocabulary("update_rhythms").choices,
        required="Choose how often",
    )
    contains = f.LongText(
        "What do they want to hear of?",
        rows=3,
        required="Write what the updates contain",
        hint="Such as: how she is in lessons, what the police have said, what is still online.",
    )
    next_on = f.Day(
        "When is the next one?",
        not_past=True,
        hint="Left empty, it is counted from today. Where school is closed that day, it is the "
        "next day on which it is open.",
    )
    carers: Sequence[Carer] = ()
    taken: Collection[UUID] = ()

    def for_family(self, carers: Sequence[Carer], marks: Marks, taken: Collection[UUID]) -> None:
        self.carers, self.taken = carers, taken
        self.carer.choices = carer_choices(carers, marks)

    @property
    def link(self) -> Carer | None:
        return next((one for one in self.carers if one.id == self.carer.data), None)

    def validate_carer(self, field: Any) -> None:
        if self.link is None:
            return
        if self.link.may_contact == "no":
            raise ValidationError(f"{self.link.carer.full_name} must not be contacted")
        if self.link.id in self.taken:
            raise ValidationError("Updates are agreed with them already. End those first.")


class EndForm(Form):
    reason = f.LongText("Why do they end?", rows=3, required="Say why they end")
