"""Every page of the case-wide records: it opens, and only for those who may see the case."""

from types import SimpleNamespace
from uuid import uuid4

import pytest

from portal.cases import actions, decisions
from portal.cases import service as cases
from portal.cases.models import (
    CaseNote,
    Decision,
    EvidenceItem,
    Exclusion,
    Incident,
    Involved,
    OnlineProfile,
)
from portal.staff.roles import Role
from tests import factories

NAME = "Łukasz Żółkiewski"
BRACES = "{{7*7}}"


@pytest.fixture
def case(saved, school):
    """A case with one of everything, as plain values."""
    with saved():
        made = factories.case(school)
        pupil = factories.pupil(school, NAME)
        cases.involve(school.dsl.actor, made, person=pupil, parts=["witness"], words={})
        unknown = cases.involve(
            school.dsl.actor, made, person=None, parts=["displayed"], words={"description": "A boy"}
        )
        action = factories.action(school, made)
        decision = factories.decision(school, made)
        entry = cases.add_note(school.dsl.actor, made, "told", "Her mother rang.", None)
        shut = factories.exclude(school, made, school[Role.PASTORAL])
        return SimpleNamespace(
            id=made.id,
            at=f"/cases/{made.reference}",
            pupil=pupil.id,
            unknown=unknown.id,
            involved=next(one.id for one in cases.people_in(made) if one.person_id == pupil.id),
            action=action.id,
            decision=decision.id,
            note=entry.id,
            shut=shut.id,
            profile=cases.records_of(made, OnlineProfile)[0].id,
            incident=cases.records_of(made, Incident)[0].id,
            evidence=cases.records_of(made, EvidenceItem)[0].id,
            viewing=cases.add_viewing(school.dsl.actor, made, None, {"who": "Mr O’Hara"}).id,
        )


@pytest.fixture
def other(saved, school):
    """Another case of the same school."""
    with saved():
        made = factories.case(school)
        factories.action(school, made)
        return f"/cases/{made.reference}"


def reading(case):
    """The addresses that everybody who sees the case may read."""
    return [
        "/people", "/accounts", "/incidents", "/evidence", "/viewings", "/actions", "/decisions",
        f"/decisions/{case.decision}", "/access", "/looks", f"/versions/cases/{case.id}",
        f"/versions/involved/{case.involved}", f"/versions/case_notes/{case.note}",
        f"/versions/due_actions/{case.action}", f"/versions/decisions/{case.decision}",
        f"/versions/exclusions/{case.shut}",
    ]  # fmt: skip


def working(case):
    """The addresses for those who work on the case."""
    return [
        "/about", "/people/add", f"/people/add/{case.pupil}", "/people/add-new/pupil",
        "/people/add-new/colleague", "/people/add-unknown", f"/people/{case.involved}/change",
        f"/people/{case.unknown}/identify", f"/people/{case.unknown}/identify/{case.pupil}",
        f"/people/{case.unknown}/identify-new/pupil", "/accounts/new", f"/accounts/{case.profile}",
        "/incidents/new", f"/incidents/{case.incident}", "/evidence/new",
        f"/evidence/{case.evidence}", "/viewings/new/accidental", "/viewings/new/authorised",
        f"/viewings/{case.viewing}", "/actions/new",
        f"/actions/{case.action}/settle", f"/actions/{case.action}/move", "/notes/new",
        f"/notes/{case.note}/correct", f"/notes/{case.note}/withdraw", "/decisions/new",
        "/steps/risk", "/access/shut-out", "/access/lead", f"/access/{case.shut}/lift",
    ]  # fmt: skip


def children(case):
    """The addresses of records that belong to this case and to no other."""
    return [path for path in [*reading(case), *working(case)] if "-" in path and len(path) > 40]


def test_every_page_opens_for_the_dsl(case, sign_in):
    browser = sign_in(Role.DSL)

    for path in [*reading(case), *working(case)]:
        browser.get(case.at + path)


def test_head_reads_but_does_not_work_on_the_case(case, sign_in):
    browser = sign_in(Role.HEAD)

    for path in reading(case):
        browser.get(case.at + path)
    for path in working(case):
        browser.get(case.at + path, status=403)


@pytest.mark.parametrize("role", [Role.STAFF, Role.PASTORAL, Role.GOVERNOR, Role.ADMIN])
def test_case_does_not_exist_for_others(case, sign_in, role):
    browser = sign_in(role)

    for path in [*reading(case), *working(case)]:
        browser.get(case.at + path, status=404)


