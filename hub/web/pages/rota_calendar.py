"""A duty rota as a calendar: a month or a week, holidays, gaps in red and in words, and who has duty when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from hub.accounts.permissions import Action
from hub.escalation import rota_store
from hub.escalation.rota_times import instant_of_local
from hub.places import store as places
from hub.web import days_off
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import Day, OrganisationId
from hub.web.moments import EARLIEST, LATEST, bounds, day_of
from hub.web.render import page
from hub.web.rota_days import colours_of, days_of
from hub.web.rota_words import called, local, month_name, short_day, span, weekdays

router = APIRouter(include_in_schema=False)

Sees = Annotated[Door, Depends(Allow(Action.VIEW_ORGANISATIONS))]
View = Literal["month", "week"]
GAPS: Final = 30  #: that are listed in words


@router.get("/organisations/{organisation_id}/rota/calendar")
def show(
    request: Request,
    organisation_id: OrganisationId,
    door: Sees,
    view: Annotated[View, Query()] = "month",
    day: Annotated[Day | None, Query()] = None,
    at: Annotated[datetime | None, Query()] = None,
) -> Response:
    """Show a month or a week of an organisation's duty."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return page(
            request,
            "rota_calendar.html",
            visit,
            **_facts(visit, organisation_id, view, day, at, language_of(request, visit.account)),
        )


def _facts(
    visit: Visit, organisation_id: str, view: View, day: date | None, at: datetime | None, language: str
) -> dict[str, Any]:
    organisation = places.organisations(visit.connection, [organisation_id])[0]
    kept = rota_store.get(visit.connection, organisation_id)
    zone = kept.rota.zone if kept else organisation["zone"]
    today = day_of(visit.now, zone)
    shown = day or today
    first, n, before, after = _span(view, shown)
    names = rota_store.names_of(visit.connection, organisation_id)
    since, until = bounds(first, zone)[0], bounds(first + timedelta(days=n), zone)[0]
    duties = rota_store.on_duty(visit.connection, organisation_id, since, until) or ()
    rows = days_of(duties, names, first, n, zone, visit.now) if kept else ()
    asked = visit.now if at is None else _instant(at, zone) or visit.now
    found = rota_store.duty_at(visit.connection, organisation_id, asked, visit.now)
    return {
        "organisation": organisation,
        "kept": kept,
        "zone": zone,
        "view": view,
        "shown": shown,
        "today": today,
        "title": month_name(shown, language) if view == "month" else short_day(first, language),
        "last_day": short_day(first + timedelta(days=n - 1), language),
        "before": before,
        "after": after,
        "rows": rows,
        "weeks": [rows[at_ : at_ + 7] for at_ in range(0, len(rows), 7)],
        "off": {row.day: days_off.of_day(row.day, zone, language) for row in rows},
        "weekday_names": [
            weekdays([one], language) for one in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        ],
        "colours": colours_of(names, duties),
        "gaps": [duty for duty in duties if not duty.contacts and duty.until > visit.now] if kept else [],
        "gaps_listed": GAPS,
        "asked": asked,
        "found": found,
        "weekday": lambda one: short_day(one, language),
        "span": lambda a, b, z: span(a, b, z, language),
        "called": lambda who: called(who, names, language),
        "local": local,
    }


def _span(view: View, shown: date) -> tuple[date, int, date, date]:
    """Return the first day, how many there are, and a day of the span before and after."""
    monday = shown - timedelta(days=shown.weekday())
    if view == "week":
        return monday, 7, monday - timedelta(days=7), monday + timedelta(days=7)
    first = shown.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    start = first - timedelta(days=first.weekday())
    weeks = -(-(after - start).days // 7)
    return start, weeks * 7, first - timedelta(days=1), after


def _instant(at: datetime, zone: str) -> datetime | None:
    if not EARLIEST.year < at.year < LATEST.year:
        return None
    return at if at.tzinfo is not None else instant_of_local(at, ZoneInfo(zone))
