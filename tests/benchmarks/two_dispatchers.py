"""Two dispatchers on one database, one of them killed again and again: is a call lost, or made twice?

Alerts come all the time, people behave as people do, and the provider now and then loses an answer after it
has taken a call. Which dispatcher is killed, and when, is chance; it is started again at once, as its
supervisor would. At the end nothing is raised or killed any more, and everything that is open has time to be
answered.

A call that was doubled is one attempt with two calls in the provider's own books, and a message likewise.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final

from hub.alerts.file import verify
from hub.clock import milliseconds
from hub.escalation import opening
from hub.storage.database import Connection, connect
from models.detection.finding import Finding, Reason
from simulators.telephones.person import Keys, OnCall, Person
from simulators.telephones.views import CallView
from tests.benchmarks import parts
from tests.benchmarks.calling import Calling, attempt_of, calling, dispatching, wait_for
from tests.processes import Program, until

SECONDS: Final = 300.0
HOMES: Final = 60
ALERT_EVERY_S: Final = 0.5
LIVES_S: Final = (0.2, 6.0)  #: how long a dispatcher serves before it is killed
SETTLES_S: Final = 120.0  #: longer than it takes to look up what a killed one left, thrice
#: Every so many calls the provider takes one and says that it failed, or never says anything.
LOSES_ANSWERS: Final = {
    "create": [
        {"answer": "500", "accepted": True, "times": 1, "of": "calls"},
        {"answer": "500", "accepted": False, "times": 1, "of": "calls"},
        {"answer": "hold", "accepted": True, "times": 1, "of": "calls", "hold": 3.0},
    ]
}

PRESSES_1 = OnCall(does="answer", after=1, keys=(Keys(2, "1"),))
DECLINES = OnCall(does="answer", after=1, keys=(Keys(2, "2"),))
HABITS: Final = (
    PRESSES_1,
    DECLINES,
    OnCall(does="voicemail", after=4),
    OnCall(does="no_answer"),
    OnCall(does="busy"),
    OnCall(does="hangs_up", after=2),
)


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    alerts: int = 0
    kills: int = 0
    calls: int = 0
    lost: list[str] = field(default_factory=list)  #: alerts that no human took and that call nobody
    doubled: list[str] = field(default_factory=list)  #: attempts that the provider has two calls of
    wrong: list[str] = field(default_factory=list)  #: anything else
    still_calling: int = 0


def measure(rounds: int) -> dict[str, Any]:
    """Kill for five minutes; with several rounds for as many times five minutes."""
    outcome = play(SECONDS * (rounds or 1))
    for line in [*outcome.lost, *outcome.doubled, *outcome.wrong]:
        parts.tell(line)
    return {
        "alerts": outcome.alerts,
        "kills": outcome.kills,
        "lost": len(outcome.lost),
        "doubled": len(outcome.doubled),
        "still_calling": outcome.still_calling,
        "wrong": len(outcome.wrong),
        "calls": outcome.calls,
    }


def play(
    seconds: float,
    *,
    speed: float = 4.0,
    habits: Sequence[OnCall] = HABITS,
    lives: tuple[float, float] = LIVES_S,
    chance: random.Random | None = None,
) -> Outcome:
    """Raise alerts and kill for so long, let everything settle, and look into the provider's books."""
    chance = chance or random.Random()
    with ExitStack() as ending:
        where = ending.enter_context(parts.folder())
        url = ending.enter_context(parts.database(where))
        settle(url)
        roles = ending.enter_context(calling(where / "hub", url, people(chance, habits), speed=speed))
        pair = [roles.dispatcher(f"dispatch-{n}") for n in (1, 2)]
        for one in pair:
            one.start()
            ending.callback(one.end)
        for one in pair:
            until(lambda one=one: dispatching(one), "both dispatchers serve", seconds=60)  # type: ignore[misc]
        outcome = Outcome()
        with connect(url) as connection:
            _disturb(connection, roles, pair, chance, seconds, lives, outcome)
        with connect(url, autocommit=True) as eyes:
            wait_for(lambda: _keep_alive(pair) or _settled(eyes), SETTLES_S)
            _judge(eyes, roles, outcome)
        outcome.wrong += [f"{one.log.name}: {line}" for one in pair for line in _errors(one)]
        return outcome


def _disturb(
    connection: Connection,
    roles: Calling,
    pair: list[Program],
    chance: random.Random,
    seconds: float,
    lives: tuple[float, float],
    outcome: Outcome,
) -> None:
    end = time.monotonic() + seconds
    kill_at = alert_at = loss_at = time.monotonic()
    victim, served = pair[0], 0
    while (now := time.monotonic()) < end:
        if now >= alert_at:
            alert_at = now + ALERT_EVERY_S * chance.uniform(0.2, 1.8)
            outcome.alerts += _raise(connection, chance.randrange(HOMES), outcome.alerts)
        if now >= loss_at:
            loss_at = now + 5.0
            roles.telephones.faults(LOSES_ANSWERS)
        # Whoever was killed last is killed again, or the other, once it serves and has had its time.
        if dispatching(victim) > served and now >= kill_at:
            victim.kill()
            outcome.kills += 1
            victim.start()
            victim = chance.choice(pair)
            served = dispatching(victim) - victim.alive  # it may be in the middle of its start
            kill_at = now + chance.uniform(*lives)
        _keep_alive(pair)
        time.sleep(0.02)
    roles.telephones.faults({})


