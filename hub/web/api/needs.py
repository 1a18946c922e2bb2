"""What residents ask for that is no emergency, and what a human who calls an ambulance must say."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from hub.accounts.permissions import Action
from hub.care import card as cards
from hub.care import satisfaction, store
from hub.care.needs import ASKED_FOR, Answer, Kind, State, is_overdue
from hub.care.script import script
from hub.errors import ConflictError
from hub.web import need_links
from hub.web.api.problems import PROBLEMS
from hub.web.api.schemas import Created, Given
from hub.web.guard import Allow, Door, language_of
from hub.web.inputs import AlertId, HomeId, LongText, OrganisationId, PlainId, Text
from hub.web.pages.needs import see
from hub.web.parts import parts
from hub.web.words import reason_text

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)

Looking = Annotated[Door, Depends(Allow(Action.VIEW_NEEDS))]
Handling = Annotated[Door, Depends(Allow(Action.HANDLE_NEEDS))]
Satisfied = Annotated[Door, Depends(Allow(Action.ANSWER_NEEDS))]
Answering = Annotated[Door, Depends(Allow(Action.ANSWER_ALERTS))]
EditsHomes = Annotated[Door, Depends(Allow(Action.EDIT_HOMES))]
EditsOrganisations = Annotated[Door, Depends(Allow(Action.EDIT_ORGANISATIONS))]


class NewNeed(Given):
    """Something that a resident asks for."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"kind": "meals", "text": "明天想订午饭", "source": "phone"}}
    )
    kind: Kind
    text: LongText = ""
    source: Literal["phone", "web"] = "web"


class NeedChange(Given):
    """Where a need goes; `declined` asks for a note that says why."""

    model_config = ConfigDict(json_schema_extra={"example": {"state": "done", "note": "午饭已订"}})
    state: State
    note: LongText = ""


class NewAnswer(Given):
    """What somebody says of what was done, and their words."""

    model_config = ConfigDict(json_schema_extra={"example": {"answer": "partly", "words": "来晚了一天"}})
    answer: Answer
    words: LongText = ""


class Answered(BaseModel):
    """What follows: it stays done (`kept`), waits again (`reopened`), or waits above (`passed_on`)."""

    follows: Literal["kept", "reopened", "passed_on"]


class AskLink(BaseModel):
    """An address to send to a family, and until when it is good."""

    url: str
    until: datetime


class Need(BaseModel):
    """Something that a resident asked for, and what became of it."""

    id: str
    home: str
    kind: Kind
    text: str
    source: str
    presses: int = Field(description="How often the button was pressed for it; 0: not by button.")
    created_at: datetime
    due_at: datetime
    overdue: bool
    state: State
    state_at: datetime
    state_by: str
    note: str


