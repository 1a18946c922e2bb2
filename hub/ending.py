"""How a program of the hub is told to end: by a signal, which may come at any moment."""

from __future__ import annotations

import _thread
import signal
import threading


def told_to_end() -> threading.Event:
    """Return what is set once SIGTERM, Ctrl-C or a closed terminal ends this program.

    A handler runs in the middle of whatever the main thread does. Were that a wait for this very event, it
    would hold the lock that setting it needs, and nobody would ever end: so another thread sets it.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: _thread.start_new_thread(stop.set, ()))
    return stop
