"""Proof that a human would answer: answer times, pre-flight, test calls and drills."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from hub.accounts import scope
from hub.accounts.permissions import Action
from hub.errors import ConflictError
from hub.proof import drill_plans, drills, preflight_runs
from hub.proof.answer_counts import figures, month_of
from hub.proof.answer_times import Figures, Share
from hub.web import number_tests
from hub.web.api.problems import PROBLEMS
from hub.web.api.schemas import Created, Given
from hub.web.guard import Allow, Door, Visit
from hub.web.inputs import ID_PATTERN, HomeId, OrganisationId, PlainId

router = APIRouter(prefix="/api/v1", responses=PROBLEMS, tags=["proof"])

SeesOrganisations = Annotated[Door, Depends(Allow(Action.VIEW_ORGANISATIONS))]
SeesContacts = Annotated[Door, Depends(Allow(Action.VIEW_CONTACTS))]
ChecksColleagues = Annotated[Door, Depends(Allow(Action.CHECK_COLLEAGUES))]
ChecksNumbers = Annotated[Door, Depends(Allow(Action.CHECK_NUMBERS))]
EditsHomes = Annotated[Door, Depends(Allow(Action.EDIT_HOMES))]
EditsOrganisations = Annotated[Door, Depends(Allow(Action.EDIT_ORGANISATIONS))]


class TargetShare(BaseModel):
    """How many alerts were in time, against a target."""

    target: str
    within_s: float
    wanted: float = Field(description="Share that must be in time, 0 to 1.")
    judged: int = Field(description="Alerts whose time is over, or that were answered.")
    kept: int
    share: float | None
    standing: Literal["none", "kept", "near", "missed"] = Field(
        description="`near`: kept, and the next late one breaks it."
    )


class AnswerTimes(BaseModel):
    """Answer times of an organisation with all below it; drills are never counted."""

    organisation: str
    month: str = Field(description="2026-11; empty: the last 30 days.")
    severity: str = Field(description="Empty: all.")
    tier: str = Field(description="Of whoever answered first; empty: all.")
    alerts: int
    answered: int
    waiting: int
    median_s: float | None
    p95_s: float | None
    shares: list[TargetShare]


class LapseFound(BaseModel):
    """Hours in which too few proven people would be reached."""

    organisation: str
    home: str | None
    name: str
    kind: Literal["unreachable", "unverified", "single", "rota_gap", "failing"]
    severity: str | None = Field(description="Of the alerts that it concerns; null: of all.")
    since: datetime
    until: datetime
    people: int
    who: str


class Preflight(BaseModel):
    """The latest look at the coming two weeks."""

    at: datetime | None
    until: datetime | None
    homes: int
    findings: list[LapseFound]


class DrillPlan(Given):
    """How often a place is drilled, on which day, at which hour by its own clock."""

    model_config = ConfigDict(json_schema_extra={"example": {"every": "month", "day": 1, "hour": 10}})
    every: Literal["week", "month"]
    day: Annotated[int, Field(ge=1, le=28)]
    hour: Annotated[int, Field(ge=8, le=17)] = 10
    whom: Literal["duty", "homes"] = Field(
        default="duty", description="Of an organisation: its people on duty, or each live home below it."
    )


class PlannedDrills(BaseModel):
    """When drills are held: `next_at` is when the next week or month of the plan begins."""

    whom: Literal["home", "duty", "homes"]
    every: Literal["week", "month"]
    day: int
    hour: int
    saved_by: str
    next_at: datetime


class DrillResult(BaseModel):
    """What a drill showed."""

    alert: str
    home: str | None
    organisation: str | None
    name: str
    started_at: datetime
    over: bool
    reached: str | None
    after_s: float | None
    called: int


@router.get("/figures")
def answer_times(
    door: SeesOrganisations,
    organisation: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    month: Annotated[str | None, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")] = None,
) -> list[AnswerTimes]:
    """Return answer times of the organisations in scope, or of one; of a month, or of the last 30 days."""
    with door.open() as visit:
        seen = scope.visible_organisations(visit.connection, visit.account)
        zone = "Asia/Shanghai"
        if organisation is not None:
            visit.see_organisation(organisation)
            seen, zone = [organisation], drill_plans.zone_of(visit.connection, None, organisation)
        since, until = visit.now - timedelta(days=30), visit.now + timedelta(seconds=1)
        if month is not None:
            since, until = month_of(month, zone)
        found = figures(visit.connection, since, until, visit.now, organisations=seen, zone=zone)
        return [AnswerTimes(**figures_fields(each) | {"month": month or ""}) for each in found]


@router.get("/preflight")
def latest_preflight(door: SeesOrganisations) -> Preflight:
    """Return what the latest nightly pre-flight found in the homes in scope."""
    with door.open() as visit:
        run, rows = preflight_runs.latest(visit.connection, visit.homes())
        if run is None:
            return Preflight(at=None, until=None, homes=0, findings=[])
        return Preflight(
            at=run["at"],
            until=run["until"],
            homes=run["homes"],
            findings=[
                LapseFound(
                    organisation=row["organisation_id"],
                    home=row["home_id"],
                    **{
                        key: row[key]
                        for key in ("name", "kind", "severity", "since", "until", "people", "who")
                    },
                )
                for row in rows
            ],
        )


@router.get("/homes/{home_id}/preflight")
def home_preflight(home_id: HomeId, door: SeesContacts) -> list[LapseFound]:
    """Look at the coming two weeks of one home now."""
    with door.open() as visit:
        visit.look("view_contacts", home_id)
        return [
            LapseFound(
                organisation=each.organisation_id,
                home=each.home_id,
                name=each.name,
                kind=each.lapse.kind,
                severity=each.lapse.severity,
                since=each.lapse.since,
                until=each.lapse.until,
                people=each.lapse.people,
                who=each.lapse.who,
            )
            for each in preflight_runs.check_home(visit.connection, home_id, visit.now)
        ]


@router.post("/homes/{home_id}/contacts/{contact_id}/methods/{method_id}/check", status_code=201)
def check_number(home_id: HomeId, contact_id: PlainId, method_id: PlainId, door: ChecksNumbers) -> Created:
    """Call, or write to, a contact of a home for a test. 409 while a test of this number is under way."""
    with door.open() as visit:
        return _created(number_tests.begin(visit, method_id, contact_id, home_id=home_id))


@router.post(
    "/organisations/{organisation_id}/contacts/{contact_id}/methods/{method_id}/check", status_code=201
)
def check_duty_number(
    organisation_id: OrganisationId, contact_id: PlainId, method_id: PlainId, door: ChecksColleagues
) -> Created:
    """Call, or write to, somebody on duty for a test. 409 while a test of this number is under way."""
    with door.open() as visit:
        return _created(number_tests.of_colleague(visit, organisation_id, contact_id, method_id))


@router.post("/homes/{home_id}/drill", status_code=201)
def drill_home(home_id: HomeId, door: EditsHomes) -> Created:
    """Begin a drill of a home. 409 while one is under way or a real alert is open there."""
    with door.open() as visit:
        alert_id = drills.start(visit.connection, visit.now, home_id=home_id, by=visit.account.name)
        visit.note("drill", home_id, alert=alert_id)
        return Created(id=alert_id)


@router.get("/homes/{home_id}/drill-plan")
def get_home_plans(home_id: HomeId, door: EditsHomes) -> list[PlannedDrills]:
    """Return when a home is drilled; an empty list: never of itself."""
    with door.open() as visit:
        return _planned(visit, home_id=home_id)


@router.delete("/homes/{home_id}/drill-plan")
def stop_home_plan(home_id: HomeId, door: EditsHomes) -> list[PlannedDrills]:
    """Plan no drills of a home any more; 404 where none are planned."""
    with door.open() as visit:
        drill_plans.stop_of_place(visit.connection, f"home:{home_id}", home_id=home_id)
        visit.note("stop_drills", home_id, plan=f"home:{home_id}")
        return _planned(visit, home_id=home_id)


@router.get("/organisations/{organisation_id}/drill-plan")
def get_area_plans(organisation_id: OrganisationId, door: SeesOrganisations) -> list[PlannedDrills]:
    """Return when an organisation's people on duty, and its homes, are drilled."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        return _planned(visit, organisation_id=organisation_id)


