"""Every named check of the database bites: each has a change here that it refuses."""

import re
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal.db import Base
from tests.house.furnished import Furnished
from tests.house.tampering import holding_the_file, raw

VIOLATIONS = {
    "ck_carers_may_contact": "UPDATE carers SET may_contact = 'perhaps'",
    "ck_carers_responsibility": "UPDATE carers SET responsibility = 'perhaps'",
    "ck_carers_somebody_else": "UPDATE carers SET carer_id = person_id",
    "ck_cases_asking_agreed": "UPDATE cases SET asking_agreed = 'perhaps'",
    "ck_cases_audience": "UPDATE cases SET audience = 'everybody'",
    "ck_cases_closed": "UPDATE cases SET closed_at = opened_at WHERE state = 'open'",
    "ck_cases_danger": "UPDATE cases SET danger = 'some'",
    "ck_cases_evidence_advice": "UPDATE cases SET evidence_advice = 'forgets'",
    "ck_cases_state": "UPDATE cases SET state = 'paused' WHERE state = 'open'",
    "ck_closures_order": "UPDATE closures SET starts_on = '2999-01-01'",
    "ck_containment_steps_result": "UPDATE containment_steps SET result = 'shrugged'",
    "ck_content_changes_state": "UPDATE content_changes SET state = 'lost'",
    "ck_content_items_release": "UPDATE content_items SET release = 'quietly'",
    "ck_content_items_state": "UPDATE content_items SET state = 'lost'",
    "ck_countersignatures_somebody": "UPDATE countersignatures SET member_id = NULL",
    "ck_covers_order": "UPDATE covers SET starts_on = '2999-01-01'",
    "ck_custody_moves_kind": "UPDATE custody_moves SET kind = 'lost'",
    "ck_custody_moves_number": "UPDATE custody_moves SET number = number - 9",
    "ck_device_content_choice": "UPDATE device_content SET choice = 'viewed'",
    "ck_device_searches_agreement": "UPDATE device_searches SET agreement = 'perhaps'",
    "ck_device_searches_found": "UPDATE device_searches SET found = 'some'",
    "ck_device_searches_parent_told": "UPDATE device_searches SET parent_told = 'perhaps'",
    "ck_devices_how": "UPDATE devices SET how = 'seized'",
    "ck_directory_entries_for_whom": "UPDATE directory_entries SET for_whom = 'cats'",
    "ck_directory_entries_own": "UPDATE directory_entries SET own = true, name = NULL",
    "ck_disclosure_replies_kind": "UPDATE disclosure_replies SET kind = 'advice'",
    "ck_disclosures_audience": "UPDATE disclosures SET audience = 'everybody'",
    "ck_disclosures_state": "UPDATE disclosures SET state = 'deleted'",
    "ck_due_actions_settled": "UPDATE due_actions SET settled_at = due_at WHERE state = 'open'",
    "ck_due_actions_state": "UPDATE due_actions SET state = 'late', settled_at = due_at",
    "ck_emergency_accesses_finding": (
        "UPDATE emergency_accesses SET finding = 'dull', reviewed_at = until"
    ),
    "ck_emergency_accesses_reviewed": "UPDATE emergency_accesses SET finding = NULL",
    "ck_emergency_accesses_somebody_else": "UPDATE emergency_accesses SET reviewed_by = member_id",
    "ck_evidence_advice_effect": "UPDATE evidence_advice SET effect = 'forgets'",
    "ck_evidence_advice_may_ask_onward": "UPDATE evidence_advice SET may_ask_onward = 'perhaps'",
    "ck_exclusions_of_something": "UPDATE exclusions SET case_id = NULL, disclosure_id = NULL",
    "ck_family_contacts_agreed": "UPDATE family_contacts SET agreed_with_child = 'perhaps'",
    "ck_family_contacts_blames": "UPDATE family_contacts SET blames = 'perhaps'",
    "ck_family_contacts_present": "UPDATE family_contacts SET child_present = 'perhaps'",
    "ck_family_wishes_wants_there": "UPDATE family_wishes SET wants_there = 'perhaps'",
    "ck_family_wishes_wish": "UPDATE family_wishes SET wish = 'shrugs'",
    "ck_grants_part": "UPDATE grants SET part = 'police'",
    "ck_handovers_state": "UPDATE handovers SET state = 'lost'",
    "ck_imagery_viewings_kind": "UPDATE imagery_viewings SET kind = 'curious'",
    "ck_initial_reviews_risk": "UPDATE initial_reviews SET immediate_risk = 'some'",
    "ck_involved_sure": "UPDATE involved SET how_sure = 'surely'",
    "ck_memberships_role": "UPDATE memberships SET role = 'owner'",
    "ck_milestones_state": "UPDATE milestones SET state = 'lost'",
    "ck_people_kind": "UPDATE people SET kind = 'alien'",
    "ck_plan_editions_kind": "UPDATE plan_editions SET kind = 'lost'",
    "ck_plan_people_voice": "UPDATE plan_people SET voice = 'dog'",
    "ck_plan_signatures_how": "UPDATE plan_signatures SET how = 'in sand'",
    "ck_plan_steps_state": "UPDATE plan_steps SET state = 'lost'",
    "ck_plan_voices_how": "UPDATE plan_voices SET how = 'by post'",
    "ck_plans_ended": "UPDATE plans SET ended_at = NULL WHERE state = 'ended'",
    "ck_plans_outcome": "UPDATE plans SET outcome = NULL WHERE state = 'ended'",
    "ck_plans_state": "UPDATE plans SET state = 'lost' WHERE state = 'draft'",
    "ck_referral_events_kind": "UPDATE referral_events SET kind = 'forgotten'",
    "ck_referrals_nature": "UPDATE referrals SET nature = 'gossip'",
    "ck_referrals_parents": "UPDATE referrals SET parents = ''",
    "ck_referrals_state": "UPDATE referrals SET state = 'forgotten'",
    "ck_restorative_views_answer": "UPDATE restorative_views SET answer = 'shrugs'",
    "ck_risk_assessments_level": "UPDATE risk_assessments SET level = 'grave'",
    "ck_role_requests_decided": "UPDATE role_requests SET agreed = true WHERE decided_at IS NULL",
    "ck_role_requests_role": "UPDATE role_requests SET role = 'staff'",
    "ck_role_requests_somebody_else": (
        "UPDATE role_requests SET agreed = true, decided_at = written_at, decided_by = asked_by"
    ),
    "ck_schools_written_unit": "UPDATE schools SET written_unit = 'weeks'",
    "ck_support_offers_answer": "UPDATE support_offers SET answer = 'shrugs'",
    "ck_support_reviews_outcome": "UPDATE support_reviews SET outcome = 'shrugs'",
    "ck_update_agreements_every": "UPDATE update_agreements SET every = 'decade'",
    "ck_wish_people_standing": "UPDATE wish_people SET standing = 'perhaps'",
    "ck_wishes_how": "UPDATE wishes SET how = 'by post'",
    "ck_young_views_view": "UPDATE young_views SET view = 'shrugs'",
}


