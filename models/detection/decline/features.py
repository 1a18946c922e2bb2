"""A day of a home in ten numbers, made of its signs of life.

Everything that absence would change is a rate of the hours at home. What cannot be known of a day (no sensor
in the kitchen, hardly at home) is not a number. A day belongs to the clock on the wall and takes the night
before it; it is counted once, when it is over: no event waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.detection.limits import HOUR, MINUTE
from models.detection.routines.places import BATHROOM, KITCHEN, place_of
from models.detection.routines.spells import Offset, Sign, spells
from models.detection.routines.wake import morning_of

Floats = NDArray[np.float64]
Why = Literal["", "away", "visitors", "sensors", "emergency"]

#: In this order everywhere. `steadiness` is made of seven days, see `weeks`.
NAMES: Final = (
    "activity",  # five-minute steps with a sign, in an hour at home by day
    "room_changes",  # in an hour at home; a change counts once a minute
    "kitchen",  # visits in ten hours at home by day
    "wake",  # minute of the day
    "to_bed",  # minute of the evening before, going on after midnight
    "night_toilet",  # visits between 23 and 6 o'clock
    "out",  # hours out of the home
    "steadiness",  # interdaily stability: how alike the hours of the last days are, 0 to 100
    "fragmentation",  # intradaily variability: how much the hours of a day jump, about 0 to 200
    "contrast",  # relative amplitude: ten busiest hours against five quietest, 0 to 100
)
SIZE: Final = len(NAMES)
NIGHT_FROM, NIGHT_TO = -60, 360  #: minutes from midnight: 23 to 6 o'clock
DAY_FROM, DAY_TO = 7 * 60, 22 * 60
_STEP: Final = 5  #: minutes
_SEEN_FOR: Final = 3.0  #: hours at home by day, fewer give no rate
_VISIT_APART: Final = 15.0  #: minutes without a sign in a room end a visit
_BACKWARDS: Final = 14 * HOUR  #: signs before midnight that belong to a day's night


@dataclass(frozen=True, slots=True)
class Day:
    """One day. `values` has one number for each of `NAMES`, not a number where it is unknown.

    `why` says why the day is not judged, empty where it is: somebody was away, had visitors, a sensor was not
    heard, or there was an emergency. `hours` is the share of active five-minute steps of each hour of the
    clock, not a number for hours spent out.
    """

    ordinal: int
    values: Floats
    hours: Floats
    why: Why = ""

    @property
    def weekday(self) -> int:
        """Return the day of the week, Monday is 0."""
        return date.fromordinal(self.ordinal).weekday()


def day_of(
    signs: Sequence[Sign], midnight: int, offset: Offset, watched: frozenset[int], why: Why = ""
) -> Day:
    """Return the day that begins at `midnight` (an instant on the home's clock).

    `signs` are in order and reach from the noon before to the end of the day; more does no harm. `watched`
    are the kinds of places (`places`) in which a sensor would see somebody.
    """
    ahead = offset(midnight)
    ordinal = date(1970, 1, 1).toordinal() + (midnight + ahead) // (24 * HOUR)
    signs = [one for one in signs if midnight - _BACKWARDS <= one.at < midnight + 24 * HOUR]
    values, hours = np.full(SIZE, np.nan), np.full(24, np.nan)
    if not signs:
        return Day(ordinal, values, hours, why or "away")

    out = _out(signs, midnight, offset)
    inside = [one for one in signs if not one.outer_door]
    at = (np.array([one.at for one in inside], dtype=np.float64) - midnight) / MINUTE
    places = np.array([place_of(one.room) for one in inside])
    today = at >= 0

    active = np.zeros(24 * 60 // _STEP, dtype=bool)
    active[(at[today] // _STEP).astype(int)] = True
    home = ~out
    by_day = np.zeros_like(active)
    by_day[DAY_FROM // _STEP : DAY_TO // _STEP] = True
    steps_home = home.reshape(24, -1).sum(axis=1)
    enough = steps_home >= 6  # half of the hour
    hours[enough] = 100 * (active & home).reshape(24, -1).sum(axis=1)[enough] / steps_home[enough]

    hours_home = float((home & by_day).sum()) * _STEP / 60
    values[6] = float(out.sum()) * _STEP / 60
    if hours_home >= _SEEN_FOR:
        values[0] = float((active & home & by_day).sum()) / hours_home
        values[1] = _changes(at[today], [one.room for one, yes in zip(inside, today, strict=True) if yes]) / (
            float(home.sum()) * _STEP / 60
        )
        if KITCHEN in watched:
            lit = at[(places == KITCHEN) & (at >= DAY_FROM) & (at < DAY_TO)]
            values[2] = _visits(lit) / hours_home * 10
    morning = morning_of(signs, midnight, offset)
    if morning.up is not None:
        values[3] = morning.up
    if morning.to_bed is not None:
        values[4] = morning.to_bed
    if BATHROOM in watched and not out[: NIGHT_TO // _STEP].any():
        values[5] = _visits(at[(places == BATHROOM) & (at >= NIGHT_FROM) & (at < NIGHT_TO)])
    values[8], values[9] = _fragmentation(hours), _contrast(hours)
    return Day(ordinal, values, hours, why or ("away" if hours_home < _SEEN_FOR else ""))


def steadiness(hours: Floats) -> float:
    """Return how alike the hours of several days are (rows are days): 100 for the same day again and again.

    Interdaily stability as Witting and others define it (Biological Psychiatry 1990): the variance of the
    mean hour over the variance of all hours. Hours that were not seen are left out.
    """
    seen = ~np.isnan(hours)
    if seen.sum() < 0.6 * hours.size or (seen.sum(axis=0) < 2).any():
        return float("nan")
    filled = np.where(seen, hours, 0.0)
    mean = filled.sum() / seen.sum()
    profile = filled.sum(axis=0) / seen.sum(axis=0)
    spread = float(((filled - mean) ** 2)[seen].sum() / seen.sum())
    return 100 * float(((profile - mean) ** 2).mean()) / spread if spread > 0 else float("nan")


def _fragmentation(hours: Floats) -> float:
    """Return intradaily variability: the jumps from hour to hour over the spread of the hours, times 100."""
    jumps = np.diff(hours)
    jumps = jumps[~np.isnan(jumps)]
    seen = hours[~np.isnan(hours)]
    if len(jumps) < 12 or seen.var() <= 0:
        return float("nan")
    return 100 * float((jumps**2).mean() / seen.var())


def _contrast(hours: Floats) -> float:
    """Return relative amplitude: the ten busiest hours in a row against the five quietest, times 100."""
    if np.isnan(hours).sum() > 6:
        return float("nan")
    seen = ~np.isnan(hours)
    busiest, quietest = _means(hours, seen, 10).max(), _means(hours, seen, 5).min()
    both = float(busiest + quietest)
    return 100 * float(busiest - quietest) / both if both > 0 else float("nan")


def _means(hours: Floats, seen: NDArray[np.bool_], length: int) -> Floats:
    """Return the mean of every run of so many hours, round the clock; 0 where none of them was seen."""
    around = np.arange(24)[:, None] + np.arange(length)
    total = np.where(seen, hours, 0.0)[around % 24].sum(axis=1)
    return np.asarray(total / np.maximum(seen[around % 24].sum(axis=1), 1))


def _out(signs: Sequence[Sign], midnight: int, offset: Offset) -> NDArray[np.bool_]:
    """Return for every step of the day whether the resident was out: quiet that an outer door began."""
    out = np.zeros(24 * 60 // _STEP, dtype=bool)
    if not any(one.outer_door for one in signs):
        return out
    for spell in spells(signs, offset):
        if spell.left_at is not None and spell.until is not None and spell.until > midnight:
            start = max(0, spell.since - midnight) // MINUTE // _STEP
            out[start : (spell.until - midnight) // MINUTE // _STEP] = True
    last = signs[-1]
    if last.outer_door and last.at > midnight:  # still out when the day ends
        out[(last.at - midnight) // MINUTE // _STEP :] = True
    return out


def _changes(at: Floats, rooms: Sequence[str]) -> int:
    changes, room, when = 0, "", float("-inf")
    for moment, name in zip(at.tolist(), rooms, strict=True):
        if name != room and moment - when >= 1.0:
            changes += room != ""
            room, when = name, moment
    return changes


def _visits(at: Floats) -> float:
    return float(1 + (np.diff(at) > _VISIT_APART).sum()) if len(at) else 0.0
