"""What an administrator does from the command line: take over a place file, add people and edge agents.

Works beside a running hub: with no database set it finds, or starts, the embedded one.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from pydantic import ValidationError

from hub.accounts import sessions, users
from hub.app import accounts, database_url
from hub.clock import SystemClock
from hub.errors import HubError, NotFoundError
from hub.place_file import PlaceFile, take_over
from hub.settings import Settings
from hub.storage import embedded
from hub.storage.database import Connection, connect
from hub.storage.schema import migrate
from hub.watch.backtest import episodes as backtest_episodes
from models.detection.wording import render


class PlaceFileError(HubError):
    """The file cannot be taken over."""


@contextmanager
def _database(settings: Settings) -> Iterator[Connection]:
    if settings.database_url is not None:
        url = database_url(settings)
    else:
        url = embedded.start(settings.data_dir / "postgres").url
    migrate(url)
    with connect(url) as connection:
        yield connection


def load_file(settings: Settings, path: Path) -> str:
    """Take over organisations, homes, people, edge agents and users from a TOML file; see `PlaceFile`.

    All or nothing, and safe to repeat. Returns what it held; raises PlaceFileError with what to correct.
    """
    try:
        file = PlaceFile.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise PlaceFileError(f"{path}: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlaceFileError(f"{path} is not valid TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise PlaceFileError(f"{path}, {where}: {first['msg']}.") from error
    with _database(settings) as connection:
        take_over(connection, file, SystemClock().now())
        for edge in file.edges:
            if edge.password is not None and settings.broker_url is None:
                accounts(settings).add(f"{edge.home}/{edge.id}", edge.password.get_secret_value())
    held = Counter({name: len(rows) for name, rows in file if rows})
    return ", ".join(f"{n} {name}" for name, n in held.items()) or "The file is empty."


def create_user(
    settings: Settings,
    login: str,
    role: str,
    name: str,
    organisation: str | None,
    homes: list[str],
    password: str,
) -> None:
    """Create a person who may sign in."""
    with _database(settings) as connection:
        users.create(
            connection,
            login=login,
            name=name,
            role=role,
            password=password,
            now=SystemClock().now(),
            organisation_id=organisation,
            homes=homes,
        )


def issue_token(settings: Settings, login: str, name: str) -> str:
    """Give a person a token for the API; it is shown once."""
    with _database(settings) as connection:
        user = users.by_login(connection, login)
        if user is None:
            raise NotFoundError(f"Nobody signs in as '{login}'.")
        return sessions.issue_token(connection, user["id"], name, SystemClock().now())


def add_edge(settings: Settings, home: str, edge: str) -> str:
    """Add an edge agent and give it an account on the embedded broker; return its settings file's text."""
    with _database(settings) as connection:
        if connection.execute("select 1 from homes where id = %s", (home,)).fetchone() is None:
            raise NotFoundError(f"There is no home '{home}': create it first.")
        connection.execute(
            "insert into edges (home_id, id) values (%s, %s) on conflict do nothing", (home, edge)
        )
    lines = [f'home = "{home}"', f'edge = "{edge}"', "", "[hub]"]
    if settings.broker_url is None:
        password = accounts(settings).add(f"{home}/{edge}")
        lines += [
            f'host = "{settings.embedded_broker_host}"',
            f"port = {settings.embedded_broker_port}",
            f'username = "{home}/{edge}"',
            f'password = "{password}"',
        ]
    else:
        lines += [f'username = "{home}/{edge}"', "# its password is set at your broker"]
    return "\n".join(lines)


def run_backtest(settings: Settings, home: str, *, as_json: bool) -> None:
    """Print what today's rules would have said of a home's stored past, each with its reason."""
    with _database(settings) as connection:
        row = connection.execute(
            "select h.zone, min(e.occurred_at) as first, max(e.occurred_at) as last, count(*) as n"
            " from homes h left join events e on e.home_id = h.id where h.id = %s group by h.zone",
            (home,),
        ).fetchone()
        if row is None:
            raise NotFoundError(f"There is no home '{home}'.")
        if row["n"] == 0:
            raise NotFoundError(f"Nothing is stored of the home '{home}'.")
        episodes = backtest_episodes(connection, home, row["first"], row["last"])
    days = (row["last"] - row["first"]) / timedelta(days=1)
    by_risk = Counter(episode.finding.risk for episode in episodes)
    if as_json:
        told = {
            "home": home,
            "events": row["n"],
            "days": round(days, 2),
            "findings": len(episodes),
            "per_30_days": {risk: round(n * 30 / days, 2) for risk, n in sorted(by_risk.items())},
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    zone = ZoneInfo(row["zone"])
    for episode in episodes:
        finding = episode.finding
        sentence = render(finding.reason, "en", row["zone"])
        typer.echo(f"{episode.at.astimezone(zone):%Y-%m-%d %H:%M}  {finding.severity:9}  {sentence}")
    summary = ", ".join(f"{risk} {n}" for risk, n in sorted(by_risk.items())) or "nothing"
    typer.echo(f"{row['n']} events in {days:.1f} days: {summary}")
