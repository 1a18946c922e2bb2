"""While nobody knows whether a provider took a call, no other one calls: the telephone must ring once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.escalation import engine
from hub.notify.carriers import Carriers
from hub.notify.sender import ABANDONED, Sender
from simulators.telephones.faults import CreateFault, Faults
from simulators.telephones.person import OnCall
from tests.hub_rig import PRESSES_1
from tests.two_carriers import NOWHERE, TwoCarriers, two_carriers
from tests.village import DAUGHTER, fall

PRESSES_1_LATE = OnCall(does="answer", after=4, keys=((2.0, "1"),))


@pytest.fixture
def town(database: str, tmp_path: Path) -> Iterator[TwoCarriers]:
    with two_carriers(database, tmp_path) as made:
        yield made


def status(town: TwoCarriers, alert: str) -> str:
    return str(town.rig.alert(alert)["status"])


def test_a_call_that_was_taken_with_an_error_is_found_and_nobody_else_calls(town: TwoCarriers) -> None:
    town.first.faults(Faults(create=[CreateFault(answer="500", accepted=True)], callbacks="never"))
    town.person(DAUGHTER, "王芳", [PRESSES_1_LATE])
    alert = town.rig.finding(fall())
    town.rig.turn()
    assert town.rig.attempts(alert) == [("王芳", "unknown")]
    town.rig.turn()
    assert town.called() == [("first", DAUGHTER)]
    town.rig.clock.move(timedelta(seconds=3))
    town.rig.until(lambda: status(town, alert) == "acknowledged", "acknowledged")
    assert town.called() == [("first", DAUGHTER)]
    assert "found" in [entry["data"].get("status") for entry in town.rig.entries(alert)]


def test_a_call_that_was_never_taken_may_then_go_by_another(town: TwoCarriers) -> None:
    town.first.faults(Faults(create=[CreateFault(answer="500", accepted=False, times=2)]))
    town.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = town.rig.finding(fall())
    town.rig.turn()
    assert town.rig.attempts(alert) == [("王芳", "unknown")]
    town.rig.clock.move(timedelta(seconds=3))
    town.rig.until(lambda: town.attempts(alert)[0]["tries"] == 2, "sent once more, and not taken either")
    assert town.called() == []
    town.rig.clock.move(timedelta(seconds=3))
    town.rig.until(lambda: status(town, alert) == "acknowledged", "acknowledged")
    assert len(town.called()) == 1


def test_what_a_dispatcher_sent_before_it_died_is_looked_up_at_the_provider_it_had_written_down(
    town: TwoCarriers,
) -> None:
    """It dies with the provider's answer. The next one prefers another provider, and still asks this one."""
    rig = town.rig
    town.person(DAUGHTER, "王芳", [PRESSES_1_LATE])
    town.second.faults(Faults(callbacks="never"))
    alert = rig.finding(fall())
    with rig.pool.connection() as connection:
        engine.run_due(connection, rig.clock.now())
    second = town.provider("second", town.second.url)

    class Killed(BaseException):
        """The process is gone."""

    class Dies:
        """The second provider, whose answer nobody hears."""

        name, capabilities = second.name, second.capabilities
        ask, find, hang_up = second.ask, second.find, second.hang_up

        def send(self, outgoing: object) -> object:
            second.send(outgoing)  # type: ignore[arg-type]
            raise Killed

    dying = Sender(rig.pool, Carriers([Dies()]), rig.clock, engine.advance_by_id)  # type: ignore[list-item]
    with rig.pool.connection() as connection:
        (claimed,) = dying.claim(connection)
    with pytest.raises(Killed):
        dying.send(claimed)
    rig.turn()
    assert rig.attempts(alert) == [("王芳", "sending")]
    rig.clock.move(ABANDONED)
    rig.until(lambda: status(town, alert) == "acknowledged", "acknowledged")
    assert [call for call in town.called() if call[1] == DAUGHTER] == [("second", DAUGHTER)]


def test_a_provider_that_cannot_be_asked_does_not_keep_the_next_person_waiting(town: TwoCarriers) -> None:
    """Neither does it make another provider ring the first person a second time."""
    town.first.faults(
        Faults(create=[CreateFault(answer="500", accepted=True, to=DAUGHTER)], callbacks="never")
    )
    alert = town.rig.finding(fall())
    town.rig.turn()
    town.choose(town.provider("first", NOWHERE), town.provider("second", town.second.url))
    for _ in range(13):
        town.rig.clock.move(timedelta(seconds=5))
        town.rig.turn()
    people = [who for who, _ in town.rig.attempts(alert)]
    assert people[:2] == ["王芳", "王强"]
    assert [call for call in town.called() if call[1] == DAUGHTER] == [("first", DAUGHTER)]
