"""What a person means who writes back: a number, a word or two, a time, and the code of an alert.

Pure, and strict: only what is nothing but an answer is taken for one ("she went to hospital" is not "I go").
Words by which a carrier's customers forbid a sender to write are left to the carrier and never answered.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["go", "arrived", "cannot", "more", "unknown", "opt_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What was understood; `eta_minutes` and `code` where they were written."""

    kind: Kind
    eta_minutes: int | None = None
    code: str = ""


_WORDS: Final[dict[Kind, tuple[str, ...]]] = {
    "go": (
        *("1", "go", "going", "i go", "i am going", "im going", "i will go", "on my way", "yes"),
        *(
            "去",
            "我去",
            "我马上去",
            "马上去",
            "我这就去",
            "这就去",
            "我去处理",
            "好的我去",
            "我去看看",
            "在路上",
            "我在路上",
        ),
    ),
    "arrived": ("arrived", "i am there", "im there", "here", "到了", "我到了", "已到", "已到场", "到场"),
    "cannot": (
        *("2", "no", "cannot", "cant", "i cannot", "i cant", "i cannot go", "i cant go", "not me"),
        *("不能去", "我不能去", "去不了", "我去不了", "不去", "我不去", "不行", "没空", "走不开", "我走不开"),
    ),
    "more": ("3", "more", "tell me more", "what", "详情", "更多", "什么情况", "怎么了", "怎么回事"),
    "opt_out": (
        *("stop", "stopall", "stop all", "unsubscribe", "cancel", "end", "quit", "start", "unstop"),
        *("help", "info", "revoke", "optout", "t", "td", "退订"),
    ),
}
_KINDS: Final[dict[str, Kind]] = {word: kind for kind, words in _WORDS.items() for word in words}
#: To "are you all right?" "no" means the opposite of what it means to "are you going there?".
_WELL: Final = (
    *("1", "yes", "fine", "i am fine", "im fine", "ok", "all is well"),
    *("没事", "我没事", "好", "我很好", "好的", "平安"),
)
_HELP: Final = (
    *("2", "no", "help", "help me", "i need help", "sos"),
    *("救命", "帮帮我", "帮我", "需要帮助", "不好", "快来", "来人"),
)
_RESIDENT: Final = dict.fromkeys(_WELL, "1") | dict.fromkeys(_HELP, "2")
_ETA: Final = re.compile(
    r"^(?P<rest>.*?[^ ])(?: |(?<=[^0-9]))(?P<n>[0-9]{1,3}) ?(?:min|mins|minutes|分|分钟)?(?:后|内)?(?:到)?$"
)
_ONLY_ETA: Final = re.compile(r"^(?P<n>[0-9]{1,3}) ?(?:min|mins|minutes|分钟)(?:后|内)?(?:到)?$")
_CODE: Final = re.compile(
    r"^(?P<rest>(?:.* |[123])?)(?P<code>(?:[a-hj-np-z][2-9]){1,3})(?= |$)(?P<after>.*)$"
)
_LETTERS, _DIGITS = "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"


def understand(text: str) -> Meaning:
    """Return what a message means: `1`, `1 15` (there in 15 min), `2 A7` (of the alert of that code)."""
    plain = _plain(text)
    if plain == "" and "?" in unicodedata.normalize("NFKC", text):
        return Meaning(kind="more")
    if plain in _KINDS:
        return Meaning(kind=_KINDS[plain])
    code = ""
    found = _CODE.match(plain)
    if found is not None:
        code = found["code"].upper()
        plain = f"{found['rest'].strip()} {found['after'].strip()}".strip()
        if plain in _KINDS:
            return Meaning(kind=_KINDS[plain], code=code)
    if (only := _ONLY_ETA.match(plain)) is not None and int(only["n"]) > 0:
        return Meaning(kind="go", eta_minutes=int(only["n"]), code=code)
    with_eta = _ETA.match(plain)
    if with_eta is not None and _KINDS.get(with_eta["rest"].strip()) == "go" and int(with_eta["n"]) > 0:
        return Meaning(kind="go", eta_minutes=int(with_eta["n"]), code=code)
    return Meaning(kind="unknown", code=code)


def key_of_resident(text: str) -> str:
    """Return the key that a resident means who was asked how they are: 1 well, 2 help, else 3 (ask again)."""
    return _RESIDENT.get(_plain(text), "3")


def _plain(text: str) -> str:
    """Small letters and single spaces, without marks; full-width digits are digits."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("'", "").replace("’", "")
    return " ".join(re.sub(r"[\s.,;:!?。，；：！？、\"()\[\]-]+", " ", plain).split())[:200]


def code_of(alert_id: str) -> str:
    """Return the full code of an alert; as much of it is told as is needed to name one of several."""
    digest = hashlib.sha256(alert_id.encode()).digest()
    return "".join(
        _LETTERS[digest[n] % len(_LETTERS)] if n % 2 == 0 else _DIGITS[digest[n] % len(_DIGITS)]
        for n in range(6)
    )


def short_codes(alert_ids: Sequence[str]) -> dict[str, str]:
    """Return the shortest codes by which each of several alerts can be named."""
    full = {alert_id: code_of(alert_id) for alert_id in alert_ids}
    for length in (2, 4, 6):
        short = {alert_id: code[:length] for alert_id, code in full.items()}
        if len(set(short.values())) == len(short):
            break
    return short
