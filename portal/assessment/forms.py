"""The forms of the initial review and of the risk assessment with its responses."""

from typing import Any

from wtforms import ValidationError

from portal.assessment.rules import Level, Response, flags
from portal.guidance.catalogue import default_rule_set, vocabulary
from portal.web import fields as f
from portal.web.form_base import Asked, Form, Row

ELSE = "else"


def _topics() -> list[tuple[str, str]]:
    rule_set = default_rule_set()
    asked = (*rule_set.questions, *rule_set.facts)
    return [*((one.key, one.short.capitalize()) for one in asked), (ELSE, "Something else")]


class UnknownRow(Row):
    what = f.Line("What must be found out?", maximum=300, required="Write what must be found out")
    topic = f.Select(
        "What it is about",
        choices=_topics,
        blank="Something else",
        hint="What the checklist asks as well is one task, done when the checklist is answered.",
    )


class ReviewForm(Form):
    met = f.Happened("When did you meet?", required="Enter when you met")
    attended = f.LongText(
        "Who met?", hint="Full names and roles.", rows=2, required="Write who met"
    )
    immediate_risk = f.YesNoNotKnown(
        "Is anybody at immediate risk?",
        hint="Whatever their part in this. Thoughts of self-harm or suicide count.",
        required="Say whether anybody is at immediate risk; “not yet known” is an answer",
    )
    risk_words = f.LongText("Who, and what does that rest on?", rows=3)
    made_safe = f.LongText("How were they made safe?", hint="What, by whom, when.", rows=3)
    referral_needed = f.YesNoNotKnown(
        "Is a referral needed?",
        hint="To children’s social care, the police or early help.",
        required="Say whether a referral is needed; “not yet known” is an answer",
    )
    referral_words = f.LongText("To whom, and why or why not?", rows=3)
    tell_outside = f.YesNoNotKnown(
        "Must anybody outside the school be told?",
        hint="Another school, a club, a service, the local authority.",
        required="Say whether anybody outside must be told; “not yet known” is an answer",
    )
    outside_words = f.LongText("Who, and what do they need to know?", rows=3)
    urgent_removal = f.YesNoNotKnown(
        "Must something be taken down at once?",
        hint="A public page that names a child, for instance. Note address and time first.",
        required="Say whether something must come down at once; “not yet known” is an answer",
    )
    removal_words = f.LongText("What, where, and why now?", rows=3)
    viewing_needed = f.YesNo(
        "Does anybody need to see imagery?",
        hint="Normally no: what people tell you is enough to decide.",
        required="Say whether anybody needs to see imagery; it is normally “no”",
    )
    viewing_words = f.LongText("Why can it not be avoided, and who agreed?", rows=3)
    bearing_on_risk = f.LongText(
        "What bears on the risk?",
        hint="Ages, vulnerabilities, how wide it went, who may react, what happened before.",
        rows=4,
    )
    parents_words = f.LongText(
        "Parents and carers: who is told, by whom and when, or why not yet?", rows=3
    )
    unknowns = f.Rows(
        UnknownRow,
        "What is still unknown?",
        hint="Each becomes something to find out, due by noon on the next working day.",
        noun="thing to find out",
    )

    FACTS = (
        "immediate_risk",
        "referral_needed",
        "tell_outside",
        "urgent_removal",
        "viewing_needed",
    )
    WORDS = (
        "attended", "risk_words", "made_safe", "referral_words", "outside_words", "removal_words",
        "viewing_words", "bearing_on_risk", "parents_words",
    )  # fmt: skip

    def _when_yes(self, answer: Asked, field: Any, sentence: str) -> None:
        if answer.data == "yes" and field.is_blank:
            raise ValidationError(sentence)

    def validate_made_safe(self, field: Any) -> None:
        self._when_yes(
            self.immediate_risk, field, "Write how they were made safe, or what is being done now"
        )

    def validate_viewing_words(self, field: Any) -> None:
        sentence = "Write why seeing it cannot be avoided, and who agreed"
        self._when_yes(self.viewing_needed, field, sentence)

    def facts(self) -> dict[str, str]:
        return {name: str(self[name].data) for name in self.FACTS}

    def words(self) -> dict[str, Any]:
        texts = {name: str(self[name].data or "").strip() for name in self.WORDS}
        return {**texts, "unknowns": [row["what"] for row in self.unknowns.data]}

    def topics(self) -> dict[str, str]:
        """The checklist’s code for each unknown that the checklist asks as well."""
        rows = self.unknowns.data
        return {row["what"]: row["topic"] for row in rows if row["topic"] not in (None, ELSE)}


class _Considered(Form):
    """The level and every consideration, in the order of the page."""

    made = f.Happened("When was this assessed?", required="Enter when this was assessed")
    level = f.Radios(
        "Where does the behaviour stand?",
        hint="From what is known now. It can be assessed again at any time.",
        choices=lambda: [(one.code, one.label, one.help) for one in vocabulary("continuum")],
        required="Choose where the behaviour stands",
    )
    level_reason = f.LongText("Why there?", rows=3, required="Write why the behaviour stands there")


for _one in vocabulary("considerations"):
    setattr(_Considered, f"consider_{_one.code}", f.LongText(_one.label, hint=_one.help, rows=2))
for _one in vocabulary("responses"):
    setattr(_Considered, f"reason_{_one.code}", f.LongText(f"{_one.label}: why?", rows=2))


class RiskForm(_Considered):
    """The level, every consideration, and the responses with a reason each."""

    responses = f.Checkboxes(
        "What is the response?",
        hint="One or more, each with its own reason.",
        choices=lambda: [(one.code, one.label, one.help) for one in vocabulary("responses")],
        required="Choose at least one response",
    )
    no_social_care_reason = f.LongText(
        "If there is no referral to children’s social care: why not?",
        hint="Needed where the behaviour is abusive or violent.",
        rows=3,
    )

    def consideration(self, code: str) -> Asked:
        found: Asked = self[f"consider_{code}"]
        return found

    def reason_for(self, code: str) -> Asked:
        found: Asked = self[f"reason_{code}"]
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        stands = bool(super().validate(extra_validators))
        return self._responses_stand() and stands

    def _responses_stand(self) -> bool:
        """Every response chosen has its reason, and a missing referral has one as well."""
        chosen = [one for one in self.responses.data or [] if one in set(Response)]
        blank = [code for code in chosen if self.reason_for(code).is_blank]
        for code in blank:
            label = vocabulary("responses").label(code)
            field = self.reason_for(code)
            field.errors = [*field.errors, f"Write the reason for “{label}”"]
        level = self.level.data if self.level.data in set(Level) else None
        flagged = next((one for one in flags(level, chosen) if one.kind == "flagged"), None)
        if flagged is not None and self.no_social_care_reason.is_blank:
            field = self.no_social_care_reason
            field.errors = [*field.errors, flagged.message]
            return False
        return not blank

    def words(self) -> dict[str, Any]:
        considered = {
            one.code: str(self.consideration(one.code).data or "").strip()
            for one in vocabulary("considerations")
        }
        reasons = {code: str(self.reason_for(code).data).strip() for code in self.responses.data}
        return {
            "level_reason": self.level_reason.data,
            "considerations": {code: text for code, text in considered.items() if text},
            "response_reasons": reasons,
            "no_social_care_reason": str(self.no_social_care_reason.data or "").strip(),
        }
