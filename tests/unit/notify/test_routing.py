"""By which provider somebody is reached: country, limits, what was tried, who fails lately."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.notify.capability import Capability, Limit
from hub.notify.routing import NoRoute, Outcome, Route, health, next_free, route
from tests.village import NIGHT

MINUTE = timedelta(minutes=1)
ALIYUN = Capability(
    provider="aliyun",
    medium="voice",
    countries=frozenset({"86"}),
    limits=(Limit(1, MINUTE), Limit(5, 60 * MINUTE), Limit(20, 24 * 60 * MINUTE)),
)
TWILIO = Capability(provider="twilio", medium="voice", but=frozenset({"86"}))
OTHER = Capability(provider="other", medium="voice")
FANG, ABROAD = "+8613800138000", "+447700900001"


def chosen(address: str, *rows: Capability, **known: object) -> list[str] | str:
    """The providers in order, or why there is none."""
    found = route("voice", address, rows, now=NIGHT, **known)  # type: ignore[arg-type]
    if isinstance(found, NoRoute):
        return found.code
    return [row.provider for row in (found.capability, *found.others)]


def failures(provider: str, *seconds_ago: float, good: bool = False) -> list[Outcome]:
    return [Outcome(provider, NIGHT - timedelta(seconds=ago), good) for ago in seconds_ago]


def test_the_country_decides_and_then_the_order_of_preference() -> None:
    assert chosen(FANG, ALIYUN, TWILIO, OTHER) == ["aliyun", "other"]
    assert chosen(ABROAD, ALIYUN, TWILIO, OTHER) == ["twilio", "other"]


def test_without_a_provider_for_the_country_there_is_no_way() -> None:
    assert chosen(FANG, TWILIO) == "no_route"
    assert chosen(FANG) == "no_provider"
    assert chosen(FANG, replace(OTHER, medium="sms")) == "no_provider"


def test_a_message_is_not_sent_to_a_landline() -> None:
    row = replace(OTHER, medium="sms", landlines=False)
    found = route("sms", "+8657187654321", [row], now=NIGHT)
    assert isinstance(found, NoRoute)
    assert found.code == "landline"


def test_who_could_not_is_not_asked_again() -> None:
    assert chosen(FANG, ALIYUN, OTHER, tried=["aliyun"]) == ["other"]
    assert chosen(FANG, ALIYUN, OTHER, tried=["aliyun", "other"]) == "no_route"


def test_a_carriers_limit_is_the_end_of_that_way_and_says_until_when() -> None:
    placed = {"aliyun": [NIGHT - timedelta(seconds=20)]}
    assert chosen(FANG, ALIYUN, OTHER, placed=placed) == ["other"]
    found = route("voice", FANG, [ALIYUN], placed=placed, now=NIGHT)
    assert isinstance(found, NoRoute)
    assert (found.code, found.until) == ("limit_reached", NIGHT + timedelta(seconds=40))
    assert "1/1 min, 5/60 min, 20/1440 min" in found.reason.text.format(**found.reason.values)


def test_the_fifth_call_of_an_hour_is_the_last() -> None:
    placed = [NIGHT - timedelta(minutes=10 * n + 2) for n in range(5)]
    assert next_free(ALIYUN.limits, placed[:4], NIGHT) == NIGHT
    assert next_free(ALIYUN.limits, placed, NIGHT) == placed[-1] + timedelta(hours=1)


def test_one_failure_makes_nobody_ill_and_two_do() -> None:
    both = replace(TWILIO, but=frozenset()), OTHER
    assert chosen(ABROAD, *both, outcomes=failures("twilio", 5)) == ["twilio", "other"]
    assert chosen(ABROAD, *both, outcomes=failures("twilio", 5, 9)) == ["other", "twilio"]


def test_an_ill_provider_is_well_again_after_some_minutes() -> None:
    both = replace(TWILIO, but=frozenset()), OTHER
    assert chosen(ABROAD, *both, outcomes=failures("twilio", 125, 130)) == ["twilio", "other"]


def test_the_only_provider_is_used_however_ill_it_is() -> None:
    assert chosen(ABROAD, TWILIO, outcomes=failures("twilio", *range(60))) == ["twilio"]


def test_the_reason_names_who_was_passed_over_and_why() -> None:
    both = [replace(TWILIO, but=frozenset()), OTHER]
    told = {
        "other carries it: twilio could not.": {"tried": ["twilio"]},
        "other carries it: twilio fails lately (34 of 100 good).": {"outcomes": failures("twilio", 1, 5)},
        "twilio carries it.": {},
    }
    for text, known in told.items():
        found = route("voice", ABROAD, both, now=NIGHT, **known)  # type: ignore[arg-type]
        assert isinstance(found, Route)
        assert found.reason.text.format(**found.reason.values) == text


@given(
    st.lists(
        st.builds(
            Outcome,
            st.sampled_from(["twilio", "other"]),
            st.floats(-100, 2000).map(lambda ago: NIGHT - timedelta(seconds=ago)),
            st.booleans(),
        )
    ),
    st.sets(st.sampled_from(["twilio", "other", "aliyun"])),
)
def test_health_reorders_but_never_takes_a_way_away(outcomes: list[Outcome], tried: set[str]) -> None:
    rows = [ALIYUN, replace(TWILIO, but=frozenset()), OTHER]
    found = chosen(FANG, *rows, outcomes=outcomes, tried=tried)
    left = [row.provider for row in rows if row.provider not in tried]
    assert found == "no_route" if not left else sorted(found) == sorted(left)


@given(st.lists(st.floats(0, 590), max_size=20), st.lists(st.floats(0, 590), max_size=20))
def test_health_is_a_share_and_a_success_never_lowers_it(bad: list[float], good: list[float]) -> None:
    before = failures("twilio", *bad)
    share = health("twilio", before, NIGHT)
    assert 0 < share <= 1
    assert health("twilio", [*before, *failures("twilio", *good, good=True)], NIGHT) >= share
