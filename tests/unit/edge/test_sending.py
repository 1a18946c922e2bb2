"""What goes to the hub when: live before old, urgent before all, again what was not settled."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as some

from edge_agent.core.sending import Backlog, Numbers, Order, Pace, Sending
from models.contract.messages import MAX_EVENTS
from models.contract.sequence import Settled

PACE = Pace()


def begun(last_seq: int = 0, mono: int = 0, pace: Pace = PACE) -> Sending:
    sending = Sending(pace)
    sending.begin(last_seq, mono)
    return sending


def send(sending: Sending, mono: int) -> list[int]:
    """Carry out one order as a store with every number would; return the numbers."""
    order = sending.next(mono)
    if order is None:
        return []
    if isinstance(order, Backlog):
        seqs = list(range(order.after + 1, order.upto + 1))[: order.most]
        seqs = [seq for seq in seqs if not sending.was_sent(seq)]
    else:
        seqs = order.seqs
    sending.left(seqs, order, mono)
    return seqs


def test_an_ordinary_event_waits_a_second_for_company_and_an_urgent_one_does_not() -> None:
    """The urgent one goes at once and alone."""
    sending = begun()
    sending.add([(1, False)], mono=0)
    sending.add([(2, True)], mono=100)
    sending.add([(3, False)], mono=200)
    assert sending.next(100) == Numbers([2], True)
    sending.left([2], Numbers([2], True), 100)
    assert sending.next(999) is None
    assert sending.next_due(999) == 1000
    assert send(sending, 1000) == [1, 3]


def test_five_hundred_ordinary_events_do_not_wait() -> None:
    """A full batch is company enough."""
    sending = begun()
    sending.add([(seq, False) for seq in range(1, 502)], mono=0)
    assert send(sending, 0) == list(range(1, 501))
    assert send(sending, 0) == []
    assert send(sending, 1000) == [501]


def test_after_an_outage_new_events_overtake_the_backlog() -> None:
    """Urgent ones of the backlog first of all; the live ones between its batches."""
    sending = begun(last_seq=2000)
    order = sending.next(0)
    assert order == Backlog(0, 2000, MAX_EVENTS, True)
    sending.exhausted(order)
    assert send(sending, 0) == list(range(1, 501))
    sending.add([(2001, True), (2002, False)], mono=1)
    assert send(sending, 1) == [2001]
    assert send(sending, 1001) == [2002]
    assert send(sending, 1001) == list(range(501, 1001))


def test_the_backlog_keeps_to_its_rate() -> None:
    """2,000 events a second: a batch of 500 costs a quarter of a second."""
    sending = begun(last_seq=5000)
    sending.exhausted(sending.next(0))  # type: ignore[arg-type]
    left = sum(len(send(sending, mono)) for mono in range(0, 1000, 10))
    assert left == 2000


def test_the_backlog_waits_when_too_much_is_on_its_way() -> None:
    """A hub that does not answer is not flooded."""
    pace = Pace(window=1000, backlog_per_s=1_000_000)
    sending = begun(last_seq=5000, pace=pace)
    sending.exhausted(sending.next(0))  # type: ignore[arg-type]
    assert len(send(sending, 0)) == 500
    assert len(send(sending, 1)) == 500
    assert send(sending, 2) == []
    sending.settled(Settled(500), 3)
    assert len(send(sending, 3)) == 500


def test_what_is_not_settled_is_sent_again_and_ever_more_patiently() -> None:
    """5 s, then 10 s, then 20 s, for an urgent event."""
    sending = begun()
    sending.add([(1, True)], mono=0)
    departures = []
    for mono in range(0, 40_000, 100):
        if send(sending, mono):
            departures.append(mono)
    assert departures == [0, 5_000, 15_000, 35_000]


def test_an_ack_that_leaves_out_what_left_long_before_sends_it_at_once() -> None:
    """A hub that was killed with a batch in its hands says so with its first ack."""
    sending = begun()
    sending.add([(1, False)], mono=0)
    send(sending, 1000)
    sending.add([(2, False)], mono=4000)
    send(sending, 5000)
    sending.settled(Settled(0, [(2, 2)]), 5500)
    assert send(sending, 5500) == [1]
    sending.settled(Settled(2), 5600)
    assert sending.on_the_way == 0
    assert sending.next(10**9) is None


def test_an_ack_that_comes_right_after_does_not_send_again_what_is_just_arriving() -> None:
    """The hub answers about what it had when it wrote."""
    sending = begun()
    sending.add([(1, False)], mono=0)
    send(sending, 1000)
    sending.settled(Settled(0), 1500)
    assert send(sending, 1500) == []


def test_after_a_lost_connection_everything_is_backlog_again() -> None:
    """Nothing is known of what arrived."""
    sending = begun()
    sending.add([(1, False), (2, True)], mono=0)
    send(sending, 0)
    sending.end()
    assert sending.next(10) is None
    sending.add([(3, False)], mono=20)
    sending.begin(3, 30)
    assert send(sending, 30) == [1, 2, 3]


def test_without_room_at_the_broker_the_order_comes_back_first() -> None:
    """Order within the live events is kept."""
    sending = begun()
    sending.add([(1, True), (2, True)], mono=0)
    order = sending.next(0)
    assert order == Numbers([1, 2], True)
    sending.returned(order)
    assert sending.next(0) == order


@settings(max_examples=50, deadline=None)
@given(
    backlog=some.integers(0, 1500),
    steps=some.lists(
        some.tuples(
            some.sampled_from(["add", "urgent", "ack", "lose", "cut"]),
            some.integers(1, 40),
            some.integers(1, 3000),
        ),
        max_size=40,
    ),
)
def test_whatever_happens_on_the_line_everything_arrives_in_the_end(
    backlog: int, steps: list[tuple[str, int, int]]
) -> None:
    """Events, losses, acks and cut connections in any order: once the line holds, all is settled."""
    sending, mono, last = begun(backlog), 0, backlog
    urgent: set[int] = set()
    committed = Settled()

    def deliver(*, lost: bool) -> None:
        while (order := sending.next(mono)) is not None:
            seqs = numbers(order)
            if isinstance(order, Backlog) and not seqs:
                sending.exhausted(order)
                continue
            sending.left(seqs, order, mono)
            for seq in () if lost else seqs:
                committed.add(seq)

    def numbers(order: Order) -> list[int]:
        if isinstance(order, Numbers):
            return order.seqs
        waiting = [
            seq
            for seq in range(order.after + 1, order.upto + 1)
            if seq not in committed and (seq in urgent) == order.urgent and not sending.was_sent(seq)
        ]
        return waiting[: order.most]

    for what, count, passed in steps:
        mono += passed
        if what in ("add", "urgent"):
            fresh = range(last + 1, last + 1 + count)
            last += count
            if what == "urgent":
                urgent |= set(fresh)
            sending.add([(seq, what == "urgent") for seq in fresh], mono)
        elif what == "cut":
            sending.end()
            sending.begin(last, mono)
        elif what == "ack":
            sending.settled(committed, mono)
        else:
            deliver(lost=True)
    for _ in range(40):
        mono += 400_000
        deliver(lost=False)
        sending.settled(committed, mono)
    assert committed == Settled(last)
    assert sending.on_the_way == 0


def let_the_hub_refuse(poison: set[int], *, urgent: bool, minutes: int) -> tuple[Sending, set[int]]:
    """A stock of 400 events of which the hub never takes some, while a new event comes every ten seconds."""
    sending = begun(0)
    sending.add([(seq, urgent) for seq in range(1, 401)], 0)
    taken = Settled()
    last = 400
    for mono in range(0, minutes * 60_000, 1000):
        if mono % 10_000 == 0:
            last += 1
            sending.add([(last, False)], mono)
        while (order := sending.next(mono)) is not None:
            assert isinstance(order, Numbers)
            sending.left(order.seqs, order, mono)
            if not poison & set(order.seqs):  # a batch is taken whole or not at all
                for seq in order.seqs:
                    taken.add(seq)
        if mono % 10_000 == 5000:
            sending.settled(taken, mono)
    return sending, {seq for seq in range(1, last - 5) if seq not in taken}


def test_one_event_that_the_hub_does_not_take_keeps_no_other_back() -> None:
    """It is found by halving, stands aside, and is counted; nothing is thrown away."""
    sending, missing = let_the_hub_refuse({137}, urgent=False, minutes=12)
    assert missing == {137}
    assert sending.set_aside == 1
    due = sending.next_due(12 * 60_000)
    assert due is not None
    assert due > 12 * 60_000


def test_several_of_them_are_found_too() -> None:
    sending, missing = let_the_hub_refuse({1, 2, 200, 400}, urgent=False, minutes=15)
    assert missing == {1, 2, 200, 400}
    assert sending.set_aside == 4


def test_a_call_for_help_never_stands_aside() -> None:
    """It is said again and again."""
    sending, missing = let_the_hub_refuse({7}, urgent=True, minutes=15)
    assert missing == {7}
    assert sending.set_aside == 0
    assert sending.on_the_way >= 1


def test_what_stood_aside_is_offered_each_hour_and_comes_in_when_the_hub_has_learnt_to_take_it() -> None:
    sending, _ = let_the_hub_refuse({137}, urgent=False, minutes=12)
    offered = []
    for mono in range(12 * 60_000, 80 * 60_000, 1000):
        while (order := sending.next(mono)) is not None:
            assert isinstance(order, Numbers)
            sending.left(order.seqs, order, mono)
            offered.append(order.seqs)
    assert [137] in offered
    everything = Settled()
    everything.raise_floor(10_000)
    sending.settled(everything, 80 * 60_000)
    assert sending.set_aside == 0


def test_a_hub_that_is_away_refuses_nothing() -> None:
    """Without later events that are settled, nothing is taken for refused."""
    sending = begun(0)
    sending.add([(seq, False) for seq in range(1, 401)], 0)
    for mono in range(0, 3 * 3_600_000, 1000):
        while (order := sending.next(mono)) is not None:
            assert isinstance(order, Numbers)
            assert len(order.seqs) == 400
            sending.left(order.seqs, order, mono)
    assert sending.set_aside == 0
