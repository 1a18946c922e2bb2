"""`anju-sim telephones`: the telephones as a program of their own, until Ctrl-C."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import ValidationError
from rich.console import Console

from simulators.errors import SimulatorError
from simulators.telephones.aliyun.account import pushes_below
from simulators.telephones.running import TelephonesServer
from simulators.telephones.server import Settings, create_app
from simulators.telephones.settings import people_of
from simulators.texts import _

EXAMPLE: Final = Path(__file__).with_name("people.toml")


class TelephonesStartError(SimulatorError):
    """The telephones cannot be started like this."""


def telephones(
    port: Annotated[int, typer.Option(help=_("Port to listen on."), min=1, max=65535)] = 8090,
    host: Annotated[str, typer.Option(help=_("Address to listen on."))] = "127.0.0.1",
    account_sid: Annotated[
        str,
        typer.Option(
            envvar="ANJU_TWILIO_ACCOUNT_SID", help=_("The account: AC and 32 digits. Made up if not given.")
        ),
    ] = "",
    auth_token: Annotated[
        str,
        typer.Option(envvar="ANJU_TWILIO_AUTH_TOKEN", help=_("The account's token. Made up if not given.")),
    ] = "",
    people: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help=_("TOML file with people and how they behave.")),
    ] = None,
    example: Annotated[
        bool, typer.Option("--example", help=_("Print an example of such a file, and end."))
    ] = False,
    number: Annotated[
        list[str] | None,
        typer.Option(help=_("A number that the account may call from; several are possible.")),
    ] = None,
    sms_url: Annotated[
        str, typer.Option(help=_("Where people's messages to the account go."), metavar="URL")
    ] = "",
    aliyun_receipts: Annotated[
        str,
        typer.Option(
            help=_("Where Aliyun's receipts go: a hub's address and its secret, http://hub:8000?secret=…"),
            metavar="URL",
        ),
    ] = "",
    speed: Annotated[
        float, typer.Option(help=_("How much faster than life people and networks are."), min=0.01, max=1000)
    ] = 1.0,
) -> None:
    """Run telephones that ring: a provider that calls nobody.

    Open the page in a browser to answer, press keys and write messages.

    Examples:

      anju-sim telephones

      anju-sim telephones --example > people.toml

      anju-sim telephones --port 8090 --people people.toml --speed 5
    """
    if example:
        typer.echo(EXAMPLE.read_text("utf-8"), nl=False)
        return
    given = {"account_sid": account_sid, "auth_token": auth_token, "sms_url": sms_url}
    try:
        settings = Settings.model_validate(
            {name: value for name, value in given.items() if value}
            | {
                "people": people_of(people) if people is not None else (),
                "numbers": tuple(number or ()),
                "aliyun": {"pushes": pushes_below(aliyun_receipts)} if aliyun_receipts else {},
                "speed": speed,
            }
        )
    except ValidationError as problem:
        first = problem.errors()[0]
        raise TelephonesStartError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from problem
    except ValueError as problem:
        raise TelephonesStartError(f"{people}: {problem}") from problem
    console = Console()
    console.print(_("The telephones ring at {address}").format(address=f"http://{host}:{port}/"))
    console.print(_("What a program needs to use them in Twilio's place:"))
    console.print(f"  TWILIO_API=http://{host}:{port}", highlight=False)
    console.print(f"  TWILIO_ACCOUNT_SID={settings.account_sid}", highlight=False)
    if not auth_token:  # one that was given is known, and need not stand on a screen
        console.print(f"  TWILIO_AUTH_TOKEN={settings.auth_token.get_secret_value()}", highlight=False)
    console.print(_("And in Aliyun's:"))
    console.print(f"  ANJU_ALIYUN_VOICE_URL=http://{host}:{port}", highlight=False)
    console.print(f"  ANJU_ALIYUN_SMS_URL=http://{host}:{port}", highlight=False)
    for name, value in settings.aliyun.as_set().items():
        console.print(f"  ANJU_ALIYUN_{name}={value}", highlight=False)
    TelephonesServer(create_app(settings), host=host, port=port).run()
