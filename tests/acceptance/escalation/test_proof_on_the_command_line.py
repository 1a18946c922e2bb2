"""`anju-hub preflight`, `verify`, `drill` and `figures` say on a terminal what is true, with an exit code."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from hub.cli import app
from hub.errors import HubError
from tests.hub_rig import PRESSES_1, HubRig
from tests.proof_rig import past_alert, verify_number
from tests.village import DAUGHTER, NIGHT, SON


@pytest.fixture
def run(hub: HubRig, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setenv("ANJU_DATABASE_URL", hub.url)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    # Logs stay this process's own: a runner's streams are closed after each command.
    monkeypatch.setattr("hub.logs.set_up", lambda **_: None)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return invoke


def test_preflight_exits_1_while_a_number_is_unproven_and_0_after_it(hub: HubRig, run) -> None:  # type: ignore[no-untyped-def]
    answer = run("preflight", "wang")
    assert answer.exit_code == 1, answer.output
    found = json.loads(run("preflight", "--json").stdout.splitlines()[-1])
    assert (found["homes"], [each["kind"] for each in found["findings"]]) == (1, ["unverified"])
    with hub.pool.connection() as connection:
        for contact in ("wang-fang", "duty"):
            verify_number(connection, contact, NIGHT)
    answer = run("preflight", "wang")
    assert (answer.exit_code, answer.stdout.strip()) == (0, "Two proven people at every hour.")


def test_verify_calls_every_unproven_number_of_a_home(hub: HubRig, run) -> None:  # type: ignore[no-untyped-def]
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    hub.telephones.person(SON, "王强", [PRESSES_1])
    answer = run("verify", "wang")
    assert answer.exit_code == 0, answer.output
    started = answer.stdout.split()
    with hub.pool.connection() as connection:
        hub.clock.move(connection.execute("select max(due_at) as at from alerts").fetchone()["at"] - NIGHT)  # type: ignore[index]
    for alert in started:
        hub.until(lambda alert=alert: hub.alert(alert)["status"] == "resolved", "over")  # type: ignore[misc]
    assert sorted(hub.called()) == [DAUGHTER, SON]
    assert isinstance(run("verify", "nobody").exception, HubError)


def test_drills_are_begun_and_planned(hub: HubRig, run) -> None:  # type: ignore[no-untyped-def]
    alert = run("drill", "wang").stdout.strip()
    assert hub.alert(alert)["drill"]
    assert run("drill", "dongjie", "--every", "month", "--day", "3").stdout.strip() == "duty:dongjie"
    assert run("drill", "dongjie", "--every", "stop").exit_code == 0
    assert isinstance(run("drill", "dongjie", "--every", "month", "--hour", "22").exception, HubError)


def test_figures_of_a_month_are_json_for_programs(hub: HubRig, run) -> None:  # type: ignore[no-untyped-def]
    with hub.pool.connection() as connection:
        past_alert(connection, NIGHT, answered=20)
        past_alert(connection, NIGHT, answered=90)
    found = json.loads(run("figures", "county", "--month", "2026-11", "--json").stdout)
    [whole] = [each for each in found if not each["severity"] and not each["tier"]]
    assert (whole["alerts"], whole["median_s"], whole["shares"][0]["share"]) == (2, 55.0, 0.5)
    assert "0.5" not in run("figures", "county", "--month", "2026-10").stdout
    assert isinstance(run("figures", "--month", "2026-13").exception, HubError)
