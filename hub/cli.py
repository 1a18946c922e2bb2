"""The command `anju-hub`."""

from __future__ import annotations

import sys
import time
import urllib.request
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from hub import logs
from hub.administration import edge, noise, plans, proof, rota
from hub.errors import HubError
from hub.settings import Settings, read_settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Anju's server: stores what the homes report, judges it, and calls people until a human answers.\n\n"
    "With nothing set, `anju-hub serve` brings its own database and broker, under `.anju/`. "
    "Settings are environment variables (`ANJU_…`): see docs/operating.md.",
)


app.add_typer(edge.app, name="edge")
app.add_typer(plans.app, name="plan")
app.add_typer(rota.app, name="rota")
app.add_typer(noise.app, name="silence")
app.command()(noise.held)
app.command()(noise.quiet)
app.command()(proof.preflight)
app.command()(proof.verify)
app.command()(proof.drill)
app.command()(proof.figures)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"anju-hub {version('anju')}")
        raise typer.Exit


@app.callback()
def options(
    show: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Say which version this is."),
    ] = False,
) -> None:
    """Only what holds for every command; the text of the help is the program's."""


@app.command()
def serve() -> None:
    """Run everything on this machine: broker, ingest, dispatch and web, each in a process of its own."""
    from hub.supervisor import serve as serve_all

    serve_all(_settings())


def _role(name: str) -> None:
    from hub.app import run_role

    run_role(name, _settings())


@app.command()
def ingest() -> None:
    """Run only the ingest role: from the broker into the database, judged."""
    _role("ingest")


@app.command()
def dispatch() -> None:
    """Run only the dispatch role: calls people."""
    _role("dispatch")


@app.command()
def web() -> None:
    """Run only the web role: pages, API and the telephone provider's callbacks."""
    _role("web")


@app.command()
def broker() -> None:
    """Run only the embedded broker."""
    _role("broker")


@app.command()
def migrate() -> None:
    """Bring the database to this program's schema. Safe to repeat."""
    from hub.app import database_url
    from hub.storage.schema import migrate as bring_up_to_date

    taken = bring_up_to_date(database_url(_settings()))
    typer.echo("\n".join(taken) if taken else "The schema is up to date.")


@app.command("accounts-file")
def accounts_file(
    folder: Annotated[Path, typer.Argument(help="where it goes: the folder of secrets")],
    broker: Annotated[
        str, typer.Option(help="host:port at which the hub's roles reach Mosquitto")
    ] = "broker:1884",
) -> None:
    """Write the first accounts of a Mosquitto, and the addresses with which the hub uses them.

    Once, before its first start: dynamic-security.json is Mosquitto's, broker_url and broker_accounts_url are
    the hub's. Every other account the hub makes itself.
    """
    from hub.administration.mosquitto import write_accounts

    typer.echo(write_accounts(folder, broker))


@app.command()
def check(role: Annotated[str, typer.Argument(help="ingest, dispatch or web")]) -> None:
    """Say whether a role on this machine lives; for health checks (exit 0 or 1)."""
    from hub.app import HUNG_AFTER_S, beat_file

    settings = _settings()
    if role == "web":
        url = f"http://{settings.web_host}:{settings.web_port}/healthz"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                alive = answer.status == 200
        except OSError:
            alive = False
    else:
        path = beat_file(settings, role)
        alive = path.exists() and time.time() - path.stat().st_mtime < HUNG_AFTER_S
    typer.echo(f"{role}: {'lives' if alive else 'does not answer'}")
    raise typer.Exit(0 if alive else 1)


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="TOML: organisations, homes, residents, contacts, users")],
) -> None:
    """Take over organisations, homes and people from a file. Safe to repeat."""
    from hub.administration.loading import load_file

    typer.echo(load_file(_settings(), file))


