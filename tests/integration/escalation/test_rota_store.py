"""A rota in the database: what it refuses, what it answers, and that what it once said stays known."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from hub.errors import ConflictError, NotFoundError
from hub.escalation import rota_store
from hub.escalation.policy import Shift
from hub.escalation.rota import Duty
from hub.escalation.rota_document import Rota, Rotation, WeeklyShift
from hub.escalation.rota_store import RotaChangeError, RotaError
from hub.places import contacts
from hub.storage.database import Connection, connect
from tests.village import add_contact, village

LI, ZHOU, CHEN = "li-min", "zhou-jianguo", "chen-jie"
CHINA = ZoneInfo("Asia/Shanghai")
WEEK = Rota(
    shifts=(
        WeeklyShift(name="白班", since="08:00", until="20:00", contacts=(LI,)),
        WeeklyShift(name="夜班", since="20:00", until="08:00", rotation="夜班轮值"),
    ),
    rotations=(
        Rotation(name="夜班轮值", participants=(ZHOU, CHEN), length=1, unit="day", anchor=date(2026, 11, 2)),
    ),
)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant by the clocks of the village, in November 2026; the 2nd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CHINA).astimezone(UTC)


NOW = at(2, 9)


@pytest.fixture
def station(database: str) -> Iterator[Connection]:
    """A village whose station has three people besides the duty telephone."""
    with connect(database) as connection:
        village(connection)
        for contact, name in ((LI, "李敏"), (ZHOU, "周建国"), (CHEN, "陈洁")):
            add_contact(connection, contact, name, "duty", "+447700900011", organisation="dongjie")
        connection.commit()
        yield connection


def save(connection: Connection, rota: Rota = WEEK, now: datetime = NOW) -> int:
    return rota_store.save_week(connection, "dongjie", rota, by="zhou", now=now)


def test_without_a_rota_nobody_has_shifts_and_there_is_no_gap(station: Connection) -> None:
    assert rota_store.shifts_of(station, "dongjie", NOW, at(3, 9)) is None
    assert rota_store.on_duty(station, "dongjie", NOW, at(3, 9)) is None
    assert rota_store.gaps_of(station, "dongjie", NOW, at(3, 9)) == ()


def test_every_contact_of_the_station_is_told_with_shifts_or_without(station: Connection) -> None:
    save(station)
    assert rota_store.shifts_of(station, "dongjie", at(2, 8), at(3, 8)) == {
        LI: (Shift(at(2, 8), at(2, 20)),),
        ZHOU: (Shift(at(2, 20), at(3, 8)),),
        CHEN: (),
        "duty": (),
    }


def test_who_is_no_longer_called_leaves_a_gap(station: Connection) -> None:
    save(station)
    contacts.set_active(station, CHEN, False)
    assert rota_store.gaps_of(station, "dongjie", at(2, 8), at(4, 8)) == (Shift(at(3, 20), at(4, 8)),)


def test_unknown_people_and_those_of_other_organisations_are_refused_with_a_sentence(
    station: Connection,
) -> None:
    strangers = Rota(shifts=(WeeklyShift(since="08:00", until="20:00", contacts=("nobody", "centre-duty")),))
    with pytest.raises(RotaError) as refused:
        save(station, strangers)
    assert 'This organisation has no contact "centre-duty".' in str(refused.value)
    assert 'This organisation has no contact "nobody".' in str(refused.value)
    assert rota_store.get(station, "dongjie") is None
    with pytest.raises(NotFoundError):
        rota_store.save_week(station, "nowhere", WEEK, by="zhou", now=NOW)


@pytest.mark.parametrize(
    ("rota", "sentence"),
    [
        (Rota(zone="China/Dongjie"), '"China/Dongjie" is no time zone. Write it as Asia/Shanghai.'),
        (Rota(shifts=(WeeklyShift(name="夜", since="20:00", until="08:00"),)), 'The shift "夜" has nobody.'),
        (
            Rota(shifts=(WeeklyShift(since="20:00", until="08:00", rotation="轮"),)),
            'The shift "1. 20:00–08:00" names a rotation that does not exist: "轮".',
        ),
        (
            Rota(rotations=(Rotation(name="轮", participants=(LI,), anchor=date(1026, 1, 1)),)),
            'The rotation "轮" begins on a day that cannot be right.',
        ),
    ],
)
def test_a_document_that_cannot_be_right_is_refused(station: Connection, rota: Rota, sentence: str) -> None:
    with pytest.raises(RotaError) as refused:
        save(station, rota)
    assert sentence in str(refused.value)


def test_who_was_on_duty_is_answered_by_the_rota_of_that_time(station: Connection) -> None:
    save(station)
    others = Rota(shifts=(WeeklyShift(since="00:00", until="24:00", contacts=("duty",)),))
    assert save(station, others, at(4, 10)) == 2
    assert rota_store.was_on_duty(station, "dongjie", at(3, 3, 12)) == (ZHOU,)
    assert rota_store.was_on_duty(station, "dongjie", at(5, 3, 12)) == ("duty",)
    assert rota_store.was_on_duty(station, "dongjie", at(1, 3, 12)) is None


@pytest.mark.parametrize(
    "statement", ["delete from rota_versions", "update rota_versions set saved_by = 'x'"]
)
def test_what_a_rota_once_said_cannot_be_changed(station: Connection, statement: str) -> None:
    save(station)
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        station.execute(statement)


def test_the_same_week_again_is_no_new_version_and_a_new_week_keeps_what_was_changed(
    station: Connection,
) -> None:
    assert save(station) == 1
    assert save(station) == 1
    change = rota_store.override(
        station, "dongjie", on=LI, off=ZHOU, since=at(2, 20), until=at(3, 8), by="zhou", now=NOW
    )
    longer = Rota(shifts=(*WEEK.shifts, WeeklyShift(since="10:00", until="12:00", contacts=(CHEN,))),
                  rotations=WEEK.rotations)  # fmt: skip
    assert save(station, longer) == 3
    kept = rota_store.get(station, "dongjie")
    assert kept is not None
    assert [one.id for one in kept.rota.changes] == [change]


def test_somebody_stands_in_until_it_is_taken_back(station: Connection) -> None:
    save(station)
    change = rota_store.override(
        station, "dongjie", on=LI, off=ZHOU, since=at(2, 20), until=at(3, 8), note="感冒", by="zhou", now=NOW
    )
    assert rota_store.on_duty(station, "dongjie", at(2, 20), at(3, 8)) == (Duty(at(2, 20), at(3, 8), (LI,)),)
    rota_store.cancel(station, "dongjie", change, by="zhou", now=NOW)
    assert rota_store.on_duty(station, "dongjie", at(2, 20), at(3, 8)) == (
        Duty(at(2, 20), at(3, 8), (ZHOU,)),
    )
    with pytest.raises(RotaChangeError, match="taken back already"):
        rota_store.cancel(station, "dongjie", change, by="zhou", now=NOW)


def test_two_nights_are_swapped_by_naming_a_moment_in_each(station: Connection) -> None:
    save(station)
    swap(station, ZHOU, at(2, 23), CHEN, at(3, 23))
    nights = [rota_store.on_duty(station, "dongjie", at(n, 22), at(n, 23)) for n in (2, 3, 4)]
    assert [night[0].contacts for night in nights if night] == [(CHEN,), (ZHOU,), (ZHOU,)]


def swap(connection: Connection, first: str, first_at: datetime, second: str, second_at: datetime) -> str:
    return rota_store.swap(
        connection, "dongjie", first=first, first_at=first_at, second=second, second_at=second_at,
        by="zhou", now=NOW,
    )  # fmt: skip


def test_of_a_duty_that_has_begun_only_the_rest_is_swapped(station: Connection) -> None:
    save(station)
    swap(station, LI, NOW, ZHOU, at(2, 23))
    day = rota_store.on_duty(station, "dongjie", at(2, 8), at(2, 20))
    assert day == (Duty(at(2, 8), at(2, 9), (LI,)), Duty(at(2, 9), at(2, 20), (ZHOU,)))


@pytest.mark.parametrize(
    ("first", "first_at", "second", "second_at", "sentence"),
    [
        (ZHOU, at(3, 23), CHEN, at(3, 23), "周建国 has no duty then."),
        (ZHOU, at(2, 23), ZHOU, at(4, 23), "Nobody can swap with themselves."),
        (LI, at(1, 9), ZHOU, at(2, 23), "李敏 has no duty then."),
    ],
)
def test_a_swap_that_cannot_be_is_refused(
    station: Connection, first: str, first_at: datetime, second: str, second_at: datetime, sentence: str
) -> None:
    save(station)
    with pytest.raises(RotaChangeError) as refused:
        swap(station, first, first_at, second, second_at)
    assert sentence in str(refused.value)


def test_nobody_has_two_duties_at_once_by_a_swap(station: Connection) -> None:
    both = WeeklyShift(since="20:00", until="24:00", days=("mon",), contacts=(LI,))
    save(station, Rota(shifts=(*WEEK.shifts, both), rotations=WEEK.rotations))
    with pytest.raises(RotaChangeError, match="李敏 has duty then as well"):
        swap(station, ZHOU, at(2, 23), LI, at(3, 9))


@pytest.mark.parametrize(
    ("on", "off", "since", "until", "sentence"),
    [
        (LI, CHEN, at(2, 20), at(3, 8), "陈洁 has no duty then."),
        (LI, LI, at(2, 20), at(3, 8), "Nobody can stand in for themselves."),
        ("", "", at(2, 20), at(3, 8), "Say who is put on duty, who is taken off it, or both."),
        (LI, ZHOU, at(3, 8), at(2, 20), "It ends before it begins."),
        (LI, "", at(1, 8), at(2, 8), "This is over: what was cannot be changed."),
        (LI, "", at(2, 8), at(2, 8) + timedelta(days=400), "This is longer than a year."),
        ("centre-duty", "", at(2, 20), at(3, 8), 'This organisation has no contact "centre-duty".'),
    ],
)
def test_an_override_that_cannot_be_is_refused(
    station: Connection, on: str, off: str, since: datetime, until: datetime, sentence: str
) -> None:
    save(station)
    with pytest.raises(RotaChangeError) as refused:
        rota_store.override(station, "dongjie", on=on, off=off, since=since, until=until, by="zhou", now=NOW)
    assert sentence in str(refused.value)
    kept = rota_store.get(station, "dongjie")
    assert kept is not None
    assert kept.version == 1


def test_a_change_of_what_is_not_written_down_is_refused(station: Connection) -> None:
    with pytest.raises(RotaChangeError, match="There is no rota yet"):
        rota_store.override(station, "dongjie", on=LI, since=at(2, 20), until=at(3, 8), by="zhou", now=NOW)


def test_who_looked_at_an_older_version_does_not_overwrite_a_newer_one(station: Connection) -> None:
    save(station)
    with pytest.raises(ConflictError):
        rota_store.save(station, "dongjie", WEEK, by="zhou", now=NOW, version=0)
    assert rota_store.save(station, "dongjie", WEEK, by="zhou", now=NOW, version=1) == 2


def test_two_who_change_it_at_once_both_have_their_change(station: Connection, database: str) -> None:
    save(station)
    station.commit()
    begun = threading.Barrier(2)

    def stand_in(day: int) -> None:
        with connect(database) as connection:
            begun.wait(10)
            rota_store.override(
                connection, "dongjie", on=CHEN, off=LI, since=at(day, 8), until=at(day, 20), by="x", now=NOW
            )

    threads = [threading.Thread(target=stand_in, args=(day,)) for day in (5, 6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    kept = rota_store.get(station, "dongjie")
    assert kept is not None
    assert (len(kept.rota.changes), kept.version) == (2, 3)


def test_changes_that_are_long_over_leave_the_document_and_stay_in_its_versions(station: Connection) -> None:
    save(station)
    rota_store.override(station, "dongjie", on=LI, off=ZHOU, since=at(2, 20), until=at(3, 8), by="x", now=NOW)
    rota_store.save(station, "dongjie", rota_store.get(station, "dongjie").rota, by="x",  # type: ignore[union-attr]
                    now=NOW + timedelta(days=60))  # fmt: skip
    kept = rota_store.get(station, "dongjie")
    assert kept is not None
    assert kept.rota.changes == ()
    assert rota_store.was_on_duty(station, "dongjie", at(3, 3, 12)) == (LI,)