class Where(Given):
    """How a home is found, and which hospital its people want."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"landmarks": "老供销社对面，红色铁门", "hospital": "青河县人民医院"}}
    )
    landmarks: LongText = ""
    hospital: Text = ""
    key_safe: LongText | None = Field(
        None,
        description="Where a key is; null: as it was. Shown only while an alert is open.",
    )


class Consent(Given):
    """Whether somebody lets helpers know of their health."""

    given: bool


class Numbers(Given):
    """An area's emergency numbers, for humans to dial; an empty one is the country's."""

    model_config = ConfigDict(json_schema_extra={"example": {"ambulance": "120", "fire": "", "police": ""}})
    ambulance: Annotated[Text, Field(pattern=r"^[+0-9 \-]{0,20}$")] = ""
    fire: Annotated[Text, Field(pattern=r"^[+0-9 \-]{0,20}$")] = ""
    police: Annotated[Text, Field(pattern=r"^[+0-9 \-]{0,20}$")] = ""


class Line(BaseModel):
    """A service that a human dials."""

    service: str
    number: str


class CardPerson(BaseModel):
    """Somebody who lives there; `health` is null where they did not agree to it."""

    name: str
    age: int | None
    capability: int | None
    health: str | None


class Card(BaseModel):
    """What a human who calls for help must be able to say."""

    alert: str
    risk: str
    drill: bool
    lines: list[Line]
    address: str
    landmarks: str
    entry_note: str
    hospital: str
    people: list[CardPerson]
    seen: str
    occurred_at: datetime
    last_movement_at: datetime | None
    script: dict[str, list[str]] = Field(description="Sentences to read out, by language.")


@router.get("/needs", tags=["needs"])
def list_needs(
    door: Looking,
    which: Annotated[Literal["waiting", "ended"], Query(description="`waiting`: by due time.")] = "waiting",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[Need]:
    """Return what residents of the homes in scope asked for."""
    with door.open() as visit:
        visit.note("view_needs")
        if which == "waiting":
            rows = store.waiting(visit.connection, visit.homes())[:limit]
        else:
            rows = store.ended(visit.connection, visit.homes(), limit)
        return [_need(row, visit.now) for row in rows]


@router.post("/homes/{home_id}/needs", tags=["needs"], status_code=201)
def add_need(home_id: HomeId, new: NewNeed, door: Handling) -> Created:
    """Write down what somebody asked for."""
    with door.open() as visit:
        made = store.add(
            visit.connection,
            home_id=home_id,
            kind=new.kind,
            source=new.source,
            text=new.text.strip(),
            by=visit.account.name,
            now=visit.now,
        )
        visit.note("add_need", home_id, need=made)
        return Created(id=made)


@router.post("/needs/{need_id}", tags=["needs"])
def change_need(need_id: PlainId, change: NeedChange, door: Handling) -> Need:
    """Take a need, give it back, or bring it to its end."""
    with door.open() as visit:
        need = see(visit, need_id)
        store.go(
            visit.connection, need_id, change.state, by=visit.account.name, note=change.note, now=visit.now
        )
        visit.note("change_need", need["home_id"], need=need_id, state=change.state)
        return _need(store.get(visit.connection, need_id), visit.now)


@router.post("/needs/{need_id}/answer", tags=["needs"])
def answer_need(need_id: PlainId, said: NewAnswer, door: Satisfied) -> Answered:
    """Write down what somebody says of what was done. 409 while it is not done, or has been answered.

    Who is not satisfied is served again; said a second time, it goes to the organisation above.
    """
    with door.open() as visit:
        need = see(visit, need_id)
        follows = satisfaction.answer(
            visit.connection,
            need_id,
            said.answer,
            words=said.words,
            by=visit.account.name,
            how="page" if visit.account.role == "family" else "phone",
            now=visit.now,
        )
        visit.note("answer_need", need["home_id"], need=need_id, answer=said.answer, follows=follows)
        return Answered(follows=follows)


@router.post("/needs/{need_id}/link", tags=["needs"])
def make_link(request: Request, need_id: PlainId, door: Handling) -> AskLink:
    """Return the address at which a family says how it was done, without signing in; 409 while it is not."""
    with door.open() as visit:
        need = see(visit, need_id)
        if need["state"] != "done" or need["state_at"] <= visit.now - ASKED_FOR:
            raise ConflictError("Nothing was done lately that somebody could be asked about.")
        base = parts(request).settings.own_url
        url = need_links.address_of(visit.connection, base, need_id, need["state_at"], visit.now)
        visit.note("make_need_link", need["home_id"], need=need_id)
        return AskLink(url=url, until=need["state_at"] + ASKED_FOR)


@router.get("/alerts/{alert_id}/card", tags=["alerts"])
def get_card(request: Request, alert_id: AlertId, door: Answering) -> Card:
    """Return the emergency card of an open emergency; 409 for any other alert."""
    with door.open() as visit:
        card = cards.card(visit.connection, alert_id, visit.now)
        visit.note("view_card", visit.home_id, alert=alert_id)
        language = language_of(request, visit.account)
        alert = card.alert
        return Card(
            alert=alert_id,
            risk=alert["risk"],
            drill=alert["drill"],
            lines=[Line(service=line.service, number=line.number) for line in card.lines],
            address=alert["address"],
            landmarks=card.landmarks,
            entry_note=card.entry_note,
            hospital=card.hospital,
            people=[
                CardPerson(name=one.name, age=one.age, capability=one.capability, health=one.health)
                for one in card.people
            ],
            seen=reason_text(alert["reason"], language, alert["zone"]),
            occurred_at=alert["occurred_at"],
            last_movement_at=card.last_movement["occurred_at"] if card.last_movement else None,
            script={one: script(card, visit.account.name, one) for one in ("zh", "en")},
        )


@router.put("/homes/{home_id}/where", tags=["homes"])
def put_where(home_id: HomeId, where: Where, door: EditsHomes) -> Where:
    """Write down how a home is found."""
    with door.open() as visit:
        cards.describe_home(
            visit.connection,
            home_id,
            landmarks=where.landmarks,
            hospital=where.hospital,
            key_safe=where.key_safe,
        )
        visit.note("describe_home", home_id)
        return where.model_copy(update={"key_safe": None})


@router.put("/homes/{home_id}/residents/{resident_id}/health-consent", tags=["homes"])
def put_consent(home_id: HomeId, resident_id: PlainId, consent: Consent, door: EditsHomes) -> Consent:
    """Write down whether a resident lets helpers know of their health."""
    with door.open() as visit:
        cards.consent(visit.connection, home_id, resident_id, given=consent.given)
        visit.note("health_consent", home_id, resident=resident_id, given=consent.given)
        return consent


@router.put("/organisations/{organisation_id}/emergency-numbers", tags=["organisations"])
def put_numbers(organisation_id: OrganisationId, numbers: Numbers, door: EditsOrganisations) -> Numbers:
    """Write down an area's own emergency numbers."""
    with door.open() as visit:
        visit.see_organisation(organisation_id)
        cards.set_numbers(visit.connection, organisation_id, numbers.model_dump())
        visit.note("emergency_numbers", None, organisation=organisation_id)
        return numbers


def _need(row: dict[str, Any], now: datetime) -> Need:
    same = (
        "id", "kind", "text", "source", "presses", "created_at", "due_at", "state", "state_at", "state_by",
        "note",
    )  # fmt: skip
    return Need(
        **{name: row[name] for name in same},
        home=row["home_id"],
        overdue=is_overdue(row["state"], row["due_at"], now),
    )
