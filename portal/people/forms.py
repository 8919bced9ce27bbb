"""What the pages about people ask."""

from datetime import date
from typing import Any

from wtforms.validators import ValidationError

from portal import clock
from portal.guidance.catalogue import vocabulary
from portal.people.models import Person, PersonKind
from portal.staff.service import Colleague
from portal.web.dates import age_on
from portal.web.fields import Checkboxes, Day, Line, LongText, Number, Radios, Select, Tick
from portal.web.form_base import Form

OLDEST = 25
RESPONSIBILITY = [("yes", "Yes"), ("no", "No"), ("not_known", "Not yet known")]
MAY_CONTACT = [
    ("yes", "Yes"),
    ("ask_lead", "Ask the safeguarding lead first"),
    ("no", "No, they must not be contacted"),
]

_YOUNG = ("full_name", "known_as", "pronouns", "born", "age_told", "year_group")
_REACHED_AT = ("telephone", "email", "address")
DETAILS: dict[PersonKind, tuple[str, ...]] = {
    PersonKind.PUPIL: (*_YOUNG, "form_group", "upn", "flags", "needs", "telephone", "notes"),
    PersonKind.ELSEWHERE: (*_YOUNG, "place", "flags", "needs", "telephone", "notes"),
    PersonKind.CARER: ("full_name", "known_as", *_REACHED_AT, "needs", "notes"),
    PersonKind.ADULT: ("full_name", "known_as", "born", "place", *_REACHED_AT, "notes"),
    PersonKind.COLLEAGUE: ("full_name", "member_id", "telephone", "notes"),
}
LABELS = {
    "kind": "What they are",
    "full_name": "Full name",
    "known_as": "Known as",
    "pronouns": "Pronouns",
    "born": "Date of birth",
    "age_told": "Age we were told",
    "year_group": "Year",
    "form_group": "Form or class",
    "place": "School or place they come from",
    "upn": "Unique pupil number",
    "flags": "What is known of their situation",
    "needs": "What helps them to take part",
    "telephone": "Telephone",
    "email": "E-mail address",
    "address": "Address",
    "notes": "Anything else",
    "member_id": "Their account in this portal",
}


class FindForm(Form):
    words = Line(
        "Find somebody",
        required="Write a name, or a part of one",
        maximum=100,
        hint="A name or part of it, in any script. Accents do not matter.",
    )


class PersonForm(Form):
    """Details of one person; `for_kind` leaves what does not concern their kind out."""

    about = PersonKind.PUPIL
    also: tuple[str, ...] = ("kind", "reason")

    full_name = Line(
        LABELS["full_name"],
        required="Write their full name, or as much of it as you know",
        hint="First name and surname as they write them, never initials.",
    )
    known_as = Line(LABELS["known_as"], hint="The name they use, where it is another one.")
    pronouns = Line(LABELS["pronouns"], maximum=60, width=20, hint="Such as she/her, they/them.")
    born = Day(
        LABELS["born"],
        not_future=True,
        hint="For example 27 3 2012. Leave it empty where it is not known.",
    )
    age_told = Number(
        LABELS["age_told"],
        maximum=120,
        width=3,
        hint="Only where the date of birth is not known.",
    )
    year_group = Line(LABELS["year_group"], maximum=30, width=5, hint="Such as 9.")
    form_group = Line(LABELS["form_group"], maximum=60, width=10, hint="Such as 9C.")
    place = Line(LABELS["place"], hint="As much as you know, such as the name of the other school.")
    member_id = Select(LABELS["member_id"], blank="They have none")
    upn = Line(
        LABELS["upn"],
        maximum=30,
        width=20,
        hint="The UPN tells two pupils of the same name apart. You can add it later.",
    )
    flags = Checkboxes(
        LABELS["flags"],
        choices=lambda: vocabulary("person_flags").choices,
        hint="Tick only what the school knows. The checklist reads these.",
    )
    needs = LongText(
        LABELS["needs"],
        rows=3,
        hint="An interpreter, an advocate, breaks, easy words, a calm room.",
    )
    telephone = Line(LABELS["telephone"], maximum=60, width=20, input_type="tel")
    email = Line(LABELS["email"], input_type="email")
    address = LongText(LABELS["address"], rows=3, maximum=500)
    notes = LongText(LABELS["notes"], rows=3)

    def for_kind(self, kind: PersonKind, colleagues: list[Colleague]) -> None:
        wanted = {*DETAILS[kind], *self.also, "sheet", "version", "csrf_token"}
        for name in [name for name in self._fields if name not in wanted]:
            del self[name]
        self.about = kind
        if "member_id" in self:
            self["member_id"].choices = [(one.id, one.name) for one in colleagues]

    def validate_born(self, field: Any) -> None:
        if field.data is not None and self.about.is_young:
            age = age_on(field.data, clock.today())
            if age > OLDEST:
                raise ValidationError(
                    f"This date would make them {age} years old. Check the year, or add them "
                    "as an adult."
                )

    @property
    def details(self) -> dict[str, Any]:
        return {name: self[name].data for name in DETAILS[self.about]}


