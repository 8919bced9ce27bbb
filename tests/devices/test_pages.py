"""The pages about the devices of a case: what is asked, kept, refused and shown."""

from datetime import time, timedelta
from types import SimpleNamespace

import pytest

from portal import clock
from portal.cases import actions, content
from portal.cases import service as cases
from portal.cases.models import Case, DueAction
from portal.clock import Happened
from portal.db import session
from portal.devices import custody
from portal.devices.models import CustodyMove, Device, DeviceContent, DeviceSearch
from portal.staff.roles import Role
from tests import factories

NEW = {
    "kind": "telephone",
    "make": "Samsung",
    "model": "Galaxy A14",
    "colour": "black",
    "marks": "<b>{{7*7}}</b> crack in the left corner; sticker of a fox",
    "imei": "49 015420 323751 8",
    "owner": "Łukasz Żółkiewski",
    "taken_by": "Beth O’Hara",
    "taken": factories.when(1, time(10, 15)),
    "taken_where": "Room 14",
    "witness": "Nobody",
    "grounds": ["refused_to_delete", "evidence"],
    "how": "asked",
    "states": ["on", "locked"],
    "not_viewed_by": "Beth O’Hara",
    "place": "Cabinet 2, office of the lead",
    "seal": "00418",
    "key_holder": "Ruth Adeyemi",
    "stored": factories.when(1, time(10, 25)),
    "needed_for": "Bus pass",
    "arranged": "A paper pass from the office",
    "for_police": "no",
}
TO_POLICE = {
    "officer": "PC Dolan",
    "collar": "4471",
    "force": "West Midlands Police",
    "receipt": "EX/0042/1",
    "place": "School office",
    "condition": "Seal whole",
    "happened": factories.when(0, None),
}
RETURN = {
    "recipient": "parent",
    "to_whom": "Mrs Price",
    "relation": "mother",
    "identity": "Known to me",
    "condition": "As it was taken",
    "happened": factories.when(0, None),
}


@pytest.fixture
def case(saved, school):
    with saved():
        made = factories.case(school)
        return SimpleNamespace(id=made.id, at=f"/cases/{made.reference}")


@pytest.fixture
def held(saved, school, case):
    """A telephone that is locked away, and where its page is."""
    with saved():
        device = factories.device(school, session.get(Case, case.id))
        return SimpleNamespace(id=device.id, at=f"{case.at}/devices/{device.id}")


@pytest.fixture
def rows(saved, case):
    """Every row of a table in the case, read anew."""

    def read(kind):
        return cases.records_of(session.get(Case, case.id), kind)

    return read


def chain(rows):
    return [(row.number, row.kind) for row in rows(CustodyMove)]


# Logging a device


def test_a_device_is_logged_with_its_first_two_entries(case, sign_in, saved, rows):
    browser = sign_in(Role.DSL)

    page = browser.get(case.at + "/devices/new").submit(**NEW).follow()

    assert page.h1 == "Mobile telephone"
    assert {"Ruth Adeyemi", "Cabinet 2, office of the lead", "00418"} <= set(page.written())
    assert NEW["marks"] in page.written()
    with saved():
        (device,) = rows(Device)
        assert (device.held, device.for_police, device.grounds) == (True, False, NEW["grounds"])
        assert (device.owner, device.owner_id) == ("Łukasz Żółkiewski", None)
        assert device.seal_lookup == custody.seal_lookup("00-418")
        first, second = rows(CustodyMove)
        assert (first.kind, first.from_whom, first.to_whom) == (
            "taken", "Łukasz Żółkiewski", "Beth O’Hara",
        )  # fmt: skip
        assert (second.kind, second.place, second.seal) == ("stored", NEW["place"], "00418")
        assert second.happened == NEW["stored"]


def test_a_person_of_the_case_is_chosen_as_owner(case, sign_in, saved, rows):
    with saved():
        owen = cases.people_in(session.get(Case, case.id))[-1]
    form = sign_in(Role.DSL).get(case.at + "/devices/new")

    assert form.submit(**NEW, owner_id=str(owen.id), status=422).errors() == {
        "owner_id": "Choose somebody or say it in words, not both"
    }
    form.submit(**{**NEW, "owner": ""}, owner_id=str(owen.id))

    with saved():
        assert rows(Device)[0].owner_id == owen.id
        assert rows(CustodyMove)[0].from_whom == owen.name


