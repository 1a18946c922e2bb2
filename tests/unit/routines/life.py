"""A made-up resident: the same quiet life every day, with a little chance in it."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

from models.detection.limits import HOUR, MINUTE
from models.detection.routines.spells import Sign
from models.training.routines.recording import DAY, Recording, Said, Sensor

SENSORS = {
    "pir-bedroom": Sensor("pir-bedroom", "motion", "bedroom"),
    "pir-kitchen": Sensor("pir-kitchen", "motion", "kitchen"),
    "pir-bathroom": Sensor("pir-bathroom", "motion", "bathroom"),
    "pir-living": Sensor("pir-living", "motion", "living room"),
    "front-door": Sensor("front-door", "contact", "entrance", outer_door=True),
}
MONDAY = 1_772_409_600_000  #: 2 March 2026, midnight


def grandmother(days: int, seed: int = 1, name: str = "willow-7") -> Recording:
    """Sleeps from ten to six, is about the house by day, goes out for an hour every other day."""
    chance = random.Random(seed)
    said = []
    for day in range(days):
        midnight = MONDAY + day * DAY
        for hour in (1, 3, 5):  # turns over in bed
            said.append(Said(midnight + hour * HOUR + chance.randrange(60) * MINUTE, "pir-bedroom", 1.0))
        out = midnight + 10 * HOUR if day % 2 else None
        at = midnight + 6 * HOUR + chance.randrange(30) * MINUTE
        while at < midnight + 22 * HOUR:
            if out is not None and at >= out:
                said += [Said(out, "front-door", 1.0), Said(out + MINUTE, "front-door", 0.0)]
                at = out + HOUR
                said += [Said(at, "front-door", 1.0), Said(at + MINUTE, "front-door", 0.0)]
                at, out = at + 3 * MINUTE, None
            said.append(Said(at, chance.choice(["pir-kitchen", "pir-bathroom", "pir-living"]), 1.0))
            at += chance.choice([4, 8, 15, 25, 40, 70]) * MINUTE
        said.append(Said(midnight + 22 * HOUR, "pir-bedroom", 1.0))
    said.sort(key=lambda one: one.at)
    return Recording(name=name, sensors=SENSORS, said=tuple(said))


def signs_of(*told: tuple[float, str]) -> list[Sign]:
    """Signs by (hour, room); the room `door` is the outer door's contact in the entrance."""
    return [
        Sign(MONDAY + round(hour * HOUR), "entrance" if room == "door" else room, room == "door")
        for hour, room in told
    ]


def write_csv(recording: Recording, folder: Path) -> None:
    """Write a recording as plain CSV."""
    home = folder / recording.name
    home.mkdir(parents=True)
    lines = ["time,sensor,value"]
    for one in recording.said:
        lines.append(f"{_iso(one.at)},{one.sensor},{'ON' if one.value else 'OFF'}")
    (home / "events.csv").write_text("\n".join(lines) + "\n", "utf-8")
    rows = [f"{one.name},{one.kind},{one.room},{int(one.outer_door)}" for one in recording.sensors.values()]
    (home / "sensors.csv").write_text("\n".join(["sensor,kind,room,outer_door", *rows]) + "\n", "utf-8")


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
