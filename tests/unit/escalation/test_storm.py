"""Many homes at once are one incident, at the smallest place that covers them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hub.escalation.noise.storm import LEAST, Area, is_over, needed, places


def township(**troubled: tuple[int, int]) -> list[Area]:
    """A county, a centre and its stations, each with (troubled, homes)."""
    return [
        Area(id="county", parent_id=None, homes=0, troubled=0),
        Area(id="centre", parent_id="county", homes=0, troubled=0),
        *(Area(id=name, parent_id="centre", homes=n, troubled=t) for name, (t, n) in troubled.items()),
    ]


def test_a_village_is_its_stations_incident() -> None:
    assert places(township(east=(40, 300), west=(0, 300))) == ["east"]


def test_single_homes_are_none() -> None:
    assert places(township(east=(2, 12), west=(4, 300))) == []


def test_several_stations_at_once_are_the_centres() -> None:
    assert places(township(east=(40, 300), west=(30, 200), south=(0, 100))) == ["centre"]


def test_a_little_in_every_village_is_the_centres_too() -> None:
    assert places(township(east=(4, 40), west=(4, 40), south=(4, 40))) == ["centre"]


def test_a_station_with_a_handful_of_homes_needs_three() -> None:
    assert [needed(homes) for homes in (3, 9, 12, 15, 50, 300)] == [3, 3, 4, 5, 5, 30]


def test_two_townships_at_once_are_the_countys() -> None:
    both = [
        Area(id="county", parent_id=None, homes=0, troubled=0),
        Area(id="a", parent_id="county", homes=100, troubled=50),
        Area(id="b", parent_id="county", homes=100, troubled=50),
    ]
    assert places(both) == ["county"]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=5))
def test_no_incident_lies_within_another_and_each_has_enough_homes(rows: list[tuple[int, int]]) -> None:
    areas = township(**{f"s{i}": (min(row), max(row)) for i, row in enumerate(rows)})
    parents = {area.id: area.parent_id for area in areas}
    found = places(areas)
    for one in found:
        above, at = [], parents[one]
        while at is not None:
            above.append(at)
            at = parents[at]
        assert not set(above) & set(found)
    if found:
        assert sum(area.troubled for area in areas) >= LEAST


@given(st.integers(0, 10_000))
def test_what_has_begun_is_not_over_at_once(homes: int) -> None:
    assert not is_over(homes, needed(homes))
    assert is_over(homes, 0)
