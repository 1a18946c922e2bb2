"""Somebody picks up and presses nothing: the carrier says "answered", and the next person is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulators.telephones.person import Keys, OnCall
from tests.aliyun_rig import FANG, QIANG, running_mainland_hub
from tests.hub_rig import PRESSES_1
from tests.village import fall


@pytest.mark.parametrize(
    "behaviour",
    [
        OnCall(does="answer", after=1),
        OnCall(does="hangs_up", after=1),
        OnCall(does="voicemail", after=1, hang_up_after=5),
        OnCall(does="answer", after=1, keys=(Keys(1, "3"),)),
        OnCall(does="answer", after=1, keys=(Keys(1, "9"),)),
    ],
    ids=["listens to the end", "hangs up", "a machine", "only wants to hear more", "a key without meaning"],
)
def test_whoever_presses_no_key_has_not_answered(database: str, tmp_path: Path, behaviour: OnCall) -> None:
    with running_mainland_hub(database, tmp_path) as hub:
        hub.telephones.person(FANG, "王芳", [behaviour])
        hub.telephones.person(QIANG, "王强", [PRESSES_1])
        alert = hub.finding(fall())
        hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken by the second")
        assert hub.alert(alert)["acknowledged_by"] == "王强"
        assert hub.attempts(alert) == [("王芳", "unanswered"), ("王强", "answered")]
        assert hub.called() == [FANG, QIANG]
