"""Stays that become too long, rolled forward the same way: in the bathroom, and at night out of bed.

For every judged day the limit is what was known the night before. False calls are counted on unmodified
days; an emergency happens at a random moment of what really took place, and nothing is heard after it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from models.detection.limits import HOUR, MINUTE
from models.detection.routines.bathroom import bathroom_stays
from models.detection.routines.bed import applies
from models.detection.routines.lengths import (
    BATHROOM_ASK,
    BATHROOM_ASK_NIGHT,
    BATHROOM_HELP,
    BED_ASK,
    BED_HELP,
    Bounds,
    Lengths,
    Stay,
)
from models.detection.routines.places import BATHROOM, place_of
from models.detection.routines.spells import Spell
from models.training.routines.collapse import TO_ANSWER
from models.training.routines.counting import UNANSWERED, Counted, delays, false_calls, merged
from models.training.routines.mornings import not_up
from models.training.routines.recording import DAY
from models.training.routines.rolling import Home
from models.training.routines.truth import within

HORIZON_MIN: Final = 720.0  #: who is found later was not found
#: A question that nobody answers becomes a call after so many minutes.
WAIT_MIN: Final = TO_ANSWER / MINUTE


@dataclass(slots=True)
class Count:
    """Calls for nothing and delays of one limit over one home."""

    home: Home
    calls: list[int] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)

    @property
    def counted(self) -> Counted:
        """The calls for nothing as a count."""
        return Counted(self.home.recording.name, merged(self.calls, 2 * HOUR), len(self.home.judged))


Limit = Callable[[Lengths, Stay], float]
Stays = Callable[[Home], list[Stay]]


def by_limit(home: Home, stays: Sequence[Stay], limit_of: Limit, each: int, seed: int) -> Count:
    """Roll a limit on lengths forward over a home; emergencies begin at random moments of stays."""
    chance = np.random.default_rng(seed)
    first = home.recording.midnight(0)
    by_day: dict[int, list[Stay]] = defaultdict(list)
    for stay in stays:
        by_day[(stay.since - first) // DAY].append(stay)
    judged = [stay for day in home.judged for stay in by_day[day]]
    moments: dict[int, list[float]] = defaultdict(list)
    for _ in range(each if judged else 0):
        number = int(chance.integers(len(judged)))
        moments[number].append(float(chance.random()))
    count, lengths, number = Count(home), Lengths(), 0
    for day in home.usable:
        if day in home.judged:
            for stay in by_day[day]:
                limit = limit_of(lengths, stay)
                if stay.minutes > limit:
                    count.calls.append(stay.since + round(limit * MINUTE))
                begins = [part * min(stay.minutes, limit) for part in moments[number]]
                count.delays += [_found(limit - one) for one in begins]
                number += 1
        lengths.learn(by_day[day])
    return count


def _found(minutes: float) -> float:
    return minutes if minutes <= HORIZON_MIN else float("inf")


@dataclass(frozen=True, slots=True)
class Others:
    """The figures by risk, and each risk's calls to the station on unmodified days by home."""

    figures: dict[str, Any]
    straight: dict[str, list[Count]]
    asked: dict[str, list[Count]]


def others(homes: Sequence[Home], *, quick: bool) -> Others:
    """Return the figures of the other risks, each beside its fixed limits and beside chance."""
    each = 40 if quick else 200
    found = Others({}, {}, {})
    seen = [home for home in homes if _sees_the_bathroom(home)]
    if seen:
        fixed = {"fixed_45_30": _fixed_45_30, "fixed_90": _always(90.0)}
        _add(found, "bathroom", seen, _bathroom_stays, _within(BATHROOM_HELP), fixed, BATHROOM_HELP, each)
        _add(
            found,
            "bathroom_asked_first",
            seen,
            _bathroom_stays,
            _bathroom_ask,
            fixed,
            BATHROOM_ASK,
            each,
        )
    bedded = [home for home in homes if _nights_out_of_bed(home) is not None]
    if bedded:
        fixed = {f"fixed_{minutes}": _always(float(minutes)) for minutes in (60, 90, 120)}
        _add(found, "night_out_of_bed", bedded, _out_of_bed, _within(BED_HELP), fixed, BED_HELP, each)
        _add(
            found, "night_out_of_bed_asked_first", bedded, _out_of_bed, _within(BED_ASK), fixed, BED_ASK, each
        )
        found.figures["night_out_of_bed"]["bed_known_by"] = {
            home.recording.name: "sensor"
            if any(one.kind == "bed" for one in home.recording.sensors.values())
            else "labels"
            for home in bedded
        }
    found.figures["not_up"] = not_up(homes)
    return found


