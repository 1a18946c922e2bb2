"""Edge agents of homes: pairing codes, accounts, and the settings file of one that is not paired."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from hub.accounts import audit
from hub.administration.database import database
from hub.broker import homes
from hub.broker.register import register_of
from hub.clock import SystemClock
from hub.errors import HubError, NotFoundError
from hub.places import pairing, pairing_codes
from hub.places.pairing_codes import ForeignAccountsError
from hub.settings import Settings
from models.contract.topics import is_id

HOMES_PORT = 1883  #: of the broker in the home, where the sensors speak


class EdgeError(HubError):
    """The edge agent stays as it is."""


def add_edge(settings: Settings, home: str, edge: str, *, new_password: bool = False) -> str:
    """Add an edge agent, give it an account where we make them, and return its settings file's text.

    Raises NotFoundError for a home that is none, and EdgeError for an id that is none or when the agent has
    a password already, unless a `new_password` is wanted.
    """
    if not is_id(edge):
        raise EdgeError(f"'{edge}' is no id for an edge agent: use 1 to 32 of a-z, 0-9 and '-', such as pi.")
    account, register = f"{home}/{edge}", register_of(settings)
    with database(settings) as connection:
        if connection.execute("select 1 from homes where id = %s", (home,)).fetchone() is None:
            raise NotFoundError(f"There is no home '{home}': create it first.")
        if register is not None and account in register and not new_password:
            raise EdgeError(
                f"The edge agent '{account}' has a password already, and it is not shown again. "
                "With --new-password it gets another one, and the agent that uses the old one is shut out."
            )
        connection.execute(
            "insert into edges (home_id, id) values (%s, %s)"
            " on conflict (home_id, id) do update set revoked_at = null",
            (home, edge),
        )
    password = register.add(account) if register is not None else None
    return agent_file(settings, home, edge, password)


@dataclass(frozen=True, slots=True)
class Made:
    """A pairing code, as it is shown once."""

    code: str
    address: str
    command: str
    until: str


def pairing_code(settings: Settings, home: str, edge: str) -> Made:
    """Make a pairing code. Raises NotFoundError, and ForeignAccountsError where it could not be used."""
    if register_of(settings) is None:
        raise ForeignAccountsError
    now, url = SystemClock().now(), settings.own_url
    with database(settings) as connection:
        code, until = pairing_codes.make(connection, home, edge, now, "command line")
        audit.record(connection, now, None, "make_pairing_code", home, edge=edge)
    return Made(
        code.text,
        pairing.address(url, code.text),
        pairing.command(url, code.text),
        f"{until.astimezone():%H:%M}",
    )


def revoke(settings: Settings, home: str, edge: str) -> None:
    """Shut an edge agent out at once. Raises NotFoundError, ForeignAccountsError, RegisterError."""
    now = SystemClock().now()
    with database(settings) as connection:
        pairing_codes.revoke(connection, register_of(settings), home, edge, now)
        audit.record(connection, now, None, "revoke_edge", home, edge=edge)


def listed(settings: Settings, home: str) -> str:
    """Return a line for each edge agent of a home."""
    with database(settings) as connection:
        rows = pairing_codes.edges(connection, home, SystemClock().now())
    if not rows:
        return f"{home} has no edge agent. Make a pairing code for one: anju-hub edge pair {home}"
    return "\n".join(_line(row) for row in rows)


def _line(row: dict[str, Any]) -> str:
    said = [f"{row['id']:<12} {'shut out' if row['revoked_at'] else row['state']}"]
    if row["heard_at"]:
        said.append(f"heard {row['heard_at'].astimezone():%Y-%m-%d %H:%M:%S}")
    if row["version"]:
        said.append(f"version {row['version']}")
    if row["code_until"]:
        said.append(f"a pairing code waits until {row['code_until'].astimezone():%H:%M}")
    return ", ".join(said)


def agent_file(settings: Settings, home: str, edge: str, password: str | None) -> str:
    """Return a whole `agent.toml`; without a `password` the account is at a broker that is not ours."""
    ours = settings.broker_url is None
    same_machine = ours and not settings.homes_broker and not settings.embedded_broker_tls_host
    same_machine = same_machine and _is_loopback(settings.embedded_broker_host)
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
        *(_our_broker(settings) if ours or settings.homes_broker else _other_broker()),
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
    first = homes.brokers(settings)[0]
    host = first.host or (None if settings.embedded_broker_tls_host else settings.embedded_broker_host)
    if host in (None, "0.0.0.0", "::"):  # noqa: S104 - told apart, not listened on
        named = f"host = {_quoted(socket.gethostname())}  # the hub's machine, as the home's network calls it"
    else:
        named = f"host = {_quoted(str(host))}"
    encrypted = ["tls = true"] if first.tls else []
    if homes.authority(settings) is not None:
        encrypted.append('ca = "/etc/anju/ca.pem"  # tls/ca.pem of the hub\'s data folder, copied there')
    return [named, f"port = {first.port}", *encrypted]


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