@router.delete("/organisations/{organisation_id}/drill-plan")
def stop_area_plan(
    organisation_id: OrganisationId, door: EditsOrganisations, whom: Literal["duty", "homes"] = "duty"
) -> list[PlannedDrills]:
    """Plan no such drills there any more; 404 where none are planned."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        plan = f"{whom}:{organisation_id}"
        drill_plans.stop_of_place(visit.connection, plan, organisation_id=organisation_id)
        visit.note("stop_drills", None, plan=plan)
        return _planned(visit, organisation_id=organisation_id)


@router.put("/homes/{home_id}/drill-plan")
def plan_home(home_id: HomeId, plan: DrillPlan, door: EditsHomes) -> Created:
    """Plan the drills of a home."""
    with door.open() as visit:
        made = drill_plans.save(
            visit.connection,
            home_id=home_id,
            whom="home",
            every=plan.every,
            day=plan.day,
            hour=plan.hour,
            by=visit.account.name,
            now=visit.now,
        )
        visit.note("plan_drills", home_id, plan=made)
        return Created(id=made)


@router.put("/organisations/{organisation_id}/drill-plan")
def plan_organisation(organisation_id: OrganisationId, plan: DrillPlan, door: EditsOrganisations) -> Created:
    """Plan the drills of an organisation's people on duty, or of all its homes."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        made = drill_plans.save(
            visit.connection,
            organisation_id=organisation_id,
            whom=plan.whom,
            every=plan.every,
            day=plan.day,
            hour=plan.hour,
            by=visit.account.name,
            now=visit.now,
        )
        visit.note("plan_drills", None, plan=made)
        return Created(id=made)


