"""A call through a GSM modem: ModemManager's own programs, `mmcli` and, for the keys, `gdbus monitor`.

Needs no internet. What is said in the call is played by a command of the settings into the modem's sound
card. A modem that does not hear keys (many do not) makes every answered call `no_key`.
"""

from __future__ import annotations

import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from edge_agent.core.spot import Outcome
from edge_agent.spot.numbers import checked

RINGS_S: Final = 30
LONGEST_S: Final = 60  #: of talking
POLL_S: Final = 0.5
_CALL: Final = re.compile(r"/org/freedesktop/ModemManager1/Call/([0-9]+)")
_KEY: Final = re.compile(r"DtmfReceived \('([0-9A-D*#])',?\)")


class Modem:
    """Calls one person at a time."""

    def __init__(
        self,
        say: Callable[[str], Sequence[str]],
        *,
        modem: str = "any",
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """`say` returns the command that plays a text into the call."""
        self._say = say
        self._modem = modem
        self._wait = wait

    def call(self, number: str, text: str, language: str) -> Outcome:
        """Call, say `text`, wait for a key, and return how it ended. Never raises."""
        try:
            made = self._mmcli("-m", self._modem, f"--voice-create-call=number={checked(number)}")
            found = _CALL.search(made)
            if found is None:
                return "failed"
            call = found[1]
            try:
                self._mmcli("-o", call, "--start")
                return self._follow(call, found[0], text)
            finally:
                self._mmcli("-o", call, "--hangup", check=False)
                self._mmcli("-m", self._modem, f"--voice-delete-call={call}", check=False)
        except (OSError, ValueError, subprocess.SubprocessError):
            return "failed"

    def _follow(self, call: str, path: str, text: str) -> Outcome:
        keys = _Keys(path)
        saying: subprocess.Popen[bytes] | None = None
        talked = False
        try:
            for turn in range(round((RINGS_S + LONGEST_S) / POLL_S)):
                self._wait(POLL_S)
                if keys.pressed:
                    return "key"
                state, why = self._state(call)
                if state == "active":
                    talked = True
                    if saying is None or saying.poll() is not None:
                        saying = _start(self._say(text))
                elif state == "terminated":
                    if talked:
                        return "no_key"
                    return "busy" if why == "refused-or-busy" else "no_answer"
                elif turn * POLL_S > RINGS_S:
                    return "no_answer"
            return "no_key"
        finally:
            keys.end()
            if saying is not None and saying.poll() is None:
                saying.kill()
                saying.wait()

    def _state(self, call: str) -> tuple[str, str]:
        properties: dict[str, Any] = json.loads(self._mmcli("-o", call, "-J"))["call"]["properties"]
        return str(properties["state"]), str(properties.get("state-reason", ""))

    def _mmcli(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(["mmcli", *arguments], capture_output=True, text=True, timeout=20, check=check)
        return done.stdout


class _Keys:
    """Listens for keys on one call."""

    def __init__(self, path: str) -> None:
        self.pressed = False
        self._monitor: subprocess.Popen[str] | None = None
        self._listener: threading.Thread | None = None
        arguments = ["--system", "--dest", "org.freedesktop.ModemManager1", "--object-path", path]
        try:
            self._monitor = subprocess.Popen(
                ["gdbus", "monitor", *arguments],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        except OSError:
            return
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def end(self) -> None:
        """Stop listening."""
        if self._monitor is not None and self._listener is not None:
            self._monitor.kill()
            self._monitor.wait()
            self._listener.join()

    def _listen(self) -> None:
        assert self._monitor is not None  # noqa: S101
        assert self._monitor.stdout is not None  # noqa: S101
        with self._monitor.stdout as lines:
            for line in lines:
                if _KEY.search(line):
                    self.pressed = True


def _start(command: Sequence[str]) -> subprocess.Popen[bytes] | None:
    try:
        return subprocess.Popen(list(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return None