@app.command()
def user(
    login: Annotated[str, typer.Argument()],
    role: Annotated[str, typer.Option(help="operator, supervisor, family, integrator, administrator")],
    name: Annotated[str, typer.Option(help="as it is shown")] = "",
    organisation: Annotated[str, typer.Option(help="whose homes an operator or supervisor sees")] = "",
    home: Annotated[list[str] | None, typer.Option(help="a home that family or an integrator sees")] = None,
) -> None:
    """Create a person who may sign in; asks for the password."""
    from hub.administration.people import check_role, create_user

    check_role(role, organisation or None)
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    create_user(_settings(), login, role, name or login, organisation or None, home or [], password)
    typer.echo(f"{login} may sign in as {role}.")


@app.command("export")
def export_person(
    person: Annotated[str, typer.Argument(help="resident/ID, contact/ID, user/LOGIN, or an id")],
    file: Annotated[Path | None, typer.Option("--to", help="the ZIP; else named after the person")] = None,
    language: Annotated[str, typer.Option(help="of the page in it: zh or en")] = "zh",
) -> None:
    """Write everything held of a person into one ZIP: a page to read, and each table as CSV and JSON."""
    from hub.administration.privacy import export

    typer.echo(export(_settings(), person, file, language))


@app.command("erase")
def erase_person(
    person: Annotated[str, typer.Argument(help="resident/ID, contact/ID, user/LOGIN, or an id")],
    reason: Annotated[str, typer.Option(help="why; kept, without names")] = "",
    name: Annotated[str, typer.Option(help="the person's name as it stands, else nothing is erased")] = "",
) -> None:
    """Erase a person for good; without --reason and --name it only says what would go and what would stay.

    Alerts and the log stay without names for three years. With the last resident the home goes.
    """
    from hub.administration.privacy import erase, shown

    typer.echo(erase(_settings(), person, reason, name) if name or reason else shown(_settings(), person))


@app.command("reset-second-factor")
def reset_second_factor(login: Annotated[str, typer.Argument(help="who lost the telephone")]) -> None:
    """Let somebody sign in with the password alone, so that they set a second factor up anew.

    Also for the last administrator. It is written into the log.
    """
    from hub.administration.people import reset_second_factor as reset

    typer.echo(reset(_settings(), login))


@app.command()
def token(
    login: Annotated[str, typer.Argument(help="for whom the program acts")],
    name: Annotated[str, typer.Option(help="what it is for")] = "command line",
) -> None:
    """Make a token for the API; it is shown once."""
    from hub.administration.people import issue_token

    typer.echo(issue_token(_settings(), login, name))


@app.command()
def home(
    home: Annotated[str, typer.Argument()],
    status: Annotated[str, typer.Argument(help="live, paused or commissioning")],
) -> None:
    """Take a home live, pause it or commission it again; only for a live home is anybody called.

    Says what is still missing before it can be relied on.
    """
    from hub.administration.homes import take

    typer.echo(take(_settings(), home, status))


@app.command()
def backtest(
    home: Annotated[str, typer.Argument()],
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """What today's rules would have said of a home's stored past.

    Raises nothing. Silence is not judged: a stored past does not hold every heartbeat.
    """
    from hub.administration.backtesting import run_backtest

    run_backtest(_settings(), home, as_json=as_json)


@app.command("learn")
def learn_now(
    at: Annotated[str | None, typer.Option(help="as if it were then, e.g. 2026-03-10T04:00+08:00")] = None,
) -> None:
    """Learn what the days that are over have shown of each home. The dispatch role does it every night.

    Goes on where it was interrupted; does nothing while another process learns. Days with an emergency, with
    sensors that were not heard, or with nobody at home are left out.
    """
    from hub.administration.learning import run_learning

    run_learning(_settings(), at)


def _settings() -> Settings:
    settings = read_settings()
    logs.set_up(json=settings.log_json)
    return settings


def main() -> None:
    """Run the command line; a mistake gets a sentence, not a traceback."""
    try:
        app()
    except HubError as error:
        _fail(str(error))


def _fail(text: str) -> NoReturn:
    typer.echo(f"anju-hub: {text}", err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
