"""How often one person may be rung and written to for warnings: a pure function of what they had already.

An emergency is never limited. Its calls count, so that a night full of them spares a person the rest. No
limit leaves an alert unknown: who cannot be told of it in writing is rung until somebody has heard of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from hub.escalation.noise.rules import QUIET_FROM, QUIET_UNTIL, quiet_until
from hub.language import N_
from models.detection.finding import Reason, Severity

HOUR: Final = timedelta(hours=1)
#: Calls to one telephone in an hour, and in one night; more of them and people stop picking up.
CALLS_AN_HOUR: Final = 4
CALLS_A_NIGHT: Final = 12
#: A written message wakes nobody: twice as many, and no limit of their own by night.
MESSAGES_AN_HOUR: Final = 8
#: So long apart are two messages that list what a person was spared.
DIGEST_EVERY: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """What holds for a home: the nearest values that somebody set, else these."""

    zone: str = "Asia/Shanghai"
    quiet_from: time = QUIET_FROM
    quiet_until: time = QUIET_UNTIL
    calls_an_hour: int = CALLS_AN_HOUR
    calls_a_night: int = CALLS_A_NIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """How often one address was used."""

    in_hour: int
    tonight: int = 0
    known: bool = True  #: a list in writing will tell them of this alert, or somebody has heard of it already


def spared(
    severity: Severity, channel: str, levels: Levels, history: History, now: datetime
) -> Reason | None:
    """Return why a person is spared this call or message now; None: they are told."""
    if severity == "emergency" or not history.known:
        return None
    if channel != "voice":
        if history.in_hour >= MESSAGES_AN_HOUR:
            return Reason(N_("{n} messages within an hour are enough"), {"n": history.in_hour})
        return None
    if history.in_hour >= levels.calls_an_hour:
        return Reason(N_("{n} calls within an hour are enough"), {"n": history.in_hour})
    if night_since(levels, now) is not None and history.tonight >= levels.calls_a_night:
        return Reason(N_("{n} calls in one night are enough"), {"n": history.tonight})
    return None


def night_since(levels: Levels, now: datetime) -> datetime | None:
    """Return when the night began that `now` lies in; None by day."""
    until = quiet_until(levels.quiet_from, levels.quiet_until, levels.zone, now)
    if until is None:
        return None
    morning = until.astimezone(ZoneInfo(levels.zone))
    day = morning.date()
    if levels.quiet_from >= levels.quiet_until:
        day -= timedelta(days=1)
    return datetime.combine(day, levels.quiet_from, ZoneInfo(levels.zone)).astimezone(now.tzinfo)
