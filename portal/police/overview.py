"""How a case stands with the police: read once, and told by pages, steps, banner and chronology."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from portal.cases import seen
from portal.cases.models import Case, Decision, Involved
from portal.cases.service import people_in
from portal.guidance.catalogue import rule_sets
from portal.people.models import PersonKind
from portal.police import rules, service
from portal.police.models import Assessment, YoungView
from portal.staff.service import names_of
from portal.vault.seen import Seen


@dataclass(frozen=True)
class Overview:
    """How a case stands with the police; lists begin with the newest."""

    assessments: list[Assessment]
    decisions: list[Decision]
    views: list[YoungView]
    people: list[Involved]
    names: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def newest(self) -> Assessment | None:
        return self.assessments[0] if self.assessments else None

    @property
    def decision(self) -> Decision | None:
        return self.decisions[0] if self.decisions else None

    @property
    def outcome(self) -> rules.Outcome | None:
        return rules.Outcome(self.newest.outcome) if self.newest else None

    @property
    def young(self) -> list[Involved]:
        """The young people who are asked: those harmed, and those said to have displayed it."""
        return [
            one
            for one in self.people
            if one.person is not None
            and PersonKind(one.person.kind).is_young
            and {"harmed", "displayed"} & set(one.parts)
        ]

    def view_of(self, involved: Involved) -> YoungView | None:
        return next((view for view in self.views if view.involved_id == involved.id), None)

    @property
    def not_asked(self) -> list[Involved]:
        return [one for one in self.young if self.view_of(one) is None]

    @property
    def not_explained(self) -> list[tuple[Involved, YoungView]]:
        """Against whose wish the police are told without the record saying why and when."""
        choice = self.decision.choice if self.decision else None
        pairs = [(one, self.view_of(one)) for one in self.people]
        return [
            (one, view)
            for one, view in pairs
            if view is not None and service.lacks_justification(view, choice)
        ]

    @property
    def is_outdated(self) -> bool:
        """Whether newer answers ask for more than the decision that was taken on older ones."""
        if not self.newest or not self.decision or self.decision.choice == rules.Choose.REFER:
            return False
        graver = rules.needs_second_person(
            self.newest.outcome, self.newest.facts, rules.Choose.DO_NOT_REFER
        )
        return graver and self.decision.assessment_id != self.newest.id

    @property
    def is_decided(self) -> bool:
        """Whether the police are told or not; taking advice leaves that open."""
        taken = self.decision is not None and self.decision.choice != rules.Choose.TAKE_ADVICE
        return taken and not self.is_outdated

    @property
    def waits_for_second(self) -> bool:
        return self.decision is not None and not self.decision.stands

    def answered(self, key: str) -> str:
        if self.newest is None:
            return rules.Answer.NOT_KNOWN
        given = {**self.newest.facts, **self.newest.answers}
        return given.get(key, rules.Answer.NOT_KNOWN)

    def count(self, answer: rules.Answer) -> int:
        if self.newest is None:
            return 0
        return [*self.newest.answers.values(), *self.newest.facts.values()].count(answer)

    @property
    def because(self) -> str:
        if self.newest is None:
            return ""
        found = next((s for s in rule_sets() if s.code == self.newest.rule_set), None)
        return rules.because(self.newest.answers, self.newest.facts, found) if found else ""


READS = (Seen(Assessment), Seen(YoungView))
_all = seen.AllOf(*READS)


def overview(
    case: Case,
    people: list[Involved] | None = None,
    names: Mapping[UUID, str] | None = None,
    found: seen.Found | None = None,
) -> Overview:
    """How a case stands, from what the caller has read already and short reads for the rest."""
    found = _all(case) if found is None else found
    assessments, views = found[Assessment], found[YoungView]
    decided = seen.police_decisions(case)
    everybody = people_in(case) if people is None else people
    if names is None:
        signed = [sign for one in decided for sign in one.countersignatures]
        names = names_of(
            [
                *(one.made_by for one in assessments),
                *(one.decided_by for one in decided),
                *(one for sign in signed for one in (sign.member_id, sign.entered_by)),
                *(one.asked_by for one in views),
            ]
        )
    return Overview(assessments, decided, views, everybody, names)
