"""Whether the agent's loop still turns: said to systemd while it does, and ended when it does not.

systemd is spoken to as its protocol asks, over the socket that it names; without it nothing is said. A loop
that hangs (a disk that never answers, a fault of ours) ends the process: whoever started it starts it anew,
and the outbox holds what was not told.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping

HUNG_S = 90.0
BEAT_S = 5.0

log = logging.getLogger("anju.agent")


def tell(what: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Tell systemd something (`READY=1`); return whether there was anybody to tell."""
    address = environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in ("/", "@"):
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.connect("\0" + address[1:] if address.startswith("@") else address)
            line.send(what.encode())
    except OSError as error:
        log.warning("systemd cannot be told: %s", error)
        return False
    return True


class Watchdog:
    """Looks at a loop from a thread of its own: `with Watchdog(lambda: loop.turned_at): …`.

    `turned_at` is the loop's last turn by `time.monotonic()`; `end` ends the process.
    """

    def __init__(
        self,
        turned_at: Callable[[], float],
        *,
        hung_s: float = HUNG_S,
        beat_s: float = BEAT_S,
        end: Callable[[int], object] = os._exit,
    ) -> None:
        self._turned_at = turned_at
        self._hung_s = hung_s
        self._beat_s = beat_s
        self._end = end
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def __enter__(self) -> Watchdog:
        tell("READY=1")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        tell("STOPPING=1")
        self._stop.set()
        self._thread.join(self._beat_s + 1)

    def _watch(self) -> None:
        while not self._stop.wait(self._beat_s):
            silent_s = time.monotonic() - self._turned_at()
            if silent_s > self._hung_s:
                log.critical("the loop has not turned for %.0f s: ending", silent_s)
                self._end(70)
                return
            tell("WATCHDOG=1")
