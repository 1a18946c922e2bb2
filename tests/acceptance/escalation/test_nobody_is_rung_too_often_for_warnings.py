"""After four calls within an hour a person is spared further ones, and one message lists those."""

from __future__ import annotations

from datetime import timedelta

from tests.hub_rig import PRESSES_1, PRESSES_2, HubRig
from tests.noise_rig import at_noon, kinds, settle_village, warning
from tests.village import STATION, fall

MINUTE = timedelta(minutes=1)


def busy_station(hub: HubRig, *, writes: bool = True) -> list[str]:
    """Six homes whose only helper is the station; returns them."""
    homes = settle_village(hub, "dongjie", 6)
    with hub.pool.connection() as connection:
        connection.execute("delete from contacts where home_id is not null")
        connection.execute("delete from contacts where id = 'centre-duty'")
        if writes:
            connection.execute(
                "insert into contact_methods (id, contact_id, channel, address, rank)"
                " values ('duty-sms', 'duty', 'sms', %s, 2)",
                (STATION,),
            )
    hub.telephones.person(STATION, "值班", [PRESSES_1])
    at_noon(hub)
    return homes


def test_the_fifth_warning_of_an_hour_is_written_and_not_rung(hub: HubRig) -> None:
    homes = busy_station(hub)
    alerts = []
    for home in homes[:4]:
        alerts.append(hub.finding(warning(hub, "leak"), home=home))
        hub.until(lambda: hub.alert(alerts[-1])["status"] == "acknowledged", "the station takes it")
        hub.clock.move(MINUTE)
    fifth = hub.finding(warning(hub, "leak"), home=homes[4])
    hub.until(lambda: "digest" in kinds(hub, fifth), "it is written")
    sixth = hub.finding(warning(hub, "door_open"), home=homes[5])
    hub.turn()
    assert hub.called() == [STATION] * 4
    assert "spared" in kinds(hub, fifth)
    digest = "【安居】另有 1 条提醒无人接手"
    hub.until(lambda: any(digest in m.body for m in hub.telephones.messages(STATION)), "the message")
    hub.clock.move(25 * MINUTE)
    hub.turn()
    assert "digest" not in kinds(hub, sixth), "at most one message in half an hour"
    hub.clock.move(5 * MINUTE)
    hub.until(lambda: "digest" in kinds(hub, sixth), "the next one")
    assert hub.called() == [STATION] * 4
    assert hub.verdict(fifth).ok


def test_an_emergency_rings_however_often_somebody_was_rung(hub: HubRig) -> None:
    homes = busy_station(hub)
    for home in homes[:4]:
        alert = hub.finding(warning(hub, "leak"), home=home)
        hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the station takes it")  # noqa: B023
    red = hub.finding(fall(hub.clock.now()), home=homes[5])
    hub.until(lambda: hub.alert(red)["status"] == "acknowledged", "the station takes the fall")
    assert hub.called() == [STATION] * 5
    assert "spared" not in kinds(hub, red)


def test_who_cannot_be_written_to_is_rung_while_nobody_knows_of_the_warning(hub: HubRig) -> None:
    homes = busy_station(hub, writes=False)
    for home in homes[:4]:
        alert = hub.finding(warning(hub, "leak"), home=home)
        hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the station takes it")  # noqa: B023
    fifth = hub.finding(warning(hub, "leak"), home=homes[4])
    hub.until(lambda: hub.alert(fifth)["status"] == "acknowledged", "the station takes it")
    assert hub.called() == [STATION] * 5


def test_who_has_heard_of_a_warning_is_spared_until_the_hour_is_over(hub: HubRig) -> None:
    homes = busy_station(hub, writes=False)
    for home in homes[:4]:
        alert = hub.finding(warning(hub, "leak"), home=home)
        hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "the station takes it")  # noqa: B023
    hub.telephones.person(STATION, "值班", [PRESSES_2, PRESSES_1])
    fifth = hub.finding(warning(hub, "leak"), home=homes[4])
    hub.until(lambda: "declined" in str(hub.attempts(fifth)), "it rings, and they cannot go")
    for _ in range(4):
        hub.clock.move(10 * MINUTE)
        hub.turn()
    assert hub.called() == [STATION] * 5
    assert "spared" in kinds(hub, fifth)
    for _ in range(3):
        hub.clock.move(10 * MINUTE)
        hub.turn()
    hub.until(lambda: hub.alert(fifth)["status"] == "acknowledged", "the station takes it after the hour")
    assert hub.called() == [STATION] * 6


def test_a_station_may_allow_fewer_calls(hub: HubRig) -> None:
    homes = busy_station(hub)
    with hub.pool.connection() as connection:
        connection.execute("insert into noise_levels (organisation_id, calls_an_hour) values ('centre', 1)")
    first = hub.finding(warning(hub, "leak"), home=homes[0])
    hub.until(lambda: hub.alert(first)["status"] == "acknowledged", "the station takes it")
    second = hub.finding(warning(hub, "leak"), home=homes[1])
    hub.until(lambda: "digest" in kinds(hub, second), "it is written")
    assert hub.called() == [STATION]
