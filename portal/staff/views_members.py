"""The people who work at a school: their accounts, roles and first passwords."""

from base64 import b64decode, b64encode
from uuid import UUID

from flask import session as cookie
from flask.typing import ResponseReturnValue

from portal.db import close_session
from portal.staff import accounts, passwords, service
from portal.staff.access import needs
from portal.staff.forms import ActForm, NewMemberForm, RolesForm
from portal.staff.models import Member
from portal.staff.roles import READERS, Permission, Role
from portal.staff.viewer import viewer
from portal.staff.views_shared import bp, this_school
from portal.vault.keys import Unreadable, vault
from portal.web import sheets
from portal.web.errors import Missing, NotPossible
from portal.web.pages import open_form, page, see_other

_TAKEN = {
    "username": "Somebody has this sign-in name already. Choose another.",
    "email": "Somebody has this e-mail address already. Leave it empty, or enter another.",
}
_SHOWN_ONCE = "first_password"


@bp.get("/school/members", endpoint="members")
@needs(Permission.MANAGE_MEMBERS)
def members() -> ResponseReturnValue:
    found = service.colleagues(viewer().school, with_ended=True)
    return page(
        "staff/members.html",
        working=[one for one in found if not one.ended],
        ended=[one for one in found if one.ended],
    )


@bp.route("/school/members/new", methods=["GET", "POST"], endpoint="new_member")
@needs(Permission.MANAGE_MEMBERS, fresh=True)
def new_member() -> ResponseReturnValue:
    form = open_form(NewMemberForm)
    form.roles.choices = _roles_to_give()
    if form.validate_on_submit():
        password = passwords.fresh()
        password_hash = _hash_with_nothing_open(password)
        earlier = sheets.claim()
        if earlier is not None:
            return earlier
        new = service.NewMember(
            full_name=form.full_name.data,
            username=form.username.data,
            email=form.email.data,
            password="",
            password_hash=password_hash,
            roles=frozenset(form.roles.data),
        )
        try:
            member = service.add_member(viewer(), this_school(), new)
        except service.Taken as taken:
            form[taken.field_name].errors = [_TAKEN[taken.field_name]]
        else:
            return _show_once(member, password)
    return page("staff/new_member.html", form=form, may_appoint=_may_appoint())


@bp.get("/school/members/<uuid:member_id>", endpoint="member")
@needs(Permission.MANAGE_MEMBERS)
def member_page(member_id: UUID) -> ResponseReturnValue:
    member = service.get_member(viewer().school, member_id)
    roles = accounts.roles_at(member, viewer().school)
    return page("staff/member.html", member=member, roles=roles, beyond=_is_beyond(roles))


@bp.route("/school/members/<uuid:member_id>/roles", methods=["GET", "POST"], endpoint="roles")
@needs(Permission.MANAGE_MEMBERS, fresh=True)
def change_roles(member_id: UUID) -> ResponseReturnValue:
    who = viewer()
    member = service.get_member(who.school, member_id)
    held = accounts.roles_at(member, who.school)
    form = open_form(RolesForm, data={"roles": sorted(held)})
    form.roles.choices = _roles_to_give()
    if _is_beyond(held):  # what this person may neither give nor take stays as it is
        form.roles.required = None
    if form.validate_on_submit():
        kept = frozenset() if _may_appoint() else held & READERS
        try:
            accounts.change_roles(who, member, this_school(), frozenset(form.roles.data) | kept)
        except NotPossible as problem:
            form.roles.errors = [str(problem)]
        else:
            return see_other("staff.member", member_id=member.id)
    return page("staff/roles.html", form=form, member=member, may_appoint=_may_appoint())


@bp.route(
    "/school/members/<uuid:member_id>/new-password",
    methods=["GET", "POST"],
    endpoint="new_password",
)
@needs(Permission.MANAGE_MEMBERS, fresh=True)
def new_password(member_id: UUID) -> ResponseReturnValue:
    who = viewer()
    form = ActForm()
    if form.validate_on_submit():
        password = passwords.fresh()
        password_hash = _hash_with_nothing_open(password)
        member = service.get_member(who.school, member_id)
        accounts.give_first_password(who, member, password_hash)
        return _show_once(member, password)
    member = service.get_member(who.school, member_id)
    return page("staff/new_password.html", form=form, member=member)


@bp.get("/school/members/<uuid:member_id>/first-password", endpoint="first_password")
@needs(Permission.MANAGE_MEMBERS)
def first_password(member_id: UUID) -> ResponseReturnValue:
    """The password to hand over. It travels sealed in this browser’s cookie, and is shown once."""
    member = service.get_member(viewer().school, member_id)
    sealed = cookie.pop(_SHOWN_ONCE, "")
    password = ""
    if sealed:
        context = f"cookie.{_SHOWN_ONCE}.{member.id}"
        try:
            password = vault.open(service.staff_key(), context, b64decode(sealed)).decode()
        except Unreadable:  # the one in the cookie is somebody else's
            password = ""
    return page("staff/first_password.html", member=member, password=password, school=this_school())


@bp.route("/school/members/<uuid:member_id>/end", methods=["GET", "POST"], endpoint="end_account")
@needs(Permission.MANAGE_MEMBERS, fresh=True)
def end_account(member_id: UUID) -> ResponseReturnValue:
    who = viewer()
    member = service.get_member(who.school, member_id)
    if not accounts.roles_at(member, who.school):
        raise Missing
    form = ActForm()
    if form.validate_on_submit():
        try:
            accounts.end_account(who, member, this_school())
        except NotPossible as problem:
            form.form_errors.append(str(problem))
        else:
            return see_other("staff.members")
    return page("staff/end_account.html", form=form, member=member)


def _may_appoint() -> bool:
    return viewer().may(Permission.APPOINT_READERS)


def _is_beyond(roles: frozenset[Role]) -> bool:
    """Whether somebody holds roles that the signed-in person may neither give nor take."""
    return bool(roles & READERS) and not _may_appoint()


def _roles_to_give() -> list[tuple[Role, str, str]]:
    return [
        (role, role.label, role.explanation)
        for role in Role
        if _may_appoint() or role not in READERS
    ]


def _hash_with_nothing_open(password: str) -> str:
    close_session()
    return passwords.hash_password(password)


def _show_once(member: Member, password: str) -> ResponseReturnValue:
    context = f"cookie.{_SHOWN_ONCE}.{member.id}"
    sealed = vault.seal(service.staff_key(), context, password.encode())
    cookie[_SHOWN_ONCE] = b64encode(sealed).decode()
    return see_other("staff.first_password", member_id=member.id)
