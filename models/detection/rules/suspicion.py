"""Perhaps a fall: it becomes one when nobody is seen moving elsewhere for a minute.

A suspicion alone calls nobody. Who gets up and walks to another room, or lies down in a bed that was empty,
or whose sensor takes it back, is well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from models.detection.finding import Cleared, Finding, Outcome, Reason, Risk, Severity, Value
from models.detection.limits import FALL_ASKED, FALL_STILL, LATE
from models.detection.rules.fusion import TWO_SUSPECT, joined, suspected_too
from models.detection.state import Suspicion
from models.detection.view import Seen, View


class SuspectedFall:
    """Keeps the suspicions of a home (`state.suspected`) and raises those that nothing has refuted."""

    kinds: Mapping[str, int] = {"fall_suspected": FALL_STILL}

    def score(self, view: View, seen: Seen | None) -> Iterable[Outcome]:
        """Begin, refute or raise suspicions."""
        if seen is None:
            return list(self._raise(view)) if view.state.suspected else ()
        suspected = view.state.suspected
        if seen.kind == "fall_suspected" and seen.value == 1:
            key = f"fall:{seen.place}"
            if seen.late or key in suspected:
                return ()
            other = suspected_too(view, seen)
            suspected[key] = Suspicion(seen.at, seen.edge, seen.device, seen.profile.room)
            return (self._two(view, other, suspected[key]),) if other is not None else ()
        return list(self._weigh(view, seen)) if suspected else ()

    def due(self, view: View) -> int | None:
        """Return when the oldest open suspicion becomes a fall."""
        return min(
            (one.at + _patience(view, one) for one in view.state.suspected.values() if not one.raised),
            default=None,
        )

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """A possible fall is raised even where no other sensor could refute it."""
        return None

    def _weigh(self, view: View, seen: Seen) -> Iterator[Outcome]:
        suspected = view.state.suspected
        for key, one in list(suspected.items()):
            if seen.at <= one.at:
                continue
            taken_back = (
                seen.value == 0 and seen.device == one.device and seen.kind in ("fall_suspected", "fall")
            )
            elsewhere = (seen.profile.room or seen.device) != (one.room or one.device)
            if taken_back:
                reason = Reason("The sensor takes its suspicion of a fall back.")
            elif seen.activity and elsewhere and view.profile.alone:
                reason = _moved_on(seen)
            elif view.profile.alone and _to_bed(seen):
                reason = Reason(
                    "Somebody lies in bed ({room}), not on the floor.", {"room": seen.profile.room}
                )
            else:
                if seen.activity and not elsewhere:
                    one.moved_at = seen.at
                continue
            del suspected[key]
            fallen = any(
                f"fall:{view.device(edge, device).room or device}" == key
                for edge, device, _ in view.holding("fall")
            )
            if one.key in view.state.active and not (fallen and one.key == key):
                yield Cleared(dedup_key=one.key, at=seen.at, reason=reason)

    def _raise(self, view: View) -> Iterator[Outcome]:
        for key, one in view.state.suspected.items():
            still = view.now - one.at
            if one.raised or still < _patience(view, one):
                continue
            one.raised = True
            certain = joined(view, key, one.at)
            if certain is not None:
                one.key = certain  # said for sure by another sensor already: one alert is enough
            elif key not in view.state.active:
                finding = self._finding(view, key, one)
                one.key = finding.dedup_key
                yield finding

    def _two(self, view: View, first: Suspicion, second: Suspicion) -> Finding:
        """Two sensors suspect it independently: nobody waits for a third."""
        first.raised = second.raised = True
        first.key = second.key = f"fall:{first.room or first.device}"
        return Finding(
            risk="fall",
            severity="emergency",
            occurred_at=first.at,
            reason=Reason(
                TWO_SUSPECT,
                {
                    "apart_s": (second.at - first.at) / 1000,
                    "first_at": first.at,
                    "room": first.room or second.room,
                },
            ),
            dedup_key=first.key,
            room=first.room or second.room,
            device=first.device,
            latched=True,
        )

    def _finding(self, view: View, key: str, one: Suspicion) -> Finding:
        others = view.watching(besides=one.room or None)
        severity: Severity = "emergency"
        values: dict[str, Value] = {
            "room": one.room,
            "still_s": (view.now - one.at) / 1000,
            "sensors": others,
        }
        if not others:
            severity = "warning"
            text = "Perhaps a fall ({room}): not taken back for {still_s}, and no other sensor could tell."
        elif not view.profile.alone and view.state.activity_at > max(one.at, one.moved_at):
            severity = "warning"
            text = (
                "Perhaps a fall ({room}): not taken back for {still_s}; somebody moves elsewhere, "
                "but more than one person lives here."
            )
        elif one.moved_at:
            severity = "warning"
            text = (
                "Perhaps a fall ({room}): for {still_s} somebody moved there, "
                "but nowhere else ({sensors} sensors)."
            )
        else:
            text = "Perhaps a fall ({room}): no movement for {still_s} ({sensors} sensors)."
        late = view.now - one.at > LATE
        if late:
            values["late_at"] = one.at
        return Finding(
            risk="fall",
            severity=severity,
            occurred_at=one.at,
            reason=Reason(text, values),
            # A mere warning has a key of its own: should the sensor become sure, that opens an emergency.
            dedup_key=key if severity == "emergency" else f"fall_suspected:{one.room or one.device}",
            room=one.room,
            device=one.device,
            late=late,
            latched=severity == "emergency",
        )


def _patience(view: View, one: Suspicion) -> int:
    """How long nothing must refute a suspicion. A wearable confirms or takes it back by itself."""
    return FALL_ASKED if "worn" in view.device(one.edge, one.device).kinds else FALL_STILL


def _to_bed(seen: Seen) -> bool:
    """Whether a bed that was known to be empty says that somebody lies in it."""
    empty = seen.before is not None and seen.before.value == 0
    return seen.kind == "bed" and seen.value == 1 and empty


def _moved_on(seen: Seen) -> Reason:
    return Reason("Somebody moves elsewhere again ({room}).", {"room": seen.profile.room})
