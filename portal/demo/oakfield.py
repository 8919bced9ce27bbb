"""The demo school itself: its details, its staff with their sign-ins, its pupils."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml

from portal import clock
from portal.cases.actions import working_days
from portal.cases.rules import WorkingDays
from portal.demo import when
from portal.demo.stories import Someone
from portal.journal.actor import MACHINE
from portal.people import service as people
from portal.people.models import Person, PersonKind
from portal.people.rules import meant
from portal.staff import passwords
from portal.staff import service as staff
from portal.staff.models import Member, School
from portal.staff.roles import Role
from portal.staff.viewer import Viewer, first_role

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Login:
    role: str
    name: str
    username: str
    password: str


@dataclass
class Oakfield:
    """The school while it is being filled. `kept` holds passwords of an earlier fill."""

    school: School
    today: date
    kept: Mapping[str, str] = field(default_factory=dict)
    members: dict[str, Viewer] = field(default_factory=dict)
    logins: list[Login] = field(default_factory=list)
    pupils: dict[str, Person] = field(default_factory=dict)
    _listed: dict[Someone, UUID] = field(default_factory=dict)

    @property
    def days(self) -> WorkingDays:
        return working_days(self.school)

    def copied(self, school: School) -> "Oakfield":
        """The same school for a moment: what is added to the copy is not remembered here."""
        return replace(
            self,
            school=school,
            members=dict(self.members),
            logins=list(self.logins),
            _listed=dict(self._listed),
        )

    def add_member(self, key: str, name: str, roles: Iterable[Role]) -> Viewer:
        held = frozenset(roles)
        username = self._free_username(name)
        password = _password(self.kept.get(username, ""), name, self.school.name)
        new = staff.NewMember(
            name, username, password, held, email=f"{username}@oakfield.example", must_change=False
        )
        member = staff.add_member(MACHINE, self.school, new)
        viewer = _viewer(self.school, member, held)
        self.members[key] = viewer
        self.logins.append(Login(viewer.role, name, username, password))
        return viewer

    def make_sure_works_here(self, name: str, role: Role) -> None:
        """Somebody whom a story names as staff exists, so that they can be shut out."""
        known = {one.id: one.name for one in staff.colleagues(self.school.id)}
        if not meant(name, known):
            self.add_member(name, name, [role])

    def listed(self, one: Someone) -> Person:
        """The young person of a story in the list; the same one where two stories mean the same."""
        same = Someone(
            one.kind,
            one.name,
            (),
            one.flags,
            one.born,
            year=one.year,
            form=one.form,
            place=one.place,
        )
        if same not in self._listed:
            details = {
                "full_name": one.name,
                "born": one.born,
                "age_told": one.age if one.born is None else None,
                "year_group": one.year,
                "form_group": one.form,
                "place": one.place,
                "flags": list(one.flags) or None,
            }
            dsl = self.members["dsl"]
            self._listed[same] = people.add_person(dsl, self.school, one.kind, details).id
        return people.get_person(self.school.id, self._listed[same])

    def school_day(self, back: int) -> date:
        """The day on which school was open so many school days ago: 1 is the last one."""
        days, day, left = self.days, self.today, back
        for _ in range(back * 3 + 60):
            if left <= 0:
                break
            day -= timedelta(days=1)
            left -= days.is_open_on(day)
        return day

    def _free_username(self, name: str) -> str:
        taken = {one.username for one in self.logins}
        plain = unicodedata.normalize("NFKD", people.fold(name)).encode("ascii", "ignore").decode()
        titles = {"mr", "mrs", "ms", "miss", "mx", "dr"}
        parts = [part for part in re.split(r"[^a-z0-9]+", plain) if part and part not in titles]
        wanted = ".".join(parts) or "member"
        numbered = [wanted, *(f"{wanted}{number}" for number in range(2, 100))]
        return next(one for one in numbered if one not in taken)


def make_school(today: date, kept: Mapping[str, str]) -> Oakfield:
    """The school, its staff and rota, as the administrator set it up long before the stories."""
    details = data("school")
    new = staff.NewSchool(details["name"], details=details["details"])
    oakfield = Oakfield(staff.add_school(MACHINE, new), today, kept)
    for one in details["staff"]:
        oakfield.add_member(one["key"], one["name"], [Role(role) for role in one["roles"]])
    dsl, deputy = oakfield.members["dsl"], oakfield.members["deputy"]
    for one in details["closures"]:
        starts = _monday(today) + timedelta(weeks=one["weeks"])
        ends = starts + timedelta(days=one["days"] - 1)
        staff.add_closure(dsl, oakfield.school, one["label"], starts, ends)
    cover = staff.get_member(oakfield.school.id, deputy.id)
    monday = _monday(today)
    for weeks in details["cover_weeks"]:
        first = monday + timedelta(weeks=weeks)
        staff.add_cover(dsl, oakfield.school, cover, first, first + timedelta(days=4))
    return oakfield


def add_pupils(oakfield: Oakfield) -> None:
    """The pupil list, as it came from the school’s information system."""
    admin = oakfield.members["dsl"]
    for number, one in enumerate(data("pupils")["pupils"]):
        year = int(one["year"])
        born = when.born_at_age(year + 4, year, oakfield.today, oakfield.today)
        details = {
            "full_name": one["name"],
            "known_as": one.get("known_as", ""),
            "pronouns": one.get("pronouns", ""),
            "born": born - timedelta(days=number * 37 % 60),
            "year_group": str(year),
            "form_group": one["form"],
            "flags": one.get("flags") or None,
            "needs": one.get("needs", ""),
        }
        pupil = people.add_person(admin, oakfield.school, PersonKind.PUPIL, details)
        oakfield.pupils[one["name"]] = pupil
        for carer in one.get("carers", []):
            add_carer(oakfield, pupil, carer)


def add_carer(oakfield: Oakfield, child: Person, one: Mapping[str, Any]) -> None:
    """Somebody at home who was not in the list yet."""
    dsl = oakfield.members["dsl"]
    details = {"full_name": one["name"]}
    details |= {name: one[name] for name in ("telephone", "address") if name in one}
    carer = people.add_person(dsl, oakfield.school, PersonKind.CARER, details)
    link = {name: one[name] for name in _OF_A_CARER if name in one}
    people.add_carer(dsl, child, carer, {"responsibility": "yes", **link})


_OF_A_CARER = (
    "relation",
    "responsibility",
    "household",
    "may_contact",
    "address_protected",
    "court_order",
    "restrictions",
)


def kept_logins(file: Path) -> list[Login]:
    """The sign-ins of an earlier fill; none where the file is not there or was changed."""
    try:
        return [Login(**one) for one in json.loads(file.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def _password(kept: str, *names: str) -> str:
    """The password of an earlier fill where it still serves, so that open tabs keep working."""
    password = kept
    while not password or passwords.too_easy(password, *names):
        password = passwords.fresh()
    return password


def _viewer(school: School, member: Member, roles: frozenset[Role]) -> Viewer:
    return Viewer(
        member_id=member.id,
        sign_in_id=None,
        role=first_role(roles).value,
        school_id=school.id,
        name=member.full_name,
        key_id=member.key_id,
        school_name=school.name,
        roles_at={school.id: roles},
        school_names={school.id: school.name},
        password_at=clock.now(),
        must_change=False,
        hidden=False,
    )


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())


@cache
def data(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return found
