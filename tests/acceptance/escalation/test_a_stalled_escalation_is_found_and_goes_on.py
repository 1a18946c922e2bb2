"""What nobody would look at again is found within a minute, goes on, and says so in its file."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from hub.proof.auditor import Auditor
from hub.proof.stalled import beat, stop_beating
from tests.hub_rig import NO_ANSWER, PRESSES_1, HubRig
from tests.village import DAUGHTER, SON, fall


def audited(hub: HubRig) -> Auditor:
    return Auditor(hub.pool, hub.clock, None)


def sql(hub: HubRig, statement: str, *values: object) -> None:
    with hub.pool.connection() as connection:
        connection.execute(statement, values)


def kinds(hub: HubRig, alert: str) -> list[str]:
    return [entry["kind"] for entry in hub.entries(alert)]


def test_an_alert_without_a_time_goes_on_and_a_human_answers(hub: HubRig) -> None:
    """The hub was killed in the worst way: the next call is not written down, nor when to look again."""
    hub.telephones.person(DAUGHTER, "王芳", [NO_ANSWER])
    hub.telephones.person(SON, "王强", [PRESSES_1])
    alert = hub.finding(fall())
    hub.turn()
    end = time.monotonic() + 10
    while hub.attempts(alert)[0][1] != "unanswered":  # nobody turns meanwhile
        assert time.monotonic() < end, hub.story()
    sql(hub, "delete from attempts where status = 'queued'")
    sql(hub, "update alerts set due_at = null where id = %s", alert)
    audit = audited(hub).turn()
    assert audit is not None
    assert (audit.counts, audit.mended) == ({"adrift": 1}, (alert,))
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "acknowledged")
    assert hub.called() == [DAUGHTER, SON]
    assert kinds(hub, alert).count("audited") == 1
    assert hub.verdict(alert).ok
    after = audited(hub).turn()
    assert after is not None
    assert after.well


def test_an_alert_that_nobody_looks_at_although_it_is_due_is_found_once_and_then_hopeless(
    hub: HubRig,
) -> None:
    """The dispatcher hangs: the first audit writes it down, the next one says that it did not help."""
    alert = hub.finding(fall())
    sql(hub, "update attempts set status = 'failed', check_at = null")
    hub.clock.move(timedelta(minutes=3))
    first = audited(hub).turn()
    hub.clock.move(timedelta(minutes=1))
    second = audited(hub).turn()
    assert first is not None
    assert second is not None
    assert first.counts == {"overdue": 1}
    assert (first.mended, first.hopeless) == ((alert,), ())
    assert (second.mended, second.hopeless) == ((), (alert,))
    assert kinds(hub, alert).count("audited") == 1
    hub.turn()
    third = audited(hub).turn()
    assert third is not None
    assert "overdue" not in third.counts


def test_a_call_that_nobody_sent_and_one_that_nobody_wrote_down_are_found(hub: HubRig) -> None:
    alert = hub.finding(fall())
    sql(hub, "update alerts set due_at = due_at + interval '10 minutes'")
    hub.clock.move(timedelta(seconds=31))
    unsent = audited(hub).turn()
    assert unsent is not None
    assert unsent.counts == {"unsent": 1}
    sql(hub, "update attempts set status = 'sending', sending_at = %s, check_at = null", hub.clock.now())
    hub.clock.move(timedelta(seconds=61))
    sending = audited(hub).turn()
    assert sending is not None
    assert sending.counts == {"sending": 1}
    with hub.pool.connection() as connection:
        row = connection.execute("select check_at from attempts where alert_id = %s", (alert,)).fetchone()
    assert row == {"check_at": hub.clock.now()}, "it is looked up at the provider, not just sent again"


def test_an_emergency_that_has_told_nobody_is_put_on_its_way(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    sql(hub, "delete from attempts")
    sql(hub, "update alerts set progress = '{}', due_at = due_at + interval '50 minutes'")
    hub.clock.move(timedelta(seconds=61))
    audit = audited(hub).turn()
    assert audit is not None
    assert audit.counts == {"untold": 1}
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "acknowledged")
    assert hub.called() == [DAUGHTER]


@pytest.mark.parametrize("ending", ["killed", "in order"])
def test_a_role_that_was_killed_is_silent_and_one_that_ended_in_order_is_not(
    hub: HubRig, ending: str
) -> None:
    with hub.pool.connection() as connection:
        beat(connection, "ingest", "pi-1", hub.clock.now())
        if ending == "in order":
            stop_beating(connection, "ingest", "pi-1")
    hub.clock.move(timedelta(seconds=61))
    audit = audited(hub).turn()
    assert audit is not None
    assert audit.counts == ({"silent_role": 1} if ending == "killed" else {})


def test_what_is_on_its_way_is_left_alone(hub: HubRig) -> None:
    """A fall that is being called, one that was taken, and one that is over."""
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    assert audited(hub).turn() == audited(hub).turn()
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "acknowledged")
    hub.clock.move(timedelta(minutes=10))
    audit = audited(hub).turn()
    assert audit is not None
    assert audit.well
    assert "audited" not in kinds(hub, alert)
