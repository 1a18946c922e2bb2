"""A home whose sensors speak, watched by all detectors, and the people who are called: the clock is moved.

Everything between the wire and the telephones is the hub's own: a lot is taken in, judged and committed as
the ingest worker does it, and the dispatcher calls.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hub.clock import milliseconds
from hub.ingest.heard import LastWords
from hub.ingest.ledger import Ledger
from hub.ingest.lot import Lot
from hub.ingest.swift import Arrived
from hub.storage.database import connect
from hub.watch.registry import Watch
from models.contract import VERSION, codec
from models.contract.messages import Batch, DeviceHealth, Event, Health
from models.contract.topics import Address
from tests.hub_rig import HubRig
from tests.resident_rig import RESIDENT
from tests.village import add_contact

ADDRESS = Address("wang", "pi")
SENSORS = {
    "pir-hall": ("hall", "motion", False),
    "pir-kitchen": ("kitchen", "motion", False),
    "pir-living": ("living room", "motion", False),
    "pir-bedroom": ("bedroom", "motion", False),
    "door": ("hall", "contact", True),
    "radar": ("bathroom", "fall", False),
    "pendant": ("", "fall", False),
}
#: Nine in the morning in China.
MORNING = datetime.fromisoformat("2026-11-22T01:00:00+00:00")


class WatchedHome:
    """Mrs Wang's home, with the hub behind it."""

    def __init__(self, hub: HubRig) -> None:
        self.hub = hub
        hub.clock.move(MORNING - hub.clock.now())
        self.connection = connect(hub.url).__enter__()
        self.ear = connect(hub.url, autocommit=True).__enter__()
        self.ear.execute("listen anju_homes")
        add_contact(self.connection, "wang-self", "王秀英", "resident", RESIDENT, home="wang")
        for name, (room, kind, outer) in SENSORS.items():
            self.connection.execute(
                "insert into devices (home_id, edge_id, id, room, kinds, heartbeat, outer_door, heard_at)"
                " values ('wang', 'pi', %s, %s, %s, '1 hour', %s, %s)",
                (name, room, [kind], outer, hub.clock.now()),
            )
        self.connection.commit()
        self.seq = 0
        self.mute: set[str] = set()
        self.start()

    def start(self) -> None:
        """The ingest worker starts, with what is written down."""
        self.ledger, self.last_words, self.watch = Ledger(), LastWords(), Watch.learning()
        self.watch.load(self.connection, None, self.hub.clock.now())
        self.connection.commit()
        self.health()

    def close(self) -> None:
        """Let go of the database."""
        self.connection.close()
        self.ear.close()

    def says(self, device: str, value: float = 1.0) -> None:
        """A sensor says something."""
        self.seq += 1
        now = milliseconds(self.hub.clock.now())
        event = Event(seq=self.seq, at=now, mono=0, device=device, kind=SENSORS[device][1], value=value)
        batch = Batch(v=VERSION, boot="boot-1", stream="aaaaaaaa", sent_at=now, events=[event])
        self._commit(("events", codec.encode(batch)))

    def health(self) -> None:
        """The edge says that it and its sensors do well."""
        now = milliseconds(self.hub.clock.now())
        heard = [DeviceHealth(id=name, last_seen_at=now) for name in SENSORS if name not in self.mute]
        self._commit(
            ("health", codec.encode(Health(v=VERSION, at=now, uptime_s=1.0, outbox=0, devices=heard)))
        )

    def passes(self, minutes: float) -> None:
        """Time goes by: the edge speaks every two minutes, and the watch looks at what has fallen due."""
        end = self.hub.clock.now() + timedelta(minutes=minutes)
        while self.hub.clock.now() < end:
            step = min(end, self.hub.clock.now() + timedelta(minutes=2))
            self.hub.clock.move(step - self.hub.clock.now())
            self.health()

    def lives(self, hours: float) -> None:
        """Somebody goes about the home: seen every ten minutes."""
        for turn in range(round(hours * 6)):
            self.passes(10)
            self.says(("pir-kitchen", "pir-living", "pir-hall")[turn % 3])

    def quiet_until_an_alert(self, minutes: float = 240) -> str:
        """Nothing moves until something is said; return the alert's id."""
        for _ in range(round(minutes / 2)):
            self.passes(2)
            if found := self.alerts():
                return str(found[-1]["id"])
        raise AssertionError("Nothing was said.")

    def alerts(self) -> list[dict[str, Any]]:
        """All alerts of people, the oldest first."""
        with self.hub.pool.connection() as connection:
            return connection.execute(
                "select * from alerts where risk <> 'device_silent' order by triggered_at"
            ).fetchall()

    def _commit(self, *said: tuple[str, bytes]) -> None:
        for notify in self.ear.notifies(timeout=0):
            self.watch.refresh(self.connection, notify.payload)
        self.watch.begin(self.connection)
        lot = Lot(self.connection, self.ledger, self.last_words, self.watch, self.hub.clock.now())
        for leaf, payload in said:
            lot.take(Arrived(ADDRESS.topic(leaf), payload, retained=False, mid=0, qos=1))
        lot.finish(snapshots=200)
        self.connection.commit()
        self.ledger.committed()
