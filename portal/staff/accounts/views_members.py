"""The people who work at a school: their accounts and roles, and how an account ends."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from portal.staff import service
from portal.staff.access import needs
from portal.staff.accounts import invitations, role_requests
from portal.staff.accounts import service as accounts
from portal.staff.accounts.forms import NewMemberForm, RolesForm
from portal.staff.accounts.views_joining import show_once
from portal.staff.factors import lost as lost_factor
from portal.staff.models import Member
from portal.staff.passwords import NO_PASSWORD
from portal.staff.roles import READERS, Permission, Role
from portal.staff.viewer import Viewer, viewer
from portal.staff.views_shared import bp, this_school
from portal.web.errors import Missing, NotPossible
from portal.web.form_base import ActForm
from portal.web.pages import open_form, page, see_other

_TAKEN = {
    "username": "Somebody has this sign-in name already. Choose another.",
    "email": "Somebody has this e-mail address already. Leave it empty, or enter another.",
}


@bp.get("/school/members", endpoint="members")
@needs(Permission.MANAGE_MEMBERS)
def members() -> ResponseReturnValue:
    who = viewer()
    found = service.colleagues(who.school, with_ended=True)
    waiting = role_requests.waiting_at(who, who.school)
    return page(
        "staff/members.html",
        working=[one for one in found if not one.ended],
        ended=[one for one in found if one.ended],
        waiting=waiting,
        names={one.id: one.name for one in found},
        alone=role_requests.given_alone(who.school),
        lost=lost_factor.waiting(who),
    )


@bp.route("/school/members/new", methods=["GET", "POST"], endpoint="new_member")
@needs(Permission.MANAGE_MEMBERS, fresh=True)
def new_member() -> ResponseReturnValue:
    who = viewer()
    form = open_form(NewMemberForm)
    form.alone = role_requests.is_alone(who, who.school)
    form.roles.choices = _choices(list(Role), frozenset(), alone=form.alone)
    if form.validate_on_submit():
        new = service.NewMember(
            full_name=form.full_name.data,
            username=form.username.data,
            email=form.email.data,
            password="",
            roles=frozenset(form.roles.data),
        )
        try:
            member, secret = accounts.add_colleague(who, this_school(), new, form.reason.data)
        except service.Taken as taken:
            form[taken.field_name].errors = [_TAKEN[taken.field_name]]
        else:
            return show_once(member, secret)
    return page("staff/new_member.html", form=form)


@bp.get("/school/members/<uuid:member_id>", endpoint="member")
@needs(Permission.MANAGE_MEMBERS)
def member_page(member_id: UUID) -> ResponseReturnValue:
    who = viewer()
    member = service.get_member(who.school, member_id)
    roles = accounts.roles_at(member, who.school)
    waiting = role_requests.waiting_for(who, member, who.school)
    settled = role_requests.settled_about(member, who.school)
    invitation = invitations.open_of(member.id)
    people = [one.asked_by for one in waiting] + [one.asked_by for one in settled]
    return page(
        "staff/member.html",
        member=member,
        roles=roles,
        labels={role.value: role.label for role in Role},
        beyond=service.why_not_appoint(who, who.school, roles),
        is_me=member.id == who.id,
        sees_sign_ins=who.may(Permission.APPOINT_READERS),
        waiting=waiting,
        settled=settled,
        ended=role_requests.ENDED,
        alone=role_requests.given_alone(who.school).get(member.id, []),
        invitation=invitation,
        why_not_invite=accounts.why_not_invite(who, member),
        may_withdraw=invitation and not accounts.why_not_withdraw(who, member),
        has_password=member.password_hash != NO_PASSWORD,
        lost=lost_factor.waiting(who, only=member.id),
        names=service.names_of(
            [
                *people,
                *(one.decided_by for one in settled),
                *(other for one in waiting for other in one.waits_for),
                invitation.made_by if invitation else None,
            ]
        ),
    )


@bp.route("/school/members/<uuid:member_id>/roles", methods=["GET", "POST"], endpoint="roles")
@needs(Permission.MANAGE_MEMBERS, fresh=True)
def change_roles(member_id: UUID) -> ResponseReturnValue:
    who = viewer()
    member = service.get_member(who.school, member_id)
    held = accounts.roles_at(member, who.school)
    waiting = role_requests.waiting_for(who, member, who.school)
    kept = frozenset(
        role for role in held if service.why_not_appoint(who, who.school, frozenset({role}))
    )
    offered = _offered(who, member, held, kept | {one.role for one in waiting})
    form = open_form(RolesForm, data={"roles": sorted(held - kept)})
    form.held = held
    form.alone = role_requests.is_alone(who, who.school, member.id) and member.id != who.id
    form.roles.choices = _choices(offered, held, alone=form.alone)
    if kept:  # what this person may neither give nor take stays as it is
        form.roles.required = None
    found = None
    if form.validate_on_submit():
        wanted = frozenset(form.roles.data) | kept
        try:
            accounts.change_roles(who, member, this_school(), wanted, form.reason.data)
        except accounts.StillLeads as problem:
            form.roles.errors, found = [str(problem)], problem.held
        except NotPossible as problem:
            form.roles.errors = [str(problem)]
        else:
            return see_other("staff.member", member_id=member.id)
    return page(
        "staff/roles.html", form=form, member=member, kept=kept, waiting=waiting, held=found
    )


@bp.route("/school/members/<uuid:member_id>/end", methods=["GET", "POST"], endpoint="end_account")
@needs(Permission.MANAGE_MEMBERS, fresh=True)
def end_account(member_id: UUID) -> ResponseReturnValue:
    who = viewer()
    member = service.get_member(who.school, member_id)
    roles = accounts.roles_at(member, who.school)
    if not roles:
        raise Missing
    service.refuse_appointing(who, who.school, roles)
    form = ActForm()
    if form.validate_on_submit():
        try:
            accounts.end_account(who, member, this_school())
        except NotPossible as problem:
            form.form_errors.append(str(problem))
        else:
            return see_other("staff.members")
    held = accounts.held_by(who, member, this_school())
    return page("staff/end_account.html", form=form, member=member, held=held)


def _offered(
    who: Viewer, member: Member, held: frozenset[Role], left_out: frozenset[Role]
) -> list[Role]:
    """What may be ticked: nobody is offered a role that reads cases for themselves."""
    own = READERS - held if member.id == who.id else frozenset()
    return [role for role in Role if role not in left_out | own]


def _choices(
    offered: list[Role], held: frozenset[Role], *, alone: bool
) -> list[tuple[Role, str, str]]:
    after = (
        " Nobody else can agree to it: say why below."
        if alone
        else " A second person has to agree."
    )
    return [
        (role, role.label, role.explanation + (after if role in READERS - held else ""))
        for role in offered
    ]
