"""Harmless oddities, put into recorded days: none of them may call the station.

Each changes the signs of one or two days and says from when to when a call would be blamed on it. A silent
hub is known within minutes and a dead sensor after three missed heartbeats of an hour, as in service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from models.detection.limits import EMPTY, HOUR, MINUTE
from models.detection.routines.places import BEDROOM, SITTING, place_of
from models.detection.routines.spells import STEP, Offset, Sign, Spell, Walk
from models.training.routines.recording import DAY
from models.training.routines.rolling import Home

MISSED_HEARTBEATS = 3 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """Changed signs around one judged day. Calls count from `start` to `end`."""

    day: int
    signs: list[Sign]
    start: int
    end: int
    offset: Offset
    deaf: tuple[int, int] | None = None  #: the hub could not hear the home
    distrusted_from: int | None = None  #: a sensor is known to be silent

    def spells(self) -> Iterator[tuple[Spell, bool]]:
        """Yield the spells that reach into the window, and whether all sensors were heard when they began."""
        walk, last = Walk(), None
        closing = Sign(self.end, "", False)
        for sign in [*self.signs, closing]:
            if last is not None and sign.at - last >= STEP and sign.at > self.start:
                spell = walk.spell(self.offset)
                if spell is not None:
                    yield from self._parts(replace(spell, until=min(sign.at, self.end)))
            if sign.at >= self.end:
                return
            walk.take(sign)
            last = sign.at

    def _parts(self, spell: Spell) -> Iterator[tuple[Spell, bool]]:
        until = spell.until or 0
        if self.deaf is not None and spell.since < self.deaf[0] < until:
            # Judging stops while nothing can be heard; afterwards nobody knows who has left meanwhile, and
            # until somebody is seen only the twelve hours hold.
            yield replace(spell, until=self.deaf[0]), True
            if self.deaf[1] < until:
                yield replace(spell, since=self.deaf[1]), False
            return
        known = self.distrusted_from
        if known is not None and spell.since < known < until:
            yield replace(spell, until=known), True
        yield spell, known is None or until <= known


Inject = Callable[[Home, int, np.random.Generator], Oddity | None]


def _around(home: Home, start: int, end: int) -> list[Sign]:
    return home.between(start - DAY, end + 1)


def _window(home: Home, day: int, hour: float, hours: float) -> tuple[int, int]:
    start = home.recording.midnight(day) + int(hour * HOUR)
    return start, start + int(hours * HOUR)


def hub_offline(home: Home, day: int, chance: np.random.Generator) -> Oddity | None:
    """Nothing is heard for six hours."""
    start, back = _window(home, day, chance.uniform(0, 24), 6)
    end = back + 12 * HOUR
    signs = [one for one in _around(home, start, end) if not start <= one.at < back]
    return Oddity(
        day=day, signs=signs, start=start, end=end, offset=home.recording.offset, deaf=(start, back)
    )


def dead_sensor(home: Home, day: int, chance: np.random.Generator) -> Oddity | None:
    """All sensors of one room inside die for two days."""
    start, end = _window(home, day, chance.uniform(0, 24), 48)
    rooms = sorted({one.room for one in home.recording.sensors.values() if not one.outer_door})
    room = str(chance.choice(rooms))
    signs = [one for one in _around(home, start, end) if one.at < start or one.room != room]
    return Oddity(
        day=day,
        signs=signs,
        start=start,
        end=end,
        offset=home.recording.offset,
        distrusted_from=start + MISSED_HEARTBEATS,
    )


def missed_door(home: Home, day: int, chance: np.random.Generator) -> Oddity | None:
    """The outer door's sensor misses that the resident leaves for an outing that they really made."""
    midnight = home.recording.midnight(day)
    outings = [
        one
        for one in home.truth.out
        if midnight <= one[0] < midnight + DAY and 30 * MINUTE <= one[1] - one[0] <= 12 * HOUR
    ]
    if not outings:
        return None
    left, back = outings[int(chance.integers(len(outings)))]
    end = back + HOUR
    signs = [
        one
        for one in _around(home, left, end)
        if not (one.outer_door and left - EMPTY <= one.at < left + EMPTY)
    ]
    return Oddity(day=day, signs=signs, start=left, end=end, offset=home.recording.offset)


def weekend_away(home: Home, day: int, chance: np.random.Generator) -> Oddity | None:
    """Forty-eight hours away, the door seen both times."""
    return _away(home, day, chance, seen=True)


