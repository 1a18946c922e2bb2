"""Days, hours and names of a duty rota as people read them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from babel.dates import format_skeleton, get_day_names

from hub.escalation.rota_document import DAYS
from hub.language import texts
from hub.web.moments import zone_of


def short_day(day: date, language: str) -> str:
    """Return `Sat, 22 Nov`."""
    return format_skeleton("MMMEd", day, locale=_locale(language))


def month_name(day: date, language: str) -> str:
    """Return `November 2026`."""
    return format_skeleton("yMMMM", day, locale=_locale(language))


def span(since: datetime, until: datetime, zone: str, language: str) -> str:
    """Return `Sat, 22 Nov 20:00–08:00`; the second day is named where it is not the one that follows."""
    begin, end = since.astimezone(zone_of(zone)), until.astimezone(zone_of(zone))
    first = f"{short_day(begin.date(), language)} {begin:%H:%M}"
    if begin.date() == end.date() or (
        end - begin <= timedelta(days=1) and (end.hour, end.minute) <= (begin.hour, begin.minute)
    ):
        return f"{first}–{end:%H:%M}"
    return f"{first} – {short_day(end.date(), language)} {end:%H:%M}"


def local(at: datetime, zone: str) -> str:
    """Return an instant as a browser's field of date and time takes it."""
    return f"{at.astimezone(zone_of(zone)):%Y-%m-%dT%H:%M}"


def called(contacts: Iterable[str], names: Mapping[str, str], language: str) -> str:
    """Return contacts by name, in a row; a stranger goes by the id."""
    return texts(language).gettext(", ").join(names.get(contact, contact) for contact in contacts)


def weekdays(days: Sequence[str], language: str) -> str:
    """Return `every day`, `Mon–Fri` or `Mon, Wed`."""
    _ = texts(language).gettext
    chosen = [n for n, day in enumerate(DAYS) if day in days]
    if len(chosen) == len(DAYS):
        return _("every day")
    names = get_day_names("abbreviated", locale=_locale(language))
    if len(chosen) > 2 and chosen[-1] - chosen[0] == len(chosen) - 1:
        return f"{names[chosen[0]]}–{names[chosen[-1]]}"
    return _(", ").join(names[n] for n in chosen)


def _locale(language: str) -> str:
    return "zh_CN" if language == "zh" else "en_GB"
