"""The township is called before a station that does not answer, and the file says why."""

from __future__ import annotations

from datetime import timedelta

from hub.clock import milliseconds
from hub.notify.lifecycle import is_live
from models.detection.finding import Finding, Reason
from tests.hub_rig import PRESSES_1, VOICEMAIL, HubRig
from tests.village import CENTRE, DAUGHTER, SON, STATION, add_home, fall


def warning(hub: HubRig) -> Finding:
    return Finding(
        risk="leak",
        severity="warning",
        occurred_at=milliseconds(hub.clock.now()),
        reason=Reason("Water on the floor.", {}),
        dedup_key="leak:厨房",
    )


def test_after_three_calls_that_a_station_did_not_answer_the_centre_is_called_first(hub: HubRig) -> None:
    with hub.pool.connection() as connection:
        add_home(connection, "zhao")
    for number in (DAUGHTER, SON, STATION):
        hub.telephones.person(number, "", [VOICEMAIL])
    hub.telephones.person(CENTRE, "河口镇", [VOICEMAIL, VOICEMAIL, PRESSES_1])
    first = hub.finding(fall())
    for round_ in (1, 2, 3):
        hub.until(lambda n=round_: hub.called().count(CENTRE) == n, f"round {round_}")  # type: ignore[misc]
        hub.until(lambda: not _ringing(hub, first), "it has ended")
        hub.clock.move(timedelta(seconds=20))
    hub.until(lambda: hub.alert(first)["status"] == "acknowledged", "the centre takes it in the end")
    assert hub.called().count(STATION) == 3
    before = len(hub.called())
    second = hub.finding(warning(hub), "zhao")
    hub.until(lambda: hub.alert(second)["status"] == "acknowledged", "the centre takes the second")
    assert hub.called()[before:] == [DAUGHTER, SON, CENTRE]
    entry = next(entry for entry in hub.entries(second) if entry["kind"] == "handed_over")
    assert (entry["data"]["of"], entry["data"]["to"], entry["data"]["kind"]) == (
        "station",
        "centre",
        "offline",
    )
    assert entry["data"]["reason"]["values"] == {"calls": 3}


def _ringing(hub: HubRig, alert: str) -> bool:
    return any(is_live(status) for _, status in hub.attempts(alert))
