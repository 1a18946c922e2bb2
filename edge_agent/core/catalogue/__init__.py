"""The capability table: which model of device can tell what, and how to read it.

A device is known by vendor and model, never by the names of its fields: `contact` of one model is a door and
of another a bed. What is not in the table is shown to a person as unplaced, and nothing is guessed from it.
To add a device, add a row to the file of its trade and a recorded sequence to the tests.
"""

from __future__ import annotations

from collections.abc import Mapping

from edge_agent.core.catalogue import activity, announced, falls, pins, readings, recordings, safety, worn
from edge_agent.core.rules import Capability


def _table() -> dict[tuple[str, str], Capability]:
    table: dict[tuple[str, str], Capability] = {}
    for trade in (activity, safety, falls, readings, announced, pins, worn, recordings):
        for row in trade.ROWS:
            # One model may have two names in one; some programs cannot write the slash between them.
            for model in {row.model, row.model.replace("/", "-")}:
                if (row.vendor, model) in table:
                    raise ValueError(f"{row.vendor} {model} stands twice in the catalogue.")
                table[row.vendor, model] = row
    return table


CATALOGUE: Mapping[tuple[str, str], Capability] = _table()
