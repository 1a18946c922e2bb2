"""A plausible day of one person: which room, doing what, when, and the movements that sensors could feel.

Semi-Markov: what is done next depends on the hour and on what is due (meals, sleep, the toilet), and how long
on the thing itself. Pure and seeded: the same seed, date and plan give the same day. Knows no sensor: what
nobody measures happens too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

from simulators.home import circumstances, moving
from simulators.home.activities import ACTIVITIES, around
from simulators.home.circumstances import DAY, MINUTE, Circumstances, Special
from simulators.home.plan import Plan

OUT = "out"


class Act(NamedTuple):
    """Something that happens in the home at an instant (ms): `move`, `door_open`, `fall`, …"""

    at: int
    what: str
    room: str


class Visit(NamedTuple):
    """A stay in one room, in seconds since local midnight. Out of the home, the room is empty."""

    start: float
    end: float
    room: str
    activity: str


def life(
    seed: int, plan: Plan, first: date, *, specials: Sequence[Special] = (), days: int | None = None
) -> Iterator[Act]:
    """Yield the acts from local midnight of `first` on, for so many days or for ever."""
    number = 0
    while days is None or number < days:
        yield from day(seed, first + timedelta(days=number), plan, since=first, specials=specials)
        number += 1


def day(
    seed: int, on: date, plan: Plan, *, since: date | None = None, specials: Sequence[Special] = ()
) -> list[Act]:
    """Return the acts from local midnight to local midnight, in order. `since` is day 0 of the `specials`."""
    chance = Random(f"{seed}/{plan.id}/{on.isoformat()}/acts")  # noqa: S311 - a simulation
    midnight = datetime.combine(on, time(), plan.timezone)
    start = round(midnight.timestamp() * 1000)
    end = round((datetime.combine(on + timedelta(days=1), time(), plan.timezone)).timestamp() * 1000)
    today = circumstances.of(seed, on, plan, since=since, specials=specials)
    felt: list[tuple[float, str, str]] = []
    for visit in visits(seed, on, plan, since=since, specials=specials):
        felt += moving.out(plan, visit.start, visit.end, chance) if visit.activity == OUT else moving.felt(
            plan, visit.room, visit.activity, visit.start, visit.end, today.vigour, chance
        )  # fmt: skip
    for guest in today.guests:
        felt += moving.guest(plan, guest, chance)
    acts = [
        Act(at, what, room)
        for second, what, room in felt
        if not any(low <= second < high for low, high in today.still)
        and start <= (at := start + round(second * 1000)) < end
    ]
    acts.sort()
    return acts


def visits(
    seed: int, on: date, plan: Plan, *, since: date | None = None, specials: Sequence[Special] = ()
) -> list[Visit]:
    """Return the stays of one day; together they cover it without a gap."""
    chance = Random(f"{seed}/{plan.id}/{on.isoformat()}/visits")  # noqa: S311 - a simulation
    today = circumstances.of(seed, on, plan, since=since, specials=specials)
    habits = plan.resident.habits
    wake = _near(chance, _seconds(habits.wake), 18 * MINUTE, 70 * MINUTE) + today.later_up
    sleep = _near(chance, _seconds(habits.sleep), 20 * MINUTE, 60 * MINUTE) + today.later_down
    sleep = min(sleep, DAY - 20 * MINUTE)
    writer = _Writer(plan, chance)
    if today.back_at:
        writer.away(today.back_at)
    else:
        writer.night(wake)
        for activity in ("toilet", "wash", "dress", "cook", "eat"):
            writer.spend(activity, around(chance, ACTIVITIES[activity].stay * 0.8, 0.3))
    for begin, activity, seconds in _anchors(plan, chance, today):
        if begin >= today.leaves_at or begin < writer.now - 2 * 3600:
            continue
        writer.linger(min(begin, today.leaves_at))
        if writer.now > begin + 90 * MINUTE or (
            activity != OUT and writer.now + seconds > sleep - 15 * MINUTE
        ):
            continue  # the day went another way; this falls out
        if activity == "meal":
            writer.spend("cook", seconds)
            writer.spend("eat", chance.uniform(14, 32) * MINUTE)
        elif activity == OUT:
            writer.leave(seconds)
        else:
            writer.spend(activity, seconds)
    if today.leaves_at < DAY:
        writer.linger(today.leaves_at)
        writer.away(DAY)
        return writer.visits
    writer.linger(sleep - 12 * MINUTE)
    writer.spend("toilet", chance.uniform(2, 5) * MINUTE)
    writer.spend("wash", chance.uniform(3, 7) * MINUTE)
    writer.night(DAY)
    return writer.visits


def _anchors(plan: Plan, chance: Random, today: Circumstances) -> list[tuple[float, str, float]]:
    """What this day has beside getting up and going to bed: (when, what, how long), in order."""
    habits = plan.resident.habits
    lunch = _near(chance, _seconds(habits.lunch), 14 * MINUTE, 50 * MINUTE)
    dinner = _near(chance, _seconds(habits.dinner), 14 * MINUTE, 50 * MINUTE)
    anchors = [
        (lunch, "meal", chance.uniform(22, 45) * MINUTE),
        (dinner, "meal", chance.uniform(20, 40) * MINUTE),
    ]
    if today.naps is None and habits.nap_minutes and chance.random() < 0.85:
        length = habits.nap_minutes * chance.uniform(0.6, 1.5) * MINUTE / today.vigour
        anchors.append((lunch + 75 * MINUTE, "nap", length))
    if today.nap_at:
        low, high = today.nap_at
        anchors.append((low, "nap", high - low))
    likely = min(1.0, habits.outings / 3 * today.outings * today.vigour)
    for begin, low, high in (
        (_seconds(habits.wake) + 130 * MINUTE, 35, 95),  # the market
        (lunch + 225 * MINUTE, 25, 100),  # neighbours, the park
        (dinner + 80 * MINUTE, 20, 70),  # a stroll or the dancing in the square
    ):
        if chance.random() < likely:
            at = _near(chance, begin, 20 * MINUTE, 45 * MINUTE)
            anchors.append((at, OUT, chance.uniform(low, high) * MINUTE))
    kept = [
        anchor
        for anchor in anchors
        if anchor[1] not in (OUT, "nap")
        or not any(one.start < anchor[0] + anchor[2] and anchor[0] < one.end for one in today.guests)
    ]
    if today.outs:
        kept = [anchor for anchor in kept if anchor[1] != OUT]
        kept += [(low, OUT, high - low) for low, high in today.outs]
    return sorted(kept)


class _Writer:
    """Writes one stay after the other, so that they cannot overlap."""

    def __init__(self, plan: Plan, chance: Random) -> None:
        self.visits: list[Visit] = []
        self.now = 0.0
        self._plan = plan
        self._chance = chance
        self._since_toilet = 0.0

    def spend(self, activity: str, seconds: float) -> None:
        room = self._plan.room_of_kind(*ACTIVITIES[activity].rooms).id
        self._stay(room, activity, seconds)
        self._since_toilet = 0.0 if activity == "toilet" else self._since_toilet + seconds

    def leave(self, seconds: float) -> None:
        """Go out by the front door and come home."""
        self.spend("pass", self._chance.uniform(20, 70))
        self._stay("", OUT, seconds)
        self.spend("pass", self._chance.uniform(15, 50))
        self._since_toilet += 1.5 * 3600

    def away(self, until: float) -> None:
        """Be gone until then; at midnight nobody walks through the hall."""
        if self.now > 0:
            self.spend("pass", self._chance.uniform(20, 70))
        self._stay("", OUT, until - self.now)
        if until < DAY:
            self.spend("pass", self._chance.uniform(15, 50))

    def linger(self, until: float) -> None:
        """Fill the time with what one does at home, a toilet now and then."""
        likely = {name: one.weight for name, one in ACTIVITIES.items() if one.weight}
        before = ""
        while until - self.now > 2 * MINUTE:
            if self._since_toilet > self._chance.uniform(1.2, 3.2) * 3600:
                self.spend("toilet", around(self._chance, ACTIVITIES["toilet"].stay, 0.4))
                continue
            names = [name for name in likely if name != before]
            before = self._chance.choices(names, [likely[name] for name in names])[0]
            activity = ACTIVITIES[before]
            length = around(self._chance, activity.stay, activity.spread)
            self.spend(before, min(length, max(until - self.now, MINUTE)))

    def night(self, until: float) -> None:
        """Sleep, with the toilet visits of the night."""
        hours = max(0.0, until - self.now) / 3600
        likely = self._plan.resident.habits.night_toilets * hours / 8.5
        times = sorted(
            self._chance.uniform(self.now + 20 * MINUTE, until - 20 * MINUTE)
            for _ in range(_count(self._chance, likely))
            if hours > 1
        )
        for at in times:
            if at - self.now > 15 * MINUTE:
                self.spend("sleep", at - self.now)
                self.spend("toilet", self._chance.uniform(2, 6) * MINUTE)
        if until > self.now:
            self.spend("sleep", until - self.now)

    def _stay(self, room: str, activity: str, seconds: float) -> None:
        end = min(DAY, self.now + seconds)
        if end > self.now:
            self.visits.append(Visit(self.now, end, room, activity))
            self.now = end


def _seconds(of_day: time) -> float:
    return of_day.hour * 3600.0 + of_day.minute * MINUTE + of_day.second


def _near(chance: Random, middle: float, spread: float, most: float) -> float:
    return middle + max(-most, min(most, chance.gauss(0, spread)))


def _count(chance: Random, mean: float) -> int:
    """A number with a Poisson distribution, by adding up waiting times."""
    count, reached = 0, chance.expovariate(1.0)
    while reached < mean:
        count += 1
        reached += chance.expovariate(1.0)
    return count
