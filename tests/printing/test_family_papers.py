"""The contact log and the support record on paper: what each says, and to whom."""

from dataclasses import replace

import pytest

from portal.printing import contact_log, support_record

from .family import CONTACT, GROUP, LOG, RECORD
from .reading import full_text, pages, squeezed


def test_the_log_says_what_each_side_said() -> None:
    text = full_text(contact_log.build(LOG))
    for words in (
        "Contacts between home and school",
        "This copy is for the people at home who are named below, and for nobody else.",
        "Łukasz Żółkiewski",
        "Ewa Żółkiewska (Mother)",
        "Jan Lowe (Stepfather)",
        "12 March 2026 at 16:20",
        "By telephone",
        CONTACT.we_said,
        CONTACT.they_said,
        CONTACT.done_so_far,
        CONTACT.they_ask,
        "Every week",
        "What school has done, and how he is.",
        "Left out of this copy",
    ):
        assert words in text, words


def test_the_log_for_another_body_says_that_it_is_what_was_said() -> None:
    text = full_text(contact_log.build(replace(LOG, for_household=False)))
    assert "What somebody said is recorded as said, not as fact." in text
    assert "and for nobody else. It says" not in text


def test_an_empty_log_says_so() -> None:
    text = full_text(contact_log.build(replace(LOG, contacts=(), agreements=(), left_out=())))
    assert text.count("Nothing recorded.") == 3
    assert "Left out of this copy" not in text


def test_the_tables_of_a_long_log_have_their_headings_on_every_page() -> None:
    log = replace(LOG, contacts=(replace(CONTACT, they_said="I said. " * 150),) * 60)
    printed = [squeezed(page) for page in pages(contact_log.build(log))]
    overview = [page for page in printed if "With How For the school" in page]
    assert len(overview) >= 2
    assert len(printed) > 20


@pytest.mark.parametrize("record", [RECORD, GROUP])
def test_a_support_record_says_what_is_arranged(record: support_record.SupportRecord) -> None:
    text = full_text(support_record.build(record))
    for words in (
        record.whose,
        "I want it to stop, and not to talk about it in form time.",
        "Beth O’Hara",
        "Room 14",
        "Counselling in school",
        "He will think about it.",
        "Review, 19 March 2026",
        "Better than before.",
    ):
        assert words in text, words


def test_days_views_and_sanctions_are_of_one_young_person() -> None:
    own = ("Recorded interview", "Maybe later.", "One day in the inclusion room")
    headings = ("Court and police days", "About a restorative meeting", "Sanctions")
    text, group = (full_text(support_record.build(one)) for one in (RECORD, GROUP))
    for words in (*own, *headings):
        assert words in text
        assert words not in group
    plain = full_text(support_record.build(replace(RECORD, views=(), sanctions=())))
    assert "Sanctions" not in plain
    assert "restorative" not in plain


def test_the_young_person_s_copy_speaks_to_them() -> None:
    assert "Your support at school" in full_text(support_record.build(RECORD))
    other = full_text(support_record.build(replace(RECORD, for_young_person=False)))
    assert "Your support" not in other
