"""The agent's settings: one TOML file, overridden by environment variables `ANJU_AGENT_…`.

A wrong setting ends in SettingsError, one sentence that says what to do. A secret comes inline or from a
file (`password_file`), never both, and prints as stars.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from edge_agent.core.catalogue import CATALOGUE
from edge_agent.spot.numbers import NotAPersonError, checked
from models.contract.topics import is_id

PREFIX = "ANJU_AGENT_"
SECTIONS = ("hub", "hub2", "sensors")

Port = Annotated[int, Meta(ge=1, le=65535)]
Text = Callable[[str], str]

_IEEE = re.compile(r"0x[0-9a-f]{16}\Z")


class SettingsError(Exception):
    """The settings are wrong. The text is one sentence for a person."""


class Broker(Struct, frozen=True, forbid_unknown_fields=True):
    """Where an MQTT broker is, and how to be let in."""

    host: str = "127.0.0.1"
    port: Port = 1883
    username: str = ""
    password: str = ""
    password_file: str = ""
    tls: bool = False  #: encrypt, and check the broker's certificate
    ca: str = ""  #: file of the authority that signed it; the system's authorities by default
    certificate: str = ""  #: the agent's own, where the broker asks for one
    key: str = ""
    prefix: str = "zigbee2mqtt"  #: of the sensors' topics

    @property
    def encrypted(self) -> bool:
        """Whether to speak TLS."""
        return self.tls or bool(self.ca or self.certificate)

    def __repr__(self) -> str:
        stars = "***" if self.password else ""
        return f"Broker({self.host}:{self.port}, {self.username or 'anonymous'}, password={stars!r})"


class Placement(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a device is, and what it is where its ecosystem does not say that."""

    name: str = ""
    room: str = ""
    outer_door: bool = False
    vendor: str = ""
    model: str = ""
    position: Literal["", "waist", "wrist"] = ""  #: where a wearable is worn: it is watched for falls

    pin: Annotated[int, Meta(ge=0, le=27)] | None = None  #: of the Raspberry Pi, by its GPIO number

    def ecosystem(self, device: str) -> str | None:
        """Which source hears a device that was placed as a known model; None where its bridge lists it."""
        if self.position and not self.vendor:
            return "wearable"
        row = CATALOGUE.get((self.vendor, self.model))
        if row is not None:
            return None if row.ecosystem == "zigbee2mqtt" else row.ecosystem
        # Of no known model: a node of ESPHome has nobody who lists it.
        return None if not self.vendor or _IEEE.match(device) else "esphome"


class HomeAssistant(Struct, frozen=True, forbid_unknown_fields=True):
    """Whether and how this home appears in a Home Assistant on the home's own broker."""

    enabled: bool = False
    prefix: str = "homeassistant"  #: of its discovery
    language: Literal["en", "zh"] = "en"  #: of the names that are shown


