"""The addresses of hand-over: those of the student, those of taking back, and those of reading."""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from portal.cases.access import case_view
from portal.cases.models import Case
from portal.handover import afterwards, filling, reading, service
from portal.handover.afterwards import begun_at, page_id
from portal.handover.confinement import current, current_state, during_handover, refused
from portal.handover.forms import TakeBackForm
from portal.handover.models import Handover
from portal.handover.reading import Place
from portal.handover.rules import State
from portal.staff.factors import passkeys
from portal.staff.roles import Permission
from portal.staff.sign_ins import at_the_screen
from portal.staff.sign_ins.sign_in import Refused
from portal.staff.viewer import viewer
from portal.staff.views_shared import signed_out, slow_down
from portal.web.form_base import Form
from portal.web.pages import go, see_other

bp = Blueprint("handover", __name__)

LEAVING = frozenset({"stop", "give"})
WITH, BACK, READ = State.WITH_STUDENT, State.GIVEN_BACK, State.READ_TOGETHER


# the student’s pages


@bp.get("/handover")
@during_handover(WITH, BACK, READ)
def start() -> ResponseReturnValue:
    """Where everything leads during a hand-over, whatever its state."""
    if current_state() is not WITH:
        return see_other("handover.back" if current_state() is BACK else "handover.read")
    one = current()
    first = reading.first_open(one)
    going_on = bool(reading.paper(one).marks)
    return student_page("handover/start.html", first=first, going_on=going_on, of=reading.of(one))


@bp.route("/handover/q/<code>", methods=["GET", "POST"])
@during_handover(WITH)
def question(code: str) -> ResponseReturnValue:
    place = reading.place(current(), code)
    if place is None:
        return refused()
    written = reading.paper(current())
    if request.method == "GET":
        form = filling.opened(place.question, written)
        aside = written.aside.get(code)
        other = filling.lines(place.question, aside) if aside else []
        return question_page(place, form, other=other)
    form = place.question.form()
    if form.row_action() is not None:
        return here(code) if save_typed(code) else conflict(place, form)
    pressed = request.form.get("go", "next")
    if pressed == "next" and not form.validate():
        return question_page(place, form), 422
    if is_older(code, form):
        if pressed not in LEAVING:
            return conflict(place, form)
        service.set_aside(current(), code, filling.sent_pairs())
    elif form.validate():
        service.save_answer(current(), code, filling.given(form), page_id())
    else:
        service.save_typed(current(), code, filling.sent_pairs(), page_id())
    afterwards.about(current().id).saved = True
    return after(pressed, place)


@bp.post("/handover/q/<code>/typed")
@during_handover(WITH)
def typed(code: str) -> ResponseReturnValue:
    """Autosave: answers 204 when what stands in the page is kept."""
    if reading.place(current(), code) is None:
        return refused()
    return ("", 204) if save_typed(code) else ("", 409)


@bp.get("/handover/check")
@during_handover(WITH)
def check() -> ResponseReturnValue:
    one = current()
    began = reading.paper(one).typed
    return student_page(
        "handover/check.html", read=reading.read_back(one), began=began, more=more(one)
    )


@bp.post("/handover/finish")
@during_handover(WITH)
def finish() -> ResponseReturnValue:
    service.give_back(viewer(), current())
    return see_other("handover.back")


@bp.route("/handover/stop", methods=["GET", "POST"])
@during_handover(WITH)
def stop() -> ResponseReturnValue:
    if request.method == "GET":
        return student_page("handover/stop.html", help=reading.helplines(viewer().school))
    service.give_back(viewer(), current(), stopped=True)
    return see_other("handover.back")


@bp.post("/handover/rest")
@during_handover(WITH, BACK, READ)
def rest() -> ResponseReturnValue:
    """Nobody has touched the screen, or somebody pressed Escape twice: the answers are hidden."""
    if State(current().state) is not BACK:
        service.give_back(viewer(), current(), rested=True)
    return see_other("handover.back")


# taking the screen back


@bp.route("/handover/back", methods=["GET", "POST"])
@during_handover(BACK)
def back() -> ResponseReturnValue:
    who = viewer()
    form = TakeBackForm()
    if at_the_screen.pin_state(who.id) == "taken":
        form.offer_pin()
    if form.validate_on_submit():
        right = at_the_screen.confirm(who, form.pin.data)
        if isinstance(right, Refused):
            return slow_down(form, right.wait, "handover/back.html", **for_taking_back())
        if right:
            return go(service.take_back(who))
        form.pin.errors = ["This is not right. Try again."]
    status = 422 if form.errors else 200
    return render_template("handover/back.html", form=form, **for_taking_back()), status


