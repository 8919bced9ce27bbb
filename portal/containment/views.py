"""Content items: what is online, what became of it, and what is held as evidence."""

from typing import Any
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal import clock
from portal.cases import content
from portal.cases import service as cases
from portal.cases.access import case_view, may
from portal.cases.models import Case, OnlineProfile
from portal.cases.models_content import ContentItem
from portal.cases.pages import case_page
from portal.cases.rules import Act, Release
from portal.cases.steps import address
from portal.clock import Happened
from portal.containment import forms, lists, rules, service, words
from portal.containment.guidance import beside
from portal.containment.rules import Step
from portal.guidance.catalogue import tips, vocabulary
from portal.guidance.service import directory_of
from portal.staff import service as staff
from portal.staff.access import needs
from portal.staff.roles import Permission
from portal.staff.viewer import viewer
from portal.web.addresses import is_web_address
from portal.web.errors import NotPossible
from portal.web.isolated import isolated
from portal.web.pages import go, open_form, page, page_after, refuse_stale

bp = Blueprint("containment", __name__)

_ROUTES = ("iwf", "report_harmful_content", "posh", "report_remove")


@bp.get("/content")
@needs(Permission.SEE_CASES)
def across() -> ResponseReturnValue:
    """What is still up, across cases."""
    after = page_after()
    listed = lists.still_up(viewer(), after)
    older = f"/content?after={listed.older}" if listed.older else ""
    return page(
        "containment/across.html",
        lines=listed.lines,
        older=older,
        first=after is None,
        words=words,
    )


@bp.get("/cases/<reference>/content")
@case_view(Permission.SEE_CASES)
def overview(case: Case) -> ResponseReturnValue:
    """The hold, the items, and the steps that are offered."""
    items, everybody = content.items_of(case), cases.people_in(case)
    taken = service.steps_of(case)
    held = {item.id for item in content.held(case, items, Act.DELETE)}
    found = directory_of(case.school_id)
    return case_page(
        "containment/overview.html",
        case,
        items=[_shown(case, item, held) for item in items],
        holds=content.holds_anything(case, items),
        any_held=bool(held),
        offers=[
            _offered(case, one, taken, everybody, held=bool(held) or not items)
            for one in service.offers(case, everybody, taken, items)
        ],
        askable=[one for one in everybody if one.is_known],
        asked=rules.OF_SOMEBODY_ASKED,
        routes=[one for one in found if one.code in _ROUTES],
        words=words,
        names={one.id: one.name for one in everybody},
        may_print=may(viewer(), Permission.PRINT, case),
        **_may(case),
    )


def _may(case: Case) -> dict[str, Any]:
    """What its reader may do; in a closed case only this: say that something has come back."""
    return {
        "may_work": case.is_open and may(viewer(), Permission.WORK_ON_CASES, case),
        "may_decide": case.is_open and may(viewer(), Permission.DECIDE, case),
        "may_open": may(viewer(), Permission.CLOSE_CASES, case),
        "tips": tips(),
    }


def _shown(case: Case, item: ContentItem, held: set[UUID]) -> dict[str, Any]:
    """One item with how it stands in the hold, in words."""
    is_held = item.id in held
    return {
        "item": item,
        "held": is_held,
        "report_held": bool(content.held(case, [item], Act.REPORT)),
        "why": content.reason_held(case, item) if is_held else "",
        "freed": _FREED.get(Release(item.release), "Covered by the checklist"),
        "kind": vocabulary("content_kinds").label(item.kind),
        "odd_address": bool(item.url) and not is_web_address(item.url),
        "may_return": content.can_come_back(item),
        "is_up": item.is_open,
        "kept": item.release == Release.KEPT,
    }


_FREED = {
    Release.NAMED: "Released by name",
    Release.URGENT: "Urgent report released; nothing may be deleted yet",
    Release.POLICE: "The police said that it may go",
}


