"""Whoever kills the hub loses no event, gets none twice, and silences no call for help."""

from __future__ import annotations

from tests.whole_way import whole_way


def test_postgresql_killed_under_a_running_hub_is_started_again() -> None:
    """The roles wait for it; what happens meanwhile waits with the agent; a press then is answered."""
    with whole_way() as way:
        way.move(100)
        way.stored_more(0)
        way.hub.kill_postgres()
        way.move(100)
        way.press()
        way.fall()
        way.check_promise()


def test_the_hub_killed_in_mid_stream_again_and_again() -> None:
    """Its programs die together; then PostgreSQL with them; then the supervisor alone; the home lives on."""
    with whole_way() as way:
        hub = way.hub
        for kill in (
            lambda: hub.kill_all(database=False),
            lambda: hub.kill_all(database=True),
            hub.kill,
        ):
            before = way.stored()
            way.move(250)
            way.press()
            way.stored_more(before)
            way.move(150)
            kill()
            way.move(150)
            way.press()
            if way.fallen < 2:
                way.fall()
            hub.start()
        way.move(400)
        way.check_promise()
