"""What Aliyun pushes to us: how calls and messages went, the keys that were pressed, what people write back.

Aliyun signs none of it. A secret stands in the addresses' query instead, which no log of ours shows; a push
without it is refused, counted and kept in quarantine. Receipts come late, twice or never, several in one
push, and again after one, five and ten minutes when they are not answered with 200.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from hub.alerts import store as alerts
from hub.clock import Clock
from hub.escalation import answers, asking, engine, replies
from hub.ingest import refused
from hub.notify import receipts, store
from hub.notify.channels.aliyun import heard
from hub.notify.channels.aliyun import receipts as aliyun
from hub.notify.channels.aliyun.codes import KEY_PRESSED
from hub.notify.channels.aliyun.numbers import international
from hub.notify.channels.port import Receipt
from hub.settings import Settings
from hub.storage.database import Connection, Pool

log = structlog.get_logger()

LONGEST_BODY: Final = 64 * 1024
MOST_ITEMS: Final = 500

Item = Mapping[str, str]


class NotFromAliyun(Exception):  # noqa: N818
    """The request does not carry the secret."""


def router(settings: Settings, pool: Pool, clock: Clock) -> APIRouter:
    """Return the routes below `/aliyun`."""
    routes = APIRouter(prefix="/aliyun", include_in_schema=False)
    wanted = settings.aliyun_callback_secret.get_secret_value() if settings.aliyun_callback_secret else ""

    async def items(request: Request, secret: str = "") -> list[dict[str, str]]:
        body = await request.body()
        if not wanted or not hmac.compare_digest(secret.encode(), wanted.encode()):
            with pool.connection() as connection:
                refused.count(connection, clock.now(), {("forged receipt of aliyun", ""): 1})
                _quarantine(connection, clock, request.url.path, "a receipt without the secret", body)
            raise NotFromAliyun
        try:
            pushed = json.loads(body) if len(body) <= LONGEST_BODY else None
        except (ValueError, RecursionError):  # nested without end
            pushed = None
        if not isinstance(pushed, list) or len(pushed) > MOST_ITEMS:
            with pool.connection() as connection:
                _quarantine(connection, clock, request.url.path, "no list of receipts", body)
            return []
        return [aliyun.plain(item) for item in pushed if isinstance(item, dict)]

    def each(pushed: list[dict[str, str]], take: Callable[[Connection, Item], bool], kind: str) -> Response:
        """Take every item in a transaction of its own; one that is nobody's is kept for a person to see."""
        for item in pushed:
            with pool.connection() as connection:
                if not take(connection, item):
                    body = json.dumps(item, ensure_ascii=False).encode()
                    _quarantine(connection, clock, f"/aliyun/{kind}", "a receipt of no attempt of ours", body)
        return JSONResponse({"code": 0, "msg": "OK"})

    @routes.post("/call")
    def call(pushed: list[dict[str, str]] = Depends(items)) -> Response:
        """A call has ended: the keys that nobody told of yet, then how it ended."""

        def take(connection: Connection, item: Item) -> bool:
            attempt = heard.attempt_of(connection, item.get("out_id", ""), item.get("call_id", ""))
            if attempt is None:
                return False
            alert = _lock(connection, attempt)
            for key in heard.missed_keys(connection, attempt, item, clock.now()):
                _press(connection, attempt, key, clock)
            _take(connection, alert["id"], attempt, aliyun.of_ended(item), clock)
            return True

        return each(pushed, take, "call")

    @routes.post("/progress")
    def progress(pushed: list[dict[str, str]] = Depends(items)) -> Response:
        """A call goes on: somebody picked up, or pressed a key."""

        def take(connection: Connection, item: Item) -> bool:
            attempt = heard.attempt_of(connection, item.get("out_id", ""), item.get("call_id", ""))
            if attempt is None:
                return False
            alert = _lock(connection, attempt)
            if item.get("status_code") == KEY_PRESSED:
                if key := heard.new_key(connection, attempt, item, clock.now()):
                    _press(connection, attempt, key, clock)
            elif (news := aliyun.of_progress(item)) is not None:
                _take(connection, alert["id"], attempt, news, clock)
            return True

        return each(pushed, take, "progress")

    @routes.post("/message")
    def message(pushed: list[dict[str, str]] = Depends(items)) -> Response:
        """A message has arrived, or has not."""

        def take(connection: Connection, item: Item) -> bool:
            news = aliyun.of_message(item)
            attempt = heard.attempt_of(connection, item.get("out_id", ""), news.provider_id)
            if attempt is None or not news.provider_id:
                return False
            alert = _lock(connection, attempt)
            token = f"aliyun message {item.get('err_code', '')}"[:200]
            if store.remember_callback(connection, attempt, token, dict(item), clock.now()):
                _take(connection, alert["id"], attempt, news, clock)
            return True

        return each(pushed, take, "message")

    @routes.post("/reply")
    def reply(pushed: list[dict[str, str]] = Depends(items)) -> Response:
        """Somebody wrote back. Nothing is answered: Aliyun writes approved words only."""

        def take(connection: Connection, item: Item) -> bool:
            address = international(item.get("phone_number", ""))
            if address is None:
                return False
            sequence = item.get("sequence_id", "")
            known = f"aliyun up {sequence} {item.get('send_time', '')}"[:200] if sequence else ""
            replies.reply(connection, address, item.get("content", ""), clock.now(), provider_id=known)
            return True

        return each(pushed, take, "reply")

    return routes


def _lock(connection: Connection, attempt_id: str) -> dict[str, Any]:
    """The alert's row first, as everywhere: what follows holds the attempt's."""
    return alerts.lock(connection, store.get(connection, attempt_id)["alert_id"])


def _press(connection: Connection, attempt_id: str, key: str, clock: Clock) -> None:
    asked = store.get(connection, attempt_id)["purpose"] == "ask"
    press: Callable[..., object] = asking.press if asked else answers.press
    press(connection, attempt_id, key, clock.now())


def _take(connection: Connection, alert_id: str, attempt_id: str, news: Receipt, clock: Clock) -> None:
    """Take news of an attempt; when its turn has ended, the next person is called in the same transaction."""
    row, now = alerts.lock(connection, alert_id), clock.now()
    if news.provider_id:
        receipts.named(connection, attempt_id, news.provider_id, now)
    if receipts.after_news(connection, attempt_id, news, now):
        engine.advance(connection, row, now)
    else:
        alerts.announce(connection, alert_id)


def _quarantine(connection: Connection, clock: Clock, path: str, reason: str, payload: bytes) -> None:
    """Keep what was not taken, for a person to see."""
    refused.quarantine(connection, clock.now(), source="aliyun", topic=path, reason=reason, payload=payload)


def install(app: Any, settings: Settings, pool: Pool, clock: Clock) -> None:
    """Add the routes and what they answer to strangers."""
    app.include_router(router(settings, pool, clock))

    @app.exception_handler(NotFromAliyun)  # type: ignore[untyped-decorator]
    def stranger(_request: Request, _error: NotFromAliyun) -> Response:
        return JSONResponse({"code": 403, "msg": "not taken"}, status_code=403)
