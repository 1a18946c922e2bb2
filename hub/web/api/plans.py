"""Plans: who is called for a home or below an organisation, at which hours, and what that means in words."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from hub.accounts.permissions import Action
from hub.escalation import foresight, plans, responders
from hub.escalation.plan import Plan, read_plan
from hub.notify.channels import registry
from hub.web.api.problems import PROBLEMS
from hub.web.guard import Allow, Door, Visit, language_of
from hub.web.inputs import HomeId, Name, OrganisationId, Text
from hub.web.parts import parts
from hub.web.words import said

router = APIRouter(prefix="/api/v1", tags=["plans"], responses=PROBLEMS)

Looking = Annotated[Door, Depends(Allow(Action.VIEW_CONTACTS))]
Editing = Annotated[Door, Depends(Allow(Action.EDIT_HOMES))]
Sees = Annotated[Door, Depends(Allow(Action.VIEW_ORGANISATIONS))]
At = Annotated[datetime | None, Query(description="When it happens; now by default.")]
Level = Literal["advice", "warning", "emergency"]
Risk = Annotated[Text, Query(description="What happens: fall, sos, smoke, inactivity …")]
EditsArea = Annotated[Door, Depends(Allow(Action.EDIT_ROTAS))]


class PlanView(BaseModel):
    """The plan that holds for a place."""

    place: str = Field(description="`home`, the id of the organisation it belongs to, or empty: built in.")
    version: int
    saved_by: str
    saved_at: datetime | None
    plan: dict[str, Any]


class DraftPlan(BaseModel):
    """A plan that is only tried."""

    plan: dict[str, Any] = Field(
        description="`name` and `rules`, as GET gives them.",
        examples=[
            {
                "name": "nights",
                "rules": [
                    {
                        "since": "21:00",
                        "until": "07:00",
                        "rungs": [{"who": "station", "by": ["voice"]}, {"who": "family"}],
                    }
                ],
            }
        ],
    )


class NewPlan(DraftPlan):
    """A plan, and the warnings that whoever saves it accepts."""

    last: int | None = Field(
        None, ge=0, le=2_000_000_000, description="Only over this version (0: there was none); else 409."
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
    refused: str | None = Field(None, description="Why the carriers would not take it; the next is called.")


class Doubt(BaseModel):
    """What is doubtful about a plan, or would leave somebody unreached; it hinders nothing here."""

    rule: int = Field(description="From 0.")
    step: int = Field(description="From 0.")
    field: str = Field(description="`who` or `wait`.")
    words: str


class Preview(BaseModel):
    """Who would be told when, if nobody answered."""

    plan: str
    held_until: datetime | None = Field(description="Until then a lesser alert calls nobody.")
    steps: list[Step]
    words: list[str]
    doubts: list[Doubt]


class PlanVersion(BaseModel):
    """What a place's own plan was."""

    version: int
    plan: dict[str, Any] | None = Field(description="None: it was taken back, and the plan above held.")
    saved_at: datetime
    saved_by: str
    accepted: list[str]


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
        plans.forget(visit.connection, home_id=home_id, by=visit.account.name, now=visit.now)
        visit.note("forget_plan", home_id)
        return _view(plans.plan_of(visit.connection, home_id, None))


@router.get("/homes/{home_id}/plan/preview")
def preview_home_plan(
    request: Request,
    home_id: HomeId,
    door: Looking,
    at: At = None,
    severity: Level = "emergency",
    risk: Risk = "fall",
) -> Preview:
    """Say who would be told when, if nobody answered: duty, silences and carriers' limits as they are."""
    with door.open() as visit:
        return _foreseen(request, visit, at, severity, risk, home_id=home_id)


@router.post("/homes/{home_id}/plan/preview")
def try_home_plan(
    request: Request,
    home_id: HomeId,
    draft: DraftPlan,
    door: Looking,
    at: At = None,
    severity: Level = "emergency",
    risk: Risk = "fall",
) -> Preview:
    """Say the same of a plan that is not saved, and what is doubtful about it. Saves nothing."""
    with door.open() as visit:
        plan = read_plan(draft.plan)
        return _foreseen(request, visit, at, severity, risk, home_id=home_id, plan=plan)


