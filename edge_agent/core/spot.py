"""What the home does by itself when somebody needs help: siren, spoken words, telephone calls of its own.

Pure: events and time in, acts out, each with the reason that its event will carry. An emergency goes to the
hub at once whatever happens here. Calls of its own begin only when the hub has not said within the agreed
time that it has the emergency, and end as soon as it says so. Instants are milliseconds: `now` UTC, `mono`
the machine's own clock, by which alone anything is decided.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from msgspec import Struct

from edge_agent.core.state import Attributes, Happening

Said = Literal["asked", "help", "smoke", "co", "gas", "well", "calling", "taken"]

#: Emergencies, and whether the resident may say that all is well: never of fire and gas.
KINDS: Final[dict[str, bool]] = {"sos": True, "fall": True, "smoke": False, "co": False, "gas": False}
SAY_AGAIN_MS: Final = 10_000
COUNTDOWN_MS: Final = 30_000  #: so long the words are said again
ROUNDS: Final = 3  #: through all numbers
PAUSE_MS: Final = 60_000  #: between two rounds
FORGET_MS: Final = 24 * 3_600_000
SAME_MS: Final = 60_000  #: a device's repetition within this is no trouble of its own

Outcome = Literal["key", "no_key", "no_answer", "busy", "failed", "unknown"]


class Plan(Struct, frozen=True, kw_only=True):
    """What the settings want."""

    edge: str  #: whose events these are
    loud: bool = True  #: it has a siren or a buzzer
    acts: bool = True  #: it has anything at all
    cancel: frozenset[str] = frozenset()  #: devices by which the resident says that all is well
    siren_ms: int = 180_000
    numbers: tuple[str, ...] = ()  #: whom to call, in this order
    patience_ms: int = 60_000  #: how long the hub may take to say that it has an emergency


class Sound(Struct, frozen=True):
    """Let the siren sound for so long, or end it (0)."""

    ms: int


class Say(Struct, frozen=True):
    """Say something in the room."""

    what: Said
    seconds: int = 0


class Dial(Struct, frozen=True):
    """Call a number and wait for a key."""

    number: str
    about: str


Act = Sound | Say | Dial


class Trouble(Struct):
    """One emergency that is open in the home."""

    kind: str
    device: str
    since: int  #: `mono`
    at: int
    closed: str = ""  #: why nothing is done any more: `well`, `hub`, `key`, `over`
    place: int = 0  #: whom to call next
    calls: int = 0
    next_at: int = 0


class Spot(Struct):
    """What goes on. Everything in here outlives a restart; a call that was under way then is unknown."""

    troubles: list[Trouble] = []
    sounding_until: int = 0
    say_until: int = 0
    say_at: int = 0
    saying: Said = "help"
    calling: str = ""
    calling_for: int = -1

    def begin(self, plan: Plan, happening: Happening, mono: int) -> tuple[list[Act], list[Happening]]:
        """Take note of an event of the home's own sensors."""
        acts: list[Act] = []
        told: list[Happening] = []
        kind = happening.kind
        if not plan.acts:
            return acts, told
        if kind == "asked":
            if happening.value == 1:
                self._speak("asked", mono)
            elif self.saying == "asked":
                self.say_until = 0
        elif kind in KINDS and happening.value == 1:
            for open_ in self.troubles:
                same = (open_.kind, open_.device) == (kind, happening.device)
                if same and not open_.closed and mono - open_.since < SAME_MS:
                    return acts, told
            self.troubles.append(Trouble(kind, happening.device, mono, happening.at))
            self._speak("help" if KINDS[kind] else kind, mono)  # type: ignore[arg-type]
            if plan.loud:
                acts.append(Sound(plan.siren_ms))
                told.append(self._siren(plan, 1.0, kind, happening.at, mono))
                self.sounding_until = mono + plan.siren_ms
        return acts, told

    def cancel(
        self, plan: Plan, by: str, now: int, mono: int, *, asking: bool
    ) -> tuple[list[Act], list[Happening]]:
        """The resident used a device by which they say that all is well. It always ends the noise."""
        acts: list[Act] = []
        told: list[Happening] = []
        waved = [one for one in self.troubles if not one.closed and KINDS[one.kind]]
        if self.sounding_until > mono:
            acts.append(Sound(0))
            told.append(self._siren(plan, 0.0, by, now, mono))
            self.sounding_until = 0
        if waved or asking:
            about = ",".join(sorted({one.kind for one in waved} or {"fall"}))
            told.append(Happening(plan.edge, "well", 1.0, now, mono, {"by": by, "about": about}))
            acts.append(Say("well"))
        self.say_until = 0
        for one in waved:
            one.closed = "well"
        return acts, told

    def tick(
        self, plan: Plan, now: int, mono: int, held: Callable[[str, str], bool]
    ) -> tuple[list[Act], list[Happening]]:
        """Do what time demands. `held(device, kind)` says whether the hub still lacks such an emergency."""
        acts: list[Act] = []
        told: list[Happening] = []
        if self.sounding_until and mono >= self.sounding_until:
            self.sounding_until = 0
            told.append(self._siren(plan, 0.0, "over", now, mono))
        if mono < self.say_until and mono >= self.say_at:
            self.say_at = mono + SAY_AGAIN_MS
            acts.append(Say(self.saying, max(0, round((self.say_until - mono) / 1000))))
        if not self.calling:
            self.troubles = [one for one in self.troubles if not one.closed and mono - one.since < FORGET_MS]
        for number, one in enumerate(self.troubles):
            if one.closed:
                continue
            if not held(one.device, one.kind):
                one.closed = "hub"
            elif self._may_call(plan, one, mono):
                self.calling, self.calling_for = plan.numbers[one.place], number
                one.calls += 1
                acts.append(Say("calling"))
                acts.append(Dial(self.calling, one.kind))
                told.append(self._call(plan, one, "calling", now, mono))
        return acts, told

    def called(self, plan: Plan, outcome: Outcome, now: int, mono: int) -> tuple[list[Act], list[Happening]]:
        """A call is over."""
        if not self.calling or not 0 <= self.calling_for < len(self.troubles):
            self.calling = ""
            return [], []
        one = self.troubles[self.calling_for]
        told = [self._call(plan, one, outcome, now, mono)]
        self.calling = ""
        one.next_at = mono
        if outcome == "key":
            one.closed = "key"
            return [Say("taken")], told
        one.place += 1
        if one.place >= len(plan.numbers):
            one.place, one.next_at = 0, mono + PAUSE_MS
        return [], told

    def restarted(self, plan: Plan, now: int, mono: int, *, rebooted: bool) -> list[Happening]:
        """Go on after a restart: `mono` may have begun again, and nobody knows how a call ended."""
        if rebooted:
            self.sounding_until = self.say_until = self.say_at = 0
            for one in self.troubles:
                one.since = one.next_at = mono
        if self.calling:
            return self.called(plan, "unknown", now, mono)[1]
        return []

    @property
    def idle(self) -> bool:
        """Whether nothing is going on."""
        open_ = any(not one.closed for one in self.troubles)
        return not (open_ or self.sounding_until or self.say_until or self.calling)

    def _may_call(self, plan: Plan, one: Trouble, mono: int) -> bool:
        return bool(
            plan.numbers
            and not self.calling
            and one.calls < ROUNDS * len(plan.numbers)
            and mono >= max(one.since + plan.patience_ms, one.next_at)
        )

    def _speak(self, what: Said, mono: int) -> None:
        self.saying, self.say_at, self.say_until = what, mono, mono + COUNTDOWN_MS

    def _siren(self, plan: Plan, value: float, why: str, at: int, mono: int) -> Happening:
        return Happening(plan.edge, "siren", value, at, mono, {"about": why})

    def _call(self, plan: Plan, one: Trouble, outcome: str, now: int, mono: int) -> Happening:
        attributes: Attributes = {
            "number": self.calling,
            "about": one.kind,
            "device": one.device,
            "call": one.calls,
            "outcome": outcome,
        }
        return Happening(plan.edge, "edge_call", 1.0, now, mono, attributes)
