"""The hub, killed at a chosen moment of a story and started anew, while the world around it goes on.

What the provider calls while the hub is down finds nobody, and is not said again. What the hub is told by the
edge, the provider and people comes as in life: until it acknowledges, once, and again when they see an error.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial

import structlog.testing

from hub.clock import milliseconds
from hub.errors import ConflictError
from hub.escalation import answers, opening
from hub.escalation.answers import Responder
from hub.notify import queue
from hub.notify.channels.twilio.channel import TwilioChannel
from hub.proof import drills
from hub.settings import Settings
from hub.storage.database import Connection, connect
from models.contract import VERSION
from models.contract.messages import Batch, Event
from models.contract.topics import Address
from models.detection.finding import Finding, Reason, Risk
from simulators.telephones.exchange import Exchange
from simulators.telephones.person import OnMessage, Person
from tests.killable import Killed, Places
from tests.killable_hub import ROLES, KillableHub
from tests.killpoint_stories import NAMES, OPERATOR, Outage, Story
from tests.one_world import HUB, StandingTime, World
from tests.resident_rig import RESIDENT
from tests.village import NIGHT, add_contact, village

HOME = "wang"
EDGE_AGAIN = timedelta(seconds=2)  #: the edge sends what nobody has acknowledged
HUMAN_AGAIN = timedelta(seconds=3)  #: who sees an error on the board tries again
NOBODY_FOR = timedelta(seconds=100)  #: how long a story that nobody answers is followed
LONGEST = timedelta(hours=1)
MOST_TURNS = 60  #: of a dispatcher within one moment

TABLES = (
    *("rechecks", "drills", "digest_items", "inbound_messages", "need_entries", "needs"),
    *("callbacks", "attempts", "alert_entries", "alert_takers", "alerts", "events", "streams", "home_states"),
    *("refusals", "quarantine", "devices", "edges"),
    *("contact_methods", "contacts", "residents", "homes", "organisations"),
)


class Run:
    """One story, played once."""

    def __init__(
        self,
        url: str,
        world: World,
        story: Story,
        kills: Collection[int] = (),
        outage: Outage = Outage(4, True),
        *,
        channel: Callable[[Settings], TwilioChannel] = TwilioChannel,
    ) -> None:
        self.story = story
        self.time = StandingTime(NIGHT)
        self.hub = KillableHub(
            url, world, self.time, Places(kills), outage, self._later, self._killed, channel, story.providers
        )
        self.mishaps: list[str] = []
        self._url, self._world, self._outage = url, world, outage
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._taken: dict[str, list[datetime]] = {}  #: by alert
        self._said = 0
        self._until = NIGHT + NOBODY_FOR

    def play(self) -> Run:
        """Play it to its end, with nothing left over of an earlier one."""
        with connect(self._url, autocommit=True) as self.eyes, structlog.testing.capture_logs() as logs:
            _clean(self.eyes)
            self.exchange = self._people()
            try:
                for role in ROLES:
                    self._later(timedelta(), partial(self.hub.start, role))
                if self.story.presses:
                    self._later(timedelta(), self._edge_sends)
                for risk in self.story.raises:
                    self._later(timedelta(), partial(self._raises, risk))
                if self.story.board_after_s is not None:
                    self._later(timedelta(seconds=self.story.board_after_s), self._takes_on_the_board)
                self._go_on()
            finally:
                self.hub.end()
            self.mishaps += self.hub.mishaps
            self.mishaps += [str(line) for line in logs if line["log_level"] in ("error", "critical")]
            self.alerts = self.eyes.execute("select * from alerts order by triggered_at, id").fetchall()
            self.attempts = self.eyes.execute("select * from attempts order by n").fetchall()
            self.entries = self.eyes.execute("select * from alert_entries order by alert_id, n").fetchall()
        return self

    # ── the flow of time ──────────────────────────────────────────────────────────────────────────────

    def _go_on(self) -> None:
        turns, moment = 0, self.time.now()
        while not self._over():
            now = self.time.now()
            self._world.settle()
            if self._agenda and self._agenda[0][0] <= now:
                heapq.heappop(self._agenda)[2]()
                continue
            self._someone_may_close_it()
            dispatcher = self.hub.dispatcher
            due = self._due() if dispatcher is not None else None
            if dispatcher is not None and due is not None and due <= now:
                turns, moment = (turns + 1, moment) if now == moment else (1, now)
                if turns > MOST_TURNS:
                    self.mishaps.append("the dispatcher turns and turns")
                    return
                with suppress(Killed):
                    dispatcher.turn()
                continue
            coming = [at for at in (due, self._world_wakes(), self._agenda_at()) if at is not None]
            if not coming or min(coming) > NIGHT + LONGEST:
                return  # nothing will ever happen again: the verdict says what that means
            self.time.move_to(min(coming))

    def _over(self) -> bool:
        if not self.story.answered:
            return self.time.now() >= self._until
        return not self._agenda and self._world_wakes() is None and self._due() is None and self.hub.all_up

    def _world_wakes(self) -> datetime | None:
        return self.time.next()

    def _agenda_at(self) -> datetime | None:
        return self._agenda[0][0] if self._agenda else None

    def _later(self, after: timedelta, do: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (self.time.now() + after, next(self._order), do))

    def _due(self) -> datetime | None:
        """When the dispatcher has something to do: what it would be woken for, or find within a second."""
        row = self.eyes.execute(
            "select least((select min(due_at) from alerts), (select min(check_at) from attempts),"
            " (select min(due_at) from rechecks where done_at is null)) as at"
        ).fetchone()
        assert row is not None
        known = (row["at"], queue.next_to_send(self.eyes, self.time.now()))
        return min((at for at in known if at is not None), default=None)

    def _killed(self) -> None:
        """The hub goes down: what nobody answers is followed a while longer."""
        self._until = self.time.now() + timedelta(seconds=self._outage.seconds) + NOBODY_FOR

    # ── everybody else ────────────────────────────────────────────────────────────────────────────────

    def _people(self) -> Exchange:
        with connect(self._url) as connection:
            for number in self.story.written_to:
                connection.execute(
                    "insert into contact_methods (id, contact_id, channel, address, rank)"
                    " select id || '-sms', contact_id, 'sms', address, 2 from contact_methods"
                    " where address = %s",
                    (number,),
                )
            if RESIDENT in self.story.people:
                add_contact(connection, "wang-self", NAMES[RESIDENT], "resident", RESIDENT, home=HOME)
        exchange = self._world.begin(self.time, self.hub.answers)
        exchange.set_sms_url(f"{HUB}/twilio/sms")
        exchange.set_faults(self.story.faults.model_copy(deep=True))
        for number, name in NAMES.items():
            calls = tuple(self.story.people.get(number, ()))
            reply = self.story.writes_back.get(number)
            person = Person(number=number, name=name, calls=calls, messages=(OnMessage(reply=reply),))
            exchange.set_person(person)
        return exchange

    def _edge_sends(self) -> None:
        """The edge agent sends until it is told that all is committed; and once more, had that been lost."""
        events = [
            Event(seq=n, at=milliseconds(NIGHT), mono=n, device="0x01", kind=kind, value=1.0)
            for n, kind in enumerate(self.story.presses, start=1)
        ]
        batch = Batch(
            v=VERSION, boot="b1", stream="s1", sent_at=milliseconds(self.time.now()), events=events, floor=1
        )
        acknowledged = False
        if self.hub.ingest is not None:
            with suppress(Killed):
                acknowledged = self.hub.ingest.take(Address(HOME, "pi"), batch, self.time.now())
        self._said += acknowledged
        if self._said < 2:
            self._later(EDGE_AGAIN, self._edge_sends)

    def _raises(self, risk: Risk) -> None:
        """Something comes up that no button says; once, whoever has to say it again."""

        def open_it(connection: Connection) -> None:
            now = self.time.now()
            if connection.execute("select from alerts where risk = %s", (risk,)).fetchone() is not None:
                return
            if risk == "drill":
                drills.start(connection, now, home_id=HOME, by=OPERATOR)
                return
            finding = Finding(
                risk=risk,
                severity="warning",
                occurred_at=milliseconds(now),
                reason=Reason("It is too quiet.", {}),
                dedup_key=risk,
            )
            area = risk == "power_cut"
            place = "dongjie" if area else None
            opening.open_or_repeat(connection, None if area else HOME, finding, now, organisation_id=place)

        self._on_the_board(open_it, partial(self._raises, risk))

    def _someone_may_close_it(self) -> None:
        """Whoever took an alert closes it after a while; who forgets it is not heard of again."""
        rows = self.eyes.execute("select id, acknowledged_at from alerts where status = 'acknowledged'")
        for row in rows.fetchall():
            seen = self._taken.setdefault(row["id"], [])
            if row["acknowledged_at"] not in seen:
                waits = self.story.resolved_after_s
                after = timedelta(seconds=waits[min(len(seen), len(waits) - 1)])
                seen.append(row["acknowledged_at"])
                self._later(after, partial(self._closes, row["id"], row["acknowledged_at"]))

    def _closes(self, alert: str, taken_at: datetime) -> None:
        def close(connection: Connection) -> None:
            row = connection.execute("select * from alerts where id = %s", (alert,)).fetchone()
            assert row is not None
            if row["status"] == "acknowledged" and row["acknowledged_at"] == taken_at:
                by = Responder(row["acknowledged_by"])
                answers.resolve(connection, alert, by, "real", "", self.time.now())

        self._on_the_board(close, partial(self._closes, alert, taken_at))

    def _takes_on_the_board(self) -> None:
        def take(connection: Connection) -> None:
            open_ones = connection.execute("select id from alerts where status = 'triggered'").fetchall()
            for row in open_ones:
                answers.acknowledge(connection, row["id"], Responder(OPERATOR), self.time.now())
            if not open_ones and not self._taken:
                self._later(HUMAN_AGAIN, self._takes_on_the_board)

        self._on_the_board(take, self._takes_on_the_board)

    def _on_the_board(self, do: Callable[[Connection], None], again: Callable[[], None]) -> None:
        """Do something as a page of the web role does it; who sees an error tries again."""
        web = self.hub.web
        if web is None:
            self._later(HUMAN_AGAIN, again)
            return
        try:
            with web.pool.connection() as connection, suppress(ConflictError):
                do(connection)
        except Killed:
            self._later(HUMAN_AGAIN, again)


def _clean(eyes: Connection) -> None:
    """A village where nothing has happened. The files' guard against deleting is off for this one moment."""
    deleting = "; ".join(f"delete from {table}" for table in TABLES)
    eyes.execute(
        f"set session_replication_role = replica; {deleting}; set session_replication_role = default"
    )
    with eyes.transaction():
        village(eyes)


@contextmanager
def world() -> Iterator[World]:
    """A world to play in."""
    made = World()
    try:
        yield made
    finally:
        made.close()
