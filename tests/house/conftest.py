"""The furnished school, for the walkers."""

from collections.abc import Iterator

import pytest
from flask import Flask

from portal import clock
from portal.config import Config
from tests.conftest import put_up
from tests.databases import Engine
from tests.house.furnished import Furnished, furnish
from tests.house.holders import Holders, hold


@pytest.fixture
def config(engine: Engine, request: pytest.FixtureRequest) -> Config:
    needed = set(request.fixturenames)
    if "holders" in needed:
        put_holders_back(engine)
    elif "furnished" in needed:
        put_back(engine)
    else:
        put_up(engine, {"school", "second_school"} & needed)
    return engine.config


@pytest.fixture
def furnished(app: Flask, engine: Engine) -> Iterator[Furnished]:
    found: Furnished = engine.made("furnished")
    with clock.stopped_at(found.moment):
        yield found


@pytest.fixture
def holders(furnished: Furnished, engine: Engine) -> Holders:
    """The furnished school, and colleagues who hold parts of its case."""
    found: Holders = engine.made("holders")
    return found


def put_holders_back(engine: Engine) -> Holders:
    if not engine.has("holders"):
        put_back(engine)
    made: Holders = engine.stand("holders", lambda: hold(engine.config, engine.made("furnished")))
    return made


def put_back(engine: Engine) -> Furnished:
    """Put the furnished school back as it was."""
    if not engine.has("furnished"):
        put_up(engine, {"school"})
    made: Furnished = engine.stand(
        "furnished", lambda: furnish(engine.config, engine.made("schools"))
    )
    return made
