"""A scenario as it is written down: what happens when, what goes wrong, and the truth about what is raised.

Pure but for reading the file. Seconds count from the beginning of the scenario; hours are of the clock on the
home's wall.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from models.detection.finding import Risk
from simulators.errors import ScenarioError
from simulators.faults.fault import Fault
from simulators.home import plan as plans
from simulators.home.circumstances import Special
from simulators.home.plan import Plan, Texts

Deed = Literal[
    "move",
    "door_open",
    "door_close",
    "sos",
    "smoke",
    "smoke_clear",
    "smoke_test",
    "leak",
    "leak_dry",
    "tamper",
    "fall_suspected",
    "fall",
    "fall_clear",
    "bed_in",
    "bed_out",
    "co",
    "co_clear",
    "gas",
    "gas_clear",
    "chill",
    "heat",
    "worn_fall",
    "worn_drop",
    "bridge_lost",
    "bridge_back",
    "cable_cut",
    "cable_stalled",
    "cable_whole",
]
OF_THE_CABLE = frozenset({"cable_cut", "cable_stalled", "cable_whole"})
OF_THE_BELT = frozenset({"worn_fall", "worn_drop"})
OF_THE_BRIDGE = frozenset({"bridge_lost", "bridge_back"})
BEGIN = "begin"  #: the first instant, for a truth that follows nothing else

_FOLDER = files("simulators") / "scenarios"


class Deeds(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that is made to happen, once or several times."""

    act: Deed
    after_s: Annotated[float, Meta(ge=0)] | None = None  #: either this, or `at`
    at: time | None = None
    day: Annotated[int, Meta(ge=0, le=400)] = 0
    room: str = ""
    times: Annotated[int, Meta(ge=1, le=10_000)] = 1
    every_s: Annotated[float, Meta(gt=0)] = 1.0
    home: Annotated[int, Meta(ge=0, le=100)] = 0  #: of several homes, in which


class Must(Struct, frozen=True, forbid_unknown_fields=True):
    """A risk that must be raised within some time after something of that name first happened."""

    risk: Risk
    after: str  #: an act, a fault, something of the life, or `begin`
    within_s: Annotated[float, Meta(gt=0)]
    not_before_s: Annotated[float, Meta(ge=0)] = 0.0  #: sooner is wrong: nothing could be known yet


class May(Struct, frozen=True, forbid_unknown_fields=True):
    """A risk that may be raised, but neither sooner nor more loudly than this."""

    risk: Risk
    after: str = BEGIN
    not_before_s: Annotated[float, Meta(ge=0)] = 0.0
    at_most: Literal["advice", "warning", "emergency"] = "emergency"


