"""Setting the portal up: the first school and people, and the recovery kit. Gone once done."""

from datetime import timedelta
from typing import Any

from flask import Response, abort, current_app, request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from portal import clock
from portal.config import Config
from portal.db import close_session
from portal.journal.actor import MACHINE
from portal.journal.service import note_act
from portal.staff import passwords, service
from portal.staff.roles import Role
from portal.staff.school import set_up
from portal.staff.school.forms import SetUpForm
from portal.staff.views_shared import bp, caller_address, refuse_chosen, slow_down
from portal.vault import keyfile
from portal.web.access import public
from portal.web.dates import plain_day
from portal.web.pages import page, see_other
from portal.web.unit_of_work import after_the_request

_KIT = "recovery_kit"
_KIT_SECONDS = 60 * 60
_ROLES = {
    "dsl": frozenset({Role.DSL}),
    "head": frozenset({Role.HEAD}),
    "admin": frozenset({Role.ADMIN}),
}


@bp.route("/set-up", methods=["GET", "POST"], endpoint="set_up")
@public
def set_up_page() -> ResponseReturnValue:
    if service.is_set_up():
        abort(404)
    shown: dict[str, Any] = {"has_code": set_up.has_code(current_app)}
    if request.method == "GET":
        form = SetUpForm(formdata=None, data={"nation": "england"})
        return page("staff/set_up.html", form=form, **shown)
    form = SetUpForm()
    wait = _refuse_wrong_code(form)
    if wait is not None:
        return slow_down(form, wait, "staff/set_up.html", **shown)
    if not form.errors and _is_good(form):
        new = service.NewSchool(form.name.data, details=form.details())
        people = _people(form)
        try:
            set_up.set_up(new, people)
        except service.Taken as taken:
            who = [one for one in _ROLES if form.has(one)][taken.number]
            form[f"{who}_{taken.field_name}"].errors = ["Two people cannot share this. Change one."]
        else:
            set_up.forget_code(current_app)
            cookie.clear()
            cookie[_KIT] = clock.now().timestamp()
            return see_other("staff.recovery_kit")
    return page("staff/set_up.html", form=form, **shown)


@bp.route("/set-up/recovery-kit", methods=["GET", "POST"], endpoint="recovery_kit")
@public
def recovery_kit() -> ResponseReturnValue:
    _only_after_set_up()
    if request.method == "POST":
        service.confirm_kit(MACHINE)
        cookie.clear()
        return see_other("staff.sign_in")
    after_the_request(lambda own: note_act(MACHINE, "showed the recovery kit", on=own))
    groups = keyfile.printable(keyfile.read(_config().key_file))
    made_on = plain_day(clock.today())
    return page("staff/recovery_kit.html", groups=groups, made_on=made_on)


@bp.get("/set-up/recovery-kit.pdf", endpoint="recovery_kit_pdf")
@public
def recovery_kit_pdf() -> ResponseReturnValue:
    _only_after_set_up()
    from portal.printing.recovery_kit import RecoveryKit, build

    school = service.only_school().name
    close_session()
    after_the_request(lambda own: note_act(MACHINE, "printed the recovery kit", on=own))
    groups = tuple(keyfile.printable(keyfile.read(_config().key_file)))
    document = build(RecoveryKit(school, groups, plain_day(clock.today())))
    response = Response(document, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="recovery-kit.pdf"'
    return response


def _config() -> Config:
    found: Config = current_app.extensions["portal"]
    return found


def _only_after_set_up() -> None:
    """The kit is there for an hour, in the browser that set the portal up, until it is printed.

    The time stands in the cookie: a copy of it that turns up later opens no kit.
    """
    age = clock.now().timestamp() - cookie.get(_KIT, 0)
    if age > _KIT_SECONDS or service.installation().kit_confirmed_at is not None:
        abort(404)


def _refuse_wrong_code(form: SetUpForm) -> timedelta | None:
    """Check the code before anything else; a wrong one is counted and slows the next try down."""
    if not form.code.data:
        return None
    right = set_up.try_code(current_app, form.code.data, caller_address())
    if isinstance(right, timedelta):
        return right
    if not right:
        form.code.errors = ["This is not the code that the portal printed when it was started"]
    return None


def _is_good(form: SetUpForm) -> bool:
    """The form’s own checks, and what they leave open: who is wanted, and with what password."""
    form.validate()
    for who in _ROLES:
        if form.has(who):
            _check_person(form, who)
    return not form.errors


def _check_person(form: SetUpForm, who: str) -> None:
    if not form.of(who, "name"):
        form[f"{who}_name"].errors = [f"Enter the full name of the {_said(who)}"]
    if not form.of(who, "username"):
        form[f"{who}_username"].errors = [f"Choose a sign-in name for the {_said(who)}"]
    password = form.of(who, "new_password")
    names = (form.of(who, "name"), form.of(who, "username"), str(form.name.data))
    problem = passwords.too_easy(password, *names)
    if not password:
        form[f"{who}_new_password"].errors = [f"Choose a password for the {_said(who)}"]
    else:
        refuse_chosen(form[f"{who}_new_password"], form[f"{who}_again"], problem)


def _said(who: str) -> str:
    return {"dsl": "DSL", "head": "head", "admin": "administrator"}[who]


def _people(form: SetUpForm) -> list[service.NewMember]:
    """The first people, with their passwords hashed while no transaction is open."""
    close_session()
    return [
        service.NewMember(
            full_name=form.of(who, "name"),
            username=form.of(who, "username"),
            email=form.of(who, "email"),
            password="",
            password_hash=passwords.hash_password(form.of(who, "new_password")),
            roles=roles | ({Role.HEAD} if who == "dsl" and form.dsl_is_head.data else set()),
            must_change=who != "dsl",
        )
        for who, roles in _ROLES.items()
        if form.has(who)
    ]
