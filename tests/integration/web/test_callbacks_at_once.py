"""Callbacks about one call that arrive at once wait for each other; neither costs the other its answer."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import httpx
from twilio.request_validator import RequestValidator

from hub.alerts import store as alerts
from hub.notify import store
from hub.storage.database import connect
from simulators.telephones.person import OnCall
from tests.hub_rig import running_hub
from tests.village import DAUGHTER, fall


def test_a_status_that_arrives_while_the_words_are_asked_for_waits(database: str, tmp_path: Path) -> None:
    """Who asks for the words holds the alert, then the attempt: a receipt takes them in that order."""
    with running_hub(database, tmp_path) as hub, connect(database) as words:
        hub.telephones.person(DAUGHTER, "王芳", [OnCall(does="manual")])
        alert = hub.finding(fall())
        hub.turn()
        hub.until(lambda: hub.attempts(alert) == [("王芳", "ringing")], "ringing")
        attempt = store.of_alert(words, alert)[0]["id"]
        words.commit()
        token = hub.settings.twilio_auth_token
        assert token is not None
        url = f"{hub.settings.own_url}/twilio/status/{attempt}"
        call = hub.telephones.calls(DAUGHTER)[0]
        fields = {"CallSid": call.sid, "CallStatus": "in-progress", "SequenceNumber": "2"}
        signature = RequestValidator(token.get_secret_value()).compute_signature(url, fields)
        answers: list[int] = []

        def say() -> None:
            said = httpx.post(
                url, data=fields, headers={"X-Twilio-Signature": signature}, timeout=20, trust_env=False
            )
            answers.append(said.status_code)

        alerts.lock(words, alert)
        status = threading.Thread(target=say)
        status.start()
        _until_one_waits(database)
        store.lock(words, attempt)
        words.commit()
        status.join(20)
        assert answers == [204]
        assert hub.attempts(alert) == [("王芳", "talking")]


def _until_one_waits(url: str) -> None:
    end = time.monotonic() + 10
    with connect(url, autocommit=True) as eyes:
        asking = (
            "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        )
        while eyes.execute(asking).fetchone() is None:
            assert time.monotonic() < end, "nobody waits"