class OnTheSpot(Struct, frozen=True, forbid_unknown_fields=True):
    """What the home does by itself (`[spot]`): siren, voice, and calls while the hub is out of reach."""

    sirens: list[str] = []  #: Zigbee sirens, by their IEEE address
    buzzer_pin: Annotated[int, Meta(ge=1, le=27)] | None = None  #: a buzzer on this pin, by its GPIO number
    siren_s: Annotated[int, Meta(ge=5, le=1800)] = 180
    say: list[str] = []  #: command that says `{text}` in the room, such as espeak-ng -v cmn {text}
    say_in_call: list[str] = []  #: the same, into a modem's call
    language: Literal["zh", "en"] = "zh"
    name: str = ""  #: how the home is called on the telephone
    cancel: list[str] = []  #: devices by which the resident says that all is well
    numbers: list[str] = []  #: whom to call, in this order
    patience_s: Annotated[int, Meta(ge=1, le=3600)] = 60  #: for the hub to say that it has an emergency
    modem: str = ""  #: of ModemManager; empty: any
    twilio_account: str = ""
    twilio_token: str = ""
    twilio_token_file: str = ""
    twilio_from: str = ""
    twilio_key_url: str = ""  #: the document that a pressed key leads to
    twilio_url: str = ""

    def __repr__(self) -> str:
        return f"OnTheSpot({len(self.numbers)} numbers, {len(self.sirens)} sirens)"


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings of one edge agent."""

    home: str
    edge: str
    data_dir: str = "/var/lib/anju-agent"
    history: bool = False  #: the home is being commissioned: old events are for learning only
    hub: Broker = Broker()
    hub2: Broker | None = None  #: where the hub is reached while `hub` does not answer
    sensors: Broker = Broker()
    home_assistant: HomeAssistant = HomeAssistant()
    devices: dict[str, Placement] = {}
    spot: OnTheSpot = OnTheSpot()
    backlog_rate: Annotated[int, Meta(ge=10)] = 2000  #: events a second after an outage
    most_events: Annotated[int, Meta(ge=1000)] = 2_000_000  #: in the outbox; what is least needed goes first


def load(path: Path | None, environ: Mapping[str, str], text: Text = str) -> Settings:
    """Read the settings. Raises SettingsError; `text` translates it."""
    raw: dict[str, Any] = {}
    if path is not None:
        try:
            raw = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            reason = error.strerror or str(error)
            raise SettingsError(
                text("Cannot read the settings file {path} ({reason}): give an existing file with --config.")
                .format(path=path, reason=reason)
            ) from error  # fmt: skip
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(
                text("The settings file {path} is not valid TOML ({reason}): correct it there.")
                .format(path=path, reason=error)
            ) from error  # fmt: skip
    _override(raw, environ, text)
    for section in SECTIONS:
        _read_secret(raw, section, text)
    _read_secret(raw, "spot", text, "twilio_token")
    try:
        settings = msgspec.convert(raw, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(
            text("A setting is wrong: {reason}. Correct it in the settings file.").format(reason=error)
        ) from error
    return _checked(settings, text)


def _override(raw: dict[str, Any], environ: Mapping[str, str], text: Text) -> None:
    """Lay the environment over the file: `ANJU_AGENT_HOME`, `ANJU_AGENT_HUB_PASSWORD_FILE`, …"""
    for variable, value in environ.items():
        if not variable.startswith(PREFIX):
            continue
        name = variable.removeprefix(PREFIX).lower()
        section, _, key = name.partition("_")
        if section in SECTIONS and key:
            table = raw.setdefault(section, {})
            if isinstance(table, dict):
                # A secret from the environment takes the place of the file's, however that was given.
                if key in ("password", "password_file") and not (
                    f"{PREFIX}{section.upper()}_PASSWORD" in environ
                    and f"{PREFIX}{section.upper()}_PASSWORD_FILE" in environ
                ):
                    table.pop("password", None)
                    table.pop("password_file", None)
                table[key] = value
        elif name in Settings.__struct_fields__:
            raw[name] = value
        else:
            raise SettingsError(
                text("{variable} is no setting of this program: correct its name or unset it.").format(
                    variable=variable
                )
            )


def _read_secret(raw: dict[str, Any], section: str, text: Text, name: str = "password") -> None:
    table = raw.get(section)
    if not isinstance(table, dict) or not table.get(f"{name}_file"):
        return
    if table.get(name):
        raise SettingsError(
            text("[{section}] has both {name} and {name}_file: keep one of them.").format(
                section=section, name=name
            )
        )
    path = Path(str(table[f"{name}_file"]))
    try:
        table[name] = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            text("[{section}] {name}_file {path} cannot be read: create it, readable for the agent.").format(
                section=section, name=name, path=path
            )
        ) from error


def _checked(settings: Settings, text: Text) -> Settings:
    for name in ("home", "edge"):
        value = getattr(settings, name)
        if not is_id(value):
            raise SettingsError(
                text(
                    "{name} is '{value}': use 1 to 32 of a-z, 0-9 and '-', as handed out at pairing."
                ).format(name=name, value=value)
            )
    for section in SECTIONS:
        broker: Broker | None = getattr(settings, section)
        if broker is None:
            continue
        if not broker.host:
            raise SettingsError(text("[{section}] has no host: name the broker.").format(section=section))
        if any(sign in broker.prefix for sign in "+#") or not broker.prefix.strip("/"):
            raise SettingsError(
                text("[{section}] prefix is '{prefix}': use the sensors' base topic, without + or #.").format(
                    section=section, prefix=broker.prefix
                )
            )
        for path in (broker.ca, broker.certificate, broker.key):
            if path and not Path(path).is_file():
                raise SettingsError(
                    text("[{section}] names the file {path}, which does not exist.").format(
                        section=section, path=path
                    )
                )
    for number in settings.spot.numbers:
        try:
            checked(number)
        except NotAPersonError as error:
            raise SettingsError(
                text(
                    "[spot] numbers has '{number}': give people's numbers in full, such as +8613800000000; "
                    "the agent calls no emergency service."
                ).format(number=number)
            ) from error
    if settings.spot.twilio_account and not (settings.spot.twilio_token and settings.spot.twilio_from):
        raise SettingsError(text("[spot] has a twilio_account: add twilio_token_file and twilio_from."))
    for device, placement in settings.devices.items():
        _check_node(device, placement, settings, text)
    placements = {device.lower(): placement for device, placement in settings.devices.items()}
    for device in placements:
        if not is_id(device):
            raise SettingsError(
                text(
                    '[devices."{device}"] is no device: use its IEEE address, such as 0x00158d00018255df.'
                ).format(device=device)
            )
    return msgspec.structs.replace(settings, devices=placements)


def _check_node(device: str, placement: Placement, settings: Settings, text: Text) -> None:
    """A placed device has a model, a pin where it needs one, and an identifier of its own.

    An ESPHome node is called by its topic prefix, letter by letter.
    """
    if bool(placement.vendor) != bool(placement.model):
        raise SettingsError(
            text(
                '[devices."{device}"] has only one of vendor and model: a device that you place needs both, '
                "one that its bridge knows needs none."
            ).format(device=device)
        )
    ecosystem = placement.ecosystem(device.lower())
    if (ecosystem == "gpio") != (placement.pin is not None):
        raise SettingsError(
            text(
                '[devices."{device}"]: a pin goes with the vendor GPIO, and a device of that vendor '
                "needs one: give both or neither."
            ).format(device=device)
        )
    taken = (settings.sensors.prefix.split("/")[0], "zigbee2mqtt", "esphome", settings.edge)
    if ecosystem == "esphome" and (not is_id(device) or _IEEE.match(device) or device in taken):
        raise SettingsError(
            text(
                '[devices."{device}"] has a vendor and a model, so it must be the topic_prefix of an ESPHome '
                "node: give the node one of 1 to 32 of a-z, 0-9 and '-', of its own, and write it here."
            ).format(device=device)
        )
