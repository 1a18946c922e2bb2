"""How soon the telephones are asked to ring when a whole county is in trouble at once.

2,000 alerts come with one lot of the ingest worker, the warnings before the emergencies; a dispatcher in a
process of its own calls, the telephones in another take the calls, people press 1 soon, and the web role
takes what they press. Measured is the time from the commit of the alerts to the provider having the first
request for each. Every home has a family of its own, whose numbers are in no other home, and the warnings
are of a risk that no rule against noise holds back or gathers: otherwise most of them would, rightly, call
nobody.

The provider takes every request at once and dials 5 a second, which is generous: Twilio's own default is one
call a second for an account. What it has not dialled yet waits in its queue, where no emergency overtakes.
"""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

from hub.clock import milliseconds
from hub.escalation import opening
from hub.notify.channels.port import Accepted, Outgoing
from hub.notify.channels.twilio.channel import TwilioChannel
from hub.settings import Settings
from hub.storage.database import connect
from models.detection.finding import Finding, Reason
from simulators.telephones.person import Keys, OnCall, Person
from tests.benchmarks import parts
from tests.benchmarks.calling import Calling, attempt_of, calling, dispatching, wait_for
from tests.processes import Program, until

WARNINGS: Final = 1_700
EMERGENCIES: Final = 300
HOMES: Final = WARNINGS + EMERGENCIES
STATIONS: Final = 40
DIALLED_PER_S: Final = 5
PROBES: Final = 300  #: requests that tell what the provider alone can take
PATIENCE_S: Final = 240.0

TAKES_IT = OnCall(does="answer", after=2, keys=(Keys(2, "1"),))
NOWHERE = "http://127.0.0.1:9"  #: nobody listens there


def number(kind: int, n: int) -> str:
    """Return a telephone number: first contacts, second contacts, stations and probes never share one."""
    return f"+447700{900000 + kind * 10_000 + n}"


def measure(rounds: int) -> dict[str, Any]:
    """Return the figures of one burst; with several rounds those of the slowest."""
    bursts = []
    for n in range(rounds or 1):
        bursts.append(_burst(dispatchers=1))
        parts.tell(f"burst {n + 1}, one dispatcher: {bursts[-1]}")
    two = _burst(dispatchers=2)
    parts.tell(f"two dispatchers: {two}")
    slowest = max(bursts, key=lambda figures: figures["p99_ms"] or 0)
    return slowest | {"rounds": len(bursts), "with_two_dispatchers": two}


def _burst(dispatchers: int) -> dict[str, Any]:
    people = [Person(number=number(kind, n), calls=(TAKES_IT,)) for kind in (0, 1) for n in range(HOMES)]
    people += [Person(number=number(2, n), calls=(TAKES_IT,)) for n in range(STATIONS)]
    people += [Person(number=number(3, n), calls=(OnCall(does="busy"),)) for n in range(PROBES)]
    with ExitStack() as ending:
        where = ending.enter_context(parts.folder())
        url = ending.enter_context(parts.database(where))
        _settle(url)
        roles = ending.enter_context(calling(where / "hub", url, people))
        alone = _provider_alone(roles)
        roles.telephones.faults({"calls_per_second": DIALLED_PER_S})
        for n in range(dispatchers):
            _start(ending, roles.dispatcher(f"dispatch-{n}"))
        stored_s, committed_at = _raise_all(url)
        return _figures(url, roles, committed_at) | {
            "stored_s": round(stored_s, 1),
            "provider_alone_per_s": round(alone),
            "dispatchers": dispatchers,
        }


def _start(ending: ExitStack, dispatcher: Program) -> None:
    dispatcher.start()
    ending.callback(dispatcher.end)
    until(lambda: dispatching(dispatcher), "the dispatcher serves", seconds=60)


def _settle(url: str) -> None:
    """Live homes of many stations, each with two of the family; each station with somebody on duty."""
    with connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("insert into organisations (id, tier, name) values ('county', 'county', '青河县')")
        cursor.executemany(
            "insert into organisations (id, tier, parent_id, name) values (%s, 'station', 'county', %s)",
            [(f"station-{n}", f"{n}号站") for n in range(STATIONS)],
        )
        cursor.executemany(
            "insert into homes (id, organisation_id, name, address, status, created_at)"
            " values (%s, %s, %s, %s, 'live', %s)",
            [
                (f"home-{n}", f"station-{n % STATIONS}", f"{n}号", f"东街{n}号", datetime.now(UTC))
                for n in range(HOMES)
            ],
        )
        contacts = [
            (f"home-{n}-{rank}", f"home-{n}", None, "王芳", "family", rank, number(rank - 1, n))
            for n in range(HOMES)
            for rank in (1, 2)
        ]
        contacts += [
            (f"duty-{n}", None, f"station-{n}", "值班", "duty", 1, number(2, n)) for n in range(STATIONS)
        ]
        cursor.executemany(
            "insert into contacts (id, home_id, organisation_id, name, role, rank)"
            " values (%s, %s, %s, %s, %s, %s)",
            [contact[:6] for contact in contacts],
        )
        cursor.executemany(
            "insert into contact_methods (id, contact_id, channel, address) values (%s, %s, 'voice', %s)",
            [(contact[0], contact[0], contact[6]) for contact in contacts],
        )


