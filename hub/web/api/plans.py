"""Plans: who is called for a home or below an organisation, at which hours, and what that means in words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from hub.accounts.permissions import Action
from hub.escalation import plans, preview
from hub.escalation.plan import read_plan
from hub.web.api.problems import PROBLEMS
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import HomeId, Name, OrganisationId, Text

router = APIRouter(prefix="/api/v1", tags=["plans"], responses=PROBLEMS)

Looking = Annotated[Door, Depends(Allow(Action.VIEW_CONTACTS))]
Editing = Annotated[Door, Depends(Allow(Action.EDIT_HOMES))]
Sees = Annotated[Door, Depends(Allow(Action.VIEW_ORGANISATIONS))]
EditsArea = Annotated[Door, Depends(Allow(Action.EDIT_ROTAS))]


class PlanView(BaseModel):
    """The plan that holds for a place."""

    place: str = Field(description="`home`, the id of the organisation it belongs to, or empty: built in.")
    version: int
    saved_by: str
    saved_at: datetime | None
    plan: dict[str, Any]


class NewPlan(BaseModel):
    """A plan, and the warnings that whoever saves it accepts."""

    plan: dict[str, Any] = Field(
        description="`name` and `rules`, as GET gives them.",
        examples=[
            {"name": "nights", "rules": [{"since": "21:00", "until": "07:00", "rungs": [{"who": "station"}]}]}
        ],
    )
    accept: list[Name] = Field([], max_length=20, description="Names of warnings, as a 409 told them.")


class SavedPlan(BaseModel):
    """What was saved."""

    version: int


class Step(BaseModel):
    """Somebody is told, so long after the alert was raised."""

    after_s: float
    round: int
    name: str
    channel: str
    asked: bool = Field(description="The resident is asked how they are.")


class Preview(BaseModel):
    """Who would be told when, if nobody answered."""

    plan: str
    steps: list[Step]
    words: list[str]


@router.get("/homes/{home_id}/plan")
def get_home_plan(home_id: HomeId, door: Looking) -> PlanView:
    """Return the plan that holds for a home: its own, the nearest above it, or the built-in one."""
    with door.open() as visit:
        return _view(plans.plan_of(visit.connection, home_id, None))


@router.put("/homes/{home_id}/plan")
def put_home_plan(home_id: HomeId, new: NewPlan, door: Editing) -> SavedPlan:
    """Give a home a plan of its own; open alerts keep theirs. 409 names warnings that nobody accepted."""
    with door.open() as visit:
        return _save(visit, new, home_id=home_id)


@router.delete("/homes/{home_id}/plan")
def delete_home_plan(home_id: HomeId, door: Editing) -> PlanView:
    """Let a home have the plan above it, or the built-in one, again; return which one holds now."""
    with door.open() as visit:
        plans.forget(visit.connection, home_id=home_id)
        visit.note("forget_plan", home_id)
        return _view(plans.plan_of(visit.connection, home_id, None))


@router.get("/homes/{home_id}/plan/preview")
def preview_home_plan(
    request: Request,
    home_id: HomeId,
    door: Looking,
    at: Annotated[datetime | None, Query(description="When it happens; now by default.")] = None,
    severity: Literal["advice", "warning", "emergency"] = "emergency",
    risk: Annotated[Text, Query(description="What happens: fall, sos, smoke, inactivity …")] = "fall",
) -> Preview:
    """Say who would be told when, if nobody answered. Calls nobody."""
    with door.open() as visit:
        moment = plans.moment_of(visit.connection, home_id, at or visit.now)
        policy = plans.policy_then(visit.connection, home_id, severity=severity, risk=risk, at=moment)
        played = preview.ahead(policy, moment)
        return Preview(
            plan=policy.name,
            steps=[
                Step(
                    after_s=step.after.total_seconds(),
                    round=step.round,
                    name=step.person.name,
                    channel=step.medium,
                    asked=step.ask,
                )
                for step in played
            ],
            words=preview.told(played, moment, language_of(request, visit.account)),
        )


@router.get("/organisations/{organisation_id}/plan")
def get_area_plan(organisation_id: OrganisationId, door: Sees) -> PlanView:
    """Return the plan that holds for the homes below an organisation that have none of their own."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return _view(plans.plan_of(visit.connection, None, organisation_id))


@router.put("/organisations/{organisation_id}/plan")
def put_area_plan(organisation_id: OrganisationId, new: NewPlan, door: EditsArea) -> SavedPlan:
    """Give all homes below an organisation a plan. 409 names the warnings that nobody has accepted."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return _save(visit, new, organisation_id=organisation_id)


def _save(
    visit: Visit, new: NewPlan, *, home_id: str | None = None, organisation_id: str | None = None
) -> SavedPlan:
    version = plans.save(
        visit.connection,
        read_plan(new.plan),
        home_id=home_id,
        organisation_id=organisation_id,
        by=visit.account.login,
        now=visit.now,
        accepted=new.accept,
    )
    visit.note("save_plan", home_id, organisation=organisation_id, version=version, accepted=new.accept)
    return SavedPlan(version=version)


def _view(kept: plans.Kept) -> PlanView:
    return PlanView(
        place=kept.place,
        version=kept.version,
        saved_by=kept.saved_by,
        saved_at=kept.saved_at,
        plan=msgspec.to_builtins(kept.plan),
    )
