"""What the filled forms say on paper: a visit to “Who do you want to know?”, and a plan.

The copies for the young person go home in a bag, so what parents are not to be told stands in none.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from portal import clock
from portal.casefile.forms_family import OWN_FILE, PARENT, YOUNG_PERSON
from portal.casefile.help_papers import help_with
from portal.casefile.models import Print
from portal.casefile.redaction import for_reader, without_phrases
from portal.casefile.sifting import Around, around
from portal.casefile.summary import furniture
from portal.casefile.summary_parts import moment, said
from portal.cases import withheld
from portal.cases.models import Case, Involved
from portal.cases.models_wishes import Wishes, WishPerson
from portal.cases.service import get_in, get_involved
from portal.cases.words import HOW_ASKED, STANDINGS
from portal.guidance.catalogue import vocabulary
from portal.plans import reading
from portal.plans import words as plan_words
from portal.plans.models import Plan, PlanEdition
from portal.printing import form_data as paper
from portal.printing import plan_form, wishes_form
from portal.staff import service as staff
from portal.web.dates import plain_day
from portal.web.errors import Missing, NotPossible

WISHES = "wishes"
PLAN = "plan"
EDITION = "edition"
NO_LONGER = "This carer is no longer one of the young person’s. Print a new copy."
T = TypeVar("T")

_START = (
    "internet_use",
    "covers",
    "why",
    "lasts",
    "ends_on",
    "review_every",
    "signal",
    "signal_where",
    "home_limits",
)
_AFTER = ("if_not_followed", "next_review_on")


def typed_up(paper_on: date, written: str) -> str:
    return f"Written on paper {plain_day(paper_on)}, typed up {written}"


# Who do you want to know?


def wishes(case: Case, copy: Print) -> Callable[[], bytes]:
    visit = get_in(case, Wishes, _subject(copy))
    young = get_involved(case, visit.involved_id)
    school = staff.get_school(case.school_id)
    names = staff.names_of([copy.printed_by, visit.asked_by])
    # Who should rather not know is for the young person and for those who lead the case.
    shows_all = copy.recipient_kind in {YOUNG_PERSON, OWN_FILE}
    data = paper.WishesForm(
        furniture=furniture(case, copy, school, names, wishes_form.TITLE),
        young_person=young.name,
        class_form=visit.class_form,
        answered=said(visit.happened),
        how=_how(visit),
        asked_by=names.get(visit.asked_by, ""),
        number=str(visit.number),
        people=tuple(_told(one) for one in visit.people if one.standing != "rather_not"),
        rather_not=tuple(_told(one) for one in visit.people if one.standing == "rather_not")
        if shows_all
        else None,
        must_know=tuple(
            paper.MustKnow(one.get("name", ""), one.get("why", "")) for one in visit.must_know or []
        ),
        anything_else=visit.anything_else,
        next_visit=plain_day(visit.next_visit_on) if visit.next_visit_on else "",
    )
    return partial(wishes_form.build, _sifted(case, copy, young, data, names.values()))


def _how(visit: Wishes) -> str:
    if visit.paper_on is None:
        return HOW_ASKED[visit.how]
    return typed_up(visit.paper_on, moment(visit.written_at))


def _told(one: WishPerson) -> paper.Told:
    return paper.Told(
        name=one.name,
        standing=STANDINGS[one.standing],
        knows_already="Yes" if one.knows_already else "",
        how_much=one.how_much,
        support=one.support,
        not_do=one.not_do,
    )


# The moving forward plan


def plan(case: Case, copy: Print) -> Callable[[], bytes]:
    whole = reading.whole(get_in(case, Plan, _subject(copy)))
    edition = chosen_edition(whole, (copy.words or {}).get(EDITION, ""))
    content: Mapping[str, Any] = (edition.content if edition else None) or reading.content_of(whole)
    shown = edition or whole.newest
    police = bool(content.get("police_advice"))
    school = staff.get_school(case.school_id)
    names = staff.names_of([copy.printed_by])
    data = paper.PlanForm(
        furniture=furniture(case, copy, school, names, plan_form.TITLE),
        young_person=str(content["for"]),
        status=_status(whole, edition, copy.written_at),
        started=plan_words.value(content, "started_on"),
        typed_up=typed_up(day, moment(whole.plan.written_at))
        if (day := whole.plan.paper_on)
        else "",
        help=help_with(case.school_id, _help_words(content)),
        start=_answers(content, _START),
        people=tuple((one["name"], _part(one)) for one in content["people"]),
        steps=tuple(_step(one) for one in content["steps"]),
        voices=tuple(_voices(whole, content, police=police)),
        after=_answers(content, _AFTER),
        reviewed=_reviewed(shown) if shown is not None else (),
        signed=tuple(_signed(content, shown)),
        notes=content.get("notes") or "",
        is_draft=shown is None,
    )
    spared = [*names.values(), *(one["name"] for one in content["people"] if one["member_id"])]
    return partial(plan_form.build, _sifted(case, copy, whole.young, data, spared))


def chosen_edition(whole: reading.Whole, wanted: str) -> PlanEdition | None:
    """The edition of this plan with this id; None for the plan as it stands now."""
    if not wanted:
        return None
    found = next((one for one in whole.editions if str(one.id) == wanted), None)
    if found is None:
        raise Missing
    return found


def _help_words(content: Mapping[str, Any]) -> dict[str, str]:
    return {name: content.get(f"help_{name}") or "" for name in ("adult", "when", "where")}


def _status(whole: reading.Whole, edition: PlanEdition | None, printed: datetime) -> str:
    """Which plan this is, so that nobody takes an older edition for the newest."""
    shown = edition or whole.newest
    if shown is None:
        return "Draft, not agreed yet"
    kind = plan_words.KINDS[shown.kind].lower()
    first = f"Edition {shown.number}, {kind} {said(shown.happened)}"
    if edition is not None and edition is not whole.newest:
        return f"{first}. A newer edition exists."
    if whole.plan.outcome:
        outcome = vocabulary("plan_outcomes").label(whole.plan.outcome)
        return f"{first}. {outcome}. {whole.plan.ended_words}".strip()
    return first if edition else f"{first}; as it stands {moment(printed)}"


def _answers(content: Mapping[str, Any], names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (plan_words.label_of(content, name), plan_words.value(content, name)) for name in names
    )


def _part(one: Mapping[str, Any]) -> str:
    voice = vocabulary("plan_voices").label(one["voice"]) if one["voice"] != "none" else ""
    return "; ".join(dict.fromkeys(filter(None, (voice, one["role"]))))


def _step(one: Mapping[str, Any]) -> paper.Step:
    ended = "" if one["state"] == "open" else plan_words.STEP_STATES[one["state"]]
    return paper.Step(
        what=one["what"],
        who=one["who"],
        by=_day(one["due_on"]),
        state=": ".join(filter(None, (ended, one["end_words"] if ended else ""))),
    )


def _day(text: str | None) -> str:
    return plain_day(date.fromisoformat(text)) if text else ""


def _voices(whole: reading.Whole, content: Mapping[str, Any], *, police: bool) -> list[paper.Voice]:
    """The three voices in the order of those who take part; a missing one says so."""
    there = {one["person_id"]: one for one in content["voices"]}
    times = {str(one.person_id): one.changed_at for one in whole.voices}
    found = []
    for person in content["people"]:
        if person["voice"] == "none":
            continue
        role = vocabulary("plan_voices").label(person["voice"])
        voice = there.get(person["id"])
        if voice is None:
            found.append(paper.Voice(person["name"], role, "Nobody has written it yet.", (), True))
            continue
        how = _written(voice, times.get(person["id"]))
        found.append(paper.Voice(person["name"], role, how, _said(voice, police=police)))
    return found


def _written(voice: Mapping[str, Any], changed_at: datetime | None) -> str:
    written = _day(voice["written_on"])
    if changed_at is not None and plain_day(clock.local(changed_at).date()) == written:
        written = moment(changed_at)
    if voice["paper_on"]:
        return typed_up(date.fromisoformat(voice["paper_on"]), written) + "."
    return f"{vocabulary('plan_ways').label(voice['how'])}, {written}."


def _said(voice: Mapping[str, Any], *, police: bool) -> tuple[tuple[str, str], ...]:
    """Every question of one voice, whether it was answered or not."""
    kind = voice["voice"]
    first = (
        (plan_words.signs_words(kind, police=police), "\n".join(voice["signs"])),
        (plan_words.will_words(kind), "\n".join(voice["will"])),
    )
    if kind != "young":
        return (*first, ("I might also speak to", voice["also_speak"]))
    wants = "\n".join(plan_words.want_words(one) for one in voice["wants"])
    return (
        *first,
        ("Other people will notice if I…", voice["others_notice"]),
        ("I would like…", wants),
        ("Other help I would like", voice["other_help"]),
    )


def _reviewed(edition: PlanEdition) -> tuple[tuple[str, str], ...]:
    changed = "In words" if edition.kind == "ended" else "What changed"
    pairs = (
        ("When", said(edition.happened)),
        ("Who was there", edition.present),
        ("What worked", edition.worked),
        ("What did not work", edition.not_worked),
        (changed, edition.changed),
    )
    return tuple(pair for pair in pairs if pair[1])


def _signed(content: Mapping[str, Any], edition: PlanEdition | None) -> list[paper.Signed]:
    there = {str(one.person_id): one for one in reading.signatures(edition)} if edition else {}
    ways = {"paper": "signed on paper", "typed": "signed on the screen"}
    found = []
    for person in content["people"]:
        one = there.get(person["id"])
        when = f"{plain_day(one.signed_on)}, {ways[one.how]}" if one else ""
        found.append(paper.Signed(one.name if one else person["name"], _part(person), when))
    return found


# What a reader must not find


def _sifted(case: Case, copy: Print, young: Involved, data: T, spared: Any) -> T:
    """A form as this reader may have it."""
    kind = copy.recipient_kind
    if kind == YOUNG_PERSON:
        return _to_take_home(case, young, data, spared)
    if kind != PARENT:
        return for_reader(case, copy, data)
    known = around(case, young)
    household = _household(known, [UUID(one) for one in copy.parts])
    return known.for_household(household, PARENT).sparing(spared).data(data)


def _to_take_home(case: Case, young: Involved, data: T, spared: Any) -> T:
    """Their own words stay; in a plan, which others write as well, no other child is named."""
    if isinstance(data, paper.PlanForm):
        return around(case, young).for_all_at_home(PARENT).sparing(spared).data(data)
    kept = withheld.kept_from_reader(withheld.facts_of(case), PARENT)
    return without_phrases(data, withheld.phrases_of(kept))


def _household(known: Around, links: Sequence[UUID]) -> Any:
    wanted = set(links)
    for home in known.homes:
        if {one.id for one in home} & wanted:
            return home
    raise NotPossible(NO_LONGER)


def _subject(copy: Print) -> UUID:
    if copy.subject_id is None:
        raise ValueError("this copy is about nothing")
    return copy.subject_id
