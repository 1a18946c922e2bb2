"""What an edge agent is to run, and which devices may tell anything: the rows, and what a change leads to.

A configuration has a version that only rises. What the residents want kept to themselves goes into it as
`muted`, whoever wrote the rest. The ingest worker says it to the agent, again and again, until the agent says
that it runs it or why it will not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from hub.errors import HubError, NotFoundError
from hub.storage.database import Connection
from models.contract import configuration
from models.contract.errors import InvalidMessageError


class ConfigurationError(HubError):
    """This configuration cannot be wanted."""


def want(
    connection: Connection,
    home_id: str,
    edge_id: str,
    settings: Mapping[str, Any],
    now: datetime,
    by: str,
) -> dict[str, Any]:
    """Write down what an edge agent is to run, and return it; the same as before is no new version.

    `muted` is not for the caller to say: it follows from consents. Raises NotFoundError, ConfigurationError.
    """
    _edge(connection, home_id, edge_id)
    unknown = set(settings) - set(configuration.Wanted.__struct_fields__) - {"muted"}
    if unknown:
        raise ConfigurationError(f"There is no setting '{sorted(unknown)[0]}'.")
    muted = [
        row["device_id"]
        for row in connection.execute(
            "select device_id from device_consents where home_id = %s and edge_id = %s and not given"
            " order by device_id",
            [home_id, edge_id],
        )
    ]
    wanted = {name: value for name, value in settings.items() if name != "muted"}
    if muted:
        wanted["muted"] = muted
    try:
        configuration.read(wanted)
    except InvalidMessageError as error:
        raise ConfigurationError(str(error)) from error
    connection.execute(
        """
        insert into edge_configs (home_id, edge_id, version, sha256, settings, made_at, made_by, due_at)
        select %(home)s, %(edge)s, config_version + 1, %(sha256)s, %(settings)s, %(now)s, %(by)s, %(now)s
        from edges where home_id = %(home)s and id = %(edge)s
        on conflict (home_id, edge_id) do update set
            version = greatest(edge_configs.version, excluded.version - 1) + 1, sha256 = excluded.sha256,
            settings = excluded.settings, made_at = excluded.made_at, made_by = excluded.made_by,
            due_at = excluded.due_at, tries = 0
        where edge_configs.sha256 <> excluded.sha256
        """,
        {
            "home": home_id,
            "edge": edge_id,
            "sha256": configuration.digest(wanted),
            "settings": Jsonb(wanted),
            "now": now,
            "by": by,
        },
    )
    return wanted_of(connection, home_id, edge_id)


def wanted_of(connection: Connection, home_id: str, edge_id: str) -> dict[str, Any]:
    """Return what an edge agent is to run, and what it says that it runs; version 0 where nothing is wanted.

    Raises NotFoundError.
    """
    _edge(connection, home_id, edge_id)
    row = connection.execute(
        """
        select coalesce(c.version, 0) as version, coalesce(c.sha256, '') as sha256,
               coalesce(c.settings, '{}') as settings, c.made_at, c.made_by,
               e.config_version as running, e.config_refused as refused, e.config_note as note
        from edges e left join edge_configs c on c.home_id = e.home_id and c.edge_id = e.id
        where e.home_id = %s and e.id = %s
        """,
        [home_id, edge_id],
    ).fetchone()
    return row or {}


def consent(
    connection: Connection,
    home_id: str,
    edge_id: str,
    device_id: str,
    *,
    given: bool,
    why: str,
    now: datetime,
    by: str,
) -> None:
    """Let a device tell, or keep it from telling anything; the edge hears of it at once.

    Raises NotFoundError.
    """
    _edge(connection, home_id, edge_id)
    known = connection.execute(
        "select 1 from devices where home_id = %s and edge_id = %s and id = %s", [home_id, edge_id, device_id]
    ).fetchone()
    if known is None:
        raise NotFoundError(f"The edge agent '{edge_id}' has no device '{device_id}'.")
    connection.execute(
        """
        insert into device_consents (home_id, edge_id, device_id, given, why, changed_at, changed_by)
        values (%(home)s, %(edge)s, %(device)s, %(given)s, %(why)s, %(now)s, %(by)s)
        on conflict (home_id, edge_id, device_id) do update set given = excluded.given, why = excluded.why,
            changed_at = excluded.changed_at, changed_by = excluded.changed_by
        """,
        {
            "home": home_id, "edge": edge_id, "device": device_id, "given": given, "why": why, "now": now,
            "by": by,
        },
    )  # fmt: skip
    want(connection, home_id, edge_id, wanted_of(connection, home_id, edge_id)["settings"], now, by)


def consents(connection: Connection, home_id: str) -> list[dict[str, Any]]:
    """Return every device of a home with whether it may tell anything."""
    return connection.execute(
        """
        select d.edge_id as edge, d.id as device, d.name, d.room, coalesce(c.given, true) as given,
               coalesce(c.why, '') as why, c.changed_at, c.changed_by,
               c.given is false and not (e.config_version = w.version) as on_its_way
        from devices d
        join edges e on e.home_id = d.home_id and e.id = d.edge_id
        left join device_consents c
            on c.home_id = d.home_id and c.edge_id = d.edge_id and c.device_id = d.id
        left join edge_configs w on w.home_id = d.home_id and w.edge_id = d.edge_id
        where d.home_id = %s and (d.placed or c.given is false)
        order by d.room, d.name, d.id
        """,
        [home_id],
    ).fetchall()


def _edge(connection: Connection, home_id: str, edge_id: str) -> None:
    found = connection.execute(
        "select 1 from edges where home_id = %s and id = %s for update", [home_id, edge_id]
    ).fetchone()
    if found is None:
        raise NotFoundError(f"The home '{home_id}' has no edge agent '{edge_id}'.")
