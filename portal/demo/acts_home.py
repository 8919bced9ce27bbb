"""Acts about families and support: what home is told, who stays beside whom."""

from collections.abc import Callable, Mapping

from portal import clock
from portal.demo.oakfield import add_carer
from portal.demo.work import Act, Work, happened
from portal.family import service as family
from portal.family import updates
from portal.family.rules import Rhythm, Told
from portal.support import beside, milestones, offers
from portal.support import service as support


def _carer(work: Work, act: Act) -> None:
    """Somebody at home who was not in the list yet."""
    child = work.somebody(act).person
    if child is not None:
        add_carer(work.oakfield, child, act)


def _home_wish(work: Work, act: Act) -> None:
    family.record_wish(
        work.who(act),
        work.case,
        work.somebody(act),
        wish=act["wish"],
        wants_there=act.get("wants_there", "not_known"),
        words={name: act.get(name, "") for name in ("why", "wider", "who_tells")},
        asked=happened(act),
    )


def _home_told(work: Work, act: Act) -> None:
    """Whether home is told; `by` counts the school days until it is decided again."""
    person = work.somebody(act)
    new = family.NewDecision(
        choice=Told(act["choice"]),
        reason=act["words"],
        at=happened(act),
        told=[work.carer(person, name) for name in act.get("told", [])],
        not_told=[work.carer(person, name) for name in act.get("not_told", [])],
        by_when=work.day_in(act, "by"),
        **{name: act.get(name, "") for name in _OF_A_DECISION},
    )
    family.decide(work.who(act), work.case, person, new)


_OF_A_DECISION = (
    "not_told_why",
    "who_tells",
    "on_wish",
    "agencies",
    "agencies_said",
    "reference",
)


def _home_contact(work: Work, act: Act) -> None:
    person = work.somebody(act)
    new = family.NewContact(
        at=happened(act),
        way=act["way"],
        reached=act.get("reached", True),
        facts={name: act[name] for name in _FACTS_OF_CONTACT if name in act},
        words={name: act.get(name, "") for name in _WORDS_OF_CONTACT},
        carer=work.carer(person, act["carer"]),
    )
    family.record_contact(work.who(act), work.case, person, new)


_FACTS_OF_CONTACT = ("agreed_with_child", "child_present", "blames", "procedure_explained")
_WORDS_OF_CONTACT = (
    "telephone",
    "we_said",
    "they_said",
    "done_so_far",
    "they_ask",
    "help_offered",
    "agencies_part",
    "police_support",
    "help_at_home",
)


def _updates(work: Work, act: Act) -> None:
    person = work.somebody(act)
    new = updates.NewAgreement(Rhythm(act["every"]), act["words"], work.day_in(act, "next"))
    updates.agree(work.who(act), work.case, person, work.carer(person, act["carer"]), new)


def _support(work: Work, act: Act) -> None:
    """Support for somebody of the case, or for the group that is named."""
    facts = {name: act[name] for name in _OF_SUPPORT if name in act}
    if "adult" in act:
        facts["adult_id"] = work.oakfield.members[act["adult"]].id
    if "next" in act:
        facts["next_review_on"] = work.day_in(act, "next")
    person = work.person(act)
    made = support.begin(work.who(act), work.case, facts, person)
    work.supports[person.name if person else act["group"]] = made


_OF_SUPPORT = (
    "group",
    "needs",
    "own_words",
    "adult_name",
    "adult_when",
    "adult_where",
    "told_every",
    "told_by",
    "holidays",
    "attendance",
    "attendance_watched",
    "reprisals",
    "reprisals_watched",
    "review_every",
)


def _offer(work: Work, act: Act) -> None:
    answered = offers.Answer(
        answer=act["answer"],
        on=None if act["answer"] == "waiting" else clock.today(),
        words=act.get("words", ""),
        starts_on=work.day_in(act, "starts"),
        again_on=work.day_in(act, "again"),
    )
    new = offers.NewOffer(
        kind=act["kind"],
        at=happened(act),
        answered=answered,
        what=act.get("what", ""),
        service=act.get("service", ""),
    )
    offers.offer(work.who(act), work.case, work.supports[act["of"]], new, act["of"])


def _support_review(work: Work, act: Act) -> None:
    new = support.NewReview(
        outcome=act["outcome"],
        at=happened(act),
        words={name: act.get(name, "") for name in _OF_A_REVIEW},
        next_on=work.day_in(act, "next"),
    )
    support.review(work.who(act), work.case, work.supports[act["of"]], new, act["of"])


_OF_A_REVIEW = ("present", "how_it_goes", "own_words", "changes")


def _sanction(work: Work, act: Act) -> None:
    words = {name: act.get(name, "") for name in _OF_A_SANCTION}
    ends_on = work.day_in(act, "until")
    person = work.somebody(act)
    beside.sanction(work.who(act), work.case, person, happened(act), ends_on, words)


_OF_A_SANCTION = ("what", "policy", "decided_by", "reason", "beside", "own_words")


def _restorative(work: Work, act: Act) -> None:
    """What somebody who was harmed says to a meeting."""
    words = {name: act.get(name, "") for name in ("own_words", "conditions", "told")}
    person = work.somebody(act)
    beside.record_view(work.who(act), work.case, person, act["answer"], happened(act), words)


def _milestone(work: Work, act: Act) -> None:
    """A court or police day so many school days ahead."""
    facts = {name: act.get(name, "") for name in ("kind", "what", "place", "support")}
    facts |= {"day": work.day_in(act, "in"), "at_time": act.get("time")}
    milestones.plan(work.who(act), work.case, work.somebody(act), facts)


ACTS: Mapping[str, Callable[[Work, Act], None]] = {
    "carer": _carer,
    "home wish": _home_wish,
    "home told": _home_told,
    "home contact": _home_contact,
    "updates": _updates,
    "support": _support,
    "offer": _offer,
    "support review": _support_review,
    "sanction": _sanction,
    "restorative": _restorative,
    "milestone": _milestone,
}
