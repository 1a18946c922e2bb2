"""Visits: written down in a minute, copied from paper, struck out; and where residents are."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts.permissions import Action
from hub.care import roster, visits
from hub.care import store as needs
from hub.care.errors import (
    CareError,
    NobodySeenError,
    UnreadableTimeError,
    VisitTimeError,
)
from hub.care.intervals import Standing
from hub.care.needs import Kind as NeedKind
from hub.care.visits import Check, Kind
from hub.language import N_, texts
from hub.places import store as places
from hub.web import rounds
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import ID_PATTERN, HomeId, LongText, PlainId, Text, local_path
from hub.web.moments import zone_of
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Rounds = Annotated[Door, Depends(Allow(Action.MAKE_ROUNDS))]
Organisation = Annotated[str | None, Query(pattern=ID_PATTERN)]

SHOWN: Final = 300  #: homes of one sheet
_SAYS: Final[dict[type[CareError], str]] = {
    UnreadableTimeError: N_("The day and time cannot be read: write them like 2026-11-22T09:30."),
    VisitTimeError: N_("A visit lies in the past, and not further back than two months."),
    NobodySeenError: N_("Say whom the visitor saw or spoke to: without anybody it is no visit."),
}


@router.get("/homes/{home_id}/visit")
def form(request: Request, home_id: HomeId, door: Rounds) -> Response:
    """Show the form of a visit: whom, how, and what is not well."""
    with door.open() as visit:
        visit.look("view_visits", home_id)
        return _form(request, visit, home_id, {})


@router.post("/homes/{home_id}/visits")
def add(
    request: Request,
    home_id: HomeId,
    door: Rounds,
    kind: Annotated[Kind, Form()] = "door",
    resident: Annotated[list[Text] | None, Form()] = None,
    not_well: Annotated[list[Check] | None, Form()] = None,
    changed: Annotated[bool, Form()] = False,
    note: Annotated[LongText, Form()] = "",
    at: Annotated[Text, Form()] = "",
    need: Annotated[list[NeedKind] | None, Form()] = None,
    back: Annotated[Text, Form()] = "/rounds",
) -> Response:
    """Write a visit down, with the requests that it brought."""
    typed = {
        "kind": kind, "resident": resident or [], "not_well": not_well or [], "changed": changed,
        "note": note, "at": at, "need": need or [],
    }  # fmt: skip
    try:
        with door.open() as visit:
            home = places.home(visit.connection, home_id, visit.now)
            made = visits.record(
                visit.connection,
                home_id=home_id,
                at=_instant(at, home["zone"]) or visit.now,
                kind=kind,
                residents=resident or [],
                by=visit.account.name,
                user_id=visit.account.id,
                now=visit.now,
                not_well=not_well or [],
                changed=changed,
                note=note.strip(),
            )
            for wish in need or []:
                needs.add(
                    visit.connection,
                    home_id=home_id,
                    kind=wish,
                    source="visit",
                    text=note.strip(),
                    by=visit.account.name,
                    now=visit.now,
                )
            visit.note("add_visit", home_id, visit=made)
    except CareError as error:
        with door.open() as visit:
            return _form(request, visit, home_id, typed, notice=_words(request, visit, error), status=422)
    return RedirectResponse(local_path(back, "/rounds"), 303)


def _form(
    request: Request,
    visit: Visit,
    home_id: str,
    typed: dict[str, Any],
    notice: str = "",
    status: int = 200,
) -> Response:
    return page(
        request,
        "visit.html",
        visit,
        status=status,
        home=places.home(visit.connection, home_id, visit.now),
        people=roster.people(visit.connection, [home_id], visit.now),
        visits=visits.of_home(visit.connection, home_id),
        typed=typed,
        notice=notice,
    )


@router.post("/visits/{visit_id}/strike-out")
def strike_out(
    request: Request, visit_id: PlainId, door: Rounds, why: Annotated[LongText, Form()]
) -> Response:
    """Let a mistaken visit count no more."""
    with door.open() as visit:
        home_id = rounds.theirs(visit, visits.home_of(visit.connection, visit_id))
        visits.strike_out(visit.connection, visit_id, by=visit.account.name, why=why.strip(), now=visit.now)
        visit.note("strike_out_visit", home_id, visit=visit_id)
    return RedirectResponse(f"/homes/{home_id}/visit", 303)


@router.post("/homes/{home_id}/residents/{resident_id}/standing")
def stand(
    home_id: HomeId,
    resident_id: PlainId,
    door: Rounds,
    standing: Annotated[Standing, Form()],
    back: Annotated[Text, Form()] = "/village",
) -> Response:
    """Write down where a resident is, or that it is still so."""
    with door.open() as visit:
        visits.stand(visit.connection, home_id, resident_id, standing, by=visit.account.name, now=visit.now)
        visit.note("set_standing", home_id, resident=resident_id, standing=standing)
    return RedirectResponse(local_path(back, "/village"), 303)


@router.get("/rounds/paper")
def paper(request: Request, door: Rounds, organisation: Organisation = None) -> Response:
    """Show a sheet to copy a paper list from: one row a home."""
    with door.open() as visit:
        return _paper(request, visit, organisation, {})


@router.post("/rounds/paper")
def copy(
    request: Request,
    door: Rounds,
    at: Annotated[Text, Form()],
    kind: Annotated[Kind, Form()] = "door",
    by: Annotated[Text, Form()] = "",
    sheet: Annotated[Text, Form()] = "",
    done: Annotated[list[Text] | None, Form()] = None,
    home: Annotated[list[Text] | None, Form()] = None,
    note: Annotated[list[LongText] | None, Form()] = None,
    organisation: Annotated[Text, Form()] = "",
) -> Response:
    """Write down what stood on a sheet of paper: all homes that were ticked, or none if something is wrong.

    `home` and `note` come in pairs, one for each row of the sheet.
    """
    notes = dict(zip(home or [], note or [], strict=False))
    typed = {"at": at, "kind": kind, "by": by, "sheet": sheet, "done": set(done or ()), "notes": notes}
    try:
        with door.open() as visit:
            for home_id in dict.fromkeys(done or ()):
                zone = places.home(visit.connection, rounds.theirs(visit, home_id), visit.now)["zone"]
                made = visits.record(
                    visit.connection,
                    home_id=home_id,
                    at=_instant(at, zone) or visit.now,
                    kind=kind,
                    residents=[row["id"] for row in roster.people(visit.connection, [home_id], visit.now)],
                    by=by.strip() or visit.account.name,
                    user_id=visit.account.id,
                    now=visit.now,
                    note=notes.get(home_id, "").strip(),
                    paper=sheet.strip() or "-",
                )
                visit.note("add_visit", home_id, visit=made, paper=sheet.strip())
    except CareError as error:
        with door.open() as visit:
            return _paper(
                request, visit, organisation or None, typed, _words(request, visit, error), status=422
            )
    return RedirectResponse("/rounds", 303)


def _paper(
    request: Request,
    visit: Visit,
    organisation: str | None,
    typed: dict[str, Any],
    notice: str = "",
    status: int = 200,
) -> Response:
    ids = rounds.homes_of(visit, organisation)
    people = roster.people(visit.connection, ids, visit.now)
    return page(
        request,
        "paper.html",
        visit,
        status=status,
        homes=rounds.by_id(visit, sorted({row["home_id"] for row in people})[:SHOWN]),
        organisation=organisation or "",
        typed=typed,
        notice=notice,
    )


def _instant(typed: str, zone: str) -> datetime | None:
    """Return a day and time as the browser's field gives it, by the home's clock; None for an empty field."""
    if not typed.strip():
        return None
    try:
        local = datetime.fromisoformat(typed.strip())
    except ValueError:
        raise UnreadableTimeError from None
    return local if local.tzinfo is not None else local.replace(tzinfo=zone_of(zone))


def _words(request: Request, visit: Visit, error: CareError) -> str:
    return texts(language_of(request, visit.account)).gettext(_SAYS[type(error)])
