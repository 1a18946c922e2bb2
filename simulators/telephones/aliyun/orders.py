"""What a program may ask of Aliyun, checked once, here; and its templates with their places filled. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulators.telephones.aliyun.account import AliyunAccount
from simulators.telephones.aliyun.refusals import AliyunRefusalError

_PLACE: Final = re.compile(r"\$\{(\w+)\}")
_LINK: Final = re.compile(r"https?://|www\.", re.I)
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_LANDLINE: Final = re.compile(r"0[1-9]\d{8,10}")
LONGEST_WORDS: Final = 250
LONGEST_OUT_ID: Final = 15

Query = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A call: to whom, what is said first, and what after each key; without keys it asks nothing."""

    to: str  #: +86…
    shows: str
    text: str
    plays: int
    out_id: str
    keys: Mapping[str, str]
    bye: str
    timeout: float  #: seconds that a key is waited for


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A message."""

    to: str
    text: str
    template: str
    out_id: str


def menu_call(query: Query, account: AliyunAccount) -> Spoken:
    """Read `IvrCall`."""
    keys = {
        query[f"MenuKeyMap.{n}.Key"]: _filled(
            query.get(f"MenuKeyMap.{n}.Code", ""), query.get(f"MenuKeyMap.{n}.TtsParams"), account
        )
        for n in range(1, 13)
        if f"MenuKeyMap.{n}.Key" in query
    }
    if not keys:
        raise AliyunRefusalError("isv.INVALID_PARAMETERS")
    bye = query.get("ByeCode")
    text = _filled(query.get("StartCode", ""), query.get("StartTtsParams"), account)
    return Spoken(
        **_call(query, account),
        text=text,
        keys=keys,
        bye=_filled(bye, query.get("ByeTtsParams"), account) if bye else "",
        timeout=_whole(query, "Timeout", 3000, 100, 60_000) / 1000,
    )


def notice_call(query: Query, account: AliyunAccount) -> Spoken:
    """Read `SingleCallByTts`."""
    text = _filled(query.get("TtsCode", ""), query.get("TtsParam"), account)
    return Spoken(**_call(query, account), text=text, keys={}, bye="", timeout=0.0)


def message(query: Query, account: AliyunAccount) -> Written:
    """Read `SendSms`, to one number."""
    number = re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", query.get("PhoneNumbers", ""))
    if not _MOBILE.fullmatch(number):
        raise AliyunRefusalError("isv.MOBILE_NUMBER_ILLEGAL")
    sign, code = query.get("SignName", ""), query.get("TemplateCode", "")
    if sign not in account.signs:
        raise AliyunRefusalError("isv.SMS_SIGNATURE_ILLEGAL")
    text = _filled(code, query.get("TemplateParam"), account, kind="SMS")
    return Written(to=f"+86{number}", text=f"【{sign}】{text}", template=code, out_id=query.get("OutId", ""))


def _call(query: Query, account: AliyunAccount) -> dict[str, Any]:
    number, out_id = query.get("CalledNumber", ""), query.get("OutId", "")
    if not (_MOBILE.fullmatch(number) or _LANDLINE.fullmatch(number)):
        raise AliyunRefusalError("isv.MOBILE_NUMBER_ILLEGAL")
    if query.get("CalledShowNumber") not in account.numbers:
        raise AliyunRefusalError("isv.DISPLAY_NUMBER_ILLEGAL")
    if len(out_id.encode()) > LONGEST_OUT_ID:
        raise AliyunRefusalError("isv.PARAM_LENGTH_LIMIT")
    return {
        "to": f"+86{number.removeprefix('0')}",
        "shows": query["CalledShowNumber"],
        "plays": _whole(query, "PlayTimes", 3, 1, 3),
        "out_id": out_id,
    }


def _filled(code: str, words: str | None, account: AliyunAccount, kind: str = "TTS") -> str:
    """Return an approved template's text with its places filled."""
    text = account.templates.get(code) if code.startswith(f"{kind}_") else None
    if text is None:
        raise AliyunRefusalError(f"isv.{kind}_TEMPLATE_ILLEGAL")
    try:
        given = json.loads(words or "{}")
    except ValueError as problem:
        raise AliyunRefusalError("isv.INVALID_JSON_PARAM") from problem
    if not isinstance(given, dict):
        raise AliyunRefusalError("isv.INVALID_JSON_PARAM")
    known = {name: value for name, value in given.items() if isinstance(value, str) and value.strip()}
    if any(_LINK.search(value) for value in known.values()):
        raise AliyunRefusalError("isv.PARAM_NOT_SUPPORT_URL")
    if sum(map(len, known.values())) > LONGEST_WORDS:
        raise AliyunRefusalError("isv.PARAM_LENGTH_LIMIT")
    if not set(_PLACE.findall(text)) <= set(known):
        raise AliyunRefusalError("isv.TEMPLATE_MISSING_PARAMETERS")
    return _PLACE.sub(lambda place: known[place[1]], text)


def _whole(query: Query, name: str, usual: int, least: int, most: int) -> int:
    value = query.get(name, str(usual))
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise AliyunRefusalError("isv.INVALID_PARAMETERS")
    return int(value)
