import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import func, select

from portal import boot, clock
from portal.assessment.models import InitialReview, RiskAssessment
from portal.boot import CannotStart
from portal.cases import actions
from portal.cases import service as cases
from portal.cases.models import Case, CaseNote, Decision
from portal.cases.rules import is_late_entry
from portal.config import Config, Mode
from portal.db import session
from portal.demo import LOGINS, ExpectationFailed, fill
from portal.demo.oakfield import DATA
from portal.disclosures import service as disclosures
from portal.disclosures.models import Disclosure
from portal.guidance.catalogue import default_rule_set
from portal.journal.models import JournalRow
from portal.journal.verify import verify
from portal.people.models import Person
from portal.police import rules
from portal.police import service as police
from portal.police.models import Assessment
from portal.staff import passwords
from portal.staff.models import Member, School
from portal.staff.roles import Role
from portal.staff.sign_ins import sign_in
from tests.demo.conftest import Filled, case_about

NewHome = Callable[[], Config]
StoryFile = Callable[[str], Path]


def logins(config: Config) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((config.home / LOGINS).read_text(encoding="utf-8"))
    return found


def test_every_story_came_out_as_expected(filled: Filled) -> None:
    said = [line for line in filled.report if line.startswith("Story")]
    names = ("group_chat", "owen", "sara", "two_friends")
    assert said == [f"Story {name}.yaml: as expected" for name in names]
    assert filled.report.problems == ()


def test_somebody_can_sign_in_for_every_role(demo: Filled) -> None:
    known = logins(demo.config)
    assert [one["role"] for one in known][1:7] == [role for role in Role if role is not Role.STAFF]
    assert {one["role"] for one in known} == set(Role)
    assert (demo.config.home / LOGINS).stat().st_mode & 0o777 == 0o600
    for one in known:
        assert passwords.too_easy(one["password"], one["name"], "Oakfield School") is None
    with demo.app.test_request_context(method="POST"):
        begun = sign_in.sign_in(known[1]["username"], known[1]["password"], "127.0.0.1")
        assert not isinstance(begun, sign_in.Refused)
    assert not session.scalar(select(func.count()).select_from(Member).where(Member.must_change))


def test_chain_and_records_agree(demo: Filled) -> None:
    assert verify(session, demo.app.extensions["vault"]) == []


def test_everything_happened_in_the_order_of_time(demo: Filled) -> None:
    times = list(session.scalars(select(JournalRow.at).order_by(JournalRow.seq)))
    assert times == sorted(times)
    assert times[-1] <= clock.now()
    assert times[0] < clock.now() - timedelta(days=100)


def test_sara_s_case_is_worked_through(demo: Filled) -> None:
    case = case_about("Sara Whitlock")
    told = disclosures.disclosures_of(case)
    assert [one.state for one in told] == ["joined", "opened"]
    assert told[0].recorder_id != told[1].recorder_id
    assert case.outcome == "always_refer"
    assert case.decision == "refer"
    found_out = [one for one in actions.actions_of(case) if one.kind == police.FIND_OUT]
    assert len(found_out) == 7
    assert [one.state for one in found_out].count("done") == 1
    (view,) = police.newest_views(case).values()
    assert view.view == "unsure"
    assert view.told
    assert not police.lacks_justification(view, case.decision)
    assert len(cases.records_of(case, InitialReview)) == 1
    assert len(cases.records_of(case, RiskAssessment)) == 1
    late = [is_late_entry(one.happened, one.written_at) for one in cases.records_of(case, CaseNote)]
    assert late.count(True) == 1
    replies = [one.kind for one in disclosures.replies_to(told[1])]
    assert replies == ["picked_up", "question", "answer"]


def test_owen_s_case_comes_back(demo: Filled) -> None:
    case = case_about("Owen Pryce")
    crane = next(one for one in session.scalars(select(Member)) if one.full_name == "Peter Crane")
    assert cases.excluded_from(case) == {crane.id}
    assert [one.outcome for one in police.assessments_of(case)] == [
        "always_refer",
        "police_most_likely",
    ]
    chosen = [one.choice for one in police.police_decisions(case)]
    assert chosen == ["refer", "take_advice"]
    assert case.recurrences == 1
    again = disclosures.disclosures_of(case)[-1]
    assert again.recurrence
    assert len(cases.people_in(case)) == 4
    found_out = [one for one in actions.actions_of(case) if one.kind == police.FIND_OUT]
    assert len([one for one in found_out if one.written_at < again.written_at]) == 4


def test_the_other_stories_wait_in_the_inbox(demo: Filled) -> None:
    waiting = session.scalars(select(Disclosure).where(Disclosure.state == "waiting"))
    names = {row.get("name") for one in waiting for row in one.people or []}
    assert {"Priya Nair", "Leah Santos"} <= names


