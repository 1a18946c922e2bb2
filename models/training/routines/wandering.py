"""Walking at night: how many walks put into a home's nights are found, and how often is it said for nothing.

Rolled forward: each judged night by what was known before it, then learnt. A walk goes through the rooms as
the resident goes through them by day, for twenty to sixty minutes, on top of what the night really had.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import numpy as np

from models.detection.finding import Finding
from models.detection.limits import HOUR, MINUTE
from models.detection.routines.counts import Counts
from models.detection.routines.spells import Sign
from models.detection.routines.wandering import WALKING, Facts, NightWandering
from models.training.decline.made_up import MONDAY, MadeUpHome, as_signs
from models.training.rates import poisson
from models.training.routines.counting import MONTH_DAYS, delays, wilson
from models.training.routines.recording import DAY
from models.training.routines.rolling import Home

_BEFORE, _AFTER = 2 * HOUR, 6 * HOUR  #: around midnight: what a night's signs are taken from
_PLAIN: Final = 20  #: changes a night of the plain threshold
_MADE_UP: Final = 40_000  #: the first seed

Ways = dict[str, list[str]]  #: from a room, the rooms that were gone to next


@dataclass(slots=True)
class Nights:
    """A home's nights in order: signs as if their clock were UTC, and how it walks about by day."""

    name: str
    nights: list[tuple[int, list[Sign]]]  #: midnight, signs
    judged_from: int
    ways: Ways


@dataclass(slots=True)
class Count:
    """What one way of judging did in one home."""

    false: int = 0
    judged: int = 0
    found: list[float] = field(default_factory=list)  #: minutes from the beginning of each walk


Limit = Callable[[Sequence[int]], float]  #: the changes of known nights → the count from which on it is said


def night_wandering(homes: Sequence[Home], *, quick: bool) -> dict[str, Any]:
    """Return the figures: recorded and made-up homes, each beside a plain threshold and mean + 3 sigma."""
    known = [_of_recording(home) for home in homes]
    made_up = [_of_made_up(_MADE_UP + n, 30 if quick else 80) for n in range(2 if quick else 16)]
    found: dict[str, Any] = {}
    for name, chosen, each in (("recorded", known, 1 if quick else 5), ("made_up", made_up, 1)):
        rooms = [one for one in chosen if len(one.ways) > 1]
        if not rooms:
            continue
        found[name] = _figures(rooms, None, each)
        found[name]["baselines"] = {
            "mean_and_sigma": _figures(rooms, _mean_and_sigma, each),
            "plain_threshold": _figures(rooms, lambda _: float(_PLAIN), each),
        }
    first = found.get("recorded") or found["made_up"]
    keys = ("injected", "recall", "recall_ci95", "delay_p50_min", "delay_p90_min", "false_per_home_month")
    found |= {key: first[key] for key in keys}
    counts = [[_walks(signs, midnight) for midnight, signs in one.nights] for one in known]
    found["population"] = _pooled(counts)
    return found


def _figures(homes: Sequence[Nights], limit: Limit | None, each: int) -> dict[str, Any]:
    counts = [_judge(home, limit, each) for home in homes]
    injected = sum(len(one.found) for one in counts)
    found = sum(sum(map(np.isfinite, one.found)) for one in counts)
    months = sum(one.judged for one in counts) / MONTH_DAYS
    false = sum(one.false for one in counts)
    low, high = poisson(false, months)
    late = delays([one.found for one in counts])
    worst = max(zip(homes, counts, strict=True), key=lambda one: one[1].false / max(1, one[1].judged))
    return {
        "injected": injected,
        "recall": round(found / injected, 3) if injected else None,
        "recall_ci95": [round(one, 3) for one in wilson(int(found), injected)],
        "delay_p50_min": late.get("delay_p50_min"),
        "delay_p90_min": late.get("delay_p90_min"),
        "false_per_home_month": {
            "value": round(false / months, 3) if months else None,
            "count": false,
            "home_months": round(months, 2),
            "ci95": [round(low, 3), round(high, 3)],
        },
        "worst_home": {"home": worst[0].name, "false": worst[1].false, "nights": worst[1].judged},
    }


