"""The young person’s part of a plan, as they fill it in themselves: one question a page.

They read every word here: short sentences, no blame, and nothing about what happened.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from portal.cases import service as cases
from portal.cases.access_rules import Part
from portal.cases.models import Case
from portal.handover.questionnaire import Answers, Given, Question, ReadBack, register
from portal.plans import service
from portal.plans.forms_voices import as_said, as_typed
from portal.plans.models import Plan, PlanVoice
from portal.plans.reading import young_of
from portal.staff.viewer import Viewer
from portal.web import fields as f
from portal.web.errors import Missing
from portal.web.form_base import Form, Row

CODE = "plan"
_LINES = "Write each thing on a new line."
BY_THEMSELVES = "Written by the young person, on the screen that they were handed."


_BEGINS = {
    "signs": "I will know if I…",
    "will": "To help me, I will…",
    "others_notice": "They may see that I…",
    "other_help": "I would also like…",
}
"""How the sentence begins that the young person goes on with."""


class SignsForm(Form):
    words = f.LongText(_BEGINS["signs"], rows=6, maximum=4000, hint=_LINES)


class WillForm(Form):
    words = f.LongText(_BEGINS["will"], rows=6, maximum=4000, hint=_LINES)


class NoticeForm(Form):
    words = f.LongText(_BEGINS["others_notice"], rows=5, maximum=4000)


class WishRow(Row):
    name = f.Line("I would like…", hint="Write a name.", required="Write who")
    action = f.Line("to…", maximum=500, hint="What can they do?", required="Write what they can do")


class WishesForm(Form):
    people = f.Rows(WishRow, "Who can help you, and how?", noun="wish", maximum=10)


class OtherForm(Form):
    words = f.LongText(
        _BEGINS["other_help"],
        rows=5,
        maximum=4000,
        hint="You could ask for a phone number to call, or ask a friend to help.",
    )


_FIELDS: Mapping[str, tuple[str, str]] = {
    "signs": ("signs", "words"),
    "will": ("will", "words"),
    "others_notice": ("others_notice", "words"),
    "wants": ("wants", "people"),
    "other_help": ("other_help", "words"),
}
"""Under which question, and in which of its fields, each of the voice’s words is answered."""


class PlanQuestionnaire:
    code = CODE
    title = "My part of the plan"
    part = Part.PLAN

    def questions(self, settings: Answers, answers: Answers) -> Sequence[Question]:
        """Five pages. With the police involved the first asks about help and not about “again”."""
        return [
            Question("signs", *_first(settings)),
            Question(
                "will",
                "What can you do to help yourself?",
                WillForm,
                ["Think of small things that you can really do."],
            ),
            Question(
                "others_notice",
                "What might other people see?",
                NoticeForm,
                ["How will they know that you are having a hard time online?"],
            ),
            Question(
                "wants",
                "Who can help you?",
                WishesForm,
                ["Name one person at a time. Say what you would like them to do."],
            ),
            Question(
                "other_help",
                "Is there any other help you would like?",
                OtherForm,
                ["You can leave this empty. You can ask for help later too."],
            ),
        ]

    def read_back(self, settings: Answers, answers: Answers) -> Sequence[ReadBack]:
        return [
            ReadBack(one.code, one.title, _lines(one, answers.get(one.code) or {}))
            for one in self.questions(settings, answers)
        ]

    def keep(self, actor: Viewer, case: Case, involved_id: UUID, given: Given) -> str:
        """Write the young person’s part. Given nothing at all, nothing is written."""
        if given.subject_id is None:
            raise Missing
        plan = cases.get_in(case, Plan, given.subject_id)
        if plan.involved_id != involved_id:
            raise Missing
        said = spoken(given.answers)
        if any(said.values()):
            reason = BY_THEMSELVES + (" They stopped before the end." if given.stopped else "")
            service.write_voice(
                actor, case, plan, young_of(plan), said, how="handed_over", reason=reason
            )
        return f"/cases/{case.reference}/plans/{plan.id}#voices"


def _first(settings: Answers) -> tuple[str, type[Form], Sequence[str]]:
    if settings.get("police"):
        return (
            "How will you know that you need help?",
            SignsForm,
            ["This plan is about what comes next. You do not need to say what happened."],
        )
    return (
        "How will you know that it may happen again?",
        SignsForm,
        [
            "What might you feel, think or do just before?",
            "There are no wrong answers. You do not need to say what happened.",
        ],
    )


def _lines(question: Question, answer: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    if question.code == "wants":
        return [("", f"{one['name']} to {one['action']}") for one in answer.get("people") or []]
    return [(_BEGINS[question.code], str(answer["words"]))] if answer.get("words") else []


def spoken(answers: Answers) -> dict[str, Any]:
    """The answers as a voice keeps them; a question that was never reached says nothing."""
    found = {
        name: (answers[code] or {}).get(field)
        for name, (code, field) in _FIELDS.items()
        if code in answers
    }
    return as_said(found)


def begun(voice: PlanVoice | None) -> dict[str, Any]:
    """The answers with which a hand-over begins: those that the young person gave before."""
    typed = as_typed(voice)
    return {
        code: {field: typed[name]} for name, (code, field) in _FIELDS.items() if typed.get(name)
    }


register(PlanQuestionnaire())
