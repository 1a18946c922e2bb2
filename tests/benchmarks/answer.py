"""How soon a human answers: 10,000 emergencies, the hub's own decisions, people who miss calls.

Beside it a plain timer policy, as on-call systems have it: the same people in the same order, each for a
minute, whatever becomes of the call meanwhile. The same people miss the same calls in both.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, Final
from zoneinfo import ZoneInfo

from hub.escalation.moves import Progress, Tried, next_move
from hub.escalation.plan import built_in, policy_at
from hub.escalation.policy import Person, Policy
from hub.notify.lifecycle import AttemptStatus
from tests.benchmarks import parts
from tests.benchmarks.modelled_people import habit_of, household, is_awake

ALERTS: Final = 10_000
CHINA: Final = ZoneInfo("Asia/Shanghai")
BEGAN: Final = datetime(2026, 11, 16, tzinfo=UTC)
GIVEN_UP: Final = timedelta(hours=1)  #: nobody waits longer in this play; the hub would
TIMER_S: Final = 60.0  #: a step of a plain policy

Fate = tuple[AttemptStatus, float, float | None]


@dataclass(slots=True)
class Call:
    """A call that was made, and how it will end."""

    tried: Tried
    fate: Fate

    def at(self, now: datetime) -> Tried:
        """The attempt as the hub sees it at an instant."""
        ends = self.tried.created_at + timedelta(seconds=self.fate[1])
        if now >= ends:
            return replace(self.tried, status=self.fate[0])
        up = self.fate[2]
        if up is not None and now >= self.tried.created_at + timedelta(seconds=up):
            return replace(self.tried, status="talking")
        return replace(self.tried, status="ringing")

    def news(self) -> list[datetime]:
        """When the hub hears of it."""
        times = [self.fate[1]] if self.fate[2] is None else [self.fate[2], self.fate[1]]
        return [self.tried.created_at + timedelta(seconds=at) for at in times]


def by_the_engine(policy: Policy, fate_of: Callable[[Person, int], Fate], at: datetime) -> float | None:
    """Play one alert by `next_move`; return after how many seconds a human took it."""
    progress, calls, now = Progress(), list[Call](), at
    made: dict[str, int] = {}
    while now - at < GIVEN_UP:
        taken = [
            call.tried.created_at + timedelta(seconds=call.fate[1])
            for call in calls
            if call.fate[0] == "answered"
        ]
        if taken and min(taken) <= now:
            return (min(taken) - at).total_seconds()
        move = next_move(policy, progress, [call.at(now) for call in calls], now)
        for send in move.sends:
            n = made.get(send.person.id, 0)
            made[send.person.id] = n + 1
            tried = Tried(
                contact_id=send.person.id,
                address=send.method.address,
                purpose=send.purpose,
                status="queued",
                round=move.progress.round,
                step=send.step,
                created_at=now,
            )
            calls.append(Call(tried, fate_of(send.person, n)))
        progress = move.progress
        if move.look_again_at > now:
            now = min([move.look_again_at, *(t for call in calls for t in call.news() if t > now)])
    return None


def by_a_timer(policy: Policy, fate_of: Callable[[Person, int], Fate], at: datetime) -> float | None:
    """Play one alert by a timer: the next person after a minute, whatever became of the call before."""
    order = [person for step in policy.steps for person in step.people if person.on_duty(at)]
    made: dict[str, int] = {}
    best: float | None = None
    started = 0.0
    while started < GIVEN_UP.total_seconds():
        for person in order:
            if best is not None and best <= started:
                return best
            n = made.get(person.id, 0)
            made[person.id] = n + 1
            status, after, _ = fate_of(person, n)
            if status == "answered":
                best = started + after if best is None else min(best, started + after)
            started += TIMER_S
    return best


def measure(rounds: int) -> dict[str, Any]:
    """Play `rounds` times 10,000 alerts; 0 means once."""
    alerts = ALERTS * (rounds or 1)
    engine: list[float | None] = []
    timer: list[float | None] = []
    for number in range(alerts):
        chance = random.Random(f"answer/{number}")
        at = (BEGAN + timedelta(seconds=chance.randrange(7 * 86400))).astimezone(CHINA)
        people = household(chance, at)
        policy = policy_at(
            built_in("family"), people, severity="emergency", risk="fall", at=at, first_called="family"
        )
        fates: dict[tuple[str, int], Fate] = {}

        def fate_of(
            person: Person,
            n: int,
            *,
            fates: dict[tuple[str, int], Fate] = fates,
            people: list[Person] = people,
            at: datetime = at,
            number: int = number,
        ) -> Fate:
            if (person.id, n) not in fates:
                luck = random.Random(f"call/{number}/{person.id}/{n}")
                habit = habit_of(person, at, on_duty=is_awake(person, people, at))
                fates[person.id, n] = habit.becomes(luck)
            return fates[person.id, n]

        engine.append(by_the_engine(policy, fate_of, at))
        timer.append(by_a_timer(policy, fate_of, at))
        if number % 2000 == 1999:
            parts.tell(f"{number + 1} of {alerts}: {_share(engine, 60):.2%} within 60 s")
    return {"alerts": alerts, **_figures(engine), "timer_policy": _figures(timer)}


def _figures(times: list[float | None]) -> dict[str, Any]:
    known = sorted(time for time in times if time is not None)
    return {
        "answered_60s": round(_share(times, 60), 4),
        "answered_180s": round(_share(times, 180), 4),
        "p50_s": round(median(known), 1),
        "p99_s": round(known[int(len(known) * 0.99)], 1),
        "unanswered_after_an_hour": len(times) - len(known),
    }


def _share(times: list[float | None], within: float) -> float:
    return sum(time is not None and time <= within for time in times) / len(times)
