"""A drill goes the whole way to a human, says so everywhere, and is in nobody's figures."""

from __future__ import annotations

from datetime import timedelta

from hub.proof import drills
from tests.hub_rig import NO_ANSWER, PRESSES_1, HubRig
from tests.village import DAUGHTER, SON, STATION, add_contact

#: 03:12 on Sunday in the village; ten o'clock of the Monday after it.
MONDAY_10 = timedelta(hours=30, minutes=48)


def drill(hub: HubRig, home: str | None = "wang", organisation: str | None = None) -> str:
    with hub.pool.connection() as connection:
        return drills.start(
            connection, hub.clock.now(), home_id=home, organisation_id=organisation, by="周建国"
        )


def over(hub: HubRig, alert: str) -> None:
    hub.until(lambda: hub.alert(alert)["status"] == "resolved", "the drill is over")


def test_the_first_human_ends_it_and_the_result_says_who_and_how_fast(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [NO_ANSWER])
    hub.telephones.person(SON, "王强", [PRESSES_1])
    alert = drill(hub)
    over(hub, alert)
    assert (hub.called(), hub.alert(alert)["outcome"]) == ([DAUGHTER, SON], "test")
    with hub.pool.connection() as connection:
        [result] = drills.results(connection, homes=["wang"])
    assert (result["reached"], result["called"], result["after"]) == ("王强", 2, timedelta(0))
    assert hub.verdict(alert).ok


def test_every_word_of_it_says_so(hub: HubRig) -> None:
    hub.telephones.person(DAUGHTER, "王芳", [PRESSES_1])
    with hub.pool.connection() as connection:
        connection.execute(
            "insert into contact_methods (id, contact_id, channel, address)"
            " values ('fang-sms', 'wang-fang', 'sms', %s)",
            (DAUGHTER,),
        )
    alert = drill(hub)
    over(hub, alert)
    hub.until(lambda: hub.telephones.messages(DAUGHTER), "written")
    [call] = hub.telephones.calls(DAUGHTER)
    assert "演练" in call.said[0]
    assert "您什么都不用做" in call.said[-1]
    for message in hub.telephones.messages(DAUGHTER):
        assert message.body.startswith("【安居演练】")
        assert "东街12号" not in message.body
    raised = hub.entries(alert)[0]["data"]
    assert raised["drill"] is True


def test_it_never_calls_the_county_and_ends_after_one_round(hub: HubRig) -> None:
    """Nobody answers: family, station and centre are called once, the county never."""
    with hub.pool.connection() as connection:
        add_contact(connection, "county-duty", "县平台", "duty", "+447700900030", organisation="county")
    alert = drill(hub)
    for _ in range(8):
        hub.clock.move(timedelta(seconds=30))
        hub.turn()
    over(hub, alert)
    hub.clock.move(timedelta(hours=1))
    hub.turn()
    assert sorted(hub.called()) == [DAUGHTER, SON, STATION, "+447700900020"]
    with hub.pool.connection() as connection:
        [result] = drills.results(connection)
    assert (result["reached"], result["called"]) == (None, 4)
