"""What a home lacks before it can be taken live."""

from __future__ import annotations

from datetime import UTC, datetime

from hub.places.readiness import LACKS, lacking
from hub.web import vocabulary

NOW = datetime(2026, 11, 21, 19, 12, tzinfo=UTC)


def test_a_home_whose_edge_agent_was_heard_and_whose_people_can_be_called_lacks_nothing() -> None:
    assert lacking([None, NOW], 1) == []


def test_a_home_without_a_word_from_any_edge_agent_lacks_one() -> None:
    assert lacking([], 2) == lacking([None, None], 2) == ["edge"]


def test_a_home_for_which_nobody_can_be_called_lacks_a_telephone() -> None:
    assert lacking([NOW], 0) == ["telephone"]
    assert lacking([None], 0) == ["edge", "telephone"]


def test_every_lack_has_its_sentence() -> None:
    assert set(vocabulary.LACK) == set(LACKS)
