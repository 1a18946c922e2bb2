"""What goes in and comes out of the API. Times are UTC; ids are those of the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from hub.alerts.stages import Cause
from hub.notify.channels.port import Medium
from hub.web.habits import TrendName
from hub.web.inputs import LongText, Name, NewId, Text

Severity = Literal["advice", "warning", "emergency"]
AlertStatus = Literal["triggered", "acknowledged", "on_the_way", "on_site", "resolved"]
HomeStatus = Literal["commissioning", "live", "paused"]
Language = Literal["zh", "en"]
StateKind = Literal["emergency", "warning", "unknown", "advice", "calm", "commissioning", "paused"]


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("a zone is a name such as Asia/Shanghai")
    return name


Zone = Annotated[str, AfterValidator(_zone)]


class Given(BaseModel):
    """Comes from outside: unknown fields are refused, so that a typing error does not pass in silence."""

    model_config = ConfigDict(extra="forbid")


class NewOrganisation(Given):
    """An organisation of the three tiers."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "east-street",
                "tier": "station",
                "parent_id": "qingshan",
                "name": "东街社区服务站",
                "name_en": "East Street station",
                "area_code": "330106001001",
            }
        }
    )
    id: NewId
    tier: Literal["station", "centre", "county"]
    parent_id: NewId | None = None
    name: Name
    name_en: Text = ""
    area_code: Annotated[str, Field(pattern=r"^([0-9]{12})?$")] = ""
    zone: Zone = "Asia/Shanghai"
    telephone: Annotated[
        str,
        Field(pattern=r"^(\+?[0-9][0-9 -]{2,20})?$", description="Published; empty: as it was."),
    ] = ""


class Organisation(BaseModel):
    """An organisation in scope."""

    id: str
    tier: str
    parent_id: str | None
    name: str
    name_en: str
    area_code: str
    zone: str
    telephone: str


class Key(BaseModel):
    """Where a home's key is."""

    note: str = Field(description="Empty: nothing is known.", examples=["门框上方钥匙盒，密码找王芳"])


class Trend(BaseModel):
    """One number a day over 30 days; null where a day is not known."""

    name: TrendName
    values: list[float | None] = Field(description="The oldest day first, yesterday last.")
    week: float | None = Field(description="The median of the latest seven days.")
    before: float | None = Field(description="The median of the days before them.")
    changed: int = Field(description="1: more than before, -1: less, 0: as before, or not known.")


class Trends(BaseModel):
    """What is usual in a home, and what has changed within 30 days."""

    first: date
    known: int = Field(description="Days of which something is recorded; usual is said from 14 on.")
    usual: dict[str, list[int]] = Field(description="By room: the hours of the day at which it is in use.")
    trends: list[Trend]


class NewHome(Given):
    """A home to be watched; it is being commissioned at first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "wang-guilan",
                "organisation_id": "east-street",
                "name": "东街 12 号",
                "address": "青山镇东街 12 号 2 单元 301",
                "entry_note": "钥匙在 302 李敏处",
            }
        }
    )
    id: NewId
    organisation_id: NewId
    name: Name
    address: LongText = ""
    entry_note: LongText = ""
    zone: Zone = "Asia/Shanghai"
    first_called: Literal["family", "station"] = "family"


class Facts(BaseModel):
    """What people said of a home. `up_by` is HH:MM by its clock, or empty."""

    name: str
    address: str
    landmarks: str
    hospital: str
    entry_note: str
    has_key_safe: bool
    up_by: str
    first_called: str


class NewFacts(Given):
    """What is to be changed; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"landmarks": "老供销社对面，红色铁门", "up_by": "07:30"}}
    )
    name: Name | None = None
    address: LongText | None = None
    landmarks: LongText | None = None
    hospital: LongText | None = None
    entry_note: LongText | None = None
    key_safe: LongText | None = Field(
        None, description="Where a key is; empty: nowhere. Shown only while an alert is open."
    )
    up_by: Annotated[str, Field(pattern=r"^([0-2][0-9]:[0-5][0-9])?$")] | None = None
    first_called: Literal["family", "station"] | None = None


class Home(BaseModel):
    """A home and how it is now.

    `unknown`: nothing is heard of it, which is not the same as calm. `commissioning` and `paused`: nobody is
    called, whatever its sensors see. Only a home that is live is ever calm.
    """

    id: str
    organisation_id: str
    name: str
    address: str
    zone: str
    status: HomeStatus
    first_called: str
    residents: str
    state: StateKind
    state_since: datetime | None
    heard_at: datetime | None
    created_at: datetime


class HomeWatch(BaseModel):
    """What has been learnt of a home, what may still be said for nothing, and its risk as of last night.

    `band` and `points` are null before the first night. A contribution's `reason` and `lower` are a sentence
    with the numbers that fill it.
    """

    days: int
    learnt_to: datetime | None
    left_out: list[dict[str, str]]
    questions_left: float
    questions_held: float
    questions_next_at: datetime
    station_left: float
    station_held: float
    station_next_at: datetime
    band: Literal["low", "raised", "high"] | None
    points: float | None
    contributions: list[dict[str, Any]]
    unknown: list[str]


class StatusChange(Given):
    """Take a home live, pause it, or commission it again."""

    status: HomeStatus = Field(examples=["live"])
    why: LongText = Field("", description="Why it goes live before everything was shown.")


