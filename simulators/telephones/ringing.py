"""The first half of a call: queued, dialled, ringing, until somebody answers or nobody does.

Says what happened by moving the call; what is said after the answer is elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

from simulators.telephones.call import Call, CallMove
from simulators.telephones.errors import TelephonesError
from simulators.telephones.habits import Habits
from simulators.telephones.line import Line
from simulators.telephones.person import OnCall
from simulators.telephones.settings import Pace
from simulators.telephones.signals import Cancel, Complete, HangUp, PickUp, Signal
from simulators.telephones.surroundings import Surroundings

#: How the carrier words it.
SIP_BUSY, SIP_DECLINED, SIP_UNREACHABLE, SIP_TOO_MANY = 486, 603, 480, 503


class _NotAnsweredError(TelephonesError):
    """The call ended before an answer, by this move."""

    def __init__(self, move: CallMove) -> None:
        super().__init__(move.value)
        self.move = move


async def ring(
    around: Surroundings,
    call: Call,
    line: Line,
    habits: Habits,
    on_call: OnCall,
    *,
    wait: float,
    carrier_takes: Callable[[], bool],
    moved: Callable[[CallMove], None],
) -> PickUp | None:
    """Take a queued call to its answer and return who picked up, or to its end and return None.

    `wait` seconds are spent in the account's queue; `moved` is called with every move and carries it out.
    """
    pace: Pace = around.settings.pace
    sleep = around.clock.sleep
    try:
        await line.during(sleep(wait + pace.dialling), _before_the_ring)
        moved(CallMove.DIALLED)
        if not carrier_takes():
            await line.during(sleep(pace.connecting), _before_the_ring)
            call.sip_code = SIP_TOO_MANY
            around.note_call(call, "the carrier takes no more calls to this number")
            raise _NotAnsweredError(CallMove.FAILED)
        await line.during(sleep(pace.connecting), _before_the_ring)
        if on_call.does == "busy":
            call.sip_code = SIP_BUSY
            raise _NotAnsweredError(CallMove.FOUND_BUSY)
        if on_call.does == "unreachable":
            call.sip_code = SIP_UNREACHABLE
            raise _NotAnsweredError(CallMove.FAILED)
        moved(CallMove.RANG)
        habits.rings()
        answer = await _answer(around, call, line)
    except _NotAnsweredError as end:
        moved(end.move)
        return None
    moved(CallMove.ANSWERED)
    return answer


async def _answer(around: Surroundings, call: Call, line: Line) -> PickUp:
    """Return who picks up; raises when it rings out or is declined."""
    answers: list[PickUp] = []

    def while_it_rings(signal: Signal) -> bool:
        match signal:
            case PickUp():
                answers.append(signal)
                return True
            case HangUp():
                call.sip_code = SIP_DECLINED
                around.note_call(call, "declined")
                raise _NotAnsweredError(CallMove.FOUND_BUSY)
            case _:
                return _before_the_ring(signal)

    await line.during(around.clock.sleep(call.order.timeout), while_it_rings)
    if not answers:
        raise _NotAnsweredError(CallMove.RANG_OUT)
    return answers[0]


def _before_the_ring(signal: Signal) -> bool:
    if isinstance(signal, Cancel | Complete):
        raise _NotAnsweredError(CallMove.CANCELED)
    return False  # there is nothing to pick up or to press yet
