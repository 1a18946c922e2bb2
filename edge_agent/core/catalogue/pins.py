"""What can be wired to the Raspberry Pi's own pins. The vendor is `GPIO`; the pin stands with the placement.

A contact and a button close to ground, so that a torn cable looks like an open door and like a button that
nobody presses.
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
    # A movement detector gives 3.3 V while it sees something.
    replace(row("GPIO", "motion", Movement(field="pin"), mains=True, ecosystem="gpio"), pulled_up=False),
)
