"""Every stage has its clock: who is not there when they said they would be is missed; others are called."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.errors import ConflictError
from hub.escalation.answers import Responder, on_site, on_the_way, resolve
from tests.answers_rig import kinds, person
from tests.hub_rig import PRESSES_1, PRESSES_2, HubRig
from tests.village import DAUGHTER, SON, fall

DAUGHTER_IS = Responder("王芳", "voice", "wang-fang")


def coming(hub: HubRig, eta_minutes: int | None) -> str:
    """The daughter has taken it and is on her way; the next time that she is called she cannot go."""
    person(hub, DAUGHTER, "王芳", PRESSES_1, PRESSES_2)
    person(hub, SON, "王强", PRESSES_1)
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken")
    with hub.pool.connection() as connection:
        on_the_way(connection, alert, DAUGHTER_IS, hub.clock.now(), eta_minutes=eta_minutes)
    return alert


def test_who_said_15_minutes_is_missed_after_20(hub: HubRig) -> None:
    alert = coming(hub, 15)
    hub.clock.move(timedelta(minutes=19))
    hub.turn()
    assert hub.called() == [DAUGHTER]
    hub.clock.move(timedelta(minutes=1))
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王强", "others are called")
    assert kinds(hub, alert).count("stalled") == 1


def test_a_new_time_moves_the_clock(hub: HubRig) -> None:
    alert = coming(hub, 15)
    hub.clock.move(timedelta(minutes=14))
    with hub.pool.connection() as connection:
        on_the_way(connection, alert, DAUGHTER_IS, hub.clock.now(), eta_minutes=10)
    hub.clock.move(timedelta(minutes=14))
    hub.turn()
    assert hub.called() == [DAUGHTER]
    hub.clock.move(timedelta(minutes=1))
    hub.until(lambda: SON in hub.called(), "others are called")


def test_who_says_no_time_has_45_minutes(hub: HubRig) -> None:
    coming(hub, None)
    hub.clock.move(timedelta(minutes=44))
    hub.turn()
    assert hub.called() == [DAUGHTER]
    hub.clock.move(timedelta(minutes=1))
    hub.until(lambda: SON in hub.called(), "others are called")


def test_who_arrives_is_not_missed(hub: HubRig) -> None:
    alert = coming(hub, 15)
    hub.clock.move(timedelta(minutes=12))
    arrived = hub.clock.now()
    with hub.pool.connection() as connection:
        on_site(connection, alert, DAUGHTER_IS, arrived)
    hub.clock.move(timedelta(minutes=30))
    hub.turn()
    assert hub.called() == [DAUGHTER]
    assert hub.alert(alert)["arrived_at"] == arrived
    with hub.pool.connection() as connection:
        resolve(connection, alert, DAUGHTER_IS, "false", "", hub.clock.now(), cause="pet")
    row = hub.alert(alert)
    assert (row["outcome"], row["cause"], row["resolved_by"]) == ("false", "pet", "王芳")
    with hub.pool.connection() as connection, pytest.raises(ConflictError, match="王芳 took it"):
        on_the_way(connection, alert, DAUGHTER_IS, hub.clock.now())