def test_each_check_has_a_violation() -> None:
    named = {
        str(one.name)
        for table in Base.metadata.sorted_tables
        for one in table.constraints
        if isinstance(one, CheckConstraint)
    }
    assert named == set(VIOLATIONS)


def test_every_code_of_a_check_fits_into_its_column() -> None:
    """SQLite takes longer words than a column says; PostgreSQL does not."""
    narrow = []
    for table in Base.metadata.sorted_tables:
        for check in table.constraints:
            found = re.fullmatch(r"(\w+) IN \((.*)\)", str(getattr(check, "sqltext", "")))
            if found is not None:
                longest = max(len(code) for code in re.findall(r"'([^']*)'", found[2]))
                if table.c[found[1]].type.length < longest:  # type: ignore[attr-defined]
                    narrow.append(f"{table.name}.{found[1]}")
    assert narrow == []


def test_each_violation_is_refused(app: Flask, furnished: Furnished) -> None:
    for name, statement in VIOLATIONS.items():
        # the triggers on custody rows refuse every change before the checks are asked
        opened = holding_the_file if name.startswith("ck_custody") else raw
        with pytest.raises(IntegrityError, match=name), opened(app) as connection:
            connection.execute(text(statement))


def test_ids_must_lead_somewhere(app: Flask, furnished: Furnished) -> None:
    """Foreign keys are on in every connection that the portal itself opens."""
    with (
        pytest.raises(IntegrityError),
        app.extensions["database"].transaction() as own,
    ):
        own.execute(text("UPDATE involved SET case_id = '00000000000000000000000000000009'"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases SET reference = 'the same'",
        "UPDATE disclosures SET reference = 'the same'",
        "UPDATE members SET username_lookup = (SELECT username_lookup FROM members LIMIT 1)",
        "UPDATE sign_ins SET secret_hash = (SELECT secret_hash FROM sign_ins LIMIT 1)",
        "INSERT INTO step_marks SELECT * FROM step_marks",
        "UPDATE directory_entries SET code = 'posh'",
        "UPDATE people SET upn_lookup = (SELECT seal_lookup FROM devices "
        "WHERE seal_lookup IS NOT NULL LIMIT 1)",
        "UPDATE custody_moves SET number = 1",
        "UPDATE wishes SET number = 1",
        "UPDATE plan_editions SET number = 1, plan_id = (SELECT id FROM plans LIMIT 1)",
        "UPDATE plan_voices SET person_id = (SELECT person_id FROM plan_voices LIMIT 1)",
        "UPDATE plan_signatures SET person_id = (SELECT person_id FROM plan_signatures LIMIT 1), "
        "edition_id = (SELECT edition_id FROM plan_signatures LIMIT 1)",
    ],
)
def test_what_is_given_once_cannot_be_given_twice(
    app: Flask, furnished: Furnished, statement: str
) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)unique"), holding_the_file(app) as connection:
        connection.execute(text(statement))


