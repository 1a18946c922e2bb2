"""What people say of a home, as a form: how it is found, where the key is, by when they are up."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts.permissions import Action
from hub.places import facts
from hub.places import store as places
from hub.places.facts import FactError
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import HomeId, posted
from hub.web.render import page
from hub.web.words import all_said

router = APIRouter(include_in_schema=False)

Edits = Annotated[Door, Depends(Allow(Action.EDIT_HOMES))]


@router.get("/homes/{home_id}/facts")
def show(request: Request, home_id: HomeId, door: Edits) -> Response:
    """Show the form."""
    with door.open() as visit:
        visit.look("view_home", home_id)
        return _page(request, visit, home_id, facts.of_home(visit.connection, home_id))


@router.post("/homes/{home_id}/facts")
def save(
    request: Request, home_id: HomeId, door: Edits, form: Annotated[dict[str, list[str]], Depends(posted)]
) -> Response:
    """Write the facts down. An empty field for the key leaves it as it was; it is taken out by a tick."""
    with door.open() as visit:
        given = {name: form[name][0] for name in facts.FIELDS if name in form}
        if not given.get("key_safe", "").strip():
            given.pop("key_safe", None)
        if "no_key_safe" in form:
            given["key_safe"] = ""
        try:
            facts.change(visit.connection, home_id, given)
        except FactError as error:
            wrong = all_said(error.wrong, language_of(request, visit.account))
            typed = facts.of_home(visit.connection, home_id) | given
            return _page(request, visit, home_id, typed, wrong, status=422)
        visit.note("describe_home", home_id, fields=sorted(given))
    return RedirectResponse(f"/homes/{home_id}", 303)


def _page(
    request: Request,
    visit: Visit,
    home_id: str,
    typed: dict[str, Any],
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "home_facts.html",
        visit,
        status=status,
        home=places.home(visit.connection, home_id, visit.now),
        typed=typed,
        wrong=wrong or {},
    )
