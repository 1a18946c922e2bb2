"""Edge agents of homes: their accounts on the embedded broker, and the settings file to start one from."""

from __future__ import annotations

import json
import socket
from ipaddress import ip_address

from hub.administration.database import database
from hub.app import accounts
from hub.errors import HubError, NotFoundError
from hub.settings import Settings
from models.contract.topics import is_id

HOMES_PORT = 1883  #: of the broker in the home, where the sensors speak


class EdgeError(HubError):
    """The edge agent stays as it is."""


def add_edge(settings: Settings, home: str, edge: str, *, new_password: bool = False) -> str:
    """Add an edge agent, give it an account on the embedded broker, and return its settings file's text.

    Raises NotFoundError for a home that is none, and EdgeError for an id that is none or when the agent has
    a password already, unless a `new_password` is wanted.
    """
    if not is_id(edge):
        raise EdgeError(f"'{edge}' is no id for an edge agent: use 1 to 32 of a-z, 0-9 and '-', such as pi.")
    account, ours = f"{home}/{edge}", settings.broker_url is None
    with database(settings) as connection:
        if connection.execute("select 1 from homes where id = %s", (home,)).fetchone() is None:
            raise NotFoundError(f"There is no home '{home}': create it first.")
        if ours and account in accounts(settings) and not new_password:
            raise EdgeError(
                f"The edge agent '{account}' has a password already, and it is not shown again. "
                "With --new-password it gets another one, and the agent that uses the old one is shut out."
            )
        connection.execute(
            "insert into edges (home_id, id) values (%s, %s) on conflict do nothing", (home, edge)
        )
    password = accounts(settings).add(account) if ours else None
    return agent_file(settings, home, edge, password)


def agent_file(settings: Settings, home: str, edge: str, password: str | None) -> str:
    """Return a whole `agent.toml`; without a `password` the account is at a broker that is not ours."""
    same_machine = password is not None and _is_loopback(settings.embedded_broker_host)
    if same_machine:
        data_dir = str(settings.data_dir.resolve() / "agents" / f"{home}-{edge}")
    else:
        data_dir = "/var/lib/anju-agent"
    lines = [
        f"home = {_quoted(home)}",
        f"edge = {_quoted(edge)}",
        "# What the hub has not confirmed waits here: a folder that the agent may write, and that stays.",
        f"data_dir = {_quoted(data_dir)}",
        "",
        "[hub]",
        *(_our_broker(settings) if password is not None else _other_broker()),
        f"username = {_quoted(f'{home}/{edge}')}",
    ]
    if password is not None:
        lines.append(f"password = {_quoted(password)}")
    else:
        lines.append('# password_file = "/etc/anju/password"  # as it was set at your broker')
    lines += ["", "[sensors]", "# The broker in the home, where Zigbee2MQTT speaks."]
    if same_machine and settings.embedded_broker_port == HOMES_PORT:
        lines.append("# The hub's own has this port here: give the home's broker another, and write it here.")
    lines += [
        'host = "127.0.0.1"',
        f"port = {HOMES_PORT}",
        'prefix = "zigbee2mqtt"',
        "",
        "# One of these for each sensor: anju-agent watch shows their addresses.",
        '# [devices."0x00158d00018255df"]',
        '# name = "Fall radar"',
        '# room = "bedroom"',
        "# outer_door = false",
    ]
    return "\n".join(lines)


def _our_broker(settings: Settings) -> list[str]:
    host = settings.embedded_broker_host
    if host in ("0.0.0.0", "::"):  # noqa: S104 - told apart, not listened on
        return [
            f"host = {_quoted(socket.gethostname())}  # the hub's machine, as the home's network calls it",
            f"port = {settings.embedded_broker_port}",
        ]
    return [f"host = {_quoted(host)}", f"port = {settings.embedded_broker_port}"]


def _other_broker() -> list[str]:
    return ['host = "broker.example"  # as the homes reach your broker', "port = 8883", "tls = true"]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _quoted(value: str) -> str:
    """A TOML string: JSON writes it the same way."""
    return json.dumps(value, ensure_ascii=False)
