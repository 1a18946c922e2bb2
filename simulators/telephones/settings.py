"""What a run of the telephones is started with."""

from __future__ import annotations

import secrets
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from simulators.telephones.aliyun.account import AliyunAccount
from simulators.telephones.faults import Faults
from simulators.telephones.numbers import sender
from simulators.telephones.orders import full_url
from simulators.telephones.person import Person

Seconds = Annotated[float, Field(ge=0, le=60)]


class Pace(BaseModel):
    """How long the network takes for each step, in seconds of the telephones' time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dialling: Seconds = 0.1
    connecting: Seconds = 0.3
    hearing_a_human: Seconds = 1.0  #: machine detection
    hearing_a_machine: Seconds = 2.5
    hearing_the_beep: Seconds = 6.0
    sending: Seconds = 0.1
    at_the_carrier: Seconds = 0.2


class Settings(BaseModel):
    """The account and its surroundings. Without an account one is made up for this run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account_sid: Annotated[str, Field(pattern=r"^AC[0-9a-f]{32}$")] = Field(
        default_factory=lambda: "AC" + secrets.token_hex(16)
    )
    auth_token: SecretStr = Field(default_factory=lambda: SecretStr(secrets.token_hex(16)))
    numbers: tuple[str, ...] = ()  #: the account's own, which may call and send; empty: every number may
    sms_url: str | None = None  #: where a person's message to the account goes
    aliyun: AliyunAccount = Field(default_factory=AliyunAccount)
    people: tuple[Person, ...] = ()
    zone: str = "Asia/Shanghai"  #: by whose clock the page shows times: that of the homes
    faults: Faults = Field(default_factory=Faults)
    speed: Annotated[float, Field(ge=0.01, le=1000)] = 1.0
    pace: Pace = Pace()
    answer_within: Annotated[float, Field(gt=0, le=60)] = (
        15.0  #: real seconds for a program that is called back
    )
    kept: Annotated[int, Field(ge=10, le=1_000_000)] = (
        20_000  #: calls and messages each; older ones are forgotten
    )

    @field_validator("numbers")
    @classmethod
    def _senders(cls, numbers: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := [number for number in numbers if sender(number) is None]:
            raise ValueError(f"no telephone numbers: {', '.join(wrong)}")
        return numbers

    @field_validator("sms_url")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        if url is not None and not full_url(url):
            raise ValueError(f"{url} is no address")
        return url


class _PeopleFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    people: tuple[Person, ...] = ()


def people_of(file: Path) -> tuple[Person, ...]:
    """Read a TOML file with one `[[people]]` for each telephone. Raises ValueError with what is wrong."""
    return _PeopleFile.model_validate(tomllib.loads(file.read_text("utf-8"))).people
