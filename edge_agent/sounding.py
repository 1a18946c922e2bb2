"""What this home can let be heard: sirens, a voice, and a device that shows which one it is.

A siren gets its duration with the word to sound, so that none goes on because a later message was lost; its
messages are never retained. A siren says nothing back: success means that its bridge was told.
"""

from __future__ import annotations

import json
import logging
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from models.contract.messages import Device

#: What Zigbee2MQTT is told, by vendor and model; `duration` is filled in.
SIRENS: Final[Mapping[tuple[str, str], Mapping[str, Any]]] = {
    ("Heiman", "HS2WD-E"): {"warning": {"mode": "emergency", "level": "high", "strobe": True}},
}
LONGEST_S: Final = 180  #: what a HS2WD-E takes at most is 240 s
LONGEST_TEXT: Final = 500
VOICES: Final = {"zh": "cmn", "en": "en"}
SPEAKING_S: Final = 120.0

Say = Callable[[str, bytes], bool]  #: a topic and a payload for the home's broker; whether it was taken
log = logging.getLogger("anju.agent")


class Siren:
    """All sirens of the home at once."""

    def __init__(self, prefix: str, say: Say, devices: Callable[[], Sequence[Device]]) -> None:
        self._prefix = prefix
        self._say = say
        self._devices = devices

    def sound(self, seconds: int) -> str:
        """Let all sirens sound for so long, 0 ends it; return what is wrong, or nothing."""
        sirens = [device for device in self._devices() if (device.vendor, device.model) in SIRENS]
        if not sirens:
            return "There is no siren in this home."
        told = [self._tell(device, min(seconds, LONGEST_S)) for device in sirens]
        return "" if all(told) else "The sensors' broker does not answer."

    def _tell(self, device: Device, seconds: int) -> bool:
        told = dict(SIRENS[device.vendor, device.model])
        for field, value in told.items():
            told[field] = {**value, "duration": seconds} if seconds > 0 else {"mode": "stop"}
        return self._say(f"{self._prefix}/{device.id}/set", json.dumps(told).encode())


class Voice:
    """Speaks in the room, through the machine's own speaker."""

    def __init__(self) -> None:
        self._speaking: subprocess.Popen[bytes] | None = None

    def say(self, text: str, language: str = "zh") -> str:
        """Begin to say a text; return what is wrong, or nothing. One that is being said is broken off."""
        if not text or len(text) > LONGEST_TEXT:
            return f"A text of 1 to {LONGEST_TEXT} characters is said."
        from shutil import which  # loaded only where something is said

        program = which("espeak-ng")
        if program is None:
            return "No voice is installed here: apt-get install espeak-ng."
        self.hush()
        voice = VOICES.get(language, "en")
        try:
            # The text goes in by the standard input: it must not be taken for an option.
            speaking = subprocess.Popen(
                [program, "-v", voice, "-s", "140", "--stdin"],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except OSError as error:
            return f"The voice does not work: {error.strerror}."
        self._speaking = speaking
        threading.Thread(target=_finish, args=(speaking, text.encode()), daemon=True).start()
        return ""

    def hush(self) -> None:
        """Break off what is being said."""
        if self._speaking is not None and self._speaking.poll() is None:
            self._speaking.terminate()


def identify(prefix: str, say: Say, device: str, heard_by: str | None) -> str:
    """Let a device show which one it is; return what is wrong, or nothing."""
    if heard_by is None:
        return f"There is no device '{device[:40]}' here."
    if heard_by != "zigbee2mqtt":
        return "This device has no way to show itself."
    taken = say(f"{prefix}/{device}/set", b'{"identify":"identify"}')
    return "" if taken else "The sensors' broker does not answer."


def _finish(speaking: subprocess.Popen[bytes], text: bytes) -> None:
    try:
        speaking.communicate(text, timeout=SPEAKING_S)
    except (subprocess.TimeoutExpired, OSError) as error:
        log.warning("the voice was ended: %s", error)
        speaking.kill()
        speaking.wait()