def test_what_must_be_said_is_asked_for(case, sign_in):
    page = sign_in(Role.DSL).get(case.at + "/devices/new").submit(status=422)

    assert set(page.errors()) == {
        "kind", "owner_id", "taken_where", "witness", "grounds", "how", "states", "not_viewed_by",
        "for_police",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"states": ["on", "off"]}, "states"),
        ({"states": ["on", "not_known"]}, "states"),
        ({"arranged": ""}, "arranged"),
        ({"place": ""}, "place"),
        ({"key_holder": ""}, "key_holder"),
        ({"stored": factories.when(1, time(10, 14))}, "stored"),
        ({"stored": Happened(clock.today() + timedelta(days=1))}, "stored"),
        ({"taken": Happened(clock.today() + timedelta(days=1))}, "taken"),
        ({"for_police": "yes"}, "police_words"),
        ({"return_on": clock.today() - timedelta(days=2)}, "return_on"),
        ({"return_time": "15:30"}, "return_time"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_lost(case, sign_in, changes, field):
    form = sign_in(Role.DSL).get(case.at + "/devices/new")

    page = form.submit(**{**NEW, **changes}, status=422)

    assert field in page.errors()
    assert NEW["marks"] in page.written()


def test_a_wrong_imei_is_taken_and_warned_of(case, sign_in):
    form = sign_in(Role.DSL).get(case.at + "/devices/new")

    page = form.submit(**{**NEW, "imei": "490154203237517"}).follow()

    assert "The check digit does not fit: read it again, do not unlock the device." in page.text
    page = page.click("Correct it")
    page = page.submit(imei="490154203237518", reason="Read again").follow()
    assert "check digit" not in page.text
    assert "Read again" in page.click("Older versions").main_text


@pytest.mark.parametrize("field", ["marks", "arranged", "witness", "not_viewed_by"])
def test_a_passcode_is_refused_and_what_was_typed_stays(case, sign_in, saved, rows, field):
    form = sign_in(Role.DSL).get(case.at + "/devices/new")

    page = form.submit(**{**NEW, field: "She says the passcode is 4711"}, status=422)

    assert set(page.errors()) == {field}
    assert page.errors()[field].startswith("This looks like a passcode. Take it out")
    assert page.fields()[field] == "She says the passcode is 4711"
    with saved():
        assert rows(Device) == []
    page.submit(**{field: "She kept it to herself"})


def test_no_field_asks_for_a_passcode(case, held, sign_in):
    browser = sign_in(Role.DSL)
    acts = ("store", "move", "police", "return", "dispose", "remark", "hold", "content", "correct")
    pages = [case.at + "/devices/new", *(f"{held.at}/{act}" for act in acts)]

    for address in pages:
        page = browser.get(address)
        for name in page.fields() if list(page.forms()) else ():
            assert not any(word in name for word in ("pass", "pin", "code", "unlock")), name
    assert "Never ask for or write down a passcode" in browser.get(pages[0]).text


# The chain of custody


def test_device_goes_to_the_police_with_officer_number_and_receipt(held, sign_in, saved, rows):
    page = sign_in(Role.DSL).get(held.at).click("Hand it to the police")
    assert page.fields()["from_whom"] == "Ruth Adeyemi"
    assert set(page.submit(happened=factories.when(0, None), status=422).errors()) == {
        "officer", "collar", "force", "receipt",
    }  # fmt: skip

    page = page.submit(**TO_POLICE).follow()

    assert "PC Dolan, West Midlands Police" in page.written()
    assert "with the police" in page.written()
    assert "PC Dolan, 4471, West Midlands Police" in page.written()
    assert "EX/0042/1" in page.written()
    assert "Gaps in the chain" not in page.text
    with saved():
        assert chain(rows) == [(1, "taken"), (2, "stored"), (3, "to_police")]
        assert rows(Device)[0].held is False


def test_second_hand_over_is_refused_and_it_comes_back_first(held, sign_in, saved, rows):
    browser = sign_in(Role.DSL)
    form = browser.get(held.at + "/police")
    form.submit(**TO_POLICE)

    again = browser.get(held.at + "/police")
    assert "The police have it already" in again.text
    assert list(again.forms()) == []
    page = browser.get(held.at).click("It came back from the police")
    assert page.fields()["force"] == "West Midlands Police"
    page = page.submit(officer="Sgt Bell", place="Safe", happened=factories.when(0, None)).follow()

    assert "Gaps in the chain" not in page.text
    with saved():
        assert rows(Device)[0].held is True
        assert chain(rows)[-1] == (4, "from_police")


def test_it_is_returned_to_a_parent_with_name_identity_and_condition(held, sign_in, saved, rows):
    form = sign_in(Role.DSL).get(held.at + "/return")
    assert "relation" in form.submit(**{**RETURN, "relation": ""}, status=422).errors()

    page = form.submit(**RETURN).follow()

    assert {"Mrs Price", "returned"} <= set(page.written())
    known = "Their parent or carer, mother. How it was known: Known to me"
    assert any(known in words for words in page.written())
    assert [words for words, _ in page.links() if words == "Give it back"] == []
    with saved():
        assert rows(Device)[0].held is False


@pytest.mark.parametrize("act", ["return", "dispose", "store", "move", "police"])
def test_what_is_not_held_cannot_be_moved(case, held, sign_in, saved, rows, act, school):
    with saved():
        _manage_in_school(school, case)
    browser = sign_in(Role.DSL)
    stale = browser.get(f"{held.at}/{act}")
    browser.get(held.at + "/return").submit(**RETURN)

    page = browser.get(f"{held.at}/{act}")
    assert "it was returned" in page.main_text
    sent = {
        "from_whom": "Ruth Adeyemi", "to_whom": "Somebody", "place": "Safe", "reason": "Why",
        "decided_by": "Alan Crane", **{name: TO_POLICE[name] for name in ("officer", "collar",
        "force", "receipt")}, "recipient": "student", "identity": "Known", "condition": "Good",
    }  # fmt: skip
    names = set(stale.fields()) | {"recipient"}
    answers = {name: text for name, text in sent.items() if name in names}
    if act != "return":
        answers.pop("recipient", None)
    page = stale.submit(**answers, happened=factories.when(0, None), version="3", status=422)
    assert "it was returned" in page.text
    assert "Add a remark instead" in page.text
    with saved():
        assert len(rows(CustodyMove)) == 3


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (factories.when(1, time(10, 24)), "cannot be before the last entry"),
        (factories.when(2, None), "cannot be before the last entry"),
        (factories.when(-1), "cannot be in the future"),
    ],
)
def test_wrong_times_are_told_at_the_field(held, sign_in, saved, rows, when, words):
    form = sign_in(Role.DSL).get(held.at + "/move")

    page = form.submit(to_whom="Tom Whitlock", reason="Kept “safe”", happened=when, status=422)

    assert words in next(iter(page.errors().values()))
    assert "Kept “safe”" in page.written()
    with saved():
        assert len(rows(CustodyMove)) == 2


