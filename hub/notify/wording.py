"""What is said and written to the people who are told of an alert: who, where, what the sensors saw.

Short and in the order in which a woken person needs it. Pure: an alert's row in, sentences out. The words
for the resident are others: nobody asks the person on the floor whether they are going there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from hub.language.rooms import room_name
from hub.notify import resident_wording
from hub.notify.resident_wording import question_for_resident as question_for_resident
from hub.notify.resident_wording import reply_for_resident as reply_for_resident
from hub.notify.risks import risk_name as risk_name
from models.detection.finding import Reason
from models.detection.wording import render
from models.language import translations


@dataclass(frozen=True, slots=True)
class LastActivity:
    """The newest event that showed somebody up and moving: whoever goes there looks in that room first."""

    at: datetime
    room: str = ""


def summary(alert: Mapping[str, Any], language: str) -> str:
    """Return one sentence: who, what, in which room, when, by the home's clock."""
    _ = translations("hub", language).gettext
    if alert["room"]:
        template = _("{who}: {what}, {room}, at {time}.")
    else:
        template = _("{who}: {what}, at {time}.")
    text = template.format(
        who=who(alert),
        what=risk_name(alert["risk"], language),
        room=room_name(alert["room"], language),
        time=_clock(alert["occurred_at"], alert),
    )
    if alert["late"]:
        text += " " + _("The line was down: this is reported late.")
    return text


def who(alert: Mapping[str, Any]) -> str:
    """Return whom an alert is about: the residents, else the home, else the organisation of an area."""
    return str(alert["resident_names"] or alert["home_name"])


def seen(alert: Mapping[str, Any], language: str) -> str:
    """Return what the sensors saw, with its numbers."""
    reason = msgspec.convert(alert["reason"], Reason)
    return render(reason, language, alert["zone"])


def activity(last: LastActivity | None, alert: Mapping[str, Any], language: str) -> str:
    """Return when and where somebody last moved, or nothing where that is not known."""
    if last is None:
        return ""
    _ = translations("hub", language).gettext
    zone = ZoneInfo(alert["zone"])
    same_day = last.at.astimezone(zone).date() == alert["occurred_at"].astimezone(zone).date()
    time = f"{last.at.astimezone(zone):%H:%M}" if same_day else f"{last.at.astimezone(zone):%Y-%m-%d %H:%M}"
    if last.room:
        return _("Last movement: {room}, {time}.").format(room=room_name(last.room, language), time=time)
    return _("Last movement: {time}.").format(time=time)


# ── calls ────────────────────────────────────────────────────────────────────────────────────────────────


def spoken(alert: Mapping[str, Any], language: str) -> list[str]:
    """Return the sentences of a call, before the question."""
    _ = translations("hub", language).gettext
    opening = _("This is a drill of Anju home safety.") if alert["drill"] else _("This is Anju home safety.")
    if alert["risk"] == "number_check":
        return [opening, seen(alert, language)]
    lines = [opening, summary(alert, language), seen(alert, language)]
    if alert["drill"]:  # nobody is to set out
        return lines
    if alert["address"]:
        lines.append(_("Address: {address}.").format(address=alert["address"]))
    return lines


def question(language: str, *, drill: bool = False) -> str:
    """Return what a person on the telephone is asked; in a drill only whether they hear it."""
    _ = translations("hub", language).gettext
    if drill:
        return _("Press 1 to say that you have heard this. Press 3 to hear it again.")
    return _("Press 1 if you are going there. Press 2 if you cannot. Press 3 to hear more.")


def more(alert: Mapping[str, Any], language: str, last: LastActivity | None = None) -> list[str]:
    """Return everything that helps whoever goes there, for the key that asks for it."""
    _ = translations("hub", language).gettext
    lines = [summary(alert, language), seen(alert, language), activity(last, alert, language)]
    if alert["address"]:
        lines.append(_("Address: {address}.").format(address=alert["address"]))
    if alert.get("entry_note"):
        lines.append(_("How to get in: {note}.").format(note=_bare(alert["entry_note"])))
    return [line for line in lines if line]


