"""The two programs of a time-lapse, each a process that answers one line with one line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import IO, Any, NamedTuple, Self

import msgspec

from simulators.errors import SimulatorError


class ProgramError(SimulatorError):
    """A program of the time-lapse has ended."""


class Said(NamedTuple):
    """Something that an agent published to the hub."""

    at: int
    topic: str
    payload: str
    retained: bool


class Program:
    """One process; `ask` is answered before it returns."""

    def __init__(self, module: str, arguments: Sequence[str] = ()) -> None:
        self._module = module
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer. Raises ProgramError when the program has ended; its last words are on stderr."""
        into, out = self._pipes()
        try:
            into.write(msgspec.json.encode(request) + b"\n")
            into.flush()
            line = out.readline()
        except (BrokenPipeError, ValueError) as error:
            raise ProgramError(self._module) from error
        if not line:
            raise ProgramError(self._module)
        answer: dict[str, Any] = msgspec.json.decode(line)
        return answer

    def close(self) -> None:
        """End it."""
        into, out = self._pipes()
        for pipe in (into, out):
            try:
                pipe.close()
            except BrokenPipeError:
                continue
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process.stdin is None or self._process.stdout is None:
            raise ProgramError(self._module)
        return self._process.stdin, self._process.stdout


class AgentTape(Program):
    """An edge agent in time-lapse."""

    def __init__(self) -> None:
        super().__init__("edge_agent.lapse")

    def start(self, settings: dict[str, Any], at: int) -> list[Said]:
        """Switch a machine on."""
        return self._said({"settings": settings, "at": at})

    def play(self, steps: list[dict[str, Any]]) -> list[Said]:
        """Let it happen; return what was said to the hub."""
        return self._said({"steps": steps})

    def _said(self, request: dict[str, Any]) -> list[Said]:
        return [Said(*one) for one in self.ask(request)["said"]]


class HubTape(Program):
    """A hub in time-lapse; without the address of an empty database it brings one of its own."""

    def __init__(self, database: str = "") -> None:
        super().__init__("hub.lapse", ["--database", database] if database else [])