class ChangePersonForm(PersonForm):
    kind = Radios(
        LABELS["kind"],
        required="Say what they are",
        choices=[(kind.value, kind.label) for kind in PersonKind],
    )
    reason = Line(
        "Why are you changing this?",
        required="Say why you are changing this",
        hint="A few words, such as “corrected by the office”. The older details stay readable.",
    )


CARER_LABELS = {
    "relation": "What they are to the young person",
    "responsibility": "Do they hold parental responsibility?",
    "household": "Whose home do they belong to?",
    "may_contact": "May they be contacted?",
    "court_order": "Is there a court order? What does it say?",
    "address_protected": "Their address must not be disclosed to anybody",
    "restrictions": "What else must be respected in contacting them",
}


class CarerForm(Form):
    """How somebody cares for a young person, and what must be respected in contacting them."""

    relation = Line(
        CARER_LABELS["relation"],
        required="Say what they are to the young person, such as mother or foster carer",
        maximum=100,
        hint="Such as mother, stepfather, foster carer, social worker.",
    )
    responsibility = Radios(
        CARER_LABELS["responsibility"],
        required="Say whether they hold parental responsibility, or that it is not yet known",
        choices=RESPONSIBILITY,
        inline=True,
    )
    household = Line(
        CARER_LABELS["household"],
        maximum=100,
        hint="Such as “Mum’s home”. Carers with the same words here are written to together. "
        "Left empty, they are written to apart from everybody else.",
    )
    may_contact = Radios(
        CARER_LABELS["may_contact"],
        required="Say whether they may be contacted",
        choices=MAY_CONTACT,
        default="yes",
    )
    court_order = LongText(
        CARER_LABELS["court_order"],
        rows=3,
        hint="What it allows and forbids, and where a copy of it is kept.",
    )
    address_protected = Tick(
        CARER_LABELS["address_protected"],
        hint="Nothing that is printed for a family then carries it.",
    )
    restrictions = LongText(
        CARER_LABELS["restrictions"],
        rows=3,
        hint="Such as: only by letter, never at work, an interpreter, who must not answer.",
    )

    @property
    def link(self) -> dict[str, Any]:
        return {name: self[name].data for name in CARER_LABELS}


class NewCarerForm(CarerForm, PersonForm):
    """A carer who is not in the list yet."""

    also = tuple(CARER_LABELS)


class ChangeCarerForm(CarerForm):
    reason = Line("Why are you changing this?", required="Say why you are changing this")


def data_of(person: Person) -> dict[str, Any]:
    """What a form about this person begins with."""
    return {name: getattr(person, name) for name in LABELS}


def words_of(person: Person, colleagues: dict[Any, str]) -> dict[str, str]:
    """A person’s details as they are read, by the name of the field."""
    return {name: said(name, getattr(person, name), colleagues) for name in LABELS}


def said(name: str, value: Any, colleagues: dict[Any, str]) -> str:
    """One detail in words."""
    if value in (None, "", []):
        return ""
    if name == "kind":
        return PersonKind(value).label
    if name == "flags":
        return "\n".join(vocabulary("person_flags").label(code) for code in value)
    if name == "member_id":
        return colleagues.get(str(value), "An account of a former colleague")
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return str(value)


def said_of_carer(name: str, value: Any, _accounts: Any = None) -> str:
    """One thing that is known of a carer, in words."""
    if name == "address_protected":
        return "Yes" if value else "No"
    choices = {"responsibility": RESPONSIBILITY, "may_contact": MAY_CONTACT}
    return dict(choices.get(name, ())).get(value, str(value or ""))
