"""The one who acts in the home: the core's decisions on one side, siren, voice and telephone on the other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping

import msgspec

from edge_agent.core.spot import Act, Dial, Plan, Say, Sound, Spot
from edge_agent.core.state import Happening
from edge_agent.mqtt import Link
from edge_agent.settings import Settings
from edge_agent.spot.hands import Hands
from edge_agent.spot.words import in_the_room, on_the_telephone

Text = Callable[[str], str]
Told = tuple[list[Act], list[Happening]]
#: What a device of the settings must say to mean that the resident is well; a call for help never does.
WELL_BY = frozenset({"button", "contact", "vibration", "motion", "presence", "appliance", "call"})
TICK_MS = 1000
log = logging.getLogger("anju.agent")


class OnTheSpot:
    """Used by the agent's one thread."""

    def __init__(self, settings: Settings, wake: Callable[[], None], text: Text) -> None:
        self._settings = settings
        self._hands = Hands(settings, wake)
        self._text = text
        self._spot = Spot()
        self._plan = Plan(
            edge=settings.edge,
            loud=self._hands.loud,
            acts=bool(self._hands.loud or settings.spot.say or settings.spot.cancel or self._hands.numbers),
            cancel=frozenset(device.lower() for device in settings.spot.cancel),
            siren_ms=settings.spot.siren_s * 1000,
            numbers=self._hands.numbers,
            patience_ms=settings.spot.patience_s * 1000,
        )
        self._saved = b""
        self._tick_at = 0

    def restore(
        self, remembered: Mapping[str, bytes], now: int, mono: int, *, rebooted: bool
    ) -> list[Happening]:
        """Go on where the last run ended; a call that it had begun is told as unknown."""
        blob = remembered.get("spot")
        if blob:
            try:
                self._spot = msgspec.json.decode(blob, type=Spot)
            except msgspec.DecodeError as error:
                log.error("what went on in the home cannot be read: %s", error)
        return self._spot.restarted(self._plan, now, mono, rebooted=rebooted)

    def take_changes(self) -> dict[str, bytes]:
        """Return what must be remembered."""
        blob = msgspec.json.encode(self._spot)
        if blob == self._saved:
            return {}
        self._saved = blob
        return {"spot": blob}

    def heard(
        self, happenings: Iterable[Happening], now: int, mono: int, answered: Callable[[], list[Happening]]
    ) -> list[Happening]:
        """Act on what has happened; `answered` tells the watch over falls that all is well."""
        told: list[Happening] = []
        for happening in happenings:
            told += self._do(self._spot.begin(self._plan, happening, mono))
            if (
                happening.device in self._plan.cancel
                and happening.kind in WELL_BY
                and happening.value == 1
                and not self._spot.idle
            ):
                taken_back = answered()
                asking = bool(taken_back)
                told += self._do(self._spot.cancel(self._plan, happening.device, now, mono, asking=asking))
                told += taken_back
        return told

    def tick(self, now: int, mono: int, sensors: Link, held: Callable[[str, str], bool]) -> list[Happening]:
        """Do what time demands, and what calls have come to."""
        told: list[Happening] = []
        for outcome in self._hands.over():
            told += self._do(self._spot.called(self._plan, outcome, now, mono))
        if mono >= self._tick_at and not self._spot.idle:
            self._tick_at = mono + TICK_MS
            told += self._do(self._spot.tick(self._plan, now, mono, held))
        self._hands.pump(sensors)
        return told

    @property
    def idle(self) -> bool:
        """Whether nothing is going on in the home."""
        return self._spot.idle

    def next_due(self) -> int | None:
        """When `tick` has something to do."""
        return None if self._spot.idle else self._tick_at

    def close(self) -> None:
        """Let go of what the home has."""
        self._hands.close()

    def _do(self, told: Told) -> list[Happening]:
        for act in told[0]:
            match act:
                case Sound():
                    self._hands.sound(act.ms)
                case Say():
                    self._hands.say(in_the_room(act.what, act.seconds, self._text))
                case Dial():
                    words = on_the_telephone(
                        act.about, self._settings.spot.name or self._settings.home, self._text
                    )
                    self._hands.dial(act.number, words)
        return told[1]
