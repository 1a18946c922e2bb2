"""A mainland number is called by Aliyun and answered by a key, however badly the receipts come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from simulators.telephones.aliyun.account import Pushes
from simulators.telephones.faults import CreateFault, Faults
from simulators.telephones.person import Keys, OnCall, OnMessage
from tests.aliyun_rig import FANG, QIANG, receipts_to, running_mainland_hub
from tests.hub_rig import PRESSES_1, PRESSES_2, HubRig
from tests.village import fall


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[HubRig]:
    with running_mainland_hub(database, tmp_path) as rig:
        yield rig


def taken(hub: HubRig, alert: str) -> bool:
    return bool(hub.alert(alert)["status"] == "acknowledged")


def test_one_key_takes_the_alert_and_nobody_else_is_called(hub: HubRig) -> None:
    hub.telephones.person(FANG, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: taken(hub, alert), "taken by a key")
    assert hub.alert(alert)["acknowledged_by"] == "王芳"
    call = hub.telephones.wait_for_call(FANG, "completed")
    assert call.said[0].startswith("这里是安居。王秀英，")
    hub.telephones.wait_for(lambda entry: entry.what == "callback" and entry.facts["status"] == "200000")
    hub.turn()
    assert hub.called() == [FANG]
    assert hub.attempts(alert) == [("王芳", "answered")]
    assert hub.verdict(alert).ok


def test_key_2_calls_the_next_person_at_once(hub: HubRig) -> None:
    hub.telephones.person(FANG, "王芳", [PRESSES_2])
    hub.telephones.person(QIANG, "王强", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: taken(hub, alert), "taken by the second")
    assert hub.attempts(alert) == [("王芳", "declined"), ("王强", "answered")]
    assert hub.called() == [FANG, QIANG]


def test_a_key_that_only_the_last_receipt_tells_of_counts(hub: HubRig) -> None:
    hub.telephones.aliyun_pushes(Pushes(call=receipts_to(hub.settings.own_url).call))
    hub.telephones.person(FANG, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: taken(hub, alert), "taken by a key")
    assert hub.called() == [FANG]


def test_receipts_that_come_twice_do_nothing_twice(hub: HubRig) -> None:
    hub.telephones.faults(Faults(callbacks="twice"))
    hub.telephones.person(FANG, "王芳", [PRESSES_2])
    hub.telephones.person(QIANG, "王强", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: taken(hub, alert), "taken by the second")
    hub.telephones.wait_for_call(QIANG, "completed")
    hub.turn()
    assert hub.attempts(alert) == [("王芳", "declined"), ("王强", "answered")]
    kinds = [entry["kind"] for entry in hub.entries(alert)]
    assert kinds.count("acknowledged") == 1
    assert "left" not in kinds, "a key that is told again is not pressed again"


def test_a_key_that_is_told_late_still_takes_the_alert(hub: HubRig) -> None:
    """The next person rings already; whoever pressed first has it."""
    hub.telephones.faults(Faults(callbacks="delayed", callback_delay=20))
    hub.telephones.person(FANG, "王芳", [PRESSES_1])
    hub.telephones.person(QIANG, "王强", [OnCall(does="no_answer")])
    alert = hub.finding(fall())
    hub.turn()
    hub.telephones.wait_for_call(FANG, "completed")
    hub.clock.move(timedelta(seconds=61))
    hub.until(lambda: len(hub.called()) == 2, "the next person is called")
    hub.until(lambda: taken(hub, alert), "taken by a key that came late")
    assert hub.alert(alert)["acknowledged_by"] == "王芳"
    assert hub.called() == [FANG, QIANG]


def test_after_a_lost_answer_the_telephone_rings_once_and_its_key_counts(hub: HubRig) -> None:
    hub.telephones.faults(Faults(create=[CreateFault(answer="500", accepted=True, to=FANG)]))
    hub.telephones.person(FANG, "王芳", [OnCall(does="answer", after=6, keys=(Keys(2, "1"),))])
    hub.telephones.person(QIANG, "王强", [OnCall(does="no_answer")])
    alert = hub.finding(fall())
    hub.turn()
    hub.clock.move(timedelta(seconds=2.5))
    hub.until(lambda: taken(hub, alert), "taken by a key")
    assert hub.alert(alert)["acknowledged_by"] == "王芳"
    assert len(hub.telephones.calls(FANG)) == 1


def test_a_written_answer_takes_the_alert(hub: HubRig) -> None:
    with hub.pool.connection() as connection:
        connection.execute(
            "insert into contact_methods (id, contact_id, channel, address)"
            " values ('fang-sms', 'wang-fang', 'sms', %s)",
            (FANG,),
        )
    hub.telephones.person(
        FANG, "王芳", [OnCall(does="manual")], [OnMessage(after=0.2, reply="1", reply_after=1)]
    )
    alert = hub.finding(fall())
    hub.until(lambda: taken(hub, alert), "taken in writing")
    assert hub.alert(alert)["acknowledged_by"] == "王芳"
    messages = hub.telephones.messages(FANG)
    assert messages[0].body.startswith("【安居】王秀英：")
    assert messages[0].status == "delivered"
