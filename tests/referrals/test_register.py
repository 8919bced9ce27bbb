"""The register of referrals, as pages: tell, confirm, chase, answer, and the evidence hold."""

from datetime import timedelta
from typing import Any

import pytest

from portal.casefile import features
from portal.cases import content
from portal.cases import service as cases
from portal.cases.rules import Act
from portal.db import session
from portal.police import rules as police_rules
from portal.referrals import service
from portal.referrals.forms import unasked
from portal.referrals.kinds import KINDS
from tests import factories
from tests.factories import School
from tests.page import Browser
from tests.referrals.telling import TOLD, Look, Saved, due, here, item_in, plain, record, told


class TestTelling:
    def test_the_police_are_rung_from_the_call_sheet(
        self, ruth: Browser, case: str, look: Look
    ) -> None:
        sheet = ruth.get(f"/cases/{case}/call/police")
        assert "Sara O'Neill" in sheet.main_text
        assert "@oak_9b" in sheet.main_text
        page = sheet.submit(
            fields={**{k: v for k, v in TOLD.items() if k != "happened"}, **told()}, status=303
        ).follow()
        assert "LOG 214" in page.main_text
        assert "School stops its own enquiries" in page.main_text
        with look() as now:
            assert now.police_told_at is not None
            assert due(now) == {"chase"}

    @pytest.mark.parametrize("code", sorted(KINDS))
    def test_every_kind_can_be_recorded_and_read_again(
        self, ruth: Browser, school: School, saved: Saved, case: str, look: Look, code: str
    ) -> None:
        changes: dict[str, Any] = {}
        for one in KINDS[code].details:
            if one.vocabulary:
                changes[f"detail_{one.code}"] = "religion"
            elif one.choices:
                changes[f"detail_{one.code}"] = one.choices[0][0]
            else:
                changes[f"detail_{one.code}"] = f"Own words of {one.code}"
        if KINDS[code].takes_down:
            with saved(), here(case) as now:
                item = item_in(now, school)
                session.flush()
                content.release_named(school.dsl.actor, now, [item], "Harmless", factories.when(0))
                changes["items"] = [str(item.id)]
        page = record(ruth, case, code, **changes)
        for one in KINDS[code].details:
            assert one.label in page.main_text
        assert KINDS[code].label in page.h1
        listed = ruth.get(f"/cases/{case}/referrals")
        assert "West Midlands Police" in listed.main_text

    def test_parents_are_never_left_blank(self, ruth: Browser, case: str) -> None:
        page = ruth.get(f"/cases/{case}/referrals/new/police")
        words = {**{k: v for k, v in TOLD.items() if k not in {"happened", "parents"}}, **told()}
        again = page.submit(fields=words, status=422)
        assert "Say whether the parents or carers know of it" in again.errors().values()
        again = again.submit(fields={"parents": "no", "parents_why": " "}, status=422)
        assert "Write why the parents or carers do not know of it" in again.errors().values()
        assert "LOG 214" in again.text or "LOG 214" in str(again.fields())

    def test_social_care_is_owed_in_writing_by_the_local_rule(
        self, ruth: Browser, case: str, look: Look
    ) -> None:
        page = record(
            ruth, case, "social_care", detail_consent="not_asked", detail_consent_words="At risk"
        )
        assert "To be confirmed in writing by" in page.main_text
        with look() as now:
            [one] = service.referrals_of(now)
            assert one.written_due_at is not None
            assert one.written_due_at - one.made_at == timedelta(hours=24)
            assert due(now) == {"chase", "written"}
        page = page.click("It is confirmed in writing")
        page = page.submit(fields={**told(0, "00:00"), "said": "Their form"}, status=303).follow()
        assert "Confirmed in writing" in page.main_text
        with look() as now:
            assert due(now) == {"chase"}

    def test_writing_before_telling_is_refused_at_its_field(self, ruth: Browser, case: str) -> None:
        page = ruth.get(f"/cases/{case}/referrals/new/police")
        words = {k: v for k, v in TOLD.items() if k != "happened"}
        early = {**words, **told(1), **told(2, name="written")}
        again = page.submit(fields=early, status=422)
        assert "It cannot have been confirmed before they were told" in again.errors().values()


