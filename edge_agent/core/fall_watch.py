"""The wearables of a home watched for falls: packets in, events out; who must be asked, and who is not worn.

The judge's time is the machine's own, in seconds, and goes on over a restart of the machine: no wall clock is
asked, so that one that jumps neither shortens a question nor forgets it. Instants for the events are reckoned
back from the present. This file alone brings numpy into the agent: import it only where a wearable is worn.
"""

from __future__ import annotations

import io
import logging
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np

from edge_agent.core.motion import MotionBatch
from edge_agent.core.packet_times import PacketTimes
from edge_agent.core.state import Attributes, Happening
from models.detection.falls.artefacts import load
from models.detection.falls.intake import Samples
from models.detection.falls.judge import FallJudge
from models.detection.falls.sentences import NOT_WORN, UNREADABLE, WELL
from models.detection.finding import Finding, Outcome

SAVE_MS = 5_000  #: while somebody may have fallen
SAVE_QUIET_MS = 300_000
TICK_MS = 1_000
MOVES: Final = frozenset({"motion", "contact"})  #: kinds that only somebody who is up makes, and at once

Blind = Literal["not_heard", "not_worn", "unreadable"]
_UNREADABLE_MEMORY: Final = (ValueError, KeyError, IndexError, OSError, EOFError, zipfile.BadZipFile)
log = logging.getLogger("anju.agent")


@dataclass(slots=True)
class _Worn:
    """One wearable."""

    judge: FallJudge
    times: PacketTimes = field(default_factory=PacketTimes)
    told_worn: bool = True
    knock_ms: int = 0  #: of the latest suspicion, on the judge's clock
    knock_at: int = 0  #: the same instant in UTC, as it was known then
    save_at: int = 0
    changed: bool = False


