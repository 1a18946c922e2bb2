"""The kit in its folder: the broker in the home, the sensors, the agent's settings, and the agent itself.

The agent is the real program, and pairing is its own command; what it was told stays in the folder, so that
the box can be switched off and on again.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from simulators.broker import BrokerAt
from simulators.demo.folder import write_private
from simulators.demo.programs import Program, ProgramError, program, run, wait_until
from simulators.demo.street_broker import StreetBroker
from simulators.demo.town import placed
from simulators.errors import SimulatorError
from simulators.home.plan import Plan
from simulators.replay.agent_config import AgentOf, text
from simulators.street import LiveHome
from simulators.texts import _

#: Stand in the settings until pairing writes the home's own.
_UNPAIRED: Final = ("box", "pi", BrokerAt())


class UnpairedError(SimulatorError):
    """This box belongs to no home yet."""


class Kit:
    """One box; a context manager in which its sensors and its agent are on power."""

    def __init__(self, plan: Plan, folder: Path, port: int, *, resident: bool) -> None:
        self._plan = plan
        self._folder = folder
        self._port = port
        self._ending = ExitStack()
        self.home = LiveHome(plan, "127.0.0.1", port, resident=resident)

    @property
    def settings(self) -> Path:
        """The agent's settings file."""
        return self._folder / "agent.toml"

    @property
    def log(self) -> Path:
        """What the agent says."""
        return self._folder / "agent.log"

    def pair(self, url: str, code: str) -> None:
        """Let the agent bring a pairing code to the hub. Raises ProgramError with the agent's own words."""
        home, edge, hub = _UNPAIRED
        if not self.settings.exists():
            agent = AgentOf(
                home=home,
                edge=edge,
                data_dir=str((self._folder / "agent").resolve()),
                sensors=BrokerAt(host="127.0.0.1", port=self._port),
                hub=hub,
            )
            write_private(self.settings, text(agent, placed(self._plan)))
        words = [program("anju-agent"), "pair", "--config", str(self.settings), url, code]
        run("anju-agent pair", words, {}, self.log)

    def __enter__(self) -> Self:
        if not self.settings.exists():
            raise UnpairedError(
                _("Make a code on the home's set-up page and type: anju-sim box {url} {code}").format(
                    url="http://localhost:8000", code="CODE"
                )
            )
        try:
            self._ending.enter_context(StreetBroker(self._port))
            arguments = [program("anju-agent"), "run", "--config", str(self.settings)]
            said = self._words()
            self._agent = Program("anju-agent", arguments, {}, self.log)
            self._ending.callback(self._agent.stop)
            # It must listen before the sensors say for the first time how they are: nobody says that again.
            listens = f"127.0.0.1:{self._port}: connected"
            wait_until(
                _("the agent hears the sensors"),
                60,
                lambda: listens in self._words()[len(said) :],
                self._agent,
            )
            self.home.start()
            self._ending.callback(self.home.stop)
        except BaseException:
            self._ending.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.close()

    def _words(self) -> str:
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def trouble(self) -> str:
        """Return why the agent runs no more, empty while it does."""
        try:
            self._agent.check()
        except ProgramError as error:
            return str(error)
        return ""
