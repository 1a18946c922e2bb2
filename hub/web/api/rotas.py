"""Duty rotas: who is on duty at an organisation, and changes of it by those who supervise."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query

from hub.accounts.permissions import Action
from hub.escalation import rota_store
from hub.escalation.rota_file import week_of
from hub.web.api.problems import PROBLEMS
from hub.web.api.rota_schemas import Moment, NewOverride, NewSwap, NewWeek, OnDuty, RotaView, Saved
from hub.web.api.schemas import Created
from hub.web.guard import Allow, Door
from hub.web.inputs import OrganisationId, PlainId

router = APIRouter(prefix="/api/v1/organisations/{organisation_id}/rota", responses=PROBLEMS, tags=["rotas"])

Sees = Annotated[Door, Depends(Allow(Action.VIEW_ORGANISATIONS))]
Edits = Annotated[Door, Depends(Allow(Action.EDIT_ROTAS))]


@router.get("")
def get_rota(
    organisation_id: OrganisationId, door: Sees, days: Annotated[int, Query(ge=1, le=100)] = 14
) -> RotaView:
    """Return an organisation's rota, and who is on duty in the days to come."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        kept = rota_store.get(visit.connection, organisation_id)
        until = visit.now + timedelta(days=days)
        duties = rota_store.on_duty(visit.connection, organisation_id, visit.now, until) or ()
        return RotaView(
            organisation_id=organisation_id,
            version=kept.version if kept else 0,
            saved_at=kept.saved_at if kept else None,
            saved_by=kept.saved_by if kept else "",
            week=week_of(kept.rota) if kept else None,
            changes=msgspec.to_builtins(kept.rota.changes) if kept else [],
            duties=[OnDuty(since=d.since, until=d.until, contacts=list(d.contacts)) for d in duties],
        )


@router.get("/on-duty")
def get_on_duty(
    organisation_id: OrganisationId,
    door: Sees,
    at: Annotated[Moment | None, Query(description="An instant; now by default.")] = None,
) -> OnDuty | None:
    """Return who has duty at an instant, or had it by the rota of that time; null without a rota."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        found = rota_store.duty_at(visit.connection, organisation_id, at or visit.now, visit.now)
        if found is None:
            return None
        return OnDuty(since=found.since, until=found.until, contacts=list(found.contacts))


@router.put("")
def put_rota(organisation_id: OrganisationId, new: NewWeek, door: Edits) -> Saved:
    """Write down the shifts and rotations of a week; overrides and swaps that were made stay."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        version = rota_store.save_written(
            visit.connection, organisation_id, new, by=visit.account.login, now=visit.now
        )
        visit.note("save_rota", None, organisation=organisation_id, version=version)
        return Saved(version=version)


@router.post("/overrides", status_code=201)
def add_override(organisation_id: OrganisationId, new: NewOverride, door: Edits) -> Created:
    """Put somebody on duty, take somebody off it, or let one stand in for another."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        made = rota_store.override(
            visit.connection,
            organisation_id,
            on=new.on or "",
            off=new.off or "",
            since=new.since,
            until=new.until,
            note=new.note,
            by=visit.account.login,
            now=visit.now,
        )
        visit.note("override_rota", None, organisation=organisation_id, change=made)
        return Created(id=made)


@router.post("/swaps", status_code=201)
def add_swap(organisation_id: OrganisationId, new: NewSwap, door: Edits) -> Created:
    """Let two people take each other's duty, on one occasion each."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        made = rota_store.swap(
            visit.connection,
            organisation_id,
            first=new.first,
            first_at=new.first_at,
            second=new.second,
            second_at=new.second_at,
            note=new.note,
            by=visit.account.login,
            now=visit.now,
        )
        visit.note("swap_rota", None, organisation=organisation_id, change=made)
        return Created(id=made)


@router.delete("/changes/{change_id}")
def take_back(organisation_id: OrganisationId, change_id: PlainId, door: Edits) -> Saved:
    """Take back an override or a swap."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        rota_store.cancel(visit.connection, organisation_id, change_id, by=visit.account.login, now=visit.now)
        visit.note("take_back_rota", None, organisation=organisation_id, change=change_id)
        kept = rota_store.get(visit.connection, organisation_id)
        return Saved(version=kept.version if kept else 0)
