"""A cable between two programs: a TCP proxy that can be cut, stalled and delayed, and be whole again.

Knows nothing of what it carries. One thread serves any number of connections.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

from simulators.errors import SimulatorError

_CHUNK = 65_536
_MOST_WAITING = 4 * 1024 * 1024  #: bytes under way in one direction before the sender has to wait


class CableError(SimulatorError):
    """The cable cannot be laid."""


class _End:
    """One socket, and the bytes that are on their way to it."""

    def __init__(self, plug: socket.socket) -> None:
        self.plug = plug
        self.waiting: deque[tuple[float, bytes]] = deque()  #: (when due, bytes)
        self.size = 0
        self.finishes = False  #: nothing more will come: shut it when all is delivered
        self.shut = False
        self.other: _End


class Cable:
    """Listens on `host:port` (any free port by default) and carries everything to the target and back."""

    def __init__(self, target: tuple[str, int], host: str = "127.0.0.1", port: int = 0) -> None:
        self.target = target
        self.carried = 0  #: bytes, both directions
        self.connections = 0  #: that were made since the beginning
        self._listen_at = (host, port)
        self._delay = 0.0
        self._cut = False
        self._stalled = False
        self._ends: set[_End] = set()
        self._asked: deque[Callable[[], None]] = deque()
        self._selector = selectors.DefaultSelector()
        self._ending = False
        self._thread: threading.Thread | None = None
        self._bell, self._ear = socket.socketpair()

    def start(self) -> Self:
        """Lay the cable; `port` is known afterwards. Raises CableError when the port is taken."""
        family = socket.AF_INET6 if ":" in self._listen_at[0] else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._listener.bind(self._listen_at)
        except OSError as error:
            self._listener.close()
            self._bell.close()
            self._ear.close()
            raise CableError(f"{self._listen_at[0]}:{self._listen_at[1]}: {error}") from error
        self._listener.listen(128)
        for plug in (self._listener, self._ear):
            plug.setblocking(False)
            self._selector.register(plug, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._carry, name=f"cable to {self.target}", daemon=True)
        self._thread.start()
        return self

    @property
    def host(self) -> str:
        """Where to plug in."""
        return self._listen_at[0]

    @property
    def port(self) -> int:
        """Where to plug in."""
        return int(self._listener.getsockname()[1])

    @property
    def whole(self) -> bool:
        """Whether it carries."""
        return not (self._cut or self._stalled)

    def cut(self) -> None:
        """End all connections now and refuse new ones. What was under way is lost."""
        self._cut = True
        self._ask(self._drop_all)

    def stall(self) -> None:
        """Carry nothing any more, but let nobody know: connections stay, new ones are taken."""
        self._stalled = True
        self._ask(_nothing)

    def delay(self, seconds: float) -> None:
        """Let every byte arrive that much later; 0 ends it."""
        self._delay = seconds

    def restore(self) -> None:
        """Be whole again, without delay. A stalled cable delivers what it kept."""
        self._cut = self._stalled = False
        self._delay = 0.0
        self._ask(_nothing)

    def stop(self) -> None:
        """Take the cable away."""
        self._ending = True
        self._ask(_nothing)
        if self._thread:
            self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- in the thread --------------------------------------------------------------------------------------

    def _ask(self, wish: Callable[[], None]) -> None:
        """Have something done by the thread, and wait until it is done."""
        done = threading.Event()

        def grant() -> None:
            wish()
            done.set()

        self._asked.append(grant)
        if self._thread and self._thread.is_alive():
            with contextlib.suppress(OSError):  # it ends this very moment, and its bell with it
                self._bell.send(b"!")
            until = time.monotonic() + 5
            while self._thread.is_alive() and time.monotonic() < until and not done.wait(0.05):
                pass

    def _carry(self) -> None:
        try:
            while not self._ending:
                for key, ready in self._selector.select(self._until_due()):
                    if key.fileobj is self._ear:
                        self._ear.recv(4096)
                    elif key.fileobj is self._listener:
                        self._plug_in()
                    elif key.data in self._ends:
                        self._serve(key.data, ready)
                while self._asked:
                    self._asked.popleft()()
                self._deliver()
        finally:
            self._drop_all()
            self._selector.close()
            for plug in (self._listener, self._ear, self._bell):
                plug.close()
            while self._asked:
                self._asked.popleft()()

    def _until_due(self) -> float | None:
        """How long there is nothing to do but wait for sockets."""
        if self._stalled:
            return None
        dues = [end.waiting[0][0] for end in self._ends if end.waiting]
        now = time.monotonic()
        late = [due for due in dues if due > now]
        return min(late) - now if late else None

    def _plug_in(self) -> None:
        with contextlib.suppress(OSError):
            near, _ = self._listener.accept()
            if self._cut:
                near.close()
                return
            try:
                far = socket.create_connection(self.target, timeout=2)
            except OSError:
                near.close()
                return
            self.connections += 1
            one, two = _End(near), _End(far)
            one.other, two.other = two, one
            for end in (one, two):
                end.plug.setblocking(False)
                end.plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._ends.add(end)
                self._selector.register(end.plug, selectors.EVENT_READ, end)

    def _serve(self, end: _End, ready: int) -> None:
        if not ready & selectors.EVENT_READ or self._stalled:
            return
        try:
            content = end.plug.recv(_CHUNK)
        except BlockingIOError:
            return
        except OSError:
            self._unplug(end)
            return
        other = end.other
        if content:
            other.waiting.append((time.monotonic() + self._delay, content))
            other.size += len(content)
        else:
            other.finishes = True
            self._watch(end, 0)

    def _deliver(self) -> None:
        """Send what is due, and listen only where there is room for more."""
        now = time.monotonic()
        for end in list(self._ends):
            if end not in self._ends:
                continue
            blocked = False
            while not self._stalled and not blocked and end.waiting and end.waiting[0][0] <= now:
                due, content = end.waiting.popleft()
                try:
                    sent = end.plug.send(content)
                except BlockingIOError:
                    sent = 0
                except OSError:
                    self._unplug(end)
                    break
                end.size -= sent
                self.carried += sent
                if sent < len(content):
                    end.waiting.appendleft((due, content[sent:]))
                    blocked = True
            if end not in self._ends:
                continue
            if end.finishes and not end.waiting and not self._stalled:
                self._hang_up(end)
                if end not in self._ends:
                    continue
            listens = not (self._stalled or end.other.finishes or end.other.size > _MOST_WAITING)
            self._watch(
                end,
                (selectors.EVENT_READ if listens else 0) | (selectors.EVENT_WRITE if blocked else 0),
            )

    def _watch(self, end: _End, events: int) -> None:
        known = end.plug in self._selector.get_map()
        if events and known:
            self._selector.modify(end.plug, events, end)
        elif events:
            self._selector.register(end.plug, events, end)
        elif known:
            self._selector.unregister(end.plug)

    def _hang_up(self, end: _End) -> None:
        """Tell one end that the other has finished; the way back stays open until it has finished too."""
        if not end.shut:
            end.shut = True
            with contextlib.suppress(OSError):
                end.plug.shutdown(socket.SHUT_WR)
        if end.other.shut:
            self._unplug(end)

    def _unplug(self, end: _End) -> None:
        for each in (end, end.other):
            if each in self._ends:
                self._ends.discard(each)
                self._watch(each, 0)
                each.plug.close()

    def _drop_all(self) -> None:
        for end in list(self._ends):
            self._unplug(end)


def _nothing() -> None:
    """Only wake the thread."""
