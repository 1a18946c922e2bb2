"""The fixed rules as they are shipped, over recorded homes: the very judge of the product, replayed.

Counts what they would have said on unmodified days, and whether they say it when somebody leaves at night and
does not come back, or does not close the door. Recordings hold no heartbeats: silence is not judged.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from models.contract.messages import Event
from models.detection.finding import Finding
from models.detection.limits import HOUR, MINUTE
from models.detection.profile import DeviceProfile, HomeProfile
from models.detection.replay import replay
from models.training.routines.counting import MONTH_DAYS, delays, merged, poisson
from models.training.routines.recording import DAY, Recording, Said
from models.training.routines.rolling import Home

EDGE: Final = "pi"
_KINDS: Final = {"door": "contact", "chair": "bed", "couch": "bed", "flush": "vibration", "tap": "vibration"}
_KNOWN: Final = frozenset({"motion", "presence", "contact", "bed", "vibration", "appliance"})


def rules(homes: Sequence[Home], *, quick: bool) -> dict[str, Any]:
    """Return the figures of the shipped rules, by risk."""
    each = 4 if quick else 40
    said: dict[str, list[tuple[Home, list[int]]]] = {}
    for home in homes:
        since = home.recording.midnight(home.judged.start)
        until = home.recording.midnight(home.judged.stop)
        raised = _raised(home.recording, home.recording.said, since - DAY, until)
        for risk in ("inactivity", "night_exit", "door_open"):
            at = [one for kind, one in raised if kind == risk and since <= one]
            said.setdefault(risk, []).append((home, at))
    found: dict[str, Any] = {}
    for risk, by_home in said.items():
        months = sum(len(home.judged) for home, _ in by_home) / MONTH_DAYS
        counts = {home.recording.name: merged(at, 2 * HOUR) for home, at in by_home}
        false = sum(counts.values())
        low, high = poisson(false, months)
        found[risk] = {
            "false_per_home_month": {
                "value": round(false / months, 3),
                "count": false,
                "home_months": round(months, 2),
                "ci95": [round(low, 3), round(high, 3)],
            },
            "worst_home": max(counts.items(), key=lambda one: one[1])[0],
            "per_home": counts,
        }
    doors = [home for home in homes if _outer_door(home.recording)]
    found["night_exit"] |= delays([_injected(home, "night_exit", each) for home in doors])
    found["door_open"] |= delays([_injected(home, "door_open", each) for home in doors])
    return {
        "inactivity_as_shipped": found["inactivity"],
        "night_exit": found["night_exit"],
        "door_open": found["door_open"],
    }


def _injected(home: Home, risk: str, each: int) -> list[float]:
    """Return the minutes from the door's opening until the rule speaks, infinite when it does not."""
    chance, recording, found = np.random.default_rng(7), home.recording, []
    door, times = _outer_door(recording), [one.at for one in recording.said]

    def between(start: int, end: int) -> Sequence[Said]:
        return recording.said[bisect_left(times, start) : bisect_left(times, end)]

    for _ in range(each):
        midnight = recording.midnight(int(chance.choice(home.judged)))
        hour = chance.uniform(0, 4.5) if risk == "night_exit" else chance.uniform(9, 20)
        at = midnight + round(hour * HOUR)
        if home.truth.is_out(at):
            continue
        before = between(at - DAY, at)
        opened = Said(at, door, 1.0)
        if risk == "night_exit":  # closed behind, and nobody inside any more
            after = [Said(at + MINUTE // 2, door, 0.0)]
        else:  # life goes on, only the door stays open
            after = [one for one in between(at + 1, at + HOUR) if one.sensor != door]
        raised = _raised(recording, [*before, opened, *after], at - DAY, at + HOUR)
        said = [one for kind, one in raised if kind == risk and one >= at]
        found.append((said[0] - at) / MINUTE if said else float("inf"))
    return found


def _outer_door(recording: Recording) -> str:
    """Return the name of an outer door's contact; empty where there is none."""
    return next(
        (one.name for one in recording.sensors.values() if one.outer_door and _kind(one.kind) == "contact"),
        "",
    )


def _kind(kind: str) -> str:
    named = _KINDS.get(kind, kind)
    return named if named in _KNOWN else "vibration"


def _raised(recording: Recording, said: Iterable[Said], since: int, until: int) -> list[tuple[str, int]]:
    """Return what the judge would have raised: risk and when."""
    ids = {name: f"s{number}" for number, name in enumerate(recording.sensors)}
    devices = {
        (EDGE, ids[name]): DeviceProfile(
            room=one.room, kinds=frozenset({_kind(one.kind)}), outer_door=one.outer_door
        )
        for name, one in recording.sensors.items()
    }
    zone = _zone(recording.offset(since))
    profile = HomeProfile(id="recorded", zone=zone, devices=devices)
    events = (
        (
            EDGE,
            Event(
                seq=number,
                at=one.at,
                mono=0,
                device=ids[one.sensor],
                kind=_kind(recording.sensors[one.sensor].kind),
                value=float(one.value > 0),
            ),
        )
        for number, one in enumerate(said, 1)
        if since <= one.at < until
    )
    return [
        (spoken.outcome.risk, spoken.at)
        for spoken in replay(profile, events, since, until)
        if isinstance(spoken.outcome, Finding)
    ]


def _zone(offset: int) -> str:
    """Return a zone without clock changes whose wall clock is that of the recording."""
    hours = round(offset / HOUR)
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"
