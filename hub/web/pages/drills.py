"""When drills are held, as a form: of a home, of an organisation's people on duty, or of all its homes."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts.permissions import Action, may
from hub.places import store as places
from hub.proof import drill_plans, drills
from hub.proof.drill_plans import Every, Whom
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import HomeId, OrganisationId, posted
from hub.web.render import page
from hub.web.rota_words import weekdays
from hub.web.words import all_said

router = APIRouter(include_in_schema=False)

OfHome = Annotated[Door, Depends(Allow(Action.EDIT_HOMES))]
Sees = Annotated[Door, Depends(Allow(Action.VIEW_ORGANISATIONS))]
OfArea = Annotated[Door, Depends(Allow(Action.EDIT_ORGANISATIONS))]
Typed = Annotated[dict[str, list[str]], Depends(posted)]
PlanId = Annotated[str, Form(max_length=100)]

WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@router.get("/homes/{home_id}/drills")
def show(request: Request, home_id: HomeId, door: OfHome) -> Response:
    """Show when a home is drilled, and how the last drills went."""
    with door.open() as visit:
        return _page(request, visit, home_id, None)


@router.post("/homes/{home_id}/drills")
def save(request: Request, home_id: HomeId, door: OfHome, form: Typed) -> Response:
    """Plan the drills of a home."""
    with door.open() as visit:
        return _save(request, visit, home_id, None, form)


@router.post("/homes/{home_id}/drills/stop")
def stop(home_id: HomeId, door: OfHome, plan: PlanId = "") -> Response:
    """Plan no drills of a home any more."""
    with door.open() as visit:
        return _stop(visit, home_id, None, plan)


@router.get("/organisations/{organisation_id}/drills")
def show_area(request: Request, organisation_id: OrganisationId, door: Sees) -> Response:
    """Show when an organisation's people, or its homes, are drilled."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return _page(request, visit, None, organisation_id)


@router.post("/organisations/{organisation_id}/drills")
def save_area(request: Request, organisation_id: OrganisationId, door: OfArea, form: Typed) -> Response:
    """Plan drills of an organisation's people on duty, or of every live home below it."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return _save(request, visit, None, organisation_id, form)


@router.post("/organisations/{organisation_id}/drills/stop")
def stop_area(organisation_id: OrganisationId, door: OfArea, plan: PlanId = "") -> Response:
    """Plan no such drills there any more."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return _stop(visit, None, organisation_id, plan)


def _save(
    request: Request,
    visit: Visit,
    home_id: str | None,
    organisation_id: str | None,
    form: dict[str, list[str]],
) -> Response:
    typed = {name: (form.get(name) or [""])[0].strip() for name in ("every", "day", "hour", "whom")}
    every: Every = "week" if typed["every"] == "week" else "month"
    whom: Whom = "home" if home_id is not None else "homes" if typed["whom"] == "homes" else "duty"
    wrong = drill_plans.wrong_in(every, _whole(typed["day"]), _whole(typed["hour"]))
    if wrong:
        said = all_said(wrong, language_of(request, visit.account))
        return _page(request, visit, home_id, organisation_id, typed, said, 422)
    made = drill_plans.save(
        visit.connection,
        home_id=home_id,
        organisation_id=organisation_id,
        whom=whom,
        every=every,
        day=int(typed["day"]),
        hour=int(typed["hour"]),
        by=visit.account.name,
        now=visit.now,
    )
    visit.note("plan_drills", home_id, plan=made)
    return RedirectResponse(_path(home_id, organisation_id), 303)


def _stop(visit: Visit, home_id: str | None, organisation_id: str | None, plan: str) -> Response:
    drill_plans.stop_of_place(visit.connection, plan, home_id=home_id, organisation_id=organisation_id)
    visit.note("stop_drills", home_id, plan=plan)
    return RedirectResponse(_path(home_id, organisation_id), 303)


def _page(
    request: Request,
    visit: Visit,
    home_id: str | None,
    organisation_id: str | None,
    typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    language = language_of(request, visit.account)
    zone = drill_plans.zone_of(visit.connection, home_id, organisation_id)
    plans = drill_plans.of_place(visit.connection, home_id=home_id, organisation_id=organisation_id)
    action = Action.EDIT_HOMES if home_id is not None else Action.EDIT_ORGANISATIONS
    return page(
        request,
        "drills.html",
        visit,
        status=status,
        here=_path(home_id, organisation_id),
        home=places.home(visit.connection, home_id, visit.now) if home_id is not None else None,
        organisation=None
        if organisation_id is None
        else places.organisations(visit.connection, [organisation_id])[0],
        zone=zone,
        plans=[row | {"next": drill_plans.next_due(row, zone, visit.now)} for row in plans],
        saves=may(visit.account, action),
        results=drills.results(
            visit.connection,
            homes=[home_id] if home_id is not None else [],
            organisations=[] if organisation_id is None else [organisation_id],
            limit=10,
        ),
        weekday=lambda day: weekdays([cast(Any, WEEK[day - 1])], language),
        typed={"every": "month", "day": "1", "hour": "10", "whom": "duty"} | (typed or {}),
        wrong=wrong or {},
    )


def _path(home_id: str | None, organisation_id: str | None) -> str:
    place = f"homes/{home_id}" if home_id is not None else f"organisations/{organisation_id}"
    return f"/{place}/drills"


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"[0-9]{1,2}", text) else 0
