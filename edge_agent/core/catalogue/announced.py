"""Whatever announces itself to Home Assistant with a device class, once a person has placed it.

Placed as `Home Assistant`, `entities`. The class says what is measured and which way round, as Home Assistant
defines it: a door is open while it is on. A class that stands nowhere here means nothing, and there is none
for a call for help: nobody presses a button that was guessed.
"""

from __future__ import annotations

from edge_agent.core.catalogue.readings import HUMIDITY, TEMPERATURE
from edge_agent.core.catalogue.rows import row
from edge_agent.core.catalogue.safety import LEAK_AGAIN_S, SMOKE_AGAIN_S
from edge_agent.core.rules import YES_NO, Change, Movement, Quantity, Threshold

VENDOR, MODEL = "Home Assistant", "entities"


def _state(field: str, kind: str, *, settles_s: float = 0.0, again_s: float | None = None) -> Change:
    return Change(field=field, kind=kind, values=YES_NO, settles_s=settles_s, again_s=again_s)


ROWS = (
    row(
        VENDOR,
        MODEL,
        Movement(field="motion"),
        _state("occupancy", "presence"),
        _state("presence", "presence"),
        _state("door", "contact", settles_s=1.0),
        _state("garage_door", "contact", settles_s=1.0),
        _state("opening", "contact", settles_s=1.0),
        _state("window", "contact", settles_s=1.0),
        Change(field="vibration", kind="vibration", values=YES_NO, tells_end=False),
        _state("smoke", "smoke", again_s=SMOKE_AGAIN_S),
        _state("carbon_monoxide", "co", again_s=SMOKE_AGAIN_S),
        _state("gas", "gas", again_s=SMOKE_AGAIN_S),
        _state("moisture", "leak", again_s=LEAK_AGAIN_S),
        _state("tamper", "tamper"),
        TEMPERATURE,
        HUMIDITY,
        Quantity(field="illuminance", kind="illuminance", step=50.0),
        Threshold(field="power", kind="appliance", on_above=8, off_below=4),
        ecosystem="home-assistant",
    ),
)
