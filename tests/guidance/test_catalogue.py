"""The shipped data files, and what the loader refuses in a school's own."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from portal.guidance import catalogue
from portal.guidance.catalogue import GuidanceError
from portal.guidance.reading import SHIPPED
from portal.police.rules import FACT_KEYS, SCHOOLS_2019_KEYS

CHECKED = date(2026, 11, 20)


def test_the_rules_and_the_data_agree() -> None:
    schools = catalogue.default_rule_set()
    assert schools.question_keys == SCHOOLS_2019_KEYS
    assert schools.fact_keys == FACT_KEYS == catalogue.FACTS
    assert schools.many_children_threshold == 5
    assert schools is catalogue.rule_set("schools-2019")
    assert [each.code for each in catalogue.rule_sets()] == ["schools-2019", "ukcis-2024"]
    assert "live page" in catalogue.rule_set("ukcis-2024").note
    with pytest.raises(KeyError):
        catalogue.rule_set("none")


def test_questions_are_short_and_complete() -> None:
    for each in catalogue.rule_sets():
        for asked in (*each.questions, *each.facts):
            assert asked.question.endswith("?")
            assert len(asked.question) < 90
            assert asked.find_out.endswith(".")
            assert asked.help.endswith(".")
            at_home = asked.due.label == "before the child goes home"
            assert at_home is (asked.key == "at_risk")
            assert set(asked.corresponds_to) <= set(SCHOOLS_2019_KEYS)


def test_codes_that_records_and_imports_rely_on() -> None:
    behaviours = catalogue.vocabulary("behaviours")
    by_type = {each.code: {b.code for b in each.behaviours} for each in catalogue.behaviour_types()}
    assert {key: len(value) for key, value in by_type.items()} == {
        "non_consensual_sharing": 3,
        "exploitation_coercion_threats": 5,
        "sexualised_bullying": 9,
        "unwanted_sexualisation": 7,
    }
    in_a_type = set().union(*by_type.values())
    assert set(behaviours.codes) - in_a_type == {"self_generated_shared_with_consent"}
    assert {
        "shared_without_consent",
        "pressured_for_images",
        "threat_to_publish",
        "impersonation",
        "altered_images",
        "personal_information_shared",
        "bullied_for_sexual_orientation",
    } <= in_a_type
    for name, codes in {
        "worries": ["outed", "family_would_find_out", "would_be_blamed", "trouble_with_police"],
        "how_it_came": ["friend", "parent", "overheard", "noticed", "told_by_young_person"],
        "parts": ["harmed", "displayed", "witness", "other"],
        "how_sure": ["said", "admitted", "established", "unfounded"],
        "hate_elements": ["sexual_orientation"],
        "person_flags": ["social_care", "police", "send"],
        "account_kinds": ["profile", "page"],
        "continuum": ["normal", "inappropriate", "problematic", "abusive", "violent"],
        "responses": ["managed_internally", "early_help", "social_care", "police"],
        "answers": ["yes", "no", "not_known"],
    }.items():
        assert set(codes) <= set(catalogue.vocabulary(name).codes)
    assert len(catalogue.vocabulary("police_barriers").codes) == 6


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("upskirting", "taken_without_consent"),
        ("Creep shots", "taken_without_consent"),
        ("sextortion", "threat_to_publish"),
        ("blackmail", "threat_to_publish"),
        ("outed", "outing"),
        ("doxing", "personal_information_shared"),
        ("rape-threats", "sexual_threats"),
        ("recorded_sexual_assault", "recorded_sexual_assault"),
        ("Shamed for their body", "body_shaming"),
        ("nothing of the kind", None),
    ],
)
def test_find(written: str, code: str | None) -> None:
    assert catalogue.vocabulary("behaviours").find(written) == code


def test_label_and_choices() -> None:
    parts = catalogue.vocabulary("parts")
    assert parts.choices[0] == ("harmed", "Young person harmed")
    assert parts.label("displayed") == "Young person said to have displayed the behaviour"
    assert parts.label("no_longer-used") == "No longer used"
    assert "harmed" in parts
    assert "gone" not in parts


def test_directory_has_sources_dates_and_correct_numbers() -> None:
    by_code = {each.code: each for each in catalogue.directory()}
    numbers = {code: each.telephone for code, each in by_code.items()}
    assert numbers["childline"] == "0800 1111"
    assert numbers["posh"] == "0344 381 4772"
    assert numbers["report_abuse_in_education"] == "0800 136 663"
    assert numbers["nspcc"] == "0808 800 5000"
    assert numbers["papyrus"] == "0800 068 4141"
    assert numbers["victim_support"] == "0808 1689 111"
    assert numbers["the_mix"] is None
    assert {
        "iwf",
        "ceop",
        "report_remove",
        "report_harmful_content",
        "true_vision",
    } <= set(by_code)
    assert by_code["posh"].hours == "Monday to Friday, 10 am to 4 pm"
    assert by_code["posh"].email == "helpline@saferinternet.org.uk"
    assert all(each.checked == CHECKED and each.source for each in by_code.values())
    for audience in ("young_people", "parents", "staff"):
        assert any(audience in each.for_whom for each in by_code.values())


def test_the_words_a_child_is_never_called() -> None:
    for path in SHIPPED.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8").lower().replace("victim support", "")
        text = text.replace("victim_support", "").replace("www.victimsupport.org.uk", "")
        assert not re.search(r"victim|perpetrator|offender|\d ?%|per cent", text), path
        assert "'" not in text, path


def test_tips_name_services_that_exist() -> None:
    found = catalogue.tips()
    assert {
        "while_listening",
        "danger_now",
        "self_harm",
        "evidence",
        "confidentiality",
        "after_police_report",
        "police_record",
        "police_record_young_person",
        "telling_police",
        "telling_social_care",
        "police_advice_evidence",
        "evidence_hold",
        "taking_down",
        "report_remove",
        "asking_for_deletion",
        "taking_a_device",
        "searching",
        "custody",
        "imagery_seen",
        "imagery_authorised",
        "hate_report",
        "other_school",
        "knows_of_each_other",
    } <= set(found)
    assert all(each.source and each.checked >= CHECKED for each in found.values())


def own(tmp_path: Path, name: str, old: str, new: str) -> Path:
    """Copy one shipped file into a school's folder with one change."""
    target = tmp_path / name
    target.parent.mkdir(parents=True, exist_ok=True)
    text = (SHIPPED / name).read_text(encoding="utf-8")
    assert old in text
    target.write_text(text.replace(old, new, 1), encoding="utf-8")
    return tmp_path


