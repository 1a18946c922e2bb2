"""People who write as well as speak: what was written to them, what they heard, and the links they got."""

from __future__ import annotations

import re
from typing import Any

import httpx

from hub.escalation import plans
from hub.escalation.plan import Plan, Rule, Rung
from simulators.telephones.person import OnCall, OnMessage
from tests.hub_rig import HubRig

#: Rings on and lets the messages be read meanwhile; a test decides.
BY_HAND = OnCall(does="manual")


def writes(hub: HubRig, contact: str, number: str) -> None:
    """Give somebody short messages at their number, besides calls."""
    with hub.pool.connection() as connection:
        connection.execute(
            "insert into contact_methods (id, contact_id, channel, address, rank)"
            " values (%s, %s, 'sms', %s, 2)",
            (f"{contact}-sms", contact, number),
        )


def in_english(hub: HubRig) -> None:
    """Everybody speaks English, so that a test can quote what they hear."""
    with hub.pool.connection() as connection:
        connection.execute("update contacts set language = 'en'")


def two_are_needed(hub: HubRig) -> None:
    """An emergency of this home needs two humans."""
    family, station = Rung(who="family", head_start_s=None), Rung(who="station")
    rule = Rule(rungs=(family, station), severities=("emergency",), answers_needed=2)
    with hub.pool.connection() as connection:
        plans.save(
            connection, Plan(name="two", rules=(rule,)), home_id="wang", by="李站长", now=hub.clock.now()
        )


def texts_to(hub: HubRig, number: str) -> list[str]:
    """What was written to a number, in order."""
    return [m.body for m in hub.telephones.messages(number) if m.direction != "inbound"]


def person(hub: HubRig, number: str, name: str, *calls: OnCall, reply: str | None = None) -> None:
    """Somebody with a telephone; `reply` is what they write back to the first message."""
    replies = [OnMessage(after=0.1, reply=reply, reply_after=0.2), OnMessage(after=0.1)]
    hub.telephones.person(number, name, list(calls) or [BY_HAND], replies)


def text_with(hub: HubRig, number: str, part: str) -> str:
    """Wait for a message to a number that holds some words."""
    found: str = hub.until(
        lambda: next((text for text in texts_to(hub, number) if part in text), None), f"a message: {part}"
    )
    return found


def told(hub: HubRig, number: str) -> str:
    """Wait for the first message to a number."""
    found: list[str] = hub.until(lambda: texts_to(hub, number), f"a message to {number}")
    return found[0]


def link_in(text: str) -> str:
    """Return the path of the link in a message."""
    found = re.search(r"http://[^/]+(/a/[A-Za-z0-9_-]+)", text)
    assert found, text
    return found.group(1)


def browser(hub: HubRig) -> httpx.Client:
    """A telephone's browser that has never signed in."""
    return httpx.Client(base_url=hub.settings.own_url, timeout=10, trust_env=False, follow_redirects=True)


def write(hub: HubRig, number: str, text: str) -> None:
    """Somebody writes to our number; returns when that has been brought."""
    hub.telephones.write(number, hub.settings.twilio_from, text)
    with_text = [m for m in hub.telephones.messages() if m.direction == "inbound" and m.body == text]
    assert with_text
    hub.telephones.wait_for(
        lambda entry: entry.sid == with_text[-1].sid and entry.what in ("brought", "error")
    )


def heard(hub: HubRig, number: str) -> str:
    """Everything that was said on the last call to a number."""
    return " ".join(hub.telephones.calls(number)[-1].said)


def kinds(hub: HubRig, alert: str) -> list[str]:
    """The kinds of the entries of an alert's file, without the tries."""
    return [entry["kind"] for entry in hub.entries(alert) if entry["kind"] not in ("attempt", "passed")]


def standing(hub: HubRig, alert: str) -> list[tuple[str, str, bool]]:
    """Who took an alert, by what, and whether they stand by it."""
    with hub.pool.connection() as connection:
        rows: list[dict[str, Any]] = connection.execute(
            "select name, via, left_at is null as stands from alert_takers where alert_id = %s"
            " order by stands desc, at, name",
            (alert,),
        ).fetchall()
    return [(row["name"], row["via"], row["stands"]) for row in rows]
