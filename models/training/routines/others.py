"""The other risks of a home's routine, rolled forward the same way: bathroom, bed and getting up.

For every judged day the limit is what was known the night before. False calls are counted on unmodified
days; an emergency happens at a random moment of what really took place, and nothing is heard after it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

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
from models.detection.routines.places import BATHROOM, BEDROOM, place_of
from models.detection.routines.spells import Spell
from models.detection.routines.wake import AGREED, GRACE, LATEST, Morning, Mornings, morning_of
from models.training.routines.counting import MONTH_DAYS, delays, poisson
from models.training.routines.recording import DAY
from models.training.routines.rolling import Home
from models.training.routines.truth import within

UNANSWERED_WAIT = 10.0  #: minutes: an unanswered question


@dataclass(slots=True)
class Count:
    """False calls and delays of one limit over one home."""

    false: int = 0
    days: int = 0
    delays: list[float] = field(default_factory=list)


Limit = Callable[[Lengths, Stay], float]


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
    count, lengths, number = Count(days=len(home.judged)), Lengths(), 0
    for day in home.usable:
        if day in home.judged:
            for stay in by_day[day]:
                limit = limit_of(lengths, stay)
                count.false += stay.minutes > limit
                begins = [part * min(stay.minutes, limit) for part in moments[number]]
                count.delays += [limit - one for one in begins]
                number += 1
        lengths.learn(by_day[day])
    return count


def others(homes: Sequence[Home], *, quick: bool) -> dict[str, Any]:
    """Return the figures of the other risks, each beside its fixed limit."""
    each = 40 if quick else 200
    found: dict[str, Any] = {}
    seen = [home for home in homes if _sees_the_bathroom(home)]
    if seen:
        found["bathroom"] = {
            "homes": len(seen),
            "asked": _of_lengths(seen, _bathroom_stays, _bathroom_ask, each, wait=UNANSWERED_WAIT),
            "station": _of_lengths(seen, _bathroom_stays, _within(BATHROOM_HELP), each),
            "baselines": {
                "fixed_45_30_asked": _of_lengths(
                    seen, _bathroom_stays, _fixed_45_30, each, wait=UNANSWERED_WAIT
                ),
                "fixed_90_station": _of_lengths(seen, _bathroom_stays, lambda _, __: 90.0, each),
            },
        }
    bedded = [home for home in homes if _nights_out_of_bed(home) is not None]
    if bedded:
        found["night_out_of_bed"] = {
            "homes": len(bedded),
            "bed_known_by": {
                home.recording.name: "sensor"
                if any(one.kind == "bed" for one in home.recording.sensors.values())
                else "labels"
                for home in bedded
            },
            "asked": _of_lengths(bedded, _out_of_bed, _within(BED_ASK), each, wait=UNANSWERED_WAIT),
            "station": _of_lengths(bedded, _out_of_bed, _within(BED_HELP), each),
            "baselines": {
                "fixed_90_station": _of_lengths(bedded, _out_of_bed, lambda _, __: 90.0, each),
                "fixed_120_station": _of_lengths(bedded, _out_of_bed, lambda _, __: 120.0, each),
            },
        }
    found["not_up"] = _not_up(homes)
    return found


def _of_lengths(
    homes: Sequence[Home],
    stays: Callable[[Home], list[Stay]],
    limit_of: Limit,
    each: int,
    wait: float = 0.0,
) -> dict[str, Any]:
    counts = [by_limit(home, stays(home), limit_of, each, seed=5) for home in homes]
    figures = delays([[one + wait for one in count.delays] for count in counts])
    figures["false_per_home_month"] = _rate(counts)
    worst = max(range(len(homes)), key=lambda one: counts[one].false / max(1, counts[one].days))
    figures["worst_home"] = {"home": homes[worst].recording.name, "count": counts[worst].false}
    return figures


def _rate(counts: Sequence[Count]) -> dict[str, Any]:
    months = sum(one.days for one in counts) / MONTH_DAYS
    false = sum(one.false for one in counts)
    low, high = poisson(false, months)
    return {
        "value": round(false / months, 3),
        "count": false,
        "home_months": round(months, 2),
        "ci95": [round(low, 3), round(high, 3)],
    }


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


def _fixed_45_30(lengths: Lengths, stay: Stay) -> float:
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


# ── getting up ────────────────────────────────────────────────────────────────────────────────────────────


def _not_up(homes: Sequence[Home]) -> dict[str, Any]:
    """Return false calls on ordinary mornings, and how long after the usual time somebody is called."""

    def learnt(mornings: Mornings, morning: Morning) -> float:
        return mornings.limit(morning.to_bed)

    def agreed(mornings: Mornings, morning: Morning) -> float:
        return AGREED + GRACE

    def three_sigma(mornings: Mornings, morning: Morning) -> float:
        ups = [one.up for one in mornings.known if one.up is not None]
        return min(float(np.mean(ups) + 3 * np.std(ups)), LATEST) if len(ups) > 1 else AGREED + GRACE

    figures = _mornings(homes, learnt)
    figures["baselines"] = {
        "agreed_plus_60": _mornings(homes, agreed),
        "mean_and_3_sigma": _mornings(homes, three_sigma),
    }
    return figures


def _mornings(homes: Sequence[Home], limit_of: Callable[[Mornings, Morning], float]) -> dict[str, Any]:
    counts, after_usual, after_latest = [], [], []
    for home in homes:
        count, mornings = Count(days=len(home.judged)), Mornings()
        for day in home.usable:
            midnight = home.recording.midnight(day)
            if home.truth.is_out(midnight + 4 * HOUR) or not _slept_here(home, midnight):
                continue  # a night away is nobody's late morning
            morning = _morning(home, midnight)
            if day in home.judged and mornings.known:
                limit = limit_of(mornings, morning)
                count.false += morning.up is None or morning.up > limit
                usual = float(np.median([one.up for one in mornings.known if one.up is not None]))
                after_usual.append(limit - usual)
                after_latest.append(limit - mornings.latest_usual())
            mornings.learn(morning)
        counts.append(count)
    return {
        "false_per_home_month": _rate(counts),
        "mornings": len(after_usual),
        "after_usual_p50_min": round(float(np.median(after_usual)), 1),
        "after_usual_p90_min": round(float(np.quantile(after_usual, 0.9)), 1),
        "after_latest_usual_p50_min": round(float(np.median(after_latest)), 1),
    }


def _morning(home: Home, midnight: int) -> Morning:
    low = bisect_right(home.sign_times, midnight - DAY)
    high = bisect_right(home.sign_times, midnight + DAY)
    return morning_of(home.signs[low:high], midnight, home.recording.offset)


def _slept_here(home: Home, midnight: int) -> bool:
    """Whether anything was heard from the bedroom in the night, where a bedroom has a sensor."""
    bedrooms = any(place_of(one.room) == BEDROOM for one in home.recording.sensors.values())
    low = bisect_right(home.sign_times, midnight - 4 * HOUR)
    high = bisect_right(home.sign_times, midnight + 8 * HOUR)
    return not bedrooms or any(place_of(one.room) == BEDROOM for one in home.signs[low:high])
