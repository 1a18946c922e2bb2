"""Too cold or too hot inside, by fixed limits. One finding a home, whichever room it began in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from models.detection.finding import Cleared, Finding, Outcome, Reason, Risk, Severity
from models.detection.limits import COLD, COLD_FOR, COOL, COOL_FOR, FRESH, HOT
from models.detection.state import Reading
from models.detection.view import Seen, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """What lies beyond one limit for some time."""

    name: str  #: of the reading in `DeviceState.readings`, and the dedup key
    risk: Risk
    severity: Severity
    limit: float
    lasting: int
    text: str
    over: str


RANGES = (
    Range(
        name="cold",
        risk="cold",
        severity="warning",
        limit=COLD,
        lasting=COLD_FOR,
        text="It is {temperature} °C ({room}); below {limit} °C since {since_at}, for {cold_s}.",
        over="It is warmer again: {temperature} °C.",
    ),
    Range(
        name="cool",
        risk="cold",
        severity="advice",
        limit=COOL,
        lasting=COOL_FOR,
        text="It is only {temperature} °C ({room}); below {limit} °C since {since_at}, for {cold_s}.",
        over="It is warmer again: {temperature} °C.",
    ),
    Range(
        name="hot",
        risk="hot",
        severity="warning",
        limit=HOT,
        lasting=0,
        text="It is {temperature} °C ({room}); more than {limit} °C since {since_at}.",
        over="It is cooler again: {temperature} °C.",
    ),
)


class Climate:
    """Judges what `memory` keeps of temperatures."""

    kinds: Mapping[str, int] = {"temperature": COLD_FOR}

    def score(self, view: View, seen: Seen | None) -> Iterable[Outcome]:
        """Judge the temperatures: at once after a measurement, and as time passes."""
        if seen is not None:
            if seen.kind != "temperature":
                return ()
            device = view.state.edges[seen.edge].devices.get(seen.device)
            readings = device.readings if device is not None else {}
            if not (view.state.active or "cool" in readings or "hot" in readings):
                return ()  # who is cold is cool as well
        return list(self._judge(view, seen))

    def due(self, view: View) -> int | None:
        """Return when what is beyond a limit now will have lasted too long."""
        waits = [
            reading.since + one.lasting
            for one in RANGES
            if one.name not in view.state.active
            for _, _, reading in self._beyond(view, one)
        ]
        return min((at for at in waits if at > view.now), default=None)

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """A thermometer that is not heard is left out; its silence has a finding of its own."""
        return None

    def _judge(self, view: View, seen: Seen | None) -> Iterator[Outcome]:
        active = view.state.active
        colder = "cold" in active
        for one in RANGES:
            beyond = list(self._beyond(view, one))
            if one.name in active:
                if not beyond and seen is not None:
                    reason = Reason(one.over, {"temperature": seen.value})
                    yield Cleared(dedup_key=one.name, at=seen.at, reason=reason)
                continue
            if one.name == "cool" and colder:
                continue  # said already, and worse
            for edge, name, reading in beyond:
                if view.now < reading.since + one.lasting or view.now > reading.at + FRESH:
                    continue
                if not view.alive(edge, name):
                    continue
                colder = colder or one.name == "cold"
                room = view.device(edge, name).room
                yield Finding(
                    risk=one.risk,
                    severity=one.severity,
                    occurred_at=reading.since,
                    reason=Reason(
                        one.text,
                        {
                            "temperature": reading.value,
                            "room": room,
                            "limit": one.limit,
                            "since_at": reading.since,
                            "cold_s": (view.now - reading.since) / 1000,
                        },
                    ),
                    dedup_key=one.name,
                    room=room,
                    device=name,
                )
                break

    def _beyond(self, view: View, one: Range) -> Iterator[tuple[str, str, Reading]]:
        for edge, link in view.state.edges.items():
            for name, device in link.devices.items():
                reading = device.readings.get(one.name)
                if reading is not None:
                    yield edge, name, reading
