"""From a place file to a home that is answered: going live, and the agent that the home needs."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edge_agent.settings import load as load_agent
from hub import cli
from hub.accounts.users import UserError
from hub.administration.edges import EdgeError, add_edge
from hub.administration.homes import StatusError, take
from hub.administration.people import check_role
from hub.app import accounts
from hub.errors import NotFoundError
from hub.place_file import PlaceFile, take_over
from hub.settings import Settings, read_settings
from hub.storage.database import connect
from tests.unit.hub.test_place_file import FILE, NOW

PROVIDER = {
    "ANJU_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "ANJU_TWILIO_AUTH_TOKEN": "token",
    "ANJU_TWILIO_FROM": "+447700900000",
}


@pytest.fixture
def village(database: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a hub that has taken over a home with one contact and one edge agent."""
    with connect(database) as connection:
        take_over(connection, PlaceFile.model_validate(tomllib.loads(FILE)), NOW)
    return {"ANJU_DATABASE_URL": database, "ANJU_DATA_DIR": str(tmp_path / "hub")}


def test_a_home_goes_live_and_hears_what_is_missing(village: dict[str, str], database: str) -> None:
    said = take(read_settings(village), "wang", "live").splitlines()
    assert said[0] == "wang is live: what its sensors say is judged, and people are called."
    assert said[1].startswith("Missing: no edge agent has been heard yet (pi).")
    assert "no telephone provider" in said[2]
    assert len(said) == 3
    with connect(database) as connection:
        assert connection.execute("select status from homes").fetchone() == {"status": "live"}


def test_a_home_that_lacks_nothing_is_told_to_make_a_test_alert(
    village: dict[str, str], database: str
) -> None:
    with connect(database) as connection:
        connection.execute("update edges set heard_at = %s", (NOW,))
        connection.execute(
            "insert into devices (home_id, edge_id, id, vendor, model, name, kinds)"
            " values ('wang', 'pi', '0x00158d00018255df', 'x', 'x', 'x', '{sos}')"
        )
    assert "Missing" not in (said := take(read_settings(village | PROVIDER), "wang", "live"))
    assert "test alert" in said


def test_a_home_without_anybody_to_call_hears_that(village: dict[str, str], database: str) -> None:
    with connect(database) as connection:
        connection.execute("update contact_methods set channel = 'sms'")
        connection.execute("delete from edges")
    said = take(read_settings(village | PROVIDER), "wang", "live")
    assert "Missing: nobody with a telephone." in said
    assert "Add one: anju-hub edge pair wang" in said


@pytest.mark.parametrize("status", ["paused", "commissioning"])
def test_a_home_that_is_not_live_says_that_nobody_is_called(village: dict[str, str], status: str) -> None:
    said = take(read_settings(village), "wang", status)
    assert "nobody is called" in said.splitlines()[0]
    assert "anju-hub home wang live" in said


def test_a_home_that_is_none_and_a_word_that_is_none_are_named(village: dict[str, str]) -> None:
    with pytest.raises(NotFoundError, match="no home 'wong'"):
        take(read_settings(village), "wong", "live")
    with pytest.raises(StatusError, match="none of live, paused, commissioning"):
        take(read_settings(village), "wang", "on")


def test_what_edge_prints_is_a_whole_settings_file(village: dict[str, str], tmp_path: Path) -> None:
    settings = read_settings(village)
    path = tmp_path / "agent.toml"
    path.write_text(add_edge(settings, "wang", "pi"), "utf-8")
    agent = load_agent(path, {})
    assert (agent.home, agent.edge) == ("wang", "pi")
    assert agent.hub.username == "wang/pi"
    assert agent.hub.password == accounts(settings)["wang/pi"]
    assert (agent.sensors.host, agent.sensors.port) == ("127.0.0.1", 1883)
    assert Path(agent.data_dir).is_relative_to(tmp_path)
    told = path.read_text("utf-8").replace("\n# [", "\n[").replace("\n# name", "\nname")
    path.write_text(told.replace("\n# room", "\nroom").replace("\n# outer_door", "\nouter_door"), "utf-8")
    assert {placed.room for placed in load_agent(path, {}).devices.values()} == {"bedroom"}


def test_an_agent_of_another_broker_is_told_where_its_password_comes_from(
    village: dict[str, str], tmp_path: Path
) -> None:
    settings = read_settings(village | {"ANJU_BROKER_URL": "mqtt://hub:word@broker:1884"})
    path = tmp_path / "agent.toml"
    for _ in range(2):  # nothing is replaced here, so it may be printed again
        path.write_text(add_edge(settings, "wang", "pi"), "utf-8")
    agent = load_agent(path, {})
    assert (agent.hub.port, agent.hub.encrypted, agent.data_dir) == (8883, True, "/var/lib/anju-agent")
    assert "password_file" in path.read_text("utf-8")
    assert not (tmp_path / "hub").exists()


def test_an_agents_password_is_replaced_only_when_that_is_wanted(village: dict[str, str]) -> None:
    settings = read_settings(village)
    add_edge(settings, "wang", "pi")
    first = accounts(settings)["wang/pi"]
    with pytest.raises(EdgeError, match="--new-password"):
        add_edge(settings, "wang", "pi")
    assert accounts(settings)["wang/pi"] == first
    assert first not in add_edge(settings, "wang", "pi", new_password=True)
    assert accounts(settings)["wang/pi"] != first


def test_an_id_that_is_none_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    with pytest.raises(EdgeError, match=r"'Pi 3' is no id for an edge agent: use 1 to 32"):
        add_edge(Settings(data_dir=tmp_path), "wang", "Pi 3")
    assert list(tmp_path.iterdir()) == []


def test_a_role_that_is_none_is_refused_before_the_password_is_asked() -> None:
    ran = CliRunner().invoke(cli.app, ["user", "li", "--role", "boss"])
    assert isinstance(ran.exception, UserError)
    assert "There is no role 'boss'" in str(ran.exception)
    assert "Password" not in ran.output
    with pytest.raises(UserError, match="--organisation"):
        check_role("operator", None)
