"""Every named check of the database bites: each has a change here that it refuses."""

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint, text
from sqlalchemy.exc import IntegrityError

from portal.db import Base
from tests.house.furnished import Furnished
from tests.house.tampering import holding_the_file, raw

VIOLATIONS = {
    "ck_carers_responsibility": "UPDATE carers SET responsibility = 'perhaps'",
    "ck_carers_somebody_else": "UPDATE carers SET carer_id = person_id",
    "ck_cases_audience": "UPDATE cases SET audience = 'everybody'",
    "ck_cases_closed": "UPDATE cases SET closed_at = opened_at WHERE state = 'open'",
    "ck_cases_danger": "UPDATE cases SET danger = 'some'",
    "ck_cases_state": "UPDATE cases SET state = 'paused' WHERE state = 'open'",
    "ck_closures_order": "UPDATE closures SET starts_on = '2999-01-01'",
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
    "ck_exclusions_of_something": "UPDATE exclusions SET case_id = NULL, disclosure_id = NULL",
    "ck_initial_reviews_risk": "UPDATE initial_reviews SET immediate_risk = 'some'",
    "ck_involved_sure": "UPDATE involved SET how_sure = 'surely'",
    "ck_memberships_role": "UPDATE memberships SET role = 'owner'",
    "ck_people_kind": "UPDATE people SET kind = 'alien'",
    "ck_risk_assessments_level": "UPDATE risk_assessments SET level = 'grave'",
    "ck_schools_written_unit": "UPDATE schools SET written_unit = 'weeks'",
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
    ],
)
def test_what_is_given_once_cannot_be_given_twice(
    app: Flask, furnished: Furnished, statement: str
) -> None:
    with pytest.raises(IntegrityError), raw(app) as connection:
        connection.execute(text(statement))
