"""The page's words, in the reader's language: those of the script and those of the log."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import cache

from models.language import translations


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the texts in a language; untranslated where the catalogue has not been compiled."""
    try:
        return translations("simulators", language)
    except FileNotFoundError:
        return gettext.NullTranslations()


def script_words(_: Callable[[str], str]) -> dict[str, str]:
    """What the script says; `{}` stands for what it fills in."""
    return {
        "title": _("Telephones"),
        "ringing": _("{} ringing"),
        "rings": _("The telephone of {} rings"),
        "stranger": _("Unknown number"),
        "landline": _("landline"),
        "answer": _("Answer"),
        "decline": _("Decline"),
        "machine": _("Let the answering machine take it"),
        "hang_up": _("Hang up"),
        "press": _("Key {}"),
        "keys": _("Keys"),
        "listening": _("The call waits for a key."),
        "talking": _("The call goes on."),
        "pressed": _("pressed: {}"),
        "quiet": _("Quiet. No call yet."),
        "last": _("Last call at {}: {}"),
        "reply": _("Write a message"),
        "send": _("Send"),
        "messages": _("Messages"),
        "failed": _("That did not work. The call may be over."),
        "faults": _("The provider is set to fail: {}"),
        "live": _("Live"),
        "lost": _("No connection since {}. What you see is old."),
        "sound_on": _("Sound is on"),
        "sound_off": _("Sound is off"),
        "empty": _("No telephone yet. As soon as somebody is called, theirs rings here."),
    }


def status_words(_: Callable[[str], str]) -> dict[str, str]:
    """The statuses of calls and messages, and what else the log tells."""
    return {
        "queued": _("queued"),
        "initiated": _("dialling"),
        "ringing": _("ringing"),
        "in-progress": _("answered"),
        "completed": _("ended"),
        "busy": _("busy or declined"),
        "no-answer": _("nobody answered"),
        "failed": _("failed"),
        "canceled": _("withdrawn"),
        "accepted": _("accepted"),
        "sending": _("sending"),
        "sent": _("sent"),
        "delivered": _("delivered"),
        "undelivered": _("not delivered"),
        "received": _("received"),
        "human": _("a person"),
        "machine_start": _("an answering machine"),
        "machine_end_beep": _("an answering machine, after its beep"),
        "fax": _("a fax machine"),
        "unknown": _("not clear who"),
        "detected": _("taken for"),
        "asks for instructions": _("asks what to say"),
        "says": _("says"),
        "plays": _("plays"),
        "beeps": _("beeps"),
        "records": _("records"),
        "listens": _("waits for keys"),
        "hears no key": _("hears no key"),
        "pressed": _("pressed"),
        "pressed, nobody listens": _("pressed, but nobody listens"),
        "hung up": _("hung up"),
        "declined": _("declined"),
        "time limit": _("time is up"),
        "redirected too late": _("redirected too late"),
        "the carrier takes no more calls to this number": _("the carrier takes no more calls to this number"),
        "accepted and dropped": _("accepted, and never heard of again"),
        "callback": _("the program was told"),
        "callback failed": _("the program could not be told"),
        "callback withheld": _("the program was not told, on purpose"),
        "error": _("error"),
        "warning": _("warning"),
        "brought": _("brought to the program"),
        "nobody takes messages": _("nobody takes messages"),
        "opted out": _("wants no more messages"),
        "opted in": _("wants messages again"),
        "set": _("set"),
        "removed": _("removed"),
        "sms_url": _("address for messages"),
        "reset": _("everything begins anew"),
    }
