"""Answers that people write: which alert they mean, what it does, and what is written back.

Every message is on file, understood or not. Whoever has several alerts open is asked which one they mean;
nothing is guessed where somebody may wait on a floor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hub.alerts import store as alerts
from hub.escalation import answers, asking
from hub.escalation.answers import Via
from hub.escalation.reply_words import Meaning, key_of_resident, short_codes, understand
from hub.notify import inbound, last_activity, reply_wording, wording
from hub.storage.database import Connection


def reply(
    connection: Connection, address: str, text: str, now: datetime, *, via: Via = "sms", provider_id: str = ""
) -> str:
    """Take a message that came in; return what is to be written back, empty for nothing.

    Strangers, words of opting out and a third answer within ten minutes get nothing back; whatever was
    understood is done all the same. A message that a provider brings twice is taken once.
    """
    if provider_id and inbound.known(connection, provider_id):
        return ""
    meaning = understand(text)
    rows = inbound.spoken_of(connection, address, now)
    attempt, said = _answer(connection, rows, text, meaning, via, now)
    unwanted = meaning.kind == "opt_out" and (attempt is None or attempt["purpose"] != "ask")
    if unwanted or not inbound.may_reply(connection, address, meaning.kind, now):
        said = ""
    if attempt is not None:
        data = {"contact": attempt["contact_name"], "text": text[:200].replace("\x00", ""), "via": via}
        alerts.lock(connection, attempt["alert_id"])
        alerts.append(connection, attempt["alert_id"], now, "wrote", data | {"understood": meaning.kind})
    inbound.keep(
        connection,
        channel=via,
        address=address,
        text=text,
        provider_id=provider_id,
        alert_id=attempt["alert_id"] if attempt else None,
        understood=meaning.kind,
        reply=said,
        now=now,
    )
    return said


def _answer(
    connection: Connection,
    rows: Sequence[Mapping[str, Any]],
    text: str,
    meaning: Meaning,
    via: Via,
    now: datetime,
) -> tuple[Mapping[str, Any] | None, str]:
    """Do what was asked for; return the attempt that was answered, if it is clear, and what to say."""
    if not rows:
        return None, ""
    language = rows[0]["language"]
    open_ones = [row for row in rows if row["alert_status"] != "resolved"]
    codes = short_codes([row["alert_id"] for row in open_ones])
    named = [row for row in open_ones if meaning.code and codes[row["alert_id"]].startswith(meaning.code)]
    if named and len(named) == 1:
        return named[0], _do(connection, named[0], text, meaning, via, now)
    if len(open_ones) > 1:
        shown = [alerts.get(connection, row["alert_id"]) for row in open_ones]
        return None, reply_wording.which(shown, codes, language)
    attempt = open_ones[0] if open_ones else rows[0]
    return attempt, _do(connection, attempt, text, meaning, via, now)


def _do(
    connection: Connection, attempt: Mapping[str, Any], text: str, meaning: Meaning, via: Via, now: datetime
) -> str:
    language = attempt["language"]
    pressed: str
    if attempt["purpose"] == "ask":
        pressed = asking.press(connection, attempt["id"], key_of_resident(text), now)
        alert = alerts.get(connection, attempt["alert_id"])
        if pressed == "repeat":
            return wording.written(alert, language, purpose="ask", two_way=True)
        return wording.reply_for_resident(pressed, alert, language)
    if meaning.kind in ("go", "arrived"):
        pressed = answers.take(
            connection,
            attempt,
            via,
            now,
            eta_minutes=meaning.eta_minutes,
            arrived=meaning.kind == "arrived",
        )
    elif meaning.kind == "cannot":
        pressed = answers.decline(connection, attempt, via, now)
    else:
        pressed = meaning.kind
    alert = alerts.get(connection, attempt["alert_id"])
    stale = alert["status"] != "triggered" and not answers.stands(connection, attempt)
    if pressed in ("more", "unknown") and stale:
        pressed = "too_late"
    if pressed == "more":
        return " ".join(wording.more(alert, language, last_activity.of_alert(connection, alert)))
    return reply_wording.written_reply(pressed, alert, language)
