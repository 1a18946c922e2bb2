"""Every scenario in time-lapse, through the real agent and the real hub: what must be raised is, in time,
and nothing else. Whatever was raised tells its numbers, in both languages.

All share one hub, which forgets everything between them; a day passes in about two seconds.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulators.lapse.course import play
from simulators.lapse.programs import AgentTape, HubTape
from simulators.scenarios import script as scripts
from tests.numbers_told import tells_its_numbers
from tests.postgres import run_sql, with_database


@pytest.fixture(scope="module")
def hub(postgres: str) -> Iterator[HubTape]:
    run_sql(postgres, "create database lapse")
    with HubTape(with_database(postgres, "lapse")) as running:
        yield running
    run_sql(postgres, "drop database lapse with (force)")


@pytest.fixture(scope="module")
def agent() -> Iterator[AgentTape]:
    with AgentTape() as running:
        yield running


@pytest.mark.parametrize("name", scripts.names())
def test_it_is_judged_as_it_should_be(name: str, hub: HubTape, agent: AgentTape) -> None:
    script = scripts.load(name)
    course = play(script, script.plan_of(), hub, agents=[agent])
    assert course.score.passed, course.figures()
    assert course.messages > 0
    for alert in course.alerts:
        assert alert.reason is not None
        tells_its_numbers(alert.reason, script.plan_of().zone, alert.triggered_at)
