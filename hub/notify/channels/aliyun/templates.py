"""Which approved template says a thing, and the words for its places.

A template is written and approved in Aliyun's console; here it is a code. Every template may use the places
`${who}`, `${what}`, `${where}`, `${when}`, `${address}` and `${state}`. A word is short, holds no link, and
is never empty: Aliyun refuses the call otherwise.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hub.language import texts
from hub.notify.channels.port import Outgoing
from hub.settings import Settings

PLACES: Final = ("who", "what", "where", "when", "address", "state")

_LINK: Final = re.compile(r"(https?://|www\.)\S*|\b[\w-]+(\.[\w-]+)*\.(com|cn|net|org|top|cc|io)\b\S*", re.I)
_QUIRKS: Final = re.compile(r"[【】<>{}$\\\"]")


@dataclass(frozen=True, slots=True)
class Menu:
    """A call that asks for a key: what it says first, and what it says after each key."""

    start: str
    keys: Mapping[str, str]


def menu(settings: Settings, purpose: str) -> Menu | None:
    """Return the menu of a call for this purpose; None where it asks nothing or no template is set."""
    if purpose == "answer":
        start = settings.aliyun_menu_template
        keys = (
            settings.aliyun_taken_template,
            settings.aliyun_declined_template,
            settings.aliyun_more_template,
        )
    elif purpose == "ask":
        start = settings.aliyun_ask_template
        keys = (settings.aliyun_ask_fine_template, settings.aliyun_ask_help_template, start)
    else:
        return None
    return Menu(start, dict(zip("123", keys, strict=True))) if start else None


def notice(settings: Settings, purpose: str) -> str:
    """Return the template of a call that only says something; empty when none is set."""
    return settings.aliyun_voice_template if purpose in ("inform", "news") else ""


def message(settings: Settings, purpose: str) -> str:
    """Return the template of a message; empty when none is set."""
    return settings.aliyun_sms_news_template if purpose == "news" else settings.aliyun_sms_template


def words(outgoing: Outgoing, longest: int) -> str:
    """Return the words for a template's places as the JSON that Aliyun wants, each at most `longest` long."""
    _ = texts(outgoing.language).gettext
    instead = {
        "who": _("an older person"),
        "what": _("may need help"),
        "where": _("at home"),
        "when": _("just now"),
        "address": _("at home"),
        "state": _("not known yet"),
    }
    return json.dumps(
        {place: word(outgoing.words.get(place, ""), longest) or instead[place] for place in PLACES},
        ensure_ascii=False,
    )


def word(text: str, longest: int) -> str:
    """Return a text as a template's place takes it: one line, no link, cut with an ellipsis."""
    bare = " ".join(_QUIRKS.sub(" ", _LINK.sub(" ", text)).split())
    return bare if len(bare) <= longest else f"{bare[: longest - 1]}…"
