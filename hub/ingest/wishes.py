"""What the hub wants of edge agents, on the wire: configurations until they are run, commands once.

A configuration waits while an alert of the home is open, unless it keeps a device from telling: what
residents want kept to themselves is kept at once. What an edge says of both is written down here too.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any, Final

from hub.clock import milliseconds
from hub.ingest.receiver import Receiver
from hub.storage.database import Connection
from models.contract import VERSION, codec
from models.contract.messages import Alerts, Command, CommandResult, Config, OpenAlert, State
from models.contract.topics import Address

LOOK_S: Final = 30.0  #: without being told of anything
AGAIN: Final = (timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))
WAITS_FOR_ALERT: Final = timedelta(seconds=60)
AT_ONCE: Final = 200  #: said in one turn
MOST_NEWS: Final = 500  #: changes of alerts taken in one turn; the next turn takes more


class Wishes:
    """What is due to be said. One thread, the worker's."""

    def __init__(self) -> None:
        self._look_at = 0.0

    def told(self) -> None:
        """Something new is wanted."""
        self._look_at = 0.0

    def say_what_is_due(self, connection: Connection, receiver: Receiver, now: datetime) -> None:
        """Say what is due, in transactions of its own. While the broker is away nothing is said."""
        if time.monotonic() < self._look_at or not receiver.subscribed.is_set():
            return
        self._look_at = time.monotonic() + LOOK_S
        for row in _due_commands(connection, now):
            command = Command(
                v=VERSION,
                name=row["name"],
                expires_at=milliseconds(row["expires_at"]),
                arguments=row["arguments"],
            )
            topic = Address(row["home_id"], row["edge_id"]).command(row["id"])
            receiver.publish(topic, codec.encode(command), qos=1)
        for row in _due_configs(connection, now):
            config = Config(v=VERSION, version=row["version"], sha256=row["sha256"], settings=row["settings"])
            topic = Address(row["home_id"], row["edge_id"]).topic("config")
            receiver.publish(topic, codec.encode(config), qos=1, retain=True)
        news = _news(connection)
        for home, edges, alerts in news:
            told = codec.encode(Alerts(v=VERSION, at=milliseconds(now), alerts=alerts))
            for edge in edges:
                receiver.publish(Address(home, edge).topic("alerts"), told, qos=1, retain=True)
        if news:
            self._look_at = 0.0  # there may be more
        connection.commit()


def config_state(connection: Connection, address: Address, state: State, now: datetime) -> None:
    """Take note of what an edge says that it runs; one that runs another version is told at once.

    One that runs a later version than we want, of a hub before this one, would take ours for an old one.
    It is told of the home's alerts too: what the broker kept for it may be old.
    """
    if state.state == "online":
        connection.execute("insert into edge_news (home_id) values (%s)", (address.home,))
        connection.execute("select pg_notify('anju_edges', '')")
    connection.execute(
        """
        update edge_configs set tries = 0,
            version = case when %(running)s > version then %(running)s + 1 else version end,
            due_at = case when version in (%(running)s, %(refused)s) then null else %(now)s end
        where home_id = %(home)s and edge_id = %(edge)s
        """,
        {
            "running": state.config_version, "refused": state.config_refused, "now": now,
            "home": address.home, "edge": address.edge,
        },
    )  # fmt: skip


def command_result(
    connection: Connection, address: Address, command_id: str, result: CommandResult, now: datetime
) -> bool:
    """Write down what became of a command; the first word counts. Returns whether it was asked at all."""
    return bool(
        connection.execute(
            "update edge_commands set ok = coalesce(ok, %(ok)s),"
            " answered_at = coalesce(answered_at, %(now)s),"
            " detail = case when ok is null then %(detail)s else detail end"
            " where id = %(id)s and home_id = %(home)s and edge_id = %(edge)s",
            {
                "ok": result.ok, "now": now, "detail": result.detail.replace("\x00", "")[:500],
                "id": command_id, "home": address.home, "edge": address.edge,
            },
        ).rowcount
    )  # fmt: skip


def _news(connection: Connection) -> list[tuple[str, list[str], list[OpenAlert]]]:
    """Take the homes whose alerts changed; return each with its edge agents and its open alerts."""
    homes = [
        row["home_id"]
        for row in connection.execute(
            "with taken as (delete from edge_news where n in"
            " (select n from edge_news order by n limit %s for update skip locked) returning home_id)"
            " select distinct home_id from taken",
            [MOST_NEWS],
        )
    ]
    if not homes:
        return []
    edges: dict[str, list[str]] = {home: [] for home in homes}
    for row in connection.execute(
        "select home_id, id from edges where home_id = any(%s) and revoked_at is null", [homes]
    ):
        edges[row["home_id"]].append(row["id"])
    alerts: dict[str, list[OpenAlert]] = {home: [] for home in homes}
    for row in connection.execute(
        "select id, home_id, risk, severity, status, occurred_at, room, drill from alerts"
        " where home_id = any(%s) and status <> 'resolved' order by triggered_at",
        [homes],
    ):
        alert = OpenAlert(
            id=row["id"],
            risk=row["risk"],
            severity=row["severity"],
            status=row["status"],
            at=milliseconds(row["occurred_at"]),
            room=row["room"][:200],
            drill=row["drill"],
        )
        alerts[row["home_id"]] = [*alerts[row["home_id"]], alert][-100:]
    return [(home, edges[home], alerts[home]) for home in homes]


def _due_commands(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """Take the commands that nobody has said; those whose time is over are never said."""
    return connection.execute(
        """
        update edge_commands set sent_at = %(now)s
        where id in (select id from edge_commands where sent_at is null and expires_at > %(now)s
                     order by made_at limit %(most)s for update skip locked)
        returning *
        """,
        {"now": now, "most": AT_ONCE},
    ).fetchall()


def _due_configs(connection: Connection, now: datetime) -> list[dict[str, Any]]:
    """Take the configurations that are due, and put off those that have to wait for the end of an alert."""
    rows = connection.execute(
        """
        select c.*, e.config_version as running,
               exists (select 1 from alerts a where a.home_id = c.home_id and a.status <> 'resolved'
                       and a.severity <> 'advice') as alert
        from edge_configs c join edges e on e.home_id = c.home_id and e.id = c.edge_id
        where c.due_at <= %(now)s order by c.due_at limit %(most)s for update of c skip locked
        """,
        {"now": now, "most": AT_ONCE},
    ).fetchall()
    said = []
    for row in rows:
        waits = row["alert"] and not row["settings"].get("muted")
        if not waits:
            said.append(row)
        wait = WAITS_FOR_ALERT if waits else AGAIN[min(row["tries"], len(AGAIN) - 1)]
        connection.execute(
            "update edge_configs set due_at = %s, tries = tries + %s where home_id = %s and edge_id = %s",
            [now + wait, 0 if waits else 1, row["home_id"], row["edge_id"]],
        )
    return said
