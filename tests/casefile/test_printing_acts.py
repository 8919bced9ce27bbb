"""What goes out with a referral, a report or a device: printed through the pages and read back."""

from typing import Any

import pytest
from sqlalchemy import select

from portal import clock
from portal.cases import content
from portal.cases import service as cases
from portal.cases.models import Case
from portal.clock import Happened
from portal.db import session
from portal.devices import custody
from portal.devices.rules import Kind
from portal.printing.case_summary_data import Part
from portal.referrals import service as referrals
from portal.staff.roles import Role
from tests import factories
from tests.casefile.test_printing import answers, text_of

PAGE = "https://somewhere.example/brum_beef_100"
NAMES = ("Sara O'Neill", "Owen Price", "O'Neill", "Price")


@pytest.fixture
def acts(school: Any, saved: Any) -> dict[str, str]:
    """A case with a referral, a reported page and a device that the police have."""
    with saved():
        made = factories.case(school)
        dsl = school.dsl.actor
        item = content.add_item(
            dsl,
            made,
            kind="profile",
            words={
                "what": "Sara says that her picture is on it",
                "platform": "Instagram",
                "url": PAGE,
                "account": "brum_beef_100",
                "noted": "Seen by Owen Price",
            },
            found=factories.when(2),
        )
        told = referrals.make_referral(
            dsl,
            made,
            referrals.NewReferral(
                kind="social_care",
                told=factories.when(1),
                how="telephone",
                words={
                    "body": "Oakshire front door",
                    "spoke_to": "J. Lane",
                    "reference": "CSC 77",
                    "words": "Told them of the picture.",
                    "parents_why": "It would put her at risk",
                },
                details={"consent": "not_asked", "consent_words": "At risk at home"},
                parents="no",
            ),
        )
        police = referrals.make_referral(
            dsl,
            made,
            referrals.NewReferral(
                kind="police",
                told=factories.when(1),
                how="telephone",
                words={"body": "Oakshire Police", "reference": "LOG 214", "words": "Told them."},
                details={"officer": "DC Okafor", "collar": "4471"},
                parents="yes",
                knows_of=[told],
            ),
        )
        session.flush()
        advice = referrals.NewAdvice(
            at=factories.when(1),
            opens=True,
            may_ask_onward="yes",
            words={"officer": "DC Okafor", "keep": "The telephone", "may_delete": "The page"},
            opened=[item],
        )
        referrals.record_police_advice(dsl, made, police, advice)
        device = factories.device(school, made)
        handed = {
            "from_whom": "Ruth Adeyemi",
            "to_whom": "DC Okafor",
            "officer": "DC Okafor",
            "collar": "4471",
            "force": "Oakshire Police",
            "receipt": "EX/12",
            "seal": "00418",
        }
        new = custody.NewMove(Kind.TO_POLICE, Happened.of(clock.now()), handed)
        custody.move_device(dsl, device, new)
        return {
            "case": made.reference,
            "item": str(item.id),
            "told": str(told.id),
            "police": str(police.id),
            "device": str(device.id),
            "sara": str(cases.people_in(made)[0].id),
        }


def fetched(browser: Any, path: str, **fields: Any) -> str:
    ready = browser.get(path).submit(fields=fields, button="Make the copy", status=303).follow()
    response = browser.client.get(f"{ready.path}/file")
    assert response.status_code == 200
    return text_of(response.data)


def test_a_cover_sheet_for_social_care(acts: dict[str, str], sign_in: Any) -> None:
    path = f"/cases/{acts['case']}/referrals/{acts['told']}/cover/print"
    text = fetched(
        sign_in(Role.DSL),
        path,
        people=[acts["sara"]],
        asks="A strategy discussion\nWho tells her mother",
        urgent="She is alone tonight.",
        purpose="social_care",
        recipient_body="Oakshire front door",
    )
    for words in (
        "Referral: cover sheet",
        "She is alone tonight.",
        "Oakshire front door",
        "J. Lane",
        "CSC 77",
        "Sara O'Neill",
        "It would put her at risk",
        "At risk at home",
        "A strategy discussion",
        "Oakshire Police",
        "Ruth Adeyemi",
        "No imagery is attached",
    ):
        assert words in text, words
    assert "Owen" not in text


