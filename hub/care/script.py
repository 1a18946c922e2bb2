"""What to say on the telephone to an emergency service: sentences to read out, in one language. Pure.

In the order in which a control room asks: what is needed, where, who, what happened, how to get in.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec

from hub.care.card import Card
from hub.care.emergency_numbers import Service
from hub.language import texts
from hub.language.rooms import room_name
from models.detection.finding import Reason
from models.detection.wording import render


def script(card: Card, caller: str, language: str) -> list[str]:
    """Return the sentences in the order in which they are read out."""
    _ = texts(language).gettext
    alert = card.alert
    zone = ZoneInfo(alert["zone"])
    says = {
        "ambulance": _("Hello. I need an ambulance for {who}."),
        "fire": _("Hello. I need the fire brigade at the home of {who}."),
        "police": _("Hello. I need the police: {who} may be lost."),
    }
    sentences = [
        says[first(card)].format(who=who(card, language)),
        _("The address is {address}.").format(address=alert["address"] or alert["home_name"]),
    ]
    if card.landmarks:
        sentences.append(_("How to find it: {landmarks}.").format(landmarks=card.landmarks.rstrip("。.")))
    for person in card.people:
        if person.age is not None:
            sentences.append(_("{name} is {age} years old.").format(name=person.name, age=person.age))
    seen = render(msgspec.convert(alert["reason"], Reason), language, alert["zone"])
    at = f"{alert['occurred_at'].astimezone(zone):%H:%M}"
    sentences.append(_("At {time} the sensors of the home reported: {seen}").format(time=at, seen=seen))
    if alert["room"] and not (alert["reason"].get("values") or {}).get("room"):
        sentences.append(
            _("It happened in the {room}.").format(room=room_name(alert["room"], language).lower())
        )
    for person in card.people:
        if person.health:
            told = person.health.rstrip("。.")
            sentences.append(_("About {name}: {health}.").format(name=person.name, health=told))
    if card.entry_note:
        sentences.append(_("How to get in: {note}.").format(note=card.entry_note.rstrip("。.")))
    if card.hospital and first(card) == "ambulance":
        sentences.append(_("The hospital that is wanted: {hospital}.").format(hospital=card.hospital))
    sentences.append(_("My name is {name}. Please call me back on this number.").format(name=caller))
    return sentences


def first(card: Card) -> Service:
    """Return the service that is called first."""
    return card.lines[0].service


def who(card: Card, language: str) -> str:
    """Return whom it is about."""
    names = [person.name for person in card.people]
    joint = "、" if language == "zh" else ", "
    return joint.join(names) if names else str(card.alert["home_name"])
