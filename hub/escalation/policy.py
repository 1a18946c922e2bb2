"""An escalation policy: who, in what order, after how long. Frozen into the alert when it is raised.

Pure. What people write down, by role and time of day, is a plan (`plan.py`); a policy is a plan made concrete
for one alert, with the people and shifts of that hour.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

from hub.notify.channels.port import Medium

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
    organisation: str = ""  #: whose duty it is; empty for the people of a home
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
    def helps(self) -> bool:
        """Whether this person can be sent for: anybody but the resident, who is only asked."""
        return self.role != "resident"

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


def freeze(policy: Policy) -> dict[str, Any]:
    """Return the policy as it is kept in the alert's row."""
    frozen: dict[str, Any] = msgspec.to_builtins(policy)
    return frozen


def thaw(row: Mapping[str, Any]) -> Policy:
    """Return the policy that was frozen into an alert."""
    return msgspec.convert(row, Policy)
