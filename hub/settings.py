"""What an operator of the hub can set, from the environment (`ANJU_…`).

A secret comes inline or from a file (`…_FILE`), never both, and prints as stars. With nothing set, the hub
brings its own database and broker and keeps everything under its data directory.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from hub.errors import SettingsError

#: What each use of Aliyun needs: half of it calls nobody.
ALIYUN_CALLS = (
    "ANJU_ALIYUN_SHOW_NUMBER",
    "ANJU_ALIYUN_MENU_TEMPLATE",
    "ANJU_ALIYUN_TAKEN_TEMPLATE",
    "ANJU_ALIYUN_DECLINED_TEMPLATE",
    "ANJU_ALIYUN_MORE_TEMPLATE",
)
ALIYUN_QUESTIONS = (
    "ANJU_ALIYUN_ASK_TEMPLATE",
    "ANJU_ALIYUN_ASK_FINE_TEMPLATE",
    "ANJU_ALIYUN_ASK_HELP_TEMPLATE",
)
ALIYUN_MESSAGES = ("ANJU_ALIYUN_SMS_SIGN", "ANJU_ALIYUN_SMS_TEMPLATE")


class Settings(BaseSettings):
    """All settings of all roles; each role reads what it needs."""

    model_config = SettingsConfigDict(env_prefix="ANJU_", extra="ignore")

    data_dir: Path = Path(".anju")
    database_url: SecretStr | None = None  #: none: an embedded PostgreSQL under the data directory
    broker_url: SecretStr | None = None  #: mqtt://user:password@host:port; none: an embedded broker
    broker_ca: Path | None = None  #: certificate authority of an mqtts:// broker
    broker_accounts_url: SecretStr | None = (
        None  #: mqtt://hub-accounts:…@host:port of a Mosquitto: makes accounts
    )
    embedded_broker_host: str = "127.0.0.1"
    embedded_broker_port: int = 1883
    embedded_broker_tls_host: str = ""  #: where it listens for the homes, encrypted; none: it does not
    embedded_broker_tls_port: int = 8883
    homes_broker: str = ""  #: mqtts://host:port as homes reach the broker; a second one after a comma
    homes_broker_ca: Path | None = None  #: authority that homes check it with; none: their system's
    web_host: str = "127.0.0.1"
    web_port: int = 8000
    public_url: str = (
        ""  #: how telephone providers and people reach the web role; http://host:port by default
    )
    secure_cookies: bool = False  #: set behind TLS
    secret_key: SecretStr | None = None  #: seals what must be read again; none: one is made and kept
    webhooks_private: bool = False  #: events may go to addresses of a private network too
    second_factor: Literal["off", "offered", "required"] = "offered"  #: required: of all staff
    twilio_url: str = "https://api.twilio.com"
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr | None = None
    twilio_from: str = ""
    #: A second account, or another company with Twilio's API: takes over when the first one cannot.
    twilio2_url: str = "https://api.twilio.com"
    twilio2_account_sid: str = ""
    twilio2_auth_token: SecretStr | None = None
    twilio2_from: str = ""
    aliyun_access_key_id: str = ""
    aliyun_access_key_secret: SecretStr | None = None
    aliyun_callback_secret: SecretStr | None = None  #: part of the addresses to which Aliyun pushes receipts
    aliyun_show_number: str = ""  #: the number that people see
    aliyun_menu_template: str = ""  #: what a call says before it asks for a key
    aliyun_taken_template: str = ""  #: after key 1
    aliyun_declined_template: str = ""  #: after key 2
    aliyun_more_template: str = ""  #: after key 3
    aliyun_ask_template: str = ""  #: what the resident is asked
    aliyun_ask_fine_template: str = ""  #: after the resident's key 1
    aliyun_ask_help_template: str = ""  #: after the resident's key 2
    aliyun_voice_template: str = ""  #: of a call that asks nothing
    aliyun_sms_sign: str = ""
    aliyun_sms_template: str = ""
    aliyun_sms_news_template: str = ""  #: what became of an alert
    aliyun_longest_word: int = 20  #: characters of a word in a template
    aliyun_voice_url: str = "https://dyvmsapi.aliyuncs.com"
    aliyun_sms_url: str = "https://dysmsapi.aliyuncs.com"
    smtp_url: SecretStr | None = None  #: smtp://user:password@host:587 or smtps://…: hands e-mail in
    smtp_from: str = ""  #: who the e-mails come from: Anju <anju@example.org>
    push_key: SecretStr | None = None  #: a private key on P-256 as PEM; none: one is made and kept
    push_contact: str = ""  #: mailto:… or https://…, for push services; none: the public address
    push_services: str = ""  #: hosts of push services besides the browsers' own, with commas between
    chat_hosts: str = ""  #: hosts of one's own, with commas between, that chat messages may go to
    ring_seconds: int = 25  #: how long a telephone rings before the next person is tried
    commit_pause_ms: int = 5  #: ingest waits so long for company, unless something urgent came
    ack_seconds: float = 10.0  #: acknowledgements of ordinary events are gathered for so long
    heartbeat_url: SecretStr | None = None  #: asked every minute, only while all is well
    log_json: bool = False
    demo: bool = False  #: shows how to sign in on the sign-in page; for demonstrations on one machine only

    @field_validator("web_port", "embedded_broker_port", "embedded_broker_tls_port")
    @classmethod
    def _port(cls, value: int) -> int:
        if not 0 < value < 65536:
            raise ValueError("a port is a number from 1 to 65535")
        return value

    @model_validator(mode="after")
    def _whole_provider(self) -> Settings:
        """Half a telephone provider calls nobody: that is said at the start, not at three in the night."""
        first = {
            "ANJU_TWILIO_ACCOUNT_SID": bool(self.twilio_account_sid),
            "ANJU_TWILIO_AUTH_TOKEN": self.twilio_auth_token is not None,
            "ANJU_TWILIO_FROM": bool(self.twilio_from),
        }
        second = {
            "ANJU_TWILIO2_ACCOUNT_SID": bool(self.twilio2_account_sid),
            "ANJU_TWILIO2_AUTH_TOKEN": self.twilio2_auth_token is not None,
            "ANJU_TWILIO2_FROM": bool(self.twilio2_from),
        }
        for wanted, named in (
            (first, self.twilio_account_sid or self.twilio_from),
            (second, self.twilio2_account_sid or self.twilio2_from),
        ):
            lacking = [name for name, given in wanted.items() if not given]
            if lacking and named:
                raise ValueError(f"the telephone provider is set by half: set {' and '.join(lacking)} too")
        if any(second.values()) and not all(first.values()):
            raise ValueError("a second telephone provider needs a first one: set ANJU_TWILIO_… too")
        return self

    @field_validator("homes_broker")
    @classmethod
    def _for_homes(cls, value: str) -> str:
        for address in filter(None, value.split(",")):
            parts = urlsplit(address.strip())
            if parts.scheme not in ("mqtt", "mqtts") or not parts.hostname or parts.username:
                raise ValueError("it reads mqtts://host:port, without an account")
        return value

    @model_validator(mode="after")
    def _whole_aliyun(self) -> Settings:
        """Keys, and all of calls or all of messages: a call without its templates asks nobody anything."""
        set_ = {
            f"ANJU_{name.upper()}": bool(getattr(self, name))
            for name in type(self).model_fields
            if name.startswith("aliyun_") and not name.endswith(("_url", "longest_word"))
        }
        if not any(set_.values()):
            return self
        wanted = [name for name in set_ if name.endswith(("_KEY_ID", "_SECRET"))]
        for group in (ALIYUN_CALLS, ALIYUN_MESSAGES, ALIYUN_QUESTIONS):
            if any(set_[name] for name in group):
                wanted += group
        if not set(wanted) & {*ALIYUN_CALLS, *ALIYUN_MESSAGES}:
            wanted += ALIYUN_CALLS
        lacking = [name for name in dict.fromkeys(wanted) if not set_[name]]
        if lacking:
            raise ValueError(f"Aliyun is set by half: set {' and '.join(lacking)} too")
        if len(self.aliyun_callback_secret.get_secret_value() if self.aliyun_callback_secret else "") < 16:
            raise ValueError("ANJU_ALIYUN_CALLBACK_SECRET needs 16 characters or more")
        return self

    @model_validator(mode="after")
    def _whole_mail(self) -> Settings:
        if (self.smtp_url is None) != (not self.smtp_from):
            lacking = "ANJU_SMTP_URL" if self.smtp_url is None else "ANJU_SMTP_FROM"
            raise ValueError(f"e-mail is set by half: set {lacking} too")
        return self

    @field_validator("heartbeat_url")
    @classmethod
    def _outside(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("https://", "http://127.0.0.1")):
            raise ValueError("the watch outside has an https:// address")
        return value

    @property
    def second_twilio(self) -> Settings | None:
        """The settings with the second account in the first one's place; None where there is no second."""
        if not self.twilio2_account_sid:
            return None
        return self.model_copy(
            update={
                "twilio_url": self.twilio2_url,
                "twilio_account_sid": self.twilio2_account_sid,
                "twilio_auth_token": self.twilio2_auth_token,
                "twilio_from": self.twilio2_from,
            }
        )

    @property
    def calls_people(self) -> bool:
        """Whether a provider of telephone calls is set."""
        twilio = bool(self.twilio_account_sid) and self.twilio_auth_token is not None
        return twilio or bool(self.aliyun_menu_template)

    @property
    def own_url(self) -> str:
        """The address at which providers and people reach the web role."""
        return self.public_url.rstrip("/") or f"http://{self.web_host}:{self.web_port}"


SECRETS = (
    "DATABASE_URL",
    "BROKER_URL",
    "BROKER_ACCOUNTS_URL",
    "TWILIO_AUTH_TOKEN",
    "TWILIO2_AUTH_TOKEN",
    "ALIYUN_ACCESS_KEY_SECRET",
    "ALIYUN_CALLBACK_SECRET",
    "SMTP_URL",
    "HEARTBEAT_URL",
    "PUSH_KEY",
    "SECRET_KEY",
)


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