def test_a_school_overrides_one_file_and_keeps_the_rest(tmp_path: Path) -> None:
    folder = own(tmp_path, "vocabularies.yaml", '"Young person harmed"', '"Child harmed"')
    assert catalogue.vocabulary("parts", folder).label("harmed") == "Child harmed"
    assert catalogue.vocabulary("parts").label("harmed") == "Young person harmed"
    assert catalogue.directory(folder) == catalogue.directory()
    assert len(catalogue.rule_sets(folder)) == 2


def test_a_school_adds_a_rule_set(tmp_path: Path) -> None:
    folder = own(tmp_path, "rule_sets/schools-2019.yaml", "code: schools-2019", "code: ours")
    shutil.move(folder / "rule_sets/schools-2019.yaml", folder / "rule_sets/ours.yaml")
    codes = [each.code for each in catalogue.rule_sets(folder)]
    assert codes == ["schools-2019", "ours", "ukcis-2024"]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("rule_sets/schools-2019.yaml", "    short: coercion", "    shrt: coercion", "“coercion”"),
        ("rule_sets/schools-2019.yaml", "note: >-", "nota: >-", "unknown key nota"),
        ("rule_sets/schools-2019.yaml", "- key: extreme", "- key: coercion", "used twice"),
        ("rule_sets/schools-2019.yaml", "working_days: 1", "working_weeks: 1", "due"),
        ("rule_sets/schools-2019.yaml", "[sexual_threats,", "[rude_words,", "rude_words"),
        ("rule_sets/schools-2019.yaml", "[child_under_13]", "[full_moon]", "full_moon"),
        ("rule_sets/schools-2019.yaml", "- key: pressure", "- key: pressed", "facts must be"),
        ("rule_sets/schools-2019.yaml", "code: schools-2019", "code: other", "file’s name"),
        ("rule_sets/schools-2019.yaml", "threshold: 5", "threshold: 0", "1 or more"),
        ("behaviours.yaml", "[body_shamed,", "[outing,", "used twice"),
        ("behaviours.yaml", "code: outing", "code: Outing", "small letters"),
        ("vocabularies.yaml", 'code: "yes"', "code: yes", "quotes"),
        ("vocabularies.yaml", "name: parts", "name: worries", "used twice"),
        ("vocabularies.yaml", "checked: 2026-11-20", "checked: soon", "checked"),
        ("directory.yaml", "code: nhs_111", "code: police_101", "used twice"),
        ("directory.yaml", 'telephone: "999"', "telephone: 999", "telephone"),
        ("directory.yaml", "code: nhs_111", "code: own_111", "a school gives"),
        ("directory.yaml", "sure: G", "sure: X", "sure"),
        ("tips.yaml", "[emergency]", "[fire_brigade]", "fire_brigade"),
        ("tips.yaml", "title: While", "code: While", "written twice"),
        ("tips.yaml", "tips:", "tips: [", "cannot be read"),
    ],
)
def test_a_fault_is_named_with_file_and_place(
    tmp_path: Path, name: str, old: str, new: str, said: str
) -> None:
    folder = own(tmp_path, name, old, new)
    load = catalogue.rule_sets if name not in ("tips.yaml", "directory.yaml") else catalogue.tips
    with pytest.raises(GuidanceError, match=re.escape(said)) as caught:
        load(folder)
    assert str(caught.value).startswith(f"{name}: ")
