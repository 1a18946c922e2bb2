"""A plan of one's own: another order by night, frozen into each alert; never one that reaches nobody."""

from __future__ import annotations

import pytest

from hub.escalation import plans
from hub.escalation.plan import Plan, Rule, Rung
from hub.escalation.plans import UnacceptedError
from tests.hub_rig import NO_ANSWER, PRESSES_1, HubRig
from tests.village import DAUGHTER, SON, STATION, fall

#: 03:12 in the village is within it.
STATION_BY_NIGHT = Plan(
    name="nights",
    rules=(Rule(rungs=(Rung(who="station"), Rung(who="family")), since="21:00", until="07:00"),),
)


def save(hub: HubRig, plan: Plan, accepted: tuple[str, ...] = (), **place: str) -> int:
    with hub.pool.connection() as connection:
        return plans.save(
            connection,
            plan,
            **place,
            by="李站长",
            now=hub.clock.now(),
            accepted=accepted,  # type: ignore[arg-type]
        )


def test_by_night_the_station_is_called_before_the_family(hub: HubRig) -> None:
    save(hub, STATION_BY_NIGHT, home_id="wang")
    hub.telephones.person(STATION, "值班", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the station takes it")
    assert hub.called() == [STATION]
    assert hub.alert(alert)["policy"]["name"] == "nights"


def test_the_plan_of_an_organisation_holds_for_its_homes_until_one_has_its_own(hub: HubRig) -> None:
    save(hub, STATION_BY_NIGHT, organisation_id="county")
    with hub.pool.connection() as connection:
        assert plans.plan_of(connection, "wang", None).place == "county"
    save(hub, Plan(name="ours"), home_id="wang")
    with hub.pool.connection() as connection:
        assert plans.plan_of(connection, "wang", None).plan.name == "ours"
        assert plans.forget(connection, home_id="wang", by="李站长", now=hub.clock.now())
        assert plans.plan_of(connection, "wang", None).place == "county"


def test_a_plan_that_is_changed_while_people_are_called_changes_nothing_of_it(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [NO_ANSWER])
    hub.telephones.person(SON, "王强", [PRESSES_1])
    hub.telephones.person(STATION, "值班", [PRESSES_1])
    alert = hub.finding(fall())
    save(hub, STATION_BY_NIGHT, home_id="wang")
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the son takes it")
    assert hub.called() == [DAUGHTER, SON]


def test_a_rule_that_reaches_nobody_must_be_accepted_by_its_name(hub: HubRig) -> None:
    lonely = Plan(name="lonely", rules=(*STATION_BY_NIGHT.rules, Rule(rungs=(Rung(who="doctor"),))))
    with pytest.raises(UnacceptedError, match="Rule 2 reaches nobody for home 'wang'") as refused:
        save(hub, lonely, home_id="wang")
    assert list(refused.value.warnings) == ["rule-2-reaches-nobody"]
    with pytest.raises(UnacceptedError):
        save(hub, lonely, ("rule-1-reaches-nobody",), home_id="wang")
    assert save(hub, lonely, ("rule-2-reaches-nobody",), home_id="wang") == 1
    with hub.pool.connection() as connection:
        row = connection.execute("select accepted, saved_by from plans").fetchone()
    assert row == {"accepted": ["rule-2-reaches-nobody"], "saved_by": "李站长"}


def test_even_then_an_alert_that_would_reach_nobody_calls_whoever_there_is(hub: HubRig) -> None:
    nobody = Plan(name="nobody", rules=(Rule(rungs=(Rung(who="doctor"),)),))
    save(hub, nobody, ("rule-1-reaches-nobody",), home_id="wang")
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "somebody takes it")
    assert hub.called() == [DAUGHTER]
    assert "policy_renewed" in [entry["kind"] for entry in hub.entries(alert)]
