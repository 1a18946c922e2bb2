"""Organisations: their published telephone, their area's numbers, and who has duty there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from hub.accounts.permissions import Action, may
from hub.care import card, emergency_numbers
from hub.errors import ConflictError, NotFoundError
from hub.language import N_, texts
from hub.places import contacts
from hub.places import store as places
from hub.places.addresses import UNCALLABLE, AddressError
from hub.proof import number_checks
from hub.web import number_tests
from hub.web.api.schemas import NewOrganisation
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import OrganisationId, PlainId, posted
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Edits = Annotated[Door, Depends(Allow(Action.EDIT_ORGANISATIONS))]
Sees = Annotated[Door, Depends(Allow(Action.VIEW_ORGANISATIONS))]
Calls = Annotated[Door, Depends(Allow(Action.CHECK_COLLEAGUES))]
Typed = Annotated[dict[str, list[str]], Depends(posted)]

FIELDS: Final = ("id", "tier", "parent_id", "name", "name_en", "area_code", "zone", "telephone")
NUMBERS: Final = emergency_numbers.SERVICES
TIERS: Final = ("station", "centre", "county")
ZONES: Final = ("Asia/Shanghai", "Asia/Urumqi", "Europe/London", "Europe/Berlin")
#: What is said beside a field that the API's own check refuses.
_WRONG: Final = {
    "id": N_("Small letters, digits and hyphens, at most 32: such as east-street."),
    "tier": N_("Choose a tier."),
    "name": N_("Give it a name."),
    "area_code": N_("The area code has 12 digits."),
    "zone": N_("A time zone is a name such as Asia/Shanghai."),
    "telephone": N_("Write a telephone number, such as +86 571 8700 0000."),
    "parent_id": N_("It cannot be below itself, and what is above it must exist."),
}
_NUMBER: Final = N_("A number of an emergency service has 3 to 15 digits.")


@router.get("/admin/organisations")
def listing(request: Request, door: Edits) -> Response:
    """Show every organisation, and the form of a new one."""
    with door.open() as visit:
        return _list(request, visit, {})


@router.post("/admin/organisations")
def create(request: Request, door: Edits, form: Typed) -> Response:
    """Add an organisation."""
    typed = {name: (form.get(name) or [""])[0].strip() for name in FIELDS}
    with door.open() as visit:
        known = {row["id"] for row in places.organisations(visit.connection)}
        wrong = _put(request, visit, typed)
        if not wrong and typed["id"] in known:
            wrong = {"id": _say(request, visit, N_("This id is taken."))}
        if wrong:
            visit.connection.rollback()
            return _list(request, visit, typed, wrong, 422)
    return RedirectResponse(f"/organisations/{typed['id']}", 303)


@router.get("/organisations/{organisation_id}")
def show(
    request: Request,
    organisation_id: OrganisationId,
    door: Sees,
    said: Annotated[Literal["last", ""], Query()] = "",
) -> Response:
    """Show an organisation: its telephone, its numbers, its people and whether they were proven."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return _page(request, visit, organisation_id, said=said)


@router.post("/organisations/{organisation_id}")
def save(request: Request, organisation_id: OrganisationId, door: Edits, form: Typed) -> Response:
    """Write down what an organisation is called, its telephone, its place and its emergency numbers."""
    typed = {name: (form.get(name) or [""])[0].strip() for name in (*FIELDS, *NUMBERS)}
    typed["id"] = organisation_id
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        wrong = _put(request, visit, typed, keep_tier=True)
        for service in NUMBERS:
            try:
                emergency_numbers.checked({service: typed[service]})
            except emergency_numbers.NumberError:
                wrong[service] = _say(request, visit, _NUMBER)
        if wrong:
            visit.connection.rollback()
            return _page(request, visit, organisation_id, typed, wrong, 422)
        card.set_numbers(visit.connection, organisation_id, {one: typed[one] for one in NUMBERS})
        visit.note("emergency_numbers", None, organisation=organisation_id)
    return RedirectResponse(f"/organisations/{organisation_id}", 303)


