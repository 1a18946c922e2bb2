"""The list of what residents ask for: by due time, taken, answered, passed on. It never rings anybody."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts import scope
from hub.accounts.permissions import Action, may
from hub.care import satisfaction, store
from hub.care.errors import ReasonMissingError
from hub.care.needs import ASKED_FOR, Kind, is_overdue
from hub.errors import ConflictError, NotFoundError
from hub.language import N_, texts
from hub.places import store as places
from hub.web import need_links
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import ID_PATTERN, HomeId, LongText, PlainId, Text
from hub.web.parts import parts
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Looking = Annotated[Door, Depends(Allow(Action.VIEW_NEEDS))]
Handling = Annotated[Door, Depends(Allow(Action.HANDLE_NEEDS))]

FOUND: Final = 12  #: homes that a search shows
_CHANGED = N_("Somebody has changed this request meanwhile. Nothing was changed.")
_REASON = N_("Say why it is declined: the resident will ask.")


@router.get("/needs")
def listing(
    request: Request,
    door: Looking,
    home: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    q: Annotated[Text, Query()] = "",
) -> Response:
    """Show what waits, by due time; `home`: a request of this home is written down."""
    with door.open() as visit:
        return _page(request, visit, home=home, q=q)


@router.post("/homes/{home_id}/needs")
def add(
    home_id: HomeId,
    door: Handling,
    kind: Annotated[Kind, Form()],
    text: Annotated[LongText, Form()] = "",
    source: Annotated[Literal["phone", "web"], Form()] = "phone",
) -> Response:
    """Write down what somebody asked for."""
    with door.open() as visit:
        made = store.add(
            visit.connection,
            home_id=home_id,
            kind=kind,
            source=source,
            text=text.strip(),
            by=visit.account.name,
            now=visit.now,
        )
        visit.note("add_need", home_id, need=made)
    return RedirectResponse("/needs", 303)


@router.post("/needs/{need_id}")
def change(
    request: Request,
    need_id: PlainId,
    door: Handling,
    state: Annotated[Literal["open", "taken", "done", "passed_on", "declined", "cancelled"], Form()],
    note: Annotated[LongText, Form()] = "",
) -> Response:
    """Take a need, give it back, or bring it to its end."""
    try:
        with door.open() as visit:
            need = see(visit, need_id)
            store.go(
                visit.connection, need_id, state, by=visit.account.name, note=note.strip(), now=visit.now
            )
            visit.note("change_need", need["home_id"], need=need_id, state=state)
    except (ConflictError, ReasonMissingError) as error:
        with door.open() as visit:
            gettext = texts(language_of(request, visit.account)).gettext
            late = isinstance(error, ConflictError)
            return _page(
                request, visit, notice=gettext(_CHANGED if late else _REASON), status=409 if late else 422
            )
    return RedirectResponse("/needs", 303)


def see(visit: Visit, need_id: str) -> dict[str, Any]:
    """Return a need of a home in scope; any other does not exist."""
    need = store.get(visit.connection, need_id)
    if not scope.sees_home(visit.connection, visit.account, need["home_id"]):
        raise NotFoundError
    return need


def _links(request: Request, visit: Visit, ended: list[dict[str, Any]]) -> dict[str, str]:
    """Where a family says how something was done, for what can still be asked: for who handles requests."""
    if not may(visit.account, Action.HANDLE_NEEDS):
        return {}
    base = parts(request).settings.own_url
    return {
        need["id"]: need_links.address_of(visit.connection, base, need["id"], need["state_at"], visit.now)
        for need in ended
        if need["state"] == "done" and need["state_at"] > visit.now - ASKED_FOR
    }


def _page(
    request: Request,
    visit: Visit,
    *,
    home: str | None = None,
    q: str = "",
    notice: str = "",
    status: int = 200,
) -> Response:
    if home is not None and not scope.sees_home(visit.connection, visit.account, home):
        raise NotFoundError
    ids = visit.homes()
    waiting = store.waiting(visit.connection, ids)
    found: list[str] = []
    if q.strip():
        found = list(places.states(visit.connection, visit.now, ids=ids, matching=q.strip(), limit=FOUND))
    ended = store.ended(visit.connection, ids)
    visit.note("view_needs")
    return page(
        request,
        "needs.html",
        visit,
        status=status,
        waiting=waiting,
        late={need["id"] for need in waiting if is_overdue(need["state"], need["due_at"], visit.now)},
        ended=ended,
        answers=satisfaction.latest(visit.connection, [need["id"] for need in ended]),
        ask_links=_links(request, visit, ended),
        writing_for=places.home(visit.connection, home, visit.now) if home else None,
        found=places.homes(visit.connection, visit.now, found),
        q=q,
        notice=notice,
    )