def test_a_day_without_a_time_is_compared_by_the_day(held, sign_in, saved, rows):
    form = sign_in(Role.DSL).get(held.at + "/move")

    form.submit(to_whom="Tom Whitlock", reason="Sorting", happened=factories.when(1, None))

    with saved():
        assert chain(rows)[-1] == (3, "moved")


def test_gaps_are_told_and_explained_by_a_remark(held, sign_in):
    browser = sign_in(Role.DSL)
    form = browser.get(held.at + "/move")
    page = form.submit(
        from_whom="Tom O'Dea",
        to_whom="Alan Crane",
        reason="Asked",
        happened=factories.when(0, None),
    ).follow()

    assert "came from Tom O'Dea" in " ".join(page.written())
    page = page.click("Explain it in a remark")
    page = page.submit(
        reason="Tom had the key that day.", happened=factories.when(0, None)
    ).follow()

    assert "Tom had the key that day." in page.written()
    assert "came from Tom O'Dea" in " ".join(page.written())  # what was is still told


def test_two_people_move_it_at_once_and_the_second_sees_who_did_what(held, sign_in, saved, rows):
    first, second = sign_in(Role.DSL), sign_in(Role.DEPUTY)
    mine, theirs = first.get(held.at + "/return"), second.get(held.at + "/police")
    mine.submit(**RETURN)

    page = theirs.submit(**TO_POLICE, reason="She’s waiting", status=409)

    assert "Entry 3: Returned, to Mrs Price" in page.text
    assert "Written by Ruth Adeyemi" in page.text
    assert "Handed to the police, to PC Dolan, West Midlands Police" in page.text
    with saved():
        assert len(rows(CustodyMove)) == 3
    # their text is kept; sent again in the light of the first, the rows say why not
    again = page.click("Open the form again")
    assert "The school does not hold it" in again.main_text


