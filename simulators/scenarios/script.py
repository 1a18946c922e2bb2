"""A scenario as it is written down: acts with their times, and the truth about what must be raised.

Pure but for reading the file. Seconds count from the beginning of the scenario.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from models.detection.finding import Risk
from simulators.errors import ScenarioError
from simulators.home.plan import Texts

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
    "bridge_lost",
    "bridge_back",
    "cable_cut",
    "cable_stalled",
    "cable_whole",
]
OF_THE_CABLE = frozenset({"cable_cut", "cable_stalled", "cable_whole"})
OF_THE_BRIDGE = frozenset({"bridge_lost", "bridge_back"})

_FOLDER = files("simulators") / "scenarios"


class Deeds(Struct, frozen=True, forbid_unknown_fields=True):
    """Something that is made to happen, once or several times."""

    after_s: Annotated[float, Meta(ge=0)]
    act: Deed
    room: str = ""
    times: Annotated[int, Meta(ge=1, le=10_000)] = 1
    every_s: Annotated[float, Meta(gt=0)] = 1.0


class Must(Struct, frozen=True, forbid_unknown_fields=True):
    """A risk that must be raised within some time after the first act of that name."""

    risk: Risk
    after: Deed
    within_s: Annotated[float, Meta(gt=0)]


class Script(Struct, frozen=True, forbid_unknown_fields=True):
    """One scenario."""

    title: Texts
    story: Texts
    plan: str  #: the home in which it is told
    acts: Annotated[list[Deeds], Meta(min_length=1)]
    must: list[Must] = []
    may: list[Risk] = []  #: neither asked for nor wrong; whatever stands in neither list must not be raised
    lasts_s: float = 60.0  #: it ends earlier when all acts are done and all that must be raised has been
    settles_s: float = 5.0  #: but not before so long after the last act, to see what should not come

    @property
    def needs_cable(self) -> bool:
        """Whether the line between the agent and the hub must run through a cable of ours."""
        return any(deed.act in OF_THE_CABLE for deed in self.acts)

    def schedule(self) -> list[tuple[float, Deed, str]]:
        """Return every single act: (second, act, room), in order."""
        return sorted(
            (deed.after_s + turn * deed.every_s, deed.act, deed.room)
            for deed in self.acts
            for turn in range(deed.times)
        )


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
    happens = {deed.act for deed in script.acts}
    for must in script.must:
        if must.after not in happens:
            raise ScenarioError(f"{name}: '{must.risk}' is to follow '{must.after}', which never happens.")
    return script
