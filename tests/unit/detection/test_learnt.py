"""What is learnt of a home, live: unusual quiet, bathroom, bed and mornings, beside the fixed rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from msgspec.structs import replace as with_fields

from models.detection.finding import Cleared, Finding
from models.detection.learnt import all_detectors
from models.detection.profile import DeviceProfile
from models.detection.routines.shipped import shipped
from models.detection.state import HomeState
from models.detection.usual import FIXED, Usual
from tests.unit.detection.lane import DEVICES, HOUR, Lane, device, risks

HOME: dict[str, DeviceProfile] = DEVICES | {
    "pir-bathroom": device("bathroom", "motion"),
    "pir-living": device("living room", "motion"),
    "bed": device("bedroom", "bed"),
}


def lane(start: str = "2026-03-10 09:00", **profile: Any) -> Lane:
    """The home, judged by everything, of which nothing has been learnt yet."""
    return Lane(start, devices=HOME, detectors=all_detectors(shipped()), **profile)


def quiet_after_life(home: Lane, hours: float) -> list[str]:
    home.lives(hours=3)
    return risks(home.passes(hours=hours))


def test_quiet_that_is_unusual_asks_first_and_then_calls_within_one_alert() -> None:
    home = lane()
    assert quiet_after_life(home, 12) == ["+inactivity", "+inactivity"]
    asked, helped = home.findings
    assert (asked.severity, helped.severity) == ("warning", "emergency")
    assert asked.dedup_key == helped.dedup_key == "inactivity"
    assert asked.occurred_at < helped.occurred_at
    for one in (asked, helped):
        values = one.reason.values
        if "points" in values:
            assert float(values["points"] or 0) >= float(values["limit"] or 0)


def test_by_what_others_showed_a_quiet_afternoon_is_asked_about_before_the_fixed_four_hours() -> None:
    home = lane("2026-03-10 09:00")
    home.lives(hours=4)
    home.passes(hours=12)
    first = home.findings[0]
    assert first.reason.values["points"], "by what is learnt"
    assert 1 <= float(first.reason.values["quiet_s"] or 0) / 3600 < 4


def test_movement_ends_it_at_once_however_short_the_quiet_was() -> None:
    home = lane()
    home.lives(hours=4)
    while not home.findings:
        home.passes(minutes=10)
    assert risks(home.moves("kitchen")) == ["-inactivity"]


def answers(home: Lane) -> None:
    home.passes(minutes=2)
    home.profile = replace(home.profile, answered_at=home.now)
    home.judge.on_profile(home.profile, home.state, home.now)


def test_who_says_unseen_that_all_is_well_is_asked_once_more_and_then_only_the_twelve_hours_are_left() -> (
    None
):
    home = lane()
    home.lives(hours=4)
    while not home.findings:
        home.passes(minutes=10)
    answers(home)
    assert home.passes(hours=4.9) == []
    home.state = HomeState.from_bytes(home.state.to_bytes())
    home.passes(hours=1.2)
    second = home.findings[-1]
    assert (second.risk, second.severity) == ("inactivity", "warning")
    assert second.reason.values["answered_at"] == home.profile.answered_at
    answers(home)
    home.state = HomeState.from_bytes(home.state.to_bytes())
    assert home.passes(hours=11.9) == [], "who has said it twice is probably out"
    home.passes(hours=0.2)
    assert (home.findings[-1].risk, home.findings[-1].severity) == ("inactivity", "emergency")


def test_a_second_question_that_nobody_answers_becomes_a_call_within_the_twelve_hours() -> None:
    """The alert is open: whoever escalates it calls helpers; the graver word follows all the same."""
    home = lane()
    home.lives(hours=4)
    while not home.findings:
        home.passes(minutes=10)
    answers(home)
    home.passes(hours=12.1)
    assert [one.severity for one in home.findings[1:]] == ["warning", "emergency"]


def test_where_contacts_alone_see_the_resident_only_a_question_comes_of_unusual_quiet() -> None:
    contacts = {
        f"drawer-{n}": device(room, "contact") for n, room in enumerate(("kitchen", "bedroom", "hall"))
    }
    door = {"front-door": DEVICES["front-door"]}

    def said(devices: dict[str, DeviceProfile], **profile: Any) -> list[tuple[str, float]]:
        home = Lane("2026-03-10 09:00", devices=devices, detectors=all_detectors(shipped()), **profile)
        for step in range(30):
            home.says(next(iter(devices)), "contact", float(step % 2 == 0))
            home.passes(minutes=8)
        home.passes(hours=11.5)
        found = [one for one in home.findings if one.risk == "inactivity"]
        return [(one.severity, float(one.reason.values["quiet_s"] or 0) / 3600) for one in found]

    asked = said(contacts | door)
    assert [severity for severity, _ in asked] == ["warning"]
    assert asked[0][1] < 4
    alone = said(contacts | door, askable=False)
    assert [severity for severity, _ in alone] == ["warning"]
    assert alone[0][1] == pytest.approx(4, abs=0.01), "the fixed limit by day"
    home = Lane(devices=contacts | door, detectors=all_detectors(shipped()), askable=False)
    home.says("drawer-0", "contact", 1.0)
    told = home.judge.abstentions(home.profile, home.state, home.now)
    assert any(risk == "inactivity" and "telephone" in why.text for risk, why in told)


def test_where_nobody_can_be_asked_no_question_goes_to_helpers_instead() -> None:
    home = lane(askable=False)
    home.lives(hours=4)
    home.passes(hours=3.9)
    assert [one.severity for one in home.findings if one.risk == "inactivity"] in ([], ["emergency"])


def test_a_dead_sensor_leaves_the_fixed_limits_only() -> None:
    home = lane()
    home.lives(hours=1)
    home.mute = {"pir-bedroom"}
    home.lives(hours=4)  # three heartbeats later it is known to be dead
    assert all(one.risk == "device_silent" for one in home.findings)
    home.passes(hours=3.9)
    assert [one for one in home.findings if one.risk == "inactivity"] == []
    abstains = home.judge.abstentions(home.profile, home.state, home.now)
    assert any(risk == "inactivity" and "{limit_s}" in said.text for risk, said in abstains)


def test_who_left_by_the_door_or_is_known_to_be_away_is_not_asked() -> None:
    out = lane()
    out.lives(hours=3)
    out.says("front-door", "contact", 1.0)
    out.passes(seconds=20)
    out.says("front-door", "contact", 0.0)
    assert out.passes(hours=8) == []
    away = lane(nobody_home=True)
    away.lives(hours=3)
    assert away.passes(hours=3.5) == [], "only the fixed rules hold"


def test_a_home_with_too_few_sensors_is_judged_by_the_fixed_rules() -> None:
    home = Lane(detectors=all_detectors(shipped()), devices={"pir-hall": DEVICES["pir-hall"]})
    home.moves("hall")
    home.passes(hours=3.9)
    assert home.findings == []


@pytest.mark.parametrize(("start", "minutes"), [("2026-03-10 14:00", 45), ("2026-03-10 23:30", 30)])
def test_a_long_stay_in_the_bathroom_asks_and_then_calls(start: str, minutes: int) -> None:
    home = lane(start)
    home.moves("kitchen")
    home.passes(minutes=1)
    home.moves("bathroom")
    assert home.passes(minutes=minutes - 1) == []
    assert risks(home.passes(minutes=2)) == ["+long_bathroom"]
    home.passes(minutes=60)
    bathroom = [one for one in home.findings if one.risk == "long_bathroom"]
    assert [one.severity for one in bathroom] == ["warning", "emergency"]
    assert "-long_bathroom" in risks(home.moves("hall"))


def test_a_learnt_limit_of_the_bathroom_is_shorter_and_said_in_the_reason() -> None:
    home = lane("2026-03-10 14:00", usual=Usual(days=30, bathroom_ask=25.0))
    home.moves("bathroom")
    assert risks(home.passes(minutes=26)) == ["+long_bathroom"]
    assert home.findings[0].reason.values["limit_s"] == 25 * 60
    assert home.findings[0].reason.values["days"] == 30


def test_out_of_bed_at_night_and_unseen_is_asked_about_within_the_hour() -> None:
    home = lane("2026-03-10 22:00")
    home.moves("bedroom")
    home.says("bed", "bed", 1.0)
    assert risks(home.passes(hours=3)) == [], "in bed quiet is sleep"
    home.says("bed", "bed", 0.0)
    home.passes(minutes=58)
    assert [one.risk for one in home.findings] == []
    home.passes(minutes=3)
    assert home.findings[0].risk == "night_out_of_bed"
    assert "-night_out_of_bed" in risks(home.says("bed", "bed", 1.0))


def test_not_up_by_the_agreed_time_is_asked_about_an_hour_later() -> None:
    home = lane("2026-03-09 20:00", up_by=8 * 60)
    home.lives(hours=2)
    home.moves("bedroom")
    home.says("bed", "bed", 1.0)
    told = home.until("2026-03-10 08:59")
    assert [one for one in told if one.dedup_key == "not_up"] == []
    told = home.until("2026-03-10 09:01")
    assert "+not_up" in risks(told)
    home.moves("kitchen")
    home.passes(minutes=5)
    assert "-not_up" in risks(home.told)


def test_who_is_up_or_slept_elsewhere_is_not_asked_whether_they_are_up() -> None:
    up = lane("2026-03-09 20:00", usual=Usual(days=30, latest_up=7.5 * 60, late_evening=22.5 * 60))
    up.lives(hours=2)
    up.moves("bedroom")
    up.until("2026-03-10 07:00")
    for _ in range(3):
        up.moves("kitchen")
        up.passes(minutes=5)
    assert [one for one in up.until("2026-03-10 12:00") if one.dedup_key == "not_up"] == []

    elsewhere = lane("2026-03-09 10:00", up_by=8 * 60)
    elsewhere.lives(hours=2)
    elsewhere.passes(hours=23.9)
    assert [one for one in elsewhere.findings if one.risk == "not_up"] == []


def test_late_to_bed_may_sleep_longer() -> None:
    def asked_at(last_seen: str) -> int:
        home = lane("2026-03-09 20:00", usual=Usual(days=30, latest_up=7 * 60, late_evening=22 * 60))
        home.moves("kitchen")
        home.until(last_seen)
        home.moves("living")
        home.passes(minutes=1)
        home.moves("bedroom")
        home.until("2026-03-10 12:00")
        return next(one.occurred_at for one in home.findings if one.risk == "not_up")

    early, late = asked_at("2026-03-09 21:30"), asked_at("2026-03-09 23:30")
    assert late - early == 1.5 * HOUR


def test_a_restart_forgets_nothing_of_what_a_look_has_found() -> None:
    with_restarts, without = lane(), lane()
    for home in (with_restarts, without):
        home.lives(hours=3)
        for _ in range(40):
            home.passes(minutes=20)
            if home is with_restarts:
                home.state = HomeState.from_bytes(home.state.to_bytes())
    assert with_restarts.told == without.told
    assert len(with_restarts.state.to_bytes()) < 4096


def test_what_is_written_before_reads_as_nothing_learnt() -> None:
    assert Usual.from_bytes(None) == Usual.from_bytes(b"") == Usual.from_bytes(b"\x09xx") == FIXED
    assert Usual.from_bytes(with_fields(FIXED, days=4).to_bytes()).days == 4
    assert all(isinstance(one, Finding | Cleared) for one in lane().told)


def walking(home: Lane, minutes: float) -> list[str]:
    """Up and down through the home, another room every two minutes; what is said meanwhile."""
    told = []
    for step in range(round(minutes / 2)):
        told += home.moves(("kitchen", "living", "hall")[step % 3])
        told += home.passes(minutes=2)
    return risks(told)


def test_walking_about_at_night_is_asked_about_once_and_over_when_all_is_quiet() -> None:
    home = lane("2026-03-09 20:00")
    home.lives(hours=2)
    home.moves("bedroom")
    home.until("2026-03-10 01:00")
    assert walking(home, 28) == ["+night_wandering"]
    assert home.findings[-1].severity == "warning", "the resident is asked first"
    assert home.findings[-1].reason.values["walks"] == home.findings[-1].reason.values["limit"]
    assert risks(home.passes(minutes=46)) == ["-night_wandering"]
    assert walking(home, 12) == [], "once a night is enough"
    assert "+night_wandering" in walking(home, 30), "but not for another long walk"


def test_an_answer_at_night_is_enough_until_another_long_walk() -> None:
    home = lane("2026-03-09 20:00")
    home.lives(hours=2)
    home.until("2026-03-10 01:00")
    walking(home, 28)
    home.profile = replace(home.profile, answered_at=home.now)
    home.judge.on_profile(home.profile, home.state, home.now)
    assert "night_wandering" not in home.state.active
    assert walking(home, 20) == []


def test_a_home_whose_nights_are_restless_is_asked_later_and_the_next_night_begins_at_nothing() -> None:
    usual = Usual(days=30, nights=30, walks_limit=18, walks_mean=9.0, walks_spread=2.0)
    home = lane("2026-03-09 20:00", usual=usual)
    home.lives(hours=2)
    home.until("2026-03-10 01:00")
    assert walking(home, 24) == []
    home.until("2026-03-10 20:00")
    home.lives(hours=2)
    home.until("2026-03-11 01:00")
    assert [one for one in walking(home, 24) if "wandering" in one] == []
    assert home.state.routine.night.walks < 18
