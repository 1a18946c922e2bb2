"""The resident is asked before helpers: a word settles what a word can settle, and nobody else is called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.notify.lifecycle import ENDED_WITHOUT_ANSWER
from tests.hub_rig import NO_ANSWER, PRESSES_1, VOICEMAIL, HubRig, running_hub
from tests.resident_rig import FINE, RESIDENT, kinds, move_in, trouble, wait
from tests.village import DAUGHTER

#: Calls take their own short moments, whatever the clock says: a round has ended when all of its calls have.
RINGS_NOT = ENDED_WITHOUT_ANSWER | {"queued", "withdrawn"}


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[HubRig]:
    with running_hub(database, tmp_path) as rig:
        move_in(rig)
        yield rig


def test_she_says_that_she_is_fine_and_nobody_else_is_called(hub: HubRig) -> None:
    hub.telephones.person(RESIDENT, "王秀英", [FINE])
    alert = hub.finding(trouble())
    hub.until(lambda: hub.alert(alert)["status"] == "resolved", "closed by her word")
    wait(hub, 5)
    assert hub.called() == [RESIDENT]
    assert hub.alert(alert)["outcome"] == "self_ok"
    assert hub.alert(alert)["resolved_by"] == "王秀英"
    assert "resident" in kinds(hub, alert)
    assert "recheck_due" in kinds(hub, alert)
    assert hub.verdict(alert).ok


@pytest.mark.parametrize("habit", [NO_ANSWER, VOICEMAIL])
def test_when_she_does_not_answer_helpers_are_called_at_once(hub: HubRig, habit: object) -> None:
    hub.telephones.person(RESIDENT, "王秀英", [habit])  # type: ignore[list-item]
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(trouble())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken by her daughter")
    assert hub.called() == [RESIDENT, DAUGHTER]
    assert hub.verdict(alert).ok


def test_a_home_whose_resident_has_no_telephone_calls_helpers_at_once(hub: HubRig) -> None:
    with hub.pool.connection() as connection:
        connection.execute("update contacts set active = false where role = 'resident'")
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(trouble())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken")
    assert hub.called() == [DAUGHTER]


def test_she_is_asked_once_and_never_called_as_a_helper(hub: HubRig) -> None:
    """Round after round: the resident of a home is no responder of her own alert."""
    alert = hub.finding(trouble())
    hub.until(lambda: len(hub.called()) >= 4, "a whole round")
    for _ in range(4):
        hub.until(lambda: {how for _, how in hub.attempts(alert)} <= RINGS_NOT, "no telephone rings any more")
        wait(hub, 11)
    assert hub.alert(alert)["status"] == "triggered"
    assert hub.called().count(RESIDENT) == 1
    assert hub.called().count(DAUGHTER) >= 2, "while her daughter is tried round after round"
