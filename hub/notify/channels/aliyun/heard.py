"""Whose receipt it is, and which of the keys in it are news: the two things that need the attempts' rows.

Runs inside the caller's transaction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from hub.notify import store
from hub.notify.channels.aliyun.identity import OUT_ID_BYTES
from hub.storage.database import Connection

_OUT_ID: Final = re.compile(rf"[0-9a-f]{{{OUT_ID_BYTES}}}")

#: Names of what is kept of a receipt beside its content.
_KEY, _END = "aliyun key", "aliyun end"


def attempt_of(connection: Connection, out_id: str, provider_id: str) -> str | None:
    """Return the attempt that a receipt speaks of, by our own id first; None for nobody's."""
    if _OUT_ID.fullmatch(out_id):
        row = connection.execute(
            "select id from attempts where id >= %s and id < %s limit 1", (out_id, f"{out_id}g")
        ).fetchone()
        if row is not None:
            return str(row["id"])
    row = connection.execute("select id from attempts where provider_id = %s", (provider_id,)).fetchone()
    return None if row is None or not provider_id else str(row["id"])


def new_key(connection: Connection, attempt_id: str, item: Mapping[str, str], now: datetime) -> str:
    """Return the key that a call in progress tells of; empty when it was told before, or the call is over."""
    if _kept(connection, attempt_id, _END):
        return ""
    token = f"{_KEY} {item.get('status_time', '')} {item.get('dtmf', '')}"[:200]
    told = store.remember_callback(connection, attempt_id, token, dict(item), now)
    return item.get("dtmf", "")[:1] if told else ""


def missed_keys(connection: Connection, attempt_id: str, item: Mapping[str, str], now: datetime) -> str:
    """Return the keys of an ended call that nobody told of while it went on, in their order."""
    if not store.remember_callback(
        connection, attempt_id, f"{_END} {item.get('call_id', '')}", dict(item), now
    ):
        return ""
    pressed = item.get("dtmf", "")[:32]
    heard = "".join(row["data"].get("dtmf", "")[:1] for row in _kept(connection, attempt_id, _KEY))
    if heard.endswith(pressed):
        return ""
    return pressed[len(heard) :] if pressed.startswith(heard) else pressed


def _kept(connection: Connection, attempt_id: str, what: str) -> list[dict[str, Any]]:
    return connection.execute(
        "select data from callbacks where attempt_id = %s and starts_with(token, %s)"
        " order by received_at, token",
        (attempt_id, what),
    ).fetchall()
