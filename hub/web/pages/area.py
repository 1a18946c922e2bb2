"""The township's and the county's page: every organisation below at a glance, and the month as a table."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from hub.accounts.permissions import Action
from hub.web import area, monthly, rounds
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import ID_PATTERN, Day
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Sees = Annotated[Door, Depends(Allow(Action.VIEW_ORGANISATIONS))]
Organisation = Annotated[str | None, Query(pattern=ID_PATTERN)]


@router.get("/area")
def show(request: Request, door: Sees, organisation: Organisation = None) -> Response:
    """Show how things stand below an organisation; the topmost in scope by default."""
    with door.open() as visit:
        stations = rounds.stations(visit)
        here = rounds.station_among(stations, organisation)
        today = rounds.today(visit.connection, visit.now)
        return page(
            request,
            "area.html",
            visit,
            **_now(request, visit, here, stations),
            rows=monthly.report(visit.connection, here, stations, today, visit.now),
            names={one["id"]: one for one in stations},
            last_month=today.replace(day=1) - timedelta(days=1),
        )


@router.get("/area/live")
def live(request: Request, door: Sees, organisation: Organisation = None) -> Response:
    """Return the moving part of the page: the month is counted when the page is opened."""
    with door.open() as visit:
        stations = rounds.stations(visit)
        here = rounds.station_among(stations, organisation)
        return page(request, "_area.html", visit, **_now(request, visit, here, stations))


def _now(
    request: Request, visit: Visit, here: dict[str, Any], stations: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "seen": area.overview(visit.connection, here, stations, visit.now),
        "said": lambda reason: rounds.said(reason, language_of(request, visit.account)),
    }


@router.get("/area/report.csv")
def report(
    door: Sees,
    organisation: Organisation = None,
    month: Annotated[Day | None, Query(description="Any day of the month.")] = None,
) -> Response:
    """Return a month of an organisation and of everything below it as a table for a spreadsheet."""
    with door.open() as visit:
        rows = report_of(visit, organisation, month)
        visit.note("report", organisation=rows[0]["organisation"], month=rows[0]["month"])
    sheet = io.StringIO()
    writer = csv.DictWriter(sheet, monthly.REPORT)
    writer.writeheader()
    writer.writerows(rows)
    name = f"anju-{rows[0]['organisation']}-{rows[0]['month']}.csv"
    # A spreadsheet takes the file for UTF-8 only with this mark at its beginning.
    return Response(
        "\ufeff" + sheet.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def report_of(visit: Visit, organisation: str | None, month: date | None) -> list[dict[str, Any]]:
    """Return a month's report of an organisation in scope; raises NotFoundError."""
    stations = rounds.stations(visit)
    day = month or rounds.today(visit.connection, visit.now)
    here = rounds.station_among(stations, organisation)
    return monthly.report(visit.connection, here, stations, day, visit.now)
