"""The day's round with what rules suggest, and the station's one page."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts.permissions import Action
from hub.care import rate, roster, suggesting
from hub.care import store as needs
from hub.care.errors import (
    ReasonMissingError,
)
from hub.care.needs import is_overdue
from hub.care.suggestions import RULES
from hub.errors import ConflictError
from hub.language import N_, texts
from hub.web import rounds
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import ID_PATTERN, LongText, PlainId, Text
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Rounds = Annotated[Door, Depends(Allow(Action.MAKE_ROUNDS))]
Organisation = Annotated[str | None, Query(pattern=ID_PATTERN)]

SHOWN: Final = 300  #: homes of one list
_WHY = N_("Say why this suggestion is declined: it rests for two months then.")
_DECIDED = N_("Somebody has decided this meanwhile. Nothing was changed.")


@router.get("/rounds")
def listing(request: Request, door: Rounds, organisation: Organisation = None) -> Response:
    """Show whom to call on today, in what order and why."""
    with door.open() as visit:
        return _rounds(request, visit, organisation)


def _rounds(
    request: Request, visit: Visit, organisation: str | None, notice: str = "", status: int = 200
) -> Response:
    ids = rounds.homes_of(visit, organisation)
    found = rounds.calls(visit.connection, ids, visit.now)
    shown = found[:SHOWN]
    visit.note("view_rounds")
    return page(
        request,
        "rounds.html",
        visit,
        status=status,
        calls=shown,
        more=len(found) - len(shown),
        homes=rounds.by_id(visit, [call.home.id for call in shown]),
        said=lambda reason: rounds.said(reason, language_of(request, visit.account)),
        suggestions=suggesting.waiting(visit.connection, ids),
        asks=lambda rule: asks_of(rule, language_of(request, visit.account)),
        stations=rounds.stations(visit),
        organisation=organisation,
        day=rounds.today(visit.connection, visit.now),
        notice=notice,
    )


@router.post("/suggestions/{suggestion_id}")
def decide(
    request: Request,
    suggestion_id: PlainId,
    door: Rounds,
    decision: Annotated[Text, Form(pattern="^(accepted|declined)$")],
    why: Annotated[LongText, Form()] = "",
) -> Response:
    """Accept a suggestion, which makes it a request, or decline it with a reason."""
    try:
        with door.open() as visit:
            home_id = rounds.theirs(visit, suggesting.home_of(visit.connection, suggestion_id))
            decide_one(visit, suggestion_id, decision, why)
            visit.note("decide_suggestion", home_id, suggestion=suggestion_id, decision=decision)
    except (ConflictError, ReasonMissingError) as error:
        late = isinstance(error, ConflictError)
        with door.open() as visit:
            notice = texts(language_of(request, visit.account)).gettext(_DECIDED if late else _WHY)
            return _rounds(request, visit, None, notice, 409 if late else 422)
    return RedirectResponse("/rounds", 303)


def decide_one(visit: Visit, suggestion_id: str, decision: str, why: str) -> str | None:
    """Decide a suggestion in scope; an accepted one becomes a request, whose id is returned."""
    row = visit.connection.execute("select rule from suggestions where id = %s", (suggestion_id,)).fetchone()
    return suggesting.decide(
        visit.connection,
        suggestion_id,
        "accepted" if decision == "accepted" else "declined",
        by=visit.account.name,
        why=why,
        asks=asks_of(row["rule"] if row else "", visit.account.language),
        now=visit.now,
    )


def asks_of(rule: str, language: str) -> str:
    """Return what a rule asks for, in words; a rule that is no more has only its name."""
    known = RULES.get(rule)
    return texts(language).gettext(known.ask) if known is not None else rule


@router.get("/village")
def village(request: Request, door: Rounds, organisation: Organisation = None) -> Response:
    """Show a station on one page: who was not seen, visits, requests, devices, rows to confirm."""
    with door.open() as visit:
        stations = rounds.stations(visit)
        here = rounds.station_among(stations, organisation)
        ids = rounds.homes_of(visit, here["id"])
        found = roster.morning(visit.connection, ids, visit.now)
        people, unseen = found.people, found.unseen
        calls = rounds.calls_of(visit.connection, found.homes, visit.now)
        waiting = needs.waiting(visit.connection, ids)
        broken = roster.broken_devices(visit.connection, ids, visit.now)
        stale = roster.stale_rows(people, visit.now)
        month = rounds.today(visit.connection, visit.now)
        by_station, by_group = rounds.rates(visit.connection, ids, month, here["zone"])
        blind = [call.home.id for call in calls if call.home.blind]
        shown = {row["home_id"] for row in (*people, *broken)} | set(unseen) | set(blind)
        visit.note("view_village", organisation=here["id"])
        return page(
            request,
            "village.html",
            visit,
            here=here,
            day=month,
            stations=stations,
            people=people,
            unseen=unseen,
            blind=blind,
            due=[call for call in calls if call.due_on is not None],
            waiting=waiting,
            late={need["id"] for need in waiting if is_overdue(need["state"], need["due_at"], visit.now)},
            broken=broken,
            stale=stale,
            rate=rate.whole(by_station.values()),
            groups=by_group,
            homes=rounds.by_id(visit, sorted(shown)),
            said=lambda reason: rounds.said(reason, language_of(request, visit.account)),
        )