class TestAfterwards:
    def test_an_answer_before_it_was_made_is_refused(self, ruth: Browser, case: str) -> None:
        page = record(ruth, case, "police").click("They answered")
        again = page.submit(fields={**told(5), "said": "They ring back."}, status=422)
        assert "This cannot be before they were first told" in again.errors().values()
        assert "They ring back." in again.text

    def test_an_answer_with_outcome_21_ends_the_waiting(
        self, ruth: Browser, case: str, look: Look
    ) -> None:
        page = record(ruth, case, "police").click("They answered")
        page = page.submit(
            fields={**told(0, "00:00"), "said": "Closed.", "outcome": "outcome_21"}, status=303
        ).follow()
        assert "Answered: Outcome 21" in page.main_text
        with look() as now:
            assert due(now) == set()

    def test_no_answer_is_expected_only_after_asking_again(self, ruth: Browser, case: str) -> None:
        page = record(ruth, case, "other_school", detail_shared="That a pupil of theirs follows it")
        where = page.path
        assert "No answer is expected any more" not in page.main_text
        form = ruth.get(f"{where}/no-answer")
        again = form.submit(fields={**told(0, "00:00"), "said": "They will not write."}, status=422)
        assert any("Ask them again at least once" in each for each in again.errors().values())
        assert "They will not write." in again.text
        asked = ruth.get(where).click("Ask again")
        page = asked.submit(fields={**told(0, "00:00"), "said": "No reply"}, status=303).follow()
        form = page.click("No answer is expected any more")
        page = form.submit(
            fields={**told(0, "00:00"), "said": "They will not write."}, status=303
        ).follow()
        assert "No answer expected" in page.main_text

    def test_each_body_is_told_of_the_other(self, ruth: Browser, case: str) -> None:
        record(ruth, case, "police")
        record(ruth, case, "true_vision", body="True Vision", how="online_form",
               detail_characteristic="sexual_orientation")  # fmt: skip
        page = ruth.get(f"/cases/{case}/referrals")
        assert "West Midlands Police does not know yet of True Vision" in page.main_text
        assert "True Vision does not know yet of West Midlands Police" in page.main_text
        for _ in range(2):
            page = ruth.get(f"/cases/{case}/referrals")
            where = next(href for words, href in page.links() if words.startswith("They were told"))
            form = ruth.get(where)
            other = form.fields()
            box = next(control.get("value", "") for control in form.all("input", name="others"))
            assert other
            form.submit(fields={**told(0, "00:00"), "others": [box]}, status=303)
        assert "each was told of every other" in ruth.get(f"/cases/{case}/referrals").main_text

    def test_a_correction_keeps_the_older_version(self, ruth: Browser, case: str) -> None:
        page = record(ruth, case, "police", detail_crime_reference="20/1")
        form = page.click("Correct what was written")
        page = form.submit(
            fields={"detail_crime_reference": "20/12345", "reason": "Misread"}, status=303
        ).follow()
        assert "20/12345" in page.main_text
        assert "20/1\n" not in page.main_text
        assert "20/1" in page.click("Older versions").main_text


class TestTheHold:
    def test_a_held_item_is_not_reported_from_any_address(
        self, ruth: Browser, school: School, saved: Saved, case: str, look: Look
    ) -> None:
        with saved(), here(case) as now:
            item = str(item_in(now, school).id)
        for code in ("platform", "iwf", "report_harmful_content"):
            page = ruth.get(f"/cases/{case}/referrals/new/{code}?items={item}")
            assert "Held as evidence" in page.main_text
            left_out = {"happened", "how", *unasked(KINDS[code])}
            words = {k: v for k, v in TOLD.items() if k not in left_out}
            again = page.submit(fields={**words, **told(), "items": [item]}, status=422)
            assert any("Held as evidence" in each for each in again.errors().values())
            assert "They need proof" in again.text
        with look() as now:
            assert service.referrals_of(now) == []
            assert content.items_of(now)[0].state == "live"

    def test_what_was_reported_already_is_recorded_all_the_same(
        self, ruth: Browser, school: School, saved: Saved, case: str, look: Look
    ) -> None:
        with saved(), here(case) as now:
            item = str(item_in(now, school).id)
        record(ruth, case, "platform", items=[item], already="yes", body="Instagram")
        with look() as now:
            assert content.items_of(now)[0].state == "reported"
            assert (
                "before it could be held back"
                in content.history_of(content.items_of(now)[0])[-1].words
            )

    def test_the_police_open_the_hold_for_what_they_name(
        self, ruth: Browser, school: School, saved: Saved, case: str, look: Look
    ) -> None:
        with saved(), here(case) as now:
            named, other = (str(item_in(now, school).id) for _ in range(2))
        page = record(ruth, case, "police", detail_officer="DC Okafor", detail_collar="4471")
        form = page.click("Record what they advise on evidence")
        assert "DC Okafor" in str(form.fields())
        page = form.submit(
            fields={
                **told(0, "00:00"),
                "keep": "Her telephone",
                "effect": "opens",
                "items": [named],
                "may_ask_onward": "yes",
                "devices-0-device": "Jordan’s telephone",
            },
            status=303,
        ).follow()
        assert "What was named may be deleted or taken down" in page.main_text
        with look() as now:
            held = {str(one.id) for one in content.held(now, content.items_of(now), Act.DELETE)}
            assert held == {other}
            assert now.asking_agreed == "yes"
            assert due(now) == {"chase", "device_hold"}
            later = content.held(now, [item_in(now, school)], Act.DELETE)
            assert later, "what is found later begins held"

    def test_keeping_everything_ticks_nothing(
        self, ruth: Browser, school: School, saved: Saved, case: str, look: Look
    ) -> None:
        with saved(), here(case) as now:
            item = str(item_in(now, school).id)
        form = record(ruth, case, "police").click("Record what they advise on evidence")
        sent = {
            **told(0, "00:00"),
            "who": "DC Okafor",
            "keep": "Everything",
            "effect": "keeps",
            "may_ask_onward": "not_said",
        }
        again = form.submit(fields={**sent, "items": [item]}, status=422)
        assert any("leave all of these unticked" in each for each in again.errors().values())


