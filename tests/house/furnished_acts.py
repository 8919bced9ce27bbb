"""What is done about a case, in every state that its pages can show.

Content online and its hold, referrals, containment, protection, devices, searches, viewings of
imagery, and a numbered copy of every document.
"""

from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from portal import clock
from portal.casefile import copies, device_papers, documents, papers
from portal.casefile import service as casefile
from portal.cases import content
from portal.cases import service as cases
from portal.cases.models import Case, ImageryViewing, Involved, ViewingKind
from portal.cases.models_content import ContentItem
from portal.containment import service as containment
from portal.containment.rules import Result, Step
from portal.db import session
from portal.devices import custody
from portal.devices.custody import NewMove
from portal.devices.models import Device
from portal.devices.rules import Kind
from portal.referrals import service as referrals
from portal.referrals.models import Referral
from tests import factories
from tests.factories import School
from tests.house import furnished_stay

IMEI = "356938035643809"


@dataclass
class Acts:
    """The ids of what was made, by the name that addresses give them."""

    ids: dict[str, list[UUID]] = field(default_factory=dict)

    def of(self, name: str, *records: Any) -> None:
        self.ids[name] = [record.id for record in records]


def do(at: School, made: Case) -> Acts:
    """All of it; the first record of each kind is one of which most can still be done."""
    found = Acts()
    told = _tell_the_police(at, made)
    items = _contain(at, made)
    found.of("item_id", *items)
    found.of("referral_id", told, *_tell_others(at, made, told, items))
    _take_steps(at, made, items[1])
    running = factories.protection(at, made, review_on=clock.today() + timedelta(days=7))
    ended = factories.protection(at, made, kind="seating", person=_displayed(made))
    session.flush()
    containment.end_protection(at.dsl.actor, made, ended, "They’ve both asked for it.")
    found.of("protection_id", running, ended)
    nothing = factories.search(at, made, agreement="refused")
    there = factories.search(at, made, found="yes", found_what="A telephone")
    session.flush()
    found.of("search_id", nothing, there)
    found.of("device_id", *_take_devices(at, made, there.id))
    found.of("viewing_id", *_view(at, made))
    found.of("person", _displayed(made))
    return found


def _displayed(made: Case) -> Involved:
    return next(one for one in cases.people_in(made) if one.is_known and "displayed" in one.parts)


def _tell_the_police(at: School, made: Case) -> Referral:
    """Told, chased, gone above; they said which item may go, and so that every other is kept."""
    dsl, written = at.dsl.actor, factories.when(1)
    may_go = factories.item(at, made, "@may_go")
    factories.item(at, made, "@must_stay", platform="Roblox", url="", note="It’s in a group")
    told = factories.referral(at, made, details={"officer": "PC Imrie", "collar": "4312"})
    referrals.confirm_in_writing(dsl, made, told, written, "Case summary, copy 1", "Control room")
    referrals.add_remark(dsl, told, written, "They ring back tonight.")
    chased: dict[str, Any] = {
        "at": written,
        "who": "Control room",
        "said": "Nobody’s free.",
        "next_on": None,
    }
    referrals.chase(dsl, made, told, **chased)
    referrals.chase(dsl, made, told, **chased, escalate=True)
    advice = referrals.NewAdvice(
        written,
        opens=True,
        may_ask_onward="yes",
        words={
            "officer": "PC Imrie",
            "keep": "Everything on the telephone",
            "may_delete": "The post on the open page",
            "words": "He’ll call about the tablet.",
        },
        opened=[may_go],
        devices=[{"device": "A tablet", "whose": "Owen Price", "by": ""}],
    )
    referrals.record_police_advice(dsl, made, told, advice)
    session.flush()
    return told


