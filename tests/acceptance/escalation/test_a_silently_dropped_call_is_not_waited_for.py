"""The carrier accepts a call, and it never rings: no receipt comes, and the next person is called."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from simulators.telephones.faults import Faults
from tests.aliyun_rig import FANG, QIANG, running_mainland_hub
from tests.hub_rig import PRESSES_1
from tests.village import fall


def test_nobody_waits_for_a_call_that_nothing_is_heard_of(database: str, tmp_path: Path) -> None:
    with running_mainland_hub(database, tmp_path) as hub:
        hub.telephones.faults(Faults(dropped=frozenset({FANG})))
        hub.telephones.person(QIANG, "王强", [PRESSES_1])
        alert = hub.finding(fall())
        hub.until(lambda: hub.attempts(alert) == [("王芳", "accepted")], "accepted by the carrier")
        hub.clock.move(timedelta(seconds=42))
        hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken by the second")
        hub.until(lambda: hub.attempts(alert)[0] == ("王芳", "unanswered"), "hers is given up")
        assert hub.attempts(alert)[1] == ("王强", "answered")
        assert hub.called() == [QIANG], "her telephone never rang"
