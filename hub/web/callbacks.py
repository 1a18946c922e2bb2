"""What Twilio asks and tells us: the words of a call, the keys that were pressed, what became of it, and
what people write back.

Every request must carry Twilio's signature; one without it is refused and kept in quarantine. Answers are
quick: Twilio gives up after 15 seconds.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

import structlog
from fastapi import APIRouter, Depends, Request, Response
from psycopg.rows import DictRow
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Gather, VoiceResponse

from hub.alerts import store as alerts
from hub.clock import Clock
from hub.escalation import answers, asking, engine, replies
from hub.ingest import refused
from hub.notify import last_activity, receipts, resident_wording, store, wording
from hub.notify.channels.port import Receipt
from hub.notify.channels.twilio.status import is_machine, of_callback
from hub.notify.lifecycle import AttemptStatus
from hub.settings import Settings
from hub.storage.database import Connection, Pool

log = structlog.get_logger()

VOICES = {"zh": "zh-CN", "en": "en-GB"}
LONGEST_BODY = 64 * 1024
TURNS = 3  #: how often the question is asked before the call ends


class Unsigned(Exception):  # noqa: N818
    """The request does not carry Twilio's signature."""


def callbacks(settings: Settings, pool: Pool, clock: Clock) -> APIRouter:
    """Return the routes below `/twilio`."""
    router = APIRouter(prefix="/twilio", include_in_schema=False)
    validators = [
        RequestValidator(token.get_secret_value())
        for token in (settings.twilio_auth_token, settings.twilio2_auth_token)
        if token is not None
    ]

    async def signed(request: Request) -> dict[str, str]:
        body = await request.body()
        fields: dict[str, str] = {}
        if len(body) <= LONGEST_BODY:
            form = await request.form()
            fields = {key: value for key, value in form.items() if isinstance(value, str)}
        query = f"?{request.url.query}" if request.url.query else ""
        url = f"{settings.own_url}{request.url.path}{query}"
        signature = request.headers.get("X-Twilio-Signature", "")
        if not any(validator.validate(url, fields, signature) for validator in validators):
            with pool.connection() as connection:
                refused.quarantine(
                    connection,
                    clock.now(),
                    source="twilio",
                    topic=request.url.path[:200],
                    reason="unsigned callback",
                    payload=body,
                )
            raise Unsigned
        return fields

    @router.post("/voice/{attempt_id}")
    def voice(attempt_id: str, request: Request, fields: dict[str, str] = Depends(signed)) -> Response:
        """Say what happened and ask for a key; to a machine, say that somebody else is called."""
        turn = _number(request.query_params.get("turn"))
        machine = is_machine(fields.get("AnsweredBy", ""))
        with pool.connection() as connection:
            attempt, alert = _load(connection, attempt_id)
            language = attempt["language"]
            status: AttemptStatus = "voicemail" if machine else "talking"
            news = Receipt(provider_id=fields.get("CallSid", ""), status=status)
            _take(connection, alert, attempt_id, news, clock.now())
        answer = VoiceResponse()
        if machine:
            _say(answer, _voicemail(attempt, alert), language)
            answer.hangup()
        elif alert["status"] != "triggered":
            _say(answer, [_reply("too_late", attempt, alert)], language)
            answer.hangup()
        else:
            _ask(answer, _question(attempt, alert), language, attempt_id, turn)
        return _xml(answer)

    @router.post("/voice/{attempt_id}/key")
    def key(attempt_id: str, request: Request, fields: dict[str, str] = Depends(signed)) -> Response:
        """A key was pressed: whoever goes may still find that they cannot, and whoever asks hears more."""
        turn = _number(request.query_params.get("turn"))
        digits, now = fields.get("Digits", ""), clock.now()
        with pool.connection() as connection:
            asked = store.get(connection, attempt_id)["purpose"] == "ask"
            press = asking.press if asked else answers.press
            pressed: str = press(connection, attempt_id, digits, now)
            attempt, alert = _load(connection, attempt_id)
            goes = not asked and answers.stands(connection, attempt)
            last = last_activity.of_alert(connection, alert) if pressed == "more" else None
        language = attempt["language"]
        answer = VoiceResponse()
        if pressed in ("repeat", "more", "unknown_key") and turn < TURNS:
            lines = [_reply(pressed, attempt, alert)] if pressed == "unknown_key" else []
            if pressed == "more":
                lines += wording.more(alert, language, last)
                asks = wording.question(language, drill=alert["drill"])
                lines.append(wording.after_taking(language) if goes else asks)
            else:
                lines += [wording.after_taking(language)] if goes else _question(attempt, alert)
            _ask(answer, lines, language, attempt_id, turn + 1, again=not goes)
        elif pressed in ("taken", "taken_more_needed") and not alert["drill"]:
            _say(answer, [_reply(pressed, attempt, alert)], language)
            _ask(answer, [wording.after_taking(language)], language, attempt_id, turn, again=False)
        else:
            _say(answer, [_reply(pressed, attempt, alert)], language)
            answer.hangup()
        return _xml(answer)

    @router.post("/sms")
    def sms(fields: dict[str, str] = Depends(signed)) -> Response:
        """Somebody wrote to our number."""
        with pool.connection() as connection:
            said = replies.reply(
                connection,
                fields.get("From", "")[:200].replace("\x00", ""),
                fields.get("Body", ""),
                clock.now(),
                provider_id=fields.get("MessageSid", "")[:200].replace("\x00", ""),
            )
        answer = MessagingResponse()
        if said:
            answer.message(said)
        return Response(str(answer), media_type="application/xml")

    @router.post("/status/{attempt_id}")
    def status(attempt_id: str, request: Request, fields: dict[str, str] = Depends(signed)) -> Response:
        """What became of a call or message; in any order, any number of times."""
        receipt = of_callback(fields)
        token_ = request.headers.get("I-Twilio-Idempotency-Token", "")[:200] or _digest(fields)
        with pool.connection() as connection:
            attempt = store.get(connection, attempt_id)
            # The alert's row first, as everywhere: the receipt alone already holds the attempt's.
            alert = alerts.lock(connection, attempt["alert_id"])
            now = clock.now()
            if store.remember_callback(connection, attempt_id, token_, fields, now) and receipt is not None:
                _take(connection, alert, attempt_id, receipt, now)
        return Response(status_code=204)

    return router