def test_lists_look_like_those_of_a_school(demo: Filled) -> None:
    states = set(session.scalars(select(Case.state)))
    assert states == {"open", "closed"}
    outcomes = set(session.scalars(select(Case.outcome)))
    assert outcomes >= {one.value for one in rules.Outcome} - {"cannot_be_decided_yet"}
    names = {one.full_name for one in session.scalars(select(Person))}
    assert {"Łukasz Żółkiewski", "Nguyễn Thị Ánh", "Zoë O’Neil", "Арина Петрова"} <= names
    overdue = [
        one
        for case in session.scalars(select(Case))
        for one in actions.actions_of(case)
        if one.state == "open" and one.due_at < clock.now()
    ]
    assert overdue
    second = session.scalars(select(Decision).where(Decision.needs_second)).unique().all()
    assert {one.stands for one in second} == {True, False}


def test_no_answer_goes_against_the_record(demo: Filled) -> None:
    asked = default_rule_set()
    for assessment in session.scalars(select(Assessment)):
        case = session.get_one(Case, assessment.case_id)
        record = police.facts_of(case)
        notes = assessment.notes or {}
        given = {
            key: (answer, notes.get(key))
            for key, answer in {**assessment.answers, **assessment.facts}.items()
        }
        assert rules.judge(given, rules.suggest(record, asked), record) == [], case.reference


def test_nothing_of_the_stories_can_be_read_in_the_files(filled: Filled) -> None:
    kept = b"".join(file.read_bytes() for file in filled.config.data.rglob("*") if file.is_file())
    words = set(_told(yaml.safe_load((DATA / "worked.yaml").read_text(encoding="utf-8"))))
    for file in (DATA / "stories").glob("*.yaml"):
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        words |= set(_told({key: told[key] for key in ("title", "people", "disclosure")}))
        words |= {part for one in told["people"] for part in one["name"].split() if len(part) > 4}
    words |= set(_told(yaml.safe_load((DATA / "acts.yaml").read_text(encoding="utf-8"))))
    words |= set(_told(yaml.safe_load((DATA / "quiet.yaml").read_text(encoding="utf-8"))))
    words |= {one["name"] for one in yaml.safe_load((DATA / "pupils.yaml").read_text())["pupils"]}
    words |= {"Peter Crane", "Ruth Adeyemi", "07700 900"}
    readable = {word for word in words if " " in word or word[:1].isupper() or "_" in word}
    school = yaml.safe_load((DATA / "school.yaml").read_text(encoding="utf-8"))
    readable -= set(school["details"].values())  # the numbers of bodies outside are not sealed
    assert len(readable) > 100
    for word in {*readable, "07700 900"}:
        assert word.encode() not in kept, word
    assert b"Oakfield School" in kept or filled.config.sqlite_file is None


def _told(value: object) -> list[str]:
    """Every sentence and name, without codes and dates."""
    if isinstance(value, dict):
        told = [one for key, one in value.items() if key not in _CODED]
        return [word for one in told for word in _told(one)]
    if isinstance(value, list):
        return [word for one in value for word in _told(one)]
    text = str(value)
    return [text, *text.split(". ")] if len(text) > 4 and text not in _CODES else []


_CODED = {"key", "types", "behaviours", "hate_element", "worries", "how", "kind", "part"}
_CODED |= {"platforms", "told_them", "happened_at", "told_at", "at", "told_dsl_in_person_at"}
_CODED |= {"as", "do", "of", "item", "items", "opens", "knows_of", "known_to", "happened", "stored"}
_CODED |= {"step", "result", "state", "who", "nature", "details", "advice_reference", "otherwise"}
_CODED |= {"checklist", "facts", "overlaps", "hate_elements", "level", "outcome", "by", "choice"}
_CODED |= {"grounds", "states", "device", "others", "parents", "of_what", "agreement", "responses"}
_CODES = frozenset({"not known", "not yet known", "not_known", "False", "True"})


def test_a_second_start_on_the_same_day_keeps_everything(filled: Filled) -> None:
    before = logins(filled.config)
    again = fill(filled.config)
    assert not again.remade
    assert logins(filled.config) == before
    assert [line for line in again if "ruth.adeyemi" in line]


def test_on_another_day_it_is_made_anew_and_sign_ins_stay(new_home: NewHome) -> None:
    config = new_home()
    with clock.stopped_at(clock.now() - timedelta(days=1)):
        assert fill(config).remade
    before = logins(config)
    assert fill(config).remade
    assert boot.demo_day_of(config) == clock.today()
    assert logins(config) == before