def test_excluded_lead_finds_nothing(case, saved, school, sign_in):
    browser = sign_in(Role.DEPUTY)
    browser.get(case.at + "/people")
    with saved():
        row = cases.session.get(cases.Case, case.id)
        factories.exclude(school, row, school[Role.DEPUTY])

    for path in [*reading(case), *working(case)]:
        browser.get(case.at + path, status=404)


def test_records_of_another_case_are_not_found(case, other, sign_in):
    browser = sign_in(Role.DSL)
    browser.get(other + "/people")
    of_people = f"/people/add/{case.pupil}"  # somebody of the school may be added to any case

    for path in children(case):
        if path != of_people:
            browser.get(other + path, status=404)


def test_unknown_tables_and_kinds_are_not_found(case, sign_in):
    browser = sign_in(Role.DSL)

    for path in (
        f"/versions/members/{uuid4()}",
        f"/versions/people/{case.pupil}",
        f"/versions/nothing/{uuid4()}",
        "/steps/nothing",
        "/people/add-new/nobody",
        "/nothing",
    ):
        browser.get(case.at + path, status=404)


def test_titles_carry_no_names(case, sign_in):
    browser = sign_in(Role.DSL)

    for path in [*reading(case), *working(case)]:
        page = browser.get(case.at + path)
        for name in ("Łukasz", "Sara", "Owen"):
            assert name not in page.title, path


def test_two_colleagues_changing_one_part_lose_nothing(case, sign_in, school):
    mine, theirs = sign_in(Role.DSL), sign_in(Role.DEPUTY)
    path = f"{case.at}/people/{case.involved}/change"
    first, second = mine.get(path), theirs.get(path)

    first.submit(note="Was at the back of the bus.", reason="He told us")
    page = second.submit(note="Was not on the bus.", reason="Driver says so", status=409)

    assert "Was at the back of the bus." in page.text
    assert "Was not on the bus." in page.text
    assert "Was at the back" in mine.get(case.at + "/people").text


@pytest.mark.parametrize(
    ("path", "mine", "theirs"),
    [
        ("accounts/{profile}", {"whose": "Owen’s, we think"}, {"whose": "Nobody knows"}),
        ("incidents/{incident}", {"what": "Sent once"}, {"what": "Sent twice"}),
        ("evidence/{evidence}", {"where_held": "Cabinet 2"}, {"where_held": "Cabinet 3"}),
        ("notes/{note}/correct", {"words": "She rang at 9."}, {"words": "She rang at 10."}),
    ],
)
def test_conflicts_show_both_texts(case, sign_in, path, mine, theirs):
    address = f"{case.at}/{path.format(**vars(case))}"
    first, second = sign_in(Role.DSL).get(address), sign_in(Role.DEPUTY).get(address)

    first.submit(**mine, reason="Clearer")
    page = second.submit(**theirs, reason="Clearer", status=409)

    assert next(iter(mine.values())) in page.text
    assert next(iter(theirs.values())) in page.text


def test_older_versions_show_the_older_text_and_the_reason(case, sign_in):
    browser = sign_in(Role.DSL)
    form = browser.get(f"{case.at}/notes/{case.note}/correct")
    form.submit(words="Her father rang.", reason="I mixed them up")

    page = browser.get(f"{case.at}/versions/case_notes/{case.note}")

    assert "Before: Her mother rang. After: Her father rang." in page.main_text
    assert "I mixed them up" in page.main_text
    assert "by Ruth Adeyemi" in page.main_text


def test_names_and_words_come_back_letter_for_letter(case, sign_in):
    browser = sign_in(Role.DSL)
    form = browser.get(case.at + "/people/add-new/elsewhere")
    form.submit(full_name=BRACES, parts=["witness"], how_sure="said", words_for_self="<b>me</b>")

    page = browser.get(case.at + "/people")

    assert BRACES in page.written()
    assert NAME in page.written()
    assert "<b>me</b>" in page.written()


def test_a_case_page_lists_the_cases_of_a_person(case, other, sign_in, saved, school):
    assert case.at in sign_in(Role.DSL).get(f"/people/{case.pupil}/cases").html
    with saved():
        row = cases.session.get(cases.Case, case.id)
        factories.exclude(school, row, school[Role.DEPUTY])

    page = sign_in(Role.DEPUTY).get(f"/people/{case.pupil}/cases")

    assert case.at not in page.html


def test_looks_say_who_looked_and_what_was_done(case, sign_in):
    sign_in(Role.HEAD).get(case.at + "/people")

    page = sign_in(Role.DSL).get(case.at + "/looks")

    assert "Alan Crane, Head" in page.main_text
    assert "Opened the case" in page.main_text


