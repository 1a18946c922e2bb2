"""The judge over a recording: what it would have said, in the recording's own time.

Recordings hold what sensors said, not the heartbeats of edges: from their silence nothing follows, unless the
caller asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from msgspec.structs import replace as replace_fields

from models.contract.messages import Event
from models.detection.finding import Outcome
from models.detection.judge import Judge
from models.detection.limits import MISSED
from models.detection.profile import HomeProfile
from models.detection.rules import fixed_rules
from models.detection.state import HomeState


class Said(NamedTuple):
    """What the judge would have said, and when (milliseconds since 1970)."""

    at: int
    outcome: Outcome


def replay(
    profile: HomeProfile,
    events: Iterable[tuple[str, Event]],
    start: int,
    end: int,
    *,
    supervise: bool = False,
    judge: Judge | None = None,
) -> Iterator[Said]:
    """Judge a home's events (edge, event), sorted by `at`, as if each had just happened in a live home.

    Time passes from `start` to `end`, in milliseconds. With `supervise` silence is judged too, as far as it
    can be seen in a recording: of sensors by their heartbeats, of the home by its most talkative sensor.
    """
    if judge is None:
        judge = Judge(fixed_rules(supervise=supervise))
    profile = _as_recorded(profile, supervise=supervise)
    state = HomeState.fresh(start)
    judge.on_profile(profile, state, start)
    for edge, event in events:
        at = max(event.at, start)
        yield from _pass(judge, profile, state, at)
        live = replace_fields(event, at=at, clock="synced", late=False, historic=False)
        for outcome in judge.on_events(profile, state, edge, (live,), at):
            yield Said(at, outcome)
    yield from _pass(judge, profile, state, end)


def _pass(judge: Judge, profile: HomeProfile, state: HomeState, until: int) -> Iterator[Said]:
    """Let time pass; what falls due at `until` itself still sees what happens then first."""
    while state.wake_at < until:
        now = state.wake_at
        for outcome in judge.on_tick(profile, state, now):
            yield Said(now, outcome)


def _as_recorded(profile: HomeProfile, *, supervise: bool) -> HomeProfile:
    """Return the profile as a live home's whose edge never speaks of itself."""
    if supervise:
        beats = [one.heartbeat for one in profile.devices.values() if one.heartbeat is not None]
        supervision = max(profile.supervision, MISSED * min(beats)) if beats else 0
        return HomeProfile(
            id=profile.id,
            zone=profile.zone,
            status="live",
            supervision=supervision,
            devices=profile.devices,
            usual=profile.usual,
            up_by=profile.up_by,
            alone=profile.alone,
        )
    devices = {key: replace(one, heartbeat=None) for key, one in profile.devices.items()}
    return HomeProfile(
        id=profile.id,
        zone=profile.zone,
        status="live",
        supervision=0,
        devices=devices,
        usual=profile.usual,
        up_by=profile.up_by,
        alone=profile.alone,
    )
