"""Any form, filled with anything: 20,000 of them in a thorough run, and never a fault.

An ordinary run sends a few hundred. What a form says to each kind of nonsense is looked at in
`test_bad_input`; here only the unexpected is looked for: a 500, a trace of the code, a fault that
the test’s portal raises.
"""

from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.staff.roles import Role
from tests.databases import Engine
from tests.house.furnished import Furnished
from tests.house.test_bad_input import Trial

THOROUGH = 20_000
ORDINARY = {"sqlite": 400, "postgresql": 60}
CORNERS = [
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202eevil",
    "👩‍👧‍👦",
    "A\u030a",
    "\r\n",
    "\r",
    "\u2028",
    "'",
    '"',
    "<b>",
    "{{7*7}}",
    "%s",
    "${x}",
    "../../etc/passwd",
    "-1",
    "0",
    "1e400",
    "NaN",
    "9" * 40,
    "31",
    "29",
    "2",
    "2023",
    "0001",
    "9999",
    "24:00",
    "00:60",
    "true",
    "None",
    "[]",
    "{}",
    "0" * 36,
    "00000000-0000-0000-0000-000000000000",
    "' OR 1=1--",
    "data:image/png;base64,QUJD",
    "x" * 5000,
]
anything = st.one_of(
    st.sampled_from(CORNERS),
    st.text(max_size=40),
    st.text(st.characters(categories=["Cc", "Cf", "Cs", "Co", "Zl", "Zp"]), max_size=8),
    st.integers().map(str),
    st.dates().map(str),
)


def test_whatever_is_sent_nothing_breaks(
    app: Flask,
    engine: Engine,
    furnished: Furnished,
    pytestconfig: pytest.Config,
    record_property: Callable[[str, object], None],
) -> None:
    wanted = THOROUGH if pytestconfig.getoption("thorough") else ORDINARY[engine.name]
    trial = Trial(app, engine, furnished, Role.DSL.value, thorough=True)
    forms = trial.forms()
    sent = 0

    @settings(
        max_examples=wanted,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def check(data: st.DataObject) -> None:
        nonlocal sent
        asked = data.draw(st.sampled_from(forms), label="form")
        names = [one.name for one in asked.controls if one.name != "csrf_token"]
        chosen = data.draw(st.lists(st.sampled_from(names), max_size=6)) if names else []
        answers = {name: data.draw(anything, label=name) for name in chosen}
        extra = data.draw(st.dictionaries(st.text(max_size=8), anything, max_size=2))
        pairs = [*asked.but(answers), *extra.items()]
        trial.send(asked, pairs, repr(sorted(answers.items()))[:200])
        sent += 1

    check()
    trial.settle()
    record_property("figure", f"forms sent with anything at all: {sent}, faults: 0 ({engine.name})")
    assert sent >= wanted
