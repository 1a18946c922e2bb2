"""How fast people answer: today, the last thirty days, and month by month, for one's own organisations."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from hub.accounts import scope
from hub.accounts.permissions import Action
from hub.errors import NotFoundError
from hub.places import store as places
from hub.proof import drills, preflight_runs
from hub.proof.answer_counts import figures, months_back
from hub.proof.answer_times import Figures
from hub.web.guard import Allow, Door, Visit
from hub.web.inputs import ID_PATTERN
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Sees = Annotated[Door, Depends(Allow(Action.VIEW_ORGANISATIONS))]
MONTHS: Final = 11  #: before this one
BELOW: Final = 100  #: organisations in the list below
SHOWN: Final = 30  #: findings and drills


@router.get("/figures")
def show(
    request: Request,
    door: Sees,
    organisation: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
) -> Response:
    """Show the figures of an organisation with all below it; the topmost in scope by default."""
    with door.open() as visit:
        return page(request, "figures.html", visit, **facts(visit, organisation))


def facts(visit: Visit, organisation: str | None) -> dict[str, Any]:
    """Return everything that the page shows; raises NotFoundError for what is not in scope."""
    seen = places.organisations(
        visit.connection, scope.visible_organisations(visit.connection, visit.account)
    )
    here = next((one for one in seen if organisation is None or one["id"] == organisation), None)
    if organisation is not None and here is None:
        raise NotFoundError(f"Organisation '{organisation}'.")
    if here is None:
        return {"here": None, "zone": ""}
    below = [one for one in seen if one["parent_id"] == here["id"]][:BELOW]
    now, zone = visit.now, here["zone"]
    day = _of(visit, [here["id"]], now - timedelta(days=1), zone)
    month = _of(visit, [here["id"], *(one["id"] for one in below)], now - timedelta(days=30), zone)
    ours = [each for each in month if each.organisation == here["id"]]
    since = months_back(now, zone, MONTHS)
    monthly = figures(
        visit.connection,
        since,
        _end(now),
        now,
        organisations=[here["id"]],
        zone=zone,
        monthly=True,
        detailed=False,
    )
    run, findings = preflight_runs.latest(visit.connection, scope.homes_below(visit.connection, here["id"]))
    return {
        "here": here,
        "zone": zone,
        "up": next((one for one in seen if one["id"] == here["parent_id"]), None),
        "spans": [(whole(day), timedelta(days=1)), (whole(ours), timedelta(days=30))],
        "tiers": sorted((each for each in ours if each.tier and not each.severity), key=_nearest_first),
        "severities": [each for each in ours if each.severity and not each.tier],
        "below": [(one, whole([f for f in month if f.organisation == one["id"]])) for one in below],
        "months": list(reversed(monthly)),
        "run": run,
        "findings": findings[:SHOWN],
        "findings_more": max(0, len(findings) - SHOWN),
        "drills": drills.results(
            visit.connection,
            homes=scope.homes_below(visit.connection, here["id"]),
            organisations=[here["id"], *(one["id"] for one in below)],
            limit=10,
        ),
    }


def whole(found: list[Figures]) -> Figures | None:
    """Return the figures of all severities and tiers together, or None where there was no alert."""
    return next((each for each in found if not each.severity and not each.tier), None)


def _nearest_first(found: Figures) -> int:
    order = ("home", "station", "centre", "county")
    return order.index(found.tier) if found.tier in order else len(order)


def _of(visit: Visit, organisations: list[str], since: datetime, zone: str) -> list[Figures]:
    return figures(
        visit.connection, since, _end(visit.now), visit.now, organisations=organisations, zone=zone
    )


def _end(now: datetime) -> datetime:
    """An alert of this very moment counts."""
    return now + timedelta(seconds=1)
