"""What is said and written to the people who are called: who, where, what the sensors saw.

Short and in the order in which a woken person needs it. Pure: an alert's row in, sentences out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from hub.language.rooms import room_name
from models.detection.finding import Reason
from models.detection.wording import render
from models.language import translations


def risk_name(risk: str, language: str) -> str:
    """Return a risk as people say it."""
    _ = translations("hub", language).gettext
    names = {
        "sos": _("calls for help"),
        "fall": _("a fall"),
        "fall_suspected": _("perhaps a fall"),
        "smoke": _("smoke"),
        "co": _("carbon monoxide"),
        "gas": _("gas"),
        "leak": _("water leak"),
        "tamper": _("a sensor was opened"),
        "inactivity": _("no movement"),
        "night_exit": _("left home at night"),
        "door_open": _("door left open"),
        "cold": _("too cold"),
        "hot": _("too hot"),
        "home_silent": _("the home does not report"),
        "device_silent": _("a sensor does not report"),
        "power_cut": _("power cut"),
    }
    return names.get(risk, risk)


def summary(alert: Mapping[str, Any], language: str) -> str:
    """Return one sentence: who, what, in which room, when, by the home's clock."""
    _ = translations("hub", language).gettext
    at = alert["occurred_at"].astimezone(ZoneInfo(alert["zone"]))
    who = alert["resident_names"] or alert["home_name"]
    what = risk_name(alert["risk"], language)
    if alert["room"]:
        template = _("{who}: {what}, {room}, at {time}.")
    else:
        template = _("{who}: {what}, at {time}.")
    text = template.format(who=who, what=what, room=room_name(alert["room"], language), time=f"{at:%H:%M}")
    if alert["late"]:
        text += " " + _("The line was down: this is reported late.")
    return text


def seen(alert: Mapping[str, Any], language: str) -> str:
    """Return what the sensors saw, with its numbers."""
    reason = msgspec.convert(alert["reason"], Reason)
    return render(reason, language, alert["zone"])


def spoken(alert: Mapping[str, Any], language: str) -> list[str]:
    """Return the sentences of a call, before the question."""
    _ = translations("hub", language).gettext
    opening = _("This is a drill of Anju home safety.") if alert["drill"] else _("This is Anju home safety.")
    lines = [opening, summary(alert, language), seen(alert, language)]
    if alert["address"]:
        lines.append(_("Address: {address}.").format(address=alert["address"]))
    return lines


def question(language: str) -> str:
    """Return what a person on the telephone is asked."""
    _ = translations("hub", language).gettext
    return _("Press 1 if you are going there. Press 2 if you cannot. Press 3 to hear this again.")


def voicemail(alert: Mapping[str, Any], language: str) -> str:
    """Return what is left on an answering machine; somebody else is being called meanwhile."""
    _ = translations("hub", language).gettext
    return " ".join(
        [
            *spoken(alert, language),
            _("We are calling the next person now."),
        ]
    )


def reply(pressed: str, alert: Mapping[str, Any], language: str) -> str:
    """Return what is said after a key was pressed."""
    _ = translations("hub", language).gettext
    if pressed == "taken":
        return _("Thank you. You have taken this alert; nobody else is called. Please go now.")
    if pressed == "declined":
        return _("Thank you. We are calling the next person.")
    if pressed == "too_late":
        by = alert["acknowledged_by"] or alert["resolved_by"]
        if by:
            return _("{name} has already taken this alert. Thank you.").format(name=by)
        return _("This alert is over. Thank you.")
    return _("This key has no meaning.")


def written(alert: Mapping[str, Any], language: str) -> str:
    """Return a written message; without any link, which some carriers refuse."""
    _ = translations("hub", language).gettext
    parts = [
        _("[Anju drill]") if alert["drill"] else _("[Anju]"),
        summary(alert, language),
        seen(alert, language),
    ]
    if alert["address"]:
        parts.append(alert["address"] + ("。" if language == "zh" else "."))
    return " ".join(part for part in parts if part)