def _judge(home: Nights, limit: Limit | None, each: int) -> Count:
    chance = np.random.default_rng(9)
    count, product = Count(), NightWandering("UTC")
    for number, (midnight, signs) in enumerate(home.nights):
        if number >= home.judged_from:
            count.judged += 1
            said = _said(product, signs, limit)
            count.false += said is not None
            for _ in range(each):
                start = midnight - HOUR + int(chance.uniform(0, 5) * HOUR)
                walk = _walk(home.ways, start, chance)
                at = _said(product, sorted([*signs, *walk]), limit, start)
                # What is said of the unmodified night anyway has found nothing.
                found = at is not None and not (said is not None and said <= at)
                count.found.append((at - start) / MINUTE if found and at is not None else float("inf"))
        for sign in signs:
            product.take(sign)
        product.learn(ordinary=number < home.judged_from or _said(product, signs, limit) is None)
    return count


def _said(known: NightWandering, signs: Sequence[Sign], limit: Limit | None, since: int = 0) -> int | None:
    """Return when something is said in a night of these signs, not before `since`."""
    home = NightWandering("UTC", type(known.nights)(known=list(known.nights.known)))
    least = limit(known.nights.known) if limit is not None else 0.0
    for sign in signs:
        home.take(sign)
        if sign.at < since:
            continue
        if limit is not None:
            if home.nights.night.walks >= least and home.nights.night.walks:
                return sign.at
            continue
        facts = Facts(now=sign.at, zone="UTC", alive=4, sensors=4, rooms=4)
        if isinstance(home.score(facts), Finding):
            return sign.at
    return None


def _mean_and_sigma(known: Sequence[int]) -> float:
    if len(known) < 3:
        return float(_PLAIN)
    return float(np.mean(known) + 3 * np.std(known)) + 1e-9


def _walk(ways: Ways, start: int, chance: np.random.Generator) -> list[Sign]:
    """Return a walk through a home's own rooms, a new one every half minute to four minutes."""
    end = start + int(chance.uniform(20, 60) * MINUTE)
    room = str(chance.choice(sorted(ways)))
    signs, at = [], float(start)
    while at < end:
        signs.append(Sign(int(at), room))
        room = str(chance.choice(ways.get(room) or sorted(ways)))
        at += chance.uniform(0.5, 4) * MINUTE
    return signs


def _of_recording(home: Home) -> Nights:
    recording = home.recording
    nights = []
    for day in home.usable:
        midnight = recording.midnight(day)
        ahead = recording.offset(midnight)
        signs = [
            one._replace(at=one.at + ahead) for one in home.between(midnight - _BEFORE, midnight + _AFTER)
        ]
        nights.append((midnight + ahead, signs))
    return Nights(recording.name, nights, home.warm_up, _ways(home.signs))


def _of_made_up(seed: int, count: int) -> Nights:
    home, nights, days = MadeUpHome(seed), [], list[Sign]()
    for number in range(count):
        midnight = MONDAY + number * DAY
        made = home.next_day()
        signs = as_signs(made.signs, midnight)
        days += [one for one in signs if one.at >= midnight + _AFTER]
        if made.why == "":
            first = bisect_left(signs, midnight - _BEFORE, key=lambda one: one.at)
            nights.append((midnight, [one for one in signs[first:] if one.at < midnight + _AFTER]))
    return Nights(f"made-up-{seed}", nights, min(14, len(nights) // 2), _ways(days))


def _ways(signs: Sequence[Sign]) -> Ways:
    ways: Ways = defaultdict(list)
    for a, b in pairwise(one for one in signs if not one.outer_door):
        if a.room != b.room and b.at - a.at < WALKING and 8 <= a.at // HOUR % 24 < 22:
            ways[a.room].append(b.room)
    return dict(ways)


def _walks(signs: Sequence[Sign], midnight: int) -> int:
    home = NightWandering("UTC")
    for sign in signs:
        home.take(sign)
    return home.nights.night.walks if home.nights.night.until > midnight else 0


def _pooled(by_home: Sequence[Sequence[int]]) -> dict[str, float]:
    """Return the mean and the variance over mean of recorded nights, every home with the same weight."""
    homes = [one for one in by_home if len(one) > 1]
    if not homes:
        return {}
    mean = float(np.mean([np.mean(one) for one in homes]))
    variance = float(np.mean([np.mean((np.array(one) - mean) ** 2) for one in homes]))
    pooled = Counts(mean, variance / max(mean, 0.1))
    return {"mean": round(pooled.mean, 2), "spread": round(pooled.spread, 2)}