def weekend_away_door_missed(home: Home, day: int, chance: np.random.Generator) -> Oddity | None:
    """Forty-eight hours away, the door not seen on leaving: nothing tells it from a collapse."""
    return _away(home, day, chance, seen=False)


def _away(home: Home, day: int, chance: np.random.Generator, *, seen: bool) -> Oddity | None:
    left, back = _window(home, day, chance.uniform(8, 18), 48)
    end = back + HOUR
    if home.truth.is_out(left):
        return None
    signs = [one for one in _around(home, left, end) if not left <= one.at <= back]
    door = next((one.room for one in home.recording.sensors.values() if one.outer_door), "entrance")
    if seen:
        signs = sorted([*signs, Sign(left, door, True), Sign(back, door, True)])
    return Oddity(day=day, signs=signs, start=left, end=end, offset=home.recording.offset)


def lie_in(home: Home, day: int, chance: np.random.Generator) -> Oddity | None:
    """Ninety or 150 minutes longer in bed than really."""
    longer = int(chance.choice([90, 150])) * MINUTE
    early, noon = _window(home, day, 4, 8)
    up = [one.at for one in home.between(early, noon) if place_of(one.room) != BEDROOM]
    if len(up) < 2:
        return None
    start = up[0]
    end = start + longer + HOUR
    kept = [one for one in _around(home, start, end) if not start <= one.at < start + longer]
    return Oddity(day=day, signs=kept, start=start, end=end, offset=home.recording.offset)


def nap(home: Home, day: int, chance: np.random.Generator) -> Oddity | None:
    """Two hours asleep after lunch, in the bedroom or where the resident sits."""
    early, late = _window(home, day, 12.5, 2)
    places = (BEDROOM, SITTING)
    begun = [one.at for one in home.between(early, late) if place_of(one.room) in places]
    if not begun or home.truth.is_out(begun[-1], EMPTY):
        return None
    start = begun[int(chance.integers(len(begun)))]
    end = start + 3 * HOUR
    kept = [one for one in _around(home, start, end) if not start < one.at < start + 2 * HOUR]
    return Oddity(day=day, signs=kept, start=start, end=end, offset=home.recording.offset)


def visitor(home: Home, day: int, chance: np.random.Generator) -> Oddity | None:
    """Somebody comes for three hours, moves about and leaves; the resident stays."""
    return _somebody_comes(home, day, chance, at=float(chance.uniform(9, 17)), hours=3.0)


def carer(home: Home, day: int, chance: np.random.Generator) -> Oddity | None:
    """A carer comes for three quarters of an hour, in the morning or in the evening; the resident stays."""
    return _somebody_comes(home, day, chance, at=float(chance.choice([8, 19])), hours=0.75)


def _somebody_comes(
    home: Home, day: int, chance: np.random.Generator, *, at: float, hours: float
) -> Oddity | None:
    start, left = _window(home, day, at, hours)
    if home.truth.is_out(start) or home.truth.is_out(left):
        return None
    end = left + 12 * HOUR
    inside = sorted({one.room for one in home.recording.sensors.values() if not one.outer_door})
    door = next((one.room for one in home.recording.sensors.values() if one.outer_door), "entrance")
    moves = [
        Sign(int(moment), str(chance.choice(inside)), False)
        for moment in chance.uniform(start + MINUTE, left - MINUTE, int(20 * hours))
    ]
    signs = sorted([*_around(home, start, end), Sign(start, door, True), *moves, Sign(left, door, True)])
    return Oddity(day=day, signs=signs, start=start, end=end, offset=home.recording.offset)


def clock_change(home: Home, day: int, chance: np.random.Generator) -> Oddity | None:
    """The clocks go an hour forward or back, and the resident lives on as before."""
    start, end = _window(home, day, 2, 48)
    turn = int(chance.choice([-1, 1])) * HOUR
    offset = home.recording.offset
    return Oddity(
        day=day,
        signs=_around(home, start, end),
        start=start,
        end=end,
        offset=lambda at: offset(at) + (turn if at >= start else 0),
    )


CONFOUNDERS: dict[str, Inject] = {
    "hub_offline": hub_offline,
    "dead_sensor": dead_sensor,
    "missed_door": missed_door,
    "weekend_away": weekend_away,
    "weekend_away_door_missed": weekend_away_door_missed,
    "lie_in": lie_in,
    "nap": nap,
    "visitor": visitor,
    "carer": carer,
    "clock_change": clock_change,
}
