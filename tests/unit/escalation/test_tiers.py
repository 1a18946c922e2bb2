"""A tier that cannot take an alert now, and the tier above that stands beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.escalation.plan import default_policy
from hub.escalation.policy import Policy, Tier
from hub.escalation.tiers import HandOver, Kind, Lately, Standing, hand_over, standing
from models.detection.finding import Reason
from tests.unit.escalation.people import EVERYBODY

FINE = Lately(on_duty=1)
MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("lately", "kind", "said"),
    [
        (FINE, "ready", None),
        (replace(FINE, rota_gap=True, silent_calls=9), "unstaffed", "nobody is on duty by the rota"),
        (replace(FINE, silent_calls=2), "ready", None),
        (replace(FINE, silent_calls=3, open_alerts=9), "offline", "its last 3 calls were not answered"),
        (replace(FINE, open_alerts=1), "ready", None),
        (replace(FINE, open_alerts=2), "overloaded", "2 alerts are open for 1 on duty"),
        (replace(FINE, on_duty=3, open_alerts=5), "ready", None),
        (replace(FINE, answer_times=(9 * MINUTES, 9 * MINUTES)), "ready", None),
        (
            replace(FINE, answer_times=(3 * MINUTES, MINUTES, 4 * MINUTES)),
            "slow",
            "its latest answers took 180 s",
        ),
        (replace(FINE, answer_times=(MINUTES, MINUTES, 9 * MINUTES)), "ready", None),
    ],
)
def test_how_a_tier_stands_and_why(lately: Lately, kind: Kind, said: str | None) -> None:
    found = standing(lately)
    assert found.kind == kind
    assert (found.reason and found.reason.text.format(**found.reason.values)) == said


def names(policy: Policy) -> list[str]:
    return [step.name for step in policy.steps]


def of(kind: Kind) -> Standing:
    return Standing(kind, Reason("why", {}))


def test_the_centre_is_called_before_a_station_that_is_away_and_the_station_still_is() -> None:
    policy = default_policy(EVERYBODY, "warning", "family")
    changed, handed = hand_over(policy, {"station": of("offline")})
    assert names(changed) == ["family", "centre", "station", "county"]
    assert [step.from_round for step in changed.steps] == [1, 1, 1, 3]
    assert handed == (HandOver("station", "centre", "offline", Reason("why", {})),)


def test_the_centre_is_called_in_the_same_moment_as_a_station_that_has_too_much_to_do() -> None:
    changed, _ = hand_over(default_policy(EVERYBODY, "warning", "station"), {"station": of("overloaded")})
    assert names(changed) == ["station", "centre", "family", "county"]
    assert (changed.steps[0].head_start_s, changed.steps[1].from_round) == (1.0, 1)


def test_when_both_are_away_the_county_comes_first() -> None:
    away: dict[Tier, Standing] = {"station": of("offline"), "centre": of("unstaffed")}
    changed, handed = hand_over(default_policy(EVERYBODY, "emergency", "family"), away)
    assert names(changed) == ["family", "county", "centre", "station"]
    assert [one.to for one in handed] == ["centre", "county"]


@given(
    kinds=st.dictionaries(
        st.sampled_from(["station", "centre", "county"]),
        st.sampled_from(["ready", "unstaffed", "offline", "overloaded", "slow"]),
    ),
    severity=st.sampled_from(["emergency", "warning"]),
    first=st.sampled_from(["family", "station"]),
)
def test_handing_over_leaves_nobody_out_and_delays_nobody(kinds: dict, severity: str, first: str) -> None:  # type: ignore[type-arg]
    policy = default_policy(EVERYBODY, severity, first)  # type: ignore[arg-type]
    changed, _ = hand_over(policy, {tier: of(kind) for tier, kind in kinds.items()})
    before = {step.name: step for step in policy.steps}
    assert sorted(names(changed)) == sorted(before)
    assert all(step.people == before[step.name].people for step in changed.steps)
    assert all(step.from_round <= before[step.name].from_round for step in changed.steps)
