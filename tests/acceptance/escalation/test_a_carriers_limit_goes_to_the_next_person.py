"""One number takes one call a minute: the next person is called meanwhile, and nobody waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.notify.channels.aliyun.channel import AliyunChannel
from hub.notify.channels.port import Accepted, Outgoing
from simulators.telephones.person import OnCall
from tests.aliyun_rig import FANG, QIANG, running_mainland_hub
from tests.hub_rig import PRESSES_1, HubRig
from tests.village import fall


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[HubRig]:
    with running_mainland_hub(database, tmp_path) as rig:
        rig.telephones.person(FANG, "王芳", [OnCall(does="busy")])
        rig.telephones.person(QIANG, "王强", [PRESSES_1])
        yield rig


def test_what_the_carrier_refuses_goes_to_the_next_person_at_once(hub: HubRig) -> None:
    """Another program has just called her through the same account: only the carrier can know that."""
    elsewhere = Outgoing(attempt_id="e" * 32, channel="voice", address=FANG, text="")
    assert isinstance(AliyunChannel(hub.settings).send(elsewhere), Accepted)
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken by the second")
    assert hub.attempts(alert) == [("王芳", "failed"), ("王强", "answered")]
    assert hub.called() == [FANG, QIANG], "she rang for the other program only"
    assert "isv.BUSINESS_LIMIT_CONTROL" in hub.story()


def test_the_hub_does_not_ask_for_what_the_carrier_would_refuse(hub: HubRig) -> None:
    """Two alerts within a minute: the second calls him, although it would be her turn."""
    first = hub.finding(fall())
    hub.until(lambda: hub.alert(first)["status"] == "acknowledged", "the first alert is taken")
    hub.telephones.person(QIANG, "王强", [PRESSES_1])
    before = len(hub.called())
    second = hub.finding(fall(room="厨房"))
    hub.until(lambda: "limit_reached" in hub.story(), "nobody calls her again within the minute")
    assert FANG not in hub.called()[before:]
    assert ("王芳", "failed") in hub.attempts(second)
    assert "isv.BUSINESS_LIMIT_CONTROL" not in hub.story()
