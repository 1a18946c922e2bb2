"""The command `anju-sim`: what it offers, and how it is asked for.

Each command lives in a file of its own and is loaded when it is called for, so that help comes at once.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from typing import Annotated

import typer

from simulators.errors import SimulatorError
from simulators.texts import _

#: name, where it is, one line about it
_COMMANDS: tuple[tuple[str, str, str], ...] = (
    (
        "list",
        "simulators.commands.listing",
        "Show the scenarios and the homes that come with the simulators.",
    ),
    ("home", "simulators.commands.home", "Let a simulated home live: its sensors speak to a broker, now."),
    ("run", "simulators.commands.run", "Play a scenario and check what a hub makes of it."),
    ("historic", "simulators.commands.historic", "Send weeks of a home's past to a hub, in seconds."),
    (
        "compare",
        "simulators.commands.compare",
        "Say how like real homes the simulated ones are, in numbers and a picture.",
    ),
    ("replay", "simulators.commands.replay", "Play a recorded home (CSV) to its broker, as Zigbee2MQTT."),
    ("record", "simulators.commands.record", "Record a live home as CSV, anonymised."),
    (
        "conform",
        "simulators.commands.conform",
        "Say whether somebody else's edge speaks the contract, and what to do.",
    ),
    ("console", "simulators.commands.console", "A page with buttons for one home: fall, SOS, door, line."),
    ("box", "simulators.commands.box", "A box of sensors for a home that you set up: pair it, walk, press."),
    ("town", "simulators.commands.town", "Load of up to 100,000 homes, with an honest report."),
    (
        "telephones",
        "simulators.telephones.command",
        "Run telephones that ring: a provider that calls nobody.",
    ),
    ("demo", "simulators.demo_command", "Show the whole way: home, agent, hub, telephones."),
)

_ABOUT = """Homes, residents, telephones and faults that behave as real ones do.

A first walk, with a broker on this machine (mosquitto -p 1883):

  anju-sim list                                what there is

  anju-sim home --plan village-house           a home lives; stop it with Ctrl-C

  anju-sim run sos --broker localhost:1883     somebody presses the button

  anju-sim run collapse_by_day --time-lapse    ten hours in seconds, judged by the real hub

A home that you have created on a hub gets its sensors, with the code of its set-up page:

  anju-sim box http://localhost:8000 CODE

With a hub, the scenario checks what was raised, and when:

  anju-sim run fall --broker localhost:1883 --home zhou --hub http://localhost:8000 --token-file token

Every command says more with --help.
"""


def build(wanted: str = "") -> typer.Typer:
    """Return the program; only the command `wanted` is loaded, the others are there for the help."""
    app = typer.Typer(
        name="anju-sim",
        help=_(_ABOUT),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for name, module, line in _COMMANDS:
        if not _is_there(module):
            continue
        if name == wanted:
            command = _load(module, name)
            app.command(name, help=_(inspect.cleandoc(command.__doc__ or line)))(command)
        else:
            app.command(name, help=_(line))(_not_loaded)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"anju-sim {version('anju')}")
        raise typer.Exit


def _options(
    show: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_show_version, help=_("Say which version this is, and end.")
        ),
    ] = False,
) -> None:
    """Only what holds for every command; the text of the help is the program's."""


def main() -> None:
    """Run the command line; trouble that has a name is told in one line, with exit status 2."""
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    try:
        build(words[0] if words else "")(prog_name="anju-sim")
    except SimulatorError as error:
        typer.echo(f"anju-sim: {error}", err=True)
        raise SystemExit(2) from error
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _load(module: str, name: str) -> Callable[..., None]:
    command: Callable[..., None] = getattr(
        importlib.import_module(module), "listing" if name == "list" else name
    )
    return command


def _not_loaded() -> None:
    raise AssertionError("only the command that was asked for is run")


if __name__ == "__main__":
    main()
