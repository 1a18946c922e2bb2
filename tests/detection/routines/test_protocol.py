"""The whole protocol on recorded homes, in small: every figure is there, with interval and baselines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from models.cli import app
from tests.unit.routines.life import grandmother, write_csv

STRAIGHT = ("collapse", "bathroom", "night_out_of_bed")
PLAIN = {"fixed_rule", "mean_and_sigma", "gap_quantile", "clock_profile", "random"}


def evaluate(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["evaluate", "routines", "--quick", *arguments])
    assert done.exit_code == 0, done.output
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


@pytest.fixture(scope="module")
def figures(shared: Path) -> dict[str, Any]:
    """The figures of the recorded homes."""
    return evaluate("--data", str(shared / "datasets"), "--json")


@pytest.mark.parametrize("stage", ["collapse", "collapse_asked_first"])
def test_every_figure_has_its_interval_and_its_baselines(figures: dict[str, Any], stage: str) -> None:
    for one in (figures[stage], *figures[stage]["baselines"].values()):
        low, high = one["recall_ci95"]
        assert 0 <= low <= one["recall"] <= high <= 1
        false = one["false_station_per_home_month"]
        assert false["ci95"][0] <= false["value"] <= false["ci95"][1]
    assert set(figures[stage]["baselines"]) == PLAIN
    assert figures[stage]["injected"] > 100


def test_the_learnt_detector_is_not_slower_than_the_fixed_rule_at_night(figures: dict[str, Any]) -> None:
    for stage in ("collapse", "collapse_asked_first"):
        fixed = figures[stage]["baselines"]["fixed_rule"]["night"]["delay_p50_min"]
        assert figures[stage]["night"]["delay_p50_min"] < fixed


def test_it_finds_sooner_than_chance_does(figures: dict[str, Any]) -> None:
    for stage in ("collapse", "collapse_asked_first"):
        chance = figures[stage]["baselines"]["random"]["delay_p50_min"]
        assert figures[stage]["delay_p50_min"] < 0.7 * chance


def test_the_questions_keep_their_budget_within_a_factor_of_two(figures: dict[str, Any]) -> None:
    assert 0.5 <= figures["obtained_over_asked"]["questions"] <= 2.0


def test_the_other_risks_stand_beside_their_fixed_limits(figures: dict[str, Any]) -> None:
    for risk in ("bathroom", "bathroom_asked_first", "night_out_of_bed", "night_out_of_bed_asked_first"):
        of_risk = figures[risk]
        fixed = [one for name, one in of_risk["baselines"].items() if name.startswith("fixed")]
        for one in (of_risk, *fixed):
            assert one["recall"] > 0.95
            assert one["false_per_home_month"]["ci95"][1] > 0
        assert of_risk["baselines"]["random"]["recall"] < of_risk["recall"]
    learnt, agreed = figures["not_up"], figures["not_up"]["baselines"]["fixed_rule"]
    assert learnt["after_usual_p50_min"] < agreed["after_usual_p50_min"]
    assert learnt["baselines"]["random"]["recall"] < 0.2


def test_every_risk_has_the_figures_that_are_compared_from_day_to_day(figures: dict[str, Any]) -> None:
    for risk in (
        *STRAIGHT,
        *(f"{risk}_asked_first" for risk in STRAIGHT),
        "not_up",
        "night_exit",
        "door_open",
    ):
        one = figures[risk]
        assert {"recall", "delay_p50_min", "delay_p90_min", "injected", "baselines", "worst_home"} <= set(one)
        assert one["injected"] > 0
    assert figures["collapse_asked_first"]["questions_per_home_week"] > 0
    for name in (
        "false_station_per_home_month",
        "false_station_straight_per_home_month",
        "false_family_per_home_month",
    ):
        one = figures[name]
        assert one["home_days"] == figures["home_days"]
        assert one["ci95"][0] <= one["value"] <= one["ci95"][1]
        assert set(one["per_home"]) == set(figures["collapse"]["per_home"])
    kept = figures["obtained_over_asked"]
    for name in ("station", "questions"):
        assert kept[f"{name}_ci95"][0] <= kept[name] <= kept[f"{name}_ci95"][1]
    assert 0 < figures["event_us"] < 50
    assert set(figures["by_sensor_set"]) == {"pir", "contacts", "mixed"}


def test_every_harmless_oddity_is_tried_straight_and_asked_first_beside_chance_and_the_fixed_rule(
    figures: dict[str, Any],
) -> None:
    wanted = {
        *("visitor", "carer", "weekend_away", "weekend_away_door_missed", "lie_in", "nap"),
        *("dead_sensor", "clock_change", "hub_offline", "missed_door"),
    }
    tables = [figures[name] for name in ("confounders", "confounders_straight", "confounders_asked_first")]
    tables += [figures["baselines"][name]["confounders"] for name in ("fixed_rule", "random")]
    for table in tables:
        assert set(table) == wanted
        for one in table.values():
            assert one["ci95"][0] <= one["share"] <= one["ci95"][1]


def test_the_shipped_rules_find_who_does_not_come_back_at_night_and_the_open_door(
    figures: dict[str, Any],
) -> None:
    for rule in ("night_exit", "door_open"):
        assert figures[rule]["injected"] > 0
        assert figures[rule]["recall"] > 0.95
        assert figures[rule]["delay_p90_min"] < 20


def test_what_is_not_built_has_no_figure(figures: dict[str, Any]) -> None:
    assert not set(figures["absent"]) & set(figures)


def test_decline_has_its_delays_and_its_false_advices_in_made_up_and_recorded_homes(
    figures: dict[str, Any],
) -> None:
    found = figures["decline"]
    assert found["asked_per_home_year"] == 1
    for homes in (found["made_up"], found["recorded"]):
        for one in (homes, *homes["baselines"].values()):
            false = one["false_per_home_year"]
            assert false["ci95"][0] <= false["value"] <= false["ci95"][1]
            late = one["by_kind"]["everything"]
            assert late["injected"] > 0
            assert 0 <= late["recall"] <= 1
        assert set(homes["baselines"]) == {"mean_and_sigma", "plain_threshold"}
    # Few homes in a quick run: the bound is what it can show.
    assert found["made_up"]["by_kind"]["everything"]["recall"] == 1
    assert set(found["recorded"]["homes"]) == {"hh103", "kasteren-a", "kasteren-b"}


def test_walks_at_night_are_found_with_few_false_ones(figures: dict[str, Any]) -> None:
    for homes in (figures["night_wandering"]["recorded"], figures["night_wandering"]["made_up"]):
        assert homes["recall"] > homes["baselines"]["plain_threshold"]["recall"]
        assert homes["false_per_home_month"]["ci95"][0] < 1


def test_budgets_are_kept_within_two_on_homes_never_seen_where_fixed_limits_are_not(
    figures: dict[str, Any],
) -> None:
    kept = figures["budget"]
    for kind in ("question", "station"):
        assert 0.5 <= kept[kind]["obtained_over_asked"] <= 2
        assert kept["baselines"]["fixed_limits"][kind]["obtained_over_asked"] > 2
    assert 0.5 <= kept["recorded"]["adapting"]["obtained_over_asked"] <= 2


def test_homes_that_nobody_has_seen_are_judged_by_what_is_shipped(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_csv(grandmother(days=16, seed=seed, name=f"willow-{seed}"), tmp_path)
    found = evaluate("--csv", str(tmp_path), "--json")
    assert found["artefact"] == "shipped"
    assert found["homes"] == 2
    assert found["collapse"]["recall"] > 0.9


def test_pictures_are_drawn_of_delay_homes_and_oddities(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_csv(grandmother(days=8, seed=seed, name=f"willow-{seed}"), tmp_path)
    found = evaluate("--csv", str(tmp_path), "--json", "--figures", str(tmp_path / "pictures"))
    for stage in ("help", "ask"):
        assert set(found["curves"][stage]) == {"product", *PLAIN}
    written = {path.name for path in (tmp_path / "pictures").iterdir()}
    assert written == {"routines-delay.png", "routines-homes.png", "routines-oddities.png"}
    assert all((tmp_path / "pictures" / name).read_bytes()[:4] == b"\x89PNG" for name in written)


def test_a_table_for_people_comes_before_the_figures(tmp_path: Path) -> None:
    write_csv(grandmother(days=8), tmp_path)
    done = CliRunner().invoke(app, ["evaluate", "routines", "--quick", "--csv", str(tmp_path)])
    assert done.exit_code == 0
    assert "against fixed_rule" in done.stdout


def test_the_card_says_what_was_learnt_from_what() -> None:
    said = CliRunner().invoke(app, ["card", "routines"]).stdout
    assert "`hh103`: 28 days" in said
    assert "against fixed_rule" in said


def test_a_folder_that_holds_no_home_is_said_to(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["evaluate", "routines", "--csv", str(tmp_path), "--json"])
    assert done.exit_code == 1
    assert "No home" in done.output
