"""An address that lets anybody write in our name is on no page, in no file, in no answer and in no log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hub.accounts import sessions, users
from tests.hub_rig import PRESSES_1
from tests.village import DAUGHTER, fall
from tests.written_rig import WritingHub, writing_hub


@pytest.fixture
def village(database: str, tmp_path: Path) -> Iterator[WritingHub]:
    with writing_hub(database, tmp_path) as made:
        yield made


def program(village: WritingHub) -> httpx.Client:
    """A program that sees everything that anybody may see."""
    hub = village.rig
    now = hub.clock.now()
    with hub.pool.connection() as connection:
        user = users.create(
            connection,
            login="all",
            name="管理员",
            role="administrator",
            password="three tall bamboos",
            now=now,
        )
        token = sessions.issue_token(connection, user, "test", now)
    return httpx.Client(
        base_url=hub.settings.own_url, headers={"Authorization": f"Bearer {token}"}, timeout=20
    )


@pytest.mark.parametrize("status", [200, 403, 0])
def test_wherever_one_looks_only_where_it_leads_is_said(
    village: WritingHub, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = village.rig
    village.chat.says(status)
    village.browser.service.says(status)
    village.tell("wang-fang", "chat", village.chat_address)
    village.tell("wang-fang", "push", village.browser.subscription)
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "acknowledged")
    assert len(village.chat.came) == len(village.browser.service.came) == 1
    secrets = ["topic-secret", village.browser.path, json.loads(village.browser.subscription)["keys"]["auth"]]
    with program(village) as client:
        looked_at = [
            client.get(path)
            for path in (
                f"/alerts/{alert}", f"/alerts/{alert}/file.json", "/homes/wang", "/", "/push",
                f"/api/v1/alerts/{alert}", f"/api/v1/alerts/{alert}/file", "/api/v1/homes/wang/contacts",
                "/homes/wang/calls", "/metrics",
            )
        ]  # fmt: skip
    assert [answer.status_code for answer in looked_at] == [200] * len(looked_at)
    said = "".join(answer.text for answer in looked_at) + "".join(capsys.readouterr())
    assert "ntfy://****" in said
    assert "push://127.0.0.1/****" in said
    assert [secret for secret in secrets if secret in said] == []
    assert hub.verdict(alert).ok
