"""A dead sensor, an empty home, a home that is not live: what cannot be judged raises nothing."""

from __future__ import annotations

from datetime import timedelta

from hub.places import stays
from tests.acceptance.detection.watched_home import WatchedHome


def test_a_home_with_a_dead_sensor_is_not_called_quiet(home: WatchedHome) -> None:
    home.lives(hours=1)
    home.mute = {"pir-bedroom"}
    home.lives(hours=3.2)
    home.passes(3.8 * 60)
    assert home.alerts() == [], "only the fixed limits hold, and four hours have not passed"


def test_who_left_by_the_door_is_not_asked(home: WatchedHome) -> None:
    home.lives(hours=3)
    home.says("door", 1.0)
    home.passes(1)
    home.says("door", 0.0)
    home.passes(6 * 60)
    assert home.alerts() == []


def test_who_is_known_to_be_away_is_not_asked(home: WatchedHome) -> None:
    home.lives(hours=2)
    now = home.hub.clock.now()
    stays.tell(home.connection, "wang", "away", since=now, until=now + timedelta(days=2), by="王芳", now=now)
    home.connection.commit()
    home.passes(3.9 * 60)
    assert home.alerts() == []


def test_a_home_that_is_being_commissioned_raises_nothing(home: WatchedHome) -> None:
    home.connection.execute("update homes set status = 'commissioning'")
    home.connection.commit()
    home.lives(hours=3)
    home.passes(13 * 60)
    assert home.alerts() == []
