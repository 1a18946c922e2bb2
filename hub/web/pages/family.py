"""The family's page, made for a telephone: is she up and well, and if not, who is on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse

from hub.accounts.permissions import Action
from hub.alerts import store as alerts
from hub.care import satisfaction
from hub.places import activity, contacts, hearing, stays
from hub.places import store as places
from hub.web import cards
from hub.web.day import ribbon_of
from hub.web.guard import Allow, Door, Visit
from hub.web.inputs import HomeId, PlainId
from hub.web.moments import bounds, day_of, zone_of
from hub.web.morning import morning
from hub.web.moving import moving_page

router = APIRouter(include_in_schema=False)

Telling = Annotated[Door, Depends(Allow(Action.TELL_STAYS))]

VISIT_HOURS: Final = (2, 6, 24, 72)


@router.post("/homes/{home_id}/visiting")
def visiting(
    home_id: HomeId, door: Telling, hours: Annotated[int, Form(ge=1, le=720)] = VISIT_HOURS[0]
) -> RedirectResponse:
    """Tell that somebody visits now, for so many hours."""
    with door.open() as visit:
        until = visit.now + timedelta(hours=hours)
        return _tell(visit, home_id, "visitor", visit.now, until)


@router.post("/homes/{home_id}/away")
def away(
    home_id: HomeId,
    door: Telling,
    since: Annotated[datetime, Form()],
    until: Annotated[datetime, Form()],
) -> RedirectResponse:
    """Tell that nobody is at home from when until when, by the home's clock."""
    with door.open() as visit:
        zone = zone_of(places.home(visit.connection, home_id, visit.now)["zone"])
        first, last = (at if at.tzinfo else at.replace(tzinfo=zone) for at in (since, until))
        return _tell(visit, home_id, "away", first, last)


@router.post("/homes/{home_id}/stays/{number}/end")
def end(home_id: HomeId, number: PlainId, door: Telling) -> RedirectResponse:
    """End an absence or a visit before its time."""
    with door.open() as visit:
        stays.end(visit.connection, home_id, stays.number_of(number), visit.now)
        visit.note("end_stay", home_id, stay=number)
    return RedirectResponse(f"/homes/{home_id}/family", 303)


def _tell(
    visit: Visit, home_id: str, kind: Literal["away", "visitor"], since: datetime, until: datetime
) -> RedirectResponse:
    stays.tell(
        visit.connection, home_id, kind, since=since, until=until, by=visit.account.name, now=visit.now
    )
    visit.note("tell_stay", home_id, kind=kind)
    return RedirectResponse(f"/homes/{home_id}/family", 303)


def _facts(visit: Visit, home_id: str) -> dict[str, Any]:
    visit.look("view_home", home_id)
    connection, now = visit.connection, visit.now
    home = places.home(connection, home_id, now)
    devices = hearing.devices(connection, home_id, now)
    history = alerts.of_home(connection, home_id, limit=30)
    still_open = [alert for alert in history if alert["status"] != "resolved"]
    cards.fill(connection, still_open)
    today = day_of(now, home["zone"])
    drawn = ribbon_of(visit, home, devices, history, today)
    start, _ = bounds(today, home["zone"])
    told = stays.current(connection, home_id, now)
    station = connection.execute(
        "select telephone from organisations where id = %s", [home["organisation_id"]]
    ).fetchone()
    people = contacts.of_home(connection, home_id)
    today_is = morning(
        home["state"].kind,
        activity.between(connection, home_id, start, now),
        {device["id"]: device["room"] for device in devices},
        zone_of(home["zone"]),
        now,
        away=any(one["kind"] == "away" and one["since"] <= now for one in told),
    )
    return {
        "home": home,
        "morning": replace(today_is, up_at=None) if drawn.kept else today_is,
        "kept": drawn.kept,
        "alerts": still_open,
        "ribbon": drawn.ribbon,
        "movement": drawn.movement,
        "today": today,
        "stays": told,
        "telephone": station["telephone"] if station else "",
        "own_numbers": [
            method["address"]
            for contact in people
            if contact["role"] == "resident" and contact["active"]
            for method in contact["methods"]
            if method["channel"] == "voice"
        ],
        "done": satisfaction.unanswered(connection, home_id, now),
        "visit_hours": VISIT_HOURS,
        "local": lambda at: f"{at.astimezone(zone_of(home['zone'])):%Y-%m-%dT%H:%M}",
        "tomorrow": now + timedelta(days=1),
        "own": home["organisation_id"],
        "names": {},
        "ringing": [a for a in still_open if a["status"] == "triggered" and a["severity"] == "emergency"],
        "back": f"/homes/{home_id}/family",
    }


#: How it is today.
moving_page(
    router,
    "/homes/{home_id}/family",
    Action.VIEW_HOMES,
    whole="family.html",
    part="_family.html",
    facts=_facts,
)
