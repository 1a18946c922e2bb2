"""Topics say who speaks, and nothing that is not an identifier ever becomes one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.contract import topics
from models.contract.errors import ContractError, InvalidTopicError
from models.contract.topics import Address

IDS = some.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True)


@given(IDS, IDS, some.sampled_from(topics.LEAVES))
def test_a_topic_that_was_written_is_read_as_the_same_address(home: str, edge: str, leaf: str) -> None:
    """Address to topic and back."""
    address = Address(home, edge)
    if leaf == "command":
        assert topics.parse(address.command("7", result=True)) == (address, "command/7/result")
    else:
        assert topics.parse(address.topic(leaf)) == (address, leaf)  # type: ignore[arg-type]


@given(IDS)
def test_a_shard_is_two_digits_below_64(home: str) -> None:
    """Whatever the home is called."""
    shard = topics.shard_of(home)
    assert len(shard) == 2
    assert 0 <= int(shard) < topics.SHARDS


@given(some.text())
def test_any_text_is_an_address_or_refused_in_words(text: str) -> None:
    """Nothing but the contract's own error comes out."""
    try:
        address, _ = topics.parse(text)
    except ContractError:
        return
    assert text.startswith(address.base)


@given(some.text(min_size=1).filter(lambda text: not topics.is_id(text)))
def test_what_is_no_identifier_is_no_address(text: str) -> None:
    """Names with spaces, dots, capitals, slashes or a line's end never reach a broker."""
    with pytest.raises(InvalidTopicError):
        Address(text, "edge-1")
    with pytest.raises(InvalidTopicError):
        Address("home-1", text)


def test_a_home_in_a_foreign_shard_is_refused() -> None:
    """An edge cannot reach another worker by writing another shard."""
    address = Address("home-1", "edge-1")
    wrong = "00" if topics.shard_of("home-1") != "00" else "01"
    with pytest.raises(InvalidTopicError):
        topics.parse(f"anju/v1/{wrong}/home-1/edge-1/events")
    assert topics.parse(address.topic("events"))[0] == address


def test_the_hub_never_subscribes_to_its_own_acks() -> None:
    """Its filters name what edges say."""
    leaves = {filter_.rsplit("/", 1)[1] for filter_ in topics.subscriptions()}
    assert leaves == {"state", "devices", "health", "events", "result"}
