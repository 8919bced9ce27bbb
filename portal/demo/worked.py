"""Sara’s and Owen’s cases, worked through day by day as a safeguarding lead would.

Their disclosures, people and answers come from the story files; what was done about them stands
here. Referrals, containment and contact with parents are entries in the chronology.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from portal import clock
from portal.assessment import service as assessment
from portal.cases import actions
from portal.cases import service as cases
from portal.cases.models import Case, DueAction
from portal.clock import Happened
from portal.demo.expect import answers_of, merged, rule_set_of
from portal.demo.oakfield import Oakfield, add_carer
from portal.demo.stories import Someone, Story
from portal.demo.telling import record_earlier, record_story
from portal.demo.timeline import Plot, moment
from portal.disclosures import service as disclosures
from portal.disclosures.models import Disclosure
from portal.disclosures.service import NewDisclosure
from portal.people.models import Person
from portal.police import rules
from portal.police import service as police
from portal.police.models import Assessment
from portal.staff.viewer import Viewer

Done = dict[str, Disclosure]
NOTE = "note"
_HOUR = timedelta(hours=1)


def sara(oakfield: Oakfield, story: Story, done: Done) -> Plot:
    """An earlier worry, a disclosure the next morning, and everything up to that evening."""
    ruth, daniel = oakfield.members["dsl"], oakfield.members["moss"]
    imran, helen = oakfield.members["sheikh"], oakfield.members["head"]

    def at(days: int, time: str) -> datetime:
        return moment(oakfield.today, days, time)

    yield at(-2, "12:35")
    earlier = record_earlier(oakfield, imran, story)
    yield at(-2, "13:20")
    disclosures.pick_up(ruth, earlier)

    yield at(-1, "09:40")
    told = done[story.source] = record_story(oakfield, daniel, story)
    yield at(-1, "09:43")
    disclosures.pick_up(ruth, told)
    disclosures.ask(ruth, told, "Thank you. Who is with her now, and until when?")
    yield at(-1, "09:46")
    disclosures.answer(daniel, told, "Nia Morgan, in the welfare room, until you come.")
    yield at(-1, "09:52")
    links = {number: _linked(row) for number, row in enumerate(told.people or [])}
    case = disclosures.open_case(ruth, told, oakfield.school, links)
    disclosures.join_case(ruth, earlier, case, oakfield.school, {}, recurrence=False)
    add_carer(oakfield, _child(oakfield, story, 0), _MOTHER)

    yield at(-1, "10:20")
    _note(ruth, case, at(-1, "09:55"), _SARA_CRISIS)
    assessment.record_review(
        ruth, case, facts=_SARA_REVIEW_FACTS, words=_SARA_REVIEW, met=_now(-5), days=oakfield.days
    )
    yield at(-1, "10:40")
    answered = _answer(oakfield, ruth, case, story)
    yield at(-1, "10:50")
    police.decide(
        ruth, case, answered, choice=rules.Choose.REFER, words=_SARA_DECISION, happened=_now()
    )
    yield at(-1, "11:15")
    _note(ruth, case, at(-1, "10:55"), _SARA_POLICE)
    involved = next(one for one in cases.people_in(case) if "harmed" in one.parts)
    police.record_view(
        ruth,
        case,
        involved,
        view="unsure",
        words=_SARA_VIEW,
        asked=Happened.of(at(-1, "10:30")),
        explained=Happened.of(at(-1, "10:35")),
    )
    yield at(-1, "11:50")
    assessment.assess_risk(
        ruth,
        case,
        level="abusive",
        responses=["police", "social_care"],
        words=_SARA_RISK,
        made=_now(),
    )
    yield at(-1, "12:25")
    _note(ruth, case, at(-1, "12:00"), _SARA_MOTHER)
    yield at(-1, "14:10")
    cases.add_note(helen, case, NOTE, _SARA_HEAD, _now())
    yield at(-1, "15:10")
    _note(ruth, case, at(-3, "13:05"), _SARA_LATE)
    yield at(-1, "15:40")
    _settle(ruth, case, "known_vulnerable", _SARA_SOCIAL_CARE)


def owen(oakfield: Oakfield, story: Story, done: Done) -> Plot:
    """Advice first; six days later it comes back, and the second answers are graver."""
    ruth, gareth = oakfield.members["dsl"], oakfield.members["lloyd"]

    def at(days: int, time: str) -> datetime:
        return moment(oakfield.today, days, time)

    yield at(-8, "08:58")
    told = done[story.source] = record_story(oakfield, gareth, story)
    yield at(-8, "09:05")
    disclosures.pick_up(ruth, told)
    yield at(-8, "09:10")
    links = {number: _linked(row) for number, row in enumerate(told.people or [])}
    case = disclosures.open_case(ruth, told, oakfield.school, links)
    yield at(-8, "09:40")
    assessment.record_review(
        ruth, case, facts=_OWEN_REVIEW_FACTS, words=_OWEN_REVIEW, met=_now(-10), days=oakfield.days
    )
    yield at(-8, "10:05")
    first = _answer(oakfield, ruth, case, story)
    yield at(-8, "11:20")
    police.decide(
        ruth, case, first, choice=rules.Choose.TAKE_ADVICE, words=_OWEN_ADVICE, happened=_now()
    )
    yield at(-8, "12:10")
    _note(ruth, case, at(-8, "11:40"), _OWEN_REPORTED)
    yield at(-8, "14:30")
    _note(ruth, case, at(-8, "14:00"), _OWEN_PARENTS)
    _settle(ruth, case, "at_risk", _OWEN_SAFE)
    yield at(-7, "10:15")
    _note(ruth, case, at(-8, "16:20"), _OWEN_REMOVED)
    assessment.assess_risk(
        ruth,
        case,
        level="abusive",
        responses=["social_care", "police"],
        words=_OWEN_RISK,
        made=_now(),
    )
    yield at(-2, "10:40")
    again = disclosures.record_disclosure(gareth, oakfield.school, _back_again(oakfield, story))
    yield at(-2, "10:55")
    there = {one.name: one.person_id for one in cases.people_in(case) if one.person_id}
    meant = [there.get(row["name"]) for row in again.people or []]
    links_again = dict(enumerate(meant))
    disclosures.join_case(ruth, again, case, oakfield.school, links_again, recurrence=True)
    yield at(-2, "11:30")
    second = _answer(
        oakfield, ruth, case, Story(story.source, story.today, merged(story.told, _OWEN_SECOND))
    )
    yield at(-2, "11:45")
    police.decide(
        ruth, case, second, choice=rules.Choose.REFER, words=_OWEN_REFER, happened=_now()
    )
    yield at(-2, "13:15")
    _note(ruth, case, at(-2, "12:20"), _OWEN_HATE)
    yield at(-1, "10:05")
    _note(ruth, case, at(-1, "09:00"), _OWEN_ASSEMBLY)


def _answer(oakfield: Oakfield, who: Viewer, case: Case, story: Story) -> Assessment:
    asked = rule_set_of(story)
    answers, facts, notes = answers_of(story, asked)
    return police.answer_checklist(
        who,
        case,
        rule_set=asked,
        answers=answers,
        facts=facts,
        notes=notes,
        record=police.facts_of(case),
        days=oakfield.days,
    )


def _back_again(oakfield: Oakfield, story: Story) -> NewDisclosure:
    """The second disclosure: Owen himself, six days later."""
    there = story.people
    rows = [
        {"name": there[0].name, "kind": "pupil", "parts": ["harmed"], "form_group": there[0].form,
         "words_for_self": there[0].words_for_self,
         "person_id": str(_child(oakfield, story, 0).id)},
        {"name": there[-1].name, "kind": "colleague", "parts": ["other"], "words_for_self": "",
         "note": there[-1].note},
    ]  # fmt: skip
    today = clock.today()
    return NewDisclosure(
        told_at=Happened.of(clock.now() - _HOUR / 4),
        facts={
            "how": "told_by_young_person",
            "danger": "no",
            "told_dsl": "yes",
            "types": ["sexualised_bullying"],
            "behaviours": ["impersonation"],
            "hate_elements": ["sexual_orientation"],
            "know_reported": "yes",
        },
        words={
            "own_words": "It has come back. It’s a new one with a different name, and now it’s "
            "other schools as well.",
            "place": "Head of year’s office",
            "platforms": ["instagram"],
            "accounts": [
                {"handle": "not.owen.again", "kind": "profile", "platform": "instagram", "url": "",
                 "whose": "", "private": "no", "note": ""},
            ],
            "incidents": [
                {"what": "A second profile appeared.", "on": (today - timedelta(days=1)).isoformat(),
                 "at": "", "about": True, "place": ""},
            ],
            "wants": "To stay in lessons, and for the assembly not to be about him.",
        },
        people=rows,
        told_dsl_at=Happened.of(clock.now() - _HOUR / 6),
    )  # fmt: skip


def _child(oakfield: Oakfield, story: Story, number: int) -> Person:
    someone: Someone = story.people[number]
    return oakfield.listed(someone)


def _linked(row: Mapping[str, str]) -> None:
    """Nobody has to be looked up: a row either names its person of the list or nobody known."""
    _ = row


def _settle(who: Viewer, case: Case, subject: str, result: str) -> None:
    open_ones: list[DueAction] = [
        one for one in actions.actions_of(case) if one.subject == subject and one.state == "open"
    ]
    for one in open_ones:
        actions.settle_action(who, one, "done", result)


def _note(who: Viewer, case: Case, happened: datetime, words: str) -> None:
    cases.add_note(who, case, NOTE, words, Happened.of(happened))


def _now(minutes: int = 0) -> Happened:
    return Happened.of(clock.now() + timedelta(minutes=minutes))
