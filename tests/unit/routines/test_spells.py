"""Quiet spells: when they begin, what is known of them, and who is out."""

from __future__ import annotations

import pytest

from models.detection.limits import HOUR, MINUTE
from models.detection.routines.places import BATHROOM, BEDROOM, KITCHEN, OTHER, SITTING, place_of
from models.detection.routines.spells import Spell, Walk, spells
from tests.unit.routines.life import MONDAY, signs_of


def quiet(*told: tuple[float, str]) -> list[Spell]:
    return list(spells(signs_of(*told), lambda at: 0))


def test_quiet_shorter_than_five_minutes_is_no_spell() -> None:
    assert quiet((9, "kitchen"), (9.05, "kitchen"), (9.08, "hall")) == []


def test_a_spell_knows_where_it_began_and_how_lively_it_was_before() -> None:
    [spell] = quiet((7, "bedroom"), (7.04, "kitchen"), (7.08, "kitchen"), (9, "kitchen"))
    assert (spell.since, spell.until) == (MONDAY + round(7.08 * HOUR), MONDAY + 9 * HOUR)
    assert (spell.room, spell.place) == ("kitchen", KITCHEN)
    assert spell.active_1h == 1  # three signs within one step of five minutes
    assert spell.minute_of_day(spell.since) == pytest.approx(7.08 * 60)


def test_who_uses_the_door_and_is_not_seen_inside_has_left() -> None:
    [spell] = quiet((9, "kitchen"), (9.02, "door"), (10.5, "kitchen"))
    assert spell.left_at == MONDAY + round(9.02 * HOUR)
    assert not spell.ended_by_door


def test_who_comes_home_and_is_not_seen_again_has_not_left() -> None:
    """The second use of the door after an absence is a coming home: who then lies behind it is missed."""
    out, behind_the_door = quiet((9, "kitchen"), (9.02, "door"), (10.5, "door"), (15, "kitchen"))
    assert out.left_at is not None
    assert out.ended_by_door
    assert behind_the_door.left_at is None


def test_who_leaves_again_after_coming_home_is_out_again() -> None:
    *_, last = quiet(
        (9, "kitchen"), (9.02, "door"), (10.5, "door"), (10.51, "door"), (10.6, "kitchen"), (10.9, "kitchen"),
        (11, "door"), (13, "kitchen"),
    )  # fmt: skip
    assert last.left_at == MONDAY + 11 * HOUR


def test_movement_in_another_room_shows_who_stayed_at_home() -> None:
    [spell] = quiet((9, "door"), (9.01, "kitchen"), (12, "kitchen"))
    assert spell.left_at is None


def test_the_walk_can_be_asked_before_the_quiet_has_ended() -> None:
    walk = Walk()
    assert walk.spell(lambda at: 0) is None
    for sign in signs_of((9, "bedroom"), (9.5, "bathroom")):
        walk.take(sign)
    spell = walk.spell(lambda at: 8 * HOUR)
    assert spell is not None
    assert spell.place == BATHROOM
    assert spell.minute_of_day(spell.since + 30 * MINUTE) == 18 * 60


@pytest.mark.parametrize(
    ("room", "place"),
    [
        ("Bedroom", BEDROOM),
        ("bathroom", BATHROOM),
        ("卧室", BEDROOM),
        ("客厅", SITTING),
        ("奶奶的房间", OTHER),
        ("", OTHER),
    ],
)
def test_rooms_are_known_by_their_names(room: str, place: int) -> None:
    assert place_of(room) == place
