"""Whatever bytes arrive, the codec returns a message or says in its own words what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.contract import codec
from models.contract.errors import ContractError, TooLargeError, UnknownVersionError
from models.contract.messages import MAX_BYTES, Ack, Batch, Event

IDS = some.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True)
KINDS = some.from_regex(r"[a-z0-9_]{1,32}", fullmatch=True)
INSTANTS = some.integers(0, 2**53)
SCALARS = some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.text()
EVENTS = some.builds(
    Event,
    seq=some.integers(1, 2**53),
    at=INSTANTS,
    mono=some.integers(0, 2**53),
    device=IDS,
    kind=KINDS,
    value=some.none() | some.floats(-1e12, 1e12),
    clock=some.sampled_from(["synced", "holdover", "unsynced"]),
    late=some.booleans(),
    historic=some.booleans(),
    attributes=some.dictionaries(some.text(), SCALARS, max_size=4),
)
BATCHES = some.builds(
    Batch,
    v=some.just(1),
    boot=IDS,
    stream=IDS,
    sent_at=INSTANTS,
    events=some.lists(EVENTS, min_size=1, max_size=20),
    floor=some.integers(1, 2**53),
)


@given(BATCHES)
def test_a_batch_is_read_as_it_was_written(batch: Batch) -> None:
    """Every value of every event."""
    assert codec.decode(codec.encode(batch), Batch) == batch


@given(some.binary())
def test_any_bytes_are_a_message_or_refused_in_words(payload: bytes) -> None:
    """Nothing but the contract's own errors comes out."""
    for kind in (Batch, Ack):
        try:
            codec.decode(payload, kind)
        except ContractError:
            continue


def test_a_message_that_is_too_long_is_not_even_read() -> None:
    """Half a megabyte is the limit."""
    with pytest.raises(TooLargeError):
        codec.decode(b"{" + b" " * MAX_BYTES, Ack)


def test_deep_nesting_is_refused_and_breaks_nothing() -> None:
    """A message made to exhaust the reader."""
    with pytest.raises(ContractError):
        codec.decode(b'{"v":1,"stream":"a","upto":0,"x":' + b"[" * 100_000 + b"}", Ack)


def test_another_version_is_named() -> None:
    """So that a log says what is wrong."""
    with pytest.raises(UnknownVersionError, match="2"):
        codec.decode(b'{"v":2,"stream":"a","upto":0}', Ack)


@pytest.mark.parametrize("value", ["1e13", "-1e13", "1e400", "NaN", "Infinity"])
def test_a_value_beyond_reason_is_refused(value: str) -> None:
    """Not a number, endless, or larger than anything in a home."""
    event = f'{{"seq":1,"at":1,"mono":1,"device":"d","kind":"k","value":{value}}}'
    batch = f'{{"v":1,"boot":"b","stream":"s","sent_at":1,"events":[{event}]}}'
    with pytest.raises(ContractError):
        codec.decode(batch.encode(), Batch)
