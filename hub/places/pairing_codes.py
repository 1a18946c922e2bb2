"""Making pairing codes, and taking one: the rows behind `pairing`.

A code is kept as a hash. Whoever guesses is slowed down as at the sign-in. A code works once; only the agent
that used it may ask again with the same password, for its answer may have been lost.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from hub.accounts import sessions
from hub.accounts.passwords import hash_password, is_right
from hub.broker.register import Register
from hub.errors import ConflictError, HubError, NotFoundError
from hub.places.pairing import LASTS, Code, new_code, read_code
from hub.storage.database import Connection, Pool
from models.contract.topics import is_id

KEPT: Final = timedelta(days=1)  #: so that a late one is told that it is late, not that it is wrong
LEAST_PASSWORD: Final = 32  #: characters of the password that an agent brings


class WrongCodeError(HubError):
    """This is no pairing code."""


class ExpiredCodeError(HubError):
    """This code has expired: make a new one on the hub."""


class UsedCodeError(HubError):
    """This code was used already: make a new one on the hub."""


class ForeignAccountsError(HubError):
    """This hub does not make its broker's accounts: set ANJU_BROKER_ACCOUNTS_URL."""


class TooManyTriesError(HubError):
    """Too many tries: wait a while."""

    def __init__(self, pause: timedelta) -> None:
        super().__init__()
        self.pause = pause


class Place(NamedTuple):
    """The home and edge agent that a code stands for."""

    home: str
    edge: str


def make(
    connection: Connection, home_id: str, edge_id: str, now: datetime, made_by: str | None = None
) -> tuple[Code, datetime]:
    """Make a code for an edge agent, known or new; return it with its end. Earlier ones are void.

    Raises NotFoundError for a home or an id that is none.
    """
    if not is_id(edge_id):
        raise NotFoundError(f"'{edge_id}' is no id for an edge agent: use 1 to 32 of a-z, 0-9 and '-'.")
    if connection.execute("select 1 from homes where id = %s", [home_id]).fetchone() is None:
        raise NotFoundError(f"There is no home '{home_id}': create it first.")
    connection.execute(
        "delete from pairing_codes where expires_at < %(old)s or (home_id = %(home)s and edge_id = %(edge)s)",
        {"old": now - KEPT, "home": home_id, "edge": edge_id},
    )
    for _ in range(20):  # the first part may be taken
        code = new_code()
        made = connection.execute(
            "insert into pairing_codes (id, home_id, edge_id, hash, made_at, made_by, expires_at)"
            " values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            [code.id, home_id, edge_id, hash_password(code.text), now, made_by, now + LASTS],
        ).rowcount
        if made:
            return code, now + LASTS
    raise ConflictError("So many codes are out that none is free.")


def take(
    pool: Pool, register: Register | None, typed: str, password: str, address: str, now: datetime
) -> Place:
    """Let an agent that knows a code in, with the password that it brings; return where it belongs.

    Raises WrongCodeError, ExpiredCodeError, UsedCodeError, TooManyTriesError, ForeignAccountsError,
    RegisterError. `address` is where it asks from.
    """
    if register is None:
        raise ForeignAccountsError
    code = read_code(typed)
    login = f"pairing {code.id if code else ''}"
    with pool.connection() as connection:
        pause = sessions.count_try(connection, login, address, now)
        row = _row(connection, code) if code else None
    if pause is not None:
        raise TooManyTriesError(pause)
    # No connection is held meanwhile: this is slow on purpose, and as slow for a code that is none.
    if not is_right(row["hash"] if row else None, code.text if code else "") or row is None or code is None:
        raise WrongCodeError
    with pool.connection() as connection:
        place = _use(connection, code, hashlib.sha256(password.encode()).digest(), now)
        # Inside the transaction: a broker that cannot be told leaves the code unused.
        register.add(f"{place.home}/{place.edge}", password)
        sessions.forgive(connection, login, address)
    return place


def _use(connection: Connection, code: Code, with_password: bytes, now: datetime) -> Place:
    row = connection.execute(
        "select home_id, edge_id, expires_at, used_at, used_with from pairing_codes where id = %s for update",
        [code.id],
    ).fetchone()
    if row is None:
        raise ExpiredCodeError  # another one was made a moment ago
    if row["used_at"] is not None and row["used_with"] != with_password:
        raise UsedCodeError
    if row["expires_at"] <= now:
        raise ExpiredCodeError
    place = Place(row["home_id"], row["edge_id"])
    connection.execute(
        "update pairing_codes set used_at = %s, used_with = %s where id = %s", [now, with_password, code.id]
    )
    connection.execute(
        "insert into edges (home_id, id, paired_at) values (%(home)s, %(edge)s, %(now)s)"
        " on conflict (home_id, id) do update set paired_at = %(now)s, revoked_at = null",
        {"home": place.home, "edge": place.edge, "now": now},
    )
    return place


def revoke(
    connection: Connection, register: Register | None, home_id: str, edge_id: str, now: datetime
) -> None:
    """Take an edge agent's account away: it is thrown out at once, and its codes are void.

    What it said stays. Raises NotFoundError, ForeignAccountsError, RegisterError.
    """
    if register is None:
        raise ForeignAccountsError
    # Mosquitto says no last will for an account that is gone.
    if not connection.execute(
        "update edges set revoked_at = %s, state = 'lost' where home_id = %s and id = %s",
        [now, home_id, edge_id],
    ).rowcount:
        raise NotFoundError(f"The home '{home_id}' has no edge agent '{edge_id}'.")
    connection.execute("delete from pairing_codes where home_id = %s and edge_id = %s", [home_id, edge_id])
    register.remove(f"{home_id}/{edge_id}")


def edges(connection: Connection, home_id: str, now: datetime) -> list[dict[str, Any]]:
    """Return a home's edge agents with what is known of them; `code_until`: a code waits for its agent."""
    return connection.execute(
        """
        select e.id, e.state, e.version, e.clock, e.config_version, e.heard_at, e.paired_at, e.revoked_at,
               e.health, c.expires_at as code_until
        from edges e left join pairing_codes c
            on c.home_id = e.home_id and c.edge_id = e.id and c.used_at is null and c.expires_at > %(now)s
        where e.home_id = %(home)s
        union all
        select c.edge_id, 'new', '', 'unsynced', 0, null, null, null, '{}', c.expires_at
        from pairing_codes c where c.home_id = %(home)s and c.used_at is null and c.expires_at > %(now)s
            and not exists (select 1 from edges e where e.home_id = c.home_id and e.id = c.edge_id)
        order by id
        """,
        {"home": home_id, "now": now},
    ).fetchall()


def _row(connection: Connection, code: Code) -> dict[str, Any] | None:
    return connection.execute("select hash from pairing_codes where id = %s", [code.id]).fetchone()
