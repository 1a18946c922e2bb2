"""100,000 messages as no sensor should send them, through every source.

Counted are those that were refused, the events that came of the rest, and the calls for help, which must be
none. A message that stops the agent ends the run.
"""

from __future__ import annotations

import sys
import time
from typing import Any, Final

from hypothesis import Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from tests.garbage import feed, garbage, home_of_everything

MESSAGES: Final = 100_000
HOMES_A_TURN: Final = 100


def measure(rounds: int) -> dict[str, Any]:
    """`rounds` times 5,000 messages, 100,000 when it is 0."""
    wanted = rounds * 5000 or MESSAGES
    counts = {"messages": 0, "rejected": 0, "events": 0, "emergencies": 0}
    began = time.monotonic()

    def one_home(seed: int) -> None:
        home, said = home_of_everything(), garbage(seed)
        counts["emergencies"] += sum(feed(home, said).values())
        counts["messages"] += len(said)
        counts["rejected"] += home.intake.rejected
        counts["events"] += len(home.happenings)

    limits = settings(max_examples=HOMES_A_TURN, deadline=None, database=None, phases=[Phase.generate])
    turn = 0
    while counts["messages"] < wanted:
        turn += 1
        seeded(turn)(limits(given(st.integers(min_value=0))(one_home)))()
        print(f"{counts['messages']} messages, {counts['rejected']} refused", file=sys.stderr)  # noqa: T201
    if counts["emergencies"]:
        raise SystemExit(f"garbage called for help {counts['emergencies']} times")
    return {**counts, "seconds": round(time.monotonic() - began, 1)}
