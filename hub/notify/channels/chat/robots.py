"""The robots of the Chinese office chats: what is posted to them, and what their answers mean.

They answer HTTP 200 to everything; whether a message was taken is in a number in the answer. Pure: an
address in, a request out; an answer in, a verdict out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hub.notify.channels.port import Refused

if TYPE_CHECKING:
    from apprise import NotifyBase

#: WeCom's content may have so many bytes.
WECOM_BYTES: Final = 2048

#: Busy, or failed inside: the very same may work a moment later. A robot that is mute for minutes (DingTalk's
#: 130101 and 410100, WeCom's 45009, Feishu's 11232) is not asked again: other people are told meanwhile.
_AGAIN: Final = frozenset({-1, 1000, 9999})


@dataclass(frozen=True, slots=True)
class Post:
    """One HTTP request. Its address holds the robot's secret, so it never prints."""

    url: str = field(repr=False)
    body: dict[str, Any]
    query: dict[str, str] = field(default_factory=dict, repr=False)


def post_of(scheme: str, robot: NotifyBase, text: str) -> Post | None:
    """Return what is posted to a robot; None for a service that is no robot."""
    known: Any = robot
    if scheme == "wecombot":
        body = {"msgtype": "text", "text": {"content": cut(text, WECOM_BYTES)}}
        return Post(known.api_url, body)
    if scheme == "dingtalk":
        query = {}
        if known.secret:
            timestamp, signature = known.get_signature()
            query = {"timestamp": timestamp, "sign": _unquoted(signature)}
        at = {"atMobiles": list(known.targets), "isAtAll": False}
        body = {"msgtype": "text", "text": {"content": text}, "at": at}
        return Post(known.notify_url.format(token=known.token), body, query)
    if scheme == "feishu":
        url = known.notify_url.format(token=known.token).rstrip("/")
        return Post(url, {"msg_type": "text", "content": {"text": text}})
    if scheme == "lark":
        return Post(known.webhook_url, {"msg_type": "text", "content": {"text": text}})
    return None


def verdict(status: int, answer: object) -> Refused | None:
    """Return why a robot did not take a message, or None when it did."""
    if status == 429 or status >= 500:
        return Refused(str(status), "the chat service is busy", then="again")
    if status != 200:
        return Refused(str(status), "the chat service refuses", then="method")
    found: dict[str, Any] = answer if isinstance(answer, dict) else {}
    code = next((found[name] for name in ("errcode", "code", "StatusCode") if name in found), None)
    if code == 0:
        return None
    if not isinstance(code, int):
        return Refused("no_answer", "the chat service's answer cannot be read", then="method")
    return Refused(str(code), "the robot refuses", then="again" if code in _AGAIN else "method")


def cut(text: str, size: int) -> str:
    """Return a text of at most so many bytes of UTF-8; one that is longer ends with an ellipsis."""
    raw = text.encode()
    if len(raw) <= size:
        return text
    return raw[: size - 3].decode(errors="ignore") + "…"


def _unquoted(signature: str) -> str:
    """Apprise quotes the signature; the HTTP client would do it once more."""
    from urllib.parse import unquote

    return unquote(signature)
