"""What the hub relies on of every provider, over each of them and whatever plays it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

from hub.notify.carriers import Carriers
from hub.notify.channels.port import Accepted, Medium, Receipt, Refused, Unknown
from hub.notify.channels.registry import ROWS
from hub.notify.lifecycle import NEXT
from hub.notify.routing import Route, route
from hub.notify.sender import Sender
from tests.channel_benches import BENCHES, Bench

OF_TELEPHONES = [name for name in BENCHES if name.endswith((" calls", " messages"))]


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    with BENCHES[request.param][1](tmp_path) as made:
        yield made


def a_while_ago() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=5)


def test_every_provider_of_the_registry_is_tested() -> None:
    assert {row.name for row in ROWS} == {name for name, _ in BENCHES.values()}


def test_it_says_what_it_carries_and_is_found_by_that(bench: Bench) -> None:
    channel = bench.channel
    assert {row.provider for row in channel.capabilities} == {channel.name}
    assert {row.medium for row in channel.capabilities} <= set(get_args(Medium))
    found = route(bench.medium, bench.address, Carriers([channel]).capabilities, now=datetime.now(UTC))
    assert isinstance(found, Route)
    assert found.capability.keys == (bench.medium == "voice"), "a call is answered by a key"


def test_what_it_takes_has_a_name_of_its_own(bench: Bench) -> None:
    first = bench.channel.send(bench.outgoing("a" * 32))
    assert isinstance(first, Accepted), first
    assert bench.taken() == 1
    if bench.medium != "voice":  # a carrier may let one call through in a minute
        second = bench.channel.send(bench.outgoing("b" * 32))
        assert isinstance(second, Accepted), second
        assert first.provider_id != second.provider_id
    assert 0 < len(first.provider_id) <= 200


def test_a_bad_address_is_refused_for_good_and_nothing_is_sent(bench: Bench) -> None:
    bench.refuse()
    result = bench.channel.send(bench.outgoing())
    assert isinstance(result, Refused), result
    assert (result.then, bool(result.code)) == ("method", True)
    assert bench.taken() == 0


def test_a_provider_that_is_away_raises_nothing_and_was_sent_nothing(bench: Bench) -> None:
    channel, address = bench.away()
    result = channel.send(replace(bench.outgoing(), address=address))
    assert isinstance(result, Refused), result
    assert result.then in ("again", "provider")
    assert bench.taken() == 0
    assert channel.hang_up("CA1") is False
    if bench.finds:
        assert channel.ask(bench.medium, "CA1") is None
        assert channel.find(bench.medium, address, a_while_ago()) is None


def test_after_a_lost_answer_nobody_knows_and_a_look_up_finds_it(bench: Bench) -> None:
    since = a_while_ago()
    bench.lose_answers()
    result = bench.channel.send(bench.outgoing())
    assert isinstance(result, Unknown), result
    assert bench.taken() == 1
    found = bench.channel.find(bench.medium, bench.address, since)
    assert found is not None
    assert len(found) == (1 if bench.finds else 0)
    if found:
        assert bench.channel.ask(bench.medium, found[0].provider_id) is not None


def test_asked_what_became_of_it_answers_in_our_words(bench: Bench) -> None:
    result = bench.channel.send(bench.outgoing())
    assert isinstance(result, Accepted), result
    receipt = bench.channel.ask(bench.medium, result.provider_id)
    if receipt is None:  # it cannot say yet
        assert bench.medium == "voice"
        return
    assert isinstance(receipt, Receipt)
    assert receipt.provider_id == result.provider_id
    assert receipt.status in NEXT


def test_a_call_is_hung_up_or_it_is_said_that_it_cannot_be(bench: Bench) -> None:
    result = bench.channel.send(bench.outgoing())
    assert isinstance(result, Accepted), result
    if bench.channel.hang_up(result.provider_id):
        receipt = bench.channel.ask(bench.medium, result.provider_id)
        assert receipt is not None
        assert receipt.status in ("withdrawn", "unanswered")


@pytest.mark.parametrize("number", ["120", "110", "+86120", "+86571120"])
@pytest.mark.parametrize("bench", OF_TELEPHONES, indirect=True)
def test_no_emergency_service_is_dialled_or_written_to(bench: Bench, number: str) -> None:
    sender = Sender(None, Carriers([bench.channel]), None, lambda *_: None)  # type: ignore[arg-type]
    result = sender._try(bench.channel, replace(bench.outgoing(), address=number))
    assert isinstance(result, Refused)
    assert result.code == "emergency_number"
    assert bench.taken() == 0
