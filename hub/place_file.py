"""A place file: organisations, homes, people, edge agents and users as TOML, for a first set-up or a demo.

    [[organisations]]   id, tier (station, centre, county), parent, name, name_en, area_code, zone, telephone
    [[homes]]           id, organisation, name, address, landmarks, hospital, entry_note, zone, first_called,
                        supervision_s
    [[residents]]       home, name, born (year), capability, circumstances, health_note, health_consent
    [[contacts]]        home or organisation, name, role, language, rank, methods = [{channel, address}]
    [[edges]]           home, id, password (of its account on the embedded broker)
    [[rotas]]           organisation, zone, [[rotas.shifts]], [[rotas.rotations]]: see `escalation.rota_file`
    [[users]]           login, role, name, password, organisation, homes, language, token (for the API)

Rows are told apart by their ids, so that the same file can be taken over again after a correction.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from hub.accounts import sessions, users
from hub.accounts.passwords import LONGEST, SHORTEST
from hub.escalation import rota_store
from hub.escalation.rota_file import Week
from hub.notify.channels.port import Medium
from hub.places import contacts, store
from hub.places.addresses import AddressError, shown
from hub.places.addresses import address as reachable
from hub.storage.database import Connection

Id = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")]


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f'"{name}" is no time zone. Write it as Asia/Shanghai.')
    return name


Zone = Annotated[str, AfterValidator(_zone)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OrganisationRow(_Row):
    """A station, centre or county."""

    id: Id
    tier: Literal["station", "centre", "county"]
    parent: Id | None = None
    name: str
    name_en: str = ""
    area_code: str = ""
    zone: Zone = "Asia/Shanghai"
    telephone: Annotated[str, Field(pattern=r"^(\+?[0-9][0-9 -]{2,20})?$")] = ""  #: published, for families


class HomeRow(_Row):
    """A home; a new one is being commissioned."""

    id: Id
    organisation: Id
    name: str
    address: str = ""
    landmarks: str = ""  #: how an ambulance finds it
    hospital: str = ""  #: that its people want
    entry_note: str = ""
    zone: Zone = "Asia/Shanghai"
    first_called: Literal["family", "station"] = "family"
    supervision_s: Annotated[float, Field(gt=0)] = 180


class ResidentRow(_Row):
    """Somebody who lives there."""

    home: Id
    name: str
    born: Annotated[int, Field(ge=1890, le=2100)] | None = None
    capability: Annotated[int, Field(ge=0, le=4)] | None = None
    circumstances: list[str] = []
    health_note: str | None = None
    health_consent: bool | None = None  #: helpers may be told the note; none: as it was


class MethodRow(_Row):
    """A way to reach a contact, in order of preference."""

    channel: Medium
    address: str

    @field_validator("address")
    @classmethod
    def _can_be_reached(cls, address: str, info: ValidationInfo) -> str:
        channel = info.data.get("channel", "voice")
        try:
            return reachable(channel, address)
        except AddressError as error:
            raise ValueError(f'"{shown(channel, address)}": {error}') from error


class ContactRow(_Row):
    """Somebody to tell, of a home or of an organisation."""

    home: Id | None = None
    organisation: Id | None = None
    name: str
    role: Literal["resident", "family", "neighbour", "volunteer", "doctor", "duty"]
    language: Literal["zh", "en"] = "zh"
    rank: Annotated[int, Field(ge=1)] = 1
    methods: list[MethodRow] = []

    @model_validator(mode="after")
    def _of_one(self) -> ContactRow:
        if (self.home is None) == (self.organisation is None):
            raise ValueError("a contact belongs to a home or to an organisation, to one of the two.")
        if self.role == "resident" and self.home is None:
            raise ValueError("a resident belongs to a home. Add home.")
        return self


class EdgeRow(_Row):
    """An edge agent of a home."""

    home: Id
    id: Id
    password: SecretStr | None = None


class RotaRow(Week):
    """Who is on duty at an organisation, week by week; contacts are named by name within it."""

    organisation: Id


class UserRow(_Row):
    """Somebody who may sign in; known already, they keep what they have."""

    login: str
    role: Literal["family", "operator", "supervisor", "integrator", "administrator"]
    name: str
    password: SecretStr
    organisation: Id | None = None
    homes: list[Id] = []
    language: Literal["zh", "en"] = "zh"
    token: SecretStr | None = None

    @model_validator(mode="after")
    def _of_an_organisation(self) -> UserRow:
        if self.role in ("operator", "supervisor") and self.organisation is None:
            raise ValueError("operators and supervisors belong to an organisation. Add organisation.")
        return self

    @field_validator("password")
    @classmethod
    def _is_hard_to_guess(cls, password: SecretStr) -> SecretStr:
        word = password.get_secret_value()
        if not SHORTEST <= len(word) <= LONGEST or len(set(word)) < 4:
            raise ValueError(f"choose {SHORTEST} to {LONGEST} characters, at least four of them different.")
        return password


class PlaceFile(_Row):
    """The whole file."""

    organisations: list[OrganisationRow] = []
    homes: list[HomeRow] = []
    residents: list[ResidentRow] = []
    contacts: list[ContactRow] = []
    edges: list[EdgeRow] = []
    rotas: list[RotaRow] = []
    users: list[UserRow] = []


def take_over(connection: Connection, file: PlaceFile, now: datetime) -> None:
    """Write the file's rows, in the caller's transaction."""
    for row in file.organisations:
        store.put_organisation(
            connection,
            organisation_id=row.id,
            tier=row.tier,
            parent_id=row.parent,
            name=row.name,
            name_en=row.name_en,
            area_code=row.area_code,
            zone=row.zone,
            telephone=row.telephone,
        )
    for home in file.homes:
        _home(connection, home, now)
    for resident in file.residents:
        _resident(connection, resident)
    for contact in file.contacts:
        _contact(connection, contact)
    for edge in file.edges:
        connection.execute(
            "insert into edges (home_id, id) values (%s, %s) on conflict do nothing", (edge.home, edge.id)
        )
    for rota in file.rotas:
        rota_store.save_written(connection, rota.organisation, rota, by="place file", now=now)
    for user in file.users:
        _user(connection, user, now)


def _home(connection: Connection, row: HomeRow, now: datetime) -> None:
    connection.execute(
        """
        insert into homes (id, organisation_id, name, address, landmarks, hospital, entry_note, zone,
                           first_called, supervision, created_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        on conflict (id) do update set organisation_id = excluded.organisation_id, name = excluded.name,
            address = excluded.address, entry_note = excluded.entry_note, zone = excluded.zone,
            landmarks = coalesce(nullif(excluded.landmarks, ''), homes.landmarks),
            hospital = coalesce(nullif(excluded.hospital, ''), homes.hospital),
            first_called = excluded.first_called, supervision = excluded.supervision
        """,
        (
            row.id,
            row.organisation,
            row.name,
            row.address,
            row.landmarks,
            row.hospital,
            row.entry_note,
            row.zone,
            row.first_called,
            timedelta(seconds=row.supervision_s),
            now,
        ),
    )


def _resident(connection: Connection, row: ResidentRow) -> None:
    born = None if row.born is None else date(row.born, 1, 1)
    connection.execute(
        """
        insert into residents (id, home_id, name, born_on, capability, circumstances, health_note,
                               health_consent)
        values (%(id)s, %(home)s, %(name)s, %(born)s, %(capability)s, %(circumstances)s,
                coalesce(%(health)s, ''), coalesce(%(consent)s, false))
        on conflict (id) do update set name = excluded.name, born_on = excluded.born_on,
            capability = excluded.capability, circumstances = excluded.circumstances,
            health_note = coalesce(%(health)s, residents.health_note),
            health_consent = coalesce(%(consent)s, residents.health_consent)
        """,
        {
            "id": _id("r", row.home, row.name),
            "home": row.home,
            "name": row.name,
            "born": born,
            "capability": row.capability,
            "circumstances": row.circumstances,
            "health": row.health_note,
            "consent": row.health_consent,
        },
    )


def _contact(connection: Connection, row: ContactRow) -> None:
    contact_id = contacts.add(
        connection,
        home_id=row.home,
        organisation_id=row.organisation,
        name=row.name,
        role=row.role,
        language=row.language,
        rank=row.rank,
        contact_id=_id("c", row.home or row.organisation, row.name),
    )
    for rank, method in enumerate(row.methods, start=1):
        contacts.add_method(
            connection,
            contact_id,
            channel=method.channel,
            address=method.address,
            rank=rank,
            method_id=_id("m", contact_id, method.channel, method.address),
        )


def _user(connection: Connection, row: UserRow, now: datetime) -> None:
    known = users.by_login(connection, row.login)
    if known is None:
        user_id = users.create(
            connection,
            login=row.login,
            name=row.name,
            role=row.role,
            password=row.password.get_secret_value(),
            now=now,
            organisation_id=row.organisation,
            homes=row.homes,
            language=row.language,
        )
    else:
        user_id = known["id"]
    if row.token is not None:
        token = row.token.get_secret_value()
        sessions.issue_token(connection, user_id, "place file", now, secret=token)


def _id(*parts: Any) -> str:
    """An id that the same row gets again."""
    return f"{parts[0]}-{hashlib.sha256('/'.join(map(str, parts[1:])).encode()).hexdigest()[:16]}"
