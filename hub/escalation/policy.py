"""An escalation policy: who, in what order, after how long. Frozen into the alert when it is raised.

Pure: people in, policy out. A home that nobody configured gets a policy that is right for most.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

from hub.notify.channels.port import Medium
from models.detection.finding import Severity

Role = Literal["resident", "family", "neighbour", "volunteer", "doctor", "duty"]
Tier = Literal["home", "station", "centre", "county"]


class Method(Struct, frozen=True):
    """A way to reach a person."""

    channel: Medium
    address: str
    verified: bool = False  #: a human has answered there


class Shift(Struct, frozen=True):
    """From when until when somebody is on duty."""

    since: datetime
    until: datetime


class Person(Struct, frozen=True, kw_only=True):
    """Somebody who may be told, with their methods in order of preference."""

    id: str
    name: str
    role: Role
    tier: Tier
    language: str = "zh"
    rank: int = 1
    methods: tuple[Method, ...] = ()
    shifts: tuple[Shift, ...] | None = None  #: None: at any hour; beyond `duty_known_until` too
    duty_known_until: datetime | None = None

    def on_duty(self, at: datetime) -> bool:
        """Whether this person may be called at an instant; where no rota reaches, everybody may."""
        if self.shifts is None or (self.duty_known_until is not None and at >= self.duty_known_until):
            return True
        return any(shift.since <= at < shift.until for shift in self.shifts)

    @property
    def calls(self) -> tuple[Method, ...]:
        """The methods by which this person can answer."""
        return tuple(method for method in self.methods if method.channel == "voice")

    @property
    def texts(self) -> tuple[Method, ...]:
        """The methods that inform: an answer to them is welcome, nobody waits for it."""
        return tuple(method for method in self.methods if method.channel != "voice")


class Step(Struct, frozen=True, kw_only=True):
    """One rung: these people, one after the other or all at once."""

    name: str
    people: tuple[Person, ...]
    wait_s: float = 60.0  #: for one person, at most; whatever fails sooner moves on at once
    from_round: int = 1  #: the circle widens: some are only called when a whole round reached nobody
    #: After so long the next one is called as well, while this one's telephone goes on ringing.
    head_start_s: float | None = None
    together: bool = False  #: all of them at once
    ask: bool = False  #: the resident is asked how they are, in the first round only; nobody else knows yet


class Policy(Struct, frozen=True, kw_only=True):
    """The whole ladder. It never ends: after the last step comes a pause and the next round.

    Only a drill ends by itself, after `rounds`: it must not keep people from sleep for ever.
    """

    steps: tuple[Step, ...]
    pause_s: float
    name: str = ""  #: of the plan it was made from
    rounds: int | None = None
    answers_needed: int = 1  #: so many humans must take it before nobody further is called

    @property
    def reachable(self) -> bool:
        """Whether there is anybody at all who can answer."""
        return any(person.calls for step in self.steps if not step.ask for person in step.people)


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
