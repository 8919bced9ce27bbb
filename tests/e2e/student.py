"""The screen in a student’s hands: answering one question after the other, and giving it back."""

from typing import Any

from playwright.sync_api import expect

from tests.e2e.office import Screen


def begin(screen: Screen, title: str) -> None:
    """From the first page of the form to its first question."""
    screen.heading(title)
    assert screen.path == "/handover"
    expect(screen.page.get_by_role("button", name="Hide screen")).to_have_count(0)
    screen.enter("Start")


def answer(screen: Screen, question: str, **fields: Any) -> None:
    """Answer the question that is shown, and go on to the next page."""
    screen.heading(question)
    screen.fill(fields)
    screen.send("Next")


def about(screen: Screen, question: str, **words: str) -> None:
    """Say something about each person who was named: the boxes bear their names."""
    screen.heading(question)
    for name, said in words.items():
        screen.page.get_by_label(name.replace("_", " "), exact=True).fill(said)
    screen.send("Next")


def give_back(screen: Screen) -> None:
    screen.heading("Read what you wrote")
    screen.send("I am done")
    screen.heading("Please hand the screen back")


def take_back(screen: Screen, password: str) -> None:
    screen.fill(pin=password)
    screen.send("Take the screen back")
    screen.heading("Read it together")


def keep(screen: Screen) -> None:
    screen.send("Keep the answers and take the screen back")
    expect(screen.page.get_by_role("button", name="Hide screen")).to_be_visible()