class FallWatch:
    """All wearables of one agent. `now` is UTC and `mono` the machine's own clock, both in milliseconds."""

    def __init__(self, worn: Mapping[str, Literal["waist", "wrist"]]) -> None:
        """`worn`: where each wearable is worn. Raises ArtefactError when the shipped model is not whole."""
        shipped = {position: load(position) for position in set(worn.values())}
        self._worn = {
            device: _Worn(FallJudge(shipped[position], device=device)) for device, position in worn.items()
        }
        self._shift_s = 0.0  #: the judge's clock minus `mono`
        self._tick_at = 0

    def feed(self, batch: MotionBatch, now: int, mono: int) -> list[Happening]:
        """Take in a packet and return what it makes certain."""
        one = self._worn.get(batch.device)
        if one is None:
            return []
        before = one.judge.state
        first = one.times.place(batch, self._clock(mono))
        t = first + np.arange(len(batch.samples)) / batch.rate
        outcomes = one.judge.feed(Samples(t, np.asarray(batch.samples, dtype=np.float64)))
        happenings = self._tell(batch.device, one, before, outcomes, now, mono)
        return happenings + self._tell_worn(batch.device, one, now, mono)

    def seen(self, happenings: Iterable[Happening], mono: int) -> None:
        """Take in what the other sensors of the home have just told: somebody who moves is not lying."""
        if any(one.kind in MOVES and one.value == 1 for one in happenings):
            for one in self._worn.values():
                one.judge.moved(self._clock(mono))

    def tick(self, now: int, mono: int) -> list[Happening]:
        """Judge that time has passed, packets or not: a sensor that broke in a fall must not end it."""
        if mono < self._tick_at:
            return []
        self._tick_at = mono + TICK_MS
        happenings: list[Happening] = []
        for device, one in self._worn.items():
            before = one.judge.state
            if before != "watching":
                outcomes = one.judge.tick(self._clock(mono) - one.times.lag_s)
                happenings += self._tell(device, one, before, outcomes, now, mono)
                happenings += self._tell_worn(device, one, now, mono)
        return happenings

    def answered(self, now: int, mono: int) -> list[Happening]:
        """The resident says that all is well."""
        happenings: list[Happening] = []
        for device, one in self._worn.items():
            before = one.judge.state
            outcomes = one.judge.answered(self._clock(mono))
            happenings += self._tell(device, one, before, outcomes, now, mono)
        return happenings

    @property
    def asking(self) -> bool:
        """Whether the resident is being asked just now."""
        return any(one.judge.state == "asking" for one in self._worn.values())

    def next_due(self) -> int | None:
        """When, in `mono`, `tick` has something to do; None while nobody may have fallen."""
        busy = any(one.judge.state != "watching" for one in self._worn.values())
        return self._tick_at if busy else None

    def blind(self, mono: int) -> dict[str, Blind]:
        """Return the wearables of which nothing can be said at present, and why."""
        found: dict[str, Blind] = {}
        for device, one in self._worn.items():
            reason = one.judge.abstains(self._clock(mono))
            if reason is not None and reason.text == UNREADABLE:
                found[device] = "unreadable"
            elif reason is not None and reason.text == NOT_WORN:
                found[device] = "not_worn"
            elif reason is not None or not one.times.heard_at:
                found[device] = "not_heard"
        return found

    def take_changes(self, mono: int, *, all_of_it: bool = False) -> dict[str, bytes]:
        """Return what must be remembered now; little and seldom while nobody may have fallen."""
        changes: dict[str, bytes] = {}
        for device, one in self._worn.items():
            if one.changed or mono >= one.save_at or all_of_it:
                quiet = one.judge.state == "watching"
                one.changed, one.save_at = False, mono + (SAVE_QUIET_MS if quiet else SAVE_MS)
                changes[f"falls/{device}"] = self._snapshot(one, mono)
        return changes

    def restore(self, remembered: Mapping[str, bytes], mono: int, *, rebooted: bool) -> None:
        """Go on where `take_changes` was made. How long the machine was off is not known: no time passed."""
        latest = 0.0
        for device, one in self._worn.items():
            blob = remembered.get(f"falls/{device}")
            if blob is None:
                continue
            try:
                with np.load(io.BytesIO(blob), allow_pickle=False) as arrays:
                    saved = {name: arrays[name] for name in arrays.files}
                at, shift, told_worn, knock_ms, knock_at = (float(value) for value in saved.pop("watch"))
                one.judge.restore(saved)
            except _UNREADABLE_MEMORY as error:
                log.error("what was remembered of %s cannot be read (%s): it begins anew", device, error)
                continue
            one.told_worn, one.knock_ms, one.knock_at = bool(told_worn), int(knock_ms), int(knock_at)
            self._shift_s = shift
            latest = max(latest, at)
        if rebooted:
            self._shift_s = latest - mono / 1000

    def _clock(self, mono: int) -> float:
        return mono / 1000 + self._shift_s

    def _tell(
        self, device: str, one: _Worn, before: str, outcomes: Iterable[Outcome], now: int, mono: int
    ) -> list[Happening]:
        happenings: list[Happening] = []
        answer = "none"
        for outcome in outcomes:
            attributes: Attributes = {**outcome.reason.values, "reason": outcome.reason.text}
            if isinstance(outcome, Finding):
                at, back = self._instant(one, outcome.occurred_at, now, mono)
                if outcome.risk == "fall_suspected":
                    one.knock_ms, one.knock_at = outcome.occurred_at, at
                happenings.append(Happening(device, outcome.risk, 1.0, at, back, attributes))
            else:
                risk = outcome.dedup_key.partition(":")[0]
                answer = "well" if outcome.reason.text == WELL else "up"
                happenings.append(Happening(device, risk, 0.0, now, mono, attributes))
        after = one.judge.state
        if after != before:
            one.changed = True
            if after == "asking":
                happenings.append(Happening(device, "asked", 1.0, now, mono, {"about": "fall"}))
            elif before == "asking":
                if after == "watching" and not one.judge.worn:
                    answer = "not_worn"
                happenings.append(
                    Happening(device, "asked", 0.0, now, mono, {"about": "fall", "answer": answer})
                )
        return happenings

    def _tell_worn(self, device: str, one: _Worn, now: int, mono: int) -> list[Happening]:
        if one.judge.worn == one.told_worn:
            return []
        one.told_worn = one.judge.worn
        one.changed = True
        return [Happening(device, "worn", float(one.told_worn), now, mono, {})]

    def _instant(self, one: _Worn, judged_ms: int, now: int, mono: int) -> tuple[int, int]:
        """Return an instant of the judge's clock in UTC and in `mono`."""
        back = round(judged_ms - self._shift_s * 1000)
        if back < 0 and judged_ms == one.knock_ms:
            return one.knock_at, 0  # before the machine started anew
        back = max(0, back)
        return max(0, now - (mono - back)), back

    def _snapshot(self, one: _Worn, mono: int) -> bytes:
        about = [self._clock(mono), self._shift_s, float(one.told_worn), one.knock_ms, one.knock_at]
        file = io.BytesIO()
        arrays: dict[str, Any] = {"watch": np.array(about, dtype=np.float64), **one.judge.saved()}
        np.savez(file, **arrays)
        return file.getvalue()