def test_a_list_of_addresses_holds_no_name(acts: dict[str, str], sign_in: Any) -> None:
    text = fetched(
        sign_in(Role.DSL),
        f"/cases/{acts['case']}/content/print",
        recipient_name="Trust and safety",
        recipient_body="Instagram",
    )
    assert PAGE.removeprefix("https://") in text.replace(" ", "")
    assert "brum_beef_100" in text
    for name in (*NAMES, "Ruth Adeyemi", "her picture"):
        assert name not in text, name


def test_the_summary_for_a_referral_has_its_parts_preset(
    acts: dict[str, str], sign_in: Any
) -> None:
    browser = sign_in(Role.DSL)
    page = browser.get(f"/cases/{acts['case']}/print?for={acts['told']}")
    assert "Oakshire front door" in page.main_text
    sent = page.fields()
    chosen = set(sent.getlist("parts"))
    assert Part.DEVICES.value not in chosen
    assert Part.REPORTS.value in chosen
    assert sent["recipient_name"] == "J. Lane"
    ready = page.submit(
        fields={"people": [acts["sara"]]}, button="Make the copy", status=303
    ).follow()
    text = text_of(browser.client.get(f"{ready.path}/file").data)
    assert "Case summary for children’s social care" in text
    assert "the part “Devices and who has held them”" in text
    browser.get(f"/cases/{acts['case']}/print?for=nonsense", status=404)


def test_the_summary_for_the_police_holds_all_that_was_done(
    acts: dict[str, str], sign_in: Any
) -> None:
    browser = sign_in(Role.DSL)
    with_people = {"people": [acts["sara"]], **answers([acts["sara"]])}
    page = browser.get(f"/cases/{acts['case']}/print?for={acts['police']}")
    ready = page.submit(fields=with_people, button="Make the copy", status=303).follow()
    text = text_of(browser.client.get(f"{ready.path}/file").data)
    for words in (
        "Case summary for police referral",
        "LOG 214",
        "CSC 77",
        "DC Okafor",
        "To keep: The telephone",
        "brum_beef_100",
        "1 device of somebody left out",
    ):
        assert words in text, words
    assert "Samsung" not in text


@pytest.mark.parametrize("whose", ["person", "officer"])
def test_receipts(acts: dict[str, str], sign_in: Any, whose: str) -> None:
    path = f"/cases/{acts['case']}/devices/{acts['device']}/receipt/print?for={whose}"
    text = fetched(sign_in(Role.DSL), path)
    assert "Samsung" in text
    assert "Sara" not in text
    if whose == "person":
        assert "Receipt for your device" in text
        for words in ("Cabinet 2", "DC Okafor", "evidence", "EX/12"):
            assert words not in text, words
    else:
        for words in ("DC Okafor", "4471", "EX/12", "00418", "Cabinet 2"):
            assert words in text, words


def test_the_custody_sheet_has_every_row(acts: dict[str, str], sign_in: Any) -> None:
    path = f"/cases/{acts['case']}/devices/{acts['device']}/custody/print"
    text = fetched(
        sign_in(Role.DSL),
        path,
        recipient_kind="police",
        recipient_name="DC Okafor",
        recipient_body="Oakshire Police",
    )
    for words in ("Chain of custody of a device", "Held by DC Okafor", "EX/12", "Cabinet 2"):
        assert words in text, words


def test_what_is_of_another_case_is_not_there(
    acts: dict[str, str], school: Any, saved: Any, sign_in: Any
) -> None:
    with saved():
        other = factories.case(school).reference
    browser = sign_in(Role.DSL)
    for path in (
        f"referrals/{acts['told']}/cover/print",
        f"devices/{acts['device']}/receipt/print",
        f"devices/{acts['device']}/custody/print",
        f"print?for={acts['told']}",
    ):
        browser.get(f"/cases/{other}/{path}", status=404)


def test_a_copy_is_remembered_with_its_subject(
    acts: dict[str, str], school: Any, saved: Any, sign_in: Any
) -> None:
    browser = sign_in(Role.DSL)
    path = f"/cases/{acts['case']}/devices/{acts['device']}/custody/print"
    ready = browser.get(path).submit(
        fields={
            "recipient_kind": "police",
            "recipient_name": "DC Okafor",
            "recipient_body": "Oakshire Police",
        },
        button="Make the copy",
        status=303,
    )
    page = ready.follow()
    assert "Chain of custody" in page.main_text
    with saved():
        case = session.scalars(select(Case).where(Case.reference == acts["case"])).one()
        cases.add_note(school.dsl.actor, case, "other", "Something new", None)
    again = browser.get(page.path)
    assert "The record has changed since this copy was made." in again.main_text
    assert again.link("Print a new copy") == path