@router.get("/drills")
def list_drills(
    door: SeesOrganisations, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[DrillResult]:
    """Return drills in scope, the newest first: who was reached, and how fast."""
    with door.open() as visit:
        organisations = scope.visible_organisations(visit.connection, visit.account)
        rows = drills.results(
            visit.connection, homes=visit.homes(), organisations=organisations or (), limit=limit
        )
        return [
            DrillResult(
                alert=row["alert_id"],
                home=row["home_id"],
                organisation=row["organisation_id"],
                name=row["name"],
                started_at=row["started_at"],
                over=row["status"] == "resolved",
                reached=row["reached"],
                after_s=None if row["after"] is None else row["after"].total_seconds(),
                called=row["called"],
            )
            for row in rows
        ]


def figures_fields(found: Figures) -> dict[str, Any]:
    """Return figures as programs read them, for the API and the command line."""
    return {
        "organisation": found.organisation,
        "month": found.month,
        "severity": found.severity,
        "tier": found.tier,
        "alerts": found.alerts,
        "answered": found.answered,
        "waiting": found.waiting,
        "median_s": None if found.median is None else round(found.median.total_seconds(), 1),
        "p95_s": None if found.p95 is None else round(found.p95.total_seconds(), 1),
        "shares": [_share(share) for share in found.shares],
    }


def _share(share: Share) -> dict[str, Any]:
    return {
        "target": share.target.name,
        "within_s": share.target.within.total_seconds(),
        "wanted": share.target.share,
        "judged": share.judged,
        "kept": share.kept,
        "share": None if share.share is None else round(share.share, 4),
        "standing": share.standing,
    }


def _created(alert_id: str | None) -> Created:
    if alert_id is None:
        raise ConflictError("A test of this number is under way.")
    return Created(id=alert_id)


def _planned(
    visit: Visit, *, home_id: str | None = None, organisation_id: str | None = None
) -> list[PlannedDrills]:
    zone = drill_plans.zone_of(visit.connection, home_id, organisation_id)
    return [
        PlannedDrills(
            whom=row["whom"],
            every=row["every"],
            day=row["day"],
            hour=row["hour"],
            saved_by=row["saved_by"],
            next_at=drill_plans.next_due(row, zone, visit.now),
        )
        for row in drill_plans.of_place(visit.connection, home_id=home_id, organisation_id=organisation_id)
    ]
