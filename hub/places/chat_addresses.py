"""Where a chat message can go: an address in Apprise's notation, of the services that we know.

Pure: nothing is sent here. Most have their secret in the address itself.
"""

from __future__ import annotations

import logging
import re
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from apprise import NotifyBase

#: By name of the scheme; whatever else Apprise knows (a mail server, an account for SMS…) is refused.
SERVICES: Final = frozenset(
    {"wecombot", "dingtalk", "feishu", "lark", "ntfy", "ntfys", "tgram", "slack", "workflows"}
)
LONGEST: Final = 500
_WHAT_TO_DO: Final = (
    "Write it as wecombot://KEY, dingtalk://SECRET@TOKEN, feishu://TOKEN, lark://TOKEN, ntfys://HOST/TOPIC, "
    "tgram://BOT_TOKEN/CHAT, slack://A/B/C or workflows://HOST/WORKFLOW/SIGNATURE."
)
#: The webhook addresses that the robots' own settings show.
_ROBOTS: Final = {
    ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send"): ("wecombot", "key"),
    ("oapi.dingtalk.com", "/robot/send"): ("dingtalk", "access_token"),
}
_HOOKS: Final = {"open.feishu.cn": "feishu", "open.larksuite.com": "lark"}


def target(text: str) -> str:
    """Return an address that can be sent to; raises ValueError with what to do.

    A robot's webhook may be given as its service shows it (`https://…`).
    """
    given = _own_notation(text.strip())
    scheme = given.partition("://")[0].lower()
    if scheme not in SERVICES or len(given) > LONGEST or not re.fullmatch(r"[!-~]+", given):
        raise ValueError(f"No message can be sent there. {_WHAT_TO_DO}")
    given = scheme + given[len(scheme) :]
    if not urlsplit(given).netloc or service(given) is None:
        raise ValueError(f"This address is not complete. {_WHAT_TO_DO}")
    return given


def service(address: str) -> NotifyBase | None:
    """Return Apprise's own object for an address, or None when it cannot be read."""
    log()
    kind = _kinds().get(address.partition("://")[0])
    if kind is None:
        return None
    given = kind.parse_url(address)
    if not given:
        return None
    try:
        found: NotifyBase = kind(**(given | {"verify": True}))
    except TypeError:  # also Apprise's own way to say that a part is missing
        return None
    return found


@cache
def log() -> logging.Logger:
    """Return what Apprise logs to. It holds addresses, and with them secrets: none of it is written."""
    found = logging.getLogger("apprise")
    found.propagate = False
    found.addHandler(logging.NullHandler())
    return found


@cache
def _kinds() -> dict[str, type[NotifyBase]]:
    """Only who enters or sends a chat message pays for loading these, and nobody for all of Apprise's."""
    from apprise.plugins.dingtalk import NotifyDingTalk
    from apprise.plugins.feishu import NotifyFeishu
    from apprise.plugins.lark import NotifyLark
    from apprise.plugins.ntfy import NotifyNtfy
    from apprise.plugins.slack import NotifySlack
    from apprise.plugins.telegram import NotifyTelegram
    from apprise.plugins.wecombot import NotifyWeComBot
    from apprise.plugins.workflows import NotifyWorkflows

    return {
        "wecombot": NotifyWeComBot,
        "dingtalk": NotifyDingTalk,
        "feishu": NotifyFeishu,
        "lark": NotifyLark,
        "ntfy": NotifyNtfy,
        "ntfys": NotifyNtfy,
        "tgram": NotifyTelegram,
        "slack": NotifySlack,
        "workflows": NotifyWorkflows,
    }


def _own_notation(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme != "https":
        return text
    if robot := _ROBOTS.get((parts.hostname or "", parts.path.rstrip("/"))):
        scheme, name = robot
        return f"{scheme}://{parse_qs(parts.query).get(name, [''])[0]}"
    if scheme := _HOOKS.get(parts.hostname or "", ""):
        return f"{scheme}://{parts.path.rstrip('/').rpartition('/')[2]}"
    return text