def _keep_alive(pair: list[Program]) -> None:
    """Start again whatever ended by itself, as a supervisor does."""
    for one in pair:
        if not one.alive:
            one.start()


def _errors(dispatcher: Program) -> list[str]:
    """What failed in a dispatcher by itself, each with the line that a traceback ends with."""
    lines = dispatcher.log.read_text("utf-8", "replace").splitlines()
    ends = [after for line, after in pairwise(lines) if line.startswith("╰")]
    return [*ends, *(line for line in lines if "[critical" in line)]


def people(chance: random.Random, habits: Sequence[OnCall] = HABITS) -> list[Person]:
    """Two of each family, who answer now and then, and a station that does in the end."""
    family = [
        Person(number=number(home, rank), calls=(*chance.choices(habits, k=4), PRESSES_1))
        for home in range(HOMES)
        for rank in (1, 2)
    ]
    return [*family, Person(number=number(HOMES, 1), calls=(DECLINES, PRESSES_1, PRESSES_1))]


def number(home: int, rank: int) -> str:
    """Return somebody's telephone number; the station's is that of one home more."""
    return f"+447700{900000 + home * 10 + rank}"


def settle(url: str) -> None:
    """Live homes of one station, each with two of the family."""
    parts.town(url, [f"home-{n}" for n in range(HOMES)])
    contacts = [
        (f"home-{n}-{rank}", f"home-{n}", None, f"{n}-{rank}", "family", rank, number(n, rank))
        for n in range(HOMES)
        for rank in (1, 2)
    ]
    contacts.append(("duty", None, "dongjie", "东街站值班", "duty", 1, number(HOMES, 1)))
    with connect(url) as connection:
        for *contact, address in contacts:
            connection.execute(
                "insert into contacts (id, home_id, organisation_id, name, role, rank)"
                " values (%s, %s, %s, %s, %s, %s)",
                contact,
            )
            connection.execute(
                "insert into contact_methods (id, contact_id, channel, address) values (%s, %s, 'voice', %s)",
                (contact[0], contact[0], address),
            )


def _raise(connection: Connection, home: int, n: int) -> bool:
    """Raise an alert of its own; return whether it is new."""
    now = datetime.now(UTC)
    finding = Finding(
        risk="fall",
        severity="emergency",
        occurred_at=milliseconds(now),
        reason=Reason("The radar says that somebody fell.", {}),
        dedup_key=f"fall:{n}",
        latched=True,
    )
    _, new = opening.open_or_repeat(connection, f"home-{home}", finding, now)
    connection.commit()
    return new


def _settled(eyes: Connection) -> bool:
    """Whether every alert was taken, and nothing is under way any more."""
    row = eyes.execute(
        "select (select count(*) from alerts where status = 'triggered') + (select count(*) from attempts"
        " where status in ('queued', 'sending', 'unknown', 'accepted', 'ringing', 'talking')) as n"
    ).fetchone()
    return row is not None and row["n"] == 0


def _judge(eyes: Connection, roles: Calling, outcome: Outcome) -> None:
    """Look at the database and the provider's books only, never at what a dispatcher thinks of itself."""
    calls = roles.telephones.calls()
    outcome.calls = len(calls)
    attempts = {row["id"]: row for row in eyes.execute("select * from attempts").fetchall()}
    called = Counter(map(attempt_of, calls))
    outcome.doubled += [
        _told(eyes, attempt, [call for call in calls if attempt_of(call) == attempt])
        for attempt, times in called.items()
        if times > 1
    ]
    outcome.wrong += [
        f"a call that belongs to no attempt: {attempt}" for attempt in called if attempt not in attempts
    ]
    carried = {row["id"]: row["provider_id"] for row in attempts.values()}
    outcome.wrong += [
        f"{attempt_of(call)} carries another's call"
        for call in calls
        if carried.get(attempt_of(call)) not in (None, call.sid)
    ]
    told = {attempts[attempt]["alert_id"] for attempt in called if attempt in attempts}
    now = datetime.now(UTC)
    for alert in eyes.execute("select * from alerts").fetchall():
        entries = eyes.execute(
            "select * from alert_entries where alert_id = %s order by n", (alert["id"],)
        ).fetchall()
        if not verify(alert["id"], entries).ok:
            outcome.wrong.append(f"{alert['id']}: its file is broken")
        if alert["status"] != "triggered":
            if alert["id"] not in told:
                outcome.lost.append(f"{alert['id']}: nobody was called, and it is {alert['status']}")
        elif (
            alert["due_at"] is None or (now - alert["due_at"]).total_seconds() > 5 or alert["id"] not in told
        ):
            outcome.lost.append(f"{alert['id']}: {alert['status']}, due {alert['due_at']}, now {now}")
        else:
            outcome.still_calling += 1


def _told(eyes: Connection, attempt: str, calls: Sequence[CallView]) -> str:
    """When the provider had each call of an attempt, and what the alert's file says of it meanwhile."""
    entries = eyes.execute(
        "select at, data from alert_entries where data ->> 'attempt' = %s order by at, n", (attempt,)
    ).fetchall()
    story = [(call.created_at, f"the provider has {call.sid}, {call.keys or 'no key'}") for call in calls]
    story += [
        (entry["at"], f"{entry['data'].get('status', 'owed')} {entry['data'].get('provider_id', '')}")
        for entry in entries
    ]
    return f"{attempt}: " + "; ".join(f"{at:%H:%M:%S.%f} {what}" for at, what in sorted(story))
