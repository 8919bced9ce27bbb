"""What the case-wide records add to the chronology."""

from portal.cases import actions, entries
from portal.cases import service as cases
from tests import factories


def lines(case):
    return {(one.kind, one.title): one for one in entries.entries(case)}


def test_each_record_has_its_line(app, saved, school):
    with saved():
        case = factories.case(school)
        factories.other_decision(school, case)
        action = factories.action(school, case)
        actions.settle_action(school.head.actor, action, "done", "She will come in.")
        note = cases.add_note(school.dsl.actor, case, "told", "He rang.", factories.when(3))
        cases.withdraw_note(school.dsl.actor, note, "Wrong case")
        factories.exclude(school, case, school[factories.Role.DEPUTY])
        factories.journal.settle(factories.session)

        found = lines(case)

        assert ("case", "Case opened") in found
        assert ("person", "In this case: Sara O'Neill") in found
        assert ("incident", "Incident") in found
        assert ("account", "Account or address: Snapchat @oak_9b") in found
        assert ("evidence", "Evidence exists") in found
        assert ("decision", "Decision: Separate lessons?") in found
        assert found["action", "Done: Ring her mother back"].by == school.head.id
        assert found["action", "To do: Ring her mother back"].by == school.dsl.id
        told = found["note", "Somebody told us something"]
        assert told.withdrawn
        assert told.is_late
        assert told.record is note


def test_access_says_that_but_not_whose(app, saved, school):
    with saved():
        case = factories.case(school)
        shut = factories.exclude(school, case, school[factories.Role.DEPUTY])

        line = lines(case)["access", "Access to this case was changed"]

        assert (line.text, line.record) == ("", None)
        assert shut.reason not in repr(line)


def test_police_decisions_are_left_to_the_police_feature(app, saved, school):
    with saved():
        case = factories.case(school)
        factories.decision(school, case)

        assert not [one for one in entries.entries(case) if one.kind == "decision"]


def test_lines_are_in_the_order_of_time(app, saved, school):
    with saved():
        case = factories.case(school)

        moments = [one.moment for one in entries.entries(case)]

        assert moments == sorted(moments)
