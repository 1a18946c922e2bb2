"""An area as a whole: how it stands now, its month, its visit rate, and how often it calls on whom."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from hub.accounts.permissions import Action
from hub.care import visits
from hub.care.intervals import DAYS, VisitGroup
from hub.care.rate import Rate, whole
from hub.web import area, rounds
from hub.web.api.problems import PROBLEMS
from hub.web.guard import Allow, Door, Visit
from hub.web.inputs import Day, OrganisationId
from hub.web.intervals import may_set
from hub.web.pages.area import report_of

router = APIRouter(prefix="/api/v1/organisations", tags=["organisations"], responses=PROBLEMS)

Setting = Annotated[Door, Depends(Allow(Action.SET_INTERVALS))]
Sees = Annotated[Door, Depends(Allow(Action.VIEW_ORGANISATIONS))]


class RateOut(BaseModel):
    """How many people should have been called on, and how many were."""

    people: int
    visited: int
    share: float | None = Field(description="None where nobody had to be called on.")


class Month(BaseModel):
    """The visit rate of a month, counted from the rows of visits."""

    month: date
    whole: RateOut
    stations: dict[str, RateOut]
    groups: dict[str, RateOut]


class Intervals(BaseModel):
    """How often an area calls on whom, in days."""

    days: dict[VisitGroup, int]


class Below(BaseModel):
    """One organisation of an area."""

    organisation: str
    standing: str = Field(description="ready, unstaffed, offline, overloaded or slow.")
    counts: dict[str, int]


class OverviewOut(BaseModel):
    """How things stand in an area."""

    total: dict[str, int]
    below: list[Below]
    untaken: list[str] = Field(description="Open emergencies that nobody has taken for a minute.")
    incidents: list[str] = Field(description="Open alerts about the area itself.")


@router.get("/{organisation_id}/visit-rate")
def get_rate(
    organisation_id: OrganisationId,
    door: Sees,
    month: Annotated[
        Day | None, Query(description="Any day of the month, by the organisation's clock; now by default.")
    ] = None,
) -> Month:
    """Return a month's visit rate with every station below."""
    with door.open() as visit:
        here = rounds.find_station(visit, organisation_id)
        ids = rounds.homes_of(visit, organisation_id)
        day = month or rounds.today(visit.connection, visit.now)
        stations, groups = rounds.rates(visit.connection, ids, day, here["zone"])
        return Month(
            month=day.replace(day=1),
            whole=_rate(whole(stations.values())),
            stations={name: _rate(one) for name, one in stations.items()},
            groups={name: _rate(one) for name, one in groups.items()},
        )


@router.get("/{organisation_id}/overview")
def get_overview(organisation_id: OrganisationId, door: Sees) -> OverviewOut:
    """Return how things stand in an area now: counts by organisation, which add up to the total."""
    with door.open() as visit:
        stations = rounds.stations(visit)
        here = rounds.station_among(stations, organisation_id)
        seen = area.overview(visit.connection, here, stations, visit.now)
        return OverviewOut(
            total=asdict(seen.total),
            below=[
                Below(
                    organisation=row.organisation["id"], standing=row.standing.kind, counts=asdict(row.counts)
                )
                for row in seen.rows
            ],
            untaken=[row["id"] for row in seen.untaken],
            incidents=[row["id"] for row in seen.incidents],
        )


@router.get("/{organisation_id}/report")
def get_report(
    organisation_id: OrganisationId,
    door: Sees,
    month: Annotated[Day | None, Query(description="Any day of the month; now by default.")] = None,
) -> list[dict[str, Any]]:
    """Return a month of an organisation and of everything below it: counts, the topmost first."""
    with door.open() as visit:
        return report_of(visit, organisation_id, month)


@router.get("/{organisation_id}/visit-intervals")
def get_intervals(organisation_id: OrganisationId, door: Sees) -> Intervals:
    """Return how often an area calls on whom: its own, else what holds above it, else the built-in table."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return _intervals(visit, organisation_id)


@router.put("/{organisation_id}/visit-intervals")
def put_intervals(
    organisation_id: OrganisationId,
    days: dict[VisitGroup, Annotated[int, Field(ge=1, le=366)] | None],
    door: Setting,
) -> Intervals:
    """Set intervals in days by group; null takes a group back to what holds above. Not for stations: 403."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        may_set(visit)
        visits.set_intervals(visit.connection, organisation_id, dict(days))
        visit.note("set_intervals", organisation=organisation_id, days=dict(days))
        return _intervals(visit, organisation_id)


def _intervals(visit: Visit, organisation_id: str) -> Intervals:
    set_here: dict[Any, int] = visits.intervals(visit.connection, [organisation_id])[organisation_id]
    return Intervals(days={**DAYS, **set_here})


def _rate(one: Rate) -> RateOut:
    return RateOut(people=one.people, visited=one.visited, share=one.share)