@bp.post("/handover/sign-in-again")
@during_handover(BACK)
def sign_in_again() -> ResponseReturnValue:
    service.end_sign_in(viewer(), current())
    return signed_out()


@bp.post("/cases/<reference>/handovers/<uuid:handover_id>/resume")
@case_view(Permission.WORK_ON_CASES, part=service.part_of_waiting)
def resume(case: Case, handover_id: UUID) -> ResponseReturnValue:
    """Answers that wait are taken up at this screen; the password comes next."""
    return go(service.resume(viewer(), case, handover_id))


# reading together


@bp.get("/handover/read")
@during_handover(READ)
def read() -> ResponseReturnValue:
    one = current()
    records = viewer().may(Permission.RECORD_DISCLOSURE)
    return student_page(
        "handover/read.html",
        read=reading.read_back(one),
        more=more(one),
        stopped=one.stopped,
        records=records,
    )


@bp.post("/handover/again")
@during_handover(READ)
def again() -> ResponseReturnValue:
    service.hand_over_again(viewer(), current())
    return see_other("handover.start")


@bp.post("/handover/keep")
@during_handover(READ)
def keep() -> ResponseReturnValue:
    return go(service.keep(viewer(), current()))


@bp.post("/handover/new-words")
@during_handover(READ)
def new_words() -> ResponseReturnValue:
    """Something new was written: the answers are kept, and a disclosure begins with it."""
    if not viewer().may(Permission.RECORD_DISCLOSURE):
        return refused()
    return go(service.keep_and_record(viewer(), current(), request.form.getlist("new")))


@bp.post("/handover/put-aside")
@during_handover(READ)
def put_aside() -> ResponseReturnValue:
    return go(service.put_aside(viewer(), current()))


# what the views share


def student_page(template: str, **context: Any) -> str:
    """A page during the hand-over. It knows no name but that of the member of staff."""
    who = viewer()
    first_help = next(iter(reading.helplines(who.school)), None)
    return render_template(template, member=who.name, childline=first_help, **context)


def question_page(
    place: Place, form: Form, *, other: list[tuple[str, str]] | None = None, sent_now: bool = False
) -> str:
    """`other`: what another window holds of this question; `sent_now`: this page is the older."""
    return student_page(
        "handover/question.html",
        place=place,
        form=form,
        other=other or [],
        sent_now=sent_now,
        back_to=back_to(),
    )


def conflict(place: Place, form: Form) -> ResponseReturnValue:
    """Another window has saved this question meanwhile: both texts are shown."""
    written, code = reading.paper(current()), place.question.code
    there = filling.lines_of(filling.opened(place.question, written))
    return question_page(place, filling.fresh(form, code, written), other=there, sent_now=True), 409


def is_older(code: str, form: Form) -> bool:
    """Whether saving this form would go over what another window saved, with other words."""
    written = reading.paper(current())
    if not written.is_older(code, begun_at(), page_id()):
        return False
    same = code not in written.typed and form.validate()
    return not (same and filling.given(form) == written.answers.get(code))


def save_typed(code: str) -> bool:
    """Keep what stands in the page as it is; False where another window was faster."""
    if reading.paper(current()).is_older(code, begun_at(), page_id()):
        return False
    service.save_typed(current(), code, filling.sent_pairs(), page_id())
    afterwards.about(current().id).saved = True
    return True


def here(code: str) -> ResponseReturnValue:
    """The same question once more, with what was just saved in it."""
    return see_other("handover.question", code=code, **{"from": back_to()})


def more(one: Handover) -> dict[str, list[tuple[str, str]]]:
    """What another window wrote to a question at the same time, and nobody put together yet."""
    found = {}
    for code, pairs in reading.paper(one).aside.items():
        if (place := reading.place(one, code)) is not None:
            found[code] = filling.lines(place.question, pairs)
    return found


def for_taking_back() -> dict[str, Any]:
    """What the page says that asks for the password: whom for, and what is taken instead."""
    who = viewer()
    return {
        "member": who.name,
        "pin": at_the_screen.pin_state(who.id),
        "passkey": passkeys.offer(who.id),
        "refused": request.method == "GET" and request.args.get("passkey") == "refused",
    }


def back_to() -> str | None:
    """“check”, where the student came from the list of their answers."""
    return "check" if request.args.get("from") == "check" else None


def after(pressed: str, place: Place) -> ResponseReturnValue:
    """Where the button leads, once the page is saved."""
    if pressed == "stop":
        return see_other("handover.stop")
    if pressed == "give":
        service.give_back(viewer(), current())
        return see_other("handover.back")
    if back_to():
        return see_other("handover.check")
    if pressed == "back":
        code = place.before
        return see_other("handover.question", code=code) if code else see_other("handover.start")
    code = place.after
    return see_other("handover.question", code=code) if code else see_other("handover.check")
