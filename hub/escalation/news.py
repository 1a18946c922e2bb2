"""Who was told of an alert hears what became of it: who took it, that they cannot after all, that it is over.

In writing only: nobody is rung a second time for news. Once a person and stage; what it says is written when
it is sent, from the alert as it is then, so that late news are not wrong news. The resident is no helper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from hub.alerts import store as alerts
from hub.notify import store as notifications
from hub.storage.database import Connection

#: `coming` says besides when they will be there.
Stage = Literal["taken", "coming", "left", "over"]

#: A message that ended so did not reach its address.
_UNREACHED = ("failed", "withdrawn")


def tell(
    connection: Connection, alert_id: str, stage: Stage, now: datetime, *, by: str = "", but: str = ""
) -> None:
    """Owe everybody who was called or written to a message about a stage, in the caller's transaction.

    `by` is the name of whoever brought it there, and `but` the contact who needs no telling: they said it.
    """
    rows = notifications.of_alert(connection, alert_id)
    mark = f"news {stage}: {by}"
    for contact_id, mine in _told(rows).items():
        last = mine[-1]
        if contact_id == but or last["contact_name"] == by:
            continue
        if _newest(mine) in ((mark, f"news coming: {by}") if stage == "taken" else (mark,)):
            continue
        method = _method(connection, contact_id, mine)
        if method is None:
            continue
        attempt_id = notifications.insert(
            connection,
            alert_id=alert_id,
            contact_id=contact_id,
            contact_name=last["contact_name"],
            role=last["role"],
            channel=method[0],
            address=method[1],
            language=last["language"],
            purpose="news",
            round_=last["round"],
            step=last["step"],
            reason=mark,
            tier=last["tier"],
            now=now,
        )
        said = {"attempt": attempt_id, "contact": last["contact_name"], "channel": method[0], "stage": stage}
        alerts.append(connection, alert_id, now, "told", said)


def _told(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The attempts of each person who heard of the alert: something to them left the house."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["role"] != "resident" and row["purpose"] != "ask":
            found.setdefault(row["contact_id"], []).append(row)
    return {contact: mine for contact, mine in found.items() if any(row["sending_at"] for row in mine)}


def _newest(mine: Sequence[Mapping[str, Any]]) -> str:
    """Return which news somebody was owed last."""
    return next((str(row["reason"]) for row in reversed(mine) if row["purpose"] == "news"), "")


def _method(
    connection: Connection, contact_id: str, mine: Sequence[Mapping[str, Any]]
) -> tuple[str, str] | None:
    """How to write to somebody: as they were written to before, else by the first method they have."""
    for row in mine:
        if row["channel"] != "voice" and row["purpose"] != "news" and row["status"] not in _UNREACHED:
            return row["channel"], row["address"]
    known = connection.execute(
        "select channel, address from contact_methods where contact_id = %s and active"
        " and channel <> 'voice' order by rank, id limit 1",
        (contact_id,),
    ).fetchone()
    return (known["channel"], known["address"]) if known else None
