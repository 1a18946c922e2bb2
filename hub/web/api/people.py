"""Organisations, and the contacts of homes."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from hub.accounts import scope
from hub.accounts.permissions import Action
from hub.errors import NotFoundError
from hub.escalation import people
from hub.places import addresses, contacts
from hub.places import store as places
from hub.web.api.problems import PROBLEMS
from hub.web.api.schemas import (
    Contact,
    ContactChange,
    Created,
    NewContact,
    NewMethod,
    NewOrganisation,
    Organisation,
)
from hub.web.guard import Allow, Door, Visit
from hub.web.inputs import HomeId, OrganisationId, PlainId

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)

SeesContacts = Annotated[Door, Depends(Allow(Action.VIEW_CONTACTS))]
EditsContacts = Annotated[Door, Depends(Allow(Action.EDIT_CONTACTS))]
SeesOrganisations = Annotated[Door, Depends(Allow(Action.VIEW_ORGANISATIONS))]
EditsOrganisations = Annotated[Door, Depends(Allow(Action.EDIT_ORGANISATIONS))]


@router.get("/organisations", tags=["organisations"])
def list_organisations(door: SeesOrganisations) -> list[Organisation]:
    """Return the organisations in scope, the county first."""
    with door.open() as visit:
        seen = scope.visible_organisations(visit.connection, visit.account)
        return [Organisation.model_validate(row) for row in places.organisations(visit.connection, seen)]


@router.post("/organisations", tags=["organisations"], status_code=201)
def put_organisation(new: NewOrganisation, door: EditsOrganisations) -> Created:
    """Add an organisation, or bring the one with this id up to date."""
    with door.open() as visit:
        places.put_organisation(
            visit.connection,
            organisation_id=new.id,
            tier=new.tier,
            parent_id=new.parent_id,
            name=new.name,
            name_en=new.name_en,
            area_code=new.area_code,
            zone=new.zone,
            telephone=new.telephone,
        )
        visit.note("put_organisation", None, organisation=new.id)
        return Created(id=new.id)


@router.get("/organisations/{organisation_id}/contacts", tags=["organisations"])
def list_duty(organisation_id: OrganisationId, door: SeesOrganisations) -> list[Contact]:
    """Return who is on duty at an organisation, in the order of calling."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return [_contact(row) for row in contacts.of_organisation(visit.connection, organisation_id)]


@router.post("/organisations/{organisation_id}/contacts", tags=["organisations"], status_code=201)
def add_duty(organisation_id: OrganisationId, new: NewContact, door: EditsOrganisations) -> Created:
    """Add somebody who is on duty at an organisation."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        made = contacts.add(
            visit.connection,
            organisation_id=organisation_id,
            name=new.name,
            role=new.role,
            language=new.language,
            rank=new.rank,
        )
        visit.note("add_contact", None, contact=made, organisation=organisation_id)
        return Created(id=made)


@router.post(
    "/organisations/{organisation_id}/contacts/{contact_id}/methods",
    tags=["organisations"],
    status_code=201,
)
def add_duty_method(
    organisation_id: OrganisationId, contact_id: PlainId, new: NewMethod, door: EditsOrganisations
) -> Created:
    """Add a way to reach somebody on duty."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        known = contacts.of_organisation(visit.connection, organisation_id)
        if contact_id not in {row["id"] for row in known}:
            raise NotFoundError
        return _add_method(visit, contact_id, new, None)


@router.get("/homes/{home_id}/contacts", tags=["contacts"])
def list_contacts(home_id: HomeId, door: SeesContacts) -> list[Contact]:
    """Return a home's own contacts in the order of calling."""
    with door.open() as visit:
        visit.look("view_contacts", home_id)
        return [_contact(row) for row in contacts.of_home(visit.connection, home_id)]


@router.post("/homes/{home_id}/contacts", tags=["contacts"], status_code=201)
def add_contact(home_id: HomeId, new: NewContact, door: EditsContacts) -> Created:
    """Add a contact of a home."""
    with door.open() as visit:
        made = contacts.add(
            visit.connection,
            home_id=home_id,
            name=new.name,
            role=new.role,
            language=new.language,
            rank=new.rank,
        )
        visit.note("add_contact", home_id, contact=made)
        return Created(id=made)


@router.put("/homes/{home_id}/contacts/{contact_id}", tags=["contacts"])
def change_contact(
    home_id: HomeId, contact_id: PlainId, change: ContactChange, door: EditsContacts
) -> list[Contact]:
    """Give a contact another place in the order of calling, or call them (no longer); return all of them.

    409 where nobody would be left to call.
    """
    with door.open() as visit:
        people.change(visit.connection, contact_id, home_id=home_id, place=change.place, active=change.active)
        visit.note("change_contact", home_id, contact=contact_id, **change.model_dump())
        return [_contact(row) for row in contacts.of_home(visit.connection, home_id)]


@router.put("/organisations/{organisation_id}/contacts/{contact_id}", tags=["organisations"])
def change_duty(
    organisation_id: OrganisationId, contact_id: PlainId, change: ContactChange, door: EditsOrganisations
) -> list[Contact]:
    """The same of somebody who is on duty at an organisation."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        people.change(
            visit.connection,
            contact_id,
            organisation_id=organisation_id,
            place=change.place,
            active=change.active,
        )
        visit.note(
            "change_contact", None, organisation=organisation_id, contact=contact_id, **change.model_dump()
        )
        return [_contact(row) for row in contacts.of_organisation(visit.connection, organisation_id)]


@router.post("/homes/{home_id}/contacts/{contact_id}/methods", tags=["contacts"], status_code=201)
def add_method(home_id: HomeId, contact_id: PlainId, new: NewMethod, door: EditsContacts) -> Created:
    """Add a way to reach a contact of a home."""
    with door.open() as visit:
        if not contacts.belongs_to_home(visit.connection, contact_id, home_id):
            raise NotFoundError
        return _add_method(visit, contact_id, new, home_id)


def _add_method(visit: Visit, contact_id: str, new: NewMethod, home_id: str | None) -> Created:
    made = contacts.add_method(
        visit.connection, contact_id, channel=new.channel, address=new.address, rank=new.rank
    )
    visit.note("add_method", home_id, contact=contact_id, method=made)
    return Created(id=made)


def _contact(row: dict[str, Any]) -> Contact:
    """A secret address is never given out again, not even to whoever entered it."""
    methods = [m | {"address": addresses.shown(m["channel"], m["address"])} for m in row["methods"]]
    return Contact.model_validate(row | {"methods": methods})
