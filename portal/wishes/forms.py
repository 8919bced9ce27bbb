"""The forms that staff fill: a visit, the start of a hand-over, who is meant, a note."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from markupsafe import Markup
from wtforms import ValidationError

from portal import clock
from portal.cases.models_wishes import Wishes
from portal.cases.withheld import standing_in
from portal.clock import Happened
from portal.web import fields as f
from portal.web.form_base import Form, Row
from portal.wishes import rules
from portal.wishes.rules import Named
from portal.wishes.service import BESIDE, PAPER, Somebody, Visit, named_in
from portal.wishes.words import LEADS

NEXT_IN = timedelta(weeks=3)
MEANT = "Which colleague or carer is this?"
NONE_OF_THEM = "Somebody else, or not known"
_STANDINGS = (
    (rules.WANTED, "They want this person to know"),
    (rules.RATHER_NOT, "They would rather this person did not know"),
    (rules.KNOWS, "This person knows already, and they say no more about it"),
)


class PersonRow(Row):
    """One person, with everything that the young person says about them."""

    name = f.Line("Name, as they say it", required="Write the name, as they say it")
    knows_already = f.Tick("Knows already")
    standing = f.Radios(
        "What does the young person want?", choices=_STANDINGS, required="Say what they want"
    )
    how_much = f.LongText("How much may they know?", rows=2, maximum=4000)
    support = f.LongText("What support should they give?", rows=2, maximum=4000)
    not_do = f.LongText("What should they not do?", rows=2, maximum=4000)
    who = f.Select(MEANT, blank=NONE_OF_THEM)
    matched_as = f.Hidden("Name under which this row was matched")

    @property
    def is_blank(self) -> bool:
        asked = (one for one in self.questions() if one.kind != "hidden")
        return all(one.is_blank for one in asked)

    def validate_who(self, field: Any) -> None:
        """Another name in a row that was matched: ask once whether the match is still right."""
        before, now = str(self.matched_as.data or ""), str(self.name.data or "")
        if not field.data or not before or rules.key_of(before) == rules.key_of(now):
            return
        self.matched_as.data = now
        raise ValidationError(
            "The name in this row is another now. Check which colleague or carer it is, and save "
            "again."
        )

    def named(self, meant: Mapping[str, Somebody]) -> Named:
        somebody = meant.get(self.who.data or "")
        return Named(
            name=self.name.data,
            standing=self.standing.data,
            knows_already=self.knows_already.data or self.standing.data == rules.KNOWS,
            how_much=self.how_much.data,
            support=self.support.data,
            not_do=self.not_do.data,
            member_id=somebody.member_id if somebody else None,
            person_id=somebody.person_id if somebody else None,
        )


class MustKnowRow(Row):
    name = f.Line("Who must know", required="Write who must know")
    why = f.Line(
        "Why",
        required="Write why this person must know",
        hint="Such as “this person leads the work to keep you safe”. The young person reads it.",
    )


class _AboutVisit(Form):
    class_form = f.Line("Class or form", width=10)
    must_know = f.Rows(
        MustKnowRow,
        "Who must know, whatever they choose",
        hint="So that “you choose” is never a promise that cannot be kept.",
        maximum=10,
    )
    next_on = f.Day(
        "When are they asked again?",
        hint="Two to four weeks from now is usual. Wishes change.",
        not_past=True,
    )


class VisitForm(_AboutVisit):
    """The form filled in by staff: beside the young person, or from paper."""

    how = f.Radios(
        "Where do the answers come from?",
        choices=[
            (BESIDE, "We fill it in together now, or did so"),
            (PAPER, "I type up a form filled in on paper", "Put the paper into the locked file."),
        ],
        required="Say where the answers come from",
    )
    answered_on = f.Day(
        "On which day did they answer?",
        hint="For a paper form, the date on the paper.",
        required="Enter the day on which they answered",
        not_future=True,
    )
    people = f.Rows(
        PersonRow,
        "People",
        hint="Use their own words.",
        maximum=rules.MOST_PEOPLE,
    )
    anything_else = f.LongText("Anything else they say", rows=3)

    def offer(self, somebody: Sequence[Somebody]) -> None:
        """Let each row say which colleague or carer it is."""
        choices = [(one.code, f"{one.name}, {one.detail}") for one in somebody]
        for row in self.people.entries:
            if isinstance(row, PersonRow):
                row.who.choices = choices

    def validate_people(self, field: Any) -> None:
        rows = field.data
        doubled = rules.twice(row["name"] for row in rows)
        if not doubled:
            return
        name = doubled[0]
        said = {row["standing"] for row in rows if rules.key_of(row["name"]) == rules.key_of(name)}
        if {rules.WANTED, rules.RATHER_NOT} <= said:
            raise ValidationError(
                f"{name} stands here as wanted and as rather not. "
                "Ask which it is, and keep one row."
            )
        raise ValidationError(f"{name} stands here twice. Keep one row for each person.")

    def visit(self, somebody: Sequence[Somebody]) -> Visit:
        meant = {one.code: one for one in somebody}
        on: date = self.answered_on.data
        return Visit(
            how=self.how.data,
            at=Happened(on),
            people=[row.named(meant) for row in self.people.filled if isinstance(row, PersonRow)],
            paper_on=on if self.how.data == PAPER else None,
            next_on=self.next_on.data,
            class_form=self.class_form.data,
            anything_else=self.anything_else.data,
            must_know=self.must_know.data,
        )


class HandOverForm(_AboutVisit):
    """What is set before a young person gets the screen."""

    def settings(self) -> dict[str, Any]:
        """As the hand-over keeps it: fit for JSON."""
        on = self.next_on.data
        return {
            "class_form": self.class_form.data,
            "must_know": self.must_know.data,
            "next_on": on.isoformat() if on else "",
        }


def begun(last: Wishes | None, *, class_form: str, lead: str) -> dict[str, Any]:
    """What a visit begins with: the answers of the last one, and who must know in any case."""
    leads = [{"name": lead, "why": LEADS}] if lead else []
    return {
        "how": None,
        "answered_on": clock.today(),
        "next_on": clock.today() + NEXT_IN,
        "class_form": (last.class_form if last else "") or class_form,
        "must_know": last.must_know if last and last.must_know else leads,
        "people": [_row(one) for one in named_in(last)],
        "anything_else": last.anything_else if last else "",
    }


def _row(one: Named) -> dict[str, Any]:
    names = ("name", "standing", "knows_already", *rules.ABOUT_THEM)
    who = code_of(one)
    said = {name: getattr(one, name) for name in names}
    return said | {"who": who, "matched_as": one.name if who else ""}


def code_of(one: Any) -> str | None:
    """What a form sends for the colleague or carer who is known to be meant."""
    if one.member_id is not None:
        return f"member:{one.member_id}"
    return f"person:{one.person_id}" if one.person_id is not None else None


class MatchForm(Form):
    who = f.Select(MEANT, blank=NONE_OF_THEM)
    reason = f.Line(
        "How do you know?",
        required="Say how you know who is meant",
        hint="Such as “They told me that it is their form tutor”.",
    )


class NoteForm(Form):
    """One sentence for a colleague."""

    about = f.Select("About which young person?", required="Choose the young person")
    member = f.Select("For which colleague?", required="Choose the colleague")
    sentence = f.Line(
        "What they need to know, in one sentence",
        maximum=300,
        required="Write the sentence that you agreed",
        hint="Only what they need in order to help: never what happened. "
        "Such as “She may leave any lesson without a word and go to room 4”.",
    )
    agreed_on = f.Day(
        "On which day did the young person agree to this sentence?",
        required="Enter the day on which they agreed to it",
        not_future=True,
    )
    against_wish = f.LongText(
        "If they would rather not be told: why are they told all the same?",
        rows=2,
        maximum=2000,
        hint="Only for a colleague who is marked in the list. Tell the young person first, and say "
        "here what they said.",
    )
    marks: Mapping[UUID, str] = {}
    kept_words: Sequence[str] = ()

    def mark(self, marks: Mapping[UUID, str]) -> None:
        """Ask for a reason only where somebody of the colleagues should rather not know."""
        self.marks = marks
        if not marks:
            del self["against_wish"]

    def validate_sentence(self, field: Any) -> None:
        if not rules.is_one_sentence(field.data):
            raise ValidationError("Write one sentence only. The rest is for people with access.")
        found = standing_in(field.data, self.kept_words)
        if found:
            raise ValidationError(
                f"“{found[0]}” stands among what people in school are not to be told. Leave it out."
            )

    def validate_against_wish(self, field: Any) -> None:
        mark = self.marks.get(self.member.data) if self.member.data else None
        if mark and field.is_blank:
            raise ValidationError(f"{mark} Say why they are told all the same")


def marked_choices(
    colleagues: Sequence[Any], marks: Mapping[UUID, str]
) -> list[tuple[UUID, str | Markup]]:
    """Colleagues to choose from; whoever should rather not know is marked beside the name."""
    return [
        (one.id, f"{one.name} (would rather not be told)" if one.id in marks else one.name)
        for one in colleagues
    ]