def _contain(at: School, made: Case) -> list[ContentItem]:
    """Held; released by name; removed and come back; reported at once; could not be removed."""
    dsl, today = at.dsl.actor, factories.when(1)
    held = factories.item(at, made, "@still_held", url="www.example")
    released = factories.item(at, made, "@let_go", posted_where="His story")
    returned = factories.item(at, made, "@again", url="https://example.org/a?b=<c>")
    urgent = factories.item(at, made, "@public", noted="Seen at 8:10", note="It’s her name")
    stayed = factories.item(at, made, "", what="A page that O’Dea’s brother keeps")
    reason = "She asks for it; the police’ve been told."
    content.release_named(dsl, made, [released, stayed], reason, factories.when(1))
    content.release_urgent(dsl, made, urgent, "A public page names her.", factories.when(1))
    content.change_state(dsl, returned, "removed", today, content.Told(words="Gone by noon"))
    content.came_back(dsl, made, returned, today, "A friend’s seen it again.")
    content.change_state(dsl, stayed, "could_not_be_removed", today, content.Told(to_whom="IWF"))
    content.correct_item(dsl, held, {"note": "It’s in a group"}, "Left out")
    session.flush()
    return [held, released, returned, urgent, stayed]


def _tell_others(
    at: School, made: Case, police: Referral, items: list[ContentItem]
) -> list[Referral]:
    """Waiting for its confirmation; answered; not expected any more; advice; by their kinds."""
    dsl, yesterday = at.dsl.actor, factories.when(1)
    owes = factories.referral(at, made, "social_care", known_to=[police], contact_id=at.head.id)
    held, released, *_ = items
    answered = factories.referral(at, made, "platform", items=[released], parents="no_need")
    done = referrals.Answer(yesterday, "Their team", "It’s gone.", outcome="other", reference="R1")
    referrals.record_answer(dsl, made, answered, done)
    already = factories.referral(at, made, "iwf", items=[held], already=True, parents="no_need")
    silent = factories.referral(at, made, "other_school", knows_of=[police, owes])
    referrals.chase(dsl, made, silent, at=yesterday, who="", said="No reply.", next_on=None)
    referrals.expect_no_answer(dsl, made, silent, yesterday, "They’ve closed for the summer.")
    advice = factories.referral(at, made, "posh", nature="advice", parents="no_need")
    details = {"characteristic": "religion"}
    hate = factories.referral(at, made, "true_vision", details=details)
    referrals.tell_of(dsl, hate, [police], yesterday, "They’ve the log number.")
    referrals.correct(dsl, owes, {"reference": "EH-7"}, dict(owes.details or {}), "Misheard")
    session.flush()
    return [owes, answered, already, silent, advice, hate]


def _take_steps(at: School, made: Case, released: ContentItem) -> None:
    """Asked and waiting, refused, confiscated; said to have happened before; of nobody."""
    him = _displayed(made)
    asked = {"person": him, "items": [released]}
    factories.step(at, made, Step.EXPLAIN_AND_ASK, Result.WAITING, **asked)
    factories.step(at, made, Step.ASK_COPIES, Result.REFUSED, person=him, already=True)
    factories.step(at, made, Step.CONFISCATE, Result.DONE, person=him)
    factories.step(at, made, Step.ASK_ONWARD, Result.DONE, person=him, words="To O’Dea’s group")
    factories.step(at, made, Step.REPRISALS, Result.WAITING)
    factories.step(at, made, Step.FIND_OUT_WHO, Result.NOT_NEEDED, words="It’s known")
    factories.pupil(at, "Noor D'Arcy")
    session.flush()
    to = [
        {"name": "Noor D'Arcy", "part": "witness"},
        {"name": "Owen's group chat", "part": "displayed"},
    ]
    containment.name_recipients(at.dsl.actor, made, him, to)


