"""What is recorded of a home says what happened and not whose it was, and can be replayed."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from models.contract.messages import Device, Event
from simulators.record.anonymous import Mask, Row
from simulators.replay import placement, recording

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = round(datetime(2026, 3, 10, 7, 15, 30, tzinfo=SHANGHAI).timestamp() * 1000)
DEVICES = [
    Device(id="0x01", name="奶奶床边", room="卧室", kinds=["motion"]),
    Device(id="0x02", name="大门", room="门厅", kinds=["contact"], outer_door=True),
    Device(id="0x03", room="祠堂旁", kinds=["motion"]),
]


def event(device: str, kind: str, value: float | None = 1.0, at: int = AT, **more: object) -> Event:
    return Event(seq=1, at=at, mono=1, device=device, kind=kind, value=value, **more)  # type: ignore[arg-type]


@pytest.fixture
def mask() -> Mask:
    made = Mask(SHANGHAI, weeks=100)
    made.learn(DEVICES)
    return made


def test_names_are_numbers_and_rooms_are_kinds_of_rooms(mask: Mask) -> None:
    rows = [
        mask.row(event(*one)) for one in (("0x01", "motion"), ("0x02", "contact"), ("0x01", "motion", 0.0))
    ]
    assert [(row.sensor, row.value) for row in rows if row] == [
        ("motion-1", "ON"), ("contact-1", "OPEN"), ("motion-1", "OFF"),
    ]  # fmt: skip
    assert [tuple(one) for one in mask.sensors()] == [
        ("motion-1", "motion", "bedroom", 0), ("contact-1", "contact", "entrance", 1),
    ]  # fmt: skip


def test_a_room_of_an_own_name_is_only_numbered() -> None:
    mask = Mask(SHANGHAI, weeks=100)
    mask.learn([Device(id="0x03", room="秘密", kinds=["motion"])])
    mask.row(event("0x03", "motion"))
    assert mask.sensors()[0].room == "room-1"


def test_the_date_is_moved_by_whole_weeks_and_the_hour_stays(mask: Mask) -> None:
    row = mask.row(event("0x01", "motion"))
    assert row is not None
    told = datetime.fromisoformat(row.time)
    assert (told.hour, told.minute, told.weekday()) == (7, 15, 1)
    assert told.date() != datetime.fromtimestamp(AT / 1000, SHANGHAI).date()
    drawn = {Mask(SHANGHAI)._back for _ in range(20)}
    assert len(drawn) > 1
    assert all(back.days % 7 == 0 and back.days >= 364 for back in drawn)


@pytest.mark.parametrize(
    "told", [event("0x01", "sos"), event("0x01", "fall"), event("0x01", "motion", None),
             event("0x01", "motion", clock="unsynced")]
)  # fmt: skip
def test_calls_for_help_and_guesses_are_left_out(mask: Mask, told: Event) -> None:
    assert mask.row(told) is None


def test_it_comes_back_through_replay_as_it_was(mask: Mask) -> None:
    rows = [
        mask.row(event("0x01", "motion")),
        mask.row(event("0x02", "contact", at=AT + 4_000)),
        mask.row(event("0x02", "contact", 0.0, at=AT + 9_000)),
        mask.row(event("0x01", "temperature", 21.5, at=AT + 12_000)),
    ]
    lines = ["time,sensor,value", *(",".join(row) for row in rows if row)]
    places = placement.read(
        ["sensor,kind,room,outer_door", *(",".join(map(str, one)) for one in mask.sensors())]
    )
    read = list(recording.read(lines, SHANGHAI))
    said = []
    for row in read:
        assert isinstance(row, recording.Row)
        place = places.place_of(row)
        assert place is not None
        said.append((place.kind, place.outer_door, place.fields(row.value)))
    assert said == [
        ("motion", False, {"occupancy": True}),
        ("contact", True, {"contact": False}),
        ("contact", True, {"contact": True}),
        ("temperature", False, {"temperature": 21.5}),
    ]
    assert [two.at - one.at for one, two in pairwise(read)] == [4_000, 5_000, 3_000]  # type: ignore[union-attr]


def test_a_row_names_its_columns() -> None:
    assert Row._fields == ("time", "sensor", "value")
