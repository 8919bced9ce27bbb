"""Filling the demo school: everything happens through the services, in the order of time.

The whole fill is one transaction: a fill that breaks off leaves an empty demo, which the next start
fills.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import func, select

from portal import boot, clock, create_app
from portal.boot import CannotStart
from portal.cases import content
from portal.clock import Happened
from portal.config import Config, Mode
from portal.db import Database, close_session, database, session
from portal.demo import LOGINS, ExpectationFailed, FillReport, quiet, worked
from portal.demo.expect import check
from portal.demo.oakfield import DATA, Login, Oakfield, add_pupils, kept_logins, make_school
from portal.demo.stories import Story, read_stories
from portal.demo.telling import Told, record_earlier, record_story, told_facts
from portal.demo.timeline import Plot, run
from portal.disclosures import service as disclosures
from portal.disclosures.models import Disclosure
from portal.journal import service as journal
from portal.people.rules import meant
from portal.police.rules import RecordFacts
from portal.staff.models import School
from portal.staff.roles import Role
from portal.staff.service import get_school
from portal.staff.viewer import Viewer

OWN = DATA / "stories"
_SET_UP = timedelta(days=140)
_WRITING = timedelta(minutes=12)
_AFTER_LESSONS = time(15, 20)
_RECORDERS = ("brennan", "moss", "lloyd", "sheikh")
_WORKED = {"sara.yaml": worked.sara, "owen.yaml": worked.owen}


def fill_demo(config: Config, stories_dir: Path | None) -> FillReport:
    """See `portal.demo.fill`. Every story is read before anything is touched."""
    if config.mode is not Mode.DEMO:
        raise CannotStart("Only a demo installation is filled with the demo school.")
    today = clock.today()
    told = [Told(story, own=True) for story in read_stories(OWN, today)]
    if stories_dir is not None:
        told += [Told(story) for story in read_stories(stories_dir, today)]
    file = config.home / LOGINS
    logins = kept_logins(file)
    if stories_dir is None and _stands(config, today) and logins:
        lines = ("The demo school of today is there already.", *_sign_ins(logins))
        return FillReport(remade=False, lines=lines)
    boot.remove_demo(config)
    boot.prepare(config, demo_day=today)
    with create_app(config).app_context():
        try:
            oakfield = _fill(today, {one.username: one.password for one in logins}, told)
            _write_logins(file, oakfield.logins)
            session.commit()
            report = _compared(oakfield, told)
        finally:
            close_session()
            database().engine.dispose()
    if report.problems:
        raise ExpectationFailed(report)
    return report


def _stands(config: Config, today: date) -> bool:
    """Whether there is a demo school of this day that was filled to the end."""
    if boot.demo_day_of(config) != today:
        return False
    boot.prepare(config, demo_day=today)
    database = Database(config.database_url)
    with database.reading() as own:
        filled = own.scalar(select(func.count()).select_from(School)) != 0
    database.engine.dispose()
    return filled


def _fill(today: date, passwords: Mapping[str, str], told: Sequence[Told]) -> Oakfield:
    with clock.stopped_at(clock.now() - _SET_UP):
        oakfield = make_school(today, passwords)
        add_pupils(oakfield)
        journal.settle(session)
    plots: list[Plot] = list(quiet.plots(oakfield))
    for number, one in enumerate(told):
        work = _WORKED.get(one.story.source) if one.own else None
        plots.append(work(oakfield, one) if work else _waiting(oakfield, one, number))
    run(plots)
    return oakfield


def _waiting(oakfield: Oakfield, told: Told, number: int) -> Plot:
    """A story that waits in the inbox: what was written before, and the disclosure."""
    story = told.story
    first, second = _recorders(oakfield, story, number)
    if story.earlier is not None:
        yield _written(story.earlier[1])
        record_earlier(oakfield, second, story)
    in_person = story.at("told_dsl_in_person_at")
    yield max(_written(one) for one in (story.told_at, in_person) if one is not None)
    told.disclosure_id = record_story(oakfield, first, story).id


def _recorders(oakfield: Oakfield, story: Story, number: int) -> tuple[Viewer, Viewer]:
    """Two teachers in turn, neither of them somebody whom the story names."""
    named = [one.name for one in story.people if one.works_here]
    turn = [_RECORDERS[(number + step) % len(_RECORDERS)] for step in range(len(_RECORDERS))]
    teachers = [oakfield.members[key] for key in turn]
    free = [one for one in teachers if not any(meant(name, {one.id: one.name}) for name in named)]
    return (*free, *teachers)[0], (*free, *teachers)[1]


def _written(told: Happened) -> datetime:
    """When somebody gets to writing it down."""
    return datetime.combine(told.on, told.at or _AFTER_LESSONS, clock.ZONE) + _WRITING


def _compared(oakfield: Oakfield, told: Sequence[Told]) -> FillReport:
    """Each story as it lies in the database now, beside what its file expects."""
    lines, problems = list(_sign_ins(oakfield.logins)), []
    for one in told:
        close_session()
        stored = session.get_one(Disclosure, one.disclosure_id)
        facts = told_facts(oakfield, stored)
        found = check(
            one.story, facts, partial(_recorded, oakfield), partial(_held_once_opened, oakfield)
        )
        lines.append(f"Story {one.story.source}: {'not ' if found else ''}as expected")
        problems += found
    return FillReport(remade=True, lines=tuple(lines), problems=tuple(problems))


def _recorded(oakfield: Oakfield, changed: Story) -> RecordFacts:
    """A changed story recorded in earnest and read back."""
    with _for_a_moment(oakfield, changed) as (for_now, disclosure):
        session.flush()
        session.expire_all()
        return told_facts(for_now, disclosure)


def _held_once_opened(oakfield: Oakfield, story: Story) -> bool:
    """Whether evidence is held from the opening of a case on, and still once it was assessed."""
    with _for_a_moment(oakfield, story) as (for_now, disclosure):
        lead = for_now.members["dsl"]
        case = disclosures.open_case(lead, disclosure, for_now.school, {})
        from_opening = content.holds_anything(case)
        worked.answer_as_told(for_now, lead, case, story)
        return from_opening and content.holds_anything(case)


@contextmanager
def _for_a_moment(oakfield: Oakfield, story: Story) -> Iterator[tuple[Oakfield, Disclosure]]:
    """A story recorded in earnest, in a transaction that is thrown away."""
    close_session()
    try:
        for_now = oakfield.copied(get_school(oakfield.school.id))
        recorder, _ = _recorders(for_now, story, 0)
        yield for_now, record_story(for_now, recorder, story)
    finally:
        close_session()


def _sign_ins(logins: Sequence[Login]) -> Iterator[str]:
    """One line for each role, the first who has it."""
    for role in Role:
        one = next((login for login in logins if login.role == role), None)
        if one is not None:
            yield f"{role.label}: {one.username}  {one.password}"


def _write_logins(file: Path, logins: Sequence[Login]) -> None:
    """For the owner alone; never half written."""
    unfinished = file.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with os.fdopen(os.open(unfinished, flags, 0o600), "w", encoding="utf-8") as out:
        json.dump([asdict(one) for one in logins], out, ensure_ascii=False, indent=1)
    unfinished.replace(file)
