"""Every column that can hold words is sealed, or stands here with the reason why it is not.

A new column in plain text fails this test until somebody has written down why it may be plain.
"""

import re
from pathlib import Path

import psycopg
from flask import Flask
from sqlalchemy import JSON, Column, LargeBinary, String

from portal.db import Base
from portal.vault.records import Record
from tests.house.furnished import Furnished

PLAIN = {
    "codes of a list that the product gives": """
        assessments.answers assessments.facts assessments.outcome assessments.rule_set
        assessments.rule_set_version carers.may_contact carers.responsibility case_events.kind
        case_notes.kind
        cases.asking_agreed cases.audience cases.behaviours cases.danger cases.decision
        cases.evidence_advice cases.hate_elements cases.not_needed cases.outcome cases.overlaps
        cases.responses handovers.form handovers.state
        cases.state cases.types containment_steps.kind containment_steps.result
        content_changes.state content_items.kind content_items.release content_items.state
        custody_moves.kind
        data_keys.kind device_content.choice device_searches.agreement device_searches.found
        device_searches.of_what device_searches.parent_told device_searches.searcher_sex
        devices.grounds devices.how devices.states
        decisions.choice decisions.kind directory_entries.code directory_entries.for_whom
        disclosure_additions.how disclosure_replies.kind
        disclosures.audience disclosures.behaviours disclosures.danger disclosures.hate_elements
        disclosures.how disclosures.know_reported disclosures.overlaps disclosures.self_harm
        disclosures.state disclosures.told_dsl disclosures.types disclosures.viewed
        disclosures.wants_presence due_actions.kind due_actions.state due_actions.subject
        family_contacts.agreed_with_child family_contacts.blames family_contacts.child_present
        family_contacts.way family_wishes.wants_there family_wishes.wish
        evidence_advice.effect evidence_advice.may_ask_onward imagery_viewings.kind
        initial_reviews.immediate_risk initial_reviews.referral_needed initial_reviews.tell_outside
        initial_reviews.urgent_removal initial_reviews.viewing_needed installation.mode
        involved.how_sure involved.parts journal.role journal.subject_table journal.verb
        memberships.role online_profiles.kind online_profiles.private people.kind prints.document
        emergency_accesses.finding emergency_accesses.role grants.part role_requests.role
        security_notices.kind sign_ins.second_how
        prints.parts prints.recipient_kind protective_steps.kind reference_counters.kind
        referral_events.kind referral_events.outcome referrals.how referrals.kind referrals.nature
        referrals.outcome referrals.parents referrals.state risk_assessments.level
        risk_assessments.responses step_marks.step update_agreements.every young_views.view
        wishes.how wish_people.standing withheld_facts.from_kinds
        plan_editions.kind plan_people.voice plan_signatures.how plan_steps.state plan_voices.how
        plans.outcome plans.review_every plans.state
        milestones.kind milestones.state restorative_views.answer support_offers.answer
        support_offers.kind support_offers.service support_reviews.outcome supports.review_every
        supports.told_every""",
    "a time of day": """
        plan_editions.happened_time wishes.happened_time
        case_notes.happened_time containment_steps.happened_time content_changes.happened_time
        custody_moves.happened_time decisions.happened_time
        device_content.happened_time device_searches.happened_time
        disclosure_additions.happened_time
        disclosures.happened_time disclosures.learnt_time disclosures.told_dsl_time
        evidence_advice.happened_time
        family_contacts.happened_time family_wishes.happened_time
        imagery_viewings.happened_time incidents.happened_time initial_reviews.happened_time
        protective_steps.happened_time referral_events.happened_time referrals.happened_time
        referrals.written_time risk_assessments.happened_time schools.day_ends schools.day_starts
        young_views.explained_time young_views.happened_time
        milestones.at_time restorative_meetings.happened_time restorative_views.happened_time
        sanctions.happened_time support_offers.happened_time support_reviews.happened_time""",
    "the families of a browser and its system, as “Chrome on Windows”": """
        known_devices.label security_notices.detail sign_ins.device_label""",
    "what a passkey shows to everybody, and what it must sign next": """
        passkeys.credential_id passkeys.public_key sign_ins.challenge""",
    "the moments at which recovery codes were used": """
        recovery_codes.used""",
    "ids of other records of the same case": """
        containment_steps.content evidence_advice.opened referrals.content referrals.knows_of
        restorative_meetings.involved restorative_meetings.views withheld_facts.from_people""",
    "the word that the settings of single sign-on have for a provider": """
        identities.provider""",
    "a reference of the school’s own, without a name in it": """
        cases.reference disclosures.reference""",
    "an address of the portal, which carries no names": """
        form_sheets.address form_sheets.answer""",
    "the school itself, as it is printed on letters": """
        schools.dsl_phone schools.lado_phone schools.name schools.nation schools.prefix
        schools.school_email schools.school_phone schools.social_care_day
        schools.social_care_email schools.social_care_form schools.social_care_hours
        schools.social_care_name schools.social_care_night schools.written_unit""",
    "a helpline or service, which the help page tells everybody who works here": """
        directory_entries.email directory_entries.hours directory_entries.name
        directory_entries.note directory_entries.purpose directory_entries.telephone
        directory_entries.text_message directory_entries.web""",
    "a closure of the school, which everybody is told": """
        closures.label""",
    "a hash that nobody can turn back": """
        devices.seal_lookup form_sheets.digest journal.hash journal.previous_hash
        journal_head.hash journal_head.seal
        factor_resets.code_hash identities.lookup invitations.secret_hash recovery_codes.hashes
        known_devices.secret_hash spent_states.state_hash
        members.email_lookup members.password_hash members.pin_hash members.username_lookup
        online_profiles.handle_lookup people.upn_lookup prints.journal_hash sign_ins.secret_hash
        throttles.bucket""",
    "sealed or wrapped, though not a sealed attribute": """
        data_keys.wrapped installation.key_check journal.reason journal.snapshot""",
}
ALLOWED = {name: reason for reason, names in PLAIN.items() for name in names.split()}