def _raise_all(url: str) -> tuple[float, datetime]:
    """Raise every alert as one lot of the ingest worker does; return how long, and when it was committed."""
    with connect(url) as connection:
        began, now = time.monotonic(), datetime.now(UTC)
        for n in range(HOMES):
            opening.open_or_repeat(connection, f"home-{n}", _finding(n, now), now)
        committed_at = datetime.now(UTC)
        connection.commit()
        return time.monotonic() - began, committed_at


def _finding(n: int, now: datetime) -> Finding:
    warning = n < WARNINGS
    return Finding(
        risk="leak" if warning else "fall",
        severity="warning" if warning else "emergency",
        occurred_at=milliseconds(now),
        reason=Reason("The sensor says that there is water." if warning else "The radar says a fall.", {}),
        dedup_key="leak:kitchen" if warning else "fall:bathroom",
        room="kitchen" if warning else "bathroom",
        latched=not warning,
    )


def _figures(url: str, roles: Calling, committed_at: datetime) -> dict[str, Any]:
    unsent = (
        "select count(*) as n from alerts a where not exists"
        " (select from attempts t where t.alert_id = a.id and t.accepted_at is not null)"
    )
    with connect(url, autocommit=True) as eyes:

        def all_told() -> bool:
            row = eyes.execute(unsent).fetchone()
            return row is not None and row["n"] == 0

        wait_for(all_told, PATIENCE_S)
        rows = eyes.execute(
            "select distinct on (a.id) a.home_id, a.severity, a.status, t.sending_at, t.address"
            " from alerts a left join attempts t on t.alert_id = a.id order by a.id, t.n"
        ).fetchall()
    calls = roles.telephones.calls()
    asked: dict[str, datetime] = {}
    for call in calls:
        asked.setdefault(call.to, call.created_at)
    after = {
        severity: sorted(
            (asked[row["address"]] - committed_at).total_seconds() * 1000
            for row in rows
            if row["severity"] == severity and row["address"] in asked
        )
        for severity in ("emergency", "warning")
    }
    all_of_them = sorted(after["emergency"] + after["warning"])
    return {
        "alerts": len(rows),
        "p50_ms": _at(all_of_them, 0.5),
        "p99_ms": _at(all_of_them, 0.99),
        "lost": len(rows) - len(all_of_them),
        "emergencies_first": _in_turn(rows),
        "emergencies_p50_ms": _at(after["emergency"], 0.5),
        "emergencies_p99_ms": _at(after["emergency"], 0.99),
        "taken_meanwhile": sum(row["status"] != "triggered" for row in rows),
        "doubled": sum(times > 1 for times in Counter(map(attempt_of, calls)).values()),
        "calls": len(calls) - PROBES,
        "calls_per_s": round(1000 * len(all_of_them) / all_of_them[-1], 1) if all_of_them else 0,
    }


def _in_turn(rows: list[dict[str, Any]]) -> float:
    """Return the share of warnings that were sent in their turn.

    All alerts were committed at one instant, so a warning is out of turn when a dispatcher took it up for
    sending while the first attempt of any emergency of the burst still waited.
    """
    sent = [row for row in rows if row["sending_at"] is not None]
    last = max((row["sending_at"] for row in sent if row["severity"] == "emergency"), default=None)
    warnings = [row["sending_at"] for row in sent if row["severity"] == "warning"]
    if last is None or not warnings:
        return 0.0
    return round(sum(at >= last for at in warnings) / len(warnings), 4)


def _provider_alone(roles: Calling) -> float:
    """Calls a second that the provider takes from eight threads that do nothing else, on this machine now."""
    settings = Settings(
        data_dir=Path(),
        public_url=NOWHERE,
        twilio_url=roles.telephones.url,
        twilio_account_sid=roles.telephones.account_sid,
        twilio_auth_token=roles.telephones.auth_token,  # type: ignore[arg-type]
        twilio_from="+15005550006",
    )
    channel = TwilioChannel(settings)

    def send(n: int) -> bool:
        ready = Outgoing(
            attempt_id=f"probe-{n}", channel="voice", address=number(3, n), text="", language="zh"
        )
        return isinstance(channel.send(ready), Accepted)

    began = time.monotonic()
    with ThreadPoolExecutor(8) as crew:
        assert all(crew.map(send, range(PROBES))), "the provider takes every call"
    return PROBES / (time.monotonic() - began)


def _at(values: list[float], share: float) -> int | None:
    """A percentile in whole milliseconds; None of nothing."""
    if not values:
        return None
    return round(median(values) if share == 0.5 else values[min(len(values) - 1, int(len(values) * share))])
