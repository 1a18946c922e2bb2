"""How the demo ends: Ctrl-C, SIGTERM and a closed terminal all take the same way out, at any moment."""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Callable
from typing import NoReturn


def at_the_end(act: Callable[[], object]) -> None:
    """Have `act` done at the first of these signals; those that come while it ends change nothing.

    Whoever started the demo deaf to a closed terminal (nohup) means that.
    """
    wanted = [
        number
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN
    ]

    def once(*_: object) -> None:
        for number in wanted:
            signal.signal(number, lambda *_: None)
        act()

    for number in wanted:
        signal.signal(number, once)


def told_to_end() -> threading.Event:
    """Return what is set at the first of these signals.

    A handler runs in the middle of whatever the main thread does. Were that a wait for this very event, it
    would hold the lock that setting it needs, and nothing would ever end: so another thread sets it.
    """
    ending = threading.Event()
    at_the_end(lambda: _thread.start_new_thread(ending.set, ()))
    return ending


def interrupt() -> NoReturn:
    """Leave whatever is being done, as Ctrl-C does."""
    raise KeyboardInterrupt