def test_two_moves_that_both_can_be_are_both_kept_once_seen(held, sign_in, saved, rows):
    first, second = sign_in(Role.DSL), sign_in(Role.DEPUTY)
    mine, theirs = first.get(held.at + "/move"), second.get(held.at + "/move")
    now = factories.when(0, None)
    mine.submit(to_whom="Alan Crane", place="Safe", reason="Fuller", happened=now)

    page = theirs.submit(to_whom="Tom Whitlock", reason="For the meeting", happened=now, status=409)
    page = page.click("Open the form again")
    assert page.fields()["reason"].strip() == "For the meeting"
    page.submit(from_whom="Alan Crane")

    with saved():
        assert [row.to_whom for row in rows(CustodyMove)][-2:] == ["Alan Crane", "Tom Whitlock"]


# Held for the police, days of return, reasons


def test_what_is_held_for_the_police_goes_back_only_on_their_word(held, sign_in, saved, rows):
    browser = sign_in(Role.DSL)
    word = {"officer": "DC Khan", "force": "Thames Valley", "happened": factories.when(0, None)}
    browser.get(held.at + "/hold").submit(**word, reason="Wanted for download on Monday")
    early = browser.get(held.at)
    assert "Held for the police" in early.text
    page = browser.get(held.at + "/return")
    assert "Record first who of the police said" in page.text
    assert list(page.forms()) == []

    form = browser.get(held.at + "/hold")
    assert form.fields()["hold"] == "no"
    form.submit(**word, reason="Nothing on it. Ref 77/26")
    page = browser.get(held.at + "/return").submit(**RETURN).follow()

    words = page.written()
    assert "Held for the police. Wanted for download on Monday" in words
    assert "No longer held for the police. Nothing on it. Ref 77/26" in words
    with saved():
        assert [row.kind for row in rows(CustodyMove)][2:] == ["remark", "remark", "returned"]


def test_another_reason_for_keeping_it_outlives_the_word_of_the_police(held, sign_in, saved, rows):
    browser = sign_in(Role.DSL)
    word = {"officer": "DC Khan", "force": "Thames Valley", "happened": factories.when(0, None)}
    for reason, kept in (("", ""), ("Nobody has come for it", "Nobody has come for it")):
        if reason:
            browser.get(held.at + "/kept").submit(why=reason)
        browser.get(held.at + "/hold").submit(**word, reason="Keep it")
        browser.get(held.at + "/hold").submit(**word, reason="No need")
        with saved():
            assert rows(Device)[0].kept_why == kept


def test_a_return_sent_while_it_is_held_for_the_police_is_refused(held, sign_in, saved, rows):
    browser = sign_in(Role.DSL)
    form = browser.get(held.at + "/return")
    word = {"officer": "DC Khan", "force": "Thames Valley", "happened": factories.when(0, None)}
    browser.get(held.at + "/hold").submit(**word, reason="Keep it")

    page = form.submit(**RETURN, version="3", status=422)

    assert "Record first who of the police said" in " ".join(page.summary())
    with saved():
        assert rows(Device)[0].held