@router.post("/organisations/{organisation_id}/contacts")
def add_person(
    request: Request,
    organisation_id: OrganisationId,
    door: Edits,
    person: Annotated[str, Form(max_length=100)] = "",
    number: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Add somebody who is on duty there, with their telephone."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        typed = {"person": person, "number": number}
        wrong = {} if person.strip() else {"person": _say(request, visit, N_("Who is it?"))}
        rank = len(contacts.of_organisation(visit.connection, organisation_id)) + 1
        if not wrong:
            try:
                with visit.connection.transaction():
                    made = contacts.add(
                        visit.connection,
                        organisation_id=organisation_id,
                        name=person.strip(),
                        role="duty",
                        rank=rank,
                    )
                    contacts.add_method(visit.connection, made, channel="voice", address=number)
            except AddressError:
                wrong["number"] = _say(request, visit, UNCALLABLE)
            else:
                visit.note("add_contact", None, contact=made, organisation=organisation_id)
        if wrong:
            return _page(request, visit, organisation_id, typed, wrong, 422)
    return RedirectResponse(f"/organisations/{organisation_id}", 303)


@router.post("/organisations/{organisation_id}/contacts/{contact_id}/methods/{method_id}/check")
def check_number(
    organisation_id: OrganisationId, contact_id: PlainId, method_id: PlainId, door: Calls
) -> RedirectResponse:
    """Call a number of somebody on duty for a test: its first words say so. While one runs, none is begun."""
    with door.open() as visit:
        number_tests.of_colleague(visit, organisation_id, contact_id, method_id)
    return RedirectResponse(f"/organisations/{organisation_id}", 303)


def _put(
    request: Request, visit: Visit, typed: Mapping[str, str], *, keep_tier: bool = False
) -> dict[str, str]:
    """Write an organisation down, as the API does; return what cannot be, by its field."""
    known = {row["id"]: row for row in places.organisations(visit.connection)}
    given: dict[str, Any] = {name: value for name, value in typed.items() if name in FIELDS}
    given["parent_id"] = given["parent_id"] or None
    if keep_tier:
        given["tier"] = known[typed["id"]]["tier"]
    try:
        new = NewOrganisation.model_validate(given)
        places.put_organisation(visit.connection, organisation_id=new.id, **new.model_dump(exclude={"id"}))
    except ValidationError as error:
        fields = {str(one["loc"][0]) for one in error.errors()}
        return {name: _say(request, visit, _WRONG.get(name, _WRONG["name"])) for name in fields}
    except (ConflictError, NotFoundError):
        return {"parent_id": _say(request, visit, _WRONG["parent_id"])}
    visit.note("put_organisation", None, organisation=new.id)
    return {}


def _list(
    request: Request,
    visit: Visit,
    typed: dict[str, str],
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return page(
        request,
        "organisations.html",
        visit,
        status=status,
        organisations=places.organisations(visit.connection),
        typed=typed,
        wrong=wrong or {},
        tiers=TIERS,
        zones=ZONES,
    )


def _page(
    request: Request,
    visit: Visit,
    organisation_id: str,
    typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
    said: str = "",
) -> Response:
    organisation = places.organisations(visit.connection, [organisation_id])[0]
    row = visit.connection.execute(
        "select emergency_numbers from organisations where id = %s", (organisation_id,)
    ).fetchone()
    numbers = row["emergency_numbers"] if row else {}
    people = contacts.of_organisation(visit.connection, organisation_id)
    kept = {**organisation, "parent_id": organisation["parent_id"] or "", **numbers}
    return page(
        request,
        "organisation.html",
        visit,
        status=status,
        organisation=organisation,
        organisations=places.organisations(visit.connection),
        people=people,
        notice=said,
        checks=number_checks.state_of(visit.connection, people, visit.now),
        numbers=numbers,
        services=NUMBERS,
        edits=may(visit.account, Action.EDIT_ORGANISATIONS),
        typed=kept | (typed or {}),
        wrong=wrong or {},
        zones=ZONES,
    )


def _say(request: Request, visit: Visit, text: str) -> str:
    return texts(language_of(request, visit.account)).gettext(text)
