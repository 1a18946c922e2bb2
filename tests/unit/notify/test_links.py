"""A one-tap link opens its own attempt until its end, and nothing else ever does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.notify.links import LIVES, Opened, opened, token_of

NOW = datetime(2026, 11, 21, 19, 12, tzinfo=UTC)
OLD, NEW = b"o" * 32, b"n" * 32
ATTEMPT = "5d35be3fed9f472fac299044d0e253c4"


def test_a_link_opens_its_attempt_until_its_end() -> None:
    token = token_of(NEW, 2, ATTEMPT, NOW + LIVES)
    assert len(token) == 51
    assert opened({2: NEW}, token, NOW) == Opened(ATTEMPT)
    assert opened({2: NEW}, token, NOW + LIVES - timedelta(seconds=1)) == Opened(ATTEMPT)
    assert opened({2: NEW}, token, NOW + LIVES).why == "expired"


def test_a_link_of_an_older_secret_is_good_until_that_is_forgotten() -> None:
    token = token_of(OLD, 1, ATTEMPT, NOW + LIVES)
    assert opened({1: OLD, 2: NEW}, token, NOW) == Opened(ATTEMPT)
    assert opened({2: NEW}, token, NOW).why == "forged"


@given(st.integers(min_value=0, max_value=50), st.characters(codec="ascii"))
def test_a_link_with_one_letter_changed_opens_nothing(place: int, letter: str) -> None:
    token = token_of(NEW, 2, ATTEMPT, NOW + LIVES)
    changed = token[:place] + letter + token[place + 1 :]
    assert opened({2: NEW}, changed, NOW) == (Opened(ATTEMPT) if changed == token else Opened(why="forged"))


@given(st.text(max_size=80))
def test_whatever_is_sent_instead_opens_nothing(text: str) -> None:
    assert opened({2: NEW}, text, NOW) == Opened(why="forged")


def test_a_signature_cannot_be_moved_to_another_attempt_or_a_later_end() -> None:
    token = token_of(NEW, 2, ATTEMPT, NOW + LIVES)
    other = token_of(NEW, 2, ATTEMPT[::-1], NOW + 2 * LIVES)
    assert opened({2: NEW}, other[:30] + token[30:], NOW).why == "forged"


def test_an_id_that_is_not_ours_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="32 hexadecimal"):
        token_of(NEW, 2, "abcd", NOW)