def test_a_day_of_return_is_due_until_it_leaves(held, sign_in, saved, rows):
    browser = sign_in(Role.DSL)
    day = clock.today() + timedelta(days=3)
    form = browser.get(held.at + "/return-by")
    assert set(form.submit(return_on=day - timedelta(days=9), reason="x", status=422).errors())
    form.submit(return_on=day, return_time="15:30", reason="End of the week")
    browser.get(held.at + "/return-by").submit(return_on=day, return_time="16:00", reason="Later")
    with saved():
        (action,) = [one for one in rows(DueAction) if one.kind == "device_return"]
        assert (action.subject, action.state) == (str(held.id), "open")
        assert clock.local(action.due_at).time() == time(16)

    browser.get(held.at + "/return").submit(**RETURN)

    with saved():
        (action,) = [one for one in rows(DueAction) if one.kind == "device_return"]
        assert action.state == "done"


def test_a_day_of_return_can_be_taken_off(held, sign_in, saved, rows):
    browser = sign_in(Role.DSL)
    browser.get(held.at + "/return-by").submit(return_on=clock.today(), reason="Today")
    browser.get(held.at + "/return-by").submit(
        fields={"return_on-day": "", "return_on-month": "", "return_on-year": ""},
        return_time="",
        reason="The police rang",
    )

    with saved():
        assert rows(Device)[0].return_due_at is None
        assert {one.state for one in rows(DueAction) if one.kind == "device_return"} == {"done"}


def test_a_day_of_return_when_logged_is_due_too(case, sign_in, saved, rows):
    form = sign_in(Role.DSL).get(case.at + "/devices/new")
    form.submit(**NEW, return_on=clock.today() + timedelta(days=1))

    with saved():
        (action,) = [one for one in rows(DueAction) if one.kind == "device_return"]
        assert clock.local(action.due_at).date() == clock.today() + timedelta(days=1)


def test_why_it_is_kept_clears_the_way_to_closing(case, held, sign_in):
    browser = sign_in(Role.DSL)
    sentence = "A device is held, and nothing says why"
    assert sentence in browser.get(case.at + "/close").main_text

    page = browser.get(held.at).click("Say why it is still here")
    page.submit(why="Until the court has decided").follow()

    assert sentence not in browser.get(case.at + "/close").main_text


# Content and the evidence hold


def test_nothing_is_deleted_or_disposed_of_while_evidence_is_held(case, held, sign_in, saved, rows):
    browser = sign_in(Role.DSL)
    sent = {"what": "A video of a fight", "done_by": "Owen", "why": "Not allowed here"}
    form = browser.get(held.at + "/content")
    assert "Nothing is deleted yet" in form.text
    page = form.submit(**sent, choice="deleted", status=422)
    assert "Nothing is deleted while evidence is held" in page.errors()["choice"]
    assert "A video of a fight" in page.written()
    dispose = browser.get(held.at + "/dispose")
    assert "so nothing is disposed of" in dispose.text
    assert list(dispose.forms()) == []

    page.submit(choice="retained").follow()

    with saved():
        assert [one.choice for one in rows(DeviceContent)] == ["retained"]


def test_a_disposal_that_is_sent_all_the_same_is_refused(case, held, sign_in, saved, rows, school):
    with saved():
        _manage_in_school(school, case)
    browser = sign_in(Role.DSL)
    form = browser.get(held.at + "/dispose")
    with saved():
        content.add_item(
            school.dsl.actor,
            session.get(Case, case.id),
            kind="post",
            words={"what": "A post", "platform": "Somewhere"},
            found=None,
        )

    page = form.submit(
        reason="Broken", decided_by="Alan Crane", happened=factories.when(0, None), status=409
    )

    assert "evidence is held" in page.text
    with saved():
        assert len(rows(CustodyMove)) == 2


def test_once_nothing_is_held_it_can_be_deleted_and_disposed_of(
    case, held, sign_in, saved, rows, school
):
    with saved():
        _manage_in_school(school, case)
    browser = sign_in(Role.DSL)
    sent = {"what": "A video of a fight", "done_by": "Owen", "why": "Not allowed here"}

    page = browser.get(held.at + "/content").submit(**sent, choice="deleted").follow()
    assert "A video of a fight" in page.written()
    page = browser.get(held.at + "/dispose").submit(
        reason="Its owner gave it up", decided_by="Alan Crane", happened=factories.when(0, None)
    )

    assert "Disposed of" in page.follow().text
    with saved():
        assert rows(Device)[0].held is False


