"""The questions as a young person answers them when the screen is theirs, one on each page.

Everything here is read by a student: short sentences, plain words, their own words read back. A
name is typed once; what is said about somebody is kept under that name and never under a place, so
that no answer moves to another person when a name is taken out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from markupsafe import Markup
from wtforms import ValidationError

from portal import clock
from portal.cases.access_rules import Part
from portal.cases.models import Case
from portal.cases.models_wishes import Wishes
from portal.cases.steps import address
from portal.clock import Happened, local
from portal.handover.questionnaire import Answers, Given, Question, ReadBack, register
from portal.staff.viewer import Viewer
from portal.web import fields as f
from portal.web.form_base import Form
from portal.wishes import rules, service
from portal.wishes.rules import Named

CODE = "wishes"
TITLE = "Who do you want to know?"
KNOWS, WANTED, RATHER_NOT, ANYTHING = "knows", "wanted", "rather_not", "anything_else"
_TITLES = {
    KNOWS: "Who knows about this now?",
    WANTED: "Who would you like to know?",
    RATHER_NOT: "Who would you rather did not know?",
    "how_much": "How much should each of them know?",
    "support": "What could each of them do to help you?",
    "not_do": "What should each of them not do?",
    ANYTHING: "Is there anything else you want to say?",
}
_LEADS: Mapping[str, tuple[str, ...]] = {
    KNOWS: ("Think of friends, family and people at school.",),
    RATHER_NOT: (
        "We will think hard about this. If we ever need to tell one of them to keep you safe, we "
        "will do all we can to talk to you first.",
    ),
    "how_much": ("It can be all of it, a little, or just that you need some help.",),
    "support": ("It could be to listen, to sit with you, or to act as if it is a normal day.",),
    "not_do": ("It could be not to ask, not to tell other people, or not to make a fuss.",),
    ANYTHING: ("You can leave this empty.",),
}
WORDS_LABEL = "Write as much or as little as you like"
NAMES_LABEL = "One name on each line. You can leave this empty."


class NamesForm(Form):
    """Names, one on each line; those that were given on another page cannot be said here too."""

    names = f.LongText(NAMES_LABEL, rows=6, maximum=rules.MOST_PEOPLE * rules.MOST_OF_A_NAME)
    elsewhere: Sequence[str] = ()
    clash = ""

    def validate_names(self, field: Any) -> None:
        names = rules.names_in(field.data)
        if len(names) > rules.MOST_PEOPLE:
            raise ValidationError(f"Please write no more than {rules.MOST_PEOPLE} names")
        if any(len(name) > rules.MOST_OF_A_NAME for name in names):
            raise ValidationError("Please write one name on each line")
        both = rules.in_both(self.elsewhere, names)
        if both:
            raise ValidationError(self.clash.format(name=both[0]))


_CLASHES = {
    WANTED: "You said that you would rather {name} did not know. Choose one of the two",
    RATHER_NOT: "You said that you would like {name} to know. Choose one of the two",
}


class WordsForm(Form):
    words = f.LongText(WORDS_LABEL, rows=6)


def field_of(name: str) -> str:
    """The name of the box for what is said about somebody: the same wherever they stand."""
    return "about_" + sha256(rules.key_of(name).encode()).hexdigest()[:16]


def _names_form(answers: Answers, code: str) -> type[NamesForm]:
    other = {WANTED: RATHER_NOT, RATHER_NOT: WANTED}.get(code)
    elsewhere = _names(answers, other) if other else []
    return type(
        "NamesPage", (NamesForm,), {"elsewhere": elsewhere, "clash": _CLASHES.get(code, "")}
    )


def _each_form(names: Sequence[str]) -> type[Form]:
    boxes = {field_of(name): f.LongText(name, rows=3, maximum=4000) for name in names}
    return type("EachPage", (Form,), boxes)


def _given(answers: Answers, code: str) -> Mapping[str, Any]:
    found = answers.get(code)
    return found if isinstance(found, Mapping) else {}


def _names(answers: Answers, code: str) -> list[str]:
    return rules.names_in(str(_given(answers, code).get("names") or ""))


def _everybody(answers: Answers) -> list[Named]:
    return rules.together(*(_names(answers, code) for code in (KNOWS, WANTED, RATHER_NOT)))


def _to_tell(answers: Answers) -> list[str]:
    """Those who know or are to know: of them it is asked how much, what helps and what does not."""
    return [
        one.name
        for one in _everybody(answers)
        if one.standing != rules.RATHER_NOT or one.knows_already
    ]


def named(answers: Answers) -> list[Named]:
    """Everybody who was named, with what was said about each."""
    told = {rules.key_of(name) for name in _to_tell(answers)}
    return [
        replace(
            one,
            how_much=_said(answers, "how_much", one.name),
            support=_said(answers, "support", one.name),
            not_do=_said(answers, "not_do", one.name),
        )
        if rules.key_of(one.name) in told
        else one
        for one in _everybody(answers)
    ]


def _said(answers: Answers, code: str, name: str) -> str:
    return str(_given(answers, code).get(field_of(name)) or "").strip()


def answers_of(last: Wishes | None) -> dict[str, Any]:
    """The answers of the last visit, as the pages begin with them."""
    people = service.named_in(last)
    by_standing = {
        KNOWS: [one.name for one in people if one.knows_already or one.standing == KNOWS],
        WANTED: [one.name for one in people if one.standing == WANTED],
        RATHER_NOT: [one.name for one in people if one.standing == RATHER_NOT],
    }
    found: dict[str, Any] = {
        code: {"names": "\n".join(names)} for code, names in by_standing.items() if names
    }
    for code in rules.ABOUT_THEM:
        said = {field_of(one.name): getattr(one, code) for one in people if getattr(one, code)}
        if said:
            found[code] = said
    if last is not None and last.anything_else:
        found[ANYTHING] = {"words": last.anything_else}
    return found


class WishesQuestions:
    """The form “Who do you want to know?” for hand-over mode."""

    code = CODE
    title = TITLE
    part = Part.WISHES

    def questions(self, settings: Answers, answers: Answers) -> Sequence[Question]:
        pages = [self._page(code, _names_form(answers, code), settings) for code in (KNOWS, WANTED)]
        pages.append(self._page(RATHER_NOT, _names_form(answers, RATHER_NOT), settings))
        names = _to_tell(answers)
        if names:
            each = _each_form(names)
            pages += [self._page(code, each, settings) for code in rules.ABOUT_THEM]
        return [*pages, self._page(ANYTHING, WordsForm, settings)]

    def _page(self, code: str, form: type[Form], settings: Answers) -> Question:
        lead = _who_must(settings) if code == WANTED else _LEADS[code]
        return Question(code, _TITLES[code], form, lead)

    def read_back(self, settings: Answers, answers: Answers) -> Sequence[ReadBack]:
        found = []
        for one in self.questions(settings, answers):
            found.append(ReadBack(one.code, one.title, tuple(_lines(answers, one.code))))
        return found

    def keep(self, actor: Viewer, case: Case, involved_id: UUID, given: Given) -> str:
        """Make the next visit of what was given back; nothing at all makes none."""
        involved = service.young_person(case, involved_id)
        last = service.newest(case, involved)
        people = service.matched_as_before(named(given.answers), last)
        words = str(_given(given.answers, ANYTHING).get("words") or "")
        here = address(case, "wishes", str(involved.id))
        if last is None and not people and not words.strip():
            return here
        now = local(clock.now())
        service.record_visit(
            actor,
            case,
            involved,
            service.Visit(
                how=service.HANDED_OVER,
                at=Happened(now.date(), now.time().replace(second=0, microsecond=0)),
                people=people,
                next_on=_day(given.settings.get("next_on")),
                class_form=str(given.settings.get("class_form") or ""),
                anything_else=words,
                must_know=_must_know(given.settings),
            ),
        )
        return here


def _who_must(settings: Answers) -> tuple[str, ...]:
    """Who has to know and why, so that “you choose” is never a promise that cannot be kept."""
    said: list[str] = []
    people = _must_know(settings)
    if people:
        said.append("Some people have to know, so that we can keep you safe.")
        said += [
            Markup("<bdi>{}</bdi> has to know: <bdi>{}</bdi>.").format(
                one["name"], one["why"].strip().rstrip(".")
            )
            for one in people
        ]
    said.append("You choose who else." if people else "You choose.")
    said.append("You can change your mind on another day.")
    return tuple(said)


def _must_know(settings: Answers) -> list[dict[str, str]]:
    rows = settings.get("must_know") or []
    return [
        {"name": str(one.get("name") or ""), "why": str(one.get("why") or "")}
        for one in rows
        if isinstance(one, Mapping) and one.get("name")
    ]


def _lines(answers: Answers, code: str) -> list[tuple[str, str]]:
    if code == ANYTHING:
        words = str(_given(answers, code).get("words") or "")
        return [("", words)] if words.strip() else []
    if code in rules.ABOUT_THEM:
        said = ((one.name, getattr(one, code)) for one in named(answers))
        return [(name, text) for name, text in said if text]
    return [("", name) for name in _names(answers, code)]


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text or ""))
    except ValueError:
        return None


register(WishesQuestions())