class Event(BaseModel):
    """Something that a sensor saw. `device` and `kind` are those of the wire."""

    at: datetime
    received_at: datetime
    device: str
    kind: str
    value: float | None
    late: bool
    historic: bool


class Day(BaseModel):
    """All events of one day by the clock of the home, oldest first."""

    day: date
    zone: str
    complete: bool = Field(description="False when there were more events than are given.")
    events: list[Event]


class Device(BaseModel):
    """A thing on the wall."""

    edge: str
    id: str
    name: str
    vendor: str
    model: str
    room: str
    kinds: list[str]
    heard_at: datetime | None
    silent: bool
    battery: float | None
    battery_low: bool | None
    link: float | None


class Alert(BaseModel):
    """Trouble that somebody must answer."""

    id: str
    home: str | None = Field(description="Null: it is about the whole area of `organisation`.")
    organisation: str
    risk: str
    severity: Severity
    status: AlertStatus
    room: str
    device: str
    reason: str = Field(description="What the sensors saw, in words, in the reader's language.")
    occurred_at: datetime
    triggered_at: datetime
    cleared_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    outcome: str | None
    cause: str = Field(description="Why it was a false alarm; empty for others.")
    answered_at: datetime | None = Field(description="The first time that a human took it.")
    eta_at: datetime | None = Field(description="When whoever is on the way expects to be there.")
    arrived_at: datetime | None
    late: bool
    drill: bool
    version: int


class Attempt(BaseModel):
    """One try to tell one person."""

    id: str
    contact: str
    channel: str
    address: str
    purpose: str
    status: str
    error_code: str | None
    created_at: datetime
    ended_at: datetime | None


class Taker(BaseModel):
    """Somebody who took an alert; `left_at`: said afterwards that they cannot go."""

    name: str
    via: str
    tier: str
    at: datetime
    left_at: datetime | None


class AlertInFull(Alert):
    """An alert, who took it, and every attempt to tell somebody."""

    answers_needed: int = Field(description="So many humans must take it before nobody else is called.")
    takers: list[Taker]
    attempts: list[Attempt]


class Gift(Given):
    """To whom an alert is given."""

    organisation: NewId = Field(description="An organisation of the same county that can be called.")
    note: LongText = ""


class SettingOut(Given):
    """Somebody is on the way."""

    model_config = ConfigDict(json_schema_extra={"example": {"eta_minutes": 15}})
    eta_minutes: Annotated[int, Field(ge=1, le=240)] | None = None


class Resolution(Given):
    """What an alert turned out to be."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"outcome": "self_ok", "note": "Spoke to her: she had sat down."}}
    )
    outcome: Literal["real", "false", "self_ok", "test"]
    cause: Cause | None = Field(None, description="Why it was a false alarm; `other` when it is not said.")
    note: LongText = ""

    @model_validator(mode="after")
    def _cause_of_a_false_alarm(self) -> Resolution:
        if self.cause is not None and self.outcome != "false":
            raise ValueError("only a false alarm has a cause")
        return self


class Verdict(BaseModel):
    """Whether a file is complete and unchanged."""

    ok: bool
    entries: int
    broken_at: int | None


class NewContact(Given):
    """A person to tell about a home."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "王敏", "role": "family", "language": "zh", "rank": 1}}
    )
    name: Name
    role: Literal["resident", "family", "neighbour", "volunteer", "doctor", "duty"]
    language: Language = "zh"
    rank: Annotated[int, Field(ge=1, le=1000)] = 1


class ContactChange(Given):
    """What is to change about a contact; null: as it was."""

    model_config = ConfigDict(json_schema_extra={"example": {"place": 1}})
    place: Annotated[int, Field(ge=1, le=1000, description="In the order of calling, from 1 on.")] | None = (
        None
    )
    active: Annotated[bool, Field(description="False: they are called no longer.")] | None = None


class NewMethod(Given):
    """A way to reach a contact."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"channel": "voice", "address": "+8613800138000"}}
    )
    channel: Medium
    address: LongText
    rank: Annotated[int, Field(ge=1, le=1000)] = 1


class Method(BaseModel):
    """A way to reach a contact; unverified until a human answered at it."""

    id: str
    channel: str
    address: str
    rank: int
    verified_at: datetime | None


class Contact(BaseModel):
    """A person to tell, with the ways to reach them in order."""

    id: str
    name: str
    role: str
    language: str
    rank: int
    active: bool
    methods: list[Method]


class Created(BaseModel):
    """The id of what was made."""

    id: str


def alert_fields(row: dict[str, Any], reason: str) -> dict[str, Any]:
    """Return an alert's row as the API names it."""
    same = (
        "id", "risk", "severity", "status", "room", "device", "occurred_at", "triggered_at", "cleared_at",
        "acknowledged_at", "acknowledged_by", "resolved_at", "resolved_by", "outcome", "cause",
        "answered_at", "eta_at", "arrived_at", "late", "drill", "version",
    )  # fmt: skip
    return {name: row[name] for name in same} | {
        "home": row["home_id"],
        "organisation": row["organisation_id"],
        "reason": reason,
    }


def home_fields(row: dict[str, Any]) -> dict[str, Any]:
    """Return a home's row as the API names it."""
    same = (
        "id", "organisation_id", "name", "address", "zone", "status", "first_called",
        "heard_at", "created_at",
    )  # fmt: skip
    return {name: row[name] for name in same} | {
        "residents": row["resident_names"],
        "state": row["state"].kind,
        "state_since": row["state"].since,
    }
