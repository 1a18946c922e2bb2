"""Messages that are lost, said twice, or overtake each other: what radios and networks do, made to order.

Pure and seeded: the same seed spoils the same messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random
from typing import TypeVar

T = TypeVar("T")


def lost(messages: Iterable[T], share: float, seed: int) -> Iterator[T]:
    """Yield the messages but for about `share` (0 to 1) of them, which nobody ever hears."""
    chance = Random(f"lost/{seed}")  # noqa: S311 - a simulation
    return (message for message in messages if chance.random() >= share)


def repeated(messages: Iterable[T], share: float, seed: int) -> Iterator[T]:
    """Yield the messages; about `share` (0 to 1) of them come twice in a row."""
    chance = Random(f"repeated/{seed}")  # noqa: S311 - a simulation
    for message in messages:
        yield message
        if chance.random() < share:
            yield message


def out_of_order(messages: Iterable[T], within: int, seed: int) -> Iterator[T]:
    """Yield every message once, each at most `within` places from where it belongs."""
    if within < 1:
        raise ValueError(f"{within} places: at least 1.")
    chance = Random(f"order/{seed}")  # noqa: S311 - a simulation
    block: list[T] = []
    for message in messages:
        block.append(message)
        if len(block) > within:
            chance.shuffle(block)
            yield from block
            block = []
    chance.shuffle(block)
    yield from block
