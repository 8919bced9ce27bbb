"""Roles and what each allows: one table, read by the guard and by every decision about access.

From product 1. Administrators and governors hold no permission that shows a case.
"""

from enum import StrEnum


class Role(StrEnum):
    STAFF = "staff"
    DSL = "dsl"
    DEPUTY = "deputy"
    PASTORAL = "pastoral"
    HEAD = "head"
    GOVERNOR = "governor"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def explanation(self) -> str:
        return _EXPLANATIONS[self]


class Permission(StrEnum):
    RECORD_DISCLOSURE = "record_disclosure"
    SEE_INBOX = "see_inbox"
    SEE_CASES = "see_cases"
    WORK_ON_CASES = "work_on_cases"
    DECIDE = "decide"
    COUNTERSIGN = "countersign"
    PRINT = "print"
    CLOSE_CASES = "close_cases"
    MANAGE_ACCESS = "manage_access"
    OPEN_IN_EMERGENCY = "open_in_emergency"
    SUPPORT_STUDENTS = "support_students"
    SEE_WHO_LOOKED = "see_who_looked"
    REVIEW_LOOKS = "review_looks"
    SEE_PEOPLE = "see_people"
    KEEP_PEOPLE = "keep_people"
    KEEP_ROTA = "keep_rota"
    KEEP_DIRECTORY = "keep_directory"
    MANAGE_MEMBERS = "manage_members"
    APPOINT_READERS = "appoint_readers"
    MANAGE_SCHOOL = "manage_school"
    SEE_SCHOOL = "see_school"
    USE_PORTAL = "use_portal"


_P = Permission
_EVERYONE = frozenset({_P.USE_PORTAL})
_RECORDER = _EVERYONE | {_P.RECORD_DISCLOSURE}
_LEAD = _RECORDER | {
    _P.SEE_INBOX,
    _P.SEE_CASES,
    _P.WORK_ON_CASES,
    _P.DECIDE,
    _P.COUNTERSIGN,
    _P.PRINT,
    _P.CLOSE_CASES,
    _P.MANAGE_ACCESS,
    _P.OPEN_IN_EMERGENCY,
    _P.SEE_WHO_LOOKED,
    _P.SEE_PEOPLE,
    _P.KEEP_PEOPLE,
    _P.KEEP_ROTA,
    _P.KEEP_DIRECTORY,
    _P.SEE_SCHOOL,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.STAFF: _RECORDER,
    Role.PASTORAL: _RECORDER | {_P.SUPPORT_STUDENTS, _P.OPEN_IN_EMERGENCY},
    Role.DSL: _LEAD | {_P.REVIEW_LOOKS, _P.MANAGE_MEMBERS, _P.APPOINT_READERS, _P.MANAGE_SCHOOL},
    Role.DEPUTY: _LEAD,
    Role.HEAD: _RECORDER
    | {
        _P.SEE_INBOX,
        _P.SEE_CASES,
        _P.COUNTERSIGN,
        _P.PRINT,
        _P.SEE_WHO_LOOKED,
        _P.REVIEW_LOOKS,
        _P.SEE_PEOPLE,
        _P.KEEP_ROTA,
        _P.APPOINT_READERS,
        _P.MANAGE_MEMBERS,
        _P.SEE_SCHOOL,
    },
    Role.GOVERNOR: _EVERYONE,
    Role.ADMIN: _RECORDER | {_P.MANAGE_MEMBERS, _P.MANAGE_SCHOOL, _P.SEE_SCHOOL},
}

# Roles that read cases: only a DSL or head may give them (security notes 3.4).
READERS = frozenset({Role.DSL, Role.DEPUTY, Role.HEAD, Role.PASTORAL})

_LABELS = {
    Role.STAFF: "Staff",
    Role.DSL: "Designated Safeguarding Lead",
    Role.DEPUTY: "Deputy DSL",
    Role.PASTORAL: "Pastoral staff",
    Role.HEAD: "Head",
    Role.GOVERNOR: "Governor",
    Role.ADMIN: "Administrator",
}
_EXPLANATIONS = {
    Role.STAFF: "Records what a child told them, and sees only what they wrote themselves.",
    Role.DSL: "Sees every case of the school and leads the work.",
    Role.DEPUTY: "Does the DSL’s work beside or instead of the DSL.",
    Role.PASTORAL: "Works with young people in the cases they are given.",
    Role.HEAD: "Reads cases, countersigns decisions and prints summaries.",
    Role.GOVERNOR: "Sees numbers only, never a case.",
    Role.ADMIN: "Looks after accounts and the school’s details, and sees no case.",
}


def allowed(roles: frozenset[Role], permission: Permission) -> bool:
    return any(permission in PERMISSIONS[role] for role in roles)
