"""The API is Twilio's: answers have its shape, errors its numbers, lists its filters and pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from simulators.telephones.person import OnCall
from simulators.telephones.running import RunningTelephones

from .conftest import DAUGHTER, SON, STATION, RewritingClient

CALL = {"To": SON, "From": STATION, "Url": "http://127.0.0.1:9/voice"}
MESSAGE = {"To": SON, "From": STATION, "Body": "Fall"}


def post(telephones: RunningTelephones, what: str, fields: dict[str, Any]) -> httpx.Response:
    return httpx.post(
        f"{telephones.url}/2010-04-01/Accounts/{telephones.account_sid}/{what}.json",
        data=fields,
        auth=(telephones.account_sid, telephones.auth_token),
        trust_env=False,
    )


def test_a_wrong_token_or_account_is_refused_in_twilios_shape(telephones: RunningTelephones) -> None:
    for account, user, password in (
        (telephones.account_sid, telephones.account_sid, "wrong"),
        (telephones.account_sid, "AC" + "0" * 32, telephones.auth_token),
        ("AC" + "0" * 32, telephones.account_sid, telephones.auth_token),
    ):
        answer = httpx.get(
            f"{telephones.url}/2010-04-01/Accounts/{account}/Calls.json",
            auth=(user, password),
            trust_env=False,
        )
        assert answer.status_code == 401
        assert answer.json() == {
            "code": 20003,
            "message": "Authenticate",
            "more_info": "https://www.twilio.com/docs/errors/20003",
            "status": 401,
        }
    http = RewritingClient(telephones.url)
    impostor = Client(telephones.account_sid, "wrong", http_client=http)
    with pytest.raises(TwilioRestException) as refused:
        impostor.messages.create(to=SON, from_=STATION, body="Fall")
    http.close()
    assert (refused.value.status, refused.value.code) == (401, 20003)


@pytest.mark.parametrize(
    ("what", "fields", "code"),
    [
        ("Calls", {**CALL, "To": ""}, 21201),
        ("Calls", {**CALL, "To": "120"}, 21211),
        ("Calls", {**CALL, "From": ""}, 21213),
        ("Calls", {**CALL, "From": "Anju"}, 21212),
        ("Calls", {**CALL, "Url": ""}, 21205),
        ("Calls", {**CALL, "Url": "voice"}, 21205),
        ("Calls", {**CALL, "Timeout": "601"}, 21208),
        ("Calls", {**CALL, "StatusCallback": "status"}, 21609),
        ("Calls", {**CALL, "StatusCallbackEvent": ["ringing", "singing"]}, 21626),
        ("Messages", {**MESSAGE, "To": ""}, 21604),
        ("Messages", {**MESSAGE, "To": "+86"}, 21211),
        ("Messages", {**MESSAGE, "From": ""}, 21603),
        ("Messages", {**MESSAGE, "From": "+1"}, 21212),
        ("Messages", {**MESSAGE, "Body": ""}, 21602),
        ("Messages", {**MESSAGE, "Body": "跌" * 1601}, 21617),
        ("Messages", {**MESSAGE, "From": SON}, 21266),
        ("Messages", {**MESSAGE, "StatusCallback": "status"}, 21609),
    ],
)
def test_a_field_that_does_not_fit_is_refused_with_twilios_number(
    telephones: RunningTelephones, what: str, fields: dict[str, Any], code: int
) -> None:
    answer = post(telephones, what, fields)
    assert answer.status_code == 400
    body = answer.json()
    assert (body["code"], body["status"]) == (code, 400)
    assert set(body) == {"code", "message", "more_info", "status"}
    assert telephones.calls() == telephones.messages() == []


def test_what_is_not_there_is_not_found_and_what_is_not_done_is_not_allowed(
    telephones: RunningTelephones, twilio: Client
) -> None:
    for sid, resource in (("CA" + "0" * 32, twilio.calls), ("SM" + "0" * 32, twilio.messages)):
        with pytest.raises(TwilioRestException) as missing:
            resource(sid).fetch()  # type: ignore[operator]
        assert (missing.value.status, missing.value.code) == (404, 20404)
    answer = httpx.put(f"{telephones.url}/2010-04-01/Accounts/AC/Calls.json", trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (405, 20004)


def test_the_account_can_be_looked_at(telephones: RunningTelephones, twilio: Client) -> None:
    account = twilio.api.accounts(telephones.account_sid).fetch()
    assert (account.sid, account.status) == (telephones.account_sid, "active")


def test_calls_are_listed_newest_first_by_number_status_and_time(
    telephones: RunningTelephones, twilio: Client
) -> None:
    telephones.person(DAUGHTER, "王芳", [OnCall(does="busy")])
    for to in (SON, DAUGHTER):
        twilio.calls.create(to=to, from_=STATION, twiml="<Response/>")
    telephones.wait_for_call(DAUGHTER, "busy")
    telephones.wait_for_call(SON, "ringing")
    assert [each.to for each in twilio.calls.list()] == [DAUGHTER, SON]
    assert [each.to for each in twilio.calls.list(to=SON)] == [SON]
    assert twilio.calls.list(from_=SON) == []
    assert [each.to for each in twilio.calls.list(status="busy")] == [DAUGHTER]
    now = datetime.now(UTC)
    minute = timedelta(minutes=1)
    assert len(twilio.calls.list(start_time_after=now - minute)) == 2
    assert twilio.calls.list(start_time_after=now + minute) == []
    assert len(twilio.calls.list(start_time_before=now + minute)) == 2
    with_sign = httpx.get(
        f"{telephones.url}/2010-04-01/Accounts/{telephones.account_sid}/Calls.json"
        f"?StartTime>={now.date()}&To={SON.replace('+', '%2B')}",
        auth=(telephones.account_sid, telephones.auth_token),
        trust_env=False,
    )
    assert [each["to"] for each in with_sign.json()["calls"]] == [SON]


def test_a_message_can_be_found_by_its_number_and_time_after_an_unknown_outcome(
    telephones: RunningTelephones, twilio: Client
) -> None:
    before = datetime.now(UTC)
    twilio.messages.create(to=SON, from_=STATION, body="Fall, 王秀英, 03:12")
    found = twilio.messages.list(to=SON, date_sent_after=before)
    assert [each.body for each in found] == ["Fall, 王秀英, 03:12"]
    assert twilio.messages.list(to=SON, date_sent_before=before - timedelta(days=1)) == []


def test_pages_follow_each_other_without_a_gap_while_more_messages_come(
    telephones: RunningTelephones, twilio: Client
) -> None:
    sent = [twilio.messages.create(to=SON, from_=STATION, body=f"{n}").sid for n in range(7)]
    page = twilio.messages.page(to=SON, page_size=3)
    seen = [each.sid for each in page]
    twilio.messages.create(to=SON, from_=STATION, body="late")
    while (page := page.next_page()) is not None:  # type: ignore[assignment]
        seen += [each.sid for each in page]
    assert seen == sent[::-1]


def test_every_answer_fits_twilios_own_description(
    telephones: RunningTelephones, twilio: Client, shared: Path
) -> None:
    described = json.loads((shared / "twilio" / "twilio_subset_messages_calls.json").read_text("utf-8"))
    schemas = as_json_schema(described["components"]["schemas"])

    def check(name: str, document: dict[str, Any]) -> None:
        schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
        jsonschema.Draft202012Validator(schema).validate(document)
        assert set(document) == set(schemas[name]["properties"])

    call = post(telephones, "Calls", {**CALL, "MachineDetection": "Enable"}).json()
    message = post(telephones, "Messages", MESSAGE).json()
    check("api.v2010.account.call", call)
    check("api.v2010.account.message", message)
    telephones.person(SON, "王伟", [OnCall(does="answer")])
    ended = post(telephones, "Calls", {**CALL, "MachineDetection": "Enable"}).json()
    telephones.wait_for_call(SON, "completed")
    for what, sid in (("Calls", call["sid"]), ("Calls", ended["sid"]), ("Messages", message["sid"])):
        answer = httpx.get(
            f"{telephones.url}/2010-04-01/Accounts/{telephones.account_sid}/{what}/{sid}.json",
            auth=(telephones.account_sid, telephones.auth_token),
            trust_env=False,
        )
        check(f"api.v2010.account.{what.lower()[:-1]}", answer.json())


def as_json_schema(schemas: dict[str, Any]) -> dict[str, Any]:
    """OpenAPI 3.0 says `nullable` where JSON Schema lists the type null; references stand as they are."""

    def converted(part: Any) -> Any:
        if isinstance(part, list):
            return [converted(each) for each in part]
        if not isinstance(part, dict):
            return part
        plain = {name: converted(value) for name, value in part.items() if name != "nullable"}
        if part.get("nullable") is True and isinstance(part.get("type"), str):
            plain["type"] = [part["type"], "null"]
        return plain

    result: dict[str, Any] = converted(schemas)
    return result
