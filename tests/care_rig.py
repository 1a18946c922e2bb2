"""What sensors and visitors do to a home, for the promises of care."""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx

from hub.storage.database import Connection
from tests.web_rig import WebRig


def seen(connection: Connection, home: str, at: datetime, kind: str = "motion") -> None:
    """A sensor saw somebody, and the home's edge agent is heard."""
    connection.execute(
        "insert into streams (home_id, edge_id, name) values (%s, 'pi', 's') on conflict do nothing", (home,)
    )
    connection.execute(
        """
        insert into events (home_id, stream_id, seq, occurred_at, received_at, device, kind, value)
        select %(home)s, s.id, (select coalesce(max(seq), 0) + 1 from events where stream_id = s.id),
               %(at)s, %(at)s, '0x01', %(kind)s, 1 from streams s where s.home_id = %(home)s
        """,
        {"home": home, "at": at, "kind": kind},
    )


def heard(connection: Connection, home: str, at: datetime) -> None:
    """The home's edge agent spoke."""
    connection.execute("update edges set heard_at = %s, state = 'online' where home_id = %s", (at, home))


def visit(client: httpx.Client, home: str = "wang", **more: object) -> httpx.Response:
    """Somebody calls on a home and writes it down."""
    return client.post(f"/api/v1/homes/{home}/visits", json={"kind": "door", "residents": [home]} | more)


def round_of(client: httpx.Client) -> dict[str, str]:
    """Today's round: urgency by home, in order."""
    calls = client.get("/api/v1/rounds").json()
    return {call["home"]: call["urgency"] for call in calls}


def later(web: WebRig, **span: float) -> None:
    """Time passes."""
    web.clock.move(timedelta(**span))  # type: ignore[attr-defined]
