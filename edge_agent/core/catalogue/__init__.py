"""The capability table: which model of device can tell what, and how to read it.

A device is known by vendor and model, never by the names of its fields: `contact` of one model is a door and
of another a bed. What is not in the table is shown to a person as unplaced, and nothing is guessed from it.
To add a device, add a row to the file of its trade and a recorded sequence to the tests; another name is
a line in `sold_as`.
"""

from __future__ import annotations

from collections.abc import Mapping

from edge_agent.core.catalogue import activity, announced, falls, pins, readings, recordings, safety, worn
from edge_agent.core.catalogue.sold_as import SOLD_AS
from edge_agent.core.rules import Capability


def _table() -> dict[tuple[str, str], Capability]:
    table: dict[tuple[str, str], Capability] = {}
    for trade in (activity, safety, falls, readings, announced, pins, worn, recordings):
        for row in trade.ROWS:
            # One model may have two names in one; some programs cannot write the slash between them.
            names = {(row.vendor, model) for model in (row.model, row.model.replace("/", "-"))}
            for name in names.union(SOLD_AS.get((row.vendor, row.model), ())):
                if name in table:
                    raise ValueError(f"{' '.join(name)} stands twice in the catalogue.")
                table[name] = row
    return table


CATALOGUE: Mapping[tuple[str, str], Capability] = _table()
