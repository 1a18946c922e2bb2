"""Whether a station or centre can take what falls to it, and what the tier above does where it cannot.

Pure: how an organisation's people answered lately in, a standing with its reason out; a policy in, and out
comes one in which the tier above stands beside the one that cannot. Nobody is left out of a policy by this: a
tier that seems away is still called, only no longer waited for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

import msgspec

from hub.escalation.policy import Policy, Step, Tier
from hub.language import N_
from models.detection.finding import Reason

Kind = Literal["ready", "unstaffed", "offline", "overloaded", "slow"]

#: How far back calls tell how a tier is now.
LATELY: Final = timedelta(minutes=30)
#: So many calls in a row that no human answered, to however many people: nobody seems to be there.
SILENT_CALLS: Final = 3
#: Open alerts that it was called for, for each person on duty: a person can go to one place at a time.
ALERTS_PER_PERSON: Final = 2
#: Telecare answers 97.5 % within 60 s; a tier whose latest answers took longer than this is slow.
SLOW: Final = timedelta(seconds=120)
FEWEST_ANSWERS: Final = 3  #: so many make a pace
NEXT: Final[Mapping[Tier, Tier]] = {"station": "centre", "centre": "county"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lately:
    """How an organisation's people answered within LATELY, drills left out."""

    on_duty: int  #: people who can be called now
    rota_gap: bool = False  #: it has a rota, and nobody is on duty by it
    silent_calls: int = 0  #: calls since the last answer that ended without one
    open_alerts: int = 0  #: alerts that are open and that its people were called for or took
    answer_times: tuple[timedelta, ...] = ()  #: from the call to the key, the latest first


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a tier can take an alert now, and why not."""

    kind: Kind
    reason: Reason | None = None

    @property
    def ready(self) -> bool:
        """Whether nothing speaks against waiting for it."""
        return self.kind == "ready"


READY: Final = Standing("ready")


def standing(lately: Lately) -> Standing:
    """Return how an organisation stands; what is gravest is said."""
    if lately.rota_gap:
        return Standing("unstaffed", Reason(N_("nobody is on duty by the rota"), {}))
    if lately.silent_calls >= SILENT_CALLS:
        text = N_("its last {calls} calls were not answered")
        return Standing("offline", Reason(text, {"calls": lately.silent_calls}))
    most = ALERTS_PER_PERSON * max(1, lately.on_duty)
    if lately.open_alerts >= most:
        text = N_("{alerts} alerts are open for {people} on duty")
        return Standing("overloaded", Reason(text, {"alerts": lately.open_alerts, "people": lately.on_duty}))
    times = sorted(lately.answer_times[:5])
    if len(times) >= FEWEST_ANSWERS and times[len(times) // 2] > SLOW:
        seconds = round(times[len(times) // 2].total_seconds())
        text = N_("its latest answers took {seconds} s")
        return Standing("slow", Reason(text, {"seconds": seconds}))
    return READY


@dataclass(frozen=True, slots=True)
class HandOver:
    """The tier above stands in for one that cannot."""

    of: Tier
    to: Tier
    kind: Kind
    reason: Reason


def hand_over(policy: Policy, standings: Mapping[Tier, Standing]) -> tuple[Policy, tuple[HandOver, ...]]:
    """Return the policy with the tier above at the side of every tier that cannot, and what was handed over.

    A tier that is away is called after the one above it; one that is overloaded or slow, in the same moment.
    """
    steps = list(policy.steps)
    made: list[HandOver] = []
    for tier, above in NEXT.items():
        found = standings.get(tier, READY)
        here, there = _at(steps, tier), _at(steps, above)
        if found.ready or found.reason is None or here is None or there is None:
            continue
        taking = msgspec.structs.replace(steps[there], from_round=min(steps[here].from_round, 1))
        steps.pop(there)
        here = _at(steps, tier) or 0
        if found.kind in ("unstaffed", "offline"):
            steps.insert(here, taking)
        else:
            steps[here] = msgspec.structs.replace(steps[here], head_start_s=1.0)
            steps.insert(here + 1, taking)
        made.append(HandOver(tier, above, found.kind, found.reason))
    return msgspec.structs.replace(policy, steps=tuple(steps)), tuple(made)


def _at(steps: Sequence[Step], name: str) -> int | None:
    return next((n for n, step in enumerate(steps) if step.name == name), None)
