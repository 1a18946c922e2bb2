"""What can be wired to the Raspberry Pi's own pins. The vendor is `GPIO`; the pin stands with the placement.

A contact, a button and the relay of a power supply close to ground, so that a torn cable looks like an open
door, like a button that nobody presses, and like a power cut.
"""

from __future__ import annotations

from dataclasses import replace

from edge_agent.core.catalogue.rows import CLOSED, row
from edge_agent.core.rules import YES_NO, Change, Movement

ROWS = (
    row(
        "GPIO",
        "contact",
        Change(field="pin", kind="contact", values=CLOSED, settles_s=1.0),
        mains=True,
        ecosystem="gpio",
    ),
    row(
        "GPIO",
        "sos-button",
        Change(field="pin", kind="sos", values=YES_NO, tells_end=False),
        mains=True,
        ecosystem="gpio",
    ),
    # The "mains is there" contact of an uninterruptible power supply: the only one who can tell, for whatever
    # hangs on the mains is silent then. A light that flickers is no power cut.
    row(
        "GPIO",
        "mains",
        Change(field="pin", kind="mains", values=YES_NO, settles_s=60.0),
        mains=True,
        ecosystem="gpio",
    ),
    # A movement detector gives 3.3 V while it sees something.
    replace(row("GPIO", "motion", Movement(field="pin"), mains=True, ecosystem="gpio"), pulled_up=False),
)
