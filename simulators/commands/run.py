"""`anju-sim run`: plays a scenario and, where a hub is named, says how the hub did."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from models.detection.wording import render
from simulators.broker import BrokerAt
from simulators.commands import options
from simulators.errors import ScenarioError
from simulators.faults.cable import Cable
from simulators.home.plan import Plan
from simulators.hub import HomeAtHub
from simulators.lapse.course import play
from simulators.lapse.programs import HubTape
from simulators.scenarios import script as scripts
from simulators.scenarios.judge import Score
from simulators.scenarios.play import Stage
from simulators.street import LiveHome
from simulators.texts import _, language


def run(
    name: Annotated[str, typer.Argument(help=_("A scenario of `anju-sim list`, or a TOML file."))],
    broker: options.SensorsBroker = "127.0.0.1:1883",
    user: options.User = "",
    password_file: options.PasswordFile = None,
    prefix: options.Prefix = "zigbee2mqtt",
    plan: Annotated[str, typer.Option("--plan", help=_("Another home than the scenario's own."))] = "",
    home_id: options.HomeId = "",
    hub: options.HubUrl = "",
    token: options.Token = "",
    token_file: options.TokenFile = None,
    cable: options.CableTo = "",
    time_lapse: Annotated[
        bool,
        typer.Option(
            "--time-lapse", help=_("In seconds, through an agent and a hub of its own; needs nothing else.")
        ),
    ] = False,
    database: Annotated[
        str,
        typer.Option(
            "--database",
            metavar="URL",
            help=_("For the time-lapse: an empty PostgreSQL database; one of its own by default."),
        ),
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help=_("Only one JSON object, on standard output."))
    ] = False,
) -> None:
    """Play a scenario and check what a hub makes of it.

    Ends with status 1 when the hub missed something, was late, or raised what it should not have.

    With --time-lapse hours and weeks pass in seconds, through the real judging of an agent and a hub that are
    started for it. Without it the scenario happens now, in the home of a broker, beside a hub that you name.

    Examples:

      anju-sim run collapse_by_day --time-lapse

      anju-sim run sos --broker localhost:1883

      anju-sim run fall --home zhou --hub http://localhost:8000 --token-file token

      anju-sim run link_lost --cable 18830=hub.example:1883 --home shen --hub https://hub.example
    """
    script = scripts.load(name)
    console = Console(stderr=True, quiet=as_json)
    chosen = script.plan_of(plan)
    if time_lapse:
        _lapse(console, name, script, chosen, database)
        return
    if script.needs_time_lapse:
        raise ScenarioError(f"'{name}' plays at hours of its own: add --time-lapse.")
    at = options.broker_at(broker, user, password_file)
    live = LiveHome(
        chosen, at.host, at.port, prefix, resident=False, username=at.username, password=at.password
    )
    _announce(console, script, chosen)
    with ExitStack() as stack:
        watched = None
        if hub:
            key = options.token_from(token, token_file)
            watched = stack.enter_context(HomeAtHub(hub, options.needed(home_id, "--home"), key))
        laid = stack.enter_context(cable_of(cable)) if cable else None
        stage = Stage(
            script,
            live,
            cable=laid,
            hub=watched,
            tell=lambda second, act, room: console.print(f"{second:8.1f} s  {act} {room}"),
        )
        live.start()
        try:
            course = stage.play()
        finally:
            live.stop()
    figures: dict[str, Any] = {"scenario": name, "acts": course.acts, "seconds": round(course.seconds, 1)}
    if course.score is None:
        _expect(console, script)
    else:
        _show(console, course.score, chosen)
        figures |= course.score.figures()
    typer.echo(json.dumps(figures, ensure_ascii=False))
    if course.score is not None and not course.score.passed:
        raise typer.Exit(1)


def _announce(console: Console, script: scripts.Script, plan: Plan) -> None:
    said = script.title.zh if language() == "zh" else script.title.en
    console.print(f"[bold]{said}[/bold] · {plan.resident.name}, {plan.address}")


def _lapse(console: Console, name: str, script: scripts.Script, plan: Plan, database: str) -> None:
    _announce(console, script, plan)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with HubTape(database) as hub, Progress(*columns, console=console) as shown:
        task = shown.add_task(_("time-lapse"), total=script.lasts_s)
        course = play(script, plan, hub, tell=lambda lived_s, of_s: shown.update(task, completed=lived_s))
    _show(console, course.score, plan)
    typer.echo(json.dumps({"scenario": name, **course.figures()}, ensure_ascii=False))
    if not course.score.passed:
        raise typer.Exit(1)


def cable_of(text: str) -> Cable:
    """Return the cable that the option lays; it is not yet there. Raises ScenarioError."""
    port, equals, target = text.partition("=")
    if not equals or not port.isdigit() or not 0 < int(port) < 65536:
        raise ScenarioError(f"'{text}' is no cable: write PORT=HOST:PORT.")
    there = BrokerAt.parse(target)
    return Cable((there.host, there.port), port=int(port))


def _expect(console: Console, script: scripts.Script) -> None:
    for must in script.must:
        console.print(
            _("A hub must raise {risk} within {seconds} s.").format(
                risk=must.risk, seconds=f"{must.within_s:g}"
            )
        )
    console.print(_("Nobody was asked: name a hub with --hub to have it checked."))


def _show(console: Console, score: Score, plan: Plan) -> None:
    for found in score.found:
        if found.delay_s is None:
            line = _("{risk}: not raised")
        elif found.in_time:
            line = _("{risk}: raised after {delay} s")
        elif found.delay_s < found.must.not_before_s:
            line = _("{risk}: raised after {delay} s, before anybody could know")
        else:
            line = _("{risk}: raised after {delay} s, later than {limit} s")
        mark = "[green]✔[/green]" if found.in_time else "[red]✘[/red]"
        text = line.format(
            risk=found.must.risk, delay=f"{found.delay_s or 0:.2f}", limit=f"{found.must.within_s:g}"
        )
        console.print(f"{mark} {text}")
        if found.alert is not None and found.alert.reason is not None:
            why = render(found.alert.reason, language(), plan.zone, found.alert.triggered_at)
            console.print(f"  {why}", markup=False, highlight=False)
    for alert in score.false_alarms:
        console.print("[red]✘[/red] " + _("{risk}: raised without cause").format(risk=alert.risk))
