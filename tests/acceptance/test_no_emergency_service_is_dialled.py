"""No code path dials 120, 110 or 119: not by a contact, not by a row that got there some other way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.places.addresses import AddressError, is_emergency, telephone
from tests.conftest import ROOT
from tests.hub_rig import PRESSES_1, HubRig, running_hub
from tests.village import DAUGHTER, SON, fall

NEVER = [
    "120",
    "110",
    "119",
    "+86120",
    "+86 110",
    "0086119",
    "+86571120",
    "+86 010 120",
    "112",
    "+1911",
    "999",
]
PEOPLE = ["+8613800138120", "+447700900119", "+861012345120", "+33112345678", "+8657187654110"]


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[HubRig]:
    with running_hub(database, tmp_path) as rig:
        yield rig


@pytest.mark.parametrize("number", NEVER)
def test_nobody_can_be_given_such_a_number(number: str) -> None:
    with pytest.raises(AddressError, match=r"never by this system|country code"):
        telephone(number)
    assert is_emergency(number)


@pytest.mark.parametrize("number", PEOPLE)
def test_a_person_whose_number_ends_so_can_be_called(number: str) -> None:
    assert telephone(number) == number
    assert not is_emergency(number)


def test_a_row_with_such_a_number_is_not_dialled_and_the_next_person_is_called(hub: HubRig) -> None:
    with hub.pool.connection() as connection:
        connection.execute("update contact_methods set address = '120' where address = %s", (DAUGHTER,))
    hub.telephones.person(SON, "王强", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王强", "taken by the son")
    assert hub.called() == [SON]
    assert hub.attempts(alert)[0] == ("王芳", "failed")


def test_every_provider_is_reached_through_one_door() -> None:
    """Only the sender, which looks at the number, calls a channel's `send`."""
    callers = set()
    for path in (ROOT / "hub").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "send"
                and "channel" in ast.unparse(node.func.value)
            ):
                callers.add(path.relative_to(ROOT).as_posix())
            if isinstance(node, ast.Attribute) and ast.unparse(node).endswith("calls.create"):
                assert path.name == "channel.py", path
    assert callers == {"hub/notify/sender.py"}
