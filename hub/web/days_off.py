"""China's public holidays, and the weekend days on which people work for them, for a duty rota to show.

The days are those of the `holidays` package: for years that the State Council has announced with their moved
working days, for later ones the statutory days alone. Shown only; nothing is decided by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

import holidays

from hub.language import texts

CHINA: Final = frozenset(
    {"Asia/Shanghai", "Asia/Urumqi", "Asia/Chongqing", "Asia/Harbin", "Asia/Kashgar", "PRC"}
)


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day that is not as its weekday is."""

    name: str
    worked: bool = False  #: a Saturday or Sunday that is worked


def of_day(day: date, zone: str, language: str) -> DayOff | None:
    """Return what is special about a day where this zone's clocks hold; None elsewhere than in China."""
    if zone not in CHINA:
        return None
    named, worked = _year(day.year, language)
    if day in worked:
        return DayOff(texts(language).gettext("A working day, for a holiday"), worked=True)
    return DayOff(named[day]) if day in named else None


@cache
def _year(year: int, language: str) -> tuple[dict[date, str], frozenset[date]]:
    found = holidays.country_holidays("CN", years=year, language="zh_CN" if language == "zh" else "en_US")
    return dict(found.items()), frozenset(found.weekend_workdays)