def _add(
    found: Others,
    risk: str,
    homes: Sequence[Home],
    stays: Stays,
    limit_of: Limit,
    fixed: Mapping[str, Limit],
    bounds: Bounds,
    each: int,
) -> None:
    asked = risk.endswith("asked_first")
    counts = [by_limit(home, stays(home), limit_of, each, seed=5) for home in homes]
    figures = _figures(counts, asked=asked)
    figures["baselines"] = {
        name: _figures([by_limit(home, stays(home), one, each, seed=5) for home in homes], asked=asked)
        for name, one in fixed.items()
    }
    figures["baselines"]["random"] = _figures(
        [
            by_limit(home, stays(home), _by_chance(home, stays(home), bounds.a_day), each, seed=5)
            for home in homes
        ],
        asked=asked,
    )
    found.figures[risk] = figures
    (found.asked if asked else found.straight)[risk] = counts


def _figures(counts: Sequence[Count], *, asked: bool) -> dict[str, Any]:
    wait = WAIT_MIN if asked else 0.0
    figures = delays([[one + wait for one in count.delays] for count in counts])
    counted = [count.counted for count in counts]
    figures["homes"] = len(counts)
    figures["false_per_home_month"] = false_calls(counted)
    figures["worst_home"] = figures["false_per_home_month"]["worst_home"]
    if asked:
        figures["false_station_per_home_month"] = false_calls(counted, UNANSWERED)
    return figures


def _always(minutes: float) -> Limit:
    return lambda _, __: minutes


def _by_chance(home: Home, stays: Sequence[Stay], a_day: float) -> Limit:
    """Call at random moments of such stays, as many a day as the budget allows."""
    chance = np.random.default_rng(3)
    minutes_a_day = sum(stay.minutes for stay in stays) / max(1, home.recording.days)
    return lambda _, __: float(chance.exponential(minutes_a_day / a_day))


# ── bathroom ──────────────────────────────────────────────────────────────────────────────────────────────


def _sees_the_bathroom(home: Home) -> bool:
    return any(
        one.kind in ("motion", "presence") and place_of(one.room) == BATHROOM
        for one in home.recording.sensors.values()
    )


def _bathroom_stays(home: Home) -> list[Stay]:
    return [one for one in bathroom_stays(home.signs) if not home.truth.is_out(one.since)]


def _night(stay: Stay) -> bool:
    return not 7 * HOUR <= stay.since % DAY < 22 * HOUR


def _bathroom_ask(lengths: Lengths, stay: Stay) -> float:
    return lengths.limit(BATHROOM_ASK_NIGHT if _night(stay) else BATHROOM_ASK)


def _fixed_45_30(_: Lengths, stay: Stay) -> float:
    return 30.0 if _night(stay) else 45.0


def _within(bounds: Bounds) -> Limit:
    return lambda lengths, _: lengths.limit(bounds)


# ── bed ───────────────────────────────────────────────────────────────────────────────────────────────────


def _nights_out_of_bed(home: Home) -> list[Stay] | None:
    """Return the quiet out of bed at night; None where neither a sensor nor a label knows the bed."""
    beds = {one.name for one in home.recording.sensors.values() if one.kind == "bed"}
    changes = [one for one in home.recording.said if one.sensor in beds]
    if not changes and not home.truth.asleep:
        return None
    times = [one.at for one in changes]
    pressed: dict[str, float] = {}
    states = []
    for one in changes:
        pressed[one.sensor] = one.value
        states.append(any(pressed.values()))

    def in_bed(at: int) -> bool:
        if not changes:
            return within(home.truth.asleep, at)
        number = bisect_right(times, at)
        return number > 0 and states[number - 1]

    def ends(spell: Spell) -> int | None:
        """A sensor would have said that somebody lay down; where only labels know it, they say it."""
        if changes or spell.until is None:
            return spell.until
        number = bisect_left(home.truth.asleep, (spell.since, 0))
        lay_down = [begin for begin, _ in home.truth.asleep[number : number + 1]]
        return min([spell.until, *lay_down])

    return [
        Stay(spell.since, ends(spell))
        for spell in home.spells
        if applies(spell, in_bed=in_bed(spell.since)) and not home.truth.is_out(spell.since, MINUTE)
    ]


def _out_of_bed(home: Home) -> list[Stay]:
    return _nights_out_of_bed(home) or []