def after_taking(language: str) -> str:
    """Return what is asked of somebody who has just taken an alert."""
    _ = translations("hub", language).gettext
    return _("Press 2 if you cannot go after all. Press 3 to hear more. Otherwise hang up.")


def voicemail(alert: Mapping[str, Any], language: str) -> str:
    """Return what is left on an answering machine; somebody else is being called meanwhile."""
    _ = translations("hub", language).gettext
    if alert["drill"]:
        return " ".join([*spoken(alert, language), _("You need not do anything.")])
    return " ".join([*spoken(alert, language), _("We are calling the next person now.")])


def reply(pressed: str, alert: Mapping[str, Any], language: str) -> str:
    """Return what is said or written back after an answer; see `answers.Pressed`."""
    _ = translations("hub", language).gettext
    if alert["drill"] and pressed != "unknown_key":
        return _("Thank you. This was only a drill: we reach you, and you need not do anything.")
    if pressed == "taken":
        return _("Thank you. You have taken this alert; nobody else is called. Please go now.")
    if pressed == "taken_more_needed":
        return _("Thank you. You have taken this alert. Please go now; we are looking for a second person.")
    if pressed == "declined":
        return _("Thank you. We are calling the next person.")
    if pressed == "left":
        return _("Understood: you cannot go. We are calling the next person now.")
    if pressed == "left_others_go":
        return _("Understood: you cannot go. Others are going.")
    if pressed == "too_late":
        by = alert["resolved_by"] if alert["status"] == "resolved" else alert["acknowledged_by"]
        if alert["status"] == "resolved":
            return _("This alert is over. Thank you.")
        if by:
            return _("{name} has already taken this alert. Thank you.").format(name=by)
        return _("This alert has moved on. Thank you.")
    return _("This key has no meaning.")


# ── written ──────────────────────────────────────────────────────────────────────────────────────────────


def written(
    alert: Mapping[str, Any],
    language: str,
    *,
    purpose: str = "inform",
    link: str = "",
    longest: int | None = None,
    last: LastActivity | None = None,
    two_way: bool = False,
) -> str:
    """Return a written message of at most `longest` characters, as far as who, where and what leave room.

    `link` is where it is answered with one tap; empty where the carrier forbids links. `two_way`: a message
    back reaches us, so it says how to answer. Left out first is what can be done without: the last movement,
    how to answer, the reason, how to get in, and the address at last; never who, where, what and the link.
    """
    if purpose == "news":
        return _fitting([(news(alert, language), 0)], language, longest)
    if purpose == "ask":
        return resident_wording.written(alert, language, two_way=two_way)
    _ = translations("hub", language).gettext
    colon = "：" if language == "zh" else ": "
    if alert["drill"]:
        return _fitting(_of_drill(alert, language, link, two_way), language, longest)
    note = alert.get("entry_note") or ""
    parts = [
        (_("[Anju]"), 0),
        (summary(alert, language), 0),
        (seen(alert, language), 3),
        (_end(alert["address"], language), 1),
        (_("How to get in: {note}.").format(note=_bare(note)) if note else "", 2),
        (activity(last, alert, language), 5),
        (_("Reply 1 if you go, 2 if you cannot, 3 for more.") if two_way else "", 4),
        (_("Answer here") + colon + link if link else "", 0),
    ]
    return _fitting(parts, language, longest)


def _of_drill(alert: Mapping[str, Any], language: str, link: str, two_way: bool) -> list[tuple[str, int]]:
    """What is written in a drill: who and what, and no word of how to get there."""
    _ = translations("hub", language).gettext
    colon = "：" if language == "zh" else ": "
    return [
        (_("[Anju drill]"), 0),
        (summary(alert, language) if alert["risk"] != "number_check" else "", 2),
        (seen(alert, language), 0),
        (_("Reply 1 to say that you have read this.") if two_way else "", 1),
        (_("Answer here") + colon + link if link else "", 0),
    ]