def _manage_in_school(school, case):
    factories.checklist(school, session.get(Case, case.id))


# Searches

SEARCH = {
    "who": "Zoë D'Arcy",
    "of_what": "belongings",
    "happened": factories.when(1, time(10, 5)),
    "place": "Room 14",
    "authorised_by": "Alan Crane, head",
    "searcher": "Beth O’Hara",
    "searcher_sex": "female",
    "present": "Tom Whitlock",
    "looked_for": "A telephone",
    "reason": "Two pupils said so",
    "agreement": "refused",
    "found": "no",
    "parent_told": "not_yet",
    "followed": "Her mother was asked to come.",
}


def test_a_search_is_recorded_also_where_nothing_was_found(case, sign_in, saved, rows):
    browser = sign_in(Role.DSL)

    page = browser.get(case.at + "/searches/new").submit(**SEARCH).follow()

    assert "They refused" in page.text
    assert "Nothing was found" in page.text
    assert "No parent or carer has been told yet" in page.text
    assert "Zoë D'Arcy" in page.written()
    assert page.h1 == "A search"
    with saved():
        (action,) = [one for one in rows(DueAction) if one.kind == "search_parent"]
        assert action.subject == str(rows(DeviceSearch)[0].id)
    assert "Parent not told yet" in browser.get(case.at + "/devices").text
    assert "No parent or carer has been told of a search" in browser.get(case.at + "/close").text


def test_what_a_search_needs(case, sign_in):
    form = sign_in(Role.DSL).get(case.at + "/searches/new")

    page = form.submit(status=422)

    assert set(page.errors()) == {
        "involved_id", "of_what", "place", "authorised_by", "searcher_sex", "present",
        "looked_for", "reason", "agreement", "found", "parent_told",
    }  # fmt: skip
    page = form.submit(**{**SEARCH, "found": "yes", "parent_told": "no"}, status=422)
    assert set(page.errors()) == {"found_what", "parent_words"}


def test_telling_a_parent_settles_what_was_due(case, sign_in, saved, rows):
    browser = sign_in(Role.DSL)
    page = browser.get(case.at + "/searches/new").submit(**SEARCH).follow()

    page = page.click("Record that they were told")
    assert "parent_words" in page.submit(parent_told="yes", status=422).errors()
    page = page.submit(parent_told="yes", parent_words="Mother, 12:30, R. Adeyemi").follow()

    assert "Mother, 12:30, R. Adeyemi" in " ".join(page.written())
    with saved():
        states = {one.state for one in rows(DueAction) if one.kind == "search_parent"}
        assert states == {"done"}
    assert "has been told of a search" not in browser.get(case.at + "/close").text


def test_a_device_that_was_found_is_logged_from_its_search(case, sign_in, saved, rows):
    browser = sign_in(Role.DSL)
    found = {**SEARCH, "found": "yes", "found_what": "A telephone in the bag"}
    page = browser.get(case.at + "/searches/new").submit(**found).follow()

    form = page.click("Log a device that was found")
    begun = form.fields()
    assert (begun["taken_by"], begun["taken_where"]) == ("Beth O’Hara", "Room 14")
    assert (begun["how"], begun["owner"]) == ("searched", "Zoë D'Arcy")
    page = form.submit(
        kind="telephone", grounds=["evidence"], states=["off"], not_viewed_by="Beth O’Hara",
        for_police="no",
    ).follow()  # fmt: skip

    page = page.click("The search in which it was found")
    assert "Mobile telephone" in page.text
    with saved():
        assert rows(Device)[0].search_id == rows(DeviceSearch)[0].id