class TestTheCase:
    def test_it_is_decided_to_refer_and_nobody_was_told(
        self, ruth: Browser, school: School, saved: Saved, case: str, look: Look
    ) -> None:
        with saved(), here(case) as now:
            factories.decision(school, now)
        assert "Nothing says yet that they were told" in ruth.get(f"/cases/{case}").main_text
        assert "nothing says that they were told" in ruth.get(f"/cases/{case}/close").main_text
        record(ruth, case, "police")
        page = ruth.get(f"/cases/{case}")
        assert "West Midlands Police: ask again" in page.main_text
        closing = ruth.get(f"/cases/{case}/close").main_text
        assert "West Midlands Police has not answered" in closing

    def test_the_chronology_counts_what_it_shows(
        self, ruth: Browser, school: School, saved: Saved, case: str, look: Look
    ) -> None:
        record(ruth, case, "police")
        page = record(ruth, case, "social_care", detail_consent="agreed")
        page.click("Ask again").submit(fields={**told(0, "00:00"), "said": "No"}, status=303)
        with look() as now:
            number = len(features.entries(now))
        assert f"{number} entries" in ruth.get(f"/cases/{case}").main_text

    def test_across_cases_costs_the_same_with_much_in_it(
        self, ruth: Browser, school: School, saved: Saved, case: str, look: Look, statements: Any
    ) -> None:
        def some(number: int) -> None:
            with saved(), here(case) as now:
                for count in range(number):
                    service.make_referral(school.dsl.actor, now, plain(f"Body {count}"))
                    session.flush()

        some(1)
        ruth.get("/referrals")
        with statements() as few:
            ruth.get("/referrals")
        some(59)
        with statements() as many:
            page = ruth.get("/referrals")
        assert few.count == many.count <= 6, "\n".join(many.texts)
        assert "Newer ones" in page.main_text
        assert "Body" in page.click("Newer ones").main_text

    def test_foreign_ids_are_not_there(
        self, ruth: Browser, school: School, saved: Saved, case: str, look: Look
    ) -> None:
        with saved():
            elsewhere = factories.case(school)
            session.flush()
            other = service.make_referral(school.dsl.actor, elsewhere, plain("Elsewhere"))
            item = item_in(elsewhere, school)
            ids = str(other.id), str(item.id)
        ruth.get(f"/cases/{case}/referrals/{ids[0]}", status=404)
        ruth.get(f"/cases/{case}/referrals/new/platform?items={ids[1]}", status=404)
        ruth.get(f"/cases/{case}/referrals/new/platform?items=nonsense", status=404)


def test_choices_of_the_police(saved: Saved, school: School) -> None:
    """Refer and told are two things: a decision alone tells nobody."""
    with saved():
        case = factories.case(school)
        factories.decision(school, case, choice=police_rules.Choose.REFER)
        assert cases.people_in(case)
        assert case.police_told_at is None
