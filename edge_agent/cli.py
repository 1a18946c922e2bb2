"""`anju-agent`: run the edge agent, look at what its sensors say, look into its outbox."""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from edge_agent import __version__
from edge_agent.settings import Settings, SettingsError, load

PAIRED = Path("/etc/anju/agent.toml")  #: where pairing writes the settings, and the service reads them

Text = Callable[[str], str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code: 0 well, 1 it failed, 2 the settings or the call are wrong."""
    text = _texts()
    options = _parser(text).parse_args(arguments)
    if options.alone is not None:
        alone: Callable[[argparse.Namespace, Text], int] = options.alone
        return alone(options, text)
    try:
        settings = load(options.config, os.environ, text)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    if options.json:
        as_json: Callable[..., int] = options.command
        return as_json(settings, text, as_json=True)
    command: Callable[[Settings, Text], int] = options.command
    return command(settings, text)


def _texts() -> Text:
    wanted = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if not wanted.lower().startswith("zh"):
        return str
    # Loaded for Chinese only: an agent that runs as a service speaks to nobody and needs the memory.
    from models.language import closest, translations

    try:
        return translations("edge_agent", closest(wanted)).gettext
    except FileNotFoundError:
        return str


def _parser(text: Text) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="anju-agent",
        description=text(
            "The edge agent: takes the sensors' events and brings them to the hub, losing none."
        ),
        epilog=text(
            "Every setting can also be given as an environment variable: ANJU_AGENT_HOME, "
            "ANJU_AGENT_HUB_HOST, ANJU_AGENT_HUB_PASSWORD_FILE, ANJU_AGENT_SENSORS_PREFIX and so on. "
            "Begin with: anju-agent watch --config agent.toml"
        ),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"anju-agent {__version__}",
        help=text("say which version this is"),
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, summary, run in (
        ("run", text("carry events from the sensors to the hub until stopped"), _run),
        ("watch", text("show the sensors' events as they happen; stores and sends nothing"), _watch),
        ("doctor", text("say what is wrong with this home's set-up, and what to do"), _doctor),
        ("outbox", text("show how many events wait for the hub, and since when"), _outbox),
    ):
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument(
            "--config",
            type=Path,
            metavar="FILE",
            help=text("the settings file (TOML); without it, the environment alone"),
        )
        command.set_defaults(command=run, json=False, alone=None)
        if run in (_outbox, _doctor):
            command.add_argument("--json", action="store_true", help=text("one JSON object, for programs"))
    _add_pair(commands, text)
    return parser


def _add_pair(commands: Any, text: Text) -> None:
    summary = text("bring a pairing code to the hub, and write the settings file that lets this agent in")
    command = commands.add_parser("pair", help=summary, description=summary)
    command.add_argument("words", nargs="*", metavar="URL CODE", help=text("as the hub shows them"))
    command.add_argument(
        "--config", type=Path, metavar="FILE", default=PAIRED, help=text("the settings file to write")
    )
    command.add_argument(
        "--ca", type=Path, metavar="FILE", help=text("the authority that signed the hub's https certificate")
    )
    command.set_defaults(alone=_pair)


def _pair(options: argparse.Namespace, text: Text) -> int:
    from edge_agent import pairing, reaching, settings_file

    try:
        asked = pairing.read_asked(options.words, text)
        settings_file.check(options.config, text)
        paired, password = pairing.pair(asked, options.ca, text)
        host = urlsplit(asked.url).hostname or ""
        written = settings_file.write(options.config, paired, password, host, text)
    except pairing.PairingError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        text("Paired: home {home}, edge agent {edge}. Written to {path}.").format(
            home=paired.home, edge=paired.edge, path=options.config
        )
    )
    if written.set_aside is not None:
        print(
            text("What waited for the hub of another home stays in {path} and is not sent.").format(
                path=written.set_aside
            )
        )
    if pairing.clock_is_off(paired):
        print(
            text("This machine's clock is wrong: let it find a time server (timedatectl)."), file=sys.stderr
        )
    brokers = [broker for broker in (written.settings.hub, written.settings.hub2) if broker is not None]
    wrong = [said for broker in brokers if (said := reaching.what_is_wrong(broker, text)) is not None]
    for said in wrong:
        print(said, file=sys.stderr)
    if not wrong:
        print(text("The hub's broker lets it in. Start it: systemctl restart anju-agent"))
    return 1 if wrong else 0


def _run(settings: Settings, text: Text) -> int:
    from edge_agent.app import Agent, AlreadyRunningError
    from edge_agent.outbox import OutboxError
    from edge_agent.watchdog import Watchdog

    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)-7s %(message)s"
    )
    agents: list[Agent] = []
    stopped: list[int] = []

    def stop(signum: int, frame: FrameType | None) -> None:
        stopped.append(signum)
        agents[-1].stop()

    try:
        agents.append(Agent(settings))
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        with Watchdog(lambda: agents[-1].turned_at):
            agents[-1].run()
            while agents[-1].starts_anew and not stopped:
                agents[:] = [Agent(settings)]
                if stopped:  # somebody wanted it while this one was being made
                    agents[-1].stop()
                agents[-1].run()
    except AlreadyRunningError:
        print(
            text("Another agent uses {folder}: stop it, or give this one a data_dir of its own.").format(
                folder=settings.data_dir
            ),
            file=sys.stderr,
        )
        return 1
    except OutboxError as error:
        print(
            text(
                "The outbox cannot be used ({reason}): make data_dir a folder that the agent may write."
            ).format(reason=error),
            file=sys.stderr,
        )
        return 1
    return 0


def _watch(settings: Settings, text: Text) -> int:
    from edge_agent.watching import watch

    try:
        watch(settings, print, text)
    except KeyboardInterrupt:
        return 0
    return 1


def _doctor(settings: Settings, text: Text, *, as_json: bool = False) -> int:
    from edge_agent.doctor import examine
    from edge_agent.examining import collect

    if not as_json:
        print(text("Looking ..."), file=sys.stderr)
    checks = examine(collect(settings, text), text)
    faults = [check for check in checks if check.state == "fault"]
    if as_json:
        print(
            json.dumps(
                {"ok": not faults, "checks": [check._asdict() for check in checks]}, ensure_ascii=False
            )
        )
        return 1 if faults else 0
    signs = {"well": "+", "warning": "!", "fault": "X"}
    width = max(_width(check.name) for check in checks)
    for check in checks:
        blanks = " " * (width - _width(check.name))
        print(f"{signs[check.state]}  {check.name}{blanks}  {check.said}")
    warnings = sum(check.state == "warning" for check in checks)
    print(
        text("Faults: {faults}, warnings: {warnings}.").format(faults=len(faults), warnings=warnings)
        if faults or warnings
        else text("All is well.")
    )
    return 1 if faults else 0


def _width(name: str) -> int:
    """How many columns of a terminal a name takes: a Chinese sign takes two."""
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in name)


def _outbox(settings: Settings, text: Text, *, as_json: bool = False) -> int:
    import sqlite3

    from edge_agent.outbox_file import peek

    path = Path(settings.data_dir) / "outbox.db"
    if not path.exists():
        print(
            text("There is no outbox at {path} yet: the agent makes it when it first runs.").format(path=path)
        )
        return 1
    try:
        facts = peek(path)
    except sqlite3.Error as error:
        print(text("The outbox {path} cannot be read ({reason}).").format(path=path, reason=error))
        return 1
    if as_json:
        print(json.dumps(facts))
        return 0
    print(text("Stream:          {stream}").format(stream=facts["stream"]))
    print(text("Events waiting:  {depth}, of them urgent: {urgent}").format(**facts))
    if facts["oldest"]:
        oldest = datetime.fromtimestamp(int(facts["oldest"]) / 1000, UTC)
        print(text("The oldest:      {oldest}").format(oldest=oldest.isoformat(timespec="seconds")))
        print(text("Numbers:         {numbers}").format(numbers=facts["numbers"]))
    print(text("Given up:        {dropped}").format(dropped=facts["dropped"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
