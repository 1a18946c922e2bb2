"""The table of measurements: every kind of event, what its value means, and how urgent it is.

Values are numbers: 1 and 0 for something that is so or no longer so, a quantity in the given unit otherwise.
A kind that is not in the table is stored and counted, and nothing is ever concluded from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["safety", "activity", "climate", "power", "supervision"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """One kind of event. `value` says in words what the number means."""

    kind: str
    group: Group
    value: str
    unit: str = ""
    urgent: bool = False  #: leaves the edge at once, and the hub judges it before anything else
    minimum: float = 0.0
    maximum: float = 1.0
    presence: bool = False  #: a value above zero shows that somebody in the home is up and moving


_TABLE = (
    Measurement("sos", "safety", "1 a person asked for help", urgent=True, presence=True),
    Measurement("fall", "safety", "1 somebody fell, 0 nobody on the floor any more", urgent=True),
    Measurement("fall_suspected", "safety", "1 perhaps a fall, 0 no longer", urgent=True),
    Measurement("smoke", "safety", "1 smoke, 0 clear", urgent=True),
    Measurement("co", "safety", "1 carbon monoxide, 0 clear", urgent=True),
    Measurement("gas", "safety", "1 combustible gas, 0 clear", urgent=True),
    Measurement("leak", "safety", "1 water, 0 dry", urgent=True),
    Measurement("tamper", "safety", "1 the case was opened, 0 closed", urgent=True),
    Measurement("smoke_test", "supervision", "1 the test button of a smoke alarm was pressed"),
    Measurement("motion", "activity", "1 movement, 0 the sensor saw it end", presence=True),
    Measurement("presence", "activity", "1 somebody is there, 0 nobody, none unknown", presence=True),
    Measurement("contact", "activity", "1 open, 0 closed", presence=True),
    Measurement("bed", "activity", "1 in bed, 0 out of bed"),
    Measurement("vibration", "activity", "1 the thing that carries the sensor moved", presence=True),
    Measurement("appliance", "activity", "1 in use, 0 not", presence=True),
    Measurement("button", "activity", "1 an ordinary button was pressed", presence=True),
    Measurement("call", "activity", "1 the resident asks for something that is no emergency", presence=True),
    Measurement("temperature", "climate", "of the air", "°C", minimum=-60, maximum=100),
    Measurement("humidity", "climate", "of the air", "%", maximum=100),
    Measurement("illuminance", "climate", "light", "lx", maximum=200_000),
    Measurement("power", "power", "drawn by the appliance", "W", maximum=20_000),
    Measurement(
        "missed_openings", "supervision", "openings that the sensor counted and nobody heard", maximum=1000
    ),
    Measurement("mains", "supervision", "1 on mains power, 0 on battery", urgent=True),
    Measurement("bridge", "supervision", "1 the sensors' bridge works, 0 it does not"),
    Measurement("worn", "supervision", "1 the wearable is on a body, 0 it is not"),
    Measurement("asked", "supervision", "1 the resident is asked in the home, 0 the question is over"),
    Measurement(
        "well", "supervision", "1 the resident said in the home that all is well", urgent=True, presence=True
    ),
    Measurement("siren", "supervision", "1 the home's siren sounds, 0 it is silent"),
    Measurement("edge_call", "supervision", "1 the edge telephoned by itself: see outcome", urgent=True),
)

MEASUREMENTS: dict[str, Measurement] = {row.kind: row for row in _TABLE}
URGENT: frozenset[str] = frozenset(row.kind for row in _TABLE if row.urgent)
PRESENCE: frozenset[str] = frozenset(row.kind for row in _TABLE if row.presence)


def is_urgent(kind: str, value: float | None) -> bool:
    """Whether an event leaves at once. The end of an emergency may wait with the ordinary ones."""
    return kind in URGENT and value != 0


def is_plausible(kind: str, value: float | None) -> bool:
    """Whether `value` can be true for `kind`; unknown kinds are taken as they come."""
    row = MEASUREMENTS.get(kind)
    if row is None:
        return True
    if value is None:
        return kind == "presence"
    return row.minimum <= value <= row.maximum
