"""`anju-sim home`: one simulated home that lives until it is stopped."""

from __future__ import annotations

import _thread
import signal
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from simulators.clock import Clock
from simulators.commands import options
from simulators.home import plan as plans
from simulators.replay import agent_config
from simulators.street import LiveHome
from simulators.texts import _


def home(
    plan: options.PlanName = "village-house",
    broker: options.SensorsBroker = "127.0.0.1:1883",
    user: options.User = "",
    password_file: options.PasswordFile = None,
    prefix: options.Prefix = "zigbee2mqtt",
    seed: options.Seed = 1,
    speed: Annotated[
        float, typer.Option("--speed", min=0.01, help=_("So many times as fast as life, with --days-ago."))
    ] = 1.0,
    days_ago: Annotated[
        float,
        typer.Option(
            "--days-ago", min=0, help=_("Begin in the past; having caught up, it goes on as in life.")
        ),
    ] = 0.0,
    home_id: options.HomeId = "home-1",
    edge: options.EdgeId = "pi-1",
    hub_broker: options.HubBroker = "127.0.0.1:1883",
    write_agent_config: options.AgentConfig = None,
) -> None:
    """Let a simulated home live: its sensors speak to a broker, now, as Zigbee2MQTT would for them.

    Examples:

      anju-sim home --plan lane-flat --broker localhost:1883

      anju-sim home --plan lane-flat --days-ago 7 --speed 600

      anju-sim home --plan lane-flat --home shen --write-agent-config agent.toml
    """
    chosen = plans.load(plan)
    at = options.broker_at(broker, user, password_file)
    if write_agent_config:
        write_settings(
            write_agent_config,
            agent_config.AgentOf(
                home=home_id,
                edge=edge,
                data_dir=str(Path.cwd() / f"agent-{home_id}"),
                sensors=at,
                hub=options.broker_at(hub_broker, "", None),
                prefix=prefix,
                history=days_ago > 0,
            ),
            [
                agent_config.Placed(
                    sensor.ieee, sensor.friendly_name, rooms_of(chosen)[sensor.room], sensor.outer_door
                )
                for sensor in chosen.sensors
            ],
        )
        return
    start = datetime.now(UTC) - timedelta(days=days_ago)
    clock = Clock(speed, start) if days_ago else Clock()
    live = LiveHome(
        chosen, at.host, at.port, prefix, clock, seed=seed, username=at.username, password=at.password
    )
    live.start()
    console = Console(stderr=True)
    console.print(_("{name} lives. Stop with Ctrl-C.").format(name=chosen.resident.name))
    stopped = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_args: _thread.start_new_thread(stopped.set, ()))
    try:
        while not stopped.wait(1.0) and live.failure is None:
            pass
    finally:
        live.stop()
    if live.failure:
        raise live.failure
    console.print(_("{sent} messages, {dropped} met no broker.").format(sent=live.sent, dropped=live.dropped))


def rooms_of(plan: plans.Plan) -> dict[str, str]:
    """Return the rooms' names, in the language of the people who live there."""
    return {room.id: room.name.zh for room in plan.rooms}


def write_settings(path: Path, agent: agent_config.AgentOf, devices: list[agent_config.Placed]) -> None:
    """Write the agent's settings and say so."""
    path.write_text(agent_config.text(agent, devices), encoding="utf-8")
    Console(stderr=True).print(
        _("{path}: settings of the edge agent with {number} sensors.").format(path=path, number=len(devices))
    )
