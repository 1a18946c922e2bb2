"""The lives of calls and messages are tables: what they do not have is illegal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.telephones.call import CALL_ENDS, CALL_EVENTS, CALL_TABLE, Call, CallMove, CallStatus
from simulators.telephones.errors import IllegalMoveError
from simulators.telephones.message import MESSAGE_TABLE, Message, MessageStatus
from simulators.telephones.orders import CALLBACK_EVENTS, CallOrder, MessageOrder

NIGHT = datetime(2026, 3, 1, 3, 12, tzinfo=UTC)


def a_call(status: CallStatus = CallStatus.QUEUED) -> Call:
    order = CallOrder(to="+8613800000001", from_="+8657185550000", twiml="<Response/>")
    return Call(sid="CA1", order=order, created_at=NIGHT, updated_at=NIGHT, status=status)


def a_message(status: MessageStatus) -> Message:
    order = MessageOrder(to="+8613800000001", from_="+8657185550000", body="Fall")
    return Message(
        sid="SM1", order=order, direction="outbound-api", status=status, created_at=NIGHT, updated_at=NIGHT
    )


@pytest.mark.parametrize(("status", "move"), sorted(set(product(CallStatus, CallMove)) - set(CALL_TABLE)))
def test_a_move_that_the_table_does_not_have_is_illegal_and_changes_nothing(
    status: CallStatus, move: CallMove
) -> None:
    call = a_call(status)
    with pytest.raises(IllegalMoveError):
        call.move(move, NIGHT)
    assert call.status is status


def test_nothing_leads_out_of_an_end_and_everything_else_can_still_end() -> None:
    leaves = {status for status, _ in CALL_TABLE}
    assert leaves == set(CallStatus) - CALL_ENDS
    for start in leaves:
        reached, new = {start}, {start}
        while new:
            new = {after for (status, _), after in CALL_TABLE.items() if status in new} - reached
            reached |= new
        assert reached & CALL_ENDS


def test_every_status_but_the_first_can_be_told_of_and_by_one_event_only() -> None:
    told = [status for statuses in CALL_EVENTS.values() for status in statuses]
    assert sorted(told) == sorted(set(CallStatus) - {CallStatus.QUEUED})
    assert tuple(CALL_EVENTS) == CALLBACK_EVENTS


@given(st.lists(st.sampled_from(CallMove), max_size=30))
def test_whatever_is_tried_a_call_keeps_its_times_in_order(moves: list[CallMove]) -> None:
    call = a_call()
    for minute, move in enumerate(moves):
        if (call.status, move) in CALL_TABLE:
            call.move(move, NIGHT + timedelta(minutes=minute))
    times = [call.created_at, call.dialled_at, call.answered_at, call.ended_at]
    known = [moment for moment in times if moment is not None]
    assert known == sorted(known)
    assert call.ended == (call.ended_at is not None)
    assert (call.answered_at is not None) == (call.status in ("in-progress", "completed"))


@pytest.mark.parametrize(("status", "after"), sorted(product(MessageStatus, MessageStatus)))
def test_a_message_goes_only_where_its_table_leads(status: MessageStatus, after: MessageStatus) -> None:
    message = a_message(status)
    if after in MESSAGE_TABLE.get(status, frozenset()):
        message.move(after, NIGHT)
        assert message.status is after
    else:
        with pytest.raises(IllegalMoveError):
            message.move(after, NIGHT)
        assert message.status is status
