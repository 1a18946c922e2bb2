"""Aliyun signs nothing: without the secret in the address nothing happens, and what came is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulators.telephones.person import OnCall
from tests.aliyun_rig import FANG, SECRET, running_mainland_hub
from tests.hub_rig import HubRig
from tests.village import fall


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[HubRig]:
    with running_mainland_hub(database, tmp_path) as rig:
        rig.telephones.person(FANG, "王芳", [OnCall(does="manual")])
        yield rig


def push(hub: HubRig, path: str, body: Any) -> httpx.Response:
    if isinstance(body, bytes):
        return httpx.post(hub.settings.own_url + path, content=body, timeout=10, trust_env=False)
    return httpx.post(hub.settings.own_url + path, json=body, timeout=10, trust_env=False)


def ringing(hub: HubRig) -> tuple[str, dict[str, str]]:
    """An alert whose first call rings, and a receipt that claims its key."""
    alert = hub.finding(fall())
    hub.until(lambda: hub.attempts(alert) == [("王芳", "accepted")], "accepted")
    with hub.pool.connection() as connection:
        row = connection.execute("select id, provider_id from attempts").fetchone()
    assert row is not None
    return alert, {
        "call_id": row["provider_id"],
        "out_id": row["id"][:15],
        "status_code": "200000",
        "dtmf": "1",
    }


def kept(hub: HubRig) -> list[tuple[str, str]]:
    with hub.pool.connection() as connection:
        rows = connection.execute(
            "select topic, reason from quarantine where source = 'aliyun' order by id"
        ).fetchall()
    return [(row["topic"], row["reason"]) for row in rows]


@pytest.mark.parametrize("secret", ["", "guess", SECRET[:-1], SECRET.upper(), "秘密"])
def test_a_receipt_without_the_secret_is_refused_counted_and_kept(hub: HubRig, secret: str) -> None:
    alert, receipt = ringing(hub)
    assert push(hub, f"/aliyun/call?secret={secret}", [receipt]).status_code == 403
    assert hub.alert(alert)["status"] == "triggered"
    assert kept(hub) == [("/aliyun/call", "a receipt without the secret")]
    with hub.pool.connection() as connection:
        counted = connection.execute("select reason, n from refusals").fetchall()
    assert [(row["reason"], row["n"]) for row in counted] == [("forged receipt of aliyun", 1)]


def test_with_the_secret_it_is_taken(hub: HubRig) -> None:
    """The other side of the same test: what was refused above is what would have been believed."""
    alert, receipt = ringing(hub)
    answer = push(hub, f"/aliyun/call?secret={SECRET}", [receipt])
    assert (answer.status_code, answer.json()) == (200, {"code": 0, "msg": "OK"})
    assert hub.alert(alert)["status"] == "acknowledged"
    assert kept(hub) == []


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"{}", b'"1"', b"[" * 5000, b'[1, null, [], "x"]', b"[{}]" + b" " * 70_000]
)
def test_what_is_no_list_of_receipts_stops_nothing(hub: HubRig, body: bytes) -> None:
    alert, receipt = ringing(hub)
    for path in ("call", "progress", "message", "reply"):
        assert push(hub, f"/aliyun/{path}?secret={SECRET}", body).status_code == 200
    assert push(hub, f"/aliyun/call?secret={SECRET}", [receipt]).status_code == 200
    assert hub.alert(alert)["status"] == "acknowledged"


@pytest.mark.parametrize(
    ("path", "item"),
    [
        ("call", {"call_id": "1^2", "out_id": "0123456789abcde", "status_code": "200000", "dtmf": "1"}),
        ("call", {"call_id": "", "out_id": "", "dtmf": "1"}),
        ("call", {"call_id": "%", "out_id": "%' or 1=1 --", "dtmf": "1"}),
        ("call", {}),
        ("progress", {"call_id": "1^2", "status_code": "300000", "dtmf": "1"}),
        ("message", {"phone_number": "13800000001", "out_id": "0123456789abcde", "success": True}),
        ("message", {"phone_number": "x", "biz_id": "1"}),
        ("reply", {"phone_number": "+447700900001", "content": "1"}),
    ],
)
def test_a_receipt_of_nobodys_call_is_kept_and_changes_nothing(
    hub: HubRig, path: str, item: dict[str, Any]
) -> None:
    alert, _ = ringing(hub)
    assert push(hub, f"/aliyun/{path}?secret={SECRET}", [item]).status_code == 200
    assert hub.alert(alert)["status"] == "triggered"
    assert hub.attempts(alert) == [("王芳", "accepted")]
    assert kept(hub) == [(f"/aliyun/{path}", "a receipt of no attempt of ours")]


def test_one_bad_receipt_takes_none_of_the_others_with_it(hub: HubRig) -> None:
    alert, receipt = ringing(hub)
    strange = {"call_id": "1^2", "out_id": "\x00", "dtmf": "1", "extra": {"deep": [1]}}
    assert push(hub, f"/aliyun/call?secret={SECRET}", [strange, receipt]).status_code == 200
    assert hub.alert(alert)["status"] == "acknowledged"


def test_a_hub_without_aliyun_believes_nothing(database: str, tmp_path: Path) -> None:
    from tests.hub_rig import running_hub

    with running_hub(database, tmp_path) as rig:
        for secret in ("", "x", "None"):
            assert push(rig, f"/aliyun/call?secret={secret}", [{}]).status_code == 403
