"""Homes, their days and their devices."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query

from hub.accounts.permissions import Action
from hub.accounts.sharing import Purpose
from hub.errors import NotAllowedError
from hub.places import activity, facts, hearing
from hub.places import store as places
from hub.proof import commissioning_store
from hub.storage import flags
from hub.watch import standing
from hub.web import inputs
from hub.web.api.problems import PROBLEMS
from hub.web.api.schemas import (
    Day,
    Device,
    Event,
    Facts,
    Home,
    HomeWatch,
    NewFacts,
    NewHome,
    StatusChange,
    Trend,
    Trends,
    home_fields,
)
from hub.web.day import habits_of
from hub.web.guard import Allow, Door, Visit
from hub.web.inputs import HomeId, Text
from hub.web.moments import bounds, day_of

router = APIRouter(prefix="/api/v1/homes", tags=["homes"], responses=PROBLEMS)

Looking = Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]
Contacts = Annotated[Door, Depends(Allow(Action.VIEW_CONTACTS))]
Editing = Annotated[Door, Depends(Allow(Action.EDIT_HOMES))]

_MOST_EVENTS = 20_000
KEPT: Final = "Those who live there keep this to themselves; during an emergency it is shown."


@router.get("")
def list_homes(
    door: Looking,
    q: Annotated[Text, Query(description="Part of a name, an address or an id.")] = "",
    after: Annotated[Text, Query(description="Give homes whose id comes after this one.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[Home]:
    """Return the homes in scope, by id."""
    with door.open() as visit:
        chosen = places.states(
            visit.connection, visit.now, ids=visit.homes(), matching=q.strip(), after=after, limit=limit
        )
        found = places.homes(visit.connection, visit.now, list(chosen))
        return [Home.model_validate(home_fields(row)) for row in found]


@router.post("", status_code=201)
def create_home(new: NewHome, door: Editing) -> Home:
    """Add a home to an organisation in scope."""
    with door.open() as visit:
        visit.see_organisation(new.organisation_id)
        places.create_home(
            visit.connection,
            home_id=new.id,
            organisation_id=new.organisation_id,
            name=new.name,
            address=new.address,
            entry_note=new.entry_note,
            zone=new.zone,
            first_called=new.first_called,
            now=visit.now,
        )
        visit.note("create_home", new.id)
        return Home.model_validate(home_fields(places.home(visit.connection, new.id, visit.now)))


@router.get("/{home_id}")
def get_home(home_id: HomeId, door: Looking) -> Home:
    """Return one home and how it is now."""
    with door.open() as visit:
        visit.look("view_home", home_id)
        return Home.model_validate(home_fields(places.home(visit.connection, home_id, visit.now)))


@router.get("/{home_id}/facts")
def get_facts(home_id: HomeId, door: Contacts) -> Facts:
    """Return what people said of a home: how it is found, by when they are up. Never where the key is."""
    with door.open() as visit:
        visit.look("view_home", home_id)
        return Facts.model_validate(facts.of_home(visit.connection, home_id))


@router.patch("/{home_id}/facts")
def change_facts(home_id: HomeId, new: NewFacts, door: Editing) -> Facts:
    """Write down what is given of a home's facts and leave the others as they are."""
    with door.open() as visit:
        given = new.model_dump(exclude_unset=True, exclude_none=True)
        facts.change(visit.connection, home_id, given)
        visit.note("describe_home", home_id, fields=sorted(given))
        return Facts.model_validate(facts.of_home(visit.connection, home_id))


@router.get("/{home_id}/watch")
def get_watch(home_id: HomeId, door: Looking) -> HomeWatch:
    """Return what has been learnt of a home, what is left of its budgets of needless calls, and its risk."""
    with door.open() as visit:
        visit.look("view_home", home_id)
        places.home(visit.connection, home_id, visit.now)
        _seen(visit, "habits", home_id)
        return HomeWatch.model_validate(standing.of_home(visit.connection, home_id, visit.now))


@router.put("/{home_id}/status")
def set_status(home_id: HomeId, change: StatusChange, door: Editing) -> Home:
    """Take a home live, pause it, or commission it again.

    409 while something is not shown that has to be before it is live, unless `why` says why all the same.
    """
    with door.open() as visit:
        now_is = places.home(visit.connection, home_id, visit.now)["status"]
        left: list[str] = []
        if change.status == "live" and now_is == "commissioning":
            left = commissioning_store.go_live(visit.connection, home_id, visit.now, why=change.why)
        else:
            places.set_status(visit.connection, home_id, change.status)
        visit.note("set_status", home_id, status=change.status, unproven=left, why=change.why.strip())
        return Home.model_validate(home_fields(places.home(visit.connection, home_id, visit.now)))


@router.get("/{home_id}/events")
def get_events(
    home_id: HomeId,
    door: Looking,
    day: Annotated[
        inputs.Day | None, Query(description="A day by the home's clock; today by default.")
    ] = None,
) -> Day:
    """Return what the sensors saw on one day."""
    with door.open() as visit:
        _seen(visit, "day", home_id)
        visit.look("view_events", home_id)
        home = places.home(visit.connection, home_id, visit.now)
        shown = day or day_of(visit.now, home["zone"])
        start, end = bounds(shown, home["zone"])
        rows = activity.between(visit.connection, home_id, start, end, _MOST_EVENTS + 1)
    return Day(
        day=shown,
        zone=home["zone"],
        complete=len(rows) <= _MOST_EVENTS,
        events=[
            Event(
                at=row["occurred_at"],
                received_at=row["received_at"],
                device=row["device"],
                kind=row["kind"],
                value=row["value"],
                late=bool(row["flags"] & flags.LATE),
                historic=bool(row["flags"] & flags.HISTORIC),
            )
            for row in rows[:_MOST_EVENTS]
        ],
    )


@router.get("/{home_id}/trends")
def get_trends(home_id: HomeId, door: Looking) -> Trends:
    """Return what is usual in a home, and what has changed within the 30 days before today."""
    with door.open() as visit:
        visit.look("view_home", home_id)
        home = places.home(visit.connection, home_id, visit.now)
        found = habits_of(visit, home, day_of(visit.now, home["zone"]))
        if found is None:
            raise NotAllowedError(KEPT)
    return Trends(
        first=found.first,
        known=found.known,
        usual={room: list(hours) for room, hours in found.usual.items()},
        trends=[
            Trend(
                name=one.name, values=list(one.values), week=one.week, before=one.before, changed=one.changed
            )
            for one in found.trends
        ],
    )


@router.get("/{home_id}/devices")
def list_devices(home_id: HomeId, door: Looking) -> list[Device]:
    """Return the devices of a home and whether they are heard of."""
    with door.open() as visit:
        visit.look("view_devices", home_id)
        rows = hearing.devices(visit.connection, home_id, visit.now)
    return [
        Device(
            edge=row["edge_id"],
            **{
                name: row[name]
                for name in (
                    "id", "name", "vendor", "model", "room", "kinds", "heard_at", "battery",
                    "battery_low", "link", "silent",
                )
            },
        )
        for row in rows
    ]  # fmt: skip


def _seen(visit: Visit, purpose: Purpose, home_id: str) -> None:
    if not visit.sees(purpose, home_id):
        raise NotAllowedError(KEPT)