def test_about_takes_the_kind_with_the_behaviour(case, sign_in, saved):
    browser = sign_in(Role.DSL)
    form = browser.get(case.at + "/about")
    form.submit(behaviours_sexualised_bullying=["impersonation"], danger="no", reason="It came up")

    with saved():
        row = cases.session.get(cases.Case, case.id)
        assert row.types == ["non_consensual_sharing", "sexualised_bullying"]
        assert row.behaviours == ["shared_without_consent", "impersonation"]
    versions = browser.get(f"{case.at}/versions/cases/{case.id}").main_text
    assert "It came up" in versions


def test_about_needs_a_reason(case, sign_in):
    page = sign_in(Role.DSL).get(case.at + "/about").submit(danger="yes", status=422)

    assert page.errors() == {"reason": "Say why you are changing this"}


def test_entries_are_kept_on_paper_with_their_writer(case, sign_in, saved):
    form = sign_in(Role.DSL).get(case.at + "/notes/new")
    page = form.submit(kind="told", words="She came at break.", paper=True, status=422)
    assert page.errors() == {"on_paper": "Say who wrote it on paper"}

    page.submit(on_paper="Mrs O’Hara, blue folder", happened=factories.when(2))

    with saved():
        row = cases.session.get(cases.Case, case.id)
        entry = cases.records_of(row, CaseNote)[-1]
        assert (entry.on_paper, entry.happened) == ("Mrs O’Hara, blue folder", factories.when(2))


def test_withdrawn_entry_cannot_be_corrected(case, sign_in):
    browser = sign_in(Role.DSL)
    path = f"{case.at}/notes/{case.note}"
    browser.get(path + "/withdraw").submit(reason="Wrong case")

    browser.get(path + "/correct", status=409)


def test_actions_are_planned_moved_and_settled(case, sign_in, school, saved):
    browser = sign_in(Role.DSL)
    form = browser.get(case.at + "/actions/new")
    wrong = form.submit(what="Ring the bus company", owner="", status=422)
    assert set(wrong.errors()) == {"owner", "due_on"}
    wrong.submit(owner_name="Mrs Pell", due_on=factories.when(-2).on, due_time="15:30")

    listed = browser.get(case.at + "/actions")
    assert "Mrs Pell" in listed.main_text
    move = browser.get(f"{case.at}/actions/{case.action}/move")
    move.submit(owner=school.head.id, due_on=factories.when(-1).on, reason="Ruth is away")
    settle = browser.get(f"{case.at}/actions/{case.action}/settle")
    settle.submit(state="done", result="She will come in on Friday.")

    page = browser.get(case.at + "/actions")
    assert page.main_text.index("Ring the bus company") < page.main_text.index("Alan Crane")
    assert "She will come in on Friday." in page.main_text
    browser.get(f"{case.at}/actions/{case.action}/settle", status=409)


def test_late_actions_say_so(case, saved, school, sign_in):
    with saved():
        row = cases.session.get(cases.Case, case.id)
        due = factories.when(2).moment
        actions.plan_action(
            school.dsl.actor, row, kind="by_hand", what="Ring", due_at=due, owner_id=None
        )

    page = sign_in(Role.DSL).get(case.at + "/actions")

    late = [page.words(one) for one in page.all("span", class_="portal-due__when--late")]
    assert late in (["1 day late"], ["2 days late"])


def test_decision_in_words_is_recorded_and_shown(case, sign_in, saved):
    form = sign_in(Role.DSL).get(case.at + "/decisions/new")
    shown = form.submit(
        question="Do we tell the parents today?",
        chosen="Not today",
        reason="Her father frightens her.",
        advice_from="Front door",
        advice_reference="FD-7",
    ).follow()

    assert "Not today" in shown.main_text
    assert "FD-7" in shown.main_text
    with saved():
        row = cases.session.get(cases.Case, case.id)
        assert decisions.decisions_of(row, "other")[0].chosen == "Not today"


def test_decision_without_its_second_person_is_red(case, saved, sign_in):
    with saved():
        cases.session.get(Decision, case.decision).needs_second = True
        decisions.note(factories.MACHINE, "needs a second person", cases.session.get(
            Decision, case.decision
        ))  # fmt: skip

    page = sign_in(Role.HEAD).get(f"{case.at}/decisions/{case.decision}")

    assert "This decision does not stand yet" in page.main_text
    assert page.link("Enter the second person’s word").endswith("/countersign")


