"""Silences: lesser alerts of a home, or below an organisation, are held back for a while."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from hub.accounts import scope
from hub.accounts.permissions import Action
from hub.escalation.noise import figures, silences
from hub.language import texts
from hub.web.api.problems import PROBLEMS
from hub.web.api.schemas import Given
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import HomeId, LongText, OrganisationId, PlainId, Text
from hub.web.words import policy_reason

router = APIRouter(prefix="/api/v1", tags=["silences"], responses=PROBLEMS)

Looking = Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]
SilencesHomes = Annotated[Door, Depends(Allow(Action.SILENCE_HOMES))]
SilencesAreas = Annotated[Door, Depends(Allow(Action.SILENCE_AREAS))]


class NewSilence(Given):
    """A hush over lesser alerts; it ends within 30 days."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"until": "2026-11-22T18:00:00+08:00", "risks": ["power_cut"], "why": "停电检修"}
        }
    )
    until: AwareDatetime
    since: AwareDatetime | None = Field(None, description="Without it: now.")
    risks: list[Text] = Field([], max_length=40, description="None: all that are no emergencies.")
    why: LongText


class NewlySilenced(BaseModel):
    """The silence that was made, and what it does not do."""

    id: str
    notice: str


class Silence(BaseModel):
    """A hush over lesser alerts that holds now or is to come."""

    id: str
    home: str | None
    organisation: str | None
    risks: list[str]
    since: datetime
    until: datetime
    by: str
    why: str
    holding: int = Field(description="Open alerts that it holds back now.")


class Held(BaseModel):
    """An open alert that calls nobody now."""

    id: str
    home: str | None
    organisation: str | None
    risk: str
    rule: str = Field(description="silence, incident, grouped, spread, gathering or quiet.")
    reason: str
    held_until: datetime


@router.get("/silences")
def list_silences(door: Looking) -> list[Silence]:
    """Return what is silenced in the homes and organisations in scope."""
    with door.open() as visit:
        return [_silence(row) for row in silences.current(visit.connection, visit.now, *_scope(visit))]


@router.get("/held")
def list_held(request: Request, door: Looking) -> list[Held]:
    """Return the open alerts in scope that call nobody now, why, and until when."""
    with door.open() as visit:
        language = language_of(request, visit.account)
        return [
            Held(
                id=row["id"],
                home=row["home_id"],
                organisation=row["organisation_id"],
                risk=row["risk"],
                rule=row["rule"],
                reason=policy_reason(row["reason"] or {}, language, row["zone"]),
                held_until=row["held_until"],
            )
            for row in figures.held_now(visit.connection, *_scope(visit))
        ]


@router.post("/homes/{home_id}/silences", status_code=201)
def silence_home(request: Request, home_id: HomeId, new: NewSilence, door: SilencesHomes) -> NewlySilenced:
    """Hold back lesser alerts of a home. Emergencies call people as always."""
    with door.open() as visit:
        return _create(request, visit, new, home_id=home_id)


@router.delete("/homes/{home_id}/silences/{silence_id}", status_code=204)
def unsilence_home(home_id: HomeId, silence_id: PlainId, door: SilencesHomes) -> None:
    """End a home's silence before its time. 409 when it is over."""
    with door.open() as visit:
        silences.end(visit.connection, silence_id, visit.account.name, visit.now, home_id=home_id)
        visit.note("end_silence", home_id, silence=silence_id)


@router.post("/organisations/{organisation_id}/silences", status_code=201)
def silence_area(
    request: Request, organisation_id: OrganisationId, new: NewSilence, door: SilencesAreas
) -> NewlySilenced:
    """Hold back lesser alerts of all homes below an organisation, as for announced works."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return _create(request, visit, new, organisation_id=organisation_id)


@router.delete("/organisations/{organisation_id}/silences/{silence_id}", status_code=204)
def unsilence_area(organisation_id: OrganisationId, silence_id: PlainId, door: SilencesAreas) -> None:
    """End an organisation's silence before its time. 409 when it is over."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        silences.end(
            visit.connection, silence_id, visit.account.name, visit.now, organisation_id=organisation_id
        )
        visit.note("end_silence", None, silence=silence_id, organisation=organisation_id)


def _create(
    request: Request,
    visit: Visit,
    new: NewSilence,
    *,
    home_id: str | None = None,
    organisation_id: str | None = None,
) -> NewlySilenced:
    number = silences.create(
        visit.connection,
        home_id=home_id,
        organisation_id=organisation_id,
        risks=new.risks,
        since=new.since,
        until=new.until,
        by=visit.account.name,
        why=new.why,
        now=visit.now,
    )
    visit.note("silence", home_id, silence=number, organisation=organisation_id)
    notice = texts(language_of(request, visit.account)).gettext(silences.NOTICE)
    return NewlySilenced(id=str(number), notice=notice)


def _scope(visit: Visit) -> tuple[list[str] | None, list[str] | None]:
    return visit.homes(), scope.visible_organisations(visit.connection, visit.account)


def _silence(row: dict[str, Any]) -> Silence:
    return Silence(
        id=str(row["id"]),
        home=row["home_id"],
        organisation=row["organisation_id"],
        risks=row["risks"],
        since=row["since"],
        until=row["until"],
        by=row["by"],
        why=row["why"],
        holding=row["holding"],
    )