class Script(Struct, frozen=True, forbid_unknown_fields=True):
    """One scenario."""

    title: Texts
    story: Texts
    plan: str  #: the home in which it is told
    acts: list[Deeds] = []
    must: list[Must] = []
    #: Neither asked for nor wrong; whatever stands in neither list must not be raised.
    may: list[Risk | May] = []
    lasts_s: float = 60.0  #: it ends earlier when all acts are done and all that must be raised has been
    settles_s: float = 5.0  #: but not before so long after the last act, to see what should not come
    starts: datetime | None = None  #: by the clock on the wall; such a scenario is for the time-lapse
    lives: bool = False  #: whether the resident lives the day beside what is written here
    seed: int = 1
    history_days: Annotated[int, Meta(ge=0, le=120)] = 0  #: of the resident's life, learnt from beforehand
    homes: Annotated[int, Meta(ge=1, le=50)] = 1  #: alike, with other seeds
    supervision_s: Annotated[float, Meta(gt=0)] = 180.0  #: how long the home may be silent
    up_by: time | None = None  #: when the resident is up, as was agreed
    zone: str = ""  #: another than the plan's
    sensors: list[str] = []  #: of the plan, by friendly name; all by default
    wearable: Literal["", "waist", "wrist"] = ""  #: where the resident wears a belt or a watch
    habits: dict[str, Any] = {}  #: other than the plan's
    life: list[Special] = []
    faults: list[Fault] = []

    @property
    def needs_cable(self) -> bool:
        """Whether the line between the agent and the hub must run through a cable of ours."""
        return any(deed.act in OF_THE_CABLE for deed in self.acts)

    @property
    def needs_time_lapse(self) -> bool:
        """Whether it plays at hours of its own, or does what only a time-lapse can do."""
        told = (self.starts, self.lives, self.faults, self.life, self.wearable)
        return any(told) or self.homes > 1

    def begins(self) -> datetime:
        """Return the first instant by the clock on the wall, without a zone."""
        return self.starts or datetime(2026, 3, 10, 9)  # noqa: DTZ001 - the wall has no zone

    def second(self, after_s: float | None, at: time | None, day: int) -> float:
        """Return when something is, in seconds from the beginning."""
        if after_s is not None:
            return after_s
        begins = self.begins()
        on = datetime.combine(begins.date() + timedelta(days=day), at or time())
        return (on - begins).total_seconds()

    def schedule(self) -> list[tuple[float, Deed, str]]:
        """Return every single act: (second, act, room), in order."""
        return sorted(
            (self.second(deed.after_s, deed.at, deed.day) + turn * deed.every_s, deed.act, deed.room)
            for deed in self.acts
            for turn in range(deed.times)
        )

    def plan_of(self, name: str = "") -> Plan:
        """Return the home: that of the scenario or another, with the scenario's own habits and sensors.

        Raises PlanError and ScenarioError.
        """
        plan = plans.load(name or self.plan)
        if self.zone:
            plan = replace(plan, zone=self.zone)
        if self.sensors:
            kept = [sensor for sensor in plan.sensors if sensor.friendly_name in self.sensors]
            if len(kept) < len(self.sensors):
                raise ScenarioError(f"The home {plan.id} lacks one of the sensors {', '.join(self.sensors)}.")
            plan = replace(plan, sensors=kept)
        if not self.habits:
            return plan
        known = msgspec.to_builtins(plan.resident.habits)
        try:
            habits = msgspec.convert({**known, **self.habits}, plans.Habits)
        except msgspec.ValidationError as error:
            raise ScenarioError(f"habits: {error}") from error
        return replace(plan, resident=replace(plan.resident, habits=habits))

    def happenings(self) -> dict[str, float]:
        """Return when everything that a truth may follow first happens, in seconds."""
        first: dict[str, float] = {BEGIN: 0.0}
        told: list[tuple[float, str]] = [(second, act) for second, act, _ in self.schedule()]
        told += [(self.second(one.after_s, one.at, one.day), one.what) for one in self.faults]
        told += [(self.second(None, one.at, one.day), one.what) for one in self.life]
        for second, what in sorted(told, reverse=True):
            first[what] = second
        return first


def names() -> tuple[str, ...]:
    """Return the names of the scenarios that come with the simulators."""
    return tuple(sorted(file.name[:-5] for file in _FOLDER.iterdir() if file.name.endswith(".toml")))


def load(name: str) -> Script:
    """Return the scenario called `name`, or that of the TOML file at that path. Raises ScenarioError."""
    try:
        content = (_FOLDER / f"{name}.toml").read_bytes() if name in names() else Path(name).read_bytes()
    except OSError as error:
        raise ScenarioError(f"'{name}' is neither a file nor one of {', '.join(names())}.") from error
    try:
        script = msgspec.toml.decode(content, type=Script)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{name}: {error}") from error
    _check(name, script)
    return script


def _check(name: str, script: Script) -> None:
    if script.starts is not None and script.starts.tzinfo is not None:
        raise ScenarioError(f"{name}: 'starts' is by the clock on the wall, without a zone.")
    if not script.wearable and any(deed.act in OF_THE_BELT for deed in script.acts):
        raise ScenarioError(f'{name}: nobody wears anything that could fall: say wearable = "waist".')
    timed = [(deed.act, deed.after_s, deed.at) for deed in script.acts]
    for what, after_s, at in (*timed, *((one.what, one.after_s, one.at) for one in script.faults)):
        if (after_s is None) == (at is None):
            raise ScenarioError(f"{name}: '{what}' needs either after_s or at.")
    if not (script.acts or script.lives or script.faults):
        raise ScenarioError(f"{name}: nothing happens in it.")
    happens = script.happenings()
    truths: list[Must | May] = [*script.must, *(one for one in script.may if isinstance(one, May))]
    for truth in truths:
        if truth.after not in happens:
            raise ScenarioError(f"{name}: '{truth.risk}' is to follow '{truth.after}', which never happens.")


def instant(script: Script, plan: Plan, second: float) -> int:
    """Return the instant (ms) of a second of the scenario in the zone of a home."""
    return round(script.begins().replace(tzinfo=plan.timezone).timestamp() * 1000 + second * 1000)
