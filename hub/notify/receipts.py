"""What becomes of an attempt: news from the provider, a key press, silence.

Runs inside the caller's transaction, which holds the alert's row.

Who is told next is not decided here: the answer says whether the attempt's turn has ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog

from hub.alerts import store as alerts
from hub.notify import history, queue, store
from hub.notify.channels.port import GONE, Accepted, Receipt, Refused, SendResult, Unknown
from hub.notify.lifecycle import ENDED_WITHOUT_ANSWER, LIVE, AttemptStatus, may_become
from hub.places import contacts
from hub.storage.database import Connection
from models.detection.finding import Reason

log = structlog.get_logger()

#: A provider that took an attempt and then says nothing for so long is asked.
SILENCE = timedelta(seconds=20)
#: A person may talk, listen twice and think before pressing a key.
TALK = timedelta(seconds=90)
#: After an answer that was lost, the provider is asked this soon: a person waits.
LOOK_UP = timedelta(seconds=2)
#: A provider that cannot be asked now is asked again.
ASK_AGAIN = timedelta(seconds=5)
#: Nobody waits any more for what is so old: it is asked about less and less often, and then no more.
PATIENCE = timedelta(minutes=5)
FORGOTTEN = timedelta(days=1)
MAX_TRIES = 3
RETRY_AFTER = timedelta(seconds=2)
#: So often a message is written that was taken, and then not delivered for a reason that may pass.
MAX_WRITTEN = 2
WRITE_AGAIN = timedelta(seconds=10)


def after_sending(
    connection: Connection,
    attempt_id: str,
    result: SendResult,
    now: datetime,
    *,
    elsewhere: bool = False,
    has_receipts: bool = True,
    why: Reason | None = None,
    turn: int | None = None,
) -> bool:
    """Write down what the provider said to our request; return whether the next one's turn has come.

    `elsewhere`: another provider is left for this address. Without `has_receipts` nothing more will ever be
    known of what was taken. `why`: the reason of the route, or of there being none. `turn`: which sending of
    the attempt this is about (its `tries` then); what was refused of one says nothing of the next.
    """
    reason = {} if why is None else {"reason": msgspec.to_builtins(why)}
    if isinstance(result, Accepted):
        named(connection, attempt_id, result.provider_id, now)
        attempt = store.lock(connection, attempt_id)
        status, check_at = attempt["status"], attempt["check_at"]
        if status in ("sending", "unknown"):
            status, check_at = ("accepted", now + SILENCE) if has_receipts else ("sent", None)
        # else: its first news was quicker than its answer
        store.change(
            connection, attempt_id, status, provider_id=result.provider_id, check_at=check_at, now=now
        )
        _write(connection, attempt, now, "accepted", {"provider_id": result.provider_id} | reason)
        return False
    attempt = store.lock(connection, attempt_id)
    if turn is not None and attempt["tries"] != turn:
        return False
    if isinstance(result, Unknown):
        if attempt["status"] == "sending":
            store.change(connection, attempt_id, "unknown", check_at=now + LOOK_UP, now=now)
            _write(connection, attempt, now, "unknown", {"detail": result.text[:200]})
        return False
    return _after_refusal(connection, attempt, result, now, elsewhere, reason)


def _after_refusal(
    connection: Connection,
    attempt: Mapping[str, Any],
    result: Refused,
    now: datetime,
    elsewhere: bool,
    reason: dict[str, Any],
) -> bool:
    """What was not taken goes to another provider at once; where there is none, again after a moment."""
    if attempt["status"] not in ("sending", "unknown"):
        return False
    _write(connection, attempt, now, "refused", {"code": result.code, "detail": result.text[:200]} | reason)
    if elsewhere and result.then != "method":
        queue.queue_again(connection, attempt["id"], now, without=attempt["provider"])
        return False
    if result.then == "again" and attempt["tries"] < MAX_TRIES:
        queue.queue_again(connection, attempt["id"], now + RETRY_AFTER)
        return False
    store.change(connection, attempt["id"], "failed", check_at=None, error_code=result.code, now=now)
    if result.code == GONE and contacts.retire(connection, attempt["channel"], attempt["address"]):
        _write(connection, attempt, now, "retired", {})
    return True


def named(connection: Connection, attempt_id: str, provider_id: str, now: datetime) -> None:
    """The provider itself said whose a call is: free it from an attempt that has it by mistake.

    Of two calls to one number whose answers were lost, a look-up cannot tell which is whose.
    """
    for attempt in store.lock_named(connection, attempt_id, provider_id):
        if attempt["id"] != attempt_id:
            store.give_back(connection, attempt["id"], now)  # its own file says so when it is looked up
            _write(
                connection,
                store.get(connection, attempt_id),
                now,
                "was_anothers",
                {"provider_id": provider_id, "other": attempt["id"]},
            )
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
    if receipt.status == "failed" and _owed_again(connection, attempt, receipt, now):
        return False
    return receipt.status in ENDED_WITHOUT_ANSWER


def _owed_again(connection: Connection, attempt: Mapping[str, Any], receipt: Receipt, now: datetime) -> bool:
    """Owe once more what was taken and then failed for a passing or the provider's own reason."""
    if receipt.then == "method" or not _wanted(connection, attempt):
        return False
    tried = attempt["provider"] in attempt["tried_providers"]
    if tried if receipt.then == "provider" else attempt["tries"] >= MAX_WRITTEN:
        return False
    if receipt.then == "provider":
        again = queue.owe_again(connection, attempt["id"], now, now, without=attempt["provider"])
    else:
        again = queue.owe_again(connection, attempt["id"], now, now + WRITE_AGAIN, without=None)
    _write(connection, attempt, now, "owed_again", {"again": again, "then": receipt.then})
    return True


def _wanted(connection: Connection, attempt: Mapping[str, Any]) -> bool:
    if attempt["purpose"] == "news":
        return True
    return bool(alerts.lock(connection, attempt["alert_id"])["status"] == "triggered")


def next_question(attempt: Mapping[str, Any], now: datetime) -> datetime | None:
    """Return when a provider is asked again about what it took: less often as it grows old, then no more."""
    age: timedelta = now - (attempt["sending_at"] or attempt["created_at"])
    if age > FORGOTTEN:
        return None
    return now + (SILENCE if age < PATIENCE else age)


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
    connection: Connection,
    attempt_id: str,
    found: list[Receipt] | None,
    now: datetime,
    *,
    turn: int | None = None,
) -> bool:
    """An attempt whose fate was unknown was looked up; send again only what the provider never took.

    `turn`: which sending was looked up (its `tries` then). Where another one is under way meanwhile, that the
    provider has nothing says nothing: to send a third time would ring twice.
    """
    attempt = store.lock(connection, attempt_id)
    if attempt["status"] not in ("sending", "unknown") or turn not in (None, attempt["tries"]):
        return False
    if attempt["provider_id"] is None and (
        taken := history.was_taken(connection, attempt["alert_id"], attempt_id)
    ):
        _write(connection, attempt, now, "given_back", {"provider_id": taken})
    if found is None:
        age = now - attempt["sending_at"]
        again = None if age > FORGOTTEN else now + (ASK_AGAIN if age < PATIENCE else age)
        store.change(connection, attempt_id, "unknown", check_at=again, now=now)
        return False
    since = attempt["sending_at"] - timedelta(seconds=1)
    ours = history.known_provider_ids(connection, attempt["address"], since - timedelta(hours=1))
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
        queue.queue_again(connection, attempt_id, now)
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
        | ({"provider": attempt["provider"]} if attempt["provider"] else {})
        | data,
    )
