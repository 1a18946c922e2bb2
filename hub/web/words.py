"""Words and sentences of the pages in the reader's language.

Pure: a key and a language in, a text out. A key that is not in a table is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from hub.clock import milliseconds
from hub.language import texts
from hub.web.vocabulary import ATTEMPT, CAPABILITY, CHANNEL, ENTRY, ERROR, OUTCOME, STATUS, STEP
from models.detection.finding import Reason
from models.detection.wording import render


def say(table: Mapping[str, str], key: str | None, language: str) -> str:
    """Return the text of a key; a key that the table lacks is shown as it is, without underscores."""
    msgid = table.get(key or "")
    if msgid is None:
        return (key or "").replace("_", " ")
    return texts(language).gettext(msgid)


def said(reason: Reason, language: str) -> str:
    """Return a reason of our own rules in words: what is wrong with a field, or doubtful about it."""
    return texts(language).gettext(reason.text).format(**reason.values)


def all_said(wrong: Mapping[str, Reason], language: str) -> dict[str, str]:
    """Return what is wrong with a form in words, by its field."""
    return {field: said(reason, language) for field, reason in wrong.items()}


def capability(level: int | None, language: str) -> str:
    """Return a capability level of GB/T 42195 in words, empty without one."""
    return "" if level is None else texts(language).gettext(CAPABILITY[level])


def reason_text(row: Mapping[str, Any] | None, language: str, zone: str, now: datetime | None = None) -> str:
    """Return what the sensors saw, in words and with its numbers; never raises over a row's content."""
    if not row:
        return ""
    try:
        return render(
            msgspec.convert(row, Reason), language, zone, None if now is None else milliseconds(now)
        )
    except (msgspec.ValidationError, KeyError, ValueError, IndexError):
        return str(row.get("text", ""))


def error_text(code: str, language: str) -> str:
    """Return why a try failed: the hub's own codes in words, a provider's code as it is."""
    if code in ERROR:
        return say(ERROR, code, language)
    return texts(language).gettext("code {code}").format(code=code)


def entry_text(entry: Mapping[str, Any], language: str) -> str:
    """Return one line of an alert's file in words."""
    data = dict(entry["data"])
    if entry["kind"] == "resolved" and not data.get("by"):
        return say(OUTCOME, data.get("outcome"), language) or say(STATUS, "resolved", language)
    values = {
        "contact": data.get("contact", ""),
        "by": data.get("by") or texts(language).gettext("Nobody"),
        "to": data.get("to", ""),
        "digits": data.get("digits", ""),
        "text": data.get("text", ""),
        "channel": say(CHANNEL, data.get("channel"), language),
        "status": say(ATTEMPT, data.get("status"), language),
        "outcome": say(OUTCOME, data.get("outcome"), language),
    }
    return say(ENTRY, entry["kind"], language).format_map(_Lenient(values))


def entry_detail(entry: Mapping[str, Any], language: str, zone: str) -> str:
    """Return what stands behind a line of the file: the reason, the note, the error's code."""
    data = entry["data"]
    found = []
    if isinstance(data.get("reason"), dict):
        found.append(policy_reason(data["reason"], language, zone))
    elif entry["kind"] == "passed":
        found.append(policy_reason(data, language, zone))
    if data.get("note"):
        found.append(str(data["note"]))
    if code := data.get("error_code") or data.get("code"):
        found.append(error_text(str(code), language))
    return " · ".join(part for part in found if part)


def policy_reason(row: Mapping[str, Any], language: str, zone: str) -> str:
    """Return a reason of escalation or of a detector in words; steps of a policy get their names."""
    values = dict(row.get("values") or {})
    msgid = str(row.get("text", ""))
    translated = texts(language).gettext(msgid)
    if translated == msgid and "{name}" not in msgid:
        return reason_text(row, language, zone)
    if "step" in values:
        values["step"] = say(STEP, str(values["step"]), language)
    return translated.format_map(_Lenient(values))


class _Lenient(dict[str, Any]):
    """Shows a place that has no value as a dash: a file is readable whatever an older program wrote."""

    def __missing__(self, key: str) -> str:
        return "–"
