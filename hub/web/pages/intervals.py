"""How often people are called on, as a table by area and group; set by the township or the county."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts.permissions import Action
from hub.care import visits
from hub.care.intervals import DAYS, VISIT_GROUPS
from hub.language import N_, texts
from hub.places import store as places
from hub.web import rounds
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import OrganisationId, posted
from hub.web.intervals import may_set, sets_them
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Sees = Annotated[Door, Depends(Allow(Action.VIEW_ORGANISATIONS))]
Sets = Annotated[Door, Depends(Allow(Action.SET_INTERVALS))]
LONGEST: Final = 366  #: days
SHOWN: Final = 200  #: areas of one table
_DAYS: Final = N_("A whole number of days from 1 to 366, or empty.")


@router.get("/organisations/{organisation_id}/intervals")
def show(request: Request, organisation_id: OrganisationId, door: Sees) -> Response:
    """Show what holds in an area and in every one below it."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return _page(request, visit, organisation_id)


@router.post("/organisations/{organisation_id}/intervals")
def save(
    request: Request,
    organisation_id: OrganisationId,
    door: Sets,
    form: Annotated[dict[str, list[str]], Depends(posted)],
) -> Response:
    """Set an area's own intervals; an empty field takes a group back to what holds above."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        typed: dict[str, str] = {group: form[group][0].strip() for group in VISIT_GROUPS if group in form}
        wrong = {group for group, text in typed.items() if text and _days(text) is None}
        if wrong:
            return _page(request, visit, organisation_id, typed, wrong, 422)
        days = {group: _days(typed[group]) for group in VISIT_GROUPS if group in typed}
        may_set(visit)
        visits.set_intervals(visit.connection, organisation_id, days)
        visit.note("set_intervals", organisation=organisation_id, days=days)
    return RedirectResponse(f"/organisations/{organisation_id}/intervals", 303)


def _page(
    request: Request,
    visit: Visit,
    organisation_id: str,
    typed: dict[str, str] | None = None,
    wrong: set[str] | None = None,
    status: int = 200,
) -> Response:
    stations = rounds.stations(visit)
    below = _below(organisation_id, [(row["id"], row["parent_id"]) for row in stations])
    areas = [row for row in stations if row["id"] in below][:SHOWN]
    ids = [row["id"] for row in areas]
    holding = visits.intervals(visit.connection, ids)
    own = visits.own_intervals(visit.connection, ids)
    here = places.organisations(visit.connection, [organisation_id])[0]
    above = (
        visits.intervals(visit.connection, [here["parent_id"]])[here["parent_id"]]
        if here["parent_id"]
        else {}
    )
    said = texts(language_of(request, visit.account)).gettext(_DAYS)
    return page(
        request,
        "intervals.html",
        visit,
        status=status,
        organisation=here,
        areas=areas,
        groups=VISIT_GROUPS,
        holds={one: {**DAYS, **holding[one]} for one in ids},
        own=own,
        above={**DAYS, **above},
        sets=sets_them(visit),
        typed={group: str(own[organisation_id].get(group, "")) for group in VISIT_GROUPS} | (typed or {}),
        wrong=dict.fromkeys(wrong or (), said),
    )


def _below(top: str, rows: list[tuple[str, str | None]]) -> set[str]:
    found = {top}
    while more := {one for one, parent in rows if parent in found and one not in found}:
        found |= more
    return found


def _days(text: str) -> int | None:
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= LONGEST:
        return None
    return int(text)
