"""What the hub wants runs at the edge and is said to run; it waits while somebody may need help."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.places import commands
from tests.acceptance.edge.whole_home import DOOR, WholeHome, running, until, whole_home
from tests.brokers import Embedded

BUTTON_ROOM = {"devices": {DOOR: {"room": "hall", "name": "Front door", "outer_door": True}}}


@pytest.fixture
def home(database: str, tmp_path: Path) -> Iterator[WholeHome]:
    hub_broker, home_broker = Embedded(), Embedded()
    with (
        running(hub_broker),
        running(home_broker),
        whole_home(database, tmp_path, hub_broker, home_broker) as made,
    ):
        yield made


def test_a_room_that_was_written_on_the_hub_holds_at_the_edge(home: WholeHome) -> None:
    wanted = home.send("PUT", "/edges/pi/config", {"settings": BUTTON_ROOM})
    assert wanted["version"] == 1
    until(lambda: home.get("/edges/pi/config")["running"] == 1, "the edge runs it")
    until(
        lambda: [d["room"] for d in home.get("/devices") if d["id"] == DOOR] == ["hall"],
        "the catalogue says the room",
    )
    assert home.agent.starts == 2
    assert home.send("PUT", "/edges/pi/config", {"settings": BUTTON_ROOM})["version"] == 1


def test_while_somebody_may_need_help_nothing_is_started_anew(home: WholeHome) -> None:
    """An outer door that opens is urgent: the agent has just told something that may matter."""
    home.send("PUT", "/edges/pi/config", {"settings": BUTTON_ROOM})
    until(lambda: home.agent.starts == 2, "the outer door is known as one")
    until(lambda: home.get("/edges/pi/config")["running"] == 1, "the edge runs it")
    home.says_until_stored(DOOR, {"contact": False})
    home.send("PUT", "/edges/pi/config", {"settings": {"backlog_rate": 500}})
    home.send("PUT", f"/edges/pi/devices/{DOOR}/consent", {"given": False})
    until(lambda: home.get("/edges/pi/commands") == [], "nothing")
    given = home.send("POST", "/edges/pi/commands", {"name": "config"})
    until(
        lambda: home.get("/edges/pi/commands")[0]["ok"] is True,
        "the edge has answered what came after the configuration",
    )
    assert given["name"] == "config"
    assert home.agent.starts == 2
    before = len(home.stored())
    home.says(DOOR, {"contact": True})
    home.send("POST", "/edges/pi/commands", {"name": "config"})
    until(lambda: home.get("/edges/pi/commands")[0]["ok"] is True, "the edge goes on")
    assert len(home.stored()) == before, "what residents keep to themselves is kept all the same"


def test_an_edge_that_ran_a_later_version_of_another_hub_runs_what_this_hub_wants(home: WholeHome) -> None:
    home.send("PUT", "/edges/pi/config", {"settings": {"backlog_rate": 700}})
    until(lambda: home.get("/edges/pi/config")["running"] == 1, "the first one runs")
    with home.worker_connection() as connection:  # a hub that was put up anew counts from the beginning
        connection.execute("update edges set config_version = 0")
        connection.execute("delete from edge_configs")
    for rate in (800, 900):
        home.send("PUT", "/edges/pi/config", {"settings": {"backlog_rate": rate}})
    home.send("POST", "/edges/pi/commands", {"name": "config"})
    until(
        lambda: home.get("/edges/pi/config")["running"] == home.get("/edges/pi/config")["version"],
        "the edge runs what this hub wants",
    )
    assert home.get("/edges/pi/config")["settings"] == {"backlog_rate": 900}


def test_a_configuration_that_the_edge_refuses_is_seen_on_the_hub(home: WholeHome) -> None:
    answer = home.family.put("/api/v1/homes/wang/edges/pi/config", json={"settings": {"backlog_rate": 1}})
    assert answer.status_code == 422
    with home.worker_connection() as connection:  # as a hub of another version might want it
        connection.execute(
            "insert into edge_configs (home_id, edge_id, version, sha256, settings, made_at, made_by, due_at)"
            " values ('wang', 'pi', 9, 'damaged', '{}', now(), 'test', now())"
        )
    until(lambda: home.get("/edges/pi/config")["refused"] == 9, "the edge says that it refuses it")
    assert "damaged" in home.get("/edges/pi/config")["note"]
    assert not home.worker.rows("select 1 from edge_configs where due_at is not null")


def test_a_command_is_answered_and_one_that_is_unknown_or_late_is_not_done(home: WholeHome) -> None:
    home.send("POST", "/edges/pi/commands", {"name": "identify", "arguments": {"device": "no-such"}})
    until(lambda: home.get("/edges/pi/commands")[0]["answered_at"], "an answer")
    assert home.get("/edges/pi/commands")[0]["ok"] is False
    assert "no device 'no-such'" in home.get("/edges/pi/commands")[0]["detail"]
    home.send("POST", "/edges/pi/commands", {"name": "siren", "arguments": {"seconds": 5}})
    until(lambda: home.get("/edges/pi/commands")[0]["answered_at"], "an answer")
    assert "no siren" in home.get("/edges/pi/commands")[0]["detail"]
    home.send("POST", "/edges/pi/commands", {"name": "identify", "arguments": {"device": DOOR}})
    until(lambda: home.get("/edges/pi/commands")[0]["ok"] is True, "the door was told to show itself")
    home.until_bridge_heard(f"zigbee2mqtt/{DOOR}/set", b'{"identify":"identify"}')
    wrong = home.family.post("/api/v1/homes/wang/edges/pi/commands", json={"name": "dance"})
    assert wrong.status_code == 422
    with home.worker_connection() as connection:
        now = connection.execute("select now() as now").fetchone()["now"]
        late = commands.ask(connection, "wang", "pi", "config", {}, now - 2 * commands.LASTS, "test")
    home.send("POST", "/edges/pi/commands", {"name": "config"})
    until(lambda: home.get("/edges/pi/commands")[0]["ok"] is True, "the one after it")
    row = next(row for row in home.get("/edges/pi/commands") if row["id"] == late["id"])
    assert (row["sent_at"], row["ok"]) == (None, None)
