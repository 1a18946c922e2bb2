"""What is committed of every stream: what the hub says in its `ack`, and how it knows a repeat.

Memory follows the database: after a failed transaction the streams that it touched are read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hub.storage.database import Connection, one
from models.contract import VERSION
from models.contract.messages import Ack
from models.contract.sequence import Settled
from models.contract.topics import Address

MAX_RANGES = 20  #: said in one acknowledgement; what is not said is sent again, harmlessly

Key = tuple[str, str, str]  #: home, edge, stream


@dataclass(slots=True)
class Stream:
    """One stream: its number in the database, and what of it is settled."""

    id: int
    settled: Settled


class Ledger:
    """The streams that this worker has met."""

    def __init__(self) -> None:
        self._streams: dict[Key, Stream] = {}
        self._touched: set[Key] = set()

    def stream(self, connection: Connection, address: Address, name: str) -> Stream:
        """Return a stream, from memory or from the database; a new one is made."""
        key = (address.home, address.edge, name)
        known = self._streams.get(key)
        if known is None:
            row = one(
                connection.execute(
                    """
                    insert into streams (home_id, edge_id, name) values (%s, %s, %s)
                    on conflict (home_id, edge_id, name) do update set name = excluded.name
                    returning id, upto, ranges
                    """,
                    key,
                ).fetchone()
            )
            known = Stream(row["id"], _settled(row))
            self._streams[key] = known
        self._touched.add(key)
        return known

    def save(self, connection: Connection) -> None:
        """Write what this batch settled, in the batch's own transaction."""
        if not self._touched:
            return
        touched = [self._streams[key] for key in self._touched]
        # Arrays as PostgreSQL writes them: made here, they cost a tenth of what the driver takes for them.
        connection.execute(
            """
            update streams s set upto = said.upto, ranges = '{}'
            from unnest(%s::int[], %s::int8[]) as said (id, upto) where s.id = said.id
            """,
            (
                "{" + ",".join([str(stream.id) for stream in touched]) + "}",
                "{" + ",".join([str(stream.settled.upto) for stream in touched]) + "}",
            ),
        )
        gaps = [(_multirange(each.settled), each.id) for each in touched if not each.settled.whole]
        if gaps:
            with connection.cursor() as cursor:
                cursor.executemany("update streams set ranges = %s::int8multirange where id = %s", gaps)

    def committed(self) -> None:
        """The batch is in the database."""
        self._touched.clear()

    def forget(self) -> None:
        """The batch is not in the database: what it touched is read again when it is needed."""
        for key in self._touched:
            self._streams.pop(key, None)
        self._touched.clear()

    def ack(self, key: Key) -> Ack | None:
        """Return what is to be said of a stream, or None when this worker does not know it."""
        stream = self._streams.get(key)
        if stream is None:
            return None
        settled = stream.settled
        return Ack(v=VERSION, stream=key[2], upto=settled.upto, ranges=settled.ranges[:MAX_RANGES])

    def keys(self) -> list[Key]:
        """Return the streams that are known."""
        return list(self._streams)

    def load_recent(self, connection: Connection, limit: int = 200_000) -> list[Key]:
        """Read every edge's newest stream: on taking over, the edges are told what is committed."""
        rows = connection.execute(
            """
            select distinct on (home_id, edge_id) id, home_id, edge_id, name, upto, ranges
            from streams order by home_id, edge_id, id desc limit %s
            """,
            (limit,),
        ).fetchall()
        for row in rows:
            self._streams[(row["home_id"], row["edge_id"], row["name"])] = Stream(row["id"], _settled(row))
        return [(row["home_id"], row["edge_id"], row["name"]) for row in rows]


def _multirange(settled: Settled) -> str:
    """Return the ranges as PostgreSQL writes them."""
    return "{" + ",".join(f"[{low},{high}]" for low, high in settled.ranges) + "}"


def _settled(row: Any) -> Settled:
    ranges = [
        (part.lower, part.upper - 1)
        for part in row["ranges"]
        if part.lower is not None and part.upper is not None
    ]
    return Settled(row["upto"], ranges)
