"""A plausible day of one person: which room, doing what, when, and the movements that sensors could feel.

Pure and seeded: the same seed, date and plan give the same day. The day is built around anchors (up,
meals, nap, outings, bed) with quiet hours between them. Knows no sensor: what nobody measures happens too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple

from simulators.home.plan import Plan, RoomKind

MINUTE = 60.0
DAY = 86_400.0


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


@dataclass(frozen=True, slots=True)
class Activity:
    """Where a thing is done, best room first, and how many seconds lie between movements."""

    rooms: tuple[RoomKind, ...]
    gap_s: float


ACTIVITIES: dict[str, Activity] = {
    "sleep": Activity(("bedroom",), 2_700),
    "nap": Activity(("bedroom",), 1_500),
    "toilet": Activity(("bathroom",), 35),
    "wash": Activity(("bathroom",), 18),
    "cook": Activity(("kitchen",), 22),
    "eat": Activity(("living", "kitchen"), 70),
    "tidy": Activity(("bedroom", "living"), 15),
    "television": Activity(("living",), 170),
    "hobby": Activity(("study", "living"), 120),
    "tea": Activity(("kitchen",), 25),
    "pass": Activity(("hall",), 6),
}
OUT = "out"


def day(seed: int, on: date, plan: Plan) -> list[Act]:
    """Return the acts from local midnight to local midnight, in order."""
    chance = Random(f"{seed}/{plan.id}/{on.isoformat()}/acts")  # noqa: S311 - a simulation
    midnight = datetime.combine(on, time(), plan.timezone)
    start = round(midnight.timestamp() * 1000)
    end = round((datetime.combine(on + timedelta(days=1), time(), plan.timezone)).timestamp() * 1000)
    hall = plan.room_of_kind("hall").id
    acts: list[Act] = []
    for visit in visits(seed, on, plan):
        for second, what, room in _felt(visit, hall, chance):
            at = start + round(second * 1000)
            if at < end:
                acts.append(Act(at, what, room))
    acts.sort()
    return acts


def visits(seed: int, on: date, plan: Plan) -> list[Visit]:
    """Return the stays of one day; together they cover it without a gap."""
    chance = Random(f"{seed}/{plan.id}/{on.isoformat()}/visits")  # noqa: S311 - a simulation
    habits = plan.resident.habits
    wake = _around(chance, _seconds(habits.wake), 18 * MINUTE, 70 * MINUTE)
    sleep = _around(chance, _seconds(habits.sleep), 20 * MINUTE, 60 * MINUTE)
    sleep = min(sleep, DAY - 20 * MINUTE)
    writer = _Writer(plan, chance)
    writer.night(wake)
    for activity, low, high in (("toilet", 3, 8), ("wash", 5, 14), ("cook", 12, 30), ("eat", 12, 28)):
        writer.spend(activity, chance.uniform(low, high) * MINUTE)
    for begin, activity, seconds in _anchors(plan, chance):
        writer.linger(begin)
        if writer.now > begin + 90 * MINUTE or writer.now + seconds > sleep - 15 * MINUTE:
            continue  # the day went another way; this falls out
        if activity == "meal":
            writer.spend("cook", seconds)
            writer.spend("eat", chance.uniform(14, 32) * MINUTE)
        elif activity == OUT:
            writer.leave(seconds)
        else:
            writer.spend(activity, seconds)
    writer.linger(sleep - 12 * MINUTE)
    writer.spend("toilet", chance.uniform(2, 5) * MINUTE)
    writer.spend("wash", chance.uniform(3, 7) * MINUTE)
    writer.night(DAY)
    return writer.visits


def _anchors(plan: Plan, chance: Random) -> list[tuple[float, str, float]]:
    """What this day has beside getting up and going to bed: (when, what, how long), in order."""
    habits = plan.resident.habits
    lunch = _around(chance, _seconds(habits.lunch), 14 * MINUTE, 50 * MINUTE)
    dinner = _around(chance, _seconds(habits.dinner), 14 * MINUTE, 50 * MINUTE)
    anchors = [
        (lunch, "meal", chance.uniform(22, 45) * MINUTE),
        (dinner, "meal", chance.uniform(20, 40) * MINUTE),
    ]
    if habits.nap_minutes and chance.random() < 0.85:
        length = habits.nap_minutes * chance.uniform(0.6, 1.5) * MINUTE
        anchors.append((lunch + 75 * MINUTE, "nap", length))
    likely = min(1.0, habits.outings / 3)
    for begin, low, high in (
        (_seconds(habits.wake) + 130 * MINUTE, 35, 95),  # the market
        (lunch + 225 * MINUTE, 25, 100),  # neighbours, the park
        (dinner + 80 * MINUTE, 20, 70),  # a stroll or the dancing in the square
    ):
        if chance.random() < likely:
            at = _around(chance, begin, 20 * MINUTE, 45 * MINUTE)
            anchors.append((at, OUT, chance.uniform(low, high) * MINUTE))
    return sorted(anchors)


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

    def linger(self, until: float) -> None:
        """Fill the time with what one does at home, a toilet now and then."""
        while until - self.now > 2 * MINUTE:
            if self._since_toilet > self._chance.uniform(1.6, 3.5) * 3600:
                self.spend("toilet", self._chance.uniform(2, 7) * MINUTE)
                continue
            activity = self._chance.choices(("television", "hobby", "tidy", "tea"), (5, 4, 3, 2))[0]
            longest = {"television": 75.0, "hobby": 50.0, "tidy": 18.0, "tea": 7.0}[activity] * MINUTE
            length = self._chance.uniform(0.25, 1.0) * longest
            self.spend(activity, min(length, max(until - self.now, MINUTE)))

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


def _felt(visit: Visit, hall: str, chance: Random) -> list[tuple[float, str, str]]:
    """The movements of one stay; going out and coming home move the door."""
    if visit.activity == OUT:
        return [
            (visit.start, "door_open", hall),
            (visit.start + chance.uniform(3, 11), "door_close", hall),
            (visit.end - chance.uniform(4, 13), "door_open", hall),
            (visit.end, "door_close", hall),
        ]
    gap = ACTIVITIES[visit.activity].gap_s
    felt = []
    second = visit.start
    if visit.activity in ("sleep", "nap"):
        second += chance.uniform(5, 60)  # lying down takes a moment, then it is quiet
        felt.append((min(second, visit.end), "move", visit.room))
        second += chance.expovariate(1 / gap)
    while second < visit.end:
        felt.append((second, "move", visit.room))
        second += 2.0 + chance.expovariate(1 / gap)
    return felt


def _seconds(of_day: time) -> float:
    return of_day.hour * 3600.0 + of_day.minute * MINUTE + of_day.second


def _around(chance: Random, middle: float, spread: float, most: float) -> float:
    return middle + max(-most, min(most, chance.gauss(0, spread)))


def _count(chance: Random, mean: float) -> int:
    """A number with a Poisson distribution, by adding up waiting times."""
    count, reached = 0, chance.expovariate(1.0)
    while reached < mean:
        count += 1
        reached += chance.expovariate(1.0)
    return count
