"""Two dispatchers on one database, killed without a word: no alert is lost, no telephone rings twice for one.

The short form of `python -m tests.benchmarks two_dispatchers`, with people who make up their minds soon.
"""

from __future__ import annotations

import random

from simulators.telephones.person import OnCall
from tests.benchmarks.two_dispatchers import DECLINES, PRESSES_1, play

SOON = (PRESSES_1, PRESSES_1, PRESSES_1, DECLINES, OnCall(does="busy"))


def test_no_alert_is_lost_and_no_call_is_made_twice() -> None:
    outcome = play(7, speed=20, habits=SOON, lives=(0.1, 1.0), chance=random.Random("two dispatchers"))
    assert outcome.alerts >= 5
    assert outcome.kills >= 2
    assert (outcome.lost, outcome.doubled, outcome.wrong) == ([], [], [])
    assert outcome.still_calling == 0