def test_a_given_story_waits_with_its_people_in_the_list(
    new_home: NewHome, story_file: StoryFile
) -> None:
    report = fill(new_home(), story_file(GIVEN))
    assert report.lines[-1] == "Story given.yaml: as expected"


def test_what_does_not_come_out_as_expected_is_said_after_filling(
    new_home: NewHome, story_file: StoryFile
) -> None:
    config = new_home()
    broken = GIVEN.replace("outcome: always_refer", "outcome: may_be_managed_in_school").replace(
        'under_13: "yes"}  # suggested', 'extreme: "yes"}'
    )
    broken = broken.replace("evidence_hold: true", "evidence_hold: false")
    with pytest.raises(ExpectationFailed) as failed:
        fill(config, story_file(broken))
    assert failed.value.report.problems == (
        "given.yaml, expect, suggestions, extreme: expected “yes”, and nothing is suggested.",
        "given.yaml, expect, outcome: expected “may_be_managed_in_school”, and it is "
        "“always_refer”.",
        "given.yaml, expect, evidence_hold: expected “no”, and it is “yes”.",
    )
    assert str(failed.value) == "\n".join(failed.value.report.problems)
    assert boot.demo_day_of(config) == clock.today()
    assert logins(config)


@pytest.mark.parametrize(
    "text", ["people: [", "- a list", "title: x\npeople: [{name: A B, born: soon}]"]
)
def test_a_story_that_cannot_be_read_is_refused_before_anything_is_made(
    tmp_path: Path, story_file: StoryFile, text: str
) -> None:
    config = Config(
        Mode.DEMO, tmp_path / "h", f"sqlite:///{tmp_path}/h/data/demo.db", tmp_path / "k", False
    )
    with pytest.raises(CannotStart, match=r"given\.yaml"):
        fill(config, story_file(text))
    assert not (tmp_path / "h").exists()


def test_a_real_installation_is_never_touched(new_home: NewHome) -> None:
    config = replace(new_home(), mode=Mode.REAL)
    with pytest.raises(CannotStart):
        fill(config)
    boot.prepare(config)
    with pytest.raises(CannotStart, match="real school"):
        fill(replace(config, mode=Mode.DEMO))
    boot.check(config, database := boot.Database(config.database_url))
    database.engine.dispose()


def test_a_fill_that_broke_off_is_filled_at_the_next_start(new_home: NewHome) -> None:
    config = new_home()
    boot.prepare(config, demo_day=clock.today())
    (config.home / LOGINS).write_text("[]")
    assert fill(config).remade


def test_the_school_is_described(demo: Filled) -> None:
    school = session.scalars(select(School)).one()
    assert school.chair_of_governors == "Margaret Hale (chair of governors), 01632 960 150"
    assert os.path.basename(demo.config.key_file) == "demo.key"  # noqa: PTH119 - the name alone


GIVEN = """
title: A story with words that nobody knows
people:
  - {name: Wren Ashby, born: -13y+3d, year: 8, part: harmed, flags: [social_care, left-handed]}
  - {key: b, name: Ivo Lund, age: 15, part: [displayed, ringleader], school: Harbour Academy}
  - {key: c, name: Dr Quill, staff: true, adult: true, part: [displayed]}
  - {key: d, name: not yet known, part: [witness], age: about 14}
disclosure:
  how: carrier pigeon
  happened_at: [-4d, -2d 16:00]
  told_at: 0d 23:58
  types: [non_consensual_sharing, time_travel]
  behaviours: [shared_without_consent, hypnosis]
  platforms: [Instagram, Hologram]
  accounts: [{handle: somebody_there, kind: orbital, private: yes, platform: Hologram}, plain_words]
  hate_element: [religion, shoe size]
  evidence: [{what: a note, where_held: the office}, a second note]
  worries: [would_be_blamed, dragons]
  immediate_danger: no
  weather: rain
checklist: {under_13: yes, coercion: perhaps}
facts: {}
expect:
  suggestions: {under_13: "yes"}  # suggested
  refused: {under_13: "no"}
  note_needed: {known_vulnerable: "no"}
  outcome: always_refer
  due_actions: 10
  evidence_hold: true
variants:
  - {change: {disclosure: {immediate_danger: yes}}, shows: [childrens_social_care]}
  - {change: {disclosure: {types: []}, checklist: {under_13: no}}, outcome: cannot_be_decided_yet}
  - change:
      checklist: {coercion: no, extreme: no, under_13: no, at_risk: no, known_vulnerable: no,
        recorded_crime: no, many_children: no}
      facts: {shared_without_consent: no, pressure: no, malice: no, adult_involved: no}
    outcome: may_be_managed_in_school
    evidence_hold: false
  - {change: {people: [{name: Ann Other, age: 15, part: [harmed]}]}, suggestions: {under_13: null}}
"""
