"""What was measured is what judges live homes: one code, one recording, the same questions."""

from __future__ import annotations

from pathlib import Path

from models.contract.messages import Event
from models.detection.finding import Finding, Outcome
from models.detection.judge import Judge
from models.detection.learnt.home import Learnt
from models.detection.learnt.nights import Signs, learn_day
from models.detection.learnt.quiet import SHARES, Quiet
from models.detection.limits import HOUR
from models.detection.profile import DeviceProfile, HomeProfile
from models.detection.routines.shipped import shipped
from models.detection.state import HomeState
from models.training.routines.loaders import hh103
from models.training.routines.methods import Product
from models.training.routines.rolling import Home

DAYS = 26
DAY = 24 * HOUR


def test_a_recorded_home_is_asked_at_the_same_moments_live_as_in_the_evaluation(shared: Path) -> None:
    home = Home(hh103(shared / "datasets" / "casas-hh103" / "events.csv.gz"))
    recording, population = home.recording, shipped()
    first = home.usable.start
    start, end = recording.midnight(first), recording.midnight(first + DAYS)

    product, expected = Product(population), []
    product.budgets = SHARES
    for day in range(first, first + DAYS):
        midnight = recording.midnight(day)
        for spell in home.spells:
            at = product.alarm(spell, "ask") if midnight <= spell.since < midnight + 22 * HOUR else None
            if at is not None and at < (spell.until or end):
                expected.append(at)
        product.learn(home.days[day])

    profile = HomeProfile(
        id="hh103",
        zone="UTC",
        supervision=0,
        devices={
            ("pi", one.name): DeviceProfile(
                room=one.room, kinds=frozenset({one.kind}), outer_door=one.outer_door
            )
            for one in recording.sensors.values()
        },
    )
    kinds = {one.name: one.kind for one in recording.sensors.values()}
    events = [
        Event(seq=n, at=one.at, mono=0, device=one.sensor, kind=kinds[one.sensor], value=one.value)
        for n, one in enumerate(recording.said, 1)
        if start - DAY <= one.at < end
    ]
    signs = Signs.of(profile, (("pi", one) for one in events))
    known = Learnt.fresh(population)
    for sign in signs.between(0, start):
        known.walk.take(sign)
    judge = Judge([Quiet(population)], lambda _: known.quiet)
    state, asked = HomeState.fresh(events[0].at), list[int]()
    judge.on_profile(profile, state, events[0].at)

    def note(outcomes: list[Outcome]) -> None:
        for one in outcomes:
            if isinstance(one, Finding) and one.severity == "warning":
                asked.append(one.occurred_at)

    midnight = start + DAY
    for event in events:
        while min(state.wake_at, midnight) < event.at:
            if midnight <= state.wake_at:
                learn_day(known, population, profile, signs, midnight - DAY, midnight)
                midnight += DAY
            else:
                note(judge.on_tick(profile, state, state.wake_at))
        note(judge.on_events(profile, state, "pi", (event,), event.at))

    def after_four(moments: list[int]) -> list[int]:
        """Those of the hours after four: what began just before midnight is judged by other limits."""
        return sorted(one for one in moments if start <= one < end and (one - start) % DAY > 4 * HOUR)

    assert len(expected) >= 3
    assert after_four(asked) == after_four(expected)
