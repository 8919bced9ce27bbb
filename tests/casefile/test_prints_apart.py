"""Papers about the whole case hold nothing of one home or of somebody left out."""

import inspect
from typing import Any

import pytest
from sqlalchemy import select

from portal.casefile import device_papers, documents, papers, service
from portal.cases import service as cases
from portal.cases.models import Case, Involved
from portal.db import session
from portal.family import service as family
from portal.family import updates
from portal.family.rules import Rhythm, Told
from portal.people.models import Carer
from portal.printing.case_summary_data import Part
from portal.support import beside, milestones
from portal.support import service as support
from tests import factories
from tests.casefile.test_printing import text_of
from tests.house.furnished_family import carer
from tests.support.conftest import SUPPORT

OF_MUM = ("Karen Hale", "CANARY mum said", "CANARY mum’s updates", "07700 900123", "12 Mill Lane")
OF_DAD = ("Sean Byrne", "CANARY dad said", "CANARY why dad is not told")
OF_OWEN = ("CANARY Owen needs", "CANARY Owen’s sanction", "CANARY Owen’s day", "CANARY Owen’s wish")
OF_SARA = ("CANARY Sara needs", "CANARY Sara’s wish")


@pytest.fixture
def homes(school: Any, saved: Any) -> Any:
    """A case in which each canary stands in what belongs to one home or to one young person."""
    with saved():
        case = factories.case(school)
        session.flush()
        sara, owen = cases.people_in(case)
        mum = carer(
            school, sara, "Karen Hale", {"relation": "Mother", "household": "Mum’s"},
            telephone="07700 900123", address="12 Mill Lane\nOX1 2AB", address_protected=True,
        )  # fmt: skip
        dad = carer(school, sara, "Sean Byrne", {"relation": "Father", "household": "Dad’s"})
        _home(school, case, sara, mum, dad)
        noted = "They moved to 12, Mill Lane (ox1 2ab), says her aunt."
        cases.add_note(school.dsl.actor, case, "contact", noted, factories.when(1))
        _support(school, case, sara, "Sara")
        _support(school, case, owen, "Owen")
        dsl, when = school.dsl.actor, factories.when(1)
        sanction = {"what": "CANARY Owen’s sanction", "beside": "Help", "reason": "Sent it"}
        beside.sanction(dsl, case, owen, when, None, sanction)
        facts = {"kind": "other", "what": "CANARY Owen’s day", "day": when.on, "support": "Ruth"}
        milestones.plan(dsl, case, owen, facts)
        return case.reference


def _home(school: Any, case: Case, sara: Involved, mum: Carer, dad: Carer) -> None:
    dsl = school.dsl.actor
    for link, said in ((mum, "CANARY mum said"), (dad, "CANARY dad said")):
        words = {"we_said": said, "telephone": link.carer.telephone}
        new = family.NewContact(
            at=factories.when(1), way="phone", reached=True, facts={}, words=words, carer=link
        )
        family.record_contact(dsl, case, sara, new)
    decided = family.NewDecision(
        Told.INFORMED,
        "She agrees",
        factories.when(1),
        told=[mum],
        not_told=[dad],
        not_told_why="CANARY why dad is not told",
    )
    family.decide(dsl, case, sara, decided)
    updates.agree(dsl, case, sara, mum, updates.NewAgreement(Rhythm.WEEK, "CANARY mum’s updates"))


def _support(school: Any, case: Case, one: Involved, name: str) -> None:
    dsl = school.dsl.actor
    support.begin(dsl, case, {**SUPPORT, "needs": f"CANARY {name} needs"}, one)
    words = {"why": f"CANARY {name}’s wish", "wider": "", "who_tells": ""}
    family.record_wish(
        dsl, case, one, wish="unsure", wants_there="yes", words=words, asked=factories.when(1)
    )


def _printed(school: Any, reference: str, document: str, kind: str, *, whom: str = "") -> str:
    case = session.scalars(select(Case).where(Case.reference == reference)).one()
    people = [str(one.id) for one in cases.people_in(case) if one.name.startswith(whom)]
    parts = [part.value for part in Part] if document == "summary" else []
    new = service.NewPrint(
        document=document, recipient_kind=kind, recipient="Somebody", purpose="Asked for",
        parts=parts, people=people,
    )  # fmt: skip
    copy = service.record_print(factories.viewer_of(school.dsl), case, new)
    session.flush()
    return text_of(documents.prepared(case, copy)())


@pytest.mark.parametrize("document", ["summary", "chronology"])
def test_no_home_stands_in_a_paper_for_a_parent(
    school: Any, saved: Any, homes: str, document: str
) -> None:
    with saved():
        text = _printed(school, homes, document, "parent", whom="Sara")
        assert document != "summary" or "Have they been told? Not said in this copy" in text
        for words in (*OF_MUM, *OF_DAD, *OF_OWEN, *OF_SARA):
            assert words not in text, words
        assert "each has a paper of its own" in text


@pytest.mark.parametrize("kind", ["agency", "school", "platform"])
def test_nor_in_a_summary_for_those_who_are_not_told_all(
    school: Any, saved: Any, homes: str, kind: str
) -> None:
    with saved():
        text = _printed(school, homes, "summary", kind, whom="Sara")
        for words in (*OF_MUM, *OF_DAD, *OF_OWEN, *OF_SARA):
            assert words not in text, words


@pytest.mark.parametrize("kind", ["parent", "school", "agency", "police"])
@pytest.mark.parametrize("document", ["summary", "chronology"])
def test_a_protected_address_is_for_those_who_are_told_all(
    school: Any, saved: Any, homes: str, document: str, kind: str
) -> None:
    """Also where somebody wrote it into a note."""
    with saved():
        text = _printed(school, homes, document, kind).casefold()
        assert ("mill lane" in text) is (kind == "police")
        assert ("ox1 2ab" in text) is (kind == "police")
        assert "says her aunt" in text
        warned = "address must not be disclosed" in text
        assert warned is (kind == "police" and document == "summary")


@pytest.mark.parametrize("kind", ["police", "social_care"])
def test_those_who_are_told_all_learn_nothing_of_somebody_left_out(
    school: Any, saved: Any, homes: str, kind: str
) -> None:
    with saved():
        text = _printed(school, homes, "summary", kind, whom="Sara")
        for words in OF_OWEN:
            assert words not in text, words
        for words in (
            "CANARY mum said", "CANARY dad said", "CANARY Sara’s wish", "Karen Hale (Mother)",
            "Have they been told? Told", "What the young person wants: Is not sure",
        ):  # fmt: skip
            assert words in text, words
        assert "each has a paper of its own" in text
        everybody = _printed(school, homes, "summary", kind)
        assert "CANARY Owen’s sanction" in everybody
        assert "each has a paper of its own" not in everybody


def test_the_other_papers_ask_nothing_of_a_home() -> None:
    """What they are made of names neither families nor support: nothing of a home is there."""
    for module in (papers, device_papers):
        source = inspect.getsource(module)
        for words in ("portal.family", "portal.support", "Carer", "entries"):
            assert words not in source
