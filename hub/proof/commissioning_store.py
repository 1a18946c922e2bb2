"""The rows behind a home's setting up: its steps, its walk test, and going live with or without proof."""

from __future__ import annotations

from datetime import datetime

from hub.errors import ConflictError
from hub.escalation import responders
from hub.places import hearing
from hub.places import store as places
from hub.proof.commissioning import Facts, Sensor, is_sensor, unproven
from hub.storage.database import Connection


class UnprovenError(ConflictError):
    """Not everything is shown that has to be before a home is live."""


def facts(connection: Connection, home_id: str, now: datetime) -> Facts:
    """Return what is known of a home; raises NotFoundError."""
    home = places.home(connection, home_id, now)
    walk = connection.execute("select started_at from walk_tests where home_id = %s", (home_id,)).fetchone()
    began = walk["started_at"] if walk else None
    _, people = responders.of_home(connection, home_id)
    helpers = {person.id for person in people if person.helps and person.calls}
    proven = connection.execute(
        "select count(distinct contact_id) as n from contact_methods"
        " where contact_id = any(%s) and active and channel = 'voice' and verified_at is not null",
        (sorted(helpers),),
    ).fetchone()
    tested = connection.execute(
        """
        select max(coalesce(a.answered_at, a.acknowledged_at)) as at
        from drills d join alerts a on a.id = d.alert_id
        where d.home_id = %s and coalesce(a.acknowledged_by, a.resolved_by) is not null
        """,
        (home_id,),
    ).fetchone()
    heard = [edge["heard_at"] for edge in places.edges(connection, home_id) if edge["heard_at"] is not None]
    return Facts(
        status=home["status"],
        has_address=bool(home["address"].strip()),
        residents=len(places.residents(connection, home_id)),
        responders=len(helpers),
        proven=proven["n"] if proven else 0,
        edge_heard_at=max(heard, default=None),
        supervision=home["supervision"],
        walk_began_at=began,
        sensors=_sensors(connection, home_id, began, now),
        test_answered_at=tested["at"] if tested else None,
    )


def _sensors(connection: Connection, home_id: str, began: datetime | None, now: datetime) -> list[Sensor]:
    triggered: dict[str, datetime] = {}
    if began is not None:
        # By when the hub received it: a sensor's or a Raspberry Pi's clock may not be set yet.
        rows = connection.execute(
            "select device, max(received_at) as at from events"
            " where home_id = %s and received_at >= %s group by device",
            (home_id, began),
        )
        triggered = {row["device"]: row["at"] for row in rows}
    return [
        Sensor(
            id=device["id"],
            name=device["name"] or device["model"] or device["id"],
            room=device["room"],
            kinds=tuple(device["kinds"]),
            placed=device["placed"],
            heard_at=device["heard_at"],
            triggered_at=triggered.get(device["id"]),
        )
        for device in hearing.devices(connection, home_id, now)
        if is_sensor(device["kinds"])
    ]


def begin_walk(connection: Connection, home_id: str, by: str, now: datetime) -> None:
    """Begin the walk test, or begin it anew: from now on every sensor has to be triggered once."""
    connection.execute(
        """
        insert into walk_tests (home_id, started_at, started_by) values (%(home)s, %(now)s, %(by)s)
        on conflict (home_id) do update set started_at = excluded.started_at, started_by = excluded.started_by
        """,
        {"home": home_id, "now": now, "by": by},
    )


def go_live(connection: Connection, home_id: str, now: datetime, *, why: str = "") -> list[str]:
    """Take a home live; return what was not proven. Raises UnprovenError for that without a `why`."""
    open_steps = [str(name) for name in unproven(facts(connection, home_id, now), now)]
    if open_steps and not why.strip():
        raise UnprovenError(
            f"Not shown yet: {', '.join(open_steps)}."
            " Show it, or say why the home is to be watched all the same."
        )
    places.set_status(connection, home_id, "live")
    connection.execute(
        "update homes set unproven_why = %s where id = %s", (why.strip() if open_steps else "", home_id)
    )
    return open_steps
