"""Whether the sensors agree with somebody who says that all is well."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.escalation.evidence import Facts, Seen, Sight, contradiction, doubt
from hub.escalation.questions import ASKED_FIRST, RECHECK_AFTER, asks_first, recheck_after
from models.detection.doubts import DOUBTS

NIGHT = datetime(2026, 11, 21, 19, 12, tzinfo=UTC)  # 03:12 in China
NOON = NIGHT + timedelta(hours=9)
RADAR = "0x0a"
SIGHT = Sight(alive=3, sensors=4)
FALL = Facts(
    risk="fall",
    device=RADAR,
    room="bathroom",
    occurred_at=NIGHT,
    asked_at=NIGHT + timedelta(minutes=1),
)


def seen(minute: float, kind: str, value: float = 1, *, room: str = "kitchen", device: str = "0x0b") -> Seen:
    return Seen(
        at=NIGHT + timedelta(minutes=minute),
        device=device,
        kind=kind,
        value=value,
        room=room,
        outer_door=kind == "contact",
    )


def radar(minute: float, value: float) -> Seen:
    return seen(minute, "fall_suspected", value, room="bathroom", device=RADAR)


def says(facts: Facts, *events: Seen, now: datetime = NIGHT + timedelta(minutes=3)) -> str | None:
    reason = contradiction(facts, events, now)
    return None if reason is None else next(name for name, text in DOUBTS.items() if text == reason.text)


def test_who_lies_on_the_floor_is_not_believed() -> None:
    assert says(FALL, radar(0, 1)) == "on_the_floor"


def test_movement_in_the_same_room_may_be_somebody_who_cannot_get_up() -> None:
    assert says(FALL, radar(0, 1), seen(1, "motion", room="bathroom")) == "on_the_floor"


def test_who_walks_in_another_room_is_believed() -> None:
    assert says(FALL, radar(0, 1), seen(1, "motion")) is None


def test_a_sensor_that_took_its_word_back_is_believed() -> None:
    assert says(FALL, radar(0, 1), radar(1, 0)) is None
    assert says(replace(FALL, cleared_at=NIGHT + timedelta(minutes=2)), radar(0, 1)) is None


def test_a_sensor_that_can_only_say_fall_does_not_speak_against_anybody_for_ever() -> None:
    assert says(replace(FALL, never_takes_back=True), radar(0, 1)) is None
    assert says(replace(FALL, never_takes_back=True), radar(0, 1), radar(2, 1)) == "on_the_floor"


@pytest.mark.parametrize("risk", sorted(ASKED_FIRST))
def test_what_was_seen_again_after_the_question_outweighs_any_answer(risk: str) -> None:
    facts = replace(FALL, risk=risk, said_again_at=NIGHT + timedelta(minutes=2))
    assert says(facts, seen(1, "motion")) == "said_again"


def test_what_was_repeated_before_the_question_was_part_of_it() -> None:
    facts = replace(FALL, risk="inactivity", said_again_at=NIGHT)
    assert says(facts) is None


class TestNightExit:
    FACTS = replace(FALL, risk="night_exit", device="", room="hall")

    def test_a_door_that_stands_open_with_nobody_inside_contradicts(self) -> None:
        assert says(self.FACTS, seen(0, "contact")) == "out_at_night"

    def test_somebody_inside_since_then_is_somebody_who_came_back(self) -> None:
        assert says(self.FACTS, seen(0, "contact"), seen(1, "motion")) is None

    def test_a_closed_door_contradicts_nobody(self) -> None:
        assert says(self.FACTS, seen(0, "contact"), seen(1, "contact", 0)) is None

    def test_by_day_an_open_door_is_no_danger(self) -> None:
        facts = replace(self.FACTS, occurred_at=NOON, asked_at=NOON)
        assert says(facts, replace(seen(0, "contact"), at=NOON), now=NOON + timedelta(minutes=1)) is None


class TestSomeTimeAfterTheAnswer:
    SAID = NIGHT + timedelta(minutes=2)
    LATER = NIGHT + timedelta(minutes=32)

    def doubts(self, facts: Facts, *events: Seen, sight: Sight = SIGHT) -> str | None:
        reason = doubt(facts, events, sight, self.SAID, self.LATER)
        return None if reason is None else next(name for name, text in DOUBTS.items() if text == reason.text)

    @pytest.mark.parametrize("risk", ["fall", "inactivity", "night_exit", "not_up"])
    def test_nobody_who_moves_is_a_doubt(self, risk: str) -> None:
        facts = replace(FALL, risk=risk)
        assert self.doubts(facts, seen(1, "motion")) == "no_movement", "that was before the answer"
        assert self.doubts(facts, seen(5, "motion")) is None
        assert self.doubts(facts, seen(5, "bed", 0)) is None, "who leaves the bed lives"

    def test_silence_of_sensors_proves_nothing(self) -> None:
        assert self.doubts(FALL, sight=Sight(alive=0, sensors=4)) is None

    def test_a_door_that_still_stands_open_is_a_doubt(self) -> None:
        facts = replace(FALL, risk="door_open", device="0x0c")
        door = seen(0, "contact", device="0x0c")
        assert self.doubts(facts, door) == "door_still_open"
        assert self.doubts(facts, door, seen(9, "contact", 0, device="0x0c")) is None
        assert self.doubts(facts, seen(0, "contact", device="0x0d")) is None, "another door"

    def test_cold_that_lasts_is_a_doubt_however_much_somebody_moves(self) -> None:
        facts = replace(FALL, risk="cold", room="bedroom", limit=12.0)
        cold = seen(20, "temperature", 9.5, room="bedroom")
        assert self.doubts(facts, seen(10, "motion"), cold) == "still_cold"
        assert self.doubts(facts, seen(20, "temperature", 14, room="bedroom")) is None
        assert self.doubts(replace(facts, risk="hot", limit=35.0), seen(20, "temperature", 36)) == "still_hot"
        assert self.doubts(facts) is None, "nothing was measured"


EVENTS = st.lists(
    st.builds(
        seen,
        minute=st.floats(0, 60),
        kind=st.sampled_from(["motion", "contact", "fall", "fall_suspected", "bed", "temperature", "sos"]),
        value=st.sampled_from([0.0, 1.0, 20.0]),
        device=st.sampled_from([RADAR, "0x0b"]),
    ),
    max_size=12,
)


@given(EVENTS)
def test_a_fall_whose_sensor_speaks_last_of_a_fall_is_never_called_fine(events: list[Seen]) -> None:
    """However much moves anywhere: it may be the neighbour who came in and does not see her."""
    after = [*sorted(events, key=lambda one: one.at), radar(61, 1)]
    assert says(FALL, *after, now=NIGHT + timedelta(minutes=62)) == "on_the_floor"


@given(EVENTS, st.sampled_from([*sorted(ASKED_FIRST), "sos", "leak"]))
def test_evidence_has_an_answer_for_whatever_was_seen(events: list[Seen], risk: str) -> None:
    ordered = sorted(events, key=lambda one: one.at)
    facts = replace(FALL, risk=risk)
    for reason in (
        contradiction(facts, ordered, NIGHT + timedelta(hours=1)),
        doubt(facts, ordered, SIGHT, NIGHT, NIGHT + timedelta(hours=1)),
    ):
        assert reason is None or reason.text in DOUBTS.values()


@pytest.mark.parametrize("risk", ["smoke", "co", "gas", "leak", "sos", "fall", "home_silent", "power_cut"])
def test_what_nobody_can_answer_for_is_not_asked(risk: str) -> None:
    assert not asks_first(risk, "emergency")
    assert asks_first(risk, "warning") == (risk == "fall"), "a warning of a fall is a suspicion"


@pytest.mark.parametrize("risk", sorted(ASKED_FIRST))
def test_a_warning_that_a_word_can_settle_is_asked_first_and_looked_at_again(risk: str) -> None:
    assert asks_first(risk, "warning")
    assert not asks_first(risk, "warning", second_press=True)
    assert not asks_first(risk, "emergency"), "an emergency waits for nobody's answer"
    assert not asks_first(risk, "advice"), "nobody is called, so nobody is asked"
    assert recheck_after(risk) >= timedelta(minutes=10)


def test_only_what_is_asked_about_is_looked_at_again() -> None:
    assert set(RECHECK_AFTER) <= ASKED_FIRST | {"fall"}
