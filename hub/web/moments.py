"""Times and durations as people read them, by the clock of the home. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton

from hub.language import texts

EARLIEST = date(1990, 1, 1)
LATEST = date(2200, 1, 1)


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone; an unknown name means UTC, so that a page never fails over it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def clock(at: datetime, zone: str) -> str:
    """Return `03:12`."""
    return f"{at.astimezone(zone_of(zone)):%H:%M}"


def moment(at: datetime | None, zone: str, now: datetime, language: str, *, seconds: bool = False) -> str:
    """Return `03:12` today, `21 Nov, 03:12` this year, and with the year otherwise; a dash for never.

    With `seconds`, for files, `03:12:05`.
    """
    if at is None:
        return "–"
    local, today = at.astimezone(zone_of(zone)), now.astimezone(zone_of(zone))
    face = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    if local.date() == today.date():
        return face
    skeleton = "MMMd" if local.year == today.year else "yMMMd"
    joint = " " if language == "zh" else ", "
    return f"{format_skeleton(skeleton, local, locale=_locale(language))}{joint}{face}"


def day_name(day: date, language: str) -> str:
    """Return a day with its weekday and year."""
    return format_skeleton("yMMMEd", day, locale=_locale(language))


def duration(span: timedelta, language: str) -> str:
    """Return `45 s`, `12 min`, `3 h 40 min` or `5 days`."""
    _ = texts(language)
    seconds = max(0, round(span.total_seconds()))
    if seconds < 60:
        return _.gettext("{n} s").format(n=seconds)
    minutes = seconds // 60
    if minutes < 60:
        return _.gettext("{n} min").format(n=minutes)
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return _.ngettext("{n} day", "{n} days", hours // 24).format(n=hours // 24)
    if minutes == 0:
        return _.gettext("{n} h").format(n=hours)
    return _.gettext("{h} h {m} min").format(h=hours, m=minutes)


def ago(at: datetime, now: datetime, language: str) -> str:
    """Return how long ago something was."""
    return texts(language).gettext("{duration} ago").format(duration=duration(now - at, language))


def stopwatch(span: timedelta) -> str:
    """Return `04:12`, or `1:04:12` from an hour on: a clock that runs."""
    seconds = max(0, int(span.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60:02}:{rest % 60:02}"


def day_of(at: datetime, zone: str) -> date:
    """Return the calendar day of an instant in a zone."""
    return at.astimezone(zone_of(zone)).date()


def bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """Return when a calendar day begins and ends: 24 hours apart but for two days of some zones' year."""
    place = zone_of(zone)
    start = datetime.combine(day, time(), place).astimezone(UTC)
    return start, datetime.combine(day + timedelta(days=1), time(), place).astimezone(UTC)


def _locale(language: str) -> str:
    return "zh_CN" if language == "zh" else "en_GB"
