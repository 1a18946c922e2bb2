"""The day's round, a visit written down in a minute, sheets of paper copied, and the village's one page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts import scope
from hub.accounts.permissions import Action
from hub.care import rate, roster, suggesting, visits
from hub.care import store as needs
from hub.care.errors import (
    CareError,
    NobodySeenError,
    ReasonMissingError,
    UnreadableTimeError,
    VisitTimeError,
)
from hub.care.intervals import Standing
from hub.care.needs import Kind as NeedKind
from hub.care.needs import is_overdue
from hub.care.suggestions import RULES
from hub.care.visits import Check, Kind
from hub.errors import ConflictError, NotFoundError
from hub.language import N_, texts
from hub.places import store as places
from hub.web import rounds
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import ID_PATTERN, HomeId, LongText, PlainId, Text, local_path
from hub.web.moments import zone_of
from hub.web.render import page

router = APIRouter(include_in_schema=False)


_SAYS: Final[dict[type[CareError], str]] = {
    UnreadableTimeError: N_("The day and time cannot be read: write them like 2026-11-22T09:30."),
    VisitTimeError: N_("A visit lies in the past, and not further back than two months."),
    NobodySeenError: N_("Say whom the visitor saw or spoke to: without anybody it is no visit."),
}

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
        homes=_by_id(visit, [call.home.id for call in shown]),
        said=lambda reason: rounds.said(reason, language_of(request, visit.account)),
        suggestions=suggesting.waiting(visit.connection, ids),
        asks=lambda rule: asks_of(rule, language_of(request, visit.account)),
        stations=rounds.stations(visit),
        organisation=organisation,
        day=rounds.today(visit.connection, visit.now),
        notice=notice,
    )


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
        home_id = _theirs(visit, visits.home_of(visit.connection, visit_id))
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
            home_id = _theirs(visit, suggesting.home_of(visit.connection, suggestion_id))
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
        here = rounds.find_station(visit, organisation)
        ids = rounds.homes_of(visit, here["id"])
        people = roster.people(visit.connection, ids, visit.now)
        calls = rounds.calls(visit.connection, ids, visit.now)
        unseen = roster.not_seen(visit.connection, ids, visit.now)
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
            stations=rounds.stations(visit),
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
            homes=_by_id(visit, sorted(shown)),
            said=lambda reason: rounds.said(reason, language_of(request, visit.account)),
        )


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
                zone = places.home(visit.connection, _theirs(visit, home_id), visit.now)["zone"]
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
        homes=_by_id(visit, sorted({row["home_id"] for row in people})[:SHOWN]),
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


def _theirs(visit: Visit, home_id: str) -> str:
    """Return the id of a home in scope; any other does not exist."""
    if not scope.sees_home(visit.connection, visit.account, home_id):
        raise NotFoundError
    return home_id


def _by_id(visit: Visit, home_ids: list[str]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in places.homes(visit.connection, visit.now, home_ids)}


def _words(request: Request, visit: Visit, error: CareError) -> str:
    return texts(language_of(request, visit.account)).gettext(_SAYS[type(error)])