def _offered(
    case: Case, offer: rules.Offer, taken: list[Any], everybody: list[Any], *, held: bool
) -> dict[str, Any]:
    """One step that is offered: how it stands, whether it waits, and where it is recorded."""
    history = [
        one for one in taken if one.kind == offer.step.value and one.involved_id == offer.person
    ]
    waits = ""
    if offer.step in rules.DELETES and held and case.is_open:
        waits = "Waits: evidence is held. Only items that are released can be named."
    if offer.step is Step.ASK_ONWARD and case.is_open and not service.may_ask_onward(case):
        waits = service.NOT_AGREED
    return {
        "offer": offer,
        "words": words.STEPS[offer.step],
        "who": next((one.name for one in everybody if one.id == offer.person), ""),
        "history": history,
        "stands": words.result_words(offer.step, offer.stands) if offer.stands else "",
        "waits": waits,
        "href": words.address_of(case, offer.step, offer.person),
    }


@bp.route("/cases/<reference>/content/new", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def new_item(case: Case) -> ResponseReturnValue:
    form = open_form(forms.NewItemForm, data={"found": Happened.of(clock.now())})
    profiles = _offer_profiles(case, form)
    if form.validate_on_submit():
        item = content.add_item(
            viewer(),
            case,
            kind=form.kind.data,
            words=_with_profile(form, profiles),
            found=form.found.data,
            profile_id=form.profile.data,
        )
        return go(address(case, "content", str(item.id)))
    return case_page("containment/item_form.html", case, form=form, item=None, tips=tips())


def _offer_profiles(case: Case, form: forms.ItemForm) -> dict[UUID, OnlineProfile]:
    profiles = {one.id: one for one in cases.records_of(case, OnlineProfile)}
    form.profile.choices = [
        (one.id, " ".join(filter(None, (one.platform, one.handle or one.url))) or "Not named")
        for one in profiles.values()
    ]
    return profiles


def _with_profile(form: forms.ItemForm, profiles: dict[UUID, OnlineProfile]) -> dict[str, str]:
    """What was written; what was left empty is taken from the account that was chosen."""
    kept = form.words
    profile = profiles.get(form.profile.data)
    if profile is not None:
        kept["platform"] = kept["platform"] or profile.platform
        kept["url"] = kept["url"] or profile.url
        kept["account"] = kept["account"] or profile.handle
    return kept


@bp.get("/cases/<reference>/content/<uuid:item_id>")
@case_view(Permission.SEE_CASES)
def show_item(case: Case, item_id: UUID) -> ResponseReturnValue:
    item = content.find_item(case, item_id)
    held = {one.id for one in content.held(case, [item], Act.DELETE)}
    history = content.history_of(item)
    return case_page(
        "containment/item.html",
        case,
        shown=_shown(case, item, held),
        item=item,
        history=history,
        names=staff.names_of(one.by_id for one in history),
        words=words,
        **_may(case),
        **beside(case, "taking_down"),
    )


@bp.route("/cases/<reference>/content/<uuid:item_id>/correct", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def correct_item(case: Case, item_id: UUID) -> ResponseReturnValue:
    item = content.find_item(case, item_id)
    begun = {name: getattr(item, name) for name in ("kind", *forms.ITEM)}
    form = open_form(
        forms.CorrectItemForm, data=begun | {"profile": item.profile_id}, version=item.version
    )
    _offer_profiles(case, form)
    if form.validate_on_submit():
        kind = vocabulary("content_kinds").label(item.kind)
        now_there = {name: getattr(item, name) for name in forms.ITEM} | {"kind": kind}
        refuse_stale(item, form, now_there)
        changes = {**form.words, "kind": form.kind.data, "profile_id": form.profile.data}
        content.correct_item(viewer(), item, changes, form.reason.data)
        return go(address(case, "content", str(item.id)))
    return case_page(
        "containment/item_form.html",
        case,
        form=form,
        item=item,
        is_free=not content.held(case, [item], Act.REPORT),
        tips=tips(),
    )


@bp.route("/cases/<reference>/content/<uuid:item_id>/state", methods=["GET", "POST"])
@case_view(Permission.WORK_ON_CASES)
def change_state(case: Case, item_id: UUID) -> ResponseReturnValue:
    item = content.find_item(case, item_id)
    form = open_form(forms.StateForm, data={"happened": Happened.of(clock.now())})
    form.for_state(item.state)
    form.after = _last_change(item)
    if form.validate_on_submit():
        content.change_state(viewer(), item, form.state.data, form.happened.data, form.told)
        return go(address(case, "content", str(item.id)))
    may_return = content.can_come_back(item)
    return case_page(
        "containment/state.html",
        case,
        form=form,
        item=item,
        may_return=may_return,
        **beside(case, "taking_down"),
    )


def _last_change(item: ContentItem) -> Happened | None:
    """When the newest thing happened to an item after it was found."""
    later = content.history_of(item)[1:]
    return later[-1].happened if later else None


@bp.route("/cases/<reference>/content/<uuid:item_id>/came-back", methods=["GET", "POST"])
@case_view(Permission.CLOSE_CASES, fresh=True)
def came_back(case: Case, item_id: UUID) -> ResponseReturnValue:
    """It opens the case again where it was closed: hence the permission of reopening one."""
    item = content.find_item(case, item_id)
    if not content.can_come_back(item):
        raise NotPossible(content.STILL_UP)
    form = open_form(forms.CameBackForm, data={"happened": Happened.of(clock.now())})
    form.after = _last_change(item)
    if form.validate_on_submit():
        content.came_back(viewer(), case, item, form.happened.data, form["words"].data)
        service.offer_support_again(viewer(), case)
        return go(address(case, "content", str(item.id)))
    more = beside(case, "it_may_come_back")
    return case_page("containment/came_back.html", case, form=form, item=item, **more)


@bp.route("/cases/<reference>/content/release", methods=["GET", "POST"])
@case_view(Permission.DECIDE)
def release(case: Case) -> ResponseReturnValue:
    """The DSL releases named items from the evidence hold, with a reason."""
    waiting = content.held(case, content.items_of(case), Act.DELETE)
    form = open_form(forms.ReleaseForm, data={"happened": Happened.of(clock.now())})
    form["items"].choices = [
        (item.id, isolated(item.name), content.reason_held(case, item))
        for item in waiting
        if item.release != Release.KEPT
    ]
    if form.is_submitted() and not form["items"].choices:
        raise NotPossible("Nothing is held that you could release.")
    if form.validate_on_submit():
        chosen = content.chosen(case, form["items"].data)
        content.release_named(viewer(), case, chosen, form.reason.data, form.happened.data)
        return go(address(case, "content"))
    kept = [item for item in waiting if item.release == Release.KEPT]
    return case_page("containment/release.html", case, form=form, kept=kept, tips=tips())


@bp.route("/cases/<reference>/content/<uuid:item_id>/urgent", methods=["GET", "POST"])
@case_view(Permission.DECIDE)
def urgent(case: Case, item_id: UUID) -> ResponseReturnValue:
    """One decision: this is reported to the platform at once, though evidence is held."""
    item = content.find_item(case, item_id)
    if item.release == Release.KEPT:
        raise NotPossible("The police asked for this to be kept. Record their new advice first.")
    if not content.held(case, [item], Act.REPORT):
        raise NotPossible("This may be reported already. Report it now.")
    noted = {name: getattr(item, name) for name in ("url", "account", "noted")}
    data = noted | {"happened": Happened.of(clock.now())}
    form = open_form(forms.UrgentForm, data=data, version=item.version)
    if form.validate_on_submit():
        refuse_stale(item, form, noted)
        changes = {name: form[name].data for name in noted}
        if changes != noted:
            content.correct_item(viewer(), item, changes, "Noted before an urgent report")
        content.release_urgent(viewer(), case, item, form.reason.data, form.happened.data)
        return go(address(case, "referrals", "new", "platform") + f"?items={item.id}")
    more = beside(case, "taking_down")
    return case_page("containment/urgent.html", case, form=form, item=item, **more)
