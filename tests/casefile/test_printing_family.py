"""Prints about one young person, through the pages: who may get what, and what stays out."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.casefile.forms_family import ELSEWHERE, MUST_NOT
from portal.casefile.models import Print
from portal.cases import service as cases
from portal.cases import withheld
from portal.cases.models import Case
from portal.db import session
from portal.family import service as family
from portal.people import service as people
from portal.people.models import Carer
from portal.staff.roles import Role
from portal.support import beside, service
from portal.support.models import Support
from tests import factories
from tests.casefile.test_printing import text_of
from tests.house.furnished_family import carer
from tests.support.conftest import SUPPORT as FACTS

SECRET = "sees a girlfriend"
PROTECTED = "12 Mill Lane"


@dataclass(frozen=True)
class Made:
    """Sara, whose parents live apart; Owen and his mother; a contact with each of them."""

    reference: str
    sara: str
    owen: str
    mum: str
    dad: str
    gran: str
    lucy: str
    contact: str
    support: str
    group: str

    def log(self, whose: str = "") -> str:
        return f"/cases/{self.reference}/family/{whose or self.sara}/log/print"

    def record(self, support: str = "") -> str:
        return f"/cases/{self.reference}/support/{support or self.support}/print"


@pytest.fixture
def made(school: Any, saved: Any) -> Made:
    with saved():
        case = factories.case(school)
        session.flush()
        sara, owen = cases.people_in(case)
        mum = carer(
            school, sara, "Karen Hale", {"relation": "Mother", "household": "Mum’s"},
            telephone="07700 900123", address=f"{PROTECTED}\nOakfield\nOX1 2AB",
            address_protected=True,
        )  # fmt: skip
        dad = carer(
            school, sara, "Sean Byrne", {"relation": "Father", "household": "Dad’s"},
            telephone="07700 900456", address="4 Hill Rise\nOX4 4XX",
        )  # fmt: skip
        gran = carer(school, sara, "Ann O'Dea", {"relation": "Gran"}, may_contact="no")
        lucy = carer(school, owen, "Lucy Price", {"relation": "Mother"}, telephone="07700 900789")
        withheld.withhold(
            school.dsl.actor,
            case,
            sara,
            words={"fact": "She has a girlfriend", "phrases": ["girlfriend"], "reason": "Fear"},
            from_kinds=["parent"],
            from_people=[],
        )
        contacts = [
            _contact(school, case, sara, mum, "Mum rang about Sean Byrne and Owen Price."),
            _contact(
                school,
                case,
                sara,
                dad,
                f"Karen Hale, {PROTECTED}, 07700-900 123, rang Oakfield School.",
            ),
            _contact(school, case, sara, None, "The neighbour rang.", who="Jean Vex"),
            _contact(school, case, owen, lucy, "Lucy said it was Sara O'Neill."),
        ]
        support, group = _support(school, case, sara, owen)
        session.flush()
        return Made(
            case.reference,
            *(str(one.id) for one in (sara, owen, mum, dad, gran, lucy, contacts[1])),
            support=str(support.id),
            group=str(group.id),
        )


def _contact(
    school: Any, case: Case, one: Any, link: Carer | None, said: str, who: str = ""
) -> Any:
    new = family.NewContact(
        at=factories.when(1),
        way="phone",
        reached=True,
        facts={"blames": "yes", "agreed_with_child": "no"},
        words={
            "we_said": f"{said} She {SECRET}.",
            "they_said": f"{link.carer.full_name if link else who} was upset.",
            "help_offered": "A family helpline was offered.",
            "against_wish": "INTERNAL why against the wish",
            "who": who,
        },
        carer=link,
    )
    return family.record_contact(school.dsl.actor, case, one, new)


def _support(school: Any, case: Case, sara: Any, owen: Any) -> tuple[Support, Support]:
    dsl = school.dsl.actor
    facts = {**FACTS, "needs": f"Away from Owen Price. She {SECRET}. Lives at {PROTECTED}."}
    support = service.begin(dsl, case, facts, sara)
    group = service.begin(dsl, case, {**FACTS, "group": "Form 9C", "needs": "Owen Price’s"}, None)
    words = {"own_words": "Only with my gran there.", "conditions": "", "told": "It is voluntary"}
    beside.record_view(dsl, case, sara, "agrees", factories.when(1), words)
    sanction = {"what": "Two days in Room 3", "beside": "A named adult", "reason": "He sent it"}
    beside.sanction(dsl, case, owen, factories.when(1), None, sanction)
    return support, group


def fetched(browser: Any, path: str, **fields: Any) -> str:
    ready = browser.get(path).submit(fields=fields, button="Make the copy", status=303).follow()
    response = browser.client.get(f"{ready.path}/file")
    assert response.status_code == 200
    for name in ("Hale", "Byrne", "Sara", "Price"):
        assert name not in response.headers["Content-Disposition"]
    return text_of(response.data)


def to_dad(made: Made, **changes: Any) -> dict[str, Any]:
    return {
        "household": made.dad,
        "recipient_kind": "parent",
        "reader": made.dad,
        "purpose": "asked",
        **changes,
    }


# The contact log


def test_a_log_holds_one_household(made: Made, sign_in: Any) -> None:
    text = fetched(sign_in(Role.DSL), made.log(), **to_dad(made))
    for words in (
        "Sara O'Neill",
        "Sean Byrne (Father)",
        "By telephone",
        "[left out]",
        "upset",
        "rang Oakfield School.",
    ):
        assert words in text, words
    for words in (
        "Karen", "Hale", "Mill Lane", "900 123", "900123", "OX1", "Owen", "Price", "girlfriend",
        "Mum rang", "neighbour", "Jean", "Lucy", "helpline", "INTERNAL", "blame",
    ):  # fmt: skip
        assert words not in text, words
    assert "Number of contacts 1" in text


def test_the_school_s_own_copy_names_what_it_leaves_out(made: Made, sign_in: Any) -> None:
    fields = {"household": made.mum, "recipient_kind": "own_file", "purpose": "own_file"}
    text = fetched(sign_in(Role.DSL), made.log(), **fields)
    for words in (
        "A family helpline was offered.",
        "Do they blame the young person Yes",
        "The school’s own file",
        SECRET,
        "1 contact with somebody who belongs to no household of the young person",
        "passages are not for this copy",
    ):
        assert words in text, words
    for words in ("Sean", "Byrne", "Owen", "Price", "Jean", "neighbour", "Mill Lane", "INTERNAL"):
        assert words not in text, words


def test_the_page_says_what_will_be_left_out_and_where(made: Made, sign_in: Any) -> None:
    browser = sign_in(Role.DSL)
    page = browser.get(made.log())
    assert "passages name somebody or something that is not for this household" in page.main_text
    links = [href for words, href in page.links() if words.startswith("Contact of ")]
    assert f"/cases/{made.reference}/family/contacts/{made.contact}" in links
    assert len(links) == 2
    browser.get(links[0])


def test_a_household_can_be_asked_for(made: Made, sign_in: Any) -> None:
    browser = sign_in(Role.DSL)
    assert browser.get(f"{made.log()}?household={made.dad}").fields()["household"] == made.dad
    for senseless in (made.lucy, "nonsense", ""):
        assert "household" not in browser.get(f"{made.log()}?household={senseless}").fields()


def test_no_copy_of_one_household_goes_to_another(made: Made, sign_in: Any) -> None:
    page = sign_in(Role.DSL).get(made.log())
    refused = page.submit(fields=to_dad(made, household=made.mum), status=422)
    assert refused.errors() == {"reader": ELSEWHERE}
    assert refused.fields()["reader"] == made.dad
    refused = page.submit(fields=to_dad(made, reader=None), status=422)
    assert refused.errors() == {"reader": "Choose who at home gets it"}


def test_nothing_is_made_out_to_somebody_who_must_not_be_contacted(
    made: Made, sign_in: Any
) -> None:
    page = sign_in(Role.DSL).get(made.log())
    fields = to_dad(made, household=made.gran, reader=made.gran)
    assert page.submit(fields=fields, status=422).errors() == {"reader": MUST_NOT}


@pytest.mark.parametrize("field", ["household", "reader"])
def test_posts_of_what_the_page_does_not_offer_are_refused(
    made: Made, sign_in: Any, saved: Any, field: str
) -> None:
    """The mother of another child, and an id of nobody, sent by hand."""
    browser = sign_in(Role.DSL)
    for foreign in (made.lucy, made.sara, "00000000-0000-0000-0000-000000000000", "x"):
        fields = {**browser.get(made.log()).fields(), **to_dad(made, **{field: foreign})}
        refused = browser.post(made.log(), fields, status=422)
        assert set(refused.errors()) & {"household", "reader"}
    with saved():
        assert session.scalars(select(Print)).first() is None


def test_another_body_is_named(made: Made, sign_in: Any) -> None:
    fields = {"household": made.mum, "recipient_kind": "social_care", "purpose": "social_care"}
    browser = sign_in(Role.DSL)
    refused = browser.get(made.log()).submit(fields=fields, status=422)
    assert set(refused.errors()) == {"recipient_name", "recipient_body"}
    fields |= {"recipient_name": "J. Lane", "recipient_body": "Oakshire front door"}
    assert "J. Lane, Oakshire front door" in fetched(browser, made.log(), **fields)


def test_foreign_ids_are_not_there(made: Made, school: Any, saved: Any, sign_in: Any) -> None:
    with saved():
        other = factories.case(school).reference
    browser = sign_in(Role.DSL)
    for path in (made.log(), made.record()):
        browser.get(path.replace(made.reference, other), status=404)
    browser.get(made.log(made.mum), status=404)
    browser.get(made.record(made.sara), status=404)


@pytest.mark.parametrize("role", [Role.STAFF, Role.GOVERNOR, Role.ADMIN])
def test_others_do_not_print(made: Made, sign_in: Any, role: Role) -> None:
    browser = sign_in(role)
    for path in (made.log(), made.record()):
        browser.get(path, status=(403, 404))


@pytest.mark.parametrize("moved", ["household", "person", "joined"])
def test_a_copy_is_out_of_date_when_the_household_changes(
    made: Made, school: Any, saved: Any, sign_in: Any, moved: str
) -> None:
    browser = sign_in(Role.DSL)
    page = browser.get(made.log())
    ready = page.submit(fields=to_dad(made), button="Make the copy", status=303).follow()
    with saved():
        link = session.scalars(select(Carer).where(Carer.id == UUID(made.dad))).one()
        mum = session.scalars(select(Carer).where(Carer.id == UUID(made.mum))).one()
        if moved == "household":
            people.change_carer(school.dsl.actor, mum, {"household": "Dad’s"}, "They moved in")
        elif moved == "person":
            details = {"telephone": "07700 900999"}
            people.change_person(school.dsl.actor, mum.carer, details, "A new number")
        else:
            child = people.get_person(school.id, link.person_id)
            grown = factories.person(school, people.PersonKind.CARER, "Rita Vex")
            session.flush()
            people.add_carer(school.dsl.actor, child, grown, {"household": "Dad’s"})
    again = browser.get(ready.path)
    assert "The record has changed since this copy was made." in again.main_text
    assert again.link("Print a new copy") == made.log()
    browser.get(f"{ready.path}/file", status=409)


def test_without_carers_there_is_nothing_to_print(
    made: Made, school: Any, saved: Any, sign_in: Any
) -> None:
    with saved():
        other = factories.case(school)
        session.flush()
        path = f"/cases/{other.reference}/family/{cases.people_in(other)[0].id}/log/print"
    page = sign_in(Role.DSL).get(path)
    assert "No parent or carer is recorded" in page.main_text


# The support record


def test_support_on_paper_for_the_young_person(made: Made, sign_in: Any) -> None:
    fields = {"recipient_kind": "young_person", "purpose": "asked"}
    text = fetched(sign_in(Role.DSL), made.record(), **fields)
    for words in ("Your support at school", "Away from [left out]", "Only with my gran there."):
        assert words in text, words
    for words in ("Owen", "Price", "girlfriend", "Mill Lane", "OX1", "Room 3"):
        assert words not in text, words


@pytest.mark.parametrize(
    ("kind", "named"),
    [("parent", False), ("school", False), ("social_care", True), ("own_file", True)],
)
def test_names_of_others_are_for_those_who_may_know(
    made: Made, sign_in: Any, kind: str, named: bool
) -> None:
    fields = {
        "recipient_kind": kind,
        "purpose": "meeting",
        "reader": made.dad if kind == "parent" else None,
        "recipient_name": "J. Lane",
        "recipient_body": "Oakshire",
    }
    text = fetched(sign_in(Role.DSL), made.record(), **fields)
    assert ("Owen Price" in text) is named
    assert ("girlfriend" in text) is (kind != "parent")
    assert "Mill Lane" not in text
    assert "Two days in Room 3" not in text


def test_the_record_of_a_group_does_not_go_home(made: Made, sign_in: Any) -> None:
    browser = sign_in(Role.DSL)
    page = browser.get(made.record(made.group))
    assert "The young person" not in page.main_text
    sent = {**page.fields(), "recipient_kind": "parent", "purpose": "asked", "reader": made.mum}
    assert "recipient_kind" in browser.post(page.path, sent, status=422).errors()
    fields = {"recipient_kind": "school", "purpose": "asked"}
    fields |= {"recipient_name": "J. Lane", "recipient_body": "Ashdown School"}
    text = fetched(browser, made.record(made.group), **fields)
    assert "Form 9C" in text
    assert "Owen" not in text


def test_a_print_of_support_leads_back_to_itself(
    made: Made, school: Any, saved: Any, sign_in: Any
) -> None:
    browser = sign_in(Role.DSL)
    fields = {"recipient_kind": "own_file", "purpose": "own_file"}
    ready = browser.get(made.record()).submit(fields=fields, button="Make the copy").follow()
    assert "Support record" in ready.main_text
    with saved():
        case = session.scalars(select(Case).where(Case.reference == made.reference)).one()
        cases.add_note(school.dsl.actor, case, "other", "Something new", None)
    again = browser.get(ready.path)
    assert again.link("Print a new copy") == made.record()
    browser.get(f"{ready.path}/file", status=409)


def test_a_page_costs_the_same_with_more_households(
    made: Made, school: Any, saved: Any, sign_in: Any, statements: Any
) -> None:
    browser, counted = sign_in(Role.DSL), []
    for _ in range(2):
        counts = []
        for path in (made.log(), made.record()):
            browser.get(path)
            with statements() as sent:
                browser.get(path)
            counts.append(sent.count)
        counted.append(counts)
        with saved():
            case = session.scalars(select(Case).where(Case.reference == made.reference)).one()
            sara = cases.people_in(case)[0]
            for number in range(4):
                more = carer(school, sara, f"Rita Vex{number}", {"relation": "Aunt"})
                for _ in range(3):
                    _contact(school, case, sara, more, "Karen Hale rang.")
    assert counted[0] == counted[1]
