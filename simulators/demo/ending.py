"""How the demo ends: Ctrl-C, SIGTERM and a closed terminal all take the same way out, at any moment."""

from __future__ import annotations

import signal
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


def interrupt() -> NoReturn:
    """Leave whatever is being done, as Ctrl-C does."""
    raise KeyboardInterrupt
