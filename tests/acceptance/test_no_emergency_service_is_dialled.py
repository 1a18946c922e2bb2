"""No code path dials 120, 110 or 119: by no channel, and whichever way such a number came into the hub."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pydantic
import pytest

from hub.care import card
from hub.clock import MovableClock
from hub.escalation import opening
from hub.escalation.policy import Method, Person, Policy, Step
from hub.notify import store as notifications
from hub.notify.channels.chat.channel import ChatChannel
from hub.notify.channels.port import Outgoing, Refused
from hub.place_file import PlaceFile
from hub.places import contacts
from hub.places.addresses import AddressError, is_emergency, telephone
from hub.settings import Settings
from tests.aliyun_rig import QIANG, running_mainland_hub
from tests.conftest import ROOT
from tests.hub_rig import PRESSES_1, HubRig, running_hub
from tests.village import DAUGHTER, NIGHT, SON, fall
from tests.web_rig import running_web

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


def rung(hub: HubRig) -> set[str]:
    """Every number that rang or was written to, by whichever carrier."""
    telephones = hub.telephones
    return {call.to for call in telephones.calls()} | {message.to for message in telephones.messages()}


def taken_by_the_son(hub: HubRig, alert: str) -> None:
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王强", "taken by the son")


def test_no_row_of_a_contact_reaches_such_a_number_by_call_or_message(hub: HubRig) -> None:
    """Rows that somebody pushed into the database past every check."""
    hub.telephones.person(SON, "王强", [PRESSES_1] * len(NEVER))
    for n, number in enumerate(NEVER):
        with hub.pool.connection() as connection:
            connection.execute(
                "update contact_methods set address = %s where contact_id = 'wang-fang'", (number,)
            )
            connection.execute(
                "insert into contact_methods (id, contact_id, channel, address)"
                " values ('fang-sms', 'wang-fang', 'sms', %(to)s)"
                " on conflict (id) do update set address = %(to)s",
                {"to": number},
            )
        taken_by_the_son(hub, hub.finding(fall(room=f"room {n}")))
    assert rung(hub) == {SON}


def test_no_owed_attempt_and_no_policy_reaches_such_a_number(hub: HubRig) -> None:
    hub.telephones.person(SON, "王强", [PRESSES_1])
    ambulance = Person(
        id="x", name="急救", role="duty", tier="home", methods=(Method("voice", "120"), Method("sms", "119"))
    )
    son = Person(id="wang-qiang", name="王强", role="family", tier="home", methods=(Method("voice", SON),))
    policy = Policy(steps=(Step(name="ours", people=(ambulance, son)),), pause_s=20)
    with hub.pool.connection() as connection:
        alert, _ = opening.open_or_repeat(connection, "wang", fall(), hub.clock.now(), policy=policy)
        for channel in ("voice", "sms"):
            for purpose in ("answer", "inform", "ask", "news"):
                attempt = notifications.insert(
                    connection, alert_id=alert, contact_id="y", contact_name="急救", role="duty",
                    channel=channel, address="+86120", language="zh", purpose=purpose, round_=1, step=0,
                    reason="pushed in", now=hub.clock.now(),
                )  # fmt: skip
                connection.execute("update attempts set not_before = created_at where id = %s", (attempt,))
    taken_by_the_son(hub, alert)
    for _ in range(3):
        hub.turn()
    assert rung(hub) == {SON}


@pytest.mark.parametrize("number", ["120", "+86571119"])
def test_aliyun_is_never_asked_for_such_a_number(database: str, tmp_path: Path, number: str) -> None:
    with running_mainland_hub(database, tmp_path) as hub:
        hub.telephones.person(QIANG, "王强", [PRESSES_1])
        with hub.pool.connection() as connection:
            connection.execute(
                "update contact_methods set address = %s where contact_id = 'wang-fang'", (number,)
            )
        taken_by_the_son(hub, hub.finding(fall()))
        assert rung(hub) == {QIANG}


@pytest.mark.parametrize("address", ["twilio://AC1:token@+15005550006/120", "sip://119", "tel:110", "120"])
def test_a_chat_address_is_no_way_around(hub: HubRig, address: str) -> None:
    with hub.pool.connection() as connection, pytest.raises(AddressError):
        contacts.add_method(connection, "wang-fang", channel="chat", address=address)
    pushed = Outgoing(attempt_id="a1", channel="chat", address=address, text="跌倒")
    result = ChatChannel(Settings()).send(pushed)
    assert isinstance(result, Refused)


@pytest.mark.parametrize("channel", ["voice", "sms"])
def test_the_api_takes_no_such_number(database: str, tmp_path: Path, channel: str) -> None:
    with (
        running_web(database, MovableClock(NIGHT), tmp_path) as web,
        web.program("administrator") as program,
    ):
        for number in NEVER:
            for path in ("homes/wang/contacts/wang-fang", "organisations/dongjie/contacts/duty"):
                answer = program.post(f"/api/v1/{path}/methods", json={"channel": channel, "address": number})
                assert answer.status_code == 422, (path, number)


@pytest.mark.parametrize("number", NEVER)
def test_a_place_file_takes_no_such_number(number: str) -> None:
    rows = {
        "contacts": [
            {
                "home": "wang",
                "name": "急救",
                "role": "neighbour",
                "methods": [{"channel": "voice", "address": number}],
            }
        ]
    }
    with pytest.raises(pydantic.ValidationError):
        PlaceFile.model_validate(rows)


def test_the_numbers_on_the_emergency_card_go_to_people_only(hub: HubRig) -> None:
    """Nothing that calls or writes knows the module that knows these numbers."""
    known_to = set()
    for path in (ROOT / "hub").rglob("*.py"):
        text = path.read_text("utf-8")
        if "emergency_numbers" in text and path.name != "emergency_numbers.py":
            known_to.add(path.relative_to(ROOT).parts[1])
    assert known_to == {"care", "web"}
    with hub.pool.connection() as connection:
        card.set_numbers(connection, "dongjie", {"ambulance": "120", "fire": "119", "police": "110"})
    hub.telephones.person(SON, "王强", [PRESSES_1])
    hub.telephones.person(DAUGHTER, "王芳", [])
    alert = hub.finding(fall())
    with hub.pool.connection() as connection:
        first, *_ = card.card(connection, alert, hub.clock.now()).lines
        assert first.number == "120"
    taken_by_the_son(hub, alert)
    assert rung(hub) == {DAUGHTER, SON}
