"""What a provider tells of messages late, twice, out of order or never leaves one story."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from twilio.request_validator import RequestValidator

from simulators.telephones.faults import Faults
from simulators.telephones.person import OnCall, OnMessage
from tests.two_carriers import TwoCarriers, two_carriers
from tests.village import DAUGHTER, fall


@pytest.fixture
def town(database: str, tmp_path: Path) -> Iterator[TwoCarriers]:
    with two_carriers(database, tmp_path) as made:
        made.add_message("wang-fang", DAUGHTER)
        yield made


def tell(town: TwoCarriers, attempt: str, **fields: str) -> None:
    """Say something as the provider says it, signed."""
    settings = town.rig.settings
    assert settings.twilio_auth_token is not None
    url = f"{settings.own_url}/twilio/status/{attempt}"
    signature = RequestValidator(settings.twilio_auth_token.get_secret_value()).compute_signature(url, fields)
    httpx.post(
        url, data=fields, headers={"X-Twilio-Signature": signature}, trust_env=False
    ).raise_for_status()


@pytest.mark.parametrize("order", ["reversed", "twice", "delayed"])
def test_in_any_order_a_message_is_delivered_once(town: TwoCarriers, order: str) -> None:
    town.first.faults(Faults(callbacks=order, callback_delay=2))  # type: ignore[arg-type]
    alert = town.rig.finding(fall())
    town.rig.until(lambda: town.messages(alert) == [("first", "delivered", None)], "delivered")
    assert town.written() == [("first", DAUGHTER)]


def test_a_provider_that_never_calls_back_is_asked_and_a_failure_found_so_goes_on(town: TwoCarriers) -> None:
    town.first.faults(Faults(callbacks="never"))
    town.first.person(DAUGHTER, "王芳", [OnCall()], [OnMessage(outcome="failed", error_code=30007)])
    alert = town.rig.finding(fall())
    town.rig.turn()
    town.first.wait_for(lambda entry: entry.kind == "message" and entry.what == "failed")
    assert town.messages(alert) == [("first", "accepted", None)]
    town.rig.clock.move(timedelta(seconds=20))
    wanted = [("first", "failed", "30007"), ("second", "delivered", None)]
    town.rig.until(lambda: town.messages(alert) == wanted, "delivered by the other")


def test_late_news_of_the_first_message_changes_nothing_of_the_second(town: TwoCarriers) -> None:
    town.first.person(DAUGHTER, "王芳", [OnCall()], [OnMessage(outcome="failed", error_code=30007)])
    alert = town.rig.finding(fall())
    wanted = [("first", "failed", "30007"), ("second", "delivered", None)]
    town.rig.until(lambda: town.messages(alert) == wanted, "delivered by the other")
    first, second = (row for row in town.attempts(alert) if row["channel"] == "sms")
    written = about_messages(town, alert)
    for said in ("sent", "failed", "failed", "queued"):
        tell(town, first["id"], MessageSid=first["provider_id"], MessageStatus=said, ErrorCode="30007")
        tell(town, second["id"], MessageSid=second["provider_id"], MessageStatus=said, ErrorCode="30007")
    town.rig.turn()
    assert town.messages(alert) == wanted
    assert town.written() == [("first", DAUGHTER), ("second", DAUGHTER)]
    assert about_messages(town, alert) == written


def about_messages(town: TwoCarriers, alert: str) -> int:
    """How many entries of the file are about messages; her telephone goes on ringing meanwhile."""
    return sum(entry["data"].get("channel") == "sms" for entry in town.rig.entries(alert))


def test_nobody_is_written_to_again_after_somebody_has_taken_it(town: TwoCarriers) -> None:
    from hub.escalation.answers import Responder, acknowledge

    town.first.faults(Faults(callbacks="never"))
    town.first.person(DAUGHTER, "王芳", [OnCall()], [OnMessage(outcome="failed", error_code=30007)])
    alert = town.rig.finding(fall())
    town.rig.turn()
    town.first.wait_for(lambda entry: entry.kind == "message" and entry.what == "failed")
    with town.rig.pool.connection() as connection:
        acknowledge(connection, alert, Responder("李站长"), town.rig.clock.now())
    town.rig.clock.move(timedelta(seconds=20))
    for _ in range(3):
        town.rig.turn()
    informed = [row for row in town.attempts(alert) if row["purpose"] == "inform"]
    assert [row["status"] for row in informed] == ["failed"]