NEXT = "(SELECT max(number) FROM custody_moves m WHERE m.device_id = custody_moves.device_id)"
LAST = f"SELECT * FROM custody_moves WHERE number = {NEXT} LIMIT 1"


@pytest.mark.parametrize(
    ("ahead", "told"), [(0, "next of its device"), (2, "next of its device"), (1, "")]
)
def test_a_custody_row_is_the_next_of_its_device(
    app: Flask, furnished: Furnished, ahead: int, told: str
) -> None:
    """Neither a second row with a number nor a gap, whoever holds the connection."""
    with raw(app) as connection:
        row = dict(connection.execute(text(LAST)).mappings().one())
        row |= {"number": row["number"] + ahead, "id": _another(app)}
        adding = text(f"INSERT INTO custody_moves ({', '.join(row)}) VALUES (:{', :'.join(row)})")
        if not told:
            connection.execute(adding, row)
            return
        with pytest.raises(DBAPIError, match=told):
            connection.execute(adding, row)
        connection.rollback()


def _another(app: Flask) -> object:
    made = uuid4()
    return made.hex if app.extensions["portal"].is_sqlite else made


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE custody_moves SET kind = 'remark'",
        "UPDATE custody_moves SET number = number + 1",
        "UPDATE custody_moves SET to_whom_sealed = from_whom_sealed",
        "DELETE FROM custody_moves",
        f"DELETE FROM custody_moves WHERE number = {NEXT}",
    ],
)
def test_the_database_itself_refuses_to_change_a_chain_of_custody(
    app: Flask, furnished: Furnished, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="never"), raw(app) as connection:
        connection.execute(text(statement))


def test_a_chain_of_custody_cannot_be_emptied(app: Flask, furnished: Furnished) -> None:
    if app.extensions["portal"].is_sqlite:
        return  # it knows no TRUNCATE
    with pytest.raises(DBAPIError, match="never"), raw(app) as connection:
        connection.execute(text("TRUNCATE custody_moves CASCADE"))
