"""What must be so at the end of every story, wherever the hub was killed in it.

Looks at the database and at the provider's own books only, never at what the hub thinks of itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hub.alerts.file import verify
from hub.notify import wording
from hub.notify.lifecycle import is_live
from tests.killpoint_stories import NAMES, OPERATOR
from tests.killpoints import Run

#: An emergency that nobody takes is looked at again within the longest wait for one person.
AWAKE = timedelta(seconds=61)


@dataclass(slots=True)
class Verdict:
    """What went wrong, in words; nothing is right unless all of it is."""

    lost: list[str] = field(default_factory=list)  #: an emergency that reached nobody and is not calling
    doubled: list[str] = field(default_factory=list)  #: rang twice, or after somebody had taken it
    wrong: list[str] = field(default_factory=list)  #: anything else
    #: News that somebody got twice in the same words, each time for another stage: a nuisance, no ringing.
    said_twice: list[str] = field(default_factory=list)
    still_calling: bool = False
    answered_after_s: float | None = None  #: from the finding to the first human, the slowest alert

    @property
    def ok(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.doubled or self.wrong)


def judge(run: Run) -> Verdict:
    """Return what became of a run."""
    verdict = Verdict(wrong=list(run.mishaps))
    found = sorted(alert["risk"] for alert in run.alerts)
    expected = sorted((*run.story.presses, *run.story.raises))
    if found != expected:
        (verdict.lost if len(found) < len(expected) else verdict.doubled).append(f"alerts: {found}")
    _rang_once(run, verdict)
    for alert in run.alerts:
        _found_a_human(run, alert, verdict)
        _nobody_after(run, alert, verdict)
        _told_the_truth(run, alert, verdict)
        if not verify(alert["id"], _file(run, alert)).ok:
            verdict.wrong.append("the file is broken")
    return verdict


def _found_a_human(run: Run, alert: dict[str, Any], verdict: Verdict) -> None:
    mine = [row for row in run.attempts if row["alert_id"] == alert["id"]]
    if run.story.answered:
        by = alert["acknowledged_by"]
        if alert["drill"] and alert["status"] == "resolved" and by is None and run.hub.kills:
            pass  # whoever was reached pressed a key that nobody heard: a drill has one round, and says so
        elif alert["status"] != "resolved" or by not in _humans(run):
            verdict.lost.append(f"{alert['risk']} is {alert['status']}, taken by {by}")
        else:
            taken = [row["at"] for row in _file(run, alert) if row["kind"] in ("acknowledged", "resolved")]
            after = (taken[0] - alert["triggered_at"]).total_seconds()
            verdict.answered_after_s = max(after, verdict.answered_after_s or 0.0)
        verdict.wrong += [
            f"{row['contact_name']} stays {row['status']}" for row in mine if is_live(row["status"])
        ]
        return
    now = run.time.now()
    latest = max((row["created_at"] for row in mine), default=None)
    due = alert["due_at"]
    verdict.still_calling = (
        alert["status"] == "triggered"
        and due is not None
        and due <= now + AWAKE
        and latest is not None
        and latest >= now - AWAKE
        and len({row["contact_id"] for row in mine}) == len(run.story.people)
    )
    if not verdict.still_calling:
        verdict.lost.append(f"{alert['risk']}: {alert['status']}, due {due}, last call {latest}, now {now}")
    verdict.wrong += [
        f"{row['contact_name']} stays {row['status']}"
        for row in mine
        if is_live(row["status"]) and row["created_at"] < now - 2 * AWAKE
    ]


def _humans(run: Run) -> set[str]:
    """Who pressed 1 on a telephone, wrote it back, or sat at the board."""
    pressed = {NAMES[call.order.to] for call in run.exchange.calls.values() if "1" in call.keys}
    messages = run.exchange.messages.values()
    pressed |= {
        NAMES[m.order.from_ or ""] for m in messages if m.direction == "inbound" and m.order.body == "1"
    }
    return pressed | ({OPERATOR} if run.story.board_after_s is not None else set())


def _rang_once(run: Run, verdict: Verdict) -> None:
    rang = Counter(_attempt(call.order.url) for call in run.exchange.calls.values())
    known = {row["id"]: row["contact_name"] for row in run.attempts}
    for attempt, times in rang.items():
        if attempt not in known:
            verdict.wrong.append("a call that belongs to no attempt")
        elif times > 1:
            verdict.doubled.append(f"{known[attempt]} was called {times} times for one attempt")
    carried = {row["id"]: row["provider_id"] for row in run.attempts}
    verdict.wrong += [
        f"an attempt to call {NAMES[call.order.to]} carries another's call"
        for call in run.exchange.calls.values()
        if carried.get(_attempt(call.order.url)) not in (None, call.sid)
    ]
    ours = [m for m in run.exchange.messages.values() if m.direction == "outbound-api"]
    sent = Counter(_attempt(m.order.status_callback) for m in ours)
    for attempt, times in sent.items():
        if attempt not in known:
            verdict.wrong.append("a message that belongs to no attempt")
        elif times > 1:
            verdict.doubled.append(f"{known[attempt]} was written to {times} times for one attempt")
    said = Counter((m.order.to, m.order.body) for m in ours)
    verdict.said_twice += [f"{NAMES[to]}: {body}" for (to, body), times in said.items() if times > 1]


def _nobody_after(run: Run, alert: dict[str, Any], verdict: Verdict) -> None:
    names = {row["id"]: row["contact_name"] for row in run.attempts if row["alert_id"] == alert["id"]}
    for taken_at, until in _taken(run, alert):
        for call in run.exchange.calls.values():
            name = names.get(_attempt(call.order.url))
            if name is not None and taken_at < call.created_at and (until is None or call.created_at < until):
                verdict.doubled.append(f"{name} was called though somebody had taken it")


def _taken(run: Run, alert: dict[str, Any]) -> Iterator[tuple[datetime, datetime | None]]:
    """From when until when somebody had taken an alert."""
    since: datetime | None = None
    for entry in _file(run, alert):
        if entry["kind"] in ("acknowledged", "resolved"):
            since = since or entry["at"]
        elif entry["kind"] == "stalled" and since is not None:
            yield since, entry["at"]
            since = None
    if since is not None:
        yield since, None


def _told_the_truth(run: Run, alert: dict[str, Any], verdict: Verdict) -> None:
    """Who hears "you have taken this alert" has taken it; a drill sends nobody anywhere."""
    if alert["drill"]:
        return
    took = {
        entry["data"]["by"]: entry["at"] for entry in _file(run, alert) if entry["kind"] == "acknowledged"
    }
    attempts = {row["id"]: row for row in run.attempts if row["alert_id"] == alert["id"]}
    for call in run.exchange.calls.values():
        attempt = attempts.get(_attempt(call.order.url))
        if attempt is None:
            continue
        promised = wording.reply("taken", alert, attempt["language"])
        if promised in call.said and attempt["contact_name"] not in took:
            verdict.wrong.append(f"{attempt['contact_name']} was told to go and is not written down")


def _file(run: Run, alert: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry for entry in run.entries if entry["alert_id"] == alert["id"]]


def _attempt(url: str | None) -> str:
    """The attempt whose words a call asks for."""
    return (url or "").rpartition("/")[2]
