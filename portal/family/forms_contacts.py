"""The form of a contact with somebody at home, and what it guards.

Whoever must not be contacted is refused, what must not be told is found in what was said, and who
the young person would rather did not know needs a reason. Each has a way on, because what has
happened must be written down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import ValidationError

from portal.cases.models_wishes import Withheld
from portal.cases.preferences import RatherNot, about
from portal.cases.withheld import kept_from, phrases_of, standing_in
from portal.family.forms import Marks, carer_choices
from portal.family.phrases import found_in, plain_of
from portal.guidance.catalogue import vocabulary
from portal.people.models import Carer
from portal.web import fields as f
from portal.web.form_base import Form

ELSE = "else"
SAID = ("we_said", "done_so_far", "help_offered", "help_at_home")
"""The fields that hold what a family was told."""
WORDS = (
    "telephone",
    "interpreter",
    "we_said",
    "they_said",
    "done_so_far",
    "they_ask",
    "help_offered",
    "agencies_part",
    "police_support",
    "help_at_home",
    "against_wish",
    "although_not",
    "said_although",
)


def quoted(words: str) -> str:
    """Somebody’s words within a sentence of ours, with the apostrophes of print."""
    return "“{}”".format(words.replace("'", "’").replace('"', "’"))


@dataclass(frozen=True)
class Guard:
    """What a family must not be told: facts kept back, and the names of other families."""

    facts: Sequence[Withheld] = ()
    names: Sequence[str] = ()
    rather_not: Sequence[RatherNot] = ()

    def problems(self, text: str, link: Carer | None) -> list[str]:
        """What in a text is kept from this person or from parents, or is of another family."""
        people = {link.carer_id} if link else set()
        kept = phrases_of(kept_from(self.facts, kind="parent", people=people))
        others = [name for name in self.names if any(found_in(text, [name]))]
        return [
            *(f"{quoted(one)} is not to be told to them" for one in standing_in(text, kept)),
            *(f"{quoted(name)} belongs to another family" for name in others),
        ]

    def marks(self, link: Carer | None, name: str) -> list[str]:
        """Who would rather that this person did not know."""
        if link is not None:
            name, person_id = link.carer.full_name, link.carer_id
        else:
            person_id = None
        found = about(self.rather_not, person_id=person_id, name=name)
        return [one.sentence for one in found]


class ContactForm(Form):
    """One contact. Only who, when, how and what was said are required."""

    with_whom = f.Radios("With whom?", required="Choose with whom, or “Somebody else”")
    who = f.Line("If somebody else: their full name")
    relation = f.Line("What they are to the young person", hint="Such as grandmother.")
    although = f.Tick(
        "It has already happened, although they must not be contacted",
        hint="Write down what happened all the same, and tell the safeguarding lead.",
    )
    although_not = f.LongText("How did it come about?", rows=2)
    against_wish = f.LongText(
        "Why with somebody the young person would rather did not know?", rows=2
    )
    happened = f.Happened("When?", required="Say when")
    way = f.Radios(
        "How?", choices=lambda: vocabulary("contact_ways").choices, required="Say how", inline=True
    )
    telephone = f.Line("Telephone number used", width=20, input_type="tel")
    reached = f.YesNo("Did you reach them?", required="Say whether you reached them")
    agreed_with_child = f.YesNoNotKnown("Was it agreed with the young person?")
    child_present = f.YesNo("Was the young person there?")
    interpreter = f.Line(
        "Interpreter", hint="Name, if there was one. Never a child, and nobody of the family."
    )
    we_said = f.LongText(
        "What we told them",
        hint="Only their own child’s part, in words. Never an image, and no other child’s name.",
    )
    done_so_far = f.LongText("What school has done so far, as they were told", rows=3)
    procedure_explained = f.Tick("It was explained how school goes about this, and what comes next")
    they_said = f.LongText("What they said", rows=4, hint="In their own words where it matters.")
    they_ask = f.LongText("What they ask of school", rows=3)
    blames = f.YesNoNotKnown("Do they blame their child?")
    help_offered = f.LongText(
        "What help were they offered?",
        rows=3,
        hint="For them as well: who they can talk to, and what helps a child who is blamed.",
    )
    help_at_home = f.LongText("How they can help at home", rows=3)
    agencies_part = f.LongText(
        "What part do they want in other agencies’ work?", rows=2, hint="Social care, for example."
    )
    police_support = f.LongText("What support do they want from school with the police?", rows=2)
    said_all_the_same = f.Tick("This was said all the same")
    said_although = f.LongText("Why was it said, and what follows from it?", rows=2)

    carers: Sequence[Carer] = ()
    guard = Guard()
    fixed: Carer | None = None

    def for_family(self, carers: Sequence[Carer], marks: Marks, guard: Guard) -> None:
        self.carers, self.guard = carers, guard
        if "with_whom" in self:
            choices: list[tuple[Any, str]] = list(carer_choices(carers, marks))
            self.with_whom.choices = [*choices, (ELSE, "Somebody else")]

    @property
    def link(self) -> Carer | None:
        """The carer it was with; None for somebody else."""
        if self.fixed is not None or "with_whom" not in self:
            return self.fixed
        chosen = str(self.with_whom.data)
        return next((one for one in self.carers if str(one.id) == chosen), None)

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "agreed_with_child": self.agreed_with_child.data or "not_known",
            "child_present": self.child_present.data or "not_known",
            "blames": self.blames.data or "not_known",
            "procedure_explained": self.procedure_explained.data,
        }

    @property
    def words(self) -> dict[str, str]:
        found = {name: self[name].data or "" for name in WORDS}
        if self.link is None:
            found |= {"who": self.other_name, "relation": self.relation.data or ""}
        return found

    @property
    def other_name(self) -> str:
        """The name of somebody who is not among the carers."""
        return str(self.who.data or "") if "who" in self else ""

    # which of the further questions there is any reason to ask

    @property
    def asks_although(self) -> bool:
        forbidden = any(link.may_contact == "no" for link in self.carers)
        return forbidden or bool(self.although.data or self.although_not.data)

    @property
    def asks_against_wish(self) -> bool:
        return bool(self.guard.rather_not) or bool(self.against_wish.data)

    @property
    def asks_said(self) -> bool:
        typed = (self.said_all_the_same.data, self.said_although.data)
        return any(typed) or any(self._told_too_much(name) for name in SAID)

    def _told_too_much(self, name: str) -> list[str]:
        return self.guard.problems(self[name].data or "", self.link)

    def _refuse_told(self, field: Any) -> None:
        problems = self._told_too_much(field.name)
        if problems and not self.said_all_the_same.data:
            raise ValidationError(
                f"{'; '.join(problems)}. Take it out. If it was said, tick “This was said all the "
                "same” below."
            )

    def validate_with_whom(self, field: Any) -> None:
        self._refuse_forbidden()

    def validate_although(self, field: Any) -> None:
        if "with_whom" not in self:
            self._refuse_forbidden()

    def _refuse_forbidden(self) -> None:
        link = self.link
        if link is not None and link.may_contact == "no" and not self.although.data:
            raise ValidationError(
                f"{link.carer.full_name} must not be contacted. If it has already happened, tick "
                "that below and say how."
            )

    def validate_although_not(self, field: Any) -> None:
        if self.although.data and field.is_blank:
            raise ValidationError("Say how it came about")

    def validate_who(self, field: Any) -> None:
        if self.link is not None:
            self._refuse_beside(field)
        if self.link is not None or ("with_whom" in self and self.with_whom.data != ELSE):
            return
        if field.is_blank:
            raise ValidationError("Write who it was")
        for link in self.carers:
            if plain_of(link.carer.full_name) == plain_of(field.data):
                raise ValidationError(
                    f"{link.carer.full_name} is in the list above. Choose them there."
                )

    def validate_against_wish(self, field: Any) -> None:
        marks = self.guard.marks(self.link, self.other_name)
        if marks and field.is_blank:
            raise ValidationError(f"{marks[0]} Say why this was done all the same")

    def validate_relation(self, field: Any) -> None:
        if self.link is not None:
            self._refuse_beside(field)

    def _refuse_beside(self, field: Any) -> None:
        """What is written of somebody else would be lost where a carer is chosen."""
        if not field.is_blank and self.link is not None:
            name = self.link.carer.full_name
            raise ValidationError(f"You chose {name}. Choose “Somebody else”, or empty this box.")

    def validate_we_said(self, field: Any) -> None:
        if self.reached.data == f.YES and field.is_blank:
            raise ValidationError("Write what they were told")
        self._refuse_told(field)

    def validate_done_so_far(self, field: Any) -> None:
        self._refuse_told(field)

    def validate_help_offered(self, field: Any) -> None:
        if self.blames.data == f.YES and field.is_blank:
            raise ValidationError("Write what help they were offered: blame falls on the child")
        self._refuse_told(field)

    def validate_help_at_home(self, field: Any) -> None:
        self._refuse_told(field)

    def validate_said_although(self, field: Any) -> None:
        if self.said_all_the_same.data and field.is_blank:
            raise ValidationError("Say why it was said, and what follows from it")


class CorrectContactForm(ContactForm):
    """Other words for a contact. With whom it was is not changed: that would be another contact."""

    reason = f.Line("Why is it corrected?", required="Say why it is corrected")

    def for_contact(self, link: Carer | None) -> None:
        self.fixed = link
        del self.with_whom
        if link is not None:
            del self.who
            del self.relation
