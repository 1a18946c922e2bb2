"""The hub in time-lapse: the whole ingest worker, but broker and clock are what a tape says.

For simulators and tests: `python -m hub.lapse` reads one JSON request a line and answers each with one line.
Messages are stored, judged and made alerts in the same transactions as in life; nobody is called. It brings
its own PostgreSQL, or uses the empty database of `--database URL`. Time never goes back within a scene.

    {"scene": [{"id": "chen", "edge": "pi-1", "zone": …, "supervision_s": 180, "up_by": "07:30"}, …],
     "at": …}                                 forget everything; these homes are being commissioned
    {"live": true, "at": …}                   they are watched from now on
    {"messages": [[at, topic, payload, retained], …], "at": …}     what arrives, and then time passes
    {"deaf": true, "at": …}                   the hub is switched off; false: it is started again

The answer: {"said": [[topic, payload], …], "alerts": [{…}]}, the alerts opened since the last answer.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import structlog

from hub.clock import MovableClock, instant, milliseconds
from hub.errors import HubError
from hub.escalation.looking import look_around
from hub.ingest.receiver import Receiver
from hub.ingest.swift import Arrived
from hub.ingest.worker import Worker
from hub.storage import embedded
from hub.storage.database import Connection, connect
from hub.storage.schema import migrate
from hub.watch.learning import learn
from hub.watch.registry import Watch
from models.contract.topics import SHARDS

LEARN = timedelta(hours=1)  #: how often it is seen whether some home's day is over
LOOK = timedelta(minutes=1)  #: how often areas and what is late are looked at
PATIENCE_S = 30.0
STATION = "tape-station"
#: Messages so close together are one lot, as the worker takes them.
TOGETHER_MS = 1000


class TapeReceiver(Receiver):
    """A broker's side of the worker that holds what the tape has brought."""

    def __init__(self) -> None:
        self.generation = 0
        self.subscribed = threading.Event()
        self.subscribed.set()
        self.said: list[tuple[str, str]] = []
        self._lot: list[Arrived] = []

    def bring(self, lot: list[Arrived]) -> None:
        """Let these arrive."""
        self._lot += lot

    def poll(self, timeout: float) -> bool:
        """Say at once whether there is something."""
        return bool(self._lot)

    @property
    def waiting(self) -> int:
        """How much there is."""
        return len(self._lot)

    def wait_for_company(self, seconds: float) -> None:
        """Nobody else will come."""

    def take(self, at_most: int) -> list[Arrived]:
        """Hand over."""
        taken, self._lot = self._lot[:at_most], self._lot[at_most:]
        return taken

    def acknowledge(self, messages: object, generation: int) -> None:
        """The tape keeps nothing."""

    def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> None:
        """Keep it for the answer."""
        self.said.append((topic, payload.decode()))


class TapedWorker(Worker):
    """The ingest worker, turned by hand."""

    def begin(self, connection: Connection, ear: Connection) -> None:
        """Take over, as after a start."""
        self._take_over(connection, ear, threading.Event())

    def turn(self, connection: Connection, ear: Connection) -> None:
        """One lot."""
        self._turn(connection, ear)

    def knows(self, homes: list[str], *, live: bool) -> bool:
        """Whether the database's word that homes are watched, or are not, has come."""
        return all((self._watch.status(home) == "live") is live for home in homes)

    def due(self) -> datetime | None:
        """When absence alone may make something true."""
        return self._watch.next_due()