def test_step_is_marked_as_not_needed_and_taken_up_again(case, sign_in, saved):
    browser = sign_in(Role.DSL)
    browser.get(case.at + "/steps/risk").submit(reason="Another school leads")
    with saved():
        assert cases.session.get(cases.Case, case.id).not_needed == ["risk"]

    again = browser.get(case.at + "/steps/risk")
    assert "Another school leads" in again.main_text
    again.submit(reason="They handed it back")

    with saved():
        assert cases.session.get(cases.Case, case.id).not_needed == []


def test_nobody_lifts_their_own_exclusion(case, saved, school, sign_in):
    with saved():
        row = cases.session.get(cases.Case, case.id)
        own = factories.exclude(school, row, school.dsl).id

    sign_in(Role.DSL).get(f"{case.at}/access/{own}/lift", status=404)
    deputy = sign_in(Role.DEPUTY)
    deputy.get(f"{case.at}/access/{own}/lift").submit(reason="It was her namesake")

    sign_in(Role.DSL).get(case.at + "/people")
    with saved():
        row = cases.session.get(Exclusion, own)
        with pytest.raises(cases.NotPossible):
            cases.lift_exclusion(school.dsl.actor, row, "Let me in")


def test_present_lead_is_shut_out_only_after_handing_over(case, school, sign_in):
    browser = sign_in(Role.DEPUTY)
    form = browser.get(case.at + "/access/shut-out")
    page = form.submit(member=school.dsl.id, reason="Her niece", status=422)
    assert "Give the case to another lead first" in page.summary()[0]

    browser.get(case.at + "/access/lead").submit(lead=school[Role.DEPUTY].id, reason="Her niece")
    form = browser.get(case.at + "/access/shut-out")
    form.submit(member=school.dsl.id, reason="Her niece").follow()

    sign_in(Role.DSL).get(case.at + "/people", status=404)


def test_somebody_shut_out_cannot_be_given_the_case(case, saved, school, sign_in):
    with saved():
        row = cases.session.get(cases.Case, case.id)
        factories.exclude(school, row, school[Role.DEPUTY])

    page = sign_in(Role.DSL).get(case.at + "/access/lead")

    assert "Tom Whitlock" not in page.main_text
    assert "Alan Crane" in page.main_text


def test_last_one_who_can_work_on_the_case_stays(case, saved, school, sign_in):
    browser = sign_in(Role.DSL)
    browser.get(case.at + "/access/lead").submit(lead=school.head.id, reason="Away")
    browser.get(case.at + "/access/shut-out").submit(member=school.dsl.id, reason="Her niece")
    deputy = sign_in(Role.DEPUTY)

    deputy.get(case.at + "/access/shut-out").submit(member=school[Role.DEPUTY].id, reason="Aunt")

    sign_in(Role.HEAD).get(case.at + "/about")  # whoever leads may work on it


def test_colleague_added_to_the_case_is_shut_out_of_it(case, school, sign_in):
    deputy = sign_in(Role.DEPUTY)
    deputy.get(case.at + "/people")
    form = sign_in(Role.DSL).get(case.at + "/people/add-new/colleague")
    form.submit(
        full_name="Tom Whitlock", member_id=school[Role.DEPUTY].id, parts=["other"], how_sure="said"
    )

    deputy.get(case.at + "/people", status=404)


def test_somebody_not_known_is_identified_from_the_list(case, saved, school, sign_in):
    with saved():
        found = factories.pupil(school, "Zoë Ashworth", form_group="10B").id
    browser = sign_in(Role.DSL)
    page = browser.get(f"{case.at}/people/{case.unknown}/identify").submit(words="zoe", status=200)
    assert "zoe" not in page.path
    page.click("Choose Zoë Ashworth").submit()

    with saved():
        assert cases.session.get(Involved, case.unknown).person_id == found
    browser.get(f"{case.at}/people/{case.unknown}/identify", status=409)
    versions = browser.get(f"{case.at}/versions/involved/{case.unknown}").main_text
    assert "Zoë Ashworth" in versions


def test_somebody_in_the_case_already_is_not_offered_twice(case, sign_in):
    browser = sign_in(Role.DSL)
    page = browser.get(case.at + "/people/add").submit(words="lukasz", status=200)

    assert "In this case already" in page.main_text
    browser.get(f"{case.at}/people/{case.unknown}/identify/{case.pupil}").submit(status=409)


def test_evidence_pages_say_why_no_image(case, sign_in):
    browser = sign_in(Role.DSL)

    for path in ("/evidence", "/evidence/new", "/viewings", "/viewings/new/accidental"):
        assert "The portal takes no picture and no film" in browser.get(case.at + path).text