def can_hold_words(column: Column[object]) -> bool:
    return isinstance(column.type, (String, JSON, LargeBinary))


def sealed() -> set[str]:
    return {
        f"{mapper.class_.__tablename__}.{attribute.column}"
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Record)
        for attribute in mapper.class_.sealed_attributes.values()
    }


def test_every_column_of_words_is_sealed_or_has_its_reason() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if can_hold_words(column)
    }
    unexplained = columns - sealed() - set(ALLOWED)
    assert not unexplained, f"neither sealed nor explained: {sorted(unexplained)}"
    assert not set(ALLOWED) - columns, f"no longer there: {sorted(set(ALLOWED) - columns)}"
    assert not sealed() & set(ALLOWED)


def test_every_type_of_column_is_known() -> None:
    """A type that this inventory has not met could hold words without its noticing."""
    known = {"Integer", "BigInteger", "Boolean", "Date", "UtcDateTime", "Uuid", "LargeBinary"}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            name = type(column.type).__name__
            assert name in {*known, "String", "JSON"}, f"{table.name}.{column.name} is {name}"


CANARIES = (
    "Sara O'Neill",
    "Owen Price",
    "only sent it to him",
    "She was shaking",
    "Room 14",
    "oak_9b",
    "gone home with",
    "Ruth Adeyemi",
    "Beth O’Hara",
    "D'Arcy",
    "Ring her mother back",
    "afraid of her father",
    "It happened twice",
    "Is her aunt",
    "heron lamp orchard",
    "target",
    "brum_beef",
    "still_held",
    "instagram.example",
    "Instagram",
    "Imrie",
    "GH-90217",
    "Cabinet 2",
    "WM-5520",
    "356938035643809",
    "Samsung",
    "LOG 214",
    "Okafor",
    "spreading",
    "A tablet",
    "Everything on the telephone",
    "separate lessons",
    "open page",
    "Offered and declined",
    "A film of a fight",
    "The bus",
    "As it was",
)


def test_no_word_of_a_case_lies_in_the_database_as_it_was_written(
    app: Flask, furnished: Furnished, tmp_path: Path
) -> None:
    """What somebody finds who steals the database: its file on SQLite, every row on PostgreSQL."""
    stolen = everything_in(app)
    for canary in CANARIES:
        for written in (canary, canary.replace("’", "\\u2019"), canary.encode().hex()):
            assert not re.search(re.escape(written.encode()), stolen), canary
    assert b"Oakfield School" in stolen  # the search would find plain words


def everything_in(app: Flask) -> bytes:
    config = app.extensions["portal"]
    if config.sqlite_file is not None:
        return bytes(config.sqlite_file.read_bytes())
    found = []
    url = config.database_url.replace("+psycopg", "", 1)
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for table in Base.metadata.sorted_tables:
            with cursor.copy(f"COPY {table.name} TO STDOUT (FORMAT binary)") as rows:
                found += [bytes(part) for part in rows]
    return b"".join(found)