class Scene:
    """Some homes on one database, from request to request."""

    def __init__(self, url: str, at: datetime) -> None:
        self._url = url
        self._open = ExitStack()
        self._connection = self._open.enter_context(connect(url))
        self._ear = self._open.enter_context(connect(url, autocommit=True))
        self._clock = MovableClock(at)
        self._receiver = TapeReceiver()
        self._worker: TapedWorker | None = None
        self._looked_at = self._learnt_at = at
        self._told: set[str] = set()
        self._homes: list[str] = []
        self._seen_at = at

    def close(self) -> None:
        """Let the database go."""
        self._open.close()

    def set_up(self, homes: list[dict[str, Any]]) -> None:
        """Forget everything and know these homes alone."""
        connection, now = self._connection, self._clock.now()
        connection.execute("truncate organisations, alerts cascade")
        connection.execute(
            "insert into organisations (id, tier, name) values (%s, 'station', 'Tape station')", (STATION,)
        )
        for home in homes:
            connection.execute(
                "insert into homes (id, organisation_id, name, zone, supervision, up_by, created_at)"
                " values (%s, %s, %s, %s, make_interval(secs => %s), %s, %s)",
                (
                    home["id"], STATION, home.get("name", home["id"]), home.get("zone", "Asia/Shanghai"),
                    float(home.get("supervision_s", 180)), home.get("up_by"), now,
                ),
            )  # fmt: skip
            connection.execute(
                "insert into residents (id, home_id, name) values (%s, %s, %s)",
                (home["id"], home["id"], home.get("name", home["id"])),
            )
            connection.execute("insert into edges (home_id, id) values (%s, %s)", (home["id"], home["edge"]))
            connection.execute(
                "insert into contacts (id, home_id, name, role) values (%(id)s, %(id)s, %(id)s, 'resident')",
                home,
            )
            connection.execute(
                "insert into contact_methods (id, contact_id, channel, address)"
                " values (%(id)s, %(id)s, 'voice', '+8613800000000')",
                home,
            )
            self._homes.append(home["id"])
        connection.commit()
        self._start()

    def live(self, wanted: bool) -> None:
        """Watch the homes, or do not; their past is learnt before."""
        self._learn()
        self._connection.execute("update homes set status = %s", ("live" if wanted else "commissioning",))
        for home in self._homes:
            self._connection.execute("select pg_notify('anju_homes', %s)", (home,))
        self._connection.commit()
        until = time.monotonic() + PATIENCE_S
        while self._worker is not None and not self._worker.knows(self._homes, live=wanted):
            if time.monotonic() > until:
                raise HubError("The word of a home's new status did not come.")
            self._turn()

    def deaf(self, off: bool) -> None:
        """The hub is switched off, or started again: it knows what the database knows."""
        if off:
            self._worker = None
            self._connection.execute("select pg_advisory_unlock_all()")
            self._connection.commit()
        elif self._worker is None:
            self._start()

    def take(self, messages: list[tuple[int, str, str, bool]], until: datetime) -> None:
        """Let messages arrive at their instants, and time pass."""
        lot: list[Arrived] = []
        lot_at = 0
        for at, topic, payload, retained in messages:
            if lot and at - lot_at > TOGETHER_MS:
                self._arrive(lot, lot_at)
                lot = []
            lot.append(Arrived(topic, payload.encode(), retained, 0, 0))
            lot_at = at
        if lot:
            self._arrive(lot, lot_at)
        self._pass_to(until)

    def answer(self) -> dict[str, Any]:
        """Return what was said, and which alerts are new."""
        said, self._receiver.said = self._receiver.said, []
        rows = self._connection.execute(
            "select id, coalesce(home_id, '') as home, risk, severity, status, triggered_at, occurred_at,"
            " reason from alerts where triggered_at >= %s order by triggered_at, id",
            (self._seen_at,),
        ).fetchall()
        self._connection.commit()
        new = [row for row in rows if row["id"] not in self._told]
        self._told.update(row["id"] for row in new)
        self._seen_at = self._clock.now()
        instants = ("triggered_at", "occurred_at")
        return {
            "said": said,
            "alerts": [
                {key: milliseconds(value) if key in instants else value for key, value in row.items()}
                for row in new
            ],
        }

    def _arrive(self, lot: list[Arrived], at: int) -> None:
        self._pass_to(instant(at))
        if self._worker is None:
            return  # nobody listens; what is not acknowledged comes again
        self._receiver.bring(lot)
        self._turn()

    def _learn(self) -> None:
        """Learn the days that are over, as the dispatcher has it done every hour."""
        while learn(self._connection, self._clock.now()).days:
            continue
        self._learnt_at = self._clock.now()

    def _pass_to(self, until: datetime) -> None:
        while self._worker is not None and self._learnt_at + LEARN < until:
            self._look_to(self._learnt_at + LEARN)
            self._learn()
            self._turn()
        self._look_to(until)

    def _look_to(self, until: datetime) -> None:
        while len(self._homes) > 1 and self._looked_at + LOOK < until:
            self._pass_dues(max(self._clock.now(), self._looked_at + LOOK))
            self._looked_at = max(self._looked_at + LOOK, self._clock.now())
            look_around(self._connection, self._clock.now())
            self._connection.commit()
        self._pass_dues(until)

    def _pass_dues(self, until: datetime) -> None:
        while self._worker is not None:
            due = self._worker.due()
            if due is None or due > until:
                break
            self._move_to(max(due, self._clock.now()))
            self._turn()
            if (again := self._worker.due()) is not None and again <= due:
                self._move_to(self._clock.now() + timedelta(milliseconds=1))
        self._move_to(until)

    def _move_to(self, at: datetime) -> None:
        self._clock.move(max(timedelta(), at - self._clock.now()))

    def _turn(self) -> None:
        if self._worker is not None:
            self._worker.turn(self._connection, self._ear)

    def _start(self) -> None:
        self._worker = TapedWorker(
            self._url,
            self._receiver,
            Watch.learning(),
            self._clock,
            shards=range(SHARDS),
            pause=timedelta(),
            ack_every=timedelta(),
        )
        self._worker.begin(self._connection, self._ear)
        self._turn()


def serve(lines: Iterator[bytes], url: str) -> Iterator[bytes]:
    """Answer every request."""
    scene: Scene | None = None
    for line in lines:
        request = msgspec.json.decode(line)
        at = datetime.fromtimestamp(request["at"] / 1000, UTC)
        if "scene" in request:
            if scene is not None:
                scene.close()
            scene = Scene(url, at)
            scene.set_up(request["scene"])
        if scene is None:
            raise SystemExit("The first request sets the scene.")
        if "deaf" in request:
            scene.deaf(request["deaf"])
        if "live" in request:
            scene.live(request["live"])
        scene.take([tuple(one) for one in request.get("messages", ())], at)
        yield msgspec.json.encode(scene.answer()) + b"\n"
    if scene is not None:
        scene.close()


def main() -> None:
    """Serve standard input until it ends."""
    parser = argparse.ArgumentParser(prog="python -m hub.lapse", description="The hub in time-lapse.")
    parser.add_argument("--database", default="", help="an empty PostgreSQL database; none: one of its own")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with ExitStack() as stack:
        url = options.database
        if not url:
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="anju-lapse-", ignore_cleanup_errors=True)
            )
            server = embedded.start(Path(folder) / "pg")
            stack.callback(server.stop)
            url = server.url
            with connect(url, autocommit=True) as connection:
                for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                    connection.execute(
                        f"alter system set {setting} = off"
                    )  # what a tape writes need not last
                connection.execute("select pg_reload_conf()")
        migrate(url)
        with suppress(BrokenPipeError, KeyboardInterrupt):
            for answer in serve(iter(sys.stdin.buffer), url):
                sys.stdout.buffer.write(answer)
                sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