@router.get("/homes/{home_id}/plan/versions")
def get_home_versions(home_id: HomeId, door: Looking) -> list[PlanVersion]:
    """Return what a home's own plans were, newest first."""
    with door.open() as visit:
        return [_version(row) for row in plans.versions_of(visit.connection, home_id=home_id)]


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


@router.delete("/organisations/{organisation_id}/plan")
def delete_area_plan(organisation_id: OrganisationId, door: EditsArea) -> PlanView:
    """Let an organisation's homes have the plan above, or the built-in one, again; return which holds now."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        plans.forget(visit.connection, organisation_id=organisation_id, by=visit.account.name, now=visit.now)
        visit.note("forget_plan", None, organisation=organisation_id)
        return _view(plans.plan_of(visit.connection, None, organisation_id))


@router.get("/organisations/{organisation_id}/plan/preview")
def preview_area_plan(
    request: Request,
    organisation_id: OrganisationId,
    door: Sees,
    at: At = None,
    severity: Level = "emergency",
    risk: Risk = "fall",
) -> Preview:
    """Say who would be told when about a home that has no people and no plan of its own."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return _foreseen(request, visit, at, severity, risk, organisation_id=organisation_id)


@router.post("/organisations/{organisation_id}/plan/preview")
def try_area_plan(
    request: Request,
    organisation_id: OrganisationId,
    draft: DraftPlan,
    door: Sees,
    at: At = None,
    severity: Level = "emergency",
    risk: Risk = "fall",
) -> Preview:
    """Say the same of a plan that is not saved. Saves nothing."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        plan = read_plan(draft.plan)
        return _foreseen(request, visit, at, severity, risk, organisation_id=organisation_id, plan=plan)


@router.get("/organisations/{organisation_id}/plan/versions")
def get_area_versions(organisation_id: OrganisationId, door: Sees) -> list[PlanVersion]:
    """Return what an organisation's own plans were, newest first."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return [_version(row) for row in plans.versions_of(visit.connection, organisation_id=organisation_id)]


def _save(
    visit: Visit, new: NewPlan, *, home_id: str | None = None, organisation_id: str | None = None
) -> SavedPlan:
    version = plans.save(
        visit.connection,
        read_plan(new.plan),
        home_id=home_id,
        organisation_id=organisation_id,
        by=visit.account.name,
        now=visit.now,
        accepted=new.accept,
        last=new.last,
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


def _version(row: dict[str, Any]) -> PlanVersion:
    plan = None if row["plan"] is None else msgspec.to_builtins(row["plan"])
    return PlanVersion(
        version=row["version"],
        plan=plan,
        saved_at=row["saved_at"],
        saved_by=row["saved_by"],
        accepted=row["accepted"],
    )


def _foreseen(
    request: Request,
    visit: Visit,
    at: datetime | None,
    severity: Level,
    risk: str,
    *,
    home_id: str | None = None,
    organisation_id: str | None = None,
    plan: Plan | None = None,
) -> Preview:
    language = language_of(request, visit.account)
    seen = foresight.foresee(
        visit.connection,
        home_id=home_id,
        organisation_id=organisation_id,
        severity=severity,
        risk=risk,
        at=plans.moment_of(visit.connection, home_id, organisation_id, at or visit.now),
        carriers=registry.carried(parts(request).settings),
        language=language,
        plan=plan,
    )
    place = responders.place_of(visit.connection, home_id, organisation_id)
    judged = plan or plans.plan_of(visit.connection, home_id, organisation_id).plan
    doubts = plans.doubts_of(visit.connection, judged, place, visit.now)
    return Preview(
        plan=seen.policy.name,
        held_until=None if seen.hold is None else seen.hold.until,
        steps=[
            Step(
                after_s=step.after.total_seconds(),
                round=step.round,
                name=step.person.name,
                channel=step.medium,
                asked=step.ask,
                refused=None if step.refused is None else step.refused.text.format(**step.refused.values),
            )
            for step in seen.moments
        ],
        words=list(seen.told),
        doubts=[
            Doubt(rule=n, step=m, field=field, words=said(why, language))
            for (n, m, field), why in doubts.items()
        ],
    )