def test_a_search_is_corrected_and_both_colleagues_keep_their_words(case, sign_in, saved, rows):
    first, second = sign_in(Role.DSL), sign_in(Role.DEPUTY)
    page = first.get(case.at + "/searches/new").submit(**SEARCH).follow()
    mine, theirs = page.click("Correct the record"), second.get(page.link("Correct the record"))
    mine.submit(place="The sports hall", why="Misheard")

    stale = theirs.submit(place="Room 15", why="Misheard", status=409)

    assert "The sports hall" in stale.text
    assert "Room 15" in stale.text
    older = first.get(page.path).click("Older versions").main_text
    assert "Before: Room 14 After: The sports hall" in older


# Who sees what


def test_head_reads_and_changes_nothing(case, held, sign_in):
    browser = sign_in(Role.HEAD)

    page = browser.get(held.at)
    assert "What happens with it next" not in page.text
    assert "Log a device" not in browser.get(case.at + "/devices").text
    for act in ("store", "return", "hold", "kept", "content", "correct"):
        browser.get(f"{held.at}/{act}", status=403)
    browser.get(case.at + "/devices/new", status=403)


def test_devices_and_searches_of_another_case_are_not_found(held, school, saved, sign_in):
    with saved():
        other = factories.case(school)
        found = factories.search(school, other)
        at = f"/cases/{other.reference}"
        search = found.id
    browser = sign_in(Role.DSL)

    browser.get(f"{at}/devices/{held.id}", status=404)
    browser.get(f"{at}/devices/{held.id}/store", status=404)
    browser.get(f"{held.at.rpartition('/devices')[0]}/searches/{search}", status=404)
    browser.get(f"{held.at}/explode", status=404)


def test_nothing_is_moved_in_a_closed_case(case, held, sign_in, saved, rows, school):
    browser = sign_in(Role.DSL)
    form = browser.get(held.at + "/move")
    with saved():
        cases.close(school.dsl.actor, session.get(Case, case.id), "Done", "", "")

    form.submit(to_whom="Tom", reason="x", happened=factories.when(0, None), status=409)

    with saved():
        assert len(rows(CustodyMove)) == 2


def test_every_row_has_its_line_in_the_chronology(case, held, sign_in, saved, school):
    with saved():
        found = session.get(Case, case.id)
        factories.search(school, found)
        device = session.get(Device, held.id)
        sent = {"what": "A clip", "done_by": "Owen", "why": "Not allowed"}
        now = factories.when(0, None)
        from portal.devices import service

        service.record_device_content(
            school.dsl.actor, device, choice="retained", at=now, words=sent
        )
    page = sign_in(Role.DSL).get(case.at + "/chronology")

    for title in (
        "Mobile telephone: taken",
        "Mobile telephone: locked away",
        "Mobile telephone: content, retained",
        "Search of Owen Price",
    ):
        assert page.text.count(title) == 1, title
    entries = len(list(page.all("li", class_="portal-timeline__entry")))
    assert f"{entries} entries" in sign_in(Role.DSL).get(case.at).text


def test_the_case_page_says_how_many_and_where(case, held, sign_in, saved, school):
    browser = sign_in(Role.DSL)
    page = browser.get(case.at)
    assert (
        "1 device held. Mobile telephone: black Samsung A14: Ruth Adeyemi, Cabinet 2" in page.text
    )
    with saved():
        device = session.get(Device, held.id)
        device.return_due_at = clock.now() - timedelta(hours=2)
        factories.journal.note(school.dsl.actor, "set a day", device)

    assert "1 overdue for return" in browser.get(case.at).text
    assert "2 hours late" in browser.get(held.at).text


def test_actions_know_their_devices(case, saved, school, rows):
    """The open action of a device is found by the device alone."""
    with saved():
        found = session.get(Case, case.id)
        one = factories.device(school, found, return_by=clock.now() + timedelta(days=1))
        other = factories.device(school, found, return_by=clock.now() + timedelta(days=2))
        session.flush()
        new = custody.NewMove(custody.Kind.DISPOSED, factories.when(0, None), {})
        factories.checklist(school, found)
        custody.move_device(school.dsl.actor, one, new)
        session.flush()
        states = {a.subject: a.state for a in actions.actions_of(found) if a.kind == custody.RETURN}
        assert states == {str(one.id): "done", str(other.id): "open"}