def _take_devices(at: School, made: Case, search_id: UUID) -> list[Device]:
    """Locked away; found in a search and held for the police; with them; back; given back."""
    early: dict[str, Any] = {"taken": factories.when(3), "stored": False}
    here = factories.device(at, made, imei=IMEI, needed_for="The bus", arranged="A pass", **early)
    found = factories.device(
        at,
        made,
        search_id=search_id,
        how="searched",
        for_police=True,
        kept_why="PC Imrie's colleague asked for it.",
    )
    away, back = (factories.device(at, made, kind=kind, **early) for kind in ("tablet", "watch"))
    due = clock.now() - timedelta(hours=30)
    gone = factories.device(at, made, kind="console", return_by=due, **early)
    for one in (here, away, back):
        _move(at, one, Kind.STORED, 11, to_whom="Ruth Adeyemi", place="Cabinet 2", seal="GH-90217")
    officer = {"to_whom": "PC Imrie", "officer": "PC Imrie", "collar": "4312", "force": "West"}
    for one in (away, back):
        _move(at, one, Kind.TO_POLICE, 12, receipt="WM-5520", from_whom="Ruth Adeyemi", **officer)
    _move(at, back, Kind.FROM_POLICE, 13, to_whom="Tom Whitlock", place="Safe", condition="Wiped")
    received = {"to_whom": "Mrs D'Arcy", "received_as": "parent", "condition": "As it was"}
    _move(at, gone, Kind.RETURNED, 14, from_whom="Tom Whitlock", **received)
    _move(at, gone, Kind.REMARK, 15, reason="She’s signed for it.")
    factories.device_content(at, here)
    return [here, found, away, back, gone]


def _move(at: School, device: Device, kind: Kind, hour: int, **words: str) -> None:
    new = NewMove(kind, factories.when(3, time(hour)), words)
    custody.move_device(at.dsl.actor, device, new)


def _view(at: School, made: Case) -> list[ImageryViewing]:
    dsl, seen = at.dsl.actor, factories.when()
    shown = {"who": "Mr Crane", "why": "It was held up to him."}
    decided = {
        "ground": "removal",
        "why": "There’s no other way to report it.",
        "decided_by": "Ruth Adeyemi; Mr Crane agreed",
        "who": "Ruth Adeyemi",
        "present": "Tom Whitlock",
        "place": "The head’s office",
        "followed": "The police were told.",
        "support": "Offered and declined",
    }
    return [
        cases.add_viewing(dsl, made, seen, shown),
        cases.add_viewing(dsl, made, seen, decided, ViewingKind.AUTHORISED),
    ]


def print_everything(at: School, made: Case, acts: Acts) -> list[UUID]:
    """A numbered copy of every document, the summary first."""
    young = [str(one.id) for one in cases.people_in(made) if one.person is not None]
    told, device = acts.ids["referral_id"][0], acts.ids["device_id"][2]
    items = [str(one) for one in acts.ids["item_id"]]
    enclosed = {"urgent": "It’s spreading", "asks": "A call today", "enclosed": "Summary, copy 1"}
    wanted = [
        _copy(copies.SUMMARY, purpose="Referral"),
        _copy(copies.CHRONOLOGY),
        _copy(papers.COVER, people=young[:2], subject_id=told, words=enclosed),
        _copy(papers.CONTENT, parts=items),
        _copy(device_papers.RECEIPT, parts=["person"], subject_id=device),
        _copy(device_papers.RECEIPT, parts=["officer"], subject_id=device),
        _copy(device_papers.CUSTODY, subject_id=device),
        *(_copy(**one) for one in furnished_stay.papers(made, acts.ids)),
    ]
    assert {one.document for one in wanted} == set(documents.KINDS)
    who = factories.viewer_of(at.dsl)
    return [casefile.record_print(who, made, one).id for one in wanted]


def _copy(document: str, **changes: Any) -> casefile.NewPrint:
    known: dict[str, Any] = {"purpose": "As agreed", "parts": [], "people": []}
    known |= {"recipient_kind": "police", "recipient": "PC 4312"}
    return casefile.NewPrint(document=document, **{**known, **changes})
