"""What claims to come from the provider: without its signature nothing happens, twice happens once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from twilio.request_validator import RequestValidator

from simulators.telephones.person import OnCall
from tests.hub_rig import HubRig, running_hub
from tests.village import DAUGHTER, fall


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[HubRig]:
    with running_hub(database, tmp_path) as rig:
        yield rig


@pytest.fixture
def ringing(hub: HubRig) -> tuple[str, str]:
    """An alert whose first call rings: its id, and the attempt's."""
    hub.telephones.person(DAUGHTER, "王芳", [OnCall(does="manual")])
    alert = hub.finding(fall())
    hub.turn()
    hub.telephones.wait_for_call(DAUGHTER, "ringing")
    hub.until(lambda: hub.attempts(alert)[0][1] == "ringing", "ringing")
    with hub.pool.connection() as connection:
        row = connection.execute("select id from attempts").fetchone()
    assert row is not None
    return alert, row["id"]


def post(
    hub: HubRig, path: str, fields: dict[str, Any], *, token: str | None = None, **more: Any
) -> httpx.Response:
    """Post as a provider does; signed with `token`."""
    url = hub.settings.own_url + path
    headers = dict(more.pop("headers", {}))
    if token is not None:
        headers["X-Twilio-Signature"] = RequestValidator(token).compute_signature(url, fields)
    return httpx.post(url, data=fields, headers=headers, timeout=10, trust_env=False, **more)


def quarantined(hub: HubRig) -> list[str]:
    with hub.pool.connection() as connection:
        rows = connection.execute("select reason from quarantine where source = 'twilio'").fetchall()
    return [row["reason"] for row in rows]


@pytest.mark.parametrize("token", [None, "another account's"])
@pytest.mark.parametrize("what", ["voice/{}/key", "voice/{}", "status/{}"])
def test_a_forged_key_or_status_is_refused_and_kept(
    hub: HubRig, ringing: tuple[str, str], token: str | None, what: str
) -> None:
    alert, attempt = ringing
    fields = {"CallSid": "CA1", "Digits": "1", "CallStatus": "completed"}
    answer = post(hub, "/twilio/" + what.format(attempt), fields, token=token)
    assert answer.status_code == 403
    assert quarantined(hub) == ["unsigned callback"]
    assert hub.alert(alert)["status"] == "triggered"
    assert hub.attempts(alert) == [("王芳", "ringing")]


def test_a_signature_of_other_fields_does_not_pass(hub: HubRig, ringing: tuple[str, str]) -> None:
    alert, attempt = ringing
    url = f"{hub.settings.own_url}/twilio/voice/{attempt}/key"
    signature = RequestValidator(hub.telephones.auth_token).compute_signature(url, {"Digits": "2"})
    answer = post(
        hub, f"/twilio/voice/{attempt}/key", {"Digits": "1"}, headers={"X-Twilio-Signature": signature}
    )
    assert answer.status_code == 403
    assert hub.alert(alert)["status"] == "triggered"


def test_the_same_status_twice_is_taken_once(hub: HubRig, ringing: tuple[str, str]) -> None:
    alert, attempt = ringing
    call = hub.telephones.calls(DAUGHTER)[0].sid
    busy = {"CallSid": call, "CallStatus": "busy", "SequenceNumber": "9"}
    before = len(hub.entries(alert))
    for _ in range(3):
        answer = post(
            hub,
            f"/twilio/status/{attempt}",
            busy,
            token=hub.telephones.auth_token,
            headers={"I-Twilio-Idempotency-Token": "once"},
        )
        assert answer.status_code == 204
    added = [entry["kind"] for entry in hub.entries(alert)[before:]]
    assert added == ["attempt", "passed", "called"], "one end, one reason, one next call"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"CallSid": "CA1"},
        {"CallSid": "CA1", "CallStatus": "levitating"},
        {"CallSid": "CA1", "CallStatus": "busy", "SequenceNumber": "-7"},
        {"MessageSid": "SM1", "MessageStatus": "delivered"},
        {"CallSid": "x" * 4000, "CallStatus": "ringing"},
        {"CallSid": "\x00", "CallStatus": "ringing\x00"},
    ],
)
def test_signed_nonsense_gives_no_error(
    hub: HubRig, ringing: tuple[str, str], fields: dict[str, str]
) -> None:
    _, attempt = ringing
    answer = post(hub, f"/twilio/status/{attempt}", fields, token=hub.telephones.auth_token)
    assert answer.status_code in (204, 422), answer.text


def test_an_attempt_that_we_do_not_know_is_not_found(hub: HubRig) -> None:
    fields = {"CallSid": "CA1", "CallStatus": "ringing"}
    for path in ("/twilio/status/nobody", "/twilio/voice/nobody", "/twilio/voice/nobody/key"):
        assert post(hub, path, fields, token=hub.telephones.auth_token).status_code == 404


def test_a_body_of_a_megabyte_is_not_read(hub: HubRig, ringing: tuple[str, str]) -> None:
    _, attempt = ringing
    answer = post(hub, f"/twilio/status/{attempt}", {"CallSid": "x" * 1_000_000})
    assert answer.status_code in (403, 413)
