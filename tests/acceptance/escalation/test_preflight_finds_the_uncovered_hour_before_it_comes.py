"""Pre-flight finds the hours in which nobody proven would answer, and tells the station days before."""

from __future__ import annotations

from datetime import timedelta

from hub.escalation import rota_store
from hub.escalation.rota_document import Day, Rota, WeeklyShift
from hub.proof import preflight_runs
from hub.proof.preflight_runs import Found
from hub.storage.database import Connection
from tests.hub_rig import NO_ANSWER, PRESSES_1, HubRig
from tests.proof_rig import verify_number
from tests.village import CENTRE, NIGHT, STATION, add_contact

NURSE = "+447700900011"


def shift(since: str, until: str, who: str, *days: Day) -> WeeklyShift:
    return WeeklyShift(since=since, until=until, contacts=(who,), days=days)


def rota(connection: Connection, *tuesday_2_to_6: WeeklyShift) -> None:
    """Dongjie's duty telephone is on duty at every hour of the week but Tuesday 02:00 to 06:00."""
    document = Rota(
        shifts=(
            shift("00:00", "24:00", "duty", "mon", "wed", "thu", "fri", "sat", "sun"),
            shift("00:00", "02:00", "duty", "tue"),
            *tuesday_2_to_6,
            shift("06:00", "24:00", "duty", "tue"),
        )
    )
    rota_store.save(connection, "dongjie", document, by="周建国", now=NIGHT)


def lapses(found: list[Found]) -> list[tuple[str, str, str, str]]:
    """Kind, weekday and hours by the village's clock, and who."""
    hours = timedelta(hours=8)
    return [
        (
            each.lapse.kind,
            f"{each.lapse.since + hours:%a %H:%M}",
            f"{each.lapse.until + hours:%a %H:%M}",
            each.lapse.who,
        )
        for each in found
    ]


def test_the_uncovered_hours_are_named_and_the_station_is_called_before_they_come(hub: HubRig) -> None:
    """The family's numbers were never proven, nor was the new nurse's, who has Tuesday 02:00 to 06:00."""
    hub.telephones.person(STATION, "值班", [PRESSES_1])
    with hub.pool.connection() as connection:
        connection.execute("delete from contacts where id = 'centre-duty'")
        add_contact(connection, "nurse", "新护士", "duty", NURSE, organisation="dongjie")
        verify_number(connection, "duty", NIGHT)
        rota(connection, shift("02:00", "06:00", "nurse", "tue"))
        now = hub.clock.move(timedelta(hours=6))  # the morning run
        run = preflight_runs.run(connection, now)
    assert lapses([each for each in run.found if each.lapse.kind != "single"]) == [
        ("unverified", "Tue 02:00", "Tue 06:00", ""),
        ("unverified", "Tue 02:00", "Tue 06:00", ""),  # and the Tuesday after it
    ]
    with hub.pool.connection() as connection:
        rows = connection.execute("select id, risk, home_id, reason from alerts").fetchall()
    assert [(row["risk"], row["home_id"]) for row in rows] == [("nobody_verified", None)]
    assert rows[0]["reason"]["values"]["name"] == "王秀英家"
    hub.until(lambda: hub.alert(rows[0]["id"])["status"] == "acknowledged", "the station knows")
    assert hub.called() == [STATION]
    assert run.homes == 1


def test_a_gap_in_a_rota_is_told_before_it_comes(hub: HubRig) -> None:
    """In a gap everybody of the station is called, so nobody is unreachable: but it was not meant so."""
    hub.telephones.person(STATION, "值班", [PRESSES_1])
    with hub.pool.connection() as connection:
        for contact in ("wang-fang", "duty", "centre-duty"):
            verify_number(connection, contact, NIGHT)
        rota(connection)
        now = hub.clock.move(timedelta(hours=6))
        run = preflight_runs.run(connection, now)
        alert = connection.execute("select id, risk, organisation_id from alerts").fetchone()
    assert lapses(list(run.found)) == [("rota_gap", "Tue 02:00", "Tue 06:00", "")] * 2
    assert alert is not None
    assert (alert["risk"], alert["organisation_id"]) == ("rota_gap", "dongjie")
    hub.until(lambda: hub.alert(alert["id"])["status"] == "acknowledged", "the station knows")
    assert hub.called() == [STATION]


def test_two_proven_people_at_every_hour_are_no_finding_and_close_what_was_open(hub: HubRig) -> None:
    hub.telephones.person(STATION, "值班", [NO_ANSWER])
    with hub.pool.connection() as connection:
        connection.execute("delete from contacts where id = 'centre-duty'")
        preflight_runs.run(connection, NIGHT)
        for contact in ("wang-fang", "wang-qiang", "duty"):
            verify_number(connection, contact, NIGHT)
        run = preflight_runs.run(connection, NIGHT + timedelta(days=1))
        rows = connection.execute("select status, outcome from alerts").fetchall()
        latest, findings = preflight_runs.latest(connection)
    assert run.found == ()
    assert [(row["status"], row["outcome"]) for row in rows] == [("resolved", "cleared")]
    assert latest is not None
    assert (latest["homes"], findings) == (1, [])


def test_a_home_that_is_not_live_calls_nobody_and_is_not_looked_at(hub: HubRig) -> None:
    with hub.pool.connection() as connection:
        connection.execute("update homes set status = 'paused'")
        run = preflight_runs.run(connection, NIGHT)
        assert (run.homes, run.found) == (0, ())
        add_contact(connection, "nobody", "无号码", "duty", CENTRE, organisation="county")
        assert connection.execute("select count(*) as n from alerts").fetchone() == {"n": 0}
