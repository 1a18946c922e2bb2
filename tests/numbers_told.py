"""Whether a reason tells the numbers that it was built of, put into words here a second time."""

from __future__ import annotations

import re
from datetime import datetime
from string import Formatter
from zoneinfo import ZoneInfo

from models.detection.finding import Reason, Value
from models.detection.wording import duration, render
from models.language import translations

LANGUAGES = ("en", "zh")


def tells_its_numbers(reason: Reason, zone: str, now: int | None = None) -> None:
    """Fail where a value that the sentence asks for is not in it, in either language."""
    named = {name for _, name, _, _ in Formatter().parse(reason.text) if name}
    for language in LANGUAGES:
        text = render(reason, language, zone, now)
        assert "{" not in text
        for name in named:
            assert in_words(name, reason.values[name], language, zone) in text, (name, text)


def in_words(name: str, value: Value, language: str, zone: str) -> str:
    """A value as people read it."""
    if isinstance(value, str):
        return translations("models", language).gettext(value)
    assert isinstance(value, int | float)
    if name.endswith("_s"):
        return duration(value, translations("models", language).gettext)
    if name.endswith("_at"):
        return f"{datetime.fromtimestamp(value / 1000, ZoneInfo(zone)):%H:%M}"
    if name.endswith("_clock"):
        return f"{value // 60:02}:{value % 60:02}"
    return re.sub(r"\.0$", "", str(round(value, 1)))
