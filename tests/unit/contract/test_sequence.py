"""`Settled` is a set of numbers: whatever is done to it, it agrees with a plain set."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from models.contract.sequence import Settled

MOST = 60
NUMBERS = some.integers(1, MOST)
STEPS = some.lists(
    some.one_of(
        some.tuples(some.just("add"), NUMBERS, NUMBERS),
        some.tuples(some.just("range"), NUMBERS, NUMBERS),
        some.tuples(some.just("floor"), NUMBERS, NUMBERS),
    ),
    max_size=40,
)


def carry_out(steps: list[tuple[str, int, int]]) -> tuple[Settled, set[int]]:
    """Do the same to both."""
    settled, plain = Settled(), set[int]()
    for what, one, other in steps:
        if what == "add":
            assert settled.add(one) == (one not in plain)
            plain.add(one)
        elif what == "range":
            settled.add_range(one, other)
            plain |= set(range(one, other + 1))
        else:
            settled.raise_floor(one)
            plain |= set(range(1, one))
    return settled, plain


@given(STEPS)
def test_it_holds_exactly_the_numbers_that_were_added(steps: list[tuple[str, int, int]]) -> None:
    """Membership, number by number."""
    settled, plain = carry_out(steps)
    assert {number for number in range(1, MOST + 2) if number in settled} == plain


@given(STEPS)
def test_its_ranges_are_sorted_apart_from_each_other_and_above_upto(
    steps: list[tuple[str, int, int]],
) -> None:
    """The shortest way to say it, so that an ack stays small."""
    settled, plain = carry_out(steps)
    last = settled.upto
    for low, high in settled.ranges:
        assert low > last + 1
        assert high >= low
        last = high
    assert all(number in plain for number in range(1, settled.upto + 1))
    assert settled.upto + 1 not in plain


@given(STEPS)
def test_it_can_be_said_in_an_ack_and_understood(steps: list[tuple[str, int, int]]) -> None:
    """`upto` and `ranges` are all of it, and a copy is independent."""
    settled, _ = carry_out(steps)
    said = Settled(settled.upto, settled.ranges)
    assert said == settled
    copy = settled.copy()
    copy.add(MOST + 10)
    assert copy != settled
