"""The watch keeps what the judge remembers: over restarts, failed transactions and changed profiles."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.storage.database import Connection
from hub.watch.registry import Watch
from models.contract import VERSION
from models.contract.messages import Health, State
from models.detection.finding import Cleared, Finding, Outcome
from models.detection.judge import Judge
from models.detection.profile import HomeProfile
from models.detection.state import HomeState
from tests.integration.watch.conftest import START, Village


def watching(village: Village) -> Watch:
    watch = Watch()
    watch.load(village.connection, None, village.now)
    village.connection.commit()
    return watch


def happens(
    village: Village, watch: Watch, home: str, device: str, kind: str, value: float = 1.0
) -> list[Outcome]:
    """An event is stored and judged in one transaction, as the worker does it."""
    event = village.event(device, kind, value)
    village.store(home, event)
    outcomes = watch.events(home, "pi", [event], village.now)
    watch.save(village.connection, 0, village.now)
    village.connection.commit()
    return outcomes


def beat(village: Village, watch: Watch) -> list[tuple[str, Outcome]]:
    """Both homes say how they do, and the watch looks at what has fallen due."""
    outcomes: list[tuple[str, Outcome]] = []
    for home in ("chen", "li"):
        health = Health(v=VERSION, at=0, uptime_s=1.0, outbox=0)
        outcomes += [(home, one) for one in watch.health(home, "pi", health, village.now)]
    return outcomes + watch.tick(village.now)


def test_an_emergency_is_raised_for_the_home_it_happens_in(village: Village) -> None:
    watch = watching(village)
    assert len(watch) == 2
    [finding] = happens(village, watch, "li", "pendant", "sos")
    assert isinstance(finding, Finding)
    assert finding.risk == "sos"
    assert happens(village, watch, "chen", "pir", "motion") == []


def test_it_knows_its_homes_their_edges_and_how_they_stand(village: Village) -> None:
    watch = watching(village)
    assert watch.knows("chen", "pi")
    assert not watch.knows("chen", "pi-2")
    assert not watch.knows("zhao", "pi")
    assert watch.status("chen") == "live"
    assert watch.status("zhao") is None


def test_a_home_that_falls_silent_is_found_and_heard_again(village: Village) -> None:
    watch = watching(village)
    assert watch.tick(village.passes(seconds=60)) == []
    village.passes(seconds=121)
    due = watch.next_due()
    assert due is not None
    assert due <= village.now
    found = watch.tick(village.now)
    assert sorted(home for home, _ in found) == ["chen", "li"]
    assert {one.risk for _, one in found if isinstance(one, Finding)} == {"home_silent"}
    assert watch.tick(village.passes(seconds=600)) == []
    [(_, over)] = [(home, one) for home, one in beat(village, watch) if home == "chen"]
    assert isinstance(over, Cleared)
    assert over.dedup_key == "home_silent"


def test_after_a_restart_it_remembers_what_was_written_down_and_what_came_after(village: Village) -> None:
    watch = watching(village)
    happens(village, watch, "chen", "pir", "motion")
    watch.save(village.connection, 100, village.now)
    village.connection.commit()
    village.passes(seconds=30)
    happens(village, watch, "chen", "alarm", "smoke")  # its snapshot goes with the finding
    village.passes(seconds=20)
    happens(village, watch, "chen", "pir", "motion")  # after the snapshot

    again = watching(village)
    assert again._states["chen"].activity_at == watch._states["chen"].activity_at
    assert again._states["chen"].active.keys() == {"smoke"}
    village.passes(seconds=5)
    assert happens(village, again, "chen", "alarm", "smoke") == []  # raised already
    [over] = happens(village, again, "chen", "alarm", "smoke", 0.0)
    assert isinstance(over, Cleared)


def test_a_suspected_fall_that_falls_due_while_the_hub_is_away_is_raised_at_once(village: Village) -> None:
    watch = watching(village)
    assert happens(village, watch, "chen", "radar", "fall_suspected") == []
    village.passes(minutes=25)
    again = watching(village)
    found = [one for home, one in again.tick(village.now) if home == "chen"]
    assert [one.risk for one in found if isinstance(one, Finding)] == ["fall"]
    assert isinstance(found[0], Finding)
    assert found[0].late
    assert found[0].reason.values["still_s"] == 25 * 60


def test_the_hub_does_not_hold_its_own_absence_against_the_homes(village: Village) -> None:
    watch = watching(village)
    happens(village, watch, "chen", "pir", "motion")
    watch.save(village.connection, 100, village.now)
    village.connection.commit()
    village.passes(hours=6)
    again = watching(village)
    assert again.tick(village.now) == []
    assert again.tick(village.passes(seconds=170)) == []
    found = again.tick(village.passes(seconds=11))
    assert {one.risk for _, one in found if isinstance(one, Finding)} == {"home_silent"}


def test_nor_the_absence_of_its_broker(village: Village) -> None:
    watch = watching(village)
    watch.listens(False, village.now)
    assert watch.tick(village.passes(hours=1)) == []
    assert watch.next_due() is None
    watch.listens(True, village.now)
    assert watch.tick(village.passes(seconds=170)) == []
    assert len(watch.tick(village.passes(seconds=11))) == 2


def test_a_hiccup_of_the_broker_gives_no_home_more_time(village: Village) -> None:
    watch = watching(village)
    village.passes(seconds=160)
    watch.listens(False, village.now)
    watch.listens(True, village.passes(seconds=10))
    assert len(watch.tick(village.passes(seconds=11))) == 2


def test_after_a_failed_transaction_memory_is_what_the_database_knows(village: Village) -> None:
    watch = watching(village)
    happens(village, watch, "chen", "pir", "motion")
    before = watch._states["chen"].activity_at
    village.passes(seconds=30)
    event = village.event("alarm", "smoke")
    village.store("chen", event, village.event("pir", "motion"))
    assert len(watch.events("chen", "pi", [event], village.now)) == 1
    watch.save(village.connection, 10, village.now)
    village.connection.rollback()
    watch.reload(village.connection, ["chen"], village.now)
    village.connection.commit()
    assert watch._states["chen"].active == {}
    assert watch._states["chen"].activity_at == before
    village.passes(seconds=1)
    assert len(happens(village, watch, "chen", "alarm", "smoke")) == 1


def test_what_a_failed_transaction_wrote_down_is_written_again(village: Village) -> None:
    watch = watching(village)
    beat(village, watch)
    assert watch.save(village.connection, 10, village.now) == 2
    village.connection.rollback()
    watch.reload(village.connection, [], village.now)
    assert watch.save(village.connection, 10, village.passes(seconds=1)) == 2
    village.connection.commit()
    assert watch.save(village.connection, 10, village.passes(seconds=1)) == 0


def test_a_home_is_written_down_with_its_finding_whatever_the_limit(village: Village) -> None:
    watch = watching(village)
    watch.save(village.connection, 10, village.now)
    village.passes(seconds=1)
    happens(village, watch, "li", "alarm", "smoke")
    rows = village.connection.execute("select home_id, as_of from home_states order by as_of desc").fetchall()
    assert rows[0]["home_id"] == "li"
    assert rows[0]["as_of"] == village.now


def test_what_has_changed_is_written_down_oldest_first_and_never_waits_for_ever(village: Village) -> None:
    watch = watching(village)
    watch.save(village.connection, 10, village.now)
    happens(village, watch, "li", "pir", "motion")
    village.passes(seconds=10)
    happens(village, watch, "chen", "pir", "motion")
    assert [home for home, _ in watch.dirty(1, village.now)] == ["li"]
    assert watch.dirty(0, village.passes(minutes=4)) == []
    assert [home for home, _ in watch.dirty(0, village.passes(minutes=2))] == ["chen"]


def test_a_home_that_goes_live_is_judged_from_then_on(village: Village) -> None:
    village.add_home("zhao", status="commissioning")
    watch = watching(village)
    assert happens(village, watch, "zhao", "pendant", "sos") == []
    village.connection.execute("update homes set status = 'live' where id = 'zhao'")
    watch.refresh(village.connection, "zhao")
    assert watch.status("zhao") == "live"
    village.passes(seconds=5)
    assert len(happens(village, watch, "zhao", "pendant", "sos")) == 1


def test_a_home_that_is_added_or_deleted_while_it_watches(village: Village) -> None:
    watch = watching(village)
    village.add_home("zhao")
    watch.refresh(village.connection, "zhao")
    assert watch.knows("zhao", "pi")
    village.connection.execute("delete from home_states where home_id = 'zhao'")
    village.connection.execute("delete from homes where id = 'zhao'")
    watch.refresh(village.connection, "zhao")
    assert not watch.knows("zhao", "pi")
    assert len(watch) == 2
    assert watch.tick(village.passes(seconds=30)) == []


def test_a_broken_snapshot_is_rebuilt_from_the_events(village: Village, connection: Connection) -> None:
    watch = watching(village)
    village.passes(seconds=1)
    happens(village, watch, "chen", "pir", "motion")
    village.passes(hours=2)
    beat(village, watch)
    watch.save(connection, 10, village.now)
    connection.execute("update home_states set state = 'nonsense' where home_id = 'chen'")
    connection.commit()
    again = watching(village)
    assert again._states["chen"].activity_at == watch._states["chen"].activity_at
    assert len(again) == 2


def test_a_last_will_that_was_stored_counts_after_a_restart(village: Village) -> None:
    watch = watching(village)
    birth = State(v=VERSION, state="online", session=4, boot="b1")
    watch.edge_state("chen", "pi", birth, village.now)
    watch.save(village.connection, 10, village.now)
    village.connection.execute(
        "update edges set state = 'lost', session = 4, heard_at = %s where home_id = 'chen'", (village.now,)
    )
    village.connection.commit()
    again = watching(village)
    beat_of_li = Health(v=VERSION, at=0, uptime_s=1.0, outbox=0)
    again.health("li", "pi", beat_of_li, village.passes(seconds=60))
    again.tick(village.now)
    again.health("li", "pi", beat_of_li, village.passes(seconds=31))
    assert [home for home, _ in again.tick(village.now)] == ["chen"]


def test_a_home_that_cannot_be_judged_does_not_end_the_watch_over_the_others(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = Judge()
    watch = Watch(judge)
    watch.load(village.connection, None, village.now)
    look = judge.on_tick

    def stumbles(profile: HomeProfile, state: HomeState, now: int) -> list[Outcome]:
        if profile.id == "chen":
            raise ZeroDivisionError
        return look(profile, state, now)

    monkeypatch.setattr(judge, "on_tick", stumbles)
    village.passes(minutes=4)
    assert [home for home, _ in watch.tick(village.now)] == ["li"]
    assert watch.faults == 1
    monkeypatch.setattr(judge, "on_tick", look)
    assert [home for home, _ in watch.tick(village.passes(seconds=60))] == ["chen"]


def test_a_crowd_that_falls_due_together_is_looked_at_in_turns(village: Village) -> None:
    watch = watching(village)
    village.passes(minutes=4)
    first = watch.tick(village.now, most=1)
    second = watch.tick(village.now, most=1)
    assert {home for home, _ in first + second} == {"chen", "li"}
    assert watch.next_due() is None or watch.next_due() > START + timedelta(minutes=4)


def test_homes_of_which_nothing_can_fall_due_are_waited_for_without_end(village: Village) -> None:
    """Written down, without a device, silent for days: the worker asks when to look next all the same."""
    village.connection.execute("update homes set status = 'commissioning'")
    village.connection.execute("delete from devices")
    watch = Watch()
    watch.load(village.connection, None, village.now)
    while (due := watch.next_due()) is not None and due <= village.now + timedelta(days=2):
        watch.tick(due)
    assert watch.next_due() is None


def test_whether_a_resident_can_be_asked_is_told_to_the_watch_when_their_telephone_changes(
    village: Village,
) -> None:
    connection, watch = village.connection, Watch.learning()
    watch.load(connection, None, village.now)
    connection.commit()
    assert not watch._profiles["chen"].askable
    connection.execute("listen anju_homes")
    connection.commit()

    def told(statement: str) -> bool:
        connection.execute(statement)
        connection.commit()
        homes = {one.payload for one in connection.notifies(timeout=0)}
        watch.refresh(connection, "chen")
        connection.commit()
        return homes == {"chen"}

    connection.execute(
        "insert into contacts (id, home_id, name, role) values ('c', 'chen', '陈', 'resident')"
    )
    assert told(
        "insert into contact_methods (id, contact_id, channel, address) values ('m', 'c', 'voice', '+861')"
    )
    assert watch._profiles["chen"].askable
    assert told("update contact_methods set active = false where id = 'm'")
    assert not watch._profiles["chen"].askable
    assert told("delete from contacts where id = 'c'")
