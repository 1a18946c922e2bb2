"""Whoever kills the edge agent loses no message that the home's broker has confirmed, and none counts twice.

The promise rests on the home's broker: it keeps what the agent has not confirmed (a session that outlives the
connection), and the agent confirms a message only when its event is on the disk.
"""

from __future__ import annotations

from tests.whole_way import whole_way


def test_the_agent_killed_in_mid_stream_again_and_again() -> None:
    with whole_way() as way:
        for _ in range(4):
            before = way.stored()
            way.move(150)
            way.press()
            way.stored_more(before)
            way.move(200)
            way.agent.kill()
            way.press()
            way.move(150)
            way.agent.start()
        way.fall()
        way.check_promise()
