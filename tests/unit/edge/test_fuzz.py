"""Whatever stands on the home's broker: nothing stops, and nothing becomes an emergency."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.garbage import feed, garbage, home_of_everything
from tests.unit.edge.home import SENSOR, listed


@settings(max_examples=15, deadline=None, database=None)
@given(st.integers(min_value=0))
def test_garbage_neither_stops_the_agent_nor_calls_for_help(seed: int) -> None:
    """Some hundreds of messages here, 100,000 by night; afterwards a real press is heard as ever."""
    home = home_of_everything()
    assert feed(home, garbage(seed)) == {}
    home.happenings.clear()
    # The bridge may have said that it begins anew: what it remembers is not news.
    home.pass_until(home.now_s + 60)
    home.say("bridge/devices", [listed("Tuya", "TS0215A_sos", name="button", ieee=SENSOR)])
    home.say("button", {"action": "emergency"})
    assert [(happening.kind, happening.value) for happening in home.happenings][-1:] == [("sos", 1.0)]
