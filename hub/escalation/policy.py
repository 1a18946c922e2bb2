"""An escalation policy: who, in what order, after how long. Frozen into the alert when it is raised.

Pure: people in, policy out. A home that nobody configured gets a policy that is right for most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec
from msgspec import Struct

from models.detection.finding import Severity

Role = Literal["family", "neighbour", "doctor", "duty"]
Tier = Literal["home", "station", "centre", "county"]
Channel = Literal["voice", "sms"]


class Method(Struct, frozen=True):
    """A way to reach a person."""

    channel: Channel
    address: str


class Person(Struct, frozen=True, kw_only=True):
    """Somebody who may be told, with their methods in order of preference."""

    id: str
    name: str
    role: Role
    tier: Tier
    language: str = "zh"
    rank: int = 1
    methods: tuple[Method, ...] = ()

    @property
    def calls(self) -> tuple[Method, ...]:
        """The methods by which this person can answer."""
        return tuple(method for method in self.methods if method.channel == "voice")

    @property
    def texts(self) -> tuple[Method, ...]:
        """The methods that inform and cannot be answered."""
        return tuple(method for method in self.methods if method.channel == "sms")


class Step(Struct, frozen=True, kw_only=True):
    """One rung: these people, one after the other."""

    name: str
    people: tuple[Person, ...]
    wait_s: float = 60.0  #: for one person, at most; whatever fails sooner moves on at once
    from_round: int = 1  #: the circle widens: some are only called when a whole round reached nobody


class Policy(Struct, frozen=True, kw_only=True):
    """The whole ladder. It never ends: after the last step comes a pause and the next round."""

    steps: tuple[Step, ...]
    pause_s: float

    @property
    def reachable(self) -> bool:
        """Whether there is anybody at all who can answer."""
        return any(person.calls for step in self.steps for person in step.people)


PAUSE_S: dict[Severity, float] = {"emergency": 20.0, "warning": 600.0, "advice": 3600.0}


def default_policy(people: Iterable[Person], severity: Severity, first_called: str) -> Policy:
    """Return the policy of a home: family and neighbours, then its station, then the tiers above.

    `first_called` is `family` or `station`. The township centre joins an emergency's first round and the
    county its second; for a warning each joins a round later. People without any method are left out.
    """
    groups: dict[str, list[Person]] = {"family": [], "station": [], "centre": [], "county": []}
    for person in sorted(people, key=lambda p: (p.rank, p.id)):
        if person.methods:
            groups["family" if person.tier == "home" else person.tier].append(person)
    order = ["station", "family"] if first_called == "station" else ["family", "station"]
    later = 0 if severity == "emergency" else 1
    rounds = {"family": 1, "station": 1, "centre": 1 + later, "county": 2 + later}
    steps = tuple(
        Step(name=name, people=tuple(groups[name]), from_round=rounds[name])
        for name in [*order, "centre", "county"]
        if groups[name]
    )
    if steps and all(step.from_round > 1 for step in steps):  # nobody nearer: they are the first round
        steps = tuple(msgspec.structs.replace(step, from_round=1) for step in steps)
    return Policy(steps=steps, pause_s=PAUSE_S[severity])


def freeze(policy: Policy) -> dict[str, Any]:
    """Return the policy as it is kept in the alert's row."""
    frozen: dict[str, Any] = msgspec.to_builtins(policy)
    return frozen


def thaw(row: Mapping[str, Any]) -> Policy:
    """Return the policy that was frozen into an alert."""
    return msgspec.convert(row, Policy)
