"""What the stories do after the decision have in common: Sara’s case, and ways about a case."""

from datetime import date

from playwright.sync_api import Locator, expect

from tests import factories
from tests.e2e.office import Screen
from tests.e2e.test_sara import JORDAN, OWN_WORDS, PAGES, SARA
from tests.factories import School

AMY, BEN, CARL = "Amy Clarke", "Ben Osei", "Carl Duffy"
ADDRESSES = [f"https://instagram.example/{page}" for page in PAGES]
HELD_UNASKED = "The police have not said yet what must be kept."


def saras_case(school: School) -> str:
    """Make Sara’s case: always refer, it is decided to refer, a telephone is held; its address."""
    who = [
        ("harmed", factories.pupil(school, SARA, born=date(2013, 7, 2), form_group="9C")),
        ("displayed", factories.pupil(school, JORDAN, born=date(2012, 3, 9))),
        ("witness", factories.pupil(school, AMY)),
        ("witness", factories.pupil(school, BEN)),
    ]
    factories.pupil(school, CARL)
    rows = [
        {"kind": "pupil", "name": one.full_name, "person_id": str(one.id), "parts": [part]}
        for part, one in who
    ]
    accounts = [
        {"kind": "page", "platform": "instagram", "handle": page, "url": url, "private": "yes"}
        for page, url in zip(PAGES, ADDRESSES, strict=True)
    ]
    incident = {"on": factories.when(5).on.isoformat(), "what": "It appeared on both pages"}
    told = factories.disclosure(
        school,
        people=rows,
        facts={"danger": "yes", "self_harm": "yes"},
        words={"own_words": OWN_WORDS, "accounts": accounts, "incidents": [incident]},
    )
    about = factories.case(school, told)
    factories.decision(school, about, factories.checklist(school, about, at_risk="yes"))
    factories.device(school, about, owner="", kept_why="Until the police take it.")
    return f"/cases/{about.reference}"


def record_items(lead: Screen, case: str) -> None:
    """Both pages, private: what is known of the accounts is taken over from the record."""
    for page in PAGES:
        lead.go(f"{case}/content/new")
        lead.control("profile").select_option(label=f"Instagram {page}")
        lead.fill(kind="profile", what="A private page said to show her image, with comments.")
        lead.send("Save")
        lead.sees(f"Instagram: {page}", "Held as evidence", HELD_UNASKED)
    lead.go(f"{case}/content")
    lead.sees("Everything is held as evidence.", *ADDRESSES)
    expect(lead.main.get_by_text("Waits: evidence is held.")).to_have_count(2)


def step_of(lead: Screen, title: str) -> Locator:
    """A row of a task list, by the words of its link."""
    return lead.main.locator(".portal-task").filter(
        has=lead.page.locator(".portal-task__link").filter(has_text=title)
    )


def stands(lead: Screen, case: str, **steps: str) -> None:
    """What the task list says of a step, by the first word of its title."""
    lead.go(case)
    for title, words in steps.items():
        expect(step_of(lead, title)).to_contain_text(words)


def in_the_way(lead: Screen, case: str, *sentences: str, gone: tuple[str, ...] = ()) -> None:
    lead.go(f"{case}/close")
    lead.sees("still in the way", *sentences)
    lead.does_not_see(*gone)


def go_to_step(lead: Screen, case: str, step: str, whom: str) -> None:
    """Open the step at its address, as somebody would who typed it."""
    lead.go(f"{case}/content")
    words = {"ask_copies": "ask to delete copies", "ask_onward": "ask to whom it was sent on"}
    row = lead.main.locator("li").filter(has_text=f"{whom}:").filter(has_text=words[step])
    address = row.locator("a").filter(has_text=words[step]).last.get_attribute("href")
    assert address is not None
    lead.go(address)


def open_referral(lead: Screen, case: str, body: str) -> None:
    lead.go(f"{case}/referrals")
    lead.enter(body, lead.main.locator(".portal-tasks"))
