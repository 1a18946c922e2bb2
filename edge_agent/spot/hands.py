"""The siren, the voice and the telephone of a home: carries out what the core decided, and waits for nothing.

Speaking and calling take their time in threads and programs of their own. What cannot be carried out is said
in the log once, and never stops what else is to be done.
"""

from __future__ import annotations

import json
import logging
import subprocess
import threading
from collections.abc import Callable
from typing import Any, Protocol

from edge_agent.core.spot import Outcome
from edge_agent.mqtt import Link
from edge_agent.settings import Settings

log = logging.getLogger("anju.agent")


class Telephone(Protocol):
    """Somebody's way to call. `call` never raises."""

    def call(self, number: str, text: str, language: str) -> Outcome:
        """Call, say `text`, wait for a key; return how it ended."""


class Hands:
    """What one home has."""

    def __init__(self, settings: Settings, wake: Callable[[], None]) -> None:
        self._spot = settings.spot
        self._prefix = settings.sensors.prefix
        self._wake = wake
        self._voice: subprocess.Popen[bytes] | None = None
        self._saying = ""
        self._waiting: list[tuple[str, str]] = []  #: for the siren: topic and payload
        self._over: list[Outcome] = []
        self._buzzer: Any = None
        self._telephone = _telephone(settings)

    @property
    def loud(self) -> bool:
        """Whether it has a siren or a buzzer."""
        return bool(self._spot.sirens or self._spot.buzzer_pin)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Whom this home can call."""
        return tuple(self._spot.numbers) if self._telephone is not None else ()

    def sound(self, ms: int) -> None:
        """Let the siren sound for so long, or end it (0). It ends by itself, also without the agent."""
        for siren in self._spot.sirens:
            mode = {"mode": "emergency", "duration": max(1, ms // 1000)} if ms else {"mode": "stop"}
            self._waiting = [one for one in self._waiting if siren not in one[0]]
            self._waiting.append((f"{self._prefix}/{siren}/set", json.dumps({"warning": mode})))
        if self._spot.buzzer_pin:
            self._buzz(ms)

    def pump(self, sensors: Link) -> None:
        """Hand the siren's orders to the home's broker as soon as there is a connection. Never retained."""
        while self._waiting and sensors.connected and sensors.publish(*_encoded(self._waiting[0])):
            self._waiting.pop(0)

    def say(self, text: str) -> None:
        """Say something in the room. Only something else interrupts what is being said."""
        if not self._spot.say:
            return
        if self._voice is not None and self._voice.poll() is None:
            if text == self._saying:
                return
            self._voice.kill()
            self._voice.wait()
        self._saying = text
        command = [part.replace("{text}", text) for part in self._spot.say]
        try:
            self._voice = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except OSError as error:
            log.error("nothing can be said in the room: %s", error)

    def dial(self, number: str, text: str) -> None:
        """Begin a call; how it ended is in `over` later."""
        telephone = self._telephone
        if telephone is None:
            self._end("failed")
            return
        log.warning("the hub does not answer: calling %s", number[:-4] + "****")

        def call() -> None:
            try:
                outcome = telephone.call(number, text, "zh-CN" if self._spot.language == "zh" else "en-GB")
            except Exception:
                log.exception("a call ended in an error")
                outcome = "unknown"
            self._end(outcome)

        threading.Thread(target=call, daemon=True).start()

    def over(self) -> list[Outcome]:
        """Return how calls ended since the last look."""
        ended, self._over = self._over, []
        return ended

    def close(self) -> None:
        """Fall silent, and let go of the pin; the siren ends by its own clock."""
        if self._voice is not None:
            self._voice.kill()
            self._voice.wait()
        if self._buzzer is not None:
            self._buzzer.close()

    def _end(self, outcome: Outcome) -> None:
        self._over.append(outcome)
        self._wake()

    def _buzz(self, ms: int) -> None:
        try:
            if self._buzzer is None:
                from gpiozero import Buzzer

                self._buzzer = Buzzer(self._spot.buzzer_pin)
            self._buzzer.off()
            if ms:
                self._buzzer.beep(0.5, 0.5, max(1, ms // 1000))
        except Exception as error:  # gpiozero has many ways to say that there is no such pin
            log.error("the buzzer does not sound: %s", error)


def _encoded(order: tuple[str, str]) -> tuple[str, bytes]:
    return order[0], order[1].encode()


def _telephone(settings: Settings) -> Telephone | None:
    spot = settings.spot
    if not spot.numbers:
        return None
    # Each brings its own libraries: what a home does not have costs it no memory.
    if spot.twilio_account:
        from edge_agent.spot.twilio import URL, Twilio

        return Twilio(
            spot.twilio_account,
            spot.twilio_token,
            spot.twilio_from,
            key_url=spot.twilio_key_url,
            url=spot.twilio_url or URL,
        )
    from edge_agent.spot.modem import Modem

    say = spot.say_in_call or spot.say
    return Modem(lambda text: [part.replace("{text}", text) for part in say], modem=spot.modem or "any")
