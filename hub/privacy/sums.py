"""The hourly sums of a home's activity, which TimescaleDB keeps apart from the events."""

from __future__ import annotations

from psycopg.sql import SQL, Identifier

from hub.storage.database import Connection
from hub.storage.schema import has_timescale


def delete(connection: Connection, home_id: str) -> int:
    """Delete a home's sums; where they are only a view of the events, there is nothing of their own."""
    if not has_timescale(connection):
        return 0
    row = connection.execute(
        "select materialization_hypertable_schema as schema, materialization_hypertable_name as name"
        " from timescaledb_information.continuous_aggregates where view_name = 'activity_hourly'"
    ).fetchone()
    if row is None:
        return 0
    return connection.execute(
        SQL("delete from {}.{} where home_id = %s").format(
            Identifier(row["schema"]), Identifier(row["name"])
        ),
        [home_id],
    ).rowcount


def allow_long_deletes(connection: Connection) -> None:
    """Let this transaction delete as many compressed events as a home has: 90 days are millions."""
    if has_timescale(connection):
        connection.execute("set local timescaledb.max_tuples_decompressed_per_dml_transaction = 0")
