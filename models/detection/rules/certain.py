"""What a sensor or a person says outright: help, fall, smoke, gas, water, an opened case, no mains.

Nothing is weighed here. What is checked is only whether the word is news: an old one may be over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.contract.measurements import PRESENCE
from models.detection.finding import Cleared, Finding, Outcome, Reason, Risk, Severity, Value
from models.detection.limits import FALL_AGAIN, FUMES_AGAIN, LATE_EMERGENCY
from models.detection.rules.fusion import TWO_SAY, TWO_SAY_BARE, joined, still_said
from models.detection.state import NEVER
from models.detection.view import Seen, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """How one kind is judged."""

    risk: Risk
    severity: Severity
    text: str  #: with {room}
    bare: str  #: where no room is known
    over: str = ""  #: none: nothing ends it
    alarm: float = 1.0  #: the value that says that something is wrong
    again: int | None = None  #: said again after so many milliseconds it is raised again; none: never
    by: str = "home"  #: what shares an alert: the home, the room or the device

    def key(self, seen: Seen) -> str:
        """Return the dedup key of what `seen` says."""
        if self.by == "room":
            return f"{self.risk}:{seen.place}"
        return self.risk if self.by == "home" else f"{self.risk}:{seen.device}"


FLAGS: Mapping[str, Flag] = {
    "sos": Flag(
        risk="sos",
        severity="emergency",
        text="Help was called for in the {room}.",
        bare="Help was called for.",
        again=0,
    ),
    "fall": Flag(
        risk="fall",
        severity="emergency",
        text="A fall in the {room}: the sensor there says so.",
        bare="A fall: the sensor says so.",
        over="The sensor says that nobody is on the floor any more.",
        again=FALL_AGAIN,
        by="room",
    ),
    "smoke": Flag(
        risk="smoke",
        severity="emergency",
        text="Smoke in the {room}.",
        bare="Smoke.",
        over="The smoke alarm says that the air is clear again.",
        again=FUMES_AGAIN,
    ),
    "co": Flag(
        risk="co",
        severity="emergency",
        text="Carbon monoxide in the {room}.",
        bare="Carbon monoxide.",
        over="The carbon monoxide alarm says that the air is clear again.",
        again=FUMES_AGAIN,
    ),
    "gas": Flag(
        risk="gas",
        severity="emergency",
        text="Combustible gas in the {room}.",
        bare="Combustible gas.",
        over="The gas alarm says that the air is clear again.",
        again=FUMES_AGAIN,
    ),
    "leak": Flag(
        risk="leak",
        severity="warning",
        text="Water on the floor of the {room}.",
        bare="Water on the floor.",
        over="The floor is dry again.",
        by="room",
    ),
    "tamper": Flag(
        risk="tamper",
        severity="advice",
        text="The case of a sensor in the {room} was opened.",
        bare="The case of a sensor was opened.",
        over="The sensor's case is closed again.",
        by="device",
    ),
    "mains": Flag(
        risk="power_cut",
        severity="warning",
        text="No mains power in the {room}.",
        bare="No mains power.",
        over="Mains power is back.",
        alarm=0.0,
    ),
}


class Flags:
    """Raises what sensors and people say outright, and ends it when they say so."""

    kinds: Mapping[str, int] = dict.fromkeys(FLAGS, 0)

    def score(self, view: View, seen: Seen | None) -> Iterable[Outcome]:
        """Judge one word; time alone changes nothing here."""
        flag = FLAGS.get(seen.kind) if seen is not None else None
        if seen is None or flag is None:
            return ()
        if seen.value == flag.alarm:
            return self._begins(view, seen, flag)
        return self._ends(view, seen, flag)

    def due(self, view: View) -> int | None:
        """Nothing here falls due."""
        return None

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """A sensor's own word needs no other sensor."""
        return None

    def _begins(self, view: View, seen: Seen, flag: Flag) -> Iterable[Outcome]:
        key = flag.key(seen)
        if seen.late and (flag.severity != "emergency" or view.now - seen.at > LATE_EMERGENCY):
            return ()
        if _is_over(view, seen, flag):
            return ()
        first = joined(view, key, seen.at) if flag.risk == "fall" else None
        key = first or key
        active = view.state.active.get(key)
        if active is not None and seen.before is not None and seen.before.value == flag.alarm:
            again_at = NEVER if flag.again is None else active.raised_at + flag.again
            if view.now < again_at:
                return ()
        room = seen.profile.room
        values: dict[str, Value] = {"room": room} if room else {}
        text = flag.text if room else flag.bare
        if first is not None and active is not None:
            text = TWO_SAY if room else TWO_SAY_BARE
            values["first_at"] = active.since
        return (
            Finding(
                risk=flag.risk,
                severity=flag.severity,
                occurred_at=seen.at,
                reason=told_late(text, values, seen.at) if seen.late else Reason(text, dict(values)),
                dedup_key=key,
                room=room,
                device=seen.device,
                late=seen.late,
                latched=flag.severity == "emergency",
            ),
        )

    def _ends(self, view: View, seen: Seen, flag: Flag) -> Iterable[Outcome]:
        key = flag.key(seen)
        if flag.risk == "fall":
            key = key if key in view.state.active else joined(view, key, seen.at) or key
            if still_said(view, key, seen.device):
                return ()
        active = view.state.active.get(key)
        if active is None or seen.at < active.since or not flag.over:
            return ()
        for edge, device, _ in view.holding(seen.kind, flag.alarm):
            known = view.device(edge, device)
            if flag.by == "home" or (flag.by == "room" and (known.room or device) == seen.place):
                return ()  # another sensor still says it
        return (Cleared(dedup_key=key, at=seen.at, reason=Reason(flag.over)),)


def told_late(text: str, values: Mapping[str, Value], at: int) -> Reason:
    """Return a reason that also says when it happened: whoever hears of it now must not take it for now."""
    return Reason(text, {**values, "late_at": at})


def _is_over(view: View, seen: Seen, flag: Flag) -> bool:
    """Whether an old word has been overtaken: cleared since, and after a fall also up and about elsewhere."""
    before = seen.before
    overtaken = before is not None and before.at > seen.at
    if not seen.late and not overtaken:
        return False
    cleared = overtaken and before is not None and before.value != flag.alarm
    if not cleared:
        cleared = any(
            later.device == seen.device and later.kind == seen.kind and later.value != flag.alarm
            for later in view.batch
            if later.at > seen.at
        )
    if not cleared or seen.kind != "fall":
        return cleared
    state = view.state
    if state.activity_at > seen.at and state.activity_room != seen.profile.room:
        return True
    return any(
        later.at > seen.at
        and later.kind in PRESENCE
        and (later.value or 0) > 0
        and view.device(seen.edge, later.device).room != seen.profile.room
        for later in view.batch
    )
