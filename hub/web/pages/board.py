"""The station's board: who needs somebody now, is somebody on it, and can this screen be trusted."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hub.accounts.permissions import Action
from hub.alerts import store as alerts
from hub.places import store as places
from hub.places.state import KINDS, UNWATCHED
from hub.web import cards
from hub.web.aid import aid_of
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.parts import parts
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Looking = Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]

FULL: Final = 8  #: alerts with everything; those after them are a line each
QUEUE: Final = 52  #: lines; the rest is counted
AIDED: Final = 2  #: emergencies that nobody closed, with what helps beside them
ON_WALL: Final = 4
UNKNOWN_SHOWN: Final = 30


@router.get("/")
def board(request: Request, door: Looking) -> Response:
    """Show the board; a family is led to its own page."""
    with door.open() as visit:
        ids = visit.homes()
        if visit.account.role == "family":
            only = ids is not None and len(ids) == 1
            return RedirectResponse(f"/homes/{ids[0]}/family" if only and ids else "/homes", 303)
        visit.note("view_board")
        return page(request, "board.html", visit, **_facts(request, visit, ids))


@router.get("/board/live")
def board_part(request: Request, door: Looking) -> Response:
    """Return the moving part of the board."""
    with door.open() as visit:
        return _shared(request, visit, "_board.html", FULL)


@router.get("/wall")
def wall(request: Request, door: Looking) -> Response:
    """Show the board for a screen on the wall: read from three metres, and nobody touches it."""
    with door.open() as visit:
        visit.note("view_board")
        return page(request, "wall.html", visit, **_facts(request, visit, visit.homes(), full=ON_WALL))


@router.get("/wall/live")
def wall_part(request: Request, door: Looking) -> Response:
    """Return the moving part of the screen on the wall."""
    with door.open() as visit:
        return _shared(request, visit, "_wall.html", ON_WALL)


@router.post("/board/sound")
def set_sound(
    door: Annotated[Door, Depends(Allow(Action.OWN_ACCOUNT))],
    warnings: Annotated[Literal["on", "off"], Form()],
) -> RedirectResponse:
    """Choose whether warnings sound for this person. Emergencies always do."""
    with door.open() as visit:
        visit.connection.execute(
            "update users set warning_sound = %s where id = %s", [warnings == "on", visit.account.id]
        )
    return RedirectResponse("/", 303)


def _shared(request: Request, visit: Visit, template: str, full: int) -> Response:
    def make(seen_by: Visit) -> HTMLResponse:
        return page(request, template, seen_by, **_facts(request, seen_by, visit.homes(), full))

    app = parts(request)
    if app.live.connected:
        language = language_of(request, visit.account)
        html = app.boards.html(
            visit, template, language, app.live.seq, lambda by: bytes(make(by).body).decode()
        )
        if html is not None:
            return HTMLResponse(html)
    return make(visit)


def _facts(request: Request, visit: Visit, ids: list[str] | None, full: int = FULL) -> dict[str, Any]:
    scope = visit.organisations()
    found = in_order(alerts.open_heads(visit.connection, ids, scope))
    listed = alerts.these(visit.connection, [alert["id"] for alert in found[: full + QUEUE]])
    shown = listed[:full]
    cards.fill(visit.connection, shown)
    language = language_of(request, visit.account)
    emergencies = [alert for alert in shown if alert["severity"] == "emergency"][:AIDED]
    states = places.states(visit.connection, visit.now, ids=ids)
    counts = Counter(state.kind for state in states.values())
    unknown = [home_id for home_id, state in states.items() if state.kind == "unknown"]
    own = visit.account.organisation_id
    below = places.organisations(visit.connection, scope or None)
    sound = visit.connection.execute(
        "select warning_sound from users where id = %s", [visit.account.id]
    ).fetchone()
    return {
        "alerts": shown,
        "queue": listed[full:],
        "more": max(0, len(found) - full - QUEUE),
        "open_count": len(found),
        "aid": {alert["id"]: aid_of(visit, alert, language) for alert in emergencies},
        "untaken": sum(alert["status"] == "triggered" for alert in found),
        "tally": [(kind, counts[kind]) for kind in KINDS],
        "total": len(states),
        "live": len(states) - sum(counts[kind] for kind in UNWATCHED),
        "unknown": places.homes(visit.connection, visit.now, unknown[:UNKNOWN_SHOWN]),
        "unknown_more": max(0, len(unknown) - UNKNOWN_SHOWN),
        "organisation": next((one for one in below if one["id"] == own), None),
        "below": [
            (one, *waiting) for one in below if (waiting := _waiting(found, one["id"])) and one["id"] != own
        ],
        "names": {one["id"]: one for one in below},
        "own": own,
        "zone_here": next((one["zone"] for one in below if own in (None, one["id"])), ""),
        "warning_sound": bool(sound and sound["warning_sound"]),
        "back": "/",
    }


def _waiting(found: list[dict[str, Any]], organisation_id: str) -> tuple[int, int, datetime | None] | None:
    """How many alerts of one organisation are open, how many nobody has taken, and since when."""
    mine = [alert for alert in found if alert["organisation_id"] == organisation_id]
    untaken = [alert["triggered_at"] for alert in mine if alert["status"] == "triggered"]
    return (len(mine), len(untaken), min(untaken, default=None)) if mine else None


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
