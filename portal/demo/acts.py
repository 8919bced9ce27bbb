"""What was done about a case, as data says it: telling others, content online, devices.

An act is a mapping of the data files. `do` names what is done, `at` (or `after`) when it was
written down, `happened` the time of that day at which it had happened. Records that are spoken of
again have a name of their own in `as`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from portal import clock
from portal.cases import actions, content
from portal.cases import service as cases
from portal.cases.content import Told
from portal.cases.models import Case, OnlineProfile
from portal.containment import service as containment
from portal.containment.rules import Result, Step
from portal.demo import acts_access, acts_devices, acts_home, acts_students
from portal.demo.oakfield import Oakfield
from portal.demo.timeline import Plot
from portal.demo.work import Act, Work, happened
from portal.referrals import service as referrals
from portal.staff.viewer import Viewer

Moment = Callable[[Act], datetime]


def plot(
    oakfield: Oakfield, case: Case, acts: Iterable[Act], moment: Moment, lead: Viewer | None = None
) -> Plot:
    """Every act at its moment, by whoever leads the case where nobody is named."""
    work = Work(oakfield, case, lead or oakfield.members["dsl"])
    for act in acts:
        yield moment(act)
        _DO[act["do"]](work, act)


def _refer(work: Work, act: Act) -> None:
    new = referrals.NewReferral(
        kind=act["kind"],
        nature=act.get("nature", "referral"),
        told=happened(act),
        how=act["how"],
        words={name: act.get(name, "") for name in _WORDS_OF_REFERRAL},
        details=act.get("details", {}),
        parents=act["parents"],
        items=work.named_items(act.get("items", [])),
        knows_of=work.named_told(act.get("knows_of", [])),
        known_to=work.named_told(act.get("known_to", [])),
    )
    work.told[act["as"]] = referrals.make_referral(work.who(act), work.case, new)


_WORDS_OF_REFERRAL = ("body", "spoke_to", "reference", "words", "sent", "parents_why")


def _confirm(work: Work, act: Act) -> None:
    told = work.told[act["of"]]
    referrals.confirm_in_writing(
        work.who(act), work.case, told, happened(act), act["words"], act.get("to", "")
    )


def _chase(work: Work, act: Act) -> None:
    """Asked again; `next` counts the school days until it is asked once more."""
    referrals.chase(
        work.who(act),
        work.case,
        work.told[act["of"]],
        at=happened(act),
        who=act.get("to", ""),
        said=act["words"],
        next_on=work.day_in(act, "next"),
        escalate=act.get("escalate", False),
    )


def _answer(work: Work, act: Act) -> None:
    answer = referrals.Answer(
        at=happened(act),
        who=act.get("from", ""),
        said=act["words"],
        outcome=act.get("outcome", ""),
        reference=act.get("reference", ""),
        is_final=not act.get("more", False),
    )
    referrals.record_answer(work.who(act), work.case, work.told[act["of"]], answer)


def _tell(work: Work, act: Act) -> None:
    others = work.named_told(act["others"])
    referrals.tell_of(work.who(act), work.told[act["of"]], others, happened(act), act["words"])


def _advice(work: Work, act: Act) -> None:
    """What the police say of evidence. `opens` names the items that it releases."""
    today = clock.today().isoformat()
    new = referrals.NewAdvice(
        at=happened(act),
        opens=bool(act.get("opens")),
        may_ask_onward=act.get("onward", "not_said"),
        words={name: act.get(name, "") for name in ("officer", "keep", "may_delete", "words")},
        opened=work.named_items(act.get("opens", [])),
        devices=[{**row, "by": today} for row in act.get("devices", [])],
    )
    referrals.record_police_advice(work.who(act), work.case, work.told[act["of"]], new)


def _item(work: Work, act: Act) -> None:
    account = act.get("account", "")
    profiles = cases.records_of(work.case, OnlineProfile)
    profile = next((one for one in profiles if account and one.handle == account), None)
    work.items[act["as"]] = content.add_item(
        work.who(act),
        work.case,
        kind=act["kind"],
        words={name: act.get(name, "") for name in _WORDS_OF_ITEM},
        found=happened(act),
        profile_id=profile.id if profile else None,
    )


_WORDS_OF_ITEM = ("what", "platform", "url", "account", "posted_where", "noted", "note")


def _release(work: Work, act: Act) -> None:
    """One item for an urgent report, or several by name."""
    items, at = work.named_items(act["items"]), happened(act)
    if act.get("urgent"):
        (item,) = items
        content.release_urgent(work.who(act), work.case, item, act["words"], at)
    else:
        content.release_named(work.who(act), work.case, items, act["words"], at)


def _became(work: Work, act: Act) -> None:
    told = Told(
        words=act["words"],
        to_whom=act.get("to", ""),
        reference=act.get("reference", ""),
        referral_id=work.told[act["of"]].id if "of" in act else None,
    )
    item = work.items[act["item"]]
    content.change_state(work.who(act), item, act["state"], happened(act), told)


def _step(work: Work, act: Act) -> None:
    """A step of containment; `names` are those to whom it was sent on."""
    who, person = work.who(act), work.person(act)
    new = containment.NewStep(
        step=Step(act["step"]),
        result=Result(act["result"]),
        at=happened(act),
        done_by=act.get("by", who.name),
        words=act["words"],
        person=person,
        items=work.named_items(act.get("items", [])),
    )
    containment.take_step(who, work.case, new)
    rows = [{"name": name, "part": "witness"} for name in act.get("names", [])]
    containment.name_recipients(who, work.case, person, rows)


def _protect(work: Work, act: Act) -> None:
    who = work.who(act)
    words = {"what": act["words"], "who_knows": act.get("told", ""), "done_by": act["by"]}
    new = containment.NewProtection(
        act["kind"], happened(act), words, work.person(act), work.day_in(act, "review")
    )
    containment.protect(who, work.case, new)


def _support_again(work: Work, act: Act) -> None:
    containment.offer_support_again(work.who(act), work.case)


def _viewing(work: Work, act: Act) -> None:
    named = ("who_saw", "place", "shown_by", "why", "present", "followed", "support")
    details = {"who" if name == "who_saw" else name: act.get(name, "") for name in named}
    cases.add_viewing(work.who(act), work.case, happened(act), details)


def _settle(work: Work, act: Act) -> None:
    """What was to be done is done: all of a kind that is still open."""
    for one in actions.actions_of(work.case):
        if one.state == "open" and one.kind == act["kind"]:
            actions.settle_action(work.who(act), one, "done", act["words"])


def _without(work: Work, act: Act) -> None:
    who, reason = work.who(act), act["words"]
    cases.mark_step(who, work.case, act["step"], not_needed=True, reason=reason)


def _note(work: Work, act: Act) -> None:
    kind = act.get("kind", "contact")
    cases.add_note(work.who(act), work.case, kind, act["words"], happened(act))


def _take_device(work: Work, act: Act) -> None:
    person = work.person(act)
    return_by = work.school_days_on(act["return_in"]) if "return_in" in act else None
    work.devices[act["as"]] = acts_devices.take(
        work.who(act), work.case, act, happened, owner=person, return_by=return_by
    )


def _move_device(work: Work, act: Act) -> None:
    acts_devices.move(work.who(act), work.devices[act["device"]], act, happened(act))


def _hold_device(work: Work, act: Act) -> None:
    acts_devices.hold(work.who(act), work.devices[act["device"]], act, happened(act))


def _search(work: Work, act: Act) -> None:
    acts_devices.search(work.who(act), work.case, act, happened(act), work.person(act))


_DO: Mapping[str, Callable[[Work, Act], None]] = {
    "refer": _refer,
    "confirm": _confirm,
    "chase": _chase,
    "answer": _answer,
    "tell": _tell,
    "advice": _advice,
    "item": _item,
    "release": _release,
    "became": _became,
    "step": _step,
    "protect": _protect,
    "support_again": _support_again,
    "viewing": _viewing,
    "settle": _settle,
    "without": _without,
    "note": _note,
    "device": _take_device,
    "move": _move_device,
    "hold": _hold_device,
    "search": _search,
    **acts_access.ACTS,
    **acts_home.ACTS,
    **acts_students.ACTS,
}
