"""Quiet that is unusual for this home: asks the resident, then calls the station. See `routines.inactivity`.

Shares its alert with the fixed rule of inactivity: whichever speaks first opens it, movement ends it. A look
costs a tenth of a millisecond and what was learnt of the home, so it is made an hour after the last sign at
the earliest, and what it has found is kept in the home's state.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from models.detection.finding import Cleared, Outcome, Reason, Risk
from models.detection.learnt.stages import unsaid
from models.detection.routine import Looked
from models.detection.routines import live_sentences as sentences
from models.detection.routines.inactivity import Facts, UnusualQuiet, facts_of
from models.detection.routines.model import Population
from models.detection.routines.quiet import NOT_BEFORE, Stage
from models.detection.rules.inactivity import KEY
from models.detection.verdicts.allowance import share
from models.detection.view import Seen, View

#: With fewer sensors inside a home is not known well enough by what other homes have shown.
FEW: Final = 3
OWN_DAYS: Final = 14
#: So often a day each stage may speak for nothing where a home's own budget has said nothing yet.
SHARES: Final[dict[Stage, float]] = {
    "ask": share("inactivity", "question"),
    "help": share("inactivity", "station"),
}


class Quiet:
    """One home's unusual quiet, live."""

    kinds: Mapping[str, int] = {}

    def __init__(self, population: Population) -> None:
        self._population = population

    def score(self, view: View, seen: Seen | None) -> Iterable[Outcome]:
        """End by movement what was said; begin what has become unusual."""
        state = view.state
        held = state.active.get(KEY)
        if held is not None and state.activity_at > held.seen_at > 0:
            room = state.activity_room
            text = "Somebody moves again ({room})." if room else "Somebody moves again."
            return (Cleared(dedup_key=KEY, at=state.activity_at, reason=Reason(text, {"room": room})),)
        stages = self._stages(view) if seen is None else ()
        if not stages or not self._judged(view):
            return ()
        facts = facts_of(view, view.profile.answered_at)
        for stage in stages:
            due = self._due(view, facts, stage)
            if due is None or due > view.now:
                continue
            quiet = self._quiet(view)
            finding = quiet.score(facts, stage)
            if finding is not None:
                if "second" in finding.reason.values:
                    state.routine.second_at = view.now
                return (replace(finding, dedup_key=KEY, device=state.activity_device),)
            # What was learnt meanwhile says: not yet.
            self._keep(view, stage, quiet.due(facts, stage))
        return ()

    def due(self, view: View) -> int | None:
        """Return when quiet becomes unusual if it lasts."""
        stages = self._stages(view)
        if not stages or not self._judged(view):
            return None
        facts = facts_of(view, view.profile.answered_at)
        if not facts.alive or view.now < facts.caught_up_at:
            return view.look_again_at()
        waits = [self._due(view, facts, stage) for stage in stages]
        return min((at if at > view.now else view.look_again_at() for at in waits if at), default=None)

    def abstains(self, view: View) -> tuple[Risk, Reason] | None:
        """Return why nothing, or only a fixed limit, is judged."""
        if view.nobody_home():
            return "inactivity", Reason(sentences.NOBODY_HOME)
        if not self._known(view):
            values = {"sensors": len(view.profile.inside), "days": view.profile.usual.days}
            return "inactivity", Reason(sentences.TOO_FEW, {**values})
        if not view.profile.askable and not view.profile.sees_well:
            return "inactivity", Reason(sentences.NOBODY_TO_ASK)
        quiet = UnusualQuiet(self._population, walk=view.state.routine.walk)
        said = quiet.abstains(facts_of(view, view.profile.answered_at))
        return ("inactivity", said) if said is not None else None

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────

    def _judged(self, view: View) -> bool:
        profile = view.profile
        return (
            profile.status == "live"
            and not view.nobody_home()
            and bool(profile.inside)
            and self._known(view)
            and view.state.routine.walk.left_at() is None
        )

    def _stages(self, view: View) -> tuple[Stage, ...]:
        """Return what may be said: no question where nobody can be asked, or it would be put to helpers."""
        stages = unsaid(view, KEY)
        return stages if view.profile.askable else tuple(one for one in stages if one == "help")

    def _known(self, view: View) -> bool:
        return len(view.profile.inside) >= FEW or view.profile.usual.days >= OWN_DAYS

    def _due(self, view: View, facts: Facts, stage: Stage) -> int | None:
        """Return when a stage is due, as a look has found it; look where none has."""
        since = max(view.state.activity_at, facts.sight_at, facts.answered_at)
        first = since + NOT_BEFORE[stage]
        if view.now < first or not view.state.activity_at or not facts.alive:
            return first if view.state.activity_at else None
        looked = view.state.routine.looked
        whole = facts.alive == facts.sensors
        if (looked.since, looked.whole) != (since, whole):
            looked = view.state.routine.looked = Looked(since, whole)
        at = looked.ask_at if stage == "ask" else looked.help_at
        return at or self._keep(view, stage, self._quiet(view).due(facts, stage))

    def _keep(self, view: View, stage: Stage, at: int | None) -> int | None:
        looked = view.state.routine.looked
        if stage == "ask":
            looked.ask_at = at or 0
        else:
            looked.help_at = at or 0
        return at

    def _quiet(self, view: View) -> UnusualQuiet:
        usual = view.profile.usual
        budgets: dict[Stage, float] = {
            "ask": usual.ask_a_day or SHARES["ask"],
            "help": usual.help_a_day or SHARES["help"],
        }
        return UnusualQuiet(self._population, view.learnt(), view.state.routine.walk, budgets)
