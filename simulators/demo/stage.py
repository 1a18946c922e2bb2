"""Builds the demo up and takes it down: every program in order, each on a port of its own, nothing left over.

Everything it makes lies in one folder; a second start finds the town as the first one left it.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from models.contract.topics import Address
from simulators import historic, history
from simulators.broker import BrokerAt
from simulators.demo import town
from simulators.demo.folder import secrets_of, taken, write_private
from simulators.demo.hub_api import Hub
from simulators.demo.programs import Program, program, run, wait_until
from simulators.demo.street_broker import StreetBroker
from simulators.demo.town import EDGE, TOWN, Secrets
from simulators.faults.cable import Cable
from simulators.home import plan as plans
from simulators.replay.agent_config import AgentOf, text
from simulators.street import LiveHome
from simulators.telephones.running import RunningTelephones
from simulators.telephones.settings import Settings as TelephoneSettings
from simulators.texts import _

USUAL_PORTS = {"web": 8000, "telephones": 8090, "broker": 1883, "street": 1884}
DAYS = 28  #: of history for each home

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How the demo is to be played."""

    folder: Path
    by_themselves: bool  #: the telephones' owners act by themselves, at five times the usual speed
    any_port: bool  #: free ports instead of the usual ones
    residents: bool  #: the residents live their days


