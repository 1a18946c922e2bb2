"""What was learnt of homes, as the looks ask for it: read one by one and kept as long as it is of use.

Most homes are looked at a few times a day, and what is known of one takes some 20 kB: only the latest stay.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

import structlog

from hub.storage.database import Connection
from models.detection.routines.model import HomeModel
from models.detection.routines.storage import UnreadableModelError, unpack

log = structlog.get_logger()

KEPT: Final = 1000  #: some 20 MB


class Shelf:
    """Answers by home; the connection is the one of whoever looks."""

    def __init__(self) -> None:
        self.connection: Connection | None = None
        self.reads = 0  #: since `begin`: what they cost holds up whatever comes next
        self._kept: OrderedDict[str, HomeModel | None] = OrderedDict()

    def begin(self, connection: Connection) -> None:
        """Read by this connection, in its transaction, from now on."""
        self.connection, self.reads = connection, 0

    def of(self, home: str) -> HomeModel | None:
        """Return what was learnt of a home's quiet, or None where there is nothing, or nothing readable."""
        if home in self._kept:
            self._kept.move_to_end(home)
            return self._kept[home]
        if self.connection is None:
            return None
        self.reads += 1
        row = self.connection.execute("select quiet from learnt where home_id = %s", (home,)).fetchone()
        model = None
        if row is not None:
            try:
                model = unpack(row["quiet"])
            except UnreadableModelError as error:
                log.warning("what was learnt is unreadable: it begins anew", home=home, error=str(error))
        self._kept[home] = model
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return model

    def forget(self, homes: Iterable[str] | None = None) -> None:
        """Forget `homes`, or all: more has been learnt of them."""
        if homes is None:
            self._kept.clear()
            return
        for home in homes:
            self._kept.pop(home, None)
