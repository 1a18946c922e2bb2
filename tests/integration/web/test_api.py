"""The API: what programs do with homes, alerts, people; and what they hear live."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from tests.village import NIGHT, fall
from tests.web_rig import WebRig


@pytest.fixture
def boss(web: WebRig) -> Iterator[httpx.Client]:
    with web.program("administrator") as client:
        yield client


def test_an_alert_says_who_where_why_and_who_took_it(web: WebRig) -> None:
    alert = web.finding(fall(NIGHT - timedelta(seconds=30), room="bathroom"))
    with web.program("operator") as client:
        listed = client.get("/api/v1/alerts").json()
        assert [row["id"] for row in listed] == [alert]
        row = listed[0]
        assert (row["home"], row["risk"], row["severity"], row["status"]) == (
            "wang",
            "fall",
            "emergency",
            "triggered",
        )
        assert (row["room"], row["late"], row["outcome"]) == ("bathroom", False, None)
        assert row["reason"] == "The radar says that somebody fell."
        assert row["occurred_at"] == "2026-11-21T19:11:30Z"
        taken = client.post(f"/api/v1/alerts/{alert}/acknowledge").json()
        assert (taken["status"], taken["acknowledged_by"]) == ("acknowledged", "李敏")
        assert client.post(f"/api/v1/alerts/{alert}/on-the-way").json()["status"] == "on_the_way"
        assert client.post(f"/api/v1/alerts/{alert}/on-site").json()["status"] == "on_site"
        over = client.post(f"/api/v1/alerts/{alert}/resolve", json={"outcome": "real", "note": "扶起"}).json()
        assert (over["status"], over["outcome"], over["resolved_by"]) == ("resolved", "real", "李敏")
        assert client.get("/api/v1/alerts").json() == []
        past = client.get("/api/v1/alerts", params={"home": "wang", "status": "resolved"}).json()
        assert [row["id"] for row in past] == [alert]
        assert client.get(f"/api/v1/alerts/{alert}/verify").json()["ok"] is True
        kinds = [entry["kind"] for entry in client.get(f"/api/v1/alerts/{alert}/file").json()["entries"]]
        assert kinds == ["raised", "called", "acknowledged", "on_the_way", "on_site", "resolved"]


def test_the_second_who_takes_an_alert_is_told_who_was_first(web: WebRig) -> None:
    alert = web.finding(fall())
    with web.program("operator") as first, web.program("supervisor") as second:
        assert first.post(f"/api/v1/alerts/{alert}/acknowledge").status_code == 200
        late = second.post(f"/api/v1/alerts/{alert}/acknowledge")
    assert late.status_code == 409
    assert late.headers["content-type"] == "application/problem+json"
    assert "李敏" in late.json()["detail"]


def test_a_file_that_was_changed_in_the_database_is_found_out(web: WebRig) -> None:
    alert = web.finding(fall())
    with web.pool.connection() as connection:
        connection.execute("alter table alert_entries disable trigger all")
        connection.execute("update alert_entries set data = data || '{\"late\": true}' where n = 1")
    with web.program("operator") as client:
        assert client.get(f"/api/v1/alerts/{alert}/verify").json() == {
            "ok": False,
            "entries": 1,
            "broken_at": 1,
        }
    with web.signed_in("operator") as browser:
        assert "档案被改动过" in browser.get(f"/alerts/{alert}").text


def test_a_home_is_created_and_taken_live(web: WebRig) -> None:
    with web.program("supervisor") as client:
        new = {"id": "ma-lanying", "organisation_id": "dongjie", "name": "东街20号"}
        made = client.post("/api/v1/homes", json=new)
        assert made.status_code == 201
        assert (made.json()["status"], made.json()["state"]) == ("commissioning", "commissioning")
        assert client.post("/api/v1/homes", json=new).status_code == 409
        unproven = client.put("/api/v1/homes/ma-lanying/status", json={"status": "live"})
        assert unproven.status_code == 409
        assert "Not shown yet: home, people, paired, sensors, walked, tested" in unproven.json()["detail"]
        why = {"status": "live", "why": "人手不足，先守着"}
        live = client.put("/api/v1/homes/ma-lanying/status", json=why).json()
        assert (live["status"], live["state"]) == ("live", "unknown")
        paused = client.put("/api/v1/homes/ma-lanying/status", json={"status": "paused"}).json()
        assert (paused["status"], paused["state"]) == ("paused", "paused")
        elsewhere = new | {"id": "other", "organisation_id": "far"}
        assert client.post("/api/v1/homes", json=elsewhere).status_code == 404


def test_contacts_are_added_with_numbers_that_can_be_called(web: WebRig) -> None:
    with web.program("family") as client:
        contact = client.post(
            "/api/v1/homes/wang/contacts", json={"name": "王敏", "role": "family", "rank": 9}
        ).json()
        path = f"/api/v1/homes/wang/contacts/{contact['id']}/methods"
        assert client.post(path, json={"channel": "voice", "address": "+86 138-0013 8000"}).status_code == 201
        never = client.post(path, json={"channel": "voice", "address": "120"})
        assert never.status_code == 422
        assert "by a human" in never.json()["detail"]
        wrong = client.post(path, json={"channel": "voice", "address": "138 0013 8000"})
        assert wrong.status_code == 422
        assert "country code" in wrong.json()["detail"]
        last = client.get("/api/v1/homes/wang/contacts").json()[-1]
    assert [method["address"] for method in last["methods"]] == ["+8613800138000"]
    assert last["methods"][0]["verified_at"] is None


def test_another_homes_contact_cannot_be_given_a_number(web: WebRig) -> None:
    with web.program("family") as client:
        path = "/api/v1/homes/wang/contacts/zhao-fang/methods"
        assert client.post(path, json={"channel": "voice", "address": "+447700900009"}).status_code == 404


def test_a_day_of_events_is_the_day_by_the_homes_clock(web: WebRig) -> None:
    with web.pool.connection() as connection:
        connection.execute("insert into streams (home_id, edge_id, name) values ('wang', 'pi', 's1')")
        for seq, at in enumerate(
            ("2026-11-20T15:59:59Z", "2026-11-20T16:00:00Z", "2026-11-21T15:59:59Z"), start=1
        ):
            connection.execute(
                "insert into events select 'wang', id, %s, %s, %s, 'door', 'contact', 1 from streams",
                [seq, at, at],
            )
    with web.program("family") as client:
        day = client.get("/api/v1/homes/wang/events", params={"day": "2026-11-21"}).json()
    assert day["zone"] == "Asia/Shanghai", day
    assert [event["at"] for event in day["events"]] == ["2026-11-20T16:00:00Z", "2026-11-21T15:59:59Z"]


def test_a_user_gets_a_token_that_acts_for_them_alone(web: WebRig, boss: httpx.Client) -> None:
    new = {
        "login": "wangmin",
        "name": "王敏",
        "role": "family",
        "password": "three tall bamboos",
        "homes": ["wang"],
    }
    user = boss.post("/api/v1/users", json=new)
    assert user.status_code == 201
    assert boss.post("/api/v1/users", json=new).status_code == 409
    token = boss.post(
        f"/api/v1/users/{user.json()['id']}/tokens", json={"name": "telephone", "days": 1}
    ).json()
    with web.client() as client:
        client.headers["Authorization"] = f"Bearer {token['token']}"
        assert [home["id"] for home in client.get("/api/v1/homes").json()] == ["wang"]
        web.clock.move(timedelta(days=2))  # type: ignore[attr-defined]
        assert client.get("/api/v1/homes").status_code == 401
    assert "password" not in boss.get("/api/v1/users").text


def test_what_was_refused_is_shown_to_administrators(web: WebRig, boss: httpx.Client) -> None:
    with web.client() as stranger:
        assert stranger.post("/twilio/status/a1", data={"CallSid": "x"}).status_code == 403
    found = boss.get("/api/v1/quarantine").json()
    assert [(row["source"], row["reason"]) for row in found] == [("twilio", "unsigned callback")]
    assert boss.get("/api/v1/refusals").json() == []


def test_the_live_line_tells_of_ones_own_homes_and_beats(web: WebRig) -> None:
    with web.program("family") as client, client.stream("GET", "/api/v1/stream") as line:
        assert line.headers["content-type"].startswith("text/event-stream")
        assert line.headers["x-accel-buffering"] == "no"
        lines = line.iter_lines()
        assert next(text for text in lines if text.startswith("event:")) == "event: beat"
        beat = json.loads(next(lines).removeprefix("data: "))
        assert beat["at"] == NIGHT.isoformat()
        web.finding(fall(), "zhao")
        mine = web.finding(fall())
        assert next(text for text in lines if text == "event: alert")
        assert json.loads(next(lines).removeprefix("data: "))["alert"] == mine


def test_every_look_at_a_home_is_written_down(web: WebRig) -> None:
    alert = web.finding(fall())
    with web.program("operator") as client, web.signed_in("family") as browser:
        client.get("/api/v1/homes/wang/contacts")
        client.get(f"/api/v1/alerts/{alert}")
        browser.get("/homes/wang")
        browser.get("/homes/wang/live")
        assert "李敏 查看了联系人" in browser.get("/homes/wang").text
    with web.pool.connection() as connection:
        rows = connection.execute(
            "select user_id, action from audit_log where home_id = 'wang' order by id"
        ).fetchall()
    found = [(row["user_id"], row["action"]) for row in rows]
    operator, family = web.people["operator"], web.people["family"]
    assert found == [(operator, "view_contacts"), (operator, "view_alert"), (family, "view_home")]


def test_the_api_describes_itself(web: WebRig) -> None:
    with web.client() as client:
        described = client.get("/api/v1/openapi.json").json()
    assert all(path.startswith("/api/v1/") for path in described["paths"])
    resolve = described["paths"]["/api/v1/alerts/{alert_id}/resolve"]["post"]
    assert "409" in resolve["responses"]
    assert described["components"]["schemas"]["Resolution"]["example"]["outcome"] == "self_ok"


def test_a_time_a_change_of_mind_and_a_cause_are_given_and_read_back(web: WebRig) -> None:
    alert = web.finding(fall())
    path = f"/api/v1/alerts/{alert}"
    with web.program("operator") as client, web.program("supervisor") as other:
        assert client.post(f"{path}/cannot").status_code == 409, "who has not taken it cannot give it back"
        coming = client.post(f"{path}/on-the-way", json={"eta_minutes": 15}).json()
        assert coming["status"] == "on_the_way"
        assert coming["eta_at"] is not None
        assert coming["answered_at"] == coming["acknowledged_at"]
        assert [(t["name"], t["via"], t["tier"]) for t in coming["takers"]] == [("李敏", "api", "station")]
        for eta in (0, 241, "soon"):
            assert client.post(f"{path}/on-the-way", json={"eta_minutes": eta}).status_code == 422
        back = client.post(f"{path}/cannot").json()
        assert (back["status"], back["acknowledged_by"], back["eta_at"]) == ("triggered", None, None)
        assert back["takers"][0]["left_at"] is not None
        assert other.post(f"{path}/on-site").json()["arrived_at"] is not None
        odd = other.post(f"{path}/resolve", json={"outcome": "real", "cause": "pet"})
        assert odd.status_code == 422, "what was real has no cause of being false"
        over = other.post(f"{path}/resolve", json={"outcome": "false", "cause": "pet"}).json()
        assert (over["outcome"], over["cause"], over["answers_needed"]) == ("false", "pet", 1)
        assert over["answered_at"] == coming["answered_at"], "the first answer stays the first"