def subject(alert: Mapping[str, Any], language: str, *, purpose: str = "inform") -> str:
    """Return one line for an e-mail or the head of a push message."""
    _ = translations("hub", language).gettext
    head = _("[Anju drill]") if alert["drill"] else _("[Anju]")
    if purpose == "news":
        return f"{head} " + state(alert, language)
    if alert["severity"] == "emergency":
        text = _("Emergency: {who}, {what}")
    elif alert["severity"] == "warning":
        text = _("Warning: {who}, {what}")
    else:
        text = _("Advice: {who}, {what}")
    return f"{head} " + text.format(who=who(alert), what=risk_name(alert["risk"], language))


def words(alert: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return the short values with which a carrier fills its own template."""
    _ = translations("hub", language).gettext
    found = {
        "who": who(alert),
        "what": risk_name(alert["risk"], language),
        "where": room_name(alert["room"], language) if alert["room"] else str(alert["home_name"]),
        "when": _clock(alert["occurred_at"], alert),
        "address": str(alert["address"]),
        "state": state(alert, language),
    }
    if alert["drill"]:
        found["what"] = _("drill") + ("：" if language == "zh" else ": ") + found["what"]
    return found


def news(alert: Mapping[str, Any], language: str) -> str:
    """Return what became of an alert, for somebody who was told of it, as its row says it now."""
    _ = translations("hub", language).gettext
    head = _("[Anju drill]") if alert["drill"] else _("[Anju]")
    return f"{head} {summary(alert, language)} {state(alert, language)}"


def state(alert: Mapping[str, Any], language: str) -> str:
    """Return what has become of an alert, in one or two sentences."""
    _ = translations("hub", language).gettext
    by = alert["acknowledged_by"] or _("Somebody")
    status = alert["status"]
    if status == "resolved":
        outcomes = {
            "real": _("it was real, help was given"),
            "false": _("a false alarm"),
            "self_ok": _("the resident is well"),
            "test": _("a test"),
            "cleared": _("over by itself"),
        }
        text = _("It is over: {outcome}.").format(outcome=outcomes.get(alert["outcome"] or "", _("resolved")))
        if alert["resolved_by"]:
            text += " " + _("Closed by {name}.").format(name=alert["resolved_by"])
        return text
    if status == "triggered":
        return _("Whoever took it cannot go after all; others are being called.")
    if status == "on_site":
        return _("{name} has taken it and is there.").format(name=by)
    eta = alert.get("eta_at")
    if status == "on_the_way" and eta is not None:
        return _("{name} has taken it and is on the way, there at about {time}.").format(
            name=by, time=_clock(eta, alert)
        )
    if status == "on_the_way":
        return _("{name} has taken it and is on the way.").format(name=by)
    return _("{name} has taken it.").format(name=by)


def _fitting(parts: list[tuple[str, int]], language: str, longest: int | None) -> str:
    """Join what there is; while it is too long, leave out the part with the highest number above 0."""
    kept = [(text, rank) for text, rank in parts if text]
    while True:
        text = " ".join(part for part, _ in kept)
        droppable = max((rank for _, rank in kept), default=0)
        if longest is None or len(text) <= longest or droppable == 0:
            return text
        kept = [(part, rank) for part, rank in kept if rank != droppable]


def _clock(at: datetime, alert: Mapping[str, Any]) -> str:
    return f"{at.astimezone(ZoneInfo(alert['zone'])):%H:%M}"


def _bare(text: str) -> str:
    return text.strip().rstrip("。.")


def _end(text: str, language: str) -> str:
    return _bare(text) + ("。" if language == "zh" else ".") if text else ""
