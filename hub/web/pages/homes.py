"""The list of homes, and one home: its day, its sensors, its people, and whether it is watched."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts import audit
from hub.accounts.permissions import Action
from hub.alerts import store as alerts
from hub.escalation.noise import silences
from hub.places import contacts, hearing
from hub.places import store as places
from hub.places.state import KINDS, Kind
from hub.proof import commissioning, commissioning_store, number_checks, preflight_runs
from hub.proof.preflight import HORIZON
from hub.watch import standing
from hub.web import cards
from hub.web.day import habits_of, ribbon_of
from hub.web.guard import Allow, Door, Visit
from hub.web.habits import spans
from hub.web.inputs import Day, HomeId, Text
from hub.web.moments import day_of
from hub.web.pages.silences import HOURS as SILENCE_HOURS
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Looking = Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]
SHOWN: Final = 200


@router.get("/homes")
def listing(
    request: Request,
    door: Looking,
    state: Annotated[Kind | None, Query()] = None,
    q: Annotated[Text, Query()] = "",
    page_number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    """Show the homes in scope, the worst first."""
    with door.open() as visit:
        found = places.states(visit.connection, visit.now, ids=visit.homes(), matching=q.strip())
        counts = Counter(one.kind for one in found.values())
        chosen = [home_id for home_id, one in found.items() if state is None or one.kind == state]
        chosen.sort(key=lambda home_id: (KINDS.index(found[home_id].kind), home_id))
        start = (page_number - 1) * SHOWN
        return page(
            request,
            "homes.html",
            visit,
            homes=places.homes(visit.connection, visit.now, chosen[start : start + SHOWN]),
            total=len(found),
            tally=[(kind, counts[kind]) for kind in KINDS],
            chosen=state,
            q=q,
            page_number=page_number,
            has_more=len(chosen) > start + SHOWN,
            ringing=[],
        )


@router.get("/homes/{home_id}")
def show(
    request: Request, home_id: HomeId, door: Looking, day: Annotated[Day | None, Query()] = None
) -> Response:
    """Show one home on one day, today by default."""
    with door.open() as visit:
        return page(request, "home.html", visit, **_facts(visit, home_id, day))


@router.get("/homes/{home_id}/live")
def part(
    request: Request, home_id: HomeId, door: Looking, day: Annotated[Day | None, Query()] = None
) -> Response:
    """Return the moving part of a home's page."""
    with door.open() as visit:
        return page(request, "_home.html", visit, **_facts(visit, home_id, day))


@router.post("/homes/{home_id}/status")
def set_status(
    home_id: HomeId,
    door: Annotated[Door, Depends(Allow(Action.EDIT_HOMES))],
    status: Annotated[Literal["live", "paused"], Form()],
) -> RedirectResponse:
    """Take a home live, or pause it."""
    with door.open() as visit:
        if (
            status == "live"
            and places.home(visit.connection, home_id, visit.now)["status"] == "commissioning"
        ):
            commissioning_store.go_live(visit.connection, home_id, visit.now)
        else:
            places.set_status(visit.connection, home_id, status)
        visit.note("set_status", home_id, status=status)
    return RedirectResponse(f"/homes/{home_id}", 303)


def _facts(visit: Visit, home_id: str, day: date | None) -> dict[str, Any]:
    visit.look("view_home", home_id)
    home = places.home(visit.connection, home_id, visit.now)
    devices = hearing.devices(visit.connection, home_id, visit.now)
    history = alerts.of_home(visit.connection, home_id, limit=60)
    still_open = [alert for alert in history if alert["status"] != "resolved"]
    cards.fill(visit.connection, still_open)
    today = day_of(visit.now, home["zone"])
    shown = day or today
    usual = habits_of(visit, home, shown)
    drawn = ribbon_of(visit, home, devices, history, shown)
    edges = places.edges(visit.connection, home_id)
    people = contacts.of_home(visit.connection, home_id)
    return {
        "home": home,
        "learnt": standing.of_home(visit.connection, home_id, visit.now),
        "lacking": [] if home["status"] == "live" else _lacking(visit, home_id),
        "residents": places.residents(visit.connection, home_id),
        "devices": devices,
        "edges": edges,
        "contacts": people,
        "checks": number_checks.state_of(visit.connection, people, visit.now),
        "lapses": [found.lapse for found in preflight_runs.check_home(visit.connection, home_id, visit.now)],
        "fortnight": HORIZON,
        "alerts": still_open,
        "past": [alert for alert in history if alert["status"] == "resolved"][:20],
        "silences": silences.over_home(visit.connection, home_id, visit.now),
        "silence_risks": silences.RISKS,
        "silence_hours": SILENCE_HOURS,
        "looks": audit.of_home(visit.connection, home_id, limit=20),
        "ribbon": drawn.ribbon,
        "habits": usual,
        "usual": {room: spans(hours) for room, hours in usual.usual.items()} if usual else {},
        "kept": drawn.kept,
        "first_day": lambda first, n: first + timedelta(days=n),
        "movement": drawn.movement,
        "recorded": drawn.recorded,
        "day": shown,
        "today": today,
        "before": shown - timedelta(days=1),
        "after": shown + timedelta(days=1) if shown < today else None,
        "ringing": [a for a in still_open if a["status"] == "triggered" and a["severity"] == "emergency"],
        "back": f"/homes/{home_id}",
    }


def _lacking(visit: Visit, home_id: str) -> list[commissioning.StepName]:
    return commissioning.unproven(commissioning_store.facts(visit.connection, home_id, visit.now), visit.now)
