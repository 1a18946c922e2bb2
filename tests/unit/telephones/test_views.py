"""What the street shows, and the log that tells of changes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from simulators.telephones.call import Call, CallStatus
from simulators.telephones.faults import Faults
from simulators.telephones.log import Log
from simulators.telephones.message import Message, MessageStatus
from simulators.telephones.orders import CallOrder, MessageOrder
from simulators.telephones.person import Person
from simulators.telephones.views import street

NIGHT = datetime(2026, 3, 1, 3, 12, tzinfo=UTC)
STATION, DAUGHTER, STRANGER = "+8657185550000", "+8613800000001", "+447700900123"


def a_call(sid: str, to: str, status: CallStatus) -> Call:
    order = CallOrder(to=to, from_=STATION, twiml="<Response/>")
    return Call(sid=sid, order=order, created_at=NIGHT, updated_at=NIGHT, status=status)


def a_message(sid: str, to: str, from_: str, direction: str) -> Message:
    return Message(
        sid=sid,
        order=MessageOrder(to=to, from_=from_, body=sid),
        direction=direction,
        status=MessageStatus.DELIVERED,
        created_at=NIGHT,
        updated_at=NIGHT,
    )


def test_people_stand_first_and_strangers_appear_when_they_are_reached() -> None:
    calls = {"1": a_call("1", STRANGER, CallStatus.RINGING)}
    shown = street({DAUGHTER: Person(number=DAUGHTER, name="王芳")}, calls, {}, 7, account_number=STATION)
    assert [(each.number, each.name) for each in shown.telephones] == [(DAUGHTER, "王芳"), (STRANGER, "")]
    assert shown.last == 7
    assert shown.telephones[0].writes_to == STATION


def test_a_call_that_goes_on_is_shown_before_one_that_came_later_and_has_ended() -> None:
    calls = {
        "old": a_call("old", DAUGHTER, CallStatus.COMPLETED),
        "talking": a_call("talking", DAUGHTER, CallStatus.IN_PROGRESS),
        "busy": a_call("busy", DAUGHTER, CallStatus.BUSY),
    }
    (telephone,) = street({}, calls, {}, 0).telephones
    assert telephone.call is not None
    assert (telephone.call.sid, telephone.calls) == ("talking", 3)


def test_a_thread_holds_both_directions_and_only_the_last_messages() -> None:
    messages = {
        f"{n}": a_message(f"{n}", DAUGHTER, STATION, "outbound-api")
        if n % 2
        else a_message(f"{n}", STATION, DAUGHTER, "inbound")
        for n in range(20)
    }
    (telephone,) = street({}, {}, messages, 0, thread=3).telephones
    assert [each.body for each in telephone.messages] == ["17", "18", "19"]
    assert (telephone.number, telephone.writes_to) == (DAUGHTER, STATION)


def test_only_what_is_set_to_go_wrong_is_named() -> None:
    assert street({}, {}, {}, 0, faults=Faults()).faults == []
    assert street({}, {}, {}, 0, faults=Faults(callbacks="twice", calls_per_minute=1)).faults == [
        "callbacks",
        "calls_per_minute",
    ]


def test_a_street_has_an_end() -> None:
    calls = {f"{n}": a_call(f"{n}", f"+86138{n:08}", CallStatus.RINGING) for n in range(500)}
    assert len(street({}, calls, {}, 0, most=200).telephones) == 200


def test_the_logs_numbers_go_on_when_it_is_cleared_and_readers_miss_nothing() -> None:
    log = Log()
    for what in ("queued", "ringing", "in-progress"):
        log.add(NIGHT, "call", what)
    assert [entry.what for entry in log.after(1)] == ["ringing", "in-progress"]
    assert [entry.what for entry in log.after(0, limit=1)] == ["queued"]
    log.clear()
    assert log.after(0) == []
    assert log.add(NIGHT, "reset", "reset").n == 4
    assert [entry.n for entry in log.after(2)] == [4]


def test_who_waits_is_woken_by_the_next_entry_or_by_the_end() -> None:
    async def tale() -> None:
        log = Log()
        waiting = asyncio.create_task(log.wait(0, 60))
        await asyncio.sleep(0)
        log.add(NIGHT, "call", "queued")
        await asyncio.wait_for(waiting, 1)
        waiting = asyncio.create_task(log.wait(1, 60))
        await asyncio.sleep(0)
        log.close()
        await asyncio.wait_for(waiting, 1)

    asyncio.run(tale())
