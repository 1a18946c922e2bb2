"""What an operator of the hub can set, from the environment (`ANJU_…`).

A secret comes inline or from a file (`…_FILE`), never both, and prints as stars. With nothing set, the hub
brings its own database and broker and keeps everything under its data directory.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from hub.errors import SettingsError


class Settings(BaseSettings):
    """All settings of all roles; each role reads what it needs."""

    model_config = SettingsConfigDict(env_prefix="ANJU_", extra="ignore")

    data_dir: Path = Path(".anju")
    database_url: SecretStr | None = None  #: none: an embedded PostgreSQL under the data directory
    broker_url: SecretStr | None = None  #: mqtt://user:password@host:port; none: an embedded broker
    broker_ca: Path | None = None  #: certificate authority of an mqtts:// broker
    embedded_broker_host: str = "127.0.0.1"
    embedded_broker_port: int = 1883
    web_host: str = "127.0.0.1"
    web_port: int = 8000
    public_url: str = (
        ""  #: how telephone providers and people reach the web role; http://host:port by default
    )
    secure_cookies: bool = False  #: set behind TLS
    twilio_url: str = "https://api.twilio.com"
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr | None = None
    twilio_from: str = ""
    smtp_url: SecretStr | None = None  #: smtp://user:password@host:587 or smtps://…: hands e-mail in
    smtp_from: str = ""  #: who the e-mails come from: Anju <anju@example.org>
    ring_seconds: int = 25  #: how long a telephone rings before the next person is tried
    commit_pause_ms: int = 5  #: ingest waits so long for company, unless something urgent came
    ack_seconds: float = 10.0  #: acknowledgements of ordinary events are gathered for so long
    log_json: bool = False
    demo: bool = False  #: shows how to sign in on the sign-in page; for demonstrations on one machine only

    @field_validator("web_port", "embedded_broker_port")
    @classmethod
    def _port(cls, value: int) -> int:
        if not 0 < value < 65536:
            raise ValueError("a port is a number from 1 to 65535")
        return value

    @model_validator(mode="after")
    def _whole_provider(self) -> Settings:
        """Half a telephone provider calls nobody: that is said at the start, not at three in the night."""
        wanted = {
            "ANJU_TWILIO_ACCOUNT_SID": bool(self.twilio_account_sid),
            "ANJU_TWILIO_AUTH_TOKEN": self.twilio_auth_token is not None,
            "ANJU_TWILIO_FROM": bool(self.twilio_from),
        }
        lacking = [name for name, given in wanted.items() if not given]
        if lacking and (self.twilio_account_sid or self.twilio_from):
            raise ValueError(f"the telephone provider is set by half: set {' and '.join(lacking)} too")
        return self

    @model_validator(mode="after")
    def _whole_mail(self) -> Settings:
        if (self.smtp_url is None) != (not self.smtp_from):
            lacking = "ANJU_SMTP_URL" if self.smtp_url is None else "ANJU_SMTP_FROM"
            raise ValueError(f"e-mail is set by half: set {lacking} too")
        return self

    @property
    def own_url(self) -> str:
        """The address at which providers and people reach the web role."""
        return self.public_url.rstrip("/") or f"http://{self.web_host}:{self.web_port}"


SECRETS = ("DATABASE_URL", "BROKER_URL", "TWILIO_AUTH_TOKEN", "SMTP_URL")


def read_settings(environment: dict[str, str] | None = None, **given: Any) -> Settings:
    """Return the settings of this process; raises SettingsError with a sentence that says what to do."""
    env = dict(os.environ if environment is None else environment)
    for name in SECRETS:
        path = env.get(f"ANJU_{name}_FILE")
        if path is None:
            continue
        if env.get(f"ANJU_{name}"):
            raise SettingsError(f"Both ANJU_{name} and ANJU_{name}_FILE are set: keep one of them.")
        try:
            given[name.lower()] = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"ANJU_{name}_FILE names '{path}', which cannot be read: {error}.") from error
    if environment is not None:
        given = {k.removeprefix("ANJU_").lower(): v for k, v in env.items() if k.startswith("ANJU_")} | given
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        said = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"ANJU_{name}: {said}." if name else f"{said}.") from error
