"""The register of referrals, as pages: whom to tell, telling them, what was told, what waits."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from portal import clock
from portal.cases import content, sharing
from portal.cases.access import case_view, may
from portal.cases.models import Case
from portal.cases.models_content import ContentItem
from portal.cases.pages import case_page
from portal.cases.rules import Act
from portal.cases.service import get_in
from portal.cases.steps import address
from portal.guidance.catalogue import tips
from portal.guidance.service import directory_of
from portal.referrals import forms, lists, rules, service, words
from portal.referrals.kinds import GROUPS, KINDS, POLICE, Kind
from portal.referrals.models import Referral
from portal.staff import service as staff
from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.cursor import Cursor
from portal.web.errors import Missing
from portal.web.isolated import isolated
from portal.web.pages import go, open_form, page

bp = Blueprint("referrals", __name__)
CODES = ", ".join(f"'{code}'" for code in KINDS)


@bp.get("/referrals")
@needs(Permission.SEE_CASES)
def waiting() -> ResponseReturnValue:
    """What waits for an answer, across cases."""
    after = None
    if "after" in request.args:
        after = Cursor.read(request.args["after"])
        if after is None:
            abort(400)
    listed = lists.waiting(viewer(), after)
    older = f"/referrals?after={listed.older}" if listed.older else ""
    return page("referrals/across.html", lines=listed.lines, older=older, first=after is None)


@bp.get("/cases/<reference>/referrals")
@case_view(Permission.SEE_CASES)
def register(case: Case) -> ResponseReturnValue:
    found = service.referrals_of(case)
    bodies = [one for one in found if words.must_know(one)]
    return case_page(
        "referrals/register.html",
        case,
        referrals=found,
        words=words,
        advice=service.advice_of(case),
        police=next((one for one in found if one.kind == POLICE), None),
        named={str(one.id): words.short(one) for one in found},
        divided=rules.divided(
            [(words.short(one), one.contact_id or case.lead_id) for one in bodies]
        ),
        lacking=_lacking(bodies),
        bodies=bodies,
        contacts=staff.names_of([case.lead_id, *(one.contact_id for one in found)]),
        late=_late,
        may_work=case.is_open and may(viewer(), Permission.WORK_ON_CASES, case),
        tip=tips()["knows_of_each_other"],
    )


def _lacking(bodies: Sequence[Referral]) -> list[tuple[Referral, list[Referral]]]:
    """Who does not know of whom, body by body."""
    by_id = {str(one.id): one for one in bodies}
    unknown = rules.not_told_of_each_other({str(one.id): set(one.knows_of) for one in bodies})
    return [(by_id[who], [by_id[one] for one in others]) for who, others in unknown.items()]


def _late(one: Referral) -> str:
    """What of a referral is late, in words; nothing where nothing is."""
    now = clock.now()
    if one.owes_writing() and one.written_due_at and one.written_due_at < now:
        return "Writing overdue"
    if one.state == "waiting" and one.chase_at and one.chase_at < now:
        return "Ask again now"
    return ""


@bp.get("/cases/<reference>/referrals/new")
@case_view(Permission.WORK_ON_CASES)
def choose(case: Case) -> ResponseReturnValue:
    """Whom to tell, in groups, with a line on when, and what in this case points to them."""
    items = content.items_of(case)
    known = rules.KnownOfCase(
        outcome=case.outcome,
        decision=case.decision,
        types=case.types,
        overlaps=case.overlaps,
        hate_elements=case.hate_elements,
        danger=case.danger,
        something_is_up=any(one.is_open and (one.url or one.account) for one in items),
    )
    groups = [
        (title, [kind for kind in KINDS.values() if kind.group == code])
        for code, title in GROUPS.items()
    ]
    return case_page(
        "referrals/choose.html",
        case,
        groups=groups,
        query=_query(),
        fitting=rules.fitting(known),
        told={one.kind for one in service.referrals_of(case)},
    )


def _query() -> str:
    text = request.query_string.decode("ascii", "replace")
    return f"?{text}" if text else ""


@bp.route(f"/cases/<reference>/referrals/new/<any({CODES}):code>", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def new(case: Case, code: str) -> ResponseReturnValue:
    form = referral_form(case, code)
    if form.validate_on_submit() and (made := make(case, form)) is not None:
        return go(address(case, "referrals", str(made.id)))
    kind = KINDS[code]
    return case_page(
        "referrals/new.html",
        case,
        form=form,
        action=f"{request.path}{_query()}",
        after_police=tips()["after_police_report"] if kind.code == POLICE else None,
        **beside(case, kind),
    )


def beside(case: Case, kind: Kind) -> dict[str, Any]:
    """What stands beside every form about a body: its numbers and hours, and a few lines."""
    found = directory_of(case.school_id)
    return {
        "kind": kind,
        "service": next((one for one in found if one.code == kind.service), None),
        "school": staff.get_school(case.school_id),
        "tip": tips().get(kind.tip),
    }


def referral_form(case: Case, code: str) -> forms.ReferralForm:
    """The form of one kind, with what is known already filled in. The call sheet uses it too."""
    kind = KINDS[code]
    given = _items_given(case)
    data: dict[str, Any] = {
        "nature": "advice" if kind.advises else service.REFERRAL,
        "happened": forms.now(),
        "how": kind.how[0],
        "body": _usual_body(case, code, given),
        "items": [item.id for item in given],
        "parents": "" if kind.asks_parents else forms.NO_NEED,
    }
    form = open_form(forms.form_for(code), data=data)
    items = content.items_of(case) if kind.takes_down else []
    held = {item.id for item in content.held(case, items, Act.REPORT)}
    form.choose(
        [(one.id, one.name) for one in sharing.who_can(case)],
        service.referrals_of(case),
        [_choice(case, item, held=item.id in held) for item in items],
    )
    return form


def _choice(case: Case, item: ContentItem, *, held: bool) -> tuple[UUID, Markup, str]:
    why = f"Held as evidence. {content.reason_held(case, item)}" if held else ""
    return item.id, isolated(item.name), why


def _items_given(case: Case) -> list[ContentItem]:
    """The content items that the address names; one of another case is not there."""
    text = request.args.get("items", "")
    try:
        return content.chosen(case, filter(None, text.split(",")))
    except ValueError:
        raise Missing from None


def _usual_body(case: Case, code: str, given: Sequence[ContentItem]) -> str:
    """Who it usually is, where that is known."""
    kind = KINDS[code]
    if code == "social_care":
        return staff.get_school(case.school_id).social_care_name
    if code == "platform":
        platforms = {item.platform for item in given}
        return platforms.pop() if len(platforms) == 1 else ""
    return kind.label if kind.bodies == "Service" or code == "lado" else ""


def make(case: Case, form: forms.ReferralForm) -> Referral | None:
    """Record what a form says; None, with the reason at its field, where evidence is held."""
    items = content.chosen(case, form.items.data) if "items" in form else []
    given = form.new(items, service.referrals_of(case))
    why_not = _why_not(case, given) if given.takes_down else ""
    if why_not:
        form.items.errors = [*form.items.errors, why_not]
        return None
    return service.make_referral(viewer(), case, given)


def _why_not(case: Case, given: service.NewReferral) -> str:
    """Why these items cannot be reported, as a sentence; nothing where they can."""
    held = content.held(case, given.items, Act.REPORT)
    if held and not given.already:
        names = "; ".join(item.name for item in held)
        return f"Held as evidence: {names}. {content.reason_held(case, held[0])}"
    down = [item for item in given.items if content.was_down(item, given.told)]
    if down:
        names = "; ".join(item.name for item in down)
        return f"Down by then: {names}. If it is up again, record first that it came back."
    return ""


@bp.get("/cases/<reference>/referrals/<uuid:referral_id>")
@case_view(Permission.SEE_CASES)
def show(case: Case, referral_id: UUID) -> ResponseReturnValue:
    one = get_in(case, Referral, referral_id)
    others = [
        each for each in service.referrals_of(case) if each.id != one.id and words.must_know(each)
    ]
    events = service.events_of(one)
    named = [one.made_by, one.contact_id, case.lead_id, *(event.by_id for event in events)]
    kind, who = KINDS[one.kind], viewer()
    return case_page(
        "referrals/show.html",
        case,
        one=one,
        kind=kind,
        words=words,
        events=events,
        others=others,
        knows=[each for each in others if str(each.id) in one.knows_of],
        known=[each for each in others if str(one.id) in each.knows_of],
        items=[item for item in content.items_of(case) if str(item.id) in one.content],
        advice=[each for each in service.advice_of(case) if each.referral_id == one.id],
        names=staff.names_of(named),
        late=_late(one),
        may_work=may(who, Permission.WORK_ON_CASES, case),
        may_print=may(who, Permission.PRINT, case),
        tip=tips().get(kind.tip),
        after_police=tips()["after_police_report"] if one.kind == POLICE else None,
    )
