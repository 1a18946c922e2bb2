"""Programs of the house as processes: started with a log of their own, watched, and ended without a trace."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from simulators.errors import SimulatorError

_PR_SET_PDEATHSIG = 1  #: of linux/prctl.h


class ProgramError(SimulatorError):
    """A program of the demo did not do what it should."""


def program(name: str) -> str:
    """Return the path of an installed command, beside the Python that runs this."""
    path = Path(sys.executable).parent / name
    if not path.exists():
        raise ProgramError(f"{path} is missing: run `make setup`.")
    return str(path)


class Program:
    """One running program; its words go to a file."""

    def __init__(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path
    ) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as words:
            # A session of its own: Ctrl-C reaches the demo only, which ends the programs in order.
            # To the kernel the thread that starts it is its parent: programs are started by the main thread.
            self.process = subprocess.Popen(
                arguments,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_ends_with(os.getpid()),
            )

    def check(self) -> None:
        """Raise ProgramError with its last words when it has ended."""
        code = self.process.poll()
        if code is not None:
            raise ProgramError(f"{self.name} ended with {code}; its last words:\n{last_words(self.log)}")

    def stop(self, patience_s: float = 20.0) -> None:
        """End it as a person would, and by force when that does not help."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(patience_s)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()


def _ends_with(parent: int) -> Callable[[], None] | None:
    """Return what a program does first, so that it ends when `parent` is killed; only Linux can do it."""
    if sys.platform != "linux":
        return None
    control = ctypes.CDLL(None).prctl  # looked up here: after the fork nothing may be loaded

    def begin() -> None:
        control(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:  # killed in this very moment
            os._exit(1)

    return begin


def run(name: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> str:
    """Run a program to its end and return what it said; raises ProgramError when it failed."""
    done = subprocess.run(
        arguments,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    with log.open("a", encoding="utf-8") as words:
        words.write(done.stdout + done.stderr)
    if done.returncode:
        raise ProgramError(f"{name} failed ({done.returncode}):\n{(done.stderr or done.stdout)[-2000:]}")
    return done.stdout


def last_words(log: Path, lines: int = 12) -> str:
    """Return the end of a log."""
    try:
        return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])
    except OSError:
        return "(none)"


def wait_until(done: str, seconds: float, ready: Callable[[], object], *programs: Program) -> None:
    """Wait until `ready()` is true; raises ProgramError when a program ends meanwhile or time is up."""
    end = time.monotonic() + seconds
    while not ready():
        for each in programs:
            each.check()
        if time.monotonic() > end:
            words = "\n".join(f"{each.name}:\n{last_words(each.log)}" for each in programs)
            raise ProgramError(f"{done}: not within {seconds:.0f} s.\n{words}")
        time.sleep(0.05)
