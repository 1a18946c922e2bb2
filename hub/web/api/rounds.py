"""Rounds, visits, suggestions, and where residents are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from hub.accounts.permissions import Action
from hub.care import suggesting, visits
from hub.care.intervals import Standing
from hub.care.rounds import Urgency
from hub.care.visits import Check, Kind
from hub.places import store as places
from hub.web import rounds
from hub.web.api.problems import PROBLEMS
from hub.web.api.schemas import Created, Given
from hub.web.guard import Allow, Door
from hub.web.inputs import ID_PATTERN, HomeId, LongText, PlainId, Text
from hub.web.moments import zone_of
from hub.web.pages.rounds import asks_of, decide_one

router = APIRouter(prefix="/api/v1", tags=["rounds"], responses=PROBLEMS)

Rounds = Annotated[Door, Depends(Allow(Action.MAKE_ROUNDS))]
Looking = Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]


class CallOut(BaseModel):
    """One home to call on."""

    home: str
    urgency: Urgency
    due_on: date | None
    reasons: list[str] = Field(description="In the account's language.")


class NewVisit(Given):
    """What a human did: nothing that a sensor saw is a visit."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"kind": "door", "residents": ["wang-1"], "note": "一切都好"}}
    )
    kind: Kind
    residents: list[Text] = Field(min_length=1, max_length=20)
    at: datetime | None = Field(None, description="Now, if it is missing; within the last two months.")
    not_well: list[Check] = Field(default_factory=list)
    changed: bool = Field(False, description="Much has changed: the next visit is due within a day.")
    note: LongText = ""
    paper: Text = Field("", description="The sheet that it was copied from.")


class VisitOut(BaseModel):
    """A visit on record."""

    id: str
    at: datetime
    kind: Kind
    by: str
    residents: str
    not_well: list[str]
    changed: bool
    note: str
    entered_at: datetime
    paper: str
    struck_out: bool
    why_struck_out: str


class Why(Given):
    """A reason."""

    why: LongText = Field(min_length=1)


class Stands(Given):
    """Where a resident is."""

    standing: Standing


class SuggestionOut(BaseModel):
    """What a rule suggests."""

    id: str
    home: str
    rule: str
    asks: str
    reason: str
    made_at: datetime


class Decision(Given):
    """What a human decides; `declined` asks for a reason."""

    decision: Literal["accepted", "declined"]
    why: LongText = ""


class Decided(BaseModel):
    """What came of it."""

    need: str | None = Field(description="The request that an accepted suggestion became.")


@router.get("/rounds")
def get_round(
    door: Rounds, organisation: Annotated[str | None, Query(pattern=ID_PATTERN)] = None
) -> list[CallOut]:
    """Return today's round, the most urgent first."""
    with door.open() as visit:
        ids = rounds.homes_of(visit, organisation)
        return [
            CallOut(
                home=call.home.id,
                urgency=call.urgency,
                due_on=call.due_on,
                reasons=[rounds.said(reason, visit.account.language) for reason in call.reasons],
            )
            for call in rounds.calls(visit.connection, ids, visit.now)
        ]


@router.get("/homes/{home_id}/visits")
def list_visits(home_id: HomeId, door: Looking) -> list[VisitOut]:
    """Return the visits to a home, the latest first."""
    with door.open() as visit:
        visit.look("view_visits", home_id)
        return [_visit(row) for row in visits.of_home(visit.connection, home_id)]


@router.post("/homes/{home_id}/visits", status_code=201)
def add_visit(home_id: HomeId, new: NewVisit, door: Rounds) -> Created:
    """Write a visit down."""
    with door.open() as visit:
        at = new.at or visit.now
        if at.tzinfo is None:
            at = at.replace(tzinfo=zone_of(places.home(visit.connection, home_id, visit.now)["zone"]))
        made = visits.record(
            visit.connection,
            home_id=home_id,
            at=at,
            kind=new.kind,
            residents=new.residents,
            by=visit.account.name,
            user_id=visit.account.id,
            now=visit.now,
            not_well=new.not_well,
            changed=new.changed,
            note=new.note.strip(),
            paper=new.paper.strip(),
        )
        visit.note("add_visit", home_id, visit=made)
        return Created(id=made)


@router.post("/visits/{visit_id}/strike-out", status_code=204)
def strike_out(visit_id: PlainId, reason: Why, door: Rounds) -> None:
    """Let a mistaken visit count no more; it stays on record."""
    with door.open() as visit:
        home_id = rounds.theirs(visit, visits.home_of(visit.connection, visit_id))
        visits.strike_out(
            visit.connection, visit_id, by=visit.account.name, why=reason.why.strip(), now=visit.now
        )
        visit.note("strike_out_visit", home_id, visit=visit_id)


@router.put("/homes/{home_id}/residents/{resident_id}/standing")
def put_standing(home_id: HomeId, resident_id: PlainId, where: Stands, door: Rounds) -> Stands:
    """Write down where a resident is."""
    with door.open() as visit:
        visits.stand(
            visit.connection, home_id, resident_id, where.standing, by=visit.account.name, now=visit.now
        )
        visit.note("set_standing", home_id, resident=resident_id, standing=where.standing)
        return where


@router.get("/suggestions")
def list_suggestions(door: Rounds) -> list[SuggestionOut]:
    """Return what rules suggest and nobody has decided yet."""
    with door.open() as visit:
        language = visit.account.language
        return [
            SuggestionOut(
                id=row["id"],
                home=row["home_id"],
                rule=row["rule"],
                asks=asks_of(row["rule"], language),
                reason=rounds.said(row["reason"], language),
                made_at=row["made_at"],
            )
            for row in suggesting.waiting(visit.connection, visit.homes())
        ]


@router.post("/suggestions/{suggestion_id}")
def decide(suggestion_id: PlainId, choice: Decision, door: Rounds) -> Decided:
    """Accept a suggestion, which makes it a request, or decline it with a reason."""
    with door.open() as visit:
        home_id = rounds.theirs(visit, suggesting.home_of(visit.connection, suggestion_id))
        need = decide_one(visit, suggestion_id, choice.decision, choice.why)
        visit.note("decide_suggestion", home_id, suggestion=suggestion_id, decision=choice.decision)
        return Decided(need=need)


def _visit(row: dict[str, Any]) -> VisitOut:
    same = ("id", "at", "kind", "by", "residents", "not_well", "changed", "note", "entered_at", "paper")
    return VisitOut(
        **{name: row[name] for name in same},
        struck_out=row["void_at"] is not None,
        why_struck_out=row["void_why"],
    )
