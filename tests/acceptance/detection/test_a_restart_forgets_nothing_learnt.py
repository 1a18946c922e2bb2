"""The ingest worker is killed and starts anew: quiet goes on where it was, and nothing is said twice."""

from __future__ import annotations

from hub.watch.learning import learn
from models.detection.usual import FIXED
from tests.acceptance.detection.watched_home import WatchedHome


def test_what_was_said_is_not_said_again_and_what_is_due_is_not_missed(home: WatchedHome) -> None:
    home.lives(hours=3)
    for turn in range(36):
        home.passes(10)
        if turn % 3 == 0:
            home.start()
    (alert,) = home.alerts()
    kinds = [one["kind"] for one in home.hub.entries(str(alert["id"]))]
    assert (alert["risk"], alert["severity"]) == ("inactivity", "emergency")
    assert (kinds.count("raised"), kinds.count("graver"), kinds.count("repeated")) == (1, 1, 0)


def test_what_a_night_has_taught_is_there_after_a_restart(home: WatchedHome) -> None:
    home.lives(hours=44)
    counts = learn(home.connection, home.hub.clock.now())
    assert counts.failed == 0
    assert counts.days >= 1
    home.start()
    assert home.watch._profiles["wang"].usual.days >= 1
    assert home.watch._profiles["wang"].usual != FIXED
    assert home.watch._shelf.of("wang") is not None
