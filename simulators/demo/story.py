"""The story of `--check`: a fall, people who do not answer, one who does, a line that is down meanwhile.

Every leg is timed by the clocks of those who saw it; all programs run on one machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from simulators.demo.programs import ProgramError
from simulators.demo.stage import Stage
from simulators.demo.town import STATION, TOWN
from simulators.street import LiveHome
from simulators.telephones.log import Entry

HOME = TOWN[0].home
DAUGHTER, SON = (number for _name, _role, number in TOWN[0].people)
MEANWHILE = 40  #: acts in the home while its line is down
DOOR_MS = 11_000  #: between two of them, so that none is taken for a bounce of the door or a flood

Tell = Callable[[str], None]
Found = TypeVar("Found")


def play(stage: Stage, tell: Tell) -> dict[str, Any]:
    """Play the story; return its figures with `ok`, and what failed in words."""
    hub, phones, home, cable = stage.hub, stage.telephones, stage.homes[HOME], stage.cables[HOME]
    tell("a fall in front of the radar")
    fallen_at = home.act("fall")
    alert = _until("the alert", lambda: _alert(stage), stage)
    rang = _heard(stage, DAUGHTER, "ringing")
    tell("the line of the home goes down; the sensors speak on")
    cable.cut()
    _live_on(home)
    voicemail = _heard(stage, DAUGHTER, "in-progress")
    next_one = _heard(stage, SON, "queued", after=voicemail)
    tell("the daughter's phone is voicemail: the son at once")
    _heard(stage, SON, "no-answer", after=next_one)
    tell("no answer: the station")
    _heard(stage, STATION, "ringing", after=next_one)
    pressed = _heard(stage, STATION, "pressed", after=next_one)
    tell("the station presses 1")
    taken = _until("acknowledged", lambda: _in_stage(stage, alert["id"], "acknowledged"), stage)
    tell("the line is mended: the backlog comes")
    mended_at = time.monotonic()
    cable.restore()
    _until("the backlog", lambda: int(stage.outbox(HOME)["depth"]) == 0, stage, seconds=90)
    backlog_ms = (time.monotonic() - mended_at) * 1000
    hub.post(f"/alerts/{alert['id']}/resolve", {"outcome": "real", "note": "她已经被扶起来了"})
    resolved = _in_stage(stage, alert["id"], "resolved")
    verdict = hub.get(f"/alerts/{alert['id']}/verify")
    sent = int(stage.outbox(HOME)["last"])
    stored = _stored(stage)
    called = [call.to for call in phones.calls()]
    facts = {
        "resolved": resolved is not None,
        "file verified": verdict["ok"],
        "called in order, once each": called == [DAUGHTER, SON, STATION],
        "taken by the station": taken["acknowledged_by"] == "东街站值班",
        "every event stored once": sent == stored,
        "events during the outage": sent >= MEANWHILE,
    }
    return {
        "ok": all(facts.values()),
        "legs_ms": {
            "sensor_to_alert": _ms(fallen_at, _time(alert["triggered_at"])),
            "alert_to_first_ring": _ms(_time(alert["triggered_at"]), rang.at),
            "voicemail_to_next": _ms(voicemail.at, next_one.at),
            "key_to_acknowledged": _ms(pressed.at, _time(taken["acknowledged_at"])),
            "backlog_delivered": round(backlog_ms),
        },
        "events_sent": sent,
        "events_stored": stored,
        "alerts": len(hub.get("/alerts", home=HOME)),
        "alert_file_verified": verdict["ok"],
        "failed": [name for name, holds in facts.items() if not holds],
    }


def _live_on(home: LiveHome) -> None:
    """The front door opens and closes: as fast as it can be told, as slowly as a sensor can feel it."""
    begun = round(time.time() * 1000) - MEANWHILE * DOOR_MS
    for n in range(MEANWHILE):
        home.act("door_close" if n % 2 else "door_open", at=begun + n * DOOR_MS)


def _alert(stage: Stage) -> dict[str, Any] | None:
    found: list[dict[str, Any]] = stage.hub.get("/alerts", home=HOME, status="open")
    return next((alert for alert in found if alert["risk"] == "fall"), None)


def _in_stage(stage: Stage, alert_id: str, status: str) -> dict[str, Any] | None:
    alert: dict[str, Any] = stage.hub.get(f"/alerts/{alert_id}")
    return alert if alert["status"] == status else None


def _stored(stage: Stage) -> int:
    """How many live events of the home the hub has stored since yesterday: a story may pass midnight."""
    today = stage.hub.get(f"/homes/{HOME}/events")
    before = date.fromisoformat(today["day"]) - timedelta(days=1)
    yesterday = stage.hub.get(f"/homes/{HOME}/events", day=before.isoformat())
    return sum(not event["historic"] for day in (yesterday, today) for event in day["events"])


def _heard(stage: Stage, number: str, what: str, *, after: Entry | None = None) -> Entry:
    """Wait until something happens on a telephone."""
    return stage.telephones.wait_for(
        lambda entry: entry.kind == "call" and entry.number == number and entry.what == what,
        after=after.n if after else 0,
        timeout=60,
    )


def _until(what: str, wanted: Callable[[], Found | None], stage: Stage, seconds: float = 30) -> Found:
    """Ask until there is an answer; raises ProgramError when a program ends or time is up."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := wanted():
            return found
        stage.check()
        time.sleep(0.02)
    raise ProgramError(f"{what}: not within {seconds:.0f} s. The programs' words: {stage.logs}")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _ms(begin: datetime, end: datetime) -> int:
    return round((end - begin).total_seconds() * 1000)
