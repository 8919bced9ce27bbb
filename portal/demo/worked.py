"""Sara’s and Owen’s cases, worked through day by day as a safeguarding lead would.

Their disclosures, people and answers come from the story files; what was done about them stands
here and, for those who were told, content online and devices, in `data/acts.yaml`. Contact with
parents is an entry in the chronology.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from portal import clock
from portal.assessment import service as assessment
from portal.cases import actions
from portal.cases import service as cases
from portal.cases.models import Case, DueAction
from portal.clock import Happened
from portal.demo import acts, when
from portal.demo.expect import answers_of, merged, rule_set_of
from portal.demo.oakfield import Oakfield, add_carer, data
from portal.demo.stories import Story
from portal.demo.telling import Told, record_earlier, record_story, row_of
from portal.demo.timeline import Plot, beside, moment
from portal.demo.work import Act
from portal.disclosures import service as disclosures
from portal.disclosures.service import NewDisclosure
from portal.police import rules
from portal.police import service as police
from portal.police.models import Assessment
from portal.staff.viewer import Viewer


def sara(oakfield: Oakfield, one: Told) -> Plot:
    """An earlier worry, a disclosure the next morning, and everything up to that evening."""
    story, words = one.story, data("worked")["sara"]
    ruth, daniel = oakfield.members["dsl"], oakfield.members["moss"]
    imran = oakfield.members["sheikh"]
    at = partial(moment, oakfield.today)

    yield at(-2, "12:35")
    earlier = record_earlier(oakfield, imran, story)
    yield at(-2, "13:20")
    disclosures.pick_up(ruth, earlier)

    yield at(-1, "09:40")
    told = record_story(oakfield, daniel, story)
    one.disclosure_id = told.id
    yield at(-1, "09:43")
    disclosures.pick_up(ruth, told)
    yield at(-1, "09:44")
    disclosures.ask(ruth, told, "Thank you. Who is with her now, and until when?")
    yield at(-1, "09:46")
    disclosures.answer(daniel, told, "Nia Morgan, in the welfare room, until you come.")
    yield at(-1, "09:52")
    case = disclosures.open_case(ruth, told, oakfield.school, {})
    disclosures.join_case(ruth, earlier, case, oakfield.school, {}, recurrence=False)
    add_carer(oakfield, oakfield.listed(story.people[0]), words["carer"])

    yield at(-1, "10:20")
    _note(ruth, case, at(-1, "09:55"), words["crisis"], "something_happened")
    assessment.record_review(
        ruth,
        case,
        facts=words["review_facts"],
        words=words["review"],
        met=_now(-5),
        days=oakfield.days,
    )
    decided = _sara_is_referred(oakfield, case, story, words)
    yield from beside(decided, _acts(oakfield, case, "sara"))


def _sara_is_referred(
    oakfield: Oakfield, case: Case, story: Story, words: Mapping[str, Any]
) -> Plot:
    ruth, helen = oakfield.members["dsl"], oakfield.members["head"]
    at = partial(moment, oakfield.today)
    yield at(-1, "10:40")
    answered = answer_as_told(oakfield, ruth, case, story)
    yield at(-1, "10:50")
    police.decide(
        ruth, case, answered, choice=rules.Choose.REFER, words=words["decision"], happened=_now()
    )
    yield at(-1, "11:17")
    _view(ruth, case, "unsure", words["view"], at(-1, "10:35"))
    yield at(-1, "11:50")
    assessment.assess_risk(
        ruth,
        case,
        level="abusive",
        responses=["police", "social_care"],
        words=words["risk"],
        made=_now(),
    )
    yield at(-1, "14:10")
    cases.add_note(helen, case, "something_happened", words["head"], _now())
    yield at(-1, "15:10")
    _note(ruth, case, at(-3, "13:05"), words["late"], "told")
    yield at(-1, "15:40")
    _settle(ruth, case, "known_vulnerable", words["social_care"])


def owen(oakfield: Oakfield, one: Told) -> Plot:
    """Advice first; six days later it comes back, and the second answers are graver."""
    story, words = one.story, data("worked")["owen"]
    ruth, gareth = oakfield.members["dsl"], oakfield.members["lloyd"]
    at = partial(moment, oakfield.today)

    yield at(-8, "08:58")
    told = record_story(oakfield, gareth, story)
    one.disclosure_id = told.id
    yield at(-8, "09:05")
    disclosures.pick_up(ruth, told)
    yield at(-8, "09:10")
    case = disclosures.open_case(ruth, told, oakfield.school, {})
    heard = _owen_is_heard(oakfield, case, story, words)
    yield from beside(heard, _acts(oakfield, case, "owen"))


def _owen_is_heard(oakfield: Oakfield, case: Case, story: Story, words: Mapping[str, Any]) -> Plot:
    ruth, at = oakfield.members["dsl"], partial(moment, oakfield.today)
    yield at(-8, "09:40")
    assessment.record_review(
        ruth,
        case,
        facts=words["review_facts"],
        words=words["review"],
        met=_now(-10),
        days=oakfield.days,
    )
    yield at(-8, "10:05")
    first = answer_as_told(oakfield, ruth, case, story)
    yield at(-8, "11:20")
    police.decide(
        ruth, case, first, choice=rules.Choose.TAKE_ADVICE, words=words["advice"], happened=_now()
    )
    yield at(-8, "14:30")
    _settle(ruth, case, "at_risk", words["safe"])
    for carer in words["carers"]:
        add_carer(oakfield, oakfield.listed(story.people[0]), carer)
    yield at(-7, "10:15")
    assessment.assess_risk(
        ruth,
        case,
        level="abusive",
        responses=["social_care", "police"],
        words=words["risk"],
        made=_now(),
    )
    yield from _owen_again(oakfield, case, story, words)


def _owen_again(oakfield: Oakfield, case: Case, story: Story, words: Mapping[str, Any]) -> Plot:
    ruth, gareth = oakfield.members["dsl"], oakfield.members["lloyd"]
    at = partial(moment, oakfield.today)
    yield at(-2, "10:40")
    again = disclosures.record_disclosure(
        gareth, oakfield.school, _back_again(oakfield, story, words["again"])
    )
    yield at(-2, "10:55")
    there = {each.name: each.person_id for each in cases.people_in(case)}
    links = {number: there.get(row["name"]) for number, row in enumerate(again.people or [])}
    disclosures.join_case(ruth, again, case, oakfield.school, links, recurrence=True)
    yield at(-2, "11:30")
    second = answer_as_told(
        oakfield, ruth, case, Story(story.source, story.today, merged(story.told, words["second"]))
    )
    yield at(-2, "11:45")
    police.decide(
        ruth, case, second, choice=rules.Choose.REFER, words=words["refer"], happened=_now()
    )
    yield at(-2, "13:15")
    _view(ruth, case, "agrees", words["view"], at(-2, "11:35"))


def _acts(oakfield: Oakfield, case: Case, story: str) -> Plot:
    """What was done besides: who was told, what is online, devices, families and support."""

    def written(act: Act) -> datetime:
        return when.happened(act["at"], oakfield.today).moment

    every = [*data("acts")[story], *data("stay")[story]]
    return acts.plot(oakfield, case, sorted(every, key=written), written)


def answer_as_told(oakfield: Oakfield, who: Viewer, case: Case, story: Story) -> Assessment:
    """The checklist, answered as the story says."""
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


def _back_again(oakfield: Oakfield, story: Story, words: Mapping[str, str]) -> NewDisclosure:
    """The second disclosure: Owen himself, six days later."""
    harmed, teacher = story.people[0], story.people[-1]
    day_before = (clock.today() - timedelta(days=1)).isoformat()
    account = {"handle": words["handle"], "kind": "profile", "platform": "instagram"}
    return NewDisclosure(
        told_at=_now(-15),
        told_dsl_at=_now(-10),
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
            "own_words": words["own_words"],
            "place": "Head of year’s office",
            "platforms": ["instagram"],
            "accounts": [{**account, "url": "", "whose": "", "private": "no", "note": ""}],
            "incidents": [
                {"what": words["incident"], "on": day_before, "at": "", "about": True, "place": ""}
            ],
            "wants": words["wants"],
        },
        people=[row_of(oakfield, harmed), row_of(oakfield, teacher)],
    )


def _settle(who: Viewer, case: Case, subject: str, result: str) -> None:
    open_ones: list[DueAction] = [
        one for one in actions.actions_of(case) if one.subject == subject and one.state == "open"
    ]
    for one in open_ones:
        actions.settle_action(who, one, "done", result)


def _view(who: Viewer, case: Case, view: str, words: Mapping[str, Any], asked: datetime) -> None:
    """What the young person harmed thinks of the police, asked and explained in one talk."""
    harmed = next(one for one in cases.people_in(case) if "harmed" in one.parts)
    at = Happened.of(asked)
    police.record_view(who, case, harmed, view=view, words=words, asked=at, explained=at)


def _note(who: Viewer, case: Case, happened: datetime, words: str, kind: str = "contact") -> None:
    cases.add_note(who, case, kind, words, Happened.of(happened))


def _now(minutes: int = 0) -> Happened:
    return Happened.of(clock.now() + timedelta(minutes=minutes))
