"""Sensors that are not heard: one, all of an edge at once, or all that could see somebody move.

A sensor that is not heard is not a quiet home. While the edge itself is silent nothing is said about its
sensors, and after it has come back each gets its heartbeats anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from models.detection.finding import Cleared, Finding, Outcome, Reason, Risk
from models.detection.limits import BRIDGE_DOWN, MISSED
from models.detection.state import EdgeState
from models.detection.view import Seen, View

ONE, ALL, BLIND = (
    "device_silent:",
    "devices_silent:",
    "blind",
)  #: dedup keys, the first two with what they name


class Survey(NamedTuple):
    """How the sensors of one edge do."""

    silent: list[str]  #: that should have spoken by now
    beating: int  #: from whose silence anything follows
    last: int  #: when any of them was last heard
    down: bool  #: all at once: the bridge or the radio


class DeviceSilence:
    """Judges heartbeats by what the catalogue says of each device, and the sensors' bridge."""

    kinds: Mapping[str, int] = {"bridge": BRIDGE_DOWN}

    def score(self, view: View, seen: Seen | None) -> Iterable[Outcome]:
        """End what is heard again; begin what has been silent for too long."""
        if seen is not None and not any(map(_mine, view.state.active)) and seen.kind != "bridge":
            return ()
        return list(self._judge(view))

    def due(self, view: View) -> int | None:
        """Return when the next device has missed its heartbeats, if it stays silent."""
        waits = (
            self._overdue(view, edge, name)
            for edge, name in view.profile.devices
            if f"{ONE}{edge}/{name}" not in view.state.active and view.speaks(edge)
        )
        bridges = (
            _broken_at(link)
            for edge, link in view.state.edges.items()
            if f"{ALL}{edge}" not in view.state.active and view.speaks(edge)
        )
        return min((at for at in (*waits, *bridges) if at is not None and at > view.now), default=None)

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """While the home itself is silent nothing can be said about its sensors."""
        if not any(view.speaks(edge) for edge in view.state.edges):
            return "device_silent", Reason("Not judged: the home itself is not heard.")
        return None

    def _overdue(self, view: View, edge: str, name: str) -> int | None:
        link = view.state.edges.get(edge)
        device = link.devices.get(name) if link is not None else None
        if device is not None and device.available is False:
            return view.now
        return view.overdue_at(edge, name)

    def _judge(self, view: View) -> Iterator[Outcome]:
        surveys = {edge: self._survey(view, edge) for edge in view.state.edges if view.speaks(edge)}
        for edge, survey in surveys.items():
            yield from self._judge_edge(view, edge, survey)
        if all(
            edge in surveys and not surveys[edge].down and view.state.edges[edge].bridge is not False
            for edge, _ in view.profile.inside
        ):
            yield from self._judge_sight(view)
        for key in view.state.active:
            if key.startswith(ONE) and _device_of(key) not in view.profile.devices:
                yield _over(view, key, Reason("The device belongs to the home no more."))

    def _survey(self, view: View, edge: str) -> Survey:
        link = view.state.edges[edge]
        silent, beating, last, last_of_silent = [], 0, 0, 0
        for of_edge, name in view.profile.devices:
            if of_edge != edge:
                continue
            overdue_at = self._overdue(view, edge, name)
            device = link.devices.get(name)
            heard_at = device.heard_at if device is not None else 0
            beating += overdue_at is not None
            last = max(last, heard_at)
            if overdue_at is not None and overdue_at <= view.now:
                silent.append(name)
                last_of_silent = max(last_of_silent, heard_at)
        # Two that missed their time, and nothing from any other since the later of them was heard.
        together = len(silent) >= 2 and last <= last_of_silent
        broken_at = _broken_at(link)
        broken = broken_at is not None and broken_at <= view.now
        return Survey(silent, beating, last, broken or together)

    def _judge_edge(self, view: View, edge: str, survey: Survey) -> Iterator[Outcome]:
        active = view.state.active
        ours = [key for key in active if key.startswith(f"{ONE}{edge}/")]
        all_key = f"{ALL}{edge}"
        if survey.down:
            if all_key not in active:
                yield self._all_silent(view, edge, survey)
            for key in ours:
                yield _over(view, key, Reason("It is silent together with the other sensors."))
            return
        if all_key in active:
            view.state.edges[edge].back_at = view.now  # each sensor gets its heartbeats anew
            yield _over(view, all_key, Reason("The sensors are heard again."))
            return
        for name in survey.silent:
            if f"{ONE}{edge}/{name}" not in active:
                yield self._silent(view, edge, name)
        for key in ours:
            if _device_of(key)[1] not in survey.silent and _device_of(key) in view.profile.devices:
                yield _over(view, key, Reason("The device is heard again."))

    def _silent(self, view: View, edge: str, name: str) -> Finding:
        device = view.state.edges[edge].devices.get(name)
        profile = view.device(edge, name)
        heard_at = device.heard_at if device is not None else 0
        if not heard_at:
            reason = Reason("A sensor ({room}) has not been heard yet.", {"room": profile.room})
        elif profile.heartbeat is None or view.now - heard_at < MISSED * profile.heartbeat:
            reason = Reason(
                "A sensor ({room}) cannot be reached by its bridge; last heard at {heard_at}.",
                {"room": profile.room, "heard_at": heard_at},
            )
        else:
            reason = Reason(
                "A sensor ({room}) has not been heard for {silent_s}; it should speak every {heartbeat_s}.",
                {
                    "room": profile.room,
                    "silent_s": (view.now - heard_at) / 1000,
                    "heartbeat_s": profile.heartbeat / 1000,
                    "heard_at": heard_at,
                },
            )
        return Finding(
            risk="device_silent",
            severity="advice",
            occurred_at=heard_at or view.now,
            reason=reason,
            dedup_key=f"{ONE}{edge}/{name}",
            room=profile.room,
            device=name,
        )

    def _all_silent(self, view: View, edge: str, survey: Survey) -> Finding:
        if view.state.edges[edge].bridge is False:
            reason = Reason("The sensors' bridge does not work: none of the home's sensors can be heard.")
        else:
            reason = Reason(
                "No sensor has been heard for {silent_s} ({silent} of {beating} are overdue), "
                "though the home's edge is there: its bridge or its radio may be down.",
                {
                    "silent_s": (view.now - survey.last) / 1000,
                    "silent": len(survey.silent),
                    "beating": survey.beating,
                    "heard_at": survey.last,
                },
            )
        return Finding(
            risk="device_silent",
            severity="warning",
            occurred_at=survey.last or view.now,
            reason=reason,
            dedup_key=f"{ALL}{edge}",
        )

    def _judge_sight(self, view: View) -> Iterator[Outcome]:
        """Say that nobody could be seen moving, where no graver silence says it already."""
        sensors = len(view.profile.inside)
        blind = sensors > 0 and not view.watching()
        if blind and BLIND not in view.state.active:
            yield Finding(
                risk="device_silent",
                severity="warning",
                occurred_at=view.now,
                reason=Reason(
                    "None of the {sensors} sensors that see movement is heard: "
                    "nothing can be said about activity.",
                    {"sensors": sensors},
                ),
                dedup_key=BLIND,
            )
        elif not blind and BLIND in view.state.active:
            yield _over(view, BLIND, Reason("A sensor that sees movement is heard again."))


def _broken_at(link: EdgeState) -> int | None:
    """Return when a bridge that says it does not work is taken to be broken, not starting again."""
    return link.bridge_since + BRIDGE_DOWN if link.bridge is False else None


def _over(view: View, key: str, reason: Reason) -> Cleared:
    return Cleared(dedup_key=key, at=view.now, reason=reason)


def _device_of(key: str) -> tuple[str, str]:
    edge, _, name = key.removeprefix(ONE).partition("/")
    return edge, name


def _mine(key: str) -> bool:
    return key == BLIND or key.startswith((ONE, ALL))
