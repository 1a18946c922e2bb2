"""What a dead dispatcher had in hand is looked up soon; what a living one has is left to it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from hub.escalation import opening
from hub.notify import lease, queue
from hub.storage.database import Connection, connect
from tests.village import NIGHT, fall, village

SOON = timedelta(seconds=15)


@pytest.fixture
def url(database: str) -> str:
    with connect(database) as connection:
        village(connection)
        opening.open_or_repeat(connection, "wang", fall(), NIGHT)
    return database


def looked_up_at(connection: Connection) -> datetime:
    row = connection.execute("select check_at from attempts where status = 'sending'").fetchone()
    assert row is not None
    at: datetime = row["check_at"]
    return at


def test_only_what_a_dead_dispatcher_had_in_hand_is_looked_up_sooner(url: str) -> None:
    one, other = lease.new_lease(), lease.new_lease()
    with connect(url, autocommit=True) as living:
        with connect(url, autocommit=True) as dying:
            lease.hold(dying, one)
            queue.claim(dying, NIGHT, SOON, 20, lease=one)
            assert lease.release_abandoned(living, other, NIGHT) == 0, "it lives"
            assert looked_up_at(living) == NIGHT + SOON
        while living.execute("select 1 from pg_locks where locktype = 'advisory'").fetchone():
            pass  # until the database has noticed that the connection is gone
        assert lease.release_abandoned(living, other, NIGHT) == 1
        assert looked_up_at(living) == NIGHT + lease.ON_ITS_WAY, "its last request may be on its way"
        assert lease.release_abandoned(living, other, NIGHT) == 0, "once is enough"


def test_a_dispatcher_whose_connection_broke_leaves_its_own_alone(url: str) -> None:
    own = lease.new_lease()
    with connect(url, autocommit=True) as connection:
        queue.claim(connection, NIGHT, SOON, 20, lease=own)
        assert lease.release_abandoned(connection, own, NIGHT) == 0
