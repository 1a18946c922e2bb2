"""What a night's learning does to the database, and what the watch makes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.clock import milliseconds
from hub.ingest.rows import row_of
from hub.ingest.writer import write_events
from hub.storage.database import Connection
from hub.watch import standing
from hub.watch.budgets import allowed, remaining, settle
from hub.watch.learning import MOST_DAYS, learn
from hub.watch.registry import Watch
from hub.web.api.schemas import HomeWatch
from models.contract.messages import Event
from models.detection.decline.weeks import NEEDED
from models.detection.learnt.home import Learnt
from simulators import history
from simulators.scenarios import script as scripts
from tests.integration.watch.conftest import Village

#: Four in the morning in Shanghai, 10 March.
NIGHT = datetime(2026, 3, 9, 20, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ROOMS = ("bedroom", "bathroom", "kitchen", "living room")


@pytest.fixture
def lived_in(village: Village) -> Village:
    """In `chen` somebody has lived for 20 days, seen in every room from seven to ten."""
    for room in ROOMS:
        village.connection.execute(
            "insert into devices (home_id, edge_id, id, room, kinds)"
            " values ('chen', 'pi', %s, %s, '{motion}')",
            (f"pir-{room}", room),
        )
    village.connection.execute("update homes set created_at = %s", (NIGHT - 20 * DAY,))
    events = []
    for back in range(20, 0, -1):
        midnight = NIGHT - timedelta(hours=4) - back * DAY
        for minute in range(7 * 60, 22 * 60, 12):
            room = ROOMS[(minute // 12) % 4] if 8 * 60 < minute < 21 * 60 else "living room"
            room = "bedroom" if minute >= 21 * 60 + 30 else room
            village.seq += 1
            events.append(
                Event(
                    seq=village.seq,
                    at=milliseconds(midnight + timedelta(minutes=minute)),
                    mono=0,
                    device=f"pir-{room}",
                    kind="motion",
                    value=1.0,
                )
            )
    row = village.connection.execute("select id from streams where home_id = 'chen'").fetchone()
    assert row is not None
    write_events(village.connection, [row_of("chen", row["id"], one, one.at, NIGHT) for one in events])
    village.connection.commit()
    return village


def learnt_rows(connection: Connection) -> dict[str, dict[str, Any]]:
    rows = connection.execute("select * from learnt").fetchall()
    connection.commit()
    return {row["home_id"]: row for row in rows}


def test_a_long_past_is_learnt_in_bounded_runs_and_nothing_twice(lived_in: Village) -> None:
    first = learn(lived_in.connection, NIGHT)
    assert learnt_rows(lived_in.connection)["chen"]["days"] <= MOST_DAYS
    assert first.failed == 0
    second = learn(lived_in.connection, NIGHT + timedelta(hours=1))
    third = learn(lived_in.connection, NIGHT + timedelta(hours=2))
    assert second.days > 0
    assert (third.homes, third.days) == (0, 0), "all is learnt"
    chen = learnt_rows(lived_in.connection)["chen"]
    assert chen["days"] in (19, 20)
    known = Learnt.from_bytes(chen["quiet"], chen["others"])
    assert 7 * 60 <= known.mornings.latest_usual() <= 7 * 60 + 30
    assert len(chen["quiet"]) + len(chen["others"]) < 32_000


def test_learning_in_two_runs_or_after_a_kill_gives_what_one_gives(lived_in: Village) -> None:
    learn(lived_in.connection, NIGHT - 8 * DAY)
    learn(lived_in.connection, NIGHT - 7 * DAY)
    for hours in range(4):
        learn(lived_in.connection, NIGHT + timedelta(hours=hours))
    piecemeal = learnt_rows(lived_in.connection)["chen"]
    lived_in.connection.execute("delete from learnt")
    for hours in range(4):
        learn(lived_in.connection, NIGHT + timedelta(hours=hours))
    at_once = learnt_rows(lived_in.connection)["chen"]
    one, other = (Learnt.from_bytes(row["quiet"], row["others"]) for row in (piecemeal, at_once))
    assert one.quiet.days == other.quiet.days
    assert abs(one.quiet.weights.mean - other.quiet.weights.mean).max() < 1e-4
    assert [len(day) for day in one.quiet.tail.days] == [len(day) for day in other.quiet.tail.days]
    assert one.mornings.known == other.mornings.known


def test_days_of_trouble_are_not_learnt_and_the_row_says_why(lived_in: Village) -> None:
    for home_id, risk, severity, back in (
        ("chen", "fall", "emergency", 2),
        ("chen", "home_silent", "warning", 4),
    ):
        at = NIGHT - back * DAY - timedelta(hours=10)
        lived_in.connection.execute(
            "insert into alerts (id, home_id, risk, severity, status, dedup_key, reason, occurred_at,"
            " triggered_at, resolved_at, cleared_at, policy) values (%s, %s, %s, %s, 'resolved', %s, '{}',"
            " %s, %s, %s, %s, '{}')",
            (risk, home_id, risk, severity, risk, at, at, at + timedelta(hours=3), at + timedelta(hours=3)),
        )
    lived_in.connection.execute(
        "insert into deaf_times values (%s, %s)",
        (NIGHT - 6 * DAY - timedelta(hours=4), NIGHT - 6 * DAY - timedelta(hours=2)),
    )
    for hours in range(3):
        learn(lived_in.connection, NIGHT + timedelta(hours=hours))
    chen = learnt_rows(lived_in.connection)["chen"]
    assert sorted(one["why"] for one in chen["left_out"]) == ["emergency", "sensors", "sensors"]


def test_the_watch_takes_over_what_was_learnt_without_reading_the_home_anew(lived_in: Village) -> None:
    watch = Watch.learning()
    watch.load(lived_in.connection, None, NIGHT)
    for hours in range(3):
        learn(lived_in.connection, NIGHT + timedelta(hours=hours))
    watch.learnt(lived_in.connection, ["chen"])
    assert watch._profiles["chen"].usual.days >= 19
    assert watch._profiles["li"].usual.days == 0


def test_what_was_tampered_with_is_not_used_and_is_learnt_anew(lived_in: Village) -> None:
    for hours in range(3):
        learn(lived_in.connection, NIGHT + timedelta(hours=hours))
    lived_in.connection.execute(
        "update learnt set quiet = 'broken', learnt_to = learnt_to - interval '1 day'"
    )
    counts = learn(lived_in.connection, NIGHT + timedelta(hours=4))
    assert counts.failed == 0
    assert learnt_rows(lived_in.connection)["chen"]["days"] <= 1
    watch = Watch.learning()
    watch.load(lived_in.connection, None, NIGHT)
    lived_in.connection.execute("update learnt set quiet = 'broken'")
    assert watch._shelf.of("chen") is None


def test_a_nights_learning_writes_down_the_risk_with_its_three_largest_parts(lived_in: Village) -> None:
    lived_in.connection.execute(
        "insert into residents (id, home_id, name, born_on, capability, circumstances)"
        " values ('wang', 'chen', '王秀英', '1936-01-01', 2, '{lives_alone}')"
    )
    learn(lived_in.connection, NIGHT)
    row = lived_in.connection.execute("select * from risk_scores where home_id = 'chen'").fetchone()
    assert row is not None
    assert row["points"] > 0
    assert len(row["contributions"]) == 3
    assert {"ability", "age"} & {one["what"] for one in row["contributions"]}
    assert "walking_aid" in row["unknown"]
    shown = HomeWatch.model_validate(standing.of_home(lived_in.connection, "chen", NIGHT))
    assert (shown.band, shown.days) == (row["band"], MOST_DAYS)
    assert shown.questions_left == shown.questions_held / 2


def test_a_false_call_makes_the_limit_stricter_and_is_counted_once(lived_in: Village) -> None:
    def count() -> dict[str, float]:
        settle(lived_in.connection, NIGHT)
        return allowed(lived_in.connection, ["chen"], NIGHT)["chen"]

    lived_in.connection.execute(
        "insert into alerts (id, home_id, risk, severity, dedup_key, reason, occurred_at, triggered_at,"
        " policy)"
        " values ('a', 'chen', 'inactivity', 'warning', 'inactivity', '{}', %(at)s, %(at)s, '{}')",
        {"at": NIGHT - timedelta(hours=2)},
    )
    asked = count()
    left = remaining(lived_in.connection, "chen", NIGHT)["questions_left"]
    assert left < remaining(lived_in.connection, "li", NIGHT)["questions_left"]
    assert count() == asked, "counted once"
    lived_in.connection.execute(
        "update alerts set status = 'resolved', outcome = 'false', cause = 'slept_late', resolved_at = %s",
        (NIGHT,),
    )
    stricter = count()
    assert stricter["question:inactivity"] < asked["question:inactivity"]
    assert stricter["station:inactivity"] == asked["station:inactivity"]
    assert count() == stricter
    for hours in range(3):
        learn(lived_in.connection, NIGHT + timedelta(hours=hours))
    watch = Watch.learning()
    watch.load(lived_in.connection, None, NIGHT + timedelta(hours=3))
    usual = watch._profiles["chen"].usual
    assert 0 < usual.ask_a_day <= stricter["question:inactivity"] * 1.2


def test_days_of_which_somebody_told_that_nobody_is_there_are_not_learnt_nor_asked_about(
    lived_in: Village,
) -> None:
    lived_in.connection.execute(
        "insert into stays (home_id, kind, since, until, by, told_at)"
        " values ('chen', 'away', %(since)s, %(until)s, 'her son', %(since)s)",
        {"since": NIGHT - 3 * DAY, "until": NIGHT + DAY},
    )
    for hours in range(3):
        learn(lived_in.connection, NIGHT + timedelta(hours=hours))
    assert [one["why"] for one in learnt_rows(lived_in.connection)["chen"]["left_out"]].count("away") == 3
    watch = Watch.learning()
    watch.load(lived_in.connection, None, NIGHT)
    since, until = watch._profiles["chen"].away
    assert since < milliseconds(NIGHT) < until


def declining(village: Village) -> None:
    """`chen` is being commissioned and has a past of 60 days; for a month of it less is done every day."""
    plan = scripts.load("decline").plan_of()
    devices = history.catalogue(plan).devices
    for one in devices:
        village.connection.execute(
            "insert into devices (home_id, edge_id, id, room, kinds, outer_door)"
            " values ('chen', 'pi', %s, %s, %s, %s)",
            (one.id, one.room, one.kinds, one.outer_door),
        )
    first = (NIGHT - 59 * DAY).date()
    until = milliseconds(NIGHT + 5 * DAY)
    row = village.connection.execute("select id from streams where home_id = 'chen'").fetchone()
    assert row is not None
    events = [row_of("chen", row["id"], one, one.at, NIGHT) for one in history.events(plan, 1, first, until)]
    write_events(village.connection, events)
    village.connection.execute("update homes set status = 'commissioning' where id = 'chen'")
    village.connection.commit()


def test_a_decline_is_told_in_the_first_night_of_a_live_home_and_an_answer_makes_it_the_usual(
    village: Village,
) -> None:
    connection = village.connection

    def night(later: int) -> list[dict[str, Any]]:
        for hour in range(6):
            learn(connection, NIGHT + later * DAY + timedelta(hours=hour))
        rows = connection.execute("select id, status, severity from alerts where risk = 'decline'").fetchall()
        connection.commit()
        return rows

    declining(village)
    assert night(0) == [], "nobody is told of a home that is being commissioned"
    connection.execute("update homes set status = 'live' where id = 'chen'")
    (told,) = night(1)
    assert (told["status"], told["severity"]) == ("triggered", "advice")
    assert len(night(2)) == 1
    past = Learnt.from_bytes(*_rows_of_chen(connection)).decline.past
    assert past.raised > 0
    assert len(past.ordinals) > NEEDED
    connection.execute(
        "update alerts set status = 'resolved', outcome = 'real', resolved_at = %s where id = %s",
        (NIGHT + 2 * DAY + timedelta(hours=12), told["id"]),
    )
    assert [one["status"] for one in night(3)] == ["resolved"]
    past = Learnt.from_bytes(*_rows_of_chen(connection)).decline.past
    assert past.raised == 0
    assert len(past.ordinals) == NEEDED + 1, "the last four weeks, and the day that was learnt since"


def _rows_of_chen(connection: Connection) -> tuple[bytes, bytes]:
    row = learnt_rows(connection)["chen"]
    return row["quiet"], row["others"]
