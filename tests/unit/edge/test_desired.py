"""What the hub wants of an agent: checked, tried, kept, rolled back; and what is kept back at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from edge_agent.desired import Desired
from edge_agent.settings import Placement, Settings
from models.contract import VERSION
from models.contract.configuration import digest
from models.contract.messages import Config

OWN = Settings(home="wang", edge="pi", devices={"door": Placement(name="Door", room="hall")})
MOVED = {"devices": {"door": {"room": "kitchen"}}}


def config(version: int, settings: dict[str, Any], sha256: str = "") -> Config:
    return Config(v=VERSION, version=version, sha256=sha256 or digest(settings), settings=settings)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def wait_and_take_over(folder: Path, version: int = 1, settings: dict[str, Any] = MOVED) -> Desired:
    desired = Desired(folder)
    desired.begin(OWN)
    desired.offer(config(version, settings), OWN)
    assert desired.waits
    desired.take_over()
    return desired


def test_a_new_configuration_holds_from_the_next_start_on(folder: Path) -> None:
    desired = Desired(folder)
    assert desired.begin(OWN) == OWN
    assert desired.offer(config(1, MOVED), OWN) is False
    assert (desired.version, desired.waits) == (0, True)
    desired.take_over()
    started = Desired(folder)
    settings = started.begin(OWN)
    assert settings.devices["door"] == Placement(name="Door", room="kitchen")
    assert started.version == 1


def test_after_two_starts_that_did_not_live_the_one_before_holds_and_the_hub_is_told(folder: Path) -> None:
    wait_and_take_over(folder)
    for _ in range(2):
        assert Desired(folder).begin(OWN).devices["door"].room == "kitchen"
    third = Desired(folder)
    assert third.begin(OWN) == OWN
    assert (third.version, third.refused) == (0, 1)
    assert "rolled back" in third.note
    assert third.offer(config(1, MOVED), OWN) is False
    assert not third.waits, "what did not start is not tried again"
    third.offer(config(2, MOVED), OWN)
    assert third.waits


def test_one_that_has_lived_for_a_minute_is_kept_whatever_comes(folder: Path) -> None:
    wait_and_take_over(folder)
    living = Desired(folder)
    living.begin(OWN)
    assert living.proved()
    for _ in range(5):
        again = Desired(folder)
        assert again.begin(OWN).devices["door"].room == "kitchen"
    assert (again.version, again.refused, again.note) == (1, 0, "")


def test_what_is_muted_needs_no_start_and_outlives_one(folder: Path) -> None:
    desired = Desired(folder)
    desired.begin(OWN)
    assert desired.offer(config(1, {"muted": ["door"]}), OWN) is True
    assert (desired.muted, desired.waits, desired.version) == ({"door"}, False, 1)
    assert Desired(folder).muted == {"door"}
    assert desired.offer(config(2, {}), OWN) is True
    assert Desired(folder).muted == frozenset()


def test_what_is_muted_does_not_wait_for_the_rest_of_its_configuration(folder: Path) -> None:
    """And stays when the rest is rolled back."""
    desired = Desired(folder)
    desired.begin(OWN)
    assert desired.offer(config(1, MOVED | {"muted": ["bed"]}), OWN) is True
    assert (desired.muted, desired.waits, desired.version) == ({"bed"}, True, 0)
    desired.take_over()
    for _ in range(3):
        desired = Desired(folder)
        desired.begin(OWN)
    assert (desired.version, desired.muted) == (0, {"bed"})


def test_what_is_muted_while_another_is_on_trial_stays_when_that_is_rolled_back(folder: Path) -> None:
    wait_and_take_over(folder)
    trying = Desired(folder)
    trying.begin(OWN)
    assert trying.offer(config(2, MOVED | {"muted": ["bed"]}), OWN) is True
    for _ in range(2):
        trying = Desired(folder)
        trying.begin(OWN)
    assert (trying.version, trying.muted) == (0, {"bed"})


@pytest.mark.parametrize(
    ("offered", "why"),
    [
        (config(3, MOVED, "0" * 64), "damaged"),
        (config(3, {"backlog_rate": "fast"}), "backlog_rate"),
        (config(3, {"devices": {"Front door": {}}}), "regex"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason_and_changes_nothing(
    folder: Path, offered: Config, why: str
) -> None:
    desired = Desired(folder)
    desired.begin(OWN)
    assert desired.offer(offered, OWN) is False
    assert not desired.waits
    assert (desired.version, desired.refused, desired.changed) == (0, 3, True)
    assert why in desired.note


def test_an_older_one_that_a_broker_kept_means_nothing(folder: Path) -> None:
    wait_and_take_over(folder, version=5)
    desired = Desired(folder)
    desired.begin(OWN)
    assert desired.offer(config(4, {"muted": ["door"]}), OWN) is False
    assert (desired.version, desired.waits, desired.muted) == (5, False, frozenset())


def test_the_same_version_of_a_hub_that_was_put_up_anew_is_taken(folder: Path) -> None:
    """A repeat of what runs, or of what waits, is not."""
    desired = wait_and_take_over(folder)
    desired = Desired(folder)
    desired.begin(OWN)
    desired.offer(config(1, MOVED), OWN)
    assert not desired.waits
    desired.offer(config(1, {"backlog_rate": 700}), OWN)
    assert desired.waits


def test_a_setting_of_a_newer_hub_is_left_alone(folder: Path) -> None:
    desired = Desired(folder)
    desired.begin(OWN)
    desired.offer(config(1, {"of_tomorrow": True} | MOVED), OWN)
    assert desired.waits


@pytest.mark.parametrize(
    "damage", [b"", b"\x00" * 200, b'{"good": 7}', b'{"good":{"settings":{"muted":[1]}}}']
)
def test_a_file_that_a_power_cut_damaged_does_not_keep_the_agent_from_starting(
    folder: Path, damage: bytes
) -> None:
    wait_and_take_over(folder)
    (folder / "config.json").write_bytes(damage)
    desired = Desired(folder)
    assert desired.begin(OWN) == OWN
    desired.offer(config(2, MOVED), OWN)
    assert desired.waits


def test_a_disk_that_takes_nothing_does_not_keep_back_what_is_muted(folder: Path) -> None:
    desired = Desired(folder / "not-there")
    desired.begin(OWN)
    assert desired.offer(config(1, {"muted": ["door"]}), OWN) is True
    assert desired.muted == {"door"}
