"""The station's board: who needs somebody now, is somebody on it, and can this screen be trusted."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts.permissions import Action
from hub.alerts import store as alerts
from hub.places import store as places
from hub.places.state import KINDS, UNWATCHED
from hub.web import cards
from hub.web.guard import Allow, Door, Visit
from hub.web.render import page

router = APIRouter(include_in_schema=False)

SHOWN: Final = 60  #: alerts on the board; the rest is counted
UNKNOWN_SHOWN: Final = 30


@router.get("/")
def board(request: Request, door: Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]) -> Response:
    """Show the board; a family with one home goes straight there."""
    with door.open() as visit:
        ids = visit.homes()
        if visit.account.role == "family" and ids is not None and len(ids) == 1:
            return RedirectResponse(f"/homes/{ids[0]}", 303)
        visit.note("view_board")
        return page(request, "board.html", visit, **_facts(visit, ids))


@router.get("/board/live")
def board_part(request: Request, door: Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]) -> Response:
    """Return the moving part of the board."""
    with door.open() as visit:
        return page(request, "_board.html", visit, **_facts(visit, visit.homes()))


def _facts(visit: Visit, ids: list[str] | None) -> dict[str, Any]:
    found = in_order(alerts.open_alerts(visit.connection, ids, visit.organisations()))
    shown = found[:SHOWN]
    cards.fill(visit.connection, shown)
    states = places.states(visit.connection, visit.now, ids=ids)
    counts = Counter(state.kind for state in states.values())
    unknown = [home_id for home_id, state in states.items() if state.kind == "unknown"]
    seen = places.organisations(
        visit.connection, None if visit.account.organisation_id is None else [visit.account.organisation_id]
    )
    return {
        "alerts": shown,
        "more": len(found) - len(shown),
        "untaken": sum(alert["status"] == "triggered" for alert in found),
        "ringing": [a for a in found if a["status"] == "triggered" and a["severity"] == "emergency"],
        "tally": [(kind, counts[kind]) for kind in KINDS],
        "total": len(states),
        "live": len(states) - sum(counts[kind] for kind in UNWATCHED),
        "unknown": places.homes(visit.connection, visit.now, unknown[:UNKNOWN_SHOWN]),
        "unknown_more": max(0, len(unknown) - UNKNOWN_SHOWN),
        "organisation": seen[0] if visit.account.organisation_id and seen else None,
        "back": "/",
    }


def in_order(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return alerts in the order to look at: nobody on it, then the most urgent, then the oldest."""
    rank = {"emergency": 0, "warning": 1, "advice": 2}
    return sorted(
        found,
        key=lambda a: (
            rank[a["severity"]] if a["status"] == "triggered" else 2 + rank[a["severity"]],
            a["triggered_at"],
        ),
    )
