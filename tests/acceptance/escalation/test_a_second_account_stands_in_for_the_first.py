"""Two accounts in the settings: the second calls when the first one is suspended, and its keys count."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from hub.errors import SettingsError
from hub.escalation.dispatcher import Dispatcher
from hub.notify.channels.registry import carriers_of
from hub.settings import read_settings
from simulators.telephones.faults import Faults
from simulators.telephones.running import RunningTelephones
from simulators.telephones.settings import Settings as TelephoneSettings
from tests.hub_rig import PRESSES_1, HubRig, running_hub
from tests.village import DAUGHTER, fall

SECOND = TelephoneSettings(speed=20, account_sid="AC" + "2" * 32, auth_token=SecretStr("2" * 32))


@pytest.fixture
def two(database: str, tmp_path: Path) -> Iterator[tuple[HubRig, RunningTelephones]]:
    """A hub whose settings name both; the rig's own telephones are the first account's."""
    with RunningTelephones(SECOND) as second:
        more = {
            "twilio2_url": second.url,
            "twilio2_account_sid": second.account_sid,
            "twilio2_auth_token": SecretStr(second.auth_token),
            "twilio2_from": "+15005550007",
        }
        with running_hub(database, tmp_path, more=lambda _: more) as rig:
            rig.dispatcher = Dispatcher(rig.url, rig.pool, carriers_of(rig.settings), rig.clock)
            yield rig, second


def test_the_second_calls_at_once_and_its_key_takes_the_alert(two: tuple[HubRig, RunningTelephones]) -> None:
    hub, second = two
    hub.telephones.faults(Faults(refused={DAUGHTER: 20003}))  # the account is no longer let in
    second.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken through the second account")
    assert hub.called() == []
    assert [call.to for call in second.calls()] == [DAUGHTER]
    said = [entry["data"].get("provider") for entry in hub.entries(alert) if entry["kind"] == "attempt"]
    assert set(said) == {"twilio", "twilio2"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ANJU_TWILIO2_ACCOUNT_SID": "AC2"}, "set ANJU_TWILIO2_AUTH_TOKEN and ANJU_TWILIO2_FROM too"),
        (
            {
                "ANJU_TWILIO2_ACCOUNT_SID": "AC2",
                "ANJU_TWILIO2_AUTH_TOKEN": "t",
                "ANJU_TWILIO2_FROM": "+15005550007",
            },
            "a second telephone provider needs a first one",
        ),
    ],
)
def test_half_a_second_account_is_refused_at_the_start(given: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_settings(given)
