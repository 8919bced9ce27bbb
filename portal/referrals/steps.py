"""What the register of referrals offers to the case as a whole."""

from portal import clock
from portal.cases.models import Case
from portal.cases.seen import Found
from portal.cases.service import records_of
from portal.cases.steps import Entry, Group, Obstacle, State, Step, address
from portal.referrals import words
from portal.referrals.kinds import POLICE
from portal.referrals.models import EvidenceAdvice, Referral, ReferralEvent
from portal.vault.seen import Seen
from portal.web.dates import due_text, said_time

READS = (
    Seen(
        Referral,
        "written_at",
        "kind",
        "nature",
        "state",
        "outcome",
        "body",
        "made_at",
        "written_on",
        "written_due_at",
        "chase_at",
    ),
    Seen(EvidenceAdvice, "written_at", "effect"),
)
"""What the case page reads, in one statement with what every other feature reads."""


def steps(case: Case, found: Found) -> list[Step]:
    told = [_register(case, found[Referral])]
    if case.police_told_at is not None or found[EvidenceAdvice]:
        told.append(_advice(case, found[EvidenceAdvice]))
    return told


def police_are_owed(case: Case, referrals: list[Referral]) -> bool:
    """Whether it is decided to tell the police, and nothing says yet that they were told."""
    told = any(one.kind == POLICE and one.nature == "referral" for one in referrals)
    return case.decision == "refer" and not told


def _register(case: Case, referrals: list[Referral]) -> Step:
    def step(state: State, line: str, *, words: str = "", urgent: bool = False) -> Step:
        href = address(case, "referrals")
        return Step(
            "referrals", Group.ACT, "Referrals and reports", state, line, href, words, urgent
        )

    if police_are_owed(case, referrals):
        line = "It is decided to tell the police. Nothing says yet that they were told"
        return step(State.NOT_STARTED, line, words="Tell the police", urgent=True)
    now = clock.now()
    owed = [one for one in referrals if one.owes_writing()]
    late = [one for one in owed if one.written_due_at and one.written_due_at < now]
    if late:
        line = f"{words.short(late[0])}: to be confirmed in writing"
        return step(State.IN_PROGRESS, line, words="Writing overdue", urgent=True)
    waiting = [one for one in referrals if one.state == "waiting"]
    if waiting:
        return step(State.IN_PROGRESS, _next(waiting, owed))
    if not referrals:
        return step(State.NOT_STARTED, "Nobody outside the school has been told yet")
    if owed:
        return step(State.IN_PROGRESS, f"{words.short(owed[0])}: to be confirmed in writing")
    return step(State.DONE, f"{len(referrals)} on the record, none of them waits")


def _next(waiting: list[Referral], owed: list[Referral]) -> str:
    """What comes next, in one line: writing before chasing, the earliest first."""
    now = clock.now()
    if owed:
        first = min(owed, key=lambda one: one.written_due_at or now)
        due = said_time(first.written_due_at, now) if first.written_due_at else ""
        return f"{words.short(first)}: in writing by {due}"
    first = min(waiting, key=lambda one: one.chase_at or now)
    number = f"{len(waiting)} wait for an answer" if len(waiting) > 1 else "Waits for an answer"
    if first.chase_at is None:
        return f"{number}: {words.short(first)}"
    when, late = due_text(first.chase_at, now)
    ask = f"ask again, {when}" if late else f"ask again {when}"
    return f"{number}. {words.short(first)}: {ask}"


def _advice(case: Case, advice: list[EvidenceAdvice]) -> Step:
    href, title = address(case, "referrals") + "#evidence", "Police advice on evidence"
    if not advice:
        line = "Ask them what to keep, what may be deleted, and which devices to hold"
        return Step("evidence_advice", Group.ACT, title, State.NOT_STARTED, line, href)
    opens = advice[0].effect == "opens"
    line = "What they named may be deleted or taken down" if opens else "Everything is to be kept"
    return Step("evidence_advice", Group.ACT, title, State.DONE, line, href)


def entries(case: Case) -> list[Entry]:
    """The chronology’s lines: every referral, what happened to it, what the police advised."""
    referrals = {one.id: one for one in records_of(case, Referral)}
    return [
        *(_made(case, one) for one in referrals.values()),
        *(
            _happened(case, one, referrals[one.referral_id])
            for one in records_of(case, ReferralEvent)
        ),
        *(_advised(case, one) for one in records_of(case, EvidenceAdvice)),
    ]


def _made(case: Case, one: Referral) -> Entry:
    reference = f"Reference {one.reference}." if one.reference else ""
    spoke = f"{words.how(one)}: {one.spoke_to}." if one.spoke_to else f"{words.how(one)}."
    return Entry(
        kind="referral",
        title=words.title(one),
        text="\n".join(filter(None, (" ".join((spoke, reference)), one.words))),
        happened=one.happened,
        written=one.written_at,
        by=one.made_by,
        href=address(case, "referrals", str(one.id)),
        record=one,
    )


def _happened(case: Case, one: ReferralEvent, referral: Referral) -> Entry:
    return Entry(
        kind="referral",
        title=f"{words.event(one)}: {words.short(referral)}",
        text="\n".join(filter(None, (one.who, one.words))),
        happened=one.happened,
        written=one.written_at,
        by=one.by_id,
        href=address(case, "referrals", str(referral.id)),
        record=one,
    )


def _advised(case: Case, one: EvidenceAdvice) -> Entry:
    may = f"May be deleted: {one.may_delete}" if one.may_delete else ""
    return Entry(
        kind="evidence_advice",
        title="Police advice on evidence",
        text="\n".join(filter(None, (f"{one.officer}. To keep: {one.keep}", may, one.words))),
        happened=one.happened,
        written=one.written_at,
        by=one.by_id,
        href=address(case, "referrals", str(one.referral_id)),
        record=one,
    )


def obstacles(case: Case, found: Found) -> list[Obstacle]:
    """What stands in the way of closing."""
    referrals = found[Referral]
    problems = []
    if police_are_owed(case, referrals):
        sentence = "It is decided to tell the police, and nothing says that they were told."
        problems.append(Obstacle(sentence, address(case, "call", "police")))
    for one in referrals:
        href = address(case, "referrals", str(one.id))
        if one.state == "waiting":
            sentence = f"{words.short(one)} has not answered. Ask again, or say why not."
            problems.append(Obstacle(sentence, href))
        if one.owes_writing():
            sentence = f"{words.short(one)}: what was said is not confirmed in writing."
            problems.append(Obstacle(sentence, f"{href}/written"))
    return problems
