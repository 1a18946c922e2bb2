"""Connections: one address, a pool for those who share, single ones for those who own.

Rows come as dictionaries; a program that decides passes its own time.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

Connection = psycopg.Connection[DictRow]
Pool = ConnectionPool[Connection]


def connect(url: str, *, autocommit: bool = False) -> Connection:
    """Open one connection that this caller owns and closes."""
    return psycopg.connect(
        url, autocommit=autocommit, row_factory=dict_row, application_name="anju", connect_timeout=10
    )


def open_pool(url: str, size: int = 8) -> Pool:
    """Open a pool of connections for threads that share them; close it at the end."""
    pool: Pool = ConnectionPool(
        url,
        min_size=1,
        max_size=size,
        open=False,
        check=ConnectionPool.check_connection,
        connection_class=Connection,
        kwargs={"row_factory": dict_row, "application_name": "anju"},
    )
    pool.open(wait=True, timeout=20)
    return pool


def one(row: DictRow | None) -> dict[str, Any]:
    """Return the row that a statement always yields."""
    if row is None:
        raise LookupError("a statement that always yields a row did not")
    return row
