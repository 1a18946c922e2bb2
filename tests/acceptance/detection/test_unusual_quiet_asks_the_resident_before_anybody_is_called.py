"""Quiet that is unusual asks the resident first; who does not answer is looked after by people."""

from __future__ import annotations

from tests.acceptance.detection.watched_home import WatchedHome
from tests.hub_rig import NO_ANSWER
from tests.resident_rig import FINE, RESIDENT
from tests.village import DAUGHTER


def test_who_answers_is_left_in_peace_and_asked_once_more_hours_later_if_nobody_is_seen(
    home: WatchedHome,
) -> None:
    home.hub.telephones.person(RESIDENT, "王秀英", [FINE])
    home.lives(hours=3)
    alert = home.quiet_until_an_alert()
    (row,) = home.alerts()
    assert (row["risk"], row["severity"]) == ("inactivity", "warning")
    assert row["reason"]["values"]["points"] >= row["reason"]["values"]["limit"], "the very numbers"
    home.hub.until(lambda: home.hub.alert(alert)["status"] == "resolved", "she says that all is well")
    home.passes(60 * 5 - 10)
    home.hub.turn()
    assert home.hub.called() == [RESIDENT]
    assert len(home.alerts()) == 1
    for _ in range(43):
        if len(home.alerts()) == 1:
            home.passes(2)
    home.hub.until(lambda: home.hub.called() == [RESIDENT, RESIDENT], "a second question, to her again")
    assert "At {answered_at}" in home.alerts()[-1]["reason"]["text"]


def test_who_does_not_answer_is_looked_after(home: WatchedHome) -> None:
    home.hub.telephones.person(RESIDENT, "王秀英", [NO_ANSWER])
    home.lives(hours=3)
    alert = home.quiet_until_an_alert()
    home.hub.until(lambda: home.hub.alert(alert)["status"] == "acknowledged", "somebody takes it", 30)
    assert home.hub.called()[0] == RESIDENT
    assert DAUGHTER in home.hub.called()


def test_quiet_that_goes_on_becomes_an_emergency_in_the_same_alert(home: WatchedHome) -> None:
    home.hub.telephones.person(RESIDENT, "王秀英", [NO_ANSWER])
    home.lives(hours=3)
    alert = home.quiet_until_an_alert()
    home.passes(60 * 12)
    (row,) = home.alerts()
    assert (row["id"], row["severity"]) == (alert, "emergency")
    assert "graver" in [entry["kind"] for entry in home.hub.entries(alert)]
    assert home.hub.verdict(alert).ok


def test_movement_takes_the_question_back(home: WatchedHome) -> None:
    home.lives(hours=3)
    alert = home.quiet_until_an_alert()
    home.says("pir-kitchen")
    assert home.hub.alert(alert)["outcome"] == "cleared"
