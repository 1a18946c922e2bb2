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
from models.detection.judge import Judge
from models.detection.limits import HOUR, MINUTE
from models.detection.profile import DeviceProfile, HomeProfile
from models.detection.replay import replay
from models.training.routines.counting import MONTH_DAYS, Counted, delays, false_calls, merged
from models.training.routines.recording import DAY, Recording, Said
from models.training.routines.rolling import Home

EDGE: Final = "pi"
_KINDS: Final = {"door": "contact", "chair": "bed", "couch": "bed", "flush": "vibration", "tap": "vibration"}
_KNOWN: Final = frozenset({"motion", "presence", "contact", "bed", "vibration", "appliance"})


def rules(homes: Sequence[Home], *, quick: bool) -> dict[str, Any]:
    """Return the figures of the shipped rules, by risk, beside as many alarms at random moments."""
    each = 4 if quick else 40
    said: dict[str, list[Counted]] = {"inactivity": [], "night_exit": [], "door_open": []}
    for home in homes:
        since = home.recording.midnight(home.judged.start)
        until = home.recording.midnight(home.judged.stop)
        spoken = raised(home.recording, home.recording.said, since - DAY, until)
        for risk, counts in said.items():
            at = [one for kind, one in spoken if kind == risk and since <= one]
            counts.append(Counted(home.recording.name, merged(at, 2 * HOUR), len(home.judged)))
    found: dict[str, Any] = {}
    for risk, counts in said.items():
        false = false_calls(counts)
        found[risk] = {"false_per_home_month": false, "worst_home": false["worst_home"]}
    doors = [home for home in homes if _outer_door(home.recording)]
    for risk, within_min, hours_a_day in (("night_exit", 30.0, 6.0), ("door_open", 120.0, 24.0)):
        found[risk] |= delays([_injected(home, risk, each) for home in doors])
        a_month = found[risk]["false_per_home_month"]["value"] or 0.0
        found[risk]["baselines"] = {"random": _by_chance(a_month, within_min, hours_a_day)}
    return {
        "inactivity_as_shipped": found["inactivity"],
        "night_exit": found["night_exit"],
        "door_open": found["door_open"],
    }


def _by_chance(a_month: float, within_min: float, hours_a_day: float) -> dict[str, Any]:
    """Return what as many alarms at random moments of the hours concerned would find: no trial is needed."""
    wait_min = MONTH_DAYS * hours_a_day * 60 / a_month if a_month else float("inf")
    return {
        "recall": round(1 - float(np.exp(-within_min / wait_min)), 4),
        "delay_p50_min": round(wait_min * float(np.log(2))) if a_month else None,
        "delay_p90_min": round(wait_min * float(np.log(10))) if a_month else None,
        "false_per_home_month": {"value": a_month},
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
        spoken = raised(recording, [*before, opened, *after], at - DAY, at + HOUR)
        said = [one for kind, one in spoken if kind == risk and one >= at]
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


def raised(
    recording: Recording, said: Iterable[Said], since: int, until: int, judge: Judge | None = None
) -> list[tuple[str, int]]:
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
        for spoken in replay(profile, events, since, until, judge=judge)
        if isinstance(spoken.outcome, Finding)
    ]


def _zone(offset: int) -> str:
    """Return a zone without clock changes whose wall clock is that of the recording."""
    hours = round(offset / HOUR)
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"
