"""What is not to be told: marked and lifted on its page, and never in a copy for such a reader."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from portal.casefile import device_papers, documents, papers, redaction
from portal.casefile import service as casefile
from portal.cases import service as cases
from portal.cases import withheld
from portal.cases.models import Case
from portal.db import session
from portal.printing.chronology import Chronology, ChronologyEntry
from portal.printing.furniture import Furniture
from portal.staff.roles import Role
from portal.web.errors import NotPossible
from tests import factories
from tests.factories import School
from tests.page import Browser, Page
from tests.wishes.conftest import Look, Made, sara_in, the_case

FACT = "Sara is with Naomi."


def mark(ruth: Browser, made: Made, **changes: Any) -> Page:
    status = changes.pop("status", 303)
    page = ruth.get(made.at("not-to-be-told", "new"))
    fields = {
        "about": made.sara,
        "fact": FACT,
        "phrases": "Naomi\ngirl friend\n\nNaomi",
        "from_kinds": ["parent"],
        "reason": "She is afraid of her father.",
    }
    return page.submit(fields={**fields, **changes}, status=status)


def test_a_fact_is_marked_with_its_words_and_readers(ruth: Browser, made: Made, look: Look) -> None:
    text = mark(ruth, made, from_people=[made.mother]).follow().main_text
    for words in (
        FACT,
        "Not to be told to: a parent, carer or young person; Ann O'Dea",
        "Left out: “Naomi”, “girl friend”",
        "She is afraid of her father.",
        "Kept out",
    ):
        assert words in text, words
    with look() as case:
        kept = withheld.facts_of(case)
        assert [one.phrases for one in kept] == [["Naomi", "girl friend"]]
        assert kept[0].from_people == [made.mother]
    for page in (made.at(), made.at("people")):
        assert "What is not to be told" in ruth.get(page).main_text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"phrases": " \n "}, "phrases"),
        ({"phrases": "?!"}, "phrases"),
        ({"phrases": "x" * 121}, "phrases"),
        ({"phrases": "\n".join(f"word {n}" for n in range(31))}, "phrases"),
        ({"from_kinds": []}, "from_kinds"),
        ({"fact": ""}, "fact"),
        ({"about": ""}, "about"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_is_asked_of_a_fact(
    ruth: Browser, made: Made, look: Look, changes: dict[str, Any], field: str
) -> None:
    assert set(mark(ruth, made, status=422, **changes).errors()) == {field}
    with look() as case:
        assert withheld.facts_of(case, lifted=True) == []


def test_it_may_be_told_again_with_a_reason(ruth: Browser, made: Made, look: Look) -> None:
    page = mark(ruth, made).follow().click("It may be told again")
    other = ruth.get(page.path)
    done = page.submit(fields={"reason": "She has told them herself."}).follow()
    assert "Lifted" in done.main_text
    assert "She has told them herself." in done.main_text
    other.submit(fields={"reason": "Something else"}, status=409)
    ruth.get(page.path, status=409)
    with look() as case:
        assert withheld.facts_of(case) == []
        assert len(withheld.facts_of(case, lifted=True)) == 1
    versions = ruth.get(made.at("chronology") + "?kind=wishes").main_text
    assert versions.count("What is not to be told was changed") == 2
    assert "Naomi" not in versions


def test_a_fact_of_another_case_is_not_found(
    ruth: Browser, made: Made, saved: Any, school: School
) -> None:
    with saved():
        other = factories.case(school)
        fact = fact_in(school, other, ["parent"])
        session.flush()
        fact_id = str(fact.id)
    ruth.get(made.at("not-to-be-told", fact_id, "lift"), status=404)


def fact_in(
    school: School, case: Case, kinds: list[str], phrases: tuple[str, ...] = ("Naomi",)
) -> withheld.Withheld:
    return withheld.withhold(
        school.dsl.actor,
        case,
        sara_in(case),
        words={"fact": FACT, "phrases": list(phrases), "reason": "She asked for it."},
        from_kinds=kinds,
        from_people=[],
    )


def test_who_only_reads_marks_nothing(sign_in: Any, made: Made) -> None:
    head = sign_in(Role.HEAD)
    assert "Mark a fact" not in head.get(made.at("not-to-be-told")).main_text
    head.get(made.at("not-to-be-told", "new"), status=403)


def test_somebody_has_to_be_named(school: School, saved: Any, made: Made) -> None:
    with saved(), pytest.raises(NotPossible):
        fact_in(school, the_case(made), [])


def test_what_was_written_before_stays_shown(
    ruth: Browser, made: Made, saved: Any, school: School
) -> None:
    older = {"not_to_be_told": "Her father: that she has a girlfriend."}
    with saved():
        cases.change_involved(school.dsl.actor, sara_in(the_case(made)), older, "She asked.")
    for page in (
        made.at("people"),
        made.at("not-to-be-told"),
        made.at("people", made.sara, "change"),
    ):
        assert older["not_to_be_told"] in ruth.get(page).main_text, page
    change = ruth.get(made.at("people", made.sara, "change"))
    change.submit(fields={"note": "In the choir.", "reason": "New"})
    assert older["not_to_be_told"] in ruth.get(made.at("people")).main_text


# finding words in texts


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("She is with Naomi now", "naomi", True),
        ("She is with NAOMI’s sister", "Naomi", True),
        ("both girlfriends", "girlfriend", True),
        ("her girl\n  friend", "girl friend", True),
        ("her girl\u00a0friend", "girl friend", True),
        ("Zoë and", "zoe", True),
        ("Zoe\u0308 and", "Zoë", True),
        ("her ex–partner", "ex-partner", True),
        ("Na\u00adomi", "Naomi", True),
        ("D'Arcy", "D’Arcy", True),
        ("Nao", "Naomi", False),
        ("Naomie", "Naomi", False),
        ("engaged", "gay", False),
        ("anything", "", False),
    ],
)
def test_phrases_are_found_as_whole_words(text: str, phrase: str, found: bool) -> None:
    assert bool(withheld.standing_in(text, [phrase])) is found
    assert (withheld.LEFT_OUT in withheld.without(text, [phrase])) is found
    assert found or withheld.without(text, [phrase]) == text


def test_only_the_phrase_is_taken_out_of_a_text() -> None:
    text = "Straße: Naomi’s girl-friend, ﬁne. Naomi Bell"
    assert withheld.without(text, ["Naomi Bell", "naomi", "Girl-friend"]) == (
        "Straße: [left out] [left out], ﬁne. [left out]"
    )


def test_phrases_of_signs_are_signs() -> None:
    assert withheld.without("C++ (and .*)", [".*", "c++"]) == "[left out] (and [left out])"


def test_from_whom_a_fact_is_kept(school: School, saved: Any, made: Made) -> None:
    with saved():
        case = the_case(made)
        home = fact_in(school, case, ["parent"])
        both = fact_in(school, case, ["police", "school"], ("Bell",))
        one = withheld.withhold(
            school.dsl.actor,
            case,
            sara_in(case),
            words={"fact": FACT, "phrases": ["choir"], "reason": "So"},
            from_kinds=[],
            from_people=[made.mother],  # type: ignore[list-item]
        )
        facts = [home, both, one]
        assert withheld.kept_from(facts, kind="parent") == [home]
        assert withheld.kept_from(facts, kind="school", people=[made.mother]) == [both, one]  # type: ignore[list-item]
        assert withheld.kept_from(facts) == []
        # what one carer is not to be told stands in no copy that goes home
        assert withheld.kept_from_reader(facts, "parent") == [home, one]
        assert withheld.kept_from_reader(facts, "police") == [both]
        assert withheld.phrases_of([home, one]) == ["Naomi", "choir"]


# copies


def text_of(pdf: bytes) -> str:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return " ".join(" ".join(pages).split())


@pytest.fixture
def told(made: Made, saved: Any, school: School) -> list[str]:
    """The case with texts that hold the fact; gives the ids of its people."""
    with saved():
        case = the_case(made)
        fact_in(school, case, ["parent", "school"], ("Naomi", "girl friend", "choir"))
        words = "Her mother asks: is NAOMI’s sister in the\nchoir? Her girl\nfriend was there."
        cases.add_note(school.dsl.actor, case, "contact", words, factories.when())
        cases.change_involved(school.dsl.actor, sara_in(case), {"note": "Naomi knows."}, "New")
        factories.action(school, case, "Ring Naomi’s mother")
        return [str(one.id) for one in cases.people_in(case)]


def printed(browser: Browser, address: str, kind: str, people: list[str]) -> str:
    page = browser.get(address)
    fields: dict[str, Any] = {
        "purpose": "other",
        "purpose_words": "To say what Naomi said",
        "recipient_kind": kind,
        "recipient_name": "Ann O'Dea",
        "recipient_body": "At home",
    }
    if "parts" in dict(page.fields()):
        fields["people"] = people
    ready = page.submit(fields=fields, button="Make the copy").follow()
    response = browser.client.get(f"{ready.path}/file")
    assert response.status_code == 200
    return text_of(response.data)


@pytest.mark.parametrize("document", ["print", "chronology/print"])
@pytest.mark.parametrize(
    ("kind", "kept"),
    [("parent", True), ("school", True), ("police", False), ("agency", False)],
)
def test_a_copy_for_such_a_reader_has_none_of_the_words(
    ruth: Browser, made: Made, told: list[str], document: str, kind: str, kept: bool
) -> None:
    text = printed(ruth, made.at(document), kind, told)
    folded = text.casefold()
    for phrase in ("naomi", "girl friend", "choir"):
        assert (phrase in folded) is not kept, phrase
    assert (withheld.LEFT_OUT in text) is kept
    assert "Ann O'Dea" in text
    assert (FACT in text) is (kind == "police" and document == "print")


def test_the_police_are_told_whom_not_to_tell(ruth: Browser, made: Made, told: list[str]) -> None:
    text = printed(ruth, made.at("print"), "police", told)
    assert "Not to be told to: a school; a parent, carer or young person. Sara is with" in text


def test_lifted_it_stands_in_copies_again(
    ruth: Browser, made: Made, told: list[str], saved: Any, school: School
) -> None:
    with saved():
        case = the_case(made)
        withheld.lift(school.dsl.actor, withheld.facts_of(case)[0], "She has told them.")
    assert "Naomi knows." in printed(ruth, made.at("print"), "parent", told)


def test_the_reader_is_named_as_they_were_typed() -> None:
    about = Furniture(
        school="Oakfield School",
        reference="2026-0001",
        title="Chronology 2026-0001",
        printed_by="Ruth Adeyemi",
        printed_at="today",
        purpose="What Naomi Bell said",
        recipient="Mrs Bell, at home",
    )
    entry = ChronologyEntry("today", "today", "Ruth Adeyemi", "Mrs Bell rang about Naomi")
    data = Chronology(about, "Everything", (entry,))
    done = redaction.without_phrases(data, ["Bell", "Naomi"])
    assert done.furniture.purpose == "What [left out] [left out] said"
    assert done.furniture.recipient == "Mrs Bell, at home"
    assert done.entries[0].what == "Mrs [left out] rang about [left out]"


@pytest.mark.parametrize("kept", [True, False])
def test_no_paper_that_goes_out_has_the_words(
    school: School, saved: Any, made: Made, kept: bool
) -> None:
    with saved():
        case = the_case(made)
        told = factories.referral(school, case)
        item = factories.item(school, case, account="zebra_17")
        device = factories.device(school, case, make="Zebra")
        if kept:
            fact_in(school, case, ["police"], ("zebra", "zebra_17"))
        session.flush()
        people = [str(one.id) for one in cases.people_in(case)]
        asks = {"urgent": "", "asks": "Ask for ZEBRA", "enclosed": ""}
        papers_of: list[dict[str, Any]] = [
            {"document": papers.COVER, "people": people, "subject_id": told.id, "words": asks},
            {"document": papers.CONTENT, "parts": [str(item.id)]},
            {"document": device_papers.RECEIPT, "parts": ["officer"], "subject_id": device.id},
            {"document": device_papers.CUSTODY, "subject_id": device.id},
        ]
        for one in papers_of:
            known: dict[str, Any] = {"purpose": "Zebra", "parts": [], "people": []}
            known |= {"recipient_kind": "police", "recipient": "PC 4312"}
            new = casefile.NewPrint(**{**known, **one})
            copy = casefile.record_print(factories.viewer_of(school.dsl), case, new)
            session.flush()
            text = text_of(documents.prepared(case, copy)())
            assert ("zebra" in text.casefold()) is not kept, one["document"]
            assert (withheld.LEFT_OUT in text) is kept, one["document"]


def test_a_copy_that_was_numbered_before_a_fact_was_marked_is_not_handed_out(
    ruth: Browser, made: Made, told: list[str]
) -> None:
    page = ruth.get(made.at("chronology/print"))
    fields = {
        "purpose": "meeting",
        "recipient_kind": "agency",
        "recipient_name": "Ms Okafor",
        "recipient_body": "The clinic",
    }
    ready = page.submit(fields=fields, button="Make the copy").follow()
    mark(ruth, made, from_kinds=["agency"])
    ruth.get(f"{ready.path}/file", status=409)
