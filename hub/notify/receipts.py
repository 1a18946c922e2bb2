"""What becomes of an attempt: news from the provider, a key press, silence.

Runs inside the caller's transaction, which holds the alert's row.

Who is told next is not decided here: the answer says whether the attempt's turn has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from hub.alerts import store as alerts
from hub.notify import store
from hub.notify.channels.port import Accepted, Receipt, Refused, SendResult, Unknown
from hub.notify.lifecycle import ENDED_WITHOUT_ANSWER, LIVE, AttemptStatus, may_become
from hub.storage.database import Connection

log = structlog.get_logger()

#: A provider that took an attempt and then says nothing for so long is asked.
SILENCE = timedelta(seconds=20)
#: A person may talk, listen twice and think before pressing a key.
TALK = timedelta(seconds=90)
#: After an answer that was lost, the provider is asked this soon: a person waits.
LOOK_UP = timedelta(seconds=2)
#: A provider that cannot be asked now is asked again.
ASK_AGAIN = timedelta(seconds=5)
MAX_TRIES = 3
RETRY_AFTER = timedelta(seconds=2)


def after_sending(connection: Connection, attempt_id: str, result: SendResult, now: datetime) -> bool:
    """Write down what the provider said to our request; return whether the next one's turn has come."""
    if isinstance(result, Accepted):
        named(connection, attempt_id, result.provider_id, now)
        attempt = store.lock(connection, attempt_id)
        if attempt["status"] in ("sending", "unknown"):
            store.change(
                connection,
                attempt_id,
                "accepted",
                provider_id=result.provider_id,
                check_at=now + SILENCE,
                now=now,
            )
        else:  # its first news was quicker than its answer
            store.change(
                connection,
                attempt_id,
                attempt["status"],
                provider_id=result.provider_id,
                check_at=attempt["check_at"],
                now=now,
            )
        _write(connection, attempt, now, "accepted", {"provider_id": result.provider_id})
        return False
    attempt = store.lock(connection, attempt_id)
    if isinstance(result, Unknown):
        if attempt["status"] == "sending":
            store.change(connection, attempt_id, "unknown", check_at=now + LOOK_UP, now=now)
            _write(connection, attempt, now, "unknown", {"detail": result.text[:200]})
        return False
    return _after_refusal(connection, attempt, result, now)


def _after_refusal(
    connection: Connection, attempt: Mapping[str, Any], result: Refused, now: datetime
) -> bool:
    if attempt["status"] not in ("sending", "unknown"):
        return False
    _write(connection, attempt, now, "refused", {"code": result.code, "detail": result.text[:200]})
    if result.then == "again" and attempt["tries"] < MAX_TRIES:
        store.change(
            connection, attempt["id"], "queued", check_at=None, not_before=now + RETRY_AFTER, now=now
        )
        return False
    store.change(connection, attempt["id"], "failed", check_at=None, error_code=result.code, now=now)
    return True


def named(connection: Connection, attempt_id: str, provider_id: str, now: datetime) -> None:
    """The provider itself said whose a call is: free it from an attempt that has it by mistake.

    Of two calls to one number whose answers were lost, a look-up cannot tell which is whose.
    """
    for attempt in store.lock_named(connection, attempt_id, provider_id):
        if attempt["id"] != attempt_id:
            store.give_back(connection, attempt["id"], now)
            log.warning("a call was taken for another's", attempt=attempt_id, other=attempt["id"])
    store.name(connection, attempt_id, provider_id)


def after_news(connection: Connection, attempt_id: str, receipt: Receipt, now: datetime) -> bool:
    """Take news from the provider, in whatever order it comes; return whether the next one's turn has come.

    The caller holds the alert's row lock.
    """
    attempt = store.lock(connection, attempt_id)
    if receipt.provider_id and attempt["provider_id"] not in (None, receipt.provider_id):
        return False  # an answer to our question, about a call that turned out to be another's meanwhile
    if 0 <= receipt.seq <= attempt["provider_seq"] and receipt.status in LIVE:
        return False
    if not may_become(attempt["status"], receipt.status):
        return False
    if receipt.status in ("talking", "voicemail"):
        check = now + TALK
    else:
        check = now + SILENCE
    ended = receipt.status not in LIVE and receipt.status != "sent"
    store.change(
        connection,
        attempt_id,
        receipt.status,
        provider_id=receipt.provider_id,
        provider_seq=receipt.seq,
        error_code=receipt.error_code,
        check_at=None if ended else check,
        now=now,
    )
    detail = {"error_code": receipt.error_code} if receipt.error_code else {}
    _write(connection, attempt, now, receipt.status, detail)
    return receipt.status in ENDED_WITHOUT_ANSWER


def after_key(connection: Connection, attempt_id: str, *, goes: bool, now: datetime) -> bool:
    """A human pressed a key; return False when this attempt was answered before."""
    attempt = store.lock(connection, attempt_id)
    status: AttemptStatus = "answered" if goes else "declined"
    if not may_become(attempt["status"], status):
        return False
    store.change(connection, attempt_id, status, check_at=None, now=now)
    _write(connection, attempt, now, status, {})
    return True


def after_looking(
    connection: Connection, attempt_id: str, found: list[Receipt] | None, now: datetime
) -> bool:
    """An attempt whose fate was unknown was looked up; send again only what the provider never took."""
    attempt = store.lock(connection, attempt_id)
    if attempt["status"] not in ("sending", "unknown"):
        return False
    if found is None:
        store.change(connection, attempt_id, "unknown", check_at=now + ASK_AGAIN, now=now)
        return False
    since = attempt["sending_at"] - timedelta(seconds=1)
    ours = store.known_provider_ids(connection, attempt["address"], since - timedelta(hours=1))
    for receipt in found:
        if receipt.provider_id not in ours:
            _write(connection, attempt, now, "found", {"provider_id": receipt.provider_id})
            store.change(
                connection,
                attempt_id,
                "accepted",
                provider_id=receipt.provider_id,
                check_at=now + SILENCE,
                now=now,
            )
            return after_news(connection, attempt_id, receipt, now) if receipt.status != "accepted" else False
    _write(connection, attempt, now, "not_taken", {})
    if attempt["tries"] < MAX_TRIES:
        store.change(connection, attempt_id, "queued", check_at=None, not_before=now, now=now)
        return False
    store.change(connection, attempt_id, "failed", check_at=None, error_code="unknown", now=now)
    return True


def _write(
    connection: Connection, attempt: Mapping[str, Any], now: datetime, what: str, data: dict[str, Any]
) -> None:
    alerts.append(
        connection,
        attempt["alert_id"],
        now,
        "attempt",
        {
            "attempt": attempt["id"],
            "contact": attempt["contact_name"],
            "channel": attempt["channel"],
            "status": what,
        }
        | data,
    )
