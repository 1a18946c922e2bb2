"""The judge: takes what a home reports and the passing of time, and says what is wrong and what is over.

The same facts give the same outcomes, live, after a restart and in a backtest: no clock, no input or output.
Instants are milliseconds since 1970 (UTC). The state that comes in is changed in place. Retained or repeated
messages do not reach it: who calls has sorted them out by their sequence numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from models.contract.messages import Event, Health, State
from models.detection.detector import Detector
from models.detection.finding import Finding, Outcome, Reason, Risk
from models.detection.limits import BRIDGE_DOWN, LATE, LOST, SECOND
from models.detection.memory import take
from models.detection.profile import HomeProfile
from models.detection.rules import fixed_rules
from models.detection.state import NEVER, Active, DeviceState, EdgeState, HomeState
from models.detection.view import Library, View, nothing_learnt

#: Said by an event of these kinds and over at once: there is nothing that could hold.
_MOMENTARY: frozenset[Risk] = frozenset({"sos"})
#: What a word of the resident ends, by dedup key.
ANSWERABLE: Final = frozenset(
    {"inactivity", "long_bathroom", "night_out_of_bed", "night_wandering", "not_up"}
)


class Judge:
    """Runs every detector over one home at a time.

    After each call `state.wake_at` says when `on_tick` must come at the latest.
    """

    def __init__(
        self, detectors: Sequence[Detector] | None = None, library: Library = nothing_learnt
    ) -> None:
        self.library = library  #: what is asked for what was learnt of a home, where a look needs it
        self._detectors = list(fixed_rules() if detectors is None else detectors)
        #: Kind → how soon after such an event absence may make something true.
        self._starters: dict[str, int] = {}
        self._by_kind: dict[str, list[Detector]] = {}
        for detector in self._detectors:
            for kind, lasting in detector.kinds.items():
                self._by_kind.setdefault(kind, []).append(detector)
                known = self._starters.get(kind) or lasting
                self._starters[kind] = min(known, lasting) if lasting else known

    def on_events(
        self, profile: HomeProfile, state: HomeState, edge: str, events: Sequence[Event], now: int
    ) -> list[Outcome]:
        """Judge events in the order in which they came."""
        outcomes: list[Outcome] = []
        view = View(profile, state, now, events, self.library)
        link = self._heard(view, edge, outcomes)
        starters = self._starters
        for event in events:
            seen = take(profile, state, edge, link, event, now, starters)
            if seen is None:
                continue  # nothing for the detectors, except that the device speaks
            view.sensors_watching = None
            if seen.kind == "bridge" and not seen.late:
                _bridge(state, link, seen.value > 0, now)
            lasting = starters.get(seen.kind)
            if lasting and seen.at + lasting < state.wake_at:
                state.wake_at = seen.at + lasting
            asked: Iterable[Detector] = (
                self._detectors if state.active or state.suspected else self._by_kind.get(seen.kind, ())
            )
            for detector in asked:
                found = detector.score(view, seen)
                if found:
                    self._apply(view, found, outcomes)
        if state.active or state.blind:
            state.wake_at = min(state.wake_at, now)  # whoever was silent may have spoken
        return outcomes

    def on_health(
        self, profile: HomeProfile, state: HomeState, edge: str, health: Health, now: int
    ) -> list[Outcome]:
        """Take in how an edge and its devices do."""
        outcomes: list[Outcome] = []
        view = View(profile, state, now, library=self.library)
        link = self._heard(view, edge, outcomes)
        link.behind = health.oldest_s is not None and health.oldest_s * SECOND > LATE
        if health.bridge is not None:
            _bridge(state, link, health.bridge, now)
        for report in health.devices:
            device = link.devices.get(report.id)
            if device is None:
                if (edge, report.id) not in profile.devices:
                    continue
                device = link.devices[report.id] = DeviceState(since=now)
            if report.last_seen_at is not None:
                # By how long ago, not by when: the edge's clock may be wrong.
                device.heard_at = max(device.heard_at, now - max(0, health.at - report.last_seen_at))
            device.available = report.available
        trouble = state.active or state.blind or link.bridge is False
        if trouble or any(one.available is False for one in health.devices):
            self._look(view, outcomes)
        return outcomes

    def on_edge_state(
        self, profile: HomeProfile, state: HomeState, edge: str, message: State, now: int
    ) -> list[Outcome]:
        """Take in a birth, a farewell or a last will; one that is older than what is known means nothing."""
        link = state.edges.get(edge)
        if link is None:
            link = state.edges[edge] = EdgeState()
        known = (link.session, link.state)
        if message.session < link.session or (message.session, message.state) == known:
            return []
        outcomes: list[Outcome] = []
        view = View(profile, state, now, library=self.library)
        if message.state == "lost":
            state.wake_at = min(state.wake_at, now + LOST)
        else:
            if link.boot and message.boot != link.boot and now - link.heard_at > LATE:
                state.sight_at = now  # it was off, so nobody was seen meanwhile
            self._heard(view, edge, outcomes)
            link.boot = message.boot
        link.session, link.state, link.state_since = message.session, message.state, now
        if state.active:
            self._look(view, outcomes)
        return outcomes

    def on_profile(self, profile: HomeProfile, state: HomeState, now: int) -> None:
        """Take in a changed catalogue or status: new devices get their heartbeats from now on."""
        for edge, name in profile.devices:
            link = state.edges.get(edge)
            if link is None:
                link = state.edges[edge] = EdgeState()
            if name not in link.devices:
                link.devices[name] = DeviceState(since=now)
        if sum(len(link.devices) for link in state.edges.values()) > len(profile.devices):
            for edge, link in state.edges.items():
                for name in [name for name in link.devices if (edge, name) not in profile.devices]:
                    del link.devices[name]
        for key in [key for key, held in state.active.items() if _answered(key, held, profile)]:
            del state.active[key]
        state.wake_at = min(state.wake_at, now)

    def on_tick(self, profile: HomeProfile, state: HomeState, now: int) -> list[Outcome]:
        """Judge what the passing of time has made true, and set when to look again."""
        outcomes: list[Outcome] = []
        view = View(profile, state, now, library=self.library)
        self._look(view, outcomes)
        state.wake_at = self._due(view) or NEVER
        return outcomes

    def due(self, profile: HomeProfile, state: HomeState, now: int) -> int | None:
        """Return the earliest instant after `now` at which absence alone may make something true."""
        return self._due(View(profile, state, now, library=self.library))

    def abstentions(self, profile: HomeProfile, state: HomeState, now: int) -> list[tuple[Risk, Reason]]:
        """Return what cannot be judged at `now`, and why."""
        view = View(profile, state, now, library=self.library)
        return [said for detector in self._detectors if (said := detector.abstains(view)) is not None]

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────

    def _due(self, view: View) -> int | None:
        waits = (detector.due(view) for detector in self._detectors)
        return min((max(at, view.now + 1) for at in waits if at is not None), default=None)

    def _look(self, view: View, outcomes: list[Outcome]) -> None:
        """Let every detector judge the time that has passed."""
        state, profile = view.state, view.profile
        blind = not view.watching() and any(view.speaks(edge) for edge, _ in profile.inside)
        if blind or state.blind:
            state.sight_at = view.now
        state.blind = blind
        for detector in self._detectors:
            found = detector.score(view, None)
            if found:
                self._apply(view, found, outcomes)

    def _heard(self, view: View, edge: str, outcomes: list[Outcome]) -> EdgeState:
        """Note that an edge speaks now."""
        state, now = view.state, view.now
        link = state.edges.get(edge)
        if link is None:
            link = state.edges[edge] = EdgeState(heard_at=now)
            return link
        gap = now - link.heard_at
        supervision = view.profile.supervision
        if link.heard_at and (link.state == "lost" or (supervision and gap >= supervision)):
            link.back_at = now
            state.wake_at = min(state.wake_at, now)
        if link.state == "lost":
            link.state, link.state_since = "online", now
        if now > link.heard_at:
            link.heard_at = now
        if state.active and "home_silent" in state.active:
            self._look(view, outcomes)
        return link

    def _apply(self, view: View, found: Iterable[Outcome], outcomes: list[Outcome]) -> None:
        """Remember what is active; a home that is not live raises nothing, but what was raised may end."""
        state = view.state
        active = state.active
        for outcome in found:
            if isinstance(outcome, Finding):
                if view.profile.status != "live":
                    continue
                if outcome.risk not in _MOMENTARY:
                    held = active.get(outcome.dedup_key)
                    since = held.since if held is not None else outcome.occurred_at
                    active[outcome.dedup_key] = Active(since, view.now, outcome.severity, state.activity_at)
            elif active.pop(outcome.dedup_key, None) is None:
                continue
            outcomes.append(outcome)
            state.wake_at = min(state.wake_at, view.now)  # what holds decides what may come next


def _answered(key: str, held: Active, profile: HomeProfile) -> bool:
    """Whether the resident has said since that all is well: then it may be said again, should it be so."""
    return held.raised_at <= profile.answered_at and key in ANSWERABLE


def _bridge(state: HomeState, link: EdgeState, works: bool, now: int) -> None:
    """Note whether the sensors' bridge works; once back, each sensor gets its heartbeats anew."""
    if works and link.bridge is False:
        link.back_at = now
    if not works and link.bridge is not False:
        link.bridge_since = now
        state.wake_at = min(state.wake_at, now + BRIDGE_DOWN)
    link.bridge = works
