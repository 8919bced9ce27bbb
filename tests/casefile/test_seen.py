"""Records that are read for showing: they open as ever and cannot be changed."""

from typing import Any

import pytest
from sqlalchemy.orm.exc import UnmappedInstanceError

from portal.cases import seen
from portal.cases import service as cases
from portal.db import session
from portal.police.overview import overview
from tests import factories


def test_what_is_seen_reads_as_the_record_itself(school: Any, saved: Any) -> None:
    with saved():
        case = factories.case(school)
        factories.pupil(school, "Anna Seen")
        for shown, kept in zip(seen.people(case), cases.people_in(case), strict=True):
            assert (shown.id, shown.name, shown.parts) == (kept.id, kept.name, kept.parts)
            assert shown.words_for_self == kept.words_for_self
        answered = factories.checklist(school, case, at_risk="yes")
        factories.decision(school, case, answered)
        session.flush()
        now = overview(case)
        assert now.newest is not None
        assert (now.newest.id, now.newest.outcome) == (answered.id, answered.outcome)
        assert now.newest.notes == answered.notes
        assert now.decision is not None
        assert now.decision.stands


def test_what_is_seen_cannot_be_changed_and_lacks_what_was_not_read(
    school: Any, saved: Any
) -> None:
    with saved():
        case = factories.case(school)
        action = factories.action(school, case)
        session.flush()
        found = seen.AllOf(*seen.READS)(case)
        [shown] = [one for one in seen.open_actions(found) if one.id == action.id]
        assert shown.what == action.what
        with pytest.raises(AttributeError):
            shown.state = "done"
        with pytest.raises(AttributeError):
            shown.what = "Something else"
        with pytest.raises(UnmappedInstanceError):
            str(shown.result)
        with pytest.raises(UnmappedInstanceError):
            session.add(shown)
