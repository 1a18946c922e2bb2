"""Duty rotas for people: who is on duty now, the two weeks to come as a picture, standing in and swapping."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts import scope
from hub.accounts.permissions import Action
from hub.escalation import rota, rota_store
from hub.escalation.rota_checks import EARLIEST, LATEST
from hub.escalation.rota_document import Override
from hub.escalation.rota_store import RotaChangeError
from hub.escalation.rota_times import instant_of_local
from hub.language import N_, texts
from hub.places import contacts
from hub.places import store as places
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import OrganisationId, PlainId, Text
from hub.web.moments import day_of
from hub.web.render import page
from hub.web.rota_days import colours_of, days_of
from hub.web.rota_words import called, local, short_day, span, weekdays

router = APIRouter(include_in_schema=False)

Sees = Annotated[Door, Depends(Allow(Action.VIEW_ORGANISATIONS))]
Edits = Annotated[Door, Depends(Allow(Action.EDIT_ROTAS))]
SHOWN: Final = 200  #: organisations in the list
DAYS: Final = 14
_FIELDS: Final = ("on", "off", "since", "until", "note", "first", "second", "swap_note")
CHOOSABLE: Final = timedelta(days=28)  #: duties that a form offers


@router.get("/rotas")
def listing(request: Request, door: Sees) -> Response:
    """Show who is on duty now at every organisation in scope; the only one is opened at once."""
    with door.open() as visit:
        seen = places.organisations(
            visit.connection, scope.visible_organisations(visit.connection, visit.account)
        )
        if len(seen) == 1:
            return RedirectResponse(f"/organisations/{seen[0]['id']}/rota", 303)
        shown = [one | _now(visit, one["id"]) for one in seen[:SHOWN]]
        return page(request, "rotas.html", visit, organisations=shown, more=len(seen) - len(shown))


@router.get("/organisations/{organisation_id}/rota")
def show(request: Request, organisation_id: OrganisationId, door: Sees) -> Response:
    """Show one organisation's rota."""
    with door.open() as visit:
        return _page(request, visit, organisation_id)


@router.post("/organisations/{organisation_id}/rota/overrides")
def stand_in(
    request: Request,
    organisation_id: OrganisationId,
    door: Edits,
    on: Annotated[Text, Form()] = "",
    off: Annotated[Text, Form()] = "",
    since: Annotated[Text, Form()] = "",
    until: Annotated[Text, Form()] = "",
    note: Annotated[Text, Form()] = "",
) -> Response:
    """Let one stand in for another, put somebody on duty besides, or take somebody off it."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        given = {"on": on, "off": off, "since": since, "until": until, "note": note}
        zone = _zone(visit, organisation_id)
        begin, end = _instant(since, zone), _instant(until, zone)
        if begin is None or end is None:
            said = texts(language_of(request, visit.account)).gettext(N_("Say from when until when."))
            return _page(request, visit, organisation_id, said=said, given=given, status=422)
        try:
            made = rota_store.override(
                visit.connection,
                organisation_id,
                on=on,
                off=off,
                since=begin,
                until=end,
                note=note.strip(),
                by=visit.account.login,
                now=visit.now,
            )
        except RotaChangeError as error:
            return _refused(request, visit, organisation_id, error, given)
        visit.note("override_rota", None, organisation=organisation_id, change=made)
    return RedirectResponse(f"/organisations/{organisation_id}/rota", 303)


@router.post("/organisations/{organisation_id}/rota/swaps")
def swap(
    request: Request,
    organisation_id: OrganisationId,
    door: Edits,
    first: Annotated[Text, Form()] = "",
    second: Annotated[Text, Form()] = "",
    note: Annotated[Text, Form()] = "",
) -> Response:
    """Let two people take each other's duty; each is given as `<contact> <instant>`."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        given = {"first": first, "second": second, "swap_note": note}
        halves = [_half(first), _half(second)]
        if None in halves:
            said = texts(language_of(request, visit.account)).gettext(N_("Choose two duties."))
            return _page(request, visit, organisation_id, said=said, given=given, status=422)
        (one, one_at), (other, other_at) = [half for half in halves if half is not None]
        try:
            made = rota_store.swap(
                visit.connection,
                organisation_id,
                first=one,
                first_at=max(one_at, visit.now),
                second=other,
                second_at=max(other_at, visit.now),
                note=note.strip(),
                by=visit.account.login,
                now=visit.now,
            )
        except RotaChangeError as error:
            return _refused(request, visit, organisation_id, error, given)
        visit.note("swap_rota", None, organisation=organisation_id, change=made)
    return RedirectResponse(f"/organisations/{organisation_id}/rota", 303)


