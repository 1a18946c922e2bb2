"""Fixtures for the tests of integrators: a home, telephones that ring, and scenarios. Comes with the package.

Everything runs on this machine and calls nobody. Where the home's broker is, `ANJU_TEST_BROKER` says
(`host:port`, 127.0.0.1:1883 by default); a test whose broker is not there is skipped, saying so.

    def test_our_edge_sees_a_press(home):
        home.sos()
        assert our_edge.saw("sos")
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from simulators.lapse.course import LapseCourse
    from simulators.lapse.programs import HubTape
    from simulators.street import LiveHome
    from simulators.telephones.running import RunningTelephones


@pytest.fixture
def home(request: pytest.FixtureRequest) -> Iterator[LiveHome]:
    """A simulated home whose sensors speak to a broker, now; nothing happens but what the test lets happen.

    `@pytest.mark.parametrize("home", ["tower-flat"], indirect=True)` takes another home than village-house;
    a path to a TOML file of your own will do.
    """
    from simulators.broker import BrokerAt
    from simulators.errors import BrokerError
    from simulators.home import plan
    from simulators.street import LiveHome

    at = BrokerAt.parse(os.environ.get("ANJU_TEST_BROKER", "127.0.0.1:1883"))
    living = LiveHome(plan.load(getattr(request, "param", "village-house")), at.host, at.port, resident=False)
    try:
        living.start()
    except BrokerError as error:
        pytest.skip(f"no broker for the home: {error} (name one with ANJU_TEST_BROKER)")
    yield living
    living.stop()


@pytest.fixture
def telephones() -> Iterator[RunningTelephones]:
    """Telephones behind an API like Twilio's: `url`, `account_sid` and `auth_token` are for your hub."""
    from simulators.telephones.running import RunningTelephones

    with RunningTelephones() as ringing:
        yield ringing


@pytest.fixture(scope="session")
def _lapse_hub() -> Iterator[HubTape]:
    from simulators.lapse.programs import HubTape

    with HubTape(os.environ.get("ANJU_TEST_LAPSE_DATABASE", "")) as running:
        yield running


@pytest.fixture
def scenario(request: pytest.FixtureRequest) -> Callable[[str], LapseCourse]:
    """Plays a scenario, by name or by the path of a TOML file, in time-lapse; returns its course.

    `scenario("collapse_by_day").score.passed` says whether all that had to be raised was, and nothing else.
    """

    def run(name: str) -> LapseCourse:
        from simulators.lapse.course import play
        from simulators.scenarios import script

        told = script.load(name)
        return play(told, told.plan_of(), request.getfixturevalue("_lapse_hub"))

    return run