def _take(
    connection: Connection, alert: dict[str, Any], attempt_id: str, news: Receipt, now: datetime
) -> None:
    """Take news of an attempt; when its turn has ended, the next person is called in the same transaction."""
    row = alerts.lock(connection, alert["id"])
    if news.provider_id:
        receipts.named(connection, attempt_id, news.provider_id, now)
    if receipts.after_news(connection, attempt_id, news, now):
        engine.advance(connection, row, now)
    else:
        alerts.announce(connection, alert["id"])


def _load(connection: Connection, attempt_id: str) -> tuple[DictRow, dict[str, Any]]:
    attempt = store.get(connection, attempt_id)
    return attempt, alerts.get(connection, attempt["alert_id"])


def _question(attempt: DictRow, alert: dict[str, Any]) -> list[str]:
    """What a call says until a key is pressed: to a helper, or to the resident who is asked how they are."""
    language = attempt["language"]
    if attempt["purpose"] == "ask":
        return wording.question_for_resident(alert, language)
    return [*wording.spoken(alert, language), wording.question(language, drill=alert["drill"])]


def _reply(pressed: str, attempt: DictRow, alert: dict[str, Any]) -> str:
    words = wording.reply_for_resident if attempt["purpose"] == "ask" else wording.reply
    return words(pressed, alert, attempt["language"])


def _voicemail(attempt: DictRow, alert: dict[str, Any]) -> list[str]:
    if attempt["purpose"] == "ask":
        return resident_wording.voicemail(alert, attempt["language"])
    return [wording.voicemail(alert, attempt["language"])]


def _say(answer: VoiceResponse, lines: list[str], language: str) -> None:
    for line in lines:
        answer.say(line, language=VOICES[language])


def _ask(
    answer: VoiceResponse,
    lines: list[str],
    language: str,
    attempt_id: str,
    turn: int,
    *,
    again: bool = True,
) -> None:
    """Say something and wait for a key; with `again` the question comes back when none is pressed."""
    gather = Gather(
        input="dtmf",
        num_digits=1,
        timeout=8,
        action=f"/twilio/voice/{attempt_id}/key?turn={turn}",
        action_on_empty_result=False,
    )
    for line in lines:
        gather.say(line, language=VOICES[language])
    answer.append(gather)
    if again and turn + 1 < TURNS:
        answer.redirect(f"/twilio/voice/{attempt_id}?turn={turn + 1}")
    else:
        answer.hangup()


def _xml(answer: VoiceResponse) -> Response:
    return Response(str(answer), media_type="application/xml")


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 3 else 0


def _digest(fields: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def install(app: Any, settings: Settings, pool: Pool, clock: Clock) -> None:
    """Add the routes and what they answer when something is wrong."""
    app.include_router(callbacks(settings, pool, clock))

    @app.exception_handler(Unsigned)  # type: ignore[untyped-decorator]
    def unsigned(_request: Request, _error: Unsigned) -> Response:
        return Response("the signature does not match this address and its fields\n", status_code=403)
