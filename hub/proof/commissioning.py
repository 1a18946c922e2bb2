"""What has to be shown before a home may be relied on: step by step, from facts. Pure.

A home is installed when a human has answered, not when a box has been delivered. Each step is proven by what
happened, never by somebody's tick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from models.contract.measurements import MEASUREMENTS

StepName = Literal["home", "people", "paired", "sensors", "walked", "tested", "live"]
#: In the order in which an installer goes.
STEPS: Final[tuple[StepName, ...]] = ("home", "people", "paired", "sensors", "walked", "tested", "live")

#: One person may be asleep, away, or without network.
RESPONDERS: Final = 2
#: An answered test alert proves so long that the way is open.
TEST_HOLDS: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """A sensor of the home, as far as its installation goes."""

    id: str
    name: str
    room: str
    kinds: tuple[str, ...]
    placed: bool  #: somebody has said where it is
    heard_at: datetime | None
    triggered_at: datetime | None  #: since the walk test began

    @property
    def by_hand(self) -> bool:
        """Whether a person can make it speak; what only measures speaks by itself, in its own time."""
        groups = _groups(self.kinds)
        return not groups or not groups.isdisjoint({"safety", "activity"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a home while it is being set up."""

    status: str
    has_address: bool
    residents: int
    responders: int  #: people who help and can be called, of the home and of its station
    proven: int  #: of them: a human has pressed a key at one of their numbers
    edge_heard_at: datetime | None
    supervision: timedelta
    walk_began_at: datetime | None
    sensors: Sequence[Sensor]
    test_answered_at: datetime | None  #: the latest test alert that a human answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step, and whether it is shown."""

    name: StepName
    done: bool


def steps(facts: Facts, now: datetime) -> list[Step]:
    """Return every step in order."""
    placed = [sensor for sensor in facts.sensors if sensor.placed]
    walked = [sensor for sensor in placed if sensor.by_hand]
    done: dict[StepName, bool] = {
        "home": facts.has_address and facts.residents > 0,
        "people": facts.proven >= RESPONDERS,
        "paired": facts.edge_heard_at is not None and now - facts.edge_heard_at <= facts.supervision,
        "sensors": bool(facts.sensors) and len(placed) == len(facts.sensors),
        "walked": (
            facts.walk_began_at is not None
            and bool(walked)
            and all(sensor.triggered_at is not None for sensor in walked)
        ),
        "tested": facts.test_answered_at is not None and now - facts.test_answered_at <= TEST_HOLDS,
        "live": facts.status == "live",
    }
    return [Step(name=name, done=done[name]) for name in STEPS]


def unproven(facts: Facts, now: datetime) -> list[StepName]:
    """Return the steps that are not shown yet, without going live itself."""
    return [step.name for step in steps(facts, now) if not step.done and step.name != "live"]


def next_step(found: Sequence[Step]) -> StepName | None:
    """Return the first step that is open, or None when the home is live and proven."""
    return next((step.name for step in found if not step.done), None)


def is_sensor(kinds: Sequence[str]) -> bool:
    """Whether what tells this is a thing in a room, and not the bridge that the sensors speak through."""
    return _groups(kinds) != {"supervision"}


def _groups(kinds: Sequence[str]) -> set[str]:
    return {MEASUREMENTS[kind].group for kind in kinds if kind in MEASUREMENTS}