@router.post("/organisations/{organisation_id}/rota/changes/{change_id}/take-back")
def take_back(request: Request, organisation_id: OrganisationId, change_id: PlainId, door: Edits) -> Response:
    """Take back an override or a swap."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        try:
            rota_store.cancel(
                visit.connection, organisation_id, change_id, by=visit.account.login, now=visit.now
            )
        except RotaChangeError as error:
            return _refused(request, visit, organisation_id, error, {})
        visit.note("take_back_rota", None, organisation=organisation_id, change=change_id)
    return RedirectResponse(f"/organisations/{organisation_id}/rota", 303)


def _page(
    request: Request,
    visit: Visit,
    organisation_id: str,
    *,
    said: str = "",
    given: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    visit.see_organisation(organisation_id)
    language = language_of(request, visit.account)
    kept = rota_store.get(visit.connection, organisation_id)
    organisation = places.organisations(visit.connection, [organisation_id])[0]
    people = contacts.of_organisation(visit.connection, organisation_id)
    names = {person["id"]: person["name"] for person in people}
    facts: dict[str, Any] = {"kept": kept, "week": kept.rota if kept else None}
    if kept is not None:
        zone = kept.rota.zone
        today = day_of(visit.now, zone)
        since = instant_of_local(datetime.combine(today, datetime.min.time()), ZoneInfo(zone))
        end = since + timedelta(days=DAYS + 1)
        duties = rota_store.on_duty(visit.connection, organisation_id, since, end) or ()
        rows = days_of(duties, names, today, DAYS, zone, visit.now)
        current = next(duty for duty in duties if duty.since <= visit.now < duty.until)
        coming = rota_store.gaps_of(
            visit.connection, organisation_id, visit.now, visit.now + timedelta(days=DAYS)
        )
        facts |= {
            "rows": rows,
            "colours": colours_of(names, duties),
            "current": current,
            "following": next((duty for duty in duties if duty.since == current.until), None),
            "gaps": coming,
            "turns": [
                turn
                for turn in rota.turns(kept.rota, visit.now, visit.now + CHOOSABLE)
                if turn.contact in names
            ],
            "changes": [
                (change, isinstance(change, Override))
                for change in kept.rota.changes
                if any(end > visit.now for end in _ends(change))
            ],
        }
    return page(
        request,
        "rota.html",
        visit,
        status=status,
        organisation=organisation,
        zone=kept.rota.zone if kept else organisation["zone"],
        people=people,
        names=names,
        said=said,
        given=dict.fromkeys(_FIELDS, "") | (given or {}),
        weekday=partial(short_day, language=language),
        weekdays=partial(weekdays, language=language),
        span=partial(span, language=language),
        called=partial(called, names=names, language=language),
        local=local,
        **facts,
    )


def _refused(
    request: Request, visit: Visit, organisation_id: str, error: RotaChangeError, given: dict[str, str]
) -> Response:
    said = error.said(language_of(request, visit.account))
    return _page(request, visit, organisation_id, said=said, given=given, status=409)


def _now(visit: Visit, organisation_id: str) -> dict[str, Any]:
    """Who is on duty now, until when, and when the next gap begins."""
    duties = rota_store.on_duty(
        visit.connection, organisation_id, visit.now, visit.now + timedelta(days=DAYS)
    )
    if duties is None:
        return {"current": None, "gap": None, "on_duty": []}
    names = rota_store.names_of(visit.connection, organisation_id)
    return {
        "current": duties[0],
        "on_duty": [names.get(contact, contact) for contact in duties[0].contacts],
        "gap": next((duty for duty in duties if not duty.contacts), None),
    }


def _zone(visit: Visit, organisation_id: str) -> str:
    kept = rota_store.get(visit.connection, organisation_id)
    return kept.rota.zone if kept else rota_store.zone_of(visit.connection, organisation_id)


def _ends(change: Any) -> list[datetime]:
    return [change.until] if isinstance(change, Override) else [change.first.until, change.second.until]


def _instant(text: str, zone: str) -> datetime | None:
    """Return what a browser's field of date and time says, by the clock of the rota."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if at.tzinfo is not None or not EARLIEST.year <= at.year < LATEST.year:
        return None
    return instant_of_local(at, ZoneInfo(zone))


def _half(text: str) -> tuple[str, datetime] | None:
    contact, _, instant = text.partition(" ")
    try:
        at = datetime.fromisoformat(instant)
    except ValueError:
        return None
    return None if at.tzinfo is None or not EARLIEST.year < at.year < LATEST.year else (contact, at)
