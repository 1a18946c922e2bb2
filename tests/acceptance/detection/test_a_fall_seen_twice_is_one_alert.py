"""The radar in the bathroom and the pendant see one fall: one alert, with the words of both in its file."""

from __future__ import annotations

from tests.acceptance.detection.watched_home import WatchedHome


def test_two_sensors_within_minutes_are_one_alert_with_both_as_evidence(home: WatchedHome) -> None:
    home.lives(hours=0.5)
    home.says("radar")
    home.passes(3)
    home.says("pendant")
    (alert,) = home.alerts()
    assert (alert["risk"], alert["severity"]) == ("fall", "emergency")
    entries = home.hub.entries(str(alert["id"]))
    words = [one["data"]["device"] for one in entries if one["kind"] in ("raised", "repeated")]
    assert words == ["radar", "pendant"]
    home.says("pir-kitchen")
    assert home.hub.alert(str(alert["id"]))["status"] != "resolved", "a human must look"