class Stage:
    """The whole town; a context manager. `agents`, `homes` and `cables` are by home."""

    def __init__(self, wishes: Wishes, tell: Tell) -> None:
        self._wishes = wishes
        self._tell = tell
        self._ending = ExitStack()
        self._plans = {family.home: plans.load(family.plan) for family in TOWN}
        self._ports = _ports(any_port=wishes.any_port)
        self.secrets = Secrets("", "", {})
        self.agents: dict[str, Program] = {}
        self.homes: dict[str, LiveHome] = {}
        self.cables: dict[str, Cable] = {}

    def __enter__(self) -> Self:
        try:
            self._build()
        except BaseException:
            self._ending.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.close()

    @property
    def hub_url(self) -> str:
        """Where the hub's pages are."""
        return f"http://127.0.0.1:{self._ports['web']}"

    @property
    def hub_folder(self) -> Path:
        """Where the hub keeps everything: what its command line must be told."""
        return self._wishes.folder / "hub"

    @property
    def logs(self) -> Path:
        """Where the programs' words are."""
        return self._wishes.folder / "logs"

    def check(self) -> None:
        """Raise ProgramError when a program has ended."""
        for each in (self.hub_program, *self.agents.values()):
            each.check()

    def outbox(self, home: str) -> dict[str, Any]:
        """What a home's agent still has to bring to the hub."""
        said = run(
            "anju-agent outbox",
            [program("anju-agent"), "outbox", "--json", "--config", str(self._agent_file(home))],
            {},
            self.logs / "outbox.log",
        )
        facts: dict[str, Any] = json.loads(said)
        return facts

    # -- building -------------------------------------------------------------------------------------------

    def _build(self) -> None:
        folder = self._wishes.folder
        self._ending.enter_context(taken(folder))
        self.logs.mkdir(parents=True, exist_ok=True)
        self.secrets = secrets_of(folder)
        self._tell(_("telephones"))
        self.telephones = self._ending.enter_context(self._make_telephones())
        self._tell(_("the hub: database, broker, ingest, dispatch, web"))
        self._start_hub()
        self._ending.enter_context(StreetBroker(self._ports["street"]))
        for family in TOWN:
            self._tell(_("the edge agent of {home}").format(home=family.home))
            self._start_agent(family.home)
        wait_until(
            _("the agents are at the hub"), 90, self._agents_online, self.hub_program, *self.agents.values()
        )
        for family in TOWN:
            self._bring_past(family.home)
        for family in TOWN:
            home = LiveHome(
                self._plans[family.home],
                port=self._ports["street"],
                prefix=f"home-{family.home}",
                resident=self._wishes.residents,
            )
            home.start()
            self._ending.callback(home.stop)
            self.homes[family.home] = home

    def _make_telephones(self) -> RunningTelephones:
        wishes = self._wishes
        settings = TelephoneSettings(
            people=town.people(self._plans, by_themselves=wishes.by_themselves),
            speed=5 if wishes.by_themselves else 1,
        )
        return RunningTelephones(settings, port=self._ports["telephones"])

    def _start_hub(self) -> None:
        folder = self._wishes.folder
        self.telephones.sms_url(f"{self.hub_url}/twilio/sms")
        environment = {
            "ANJU_PUBLIC_URL": self.hub_url,
            "ANJU_DATA_DIR": str(folder / "hub"),
            "ANJU_WEB_PORT": str(self._ports["web"]),
            "ANJU_EMBEDDED_BROKER_PORT": str(self._ports["broker"]),
            "ANJU_TWILIO_URL": self.telephones.url,
            "ANJU_TWILIO_ACCOUNT_SID": self.telephones.account_sid,
            "ANJU_TWILIO_AUTH_TOKEN": self.telephones.auth_token,
            "ANJU_TWILIO_FROM": "+15005550006",
            "ANJU_DEMO": "true",
        }
        file = folder / "town.toml"
        write_private(file, town.hub_file(self._plans, self.secrets))
        log = self.logs / "hub.log"
        run("anju-hub load", [program("anju-hub"), "load", str(file)], environment, log)
        self.hub_program = Program("anju-hub", [program("anju-hub"), "serve"], environment, log)
        self._ending.callback(self.hub_program.stop)
        self.hub = Hub(self.hub_url, self.secrets.token)
        self._ending.callback(self.hub.close)
        wait_until(_("the hub answers"), 60, self.hub.alive, self.hub_program)

    def _start_agent(self, home: str) -> None:
        folder = self._wishes.folder
        cable = self._ending.enter_context(Cable(("127.0.0.1", self._ports["broker"])))
        self.cables[home] = cable
        secret = folder / "agents" / f"{home}.password"
        write_private(secret, self.secrets.edges[home])
        agent = AgentOf(
            home=home,
            edge=EDGE,
            data_dir=str(folder / "agents" / home),
            sensors=BrokerAt(host="127.0.0.1", port=self._ports["street"]),
            hub=BrokerAt(host=cable.host, port=cable.port, username=f"{home}/{EDGE}"),
            hub_password_file=str(secret),
            prefix=f"home-{home}",
        )
        write_private(self._agent_file(home), text(agent, town.placed(self._plans[home])))
        arguments = [program("anju-agent"), "run", "--config", str(self._agent_file(home))]
        started = Program(f"anju-agent {home}", arguments, {}, self.logs / f"agent-{home}.log")
        self._ending.callback(started.stop)
        self.agents[home] = started

    def _agent_file(self, home: str) -> Path:
        return self._wishes.folder / "agents" / f"{home}.toml"

    def _agents_online(self) -> bool:
        return all(home["heard_at"] is not None for home in self.hub.get("/homes"))

    def _bring_past(self, home: str) -> None:
        """Give a home that is being commissioned its past, and take it live."""
        if self.hub.get(f"/homes/{home}")["status"] != "commissioning":
            return
        self._tell(_("{days} days of history for {home}").format(days=DAYS, home=home))
        plan, address, now = self._plans[home], Address(home, EDGE), datetime.now(UTC)
        first = (now.astimezone(plan.timezone) - timedelta(days=DAYS)).date()
        past = history.batches(plan, address, 1, first, round(now.timestamp() * 1000))
        account = BrokerAt(
            host="127.0.0.1",
            port=self._ports["broker"],
            username=f"{home}/{EDGE}",
            password=self.secrets.edges[home],
        )
        historic.deliver(past, address, account)
        self.hub.put(f"/homes/{home}/status", {"status": "live", "why": "a demonstration"})


def _ports(*, any_port: bool) -> dict[str, int]:
    """Return a free port for each program: the usual one unless it is taken."""
    ports: dict[str, int] = {}
    held: list[socket.socket] = []
    for name, usual in USUAL_PORTS.items():
        for wanted in (0,) if any_port else (usual, 0):
            probe = socket.socket()
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                probe.close()
                continue
            held.append(probe)
            ports[name] = probe.getsockname()[1]
            break
    for probe in held:
        probe.close()
    return ports
