"""The schema comes whole, comes once, and keeps its promises by itself."""

from __future__ import annotations

import psycopg
import pytest

from hub.storage.schema import migrate
from tests.postgres import with_database


def test_migrating_twice_changes_nothing(database: str) -> None:
    assert migrate(database) == []


def test_a_bare_database_takes_every_migration_in_order(postgres: str) -> None:
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("create database bare")
    taken = migrate(with_database(postgres, "bare"))
    assert taken == sorted(taken)
    assert taken[0].startswith("0001")


def test_an_alert_file_cannot_be_changed(database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            "insert into organisations (id, tier, name) values ('dongjie', 'station', '东街站')"
        )
        connection.execute(
            "insert into homes (id, organisation_id, name, created_at) values ('h1', 'dongjie', '王', now())"
        )
        connection.execute(
            "insert into alerts (id, home_id, risk, severity, dedup_key, reason, occurred_at, triggered_at,"
            " policy) values ('a1', 'h1', 'sos', 'emergency', 'sos', '{}', now(), now(), '{}')"
        )
        connection.execute("insert into alert_entries values ('a1', 1, now(), 'raised', '{}', '')")
        with pytest.raises(psycopg.errors.RaiseException):
            connection.execute("update alert_entries set data = '{}'")
