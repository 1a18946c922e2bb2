"""Options that several commands share, and what they mean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulators.broker import BrokerAt
from simulators.errors import SimulatorError
from simulators.texts import _

_SENSORS = _("The home's own broker, where its sensors speak.")
_HUB = _("The hub's broker.")

SensorsBroker = Annotated[str, typer.Option("--broker", metavar="HOST:PORT", help=_SENSORS)]
HubBroker = Annotated[str, typer.Option("--hub-broker", metavar="HOST:PORT", help=_HUB)]
User = Annotated[str, typer.Option("--user", help=_("User name at the broker."))]
PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help=_("File that holds the password, and nothing else."))
]
Prefix = Annotated[str, typer.Option("--prefix", help=_("Topic prefix of Zigbee2MQTT."))]
PlanName = Annotated[
    str, typer.Option("--plan", help=_("A home of `anju-sim list`, or a TOML file of your own."))
]
Seed = Annotated[int, typer.Option("--seed", help=_("The same seed gives the same life."))]
HomeId = Annotated[str, typer.Option("--home", help=_("The home's identifier at the hub."))]
EdgeId = Annotated[str, typer.Option("--edge", help=_("The edge agent's identifier at the hub."))]
HubUrl = Annotated[str, typer.Option("--hub", metavar="URL", help=_("The hub that is asked over HTTP."))]
Token = Annotated[
    str, typer.Option("--token", envvar="ANJU_TOKEN", help=_("Token for the hub's HTTP interface."))
]
TokenFile = Annotated[Path | None, typer.Option("--token-file", help=_("File with the token."))]
CableTo = Annotated[
    str,
    typer.Option(
        "--cable",
        metavar="PORT=HOST:PORT",
        help=_("Lay a cable from this port to the hub's broker; the agent must be plugged in there."),
    ),
]
AgentConfig = Annotated[
    Path | None,
    typer.Option(
        "--write-agent-config",
        metavar="FILE",
        help=_("Write the edge agent's settings for this home, with every sensor in its room, and stop."),
    ),
]


class MissingOptionError(SimulatorError):
    """An option is missing."""


def broker_at(text: str, user: str, password_file: Path | None) -> BrokerAt:
    """Return the broker that the options name."""
    return BrokerAt.parse(text, user, password_file)


def token_from(token: str, file: Path | None) -> str:
    """Return the token, given inline or in a file. Raises MissingOptionError when the file cannot be read."""
    if file is None:
        return token
    try:
        return file.read_text("utf-8").strip()
    except OSError as error:
        raise MissingOptionError(f"--token-file: {error}") from error


def needed(value: str, option: str) -> str:
    """Return the value; raise MissingOptionError when it is empty."""
    if not value:
        raise MissingOptionError(option)
    return value


def number_or_max(text: str) -> float | None:
    """Return a positive number, or None for `max`. Raises typer.BadParameter."""
    if text == "max":
        return None
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not number > 0 or number == float("inf"):
        raise typer.BadParameter(_("a number above 0, or max"))
    return number
