"""Reading a recording: local times, maps, and rows that cannot be used."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.errors import RecordingError
from simulators.replay import placement, play, recording
from simulators.replay.local_time import LocalTimes
from simulators.replay.recording import Row, Unusable

PACIFIC = ZoneInfo("America/Los_Angeles")
SHANGHAI = ZoneInfo("Asia/Shanghai")
HEADER = "time,sensor,value"
MAP = """sensor,kind,room,outer_door
Kitchen,motion,kitchen,0
Door,motion,hall,0
Door,contact,hall,1
Bed,bed,bedroom,
Chair,chair,living room,
Kettle,power,kitchen,
Flush,flush,bathroom,
Air,temperature,bedroom,
"""


def instants(zone: ZoneInfo, *written: str) -> list[str]:
    times = LocalTimes(zone)
    return [datetime.fromtimestamp(times.read(text) / 1000, UTC).strftime("%d %H:%M") for text in written]


def rows(*lines: str, header: str = HEADER) -> list[Row | Unusable]:
    return list(recording.read([header, *lines], SHANGHAI))


def played(*lines: str) -> tuple[list[tuple[str, dict[str, object]]], play.Played]:
    outcome = play.Played()
    sent = [
        (message.topic, msgspec.json.decode(message.payload))
        for _, message in play.messages(
            recording.read([HEADER, *lines], SHANGHAI), placement.read(MAP.splitlines()), "z", outcome
        )
    ]
    return sent, outcome


def test_a_time_without_zone_is_that_of_the_home() -> None:
    assert instants(SHANGHAI, "2026-11-21 08:00:00") == ["21 00:00"]


def test_a_time_with_an_offset_means_what_it_says() -> None:
    assert instants(SHANGHAI, "2026-11-21T08:00:00+01:00", "2026-11-21T08:00:00Z") == ["21 07:00", "21 08:00"]


def test_milliseconds_are_cut_off_not_rounded() -> None:
    assert LocalTimes(ZoneInfo("UTC")).read("2011-06-15 01:03:39.149999") % 1000 == 149


def test_the_hour_that_happens_twice_is_told_apart_by_the_order_of_the_recording() -> None:
    """Clocks went back at 02:00 on 6 November 2011 on the Pacific coast."""
    written = (
        "2011-11-06 00:50",
        "2011-11-06 01:10",
        "2011-11-06 01:50",
        "2011-11-06 01:05",
        "2011-11-06 01:55",
    )
    assert instants(PACIFIC, *written) == ["06 07:50", "06 08:10", "06 08:50", "06 09:05", "06 09:55"]


def test_two_rows_that_changed_places_in_that_hour_are_not_an_hour_apart() -> None:
    assert instants(PACIFIC, "2011-11-06 01:10:02", "2011-11-06 01:10:00") == ["06 08:10", "06 08:10"]


def test_a_time_that_never_was_is_read_as_if_the_clock_had_not_been_set() -> None:
    """Clocks went forward from 02:00 to 03:00 on 13 March 2011 on the Pacific coast."""
    assert instants(PACIFIC, "2011-03-13 01:59", "2011-03-13 02:30", "2011-03-13 03:31") == [
        "13 09:59",
        "13 10:30",
        "13 10:31",
    ]


def test_china_had_summer_time_once() -> None:
    assert instants(SHANGHAI, "1990-07-01 08:00") == ["30 23:00"]


@pytest.mark.parametrize("text", ["", "yesterday", "1969-12-31T23:59:59Z", "2026-13-01 00:00", "9999-99"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        LocalTimes(SHANGHAI).read(text)


def test_columns_may_stand_in_any_order_among_others() -> None:
    assert rows("ON,,Kitchen,2026-01-01T00:00:00Z", header="Value,activity,sensor,time") == [
        Row(2, 1_767_225_600_000, "Kitchen", 1.0, False)
    ]


@pytest.mark.parametrize("column", recording.COLUMNS)
def test_a_missing_column_is_named(column: str) -> None:
    others = ",".join(name for name in recording.COLUMNS if name != column)
    with pytest.raises(RecordingError, match=f"'{column}'"):
        rows("1,2", header=others)


def test_a_file_without_anything_lacks_its_first_column() -> None:
    with pytest.raises(RecordingError, match=r"'time'.*nothing"):
        list(recording.read([], SHANGHAI))


@pytest.mark.parametrize(
    ("said", "value", "of_a_door"),
    [
        ("ON", 1.0, False),
        ("off", 0.0, False),
        ("OPEN", 1.0, True),
        ("CLOSE", 0.0, True),
        ("1", 1.0, False),
        ("0", 0.0, False),
        ("21.5", 21.5, False),
    ],
)
def test_values_may_be_words_or_numbers(said: str, value: float, of_a_door: bool) -> None:
    (row,) = rows(f"2026-01-01T00:00:00Z,Kitchen,{said}")
    assert isinstance(row, Row)
    assert (row.value, row.of_a_door) == (value, of_a_door)


def test_rows_that_cannot_be_used_are_named_and_stop_nothing() -> None:
    read = rows(
        "2026-01-01T00:00:00Z,Kitchen,ON",
        "2026-01-01T00:00:01Z,Kitchen",
        "soon,Kitchen,ON",
        "2026-01-01T00:00:02Z,,ON",
        "2026-01-01T00:00:03Z,Kitchen,perhaps",
        "2026-01-01T00:00:03Z,Kitchen,nan",
        "",
        "2026-01-01T00:00:04Z,Kitchen,OFF",
    )
    assert [(row.line, row.reason) for row in read if isinstance(row, Unusable)] == [
        (3, "too few columns"),
        (4, "no time"),
        (5, "no sensor"),
        (6, "a value that is neither a word nor a number"),
        (7, "a value that is neither a word nor a number"),
    ]
    assert [row.line for row in read if isinstance(row, Row)] == [2, 9]


def test_a_cell_that_is_too_long_for_csv_is_one_bad_row() -> None:
    read = rows(
        "2026-01-01T00:00:00Z,Kitchen,ON", "x" * (csv.field_size_limit() + 1), "2026-01-01,Kitchen,ON"
    )
    assert [row.reason for row in read if isinstance(row, Unusable)] == ["not CSV"]
    assert sum(isinstance(row, Row) for row in read) == 2


@given(st.lists(st.text(max_size=40), max_size=20))
def test_whatever_stands_in_a_file_is_a_row_or_a_reason(lines: list[str]) -> None:
    for row in recording.read([HEADER, *lines], SHANGHAI):
        assert isinstance(row, Row | Unusable)


def test_a_door_that_is_two_sensors_says_each_thing_as_the_right_one() -> None:
    sent, _ = played(
        "2026-01-01T00:00:00Z,Door,ON",
        "2026-01-01T00:00:01Z,Door,OPEN",
        "2026-01-01T00:00:02Z,Door,CLOSE",
        "2026-01-01T00:00:03Z,Door,OFF",
    )
    said = [(topic, payload.get("occupancy", payload.get("contact"))) for topic, payload in sent]
    assert said == [
        ("z/Door_motion", True),
        ("z/Door_contact", False),
        ("z/Door_contact", True),
        ("z/Door_motion", False),
    ]


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        ("Bed,ON", {"occupancy": True}),
        ("Chair,OFF", {"presence": False}),
        ("Kettle,2000.5", {"state": "ON"}),
        ("Kettle,0.8", {"state": "OFF"}),
        ("Kettle,ON", {"state": "ON"}),
        ("Flush,1", {"state": "ON"}),
        ("Air,19.25", {"temperature": 19.25}),
    ],
)
def test_each_kind_speaks_in_its_own_words(row: str, fields: dict[str, object]) -> None:
    ((_, payload),), _ = played(f"2026-01-01T00:00:00Z,{row}")
    rest = {"last_seen": "2026-01-01T00:00:00.000Z", "linkquality": 100}
    assert payload == fields | rest


def test_repetitions_are_sent_too() -> None:
    sent, _ = played(*["2026-01-01T00:00:00Z,Kitchen,ON"] * 3)
    assert len(sent) == 3


def test_what_was_not_sent_is_counted_by_reason_and_the_first_ones_are_named() -> None:
    sent, outcome = played(
        "2026-01-01T00:00:00Z,Attic,ON", "2026-01-01T00:00:00Z,Air,400", *["soon,Kitchen,ON"] * 50
    )
    assert sent == []
    figures = outcome.figures()
    assert figures["rejected"] == 52
    assert figures["reasons"] == {
        "a sensor that is not in the map": 1,
        "a value that cannot be": 1,
        "no time": 50,
    }
    assert figures["named"][0] == "line 2: a sensor that is not in the map (Attic)"
    assert len(figures["named"]) == 20


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sensor,room\nKitchen,kitchen", "'kind'"),
        ("sensor,kind,room\n", "empty"),
        ("sensor,kind,room\n,motion,kitchen", "Line 2"),
        ("sensor,kind,room\nA,motion,x\nA,motion,y", "twice"),
        ("", "nothing"),
    ],
)
def test_a_map_that_cannot_be_used_says_why(text: str, said: str) -> None:
    with pytest.raises(RecordingError, match=said):
        placement.read(text.splitlines())


def test_names_that_mqtt_does_not_allow_are_changed_and_stay_different() -> None:
    places = placement.read(["sensor,kind,room", "a/+,motion,x", "a#+,motion,x"]).places
    assert len({place.friendly_name for place in places}) == 2
    assert not any(set("/+#") & set(place.friendly_name) for place in places)


def test_the_same_sensor_has_the_same_address_each_time() -> None:
    one, two = (placement.read(MAP.splitlines()).places for _ in range(2))
    assert [place.ieee for place in one] == [place.ieee for place in two]
    assert len({place.ieee for place in one}) == len(one)
