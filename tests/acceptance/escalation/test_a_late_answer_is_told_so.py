"""An answer that comes too late changes nothing, and is told so: by key, by message and by link."""

from __future__ import annotations

from hub.escalation.answers import Responder, acknowledge, resolve
from tests.answers_rig import (
    BY_HAND,
    browser,
    heard,
    in_english,
    link_in,
    person,
    text_with,
    told,
    write,
    writes,
)
from tests.hub_rig import HubRig
from tests.village import DAUGHTER, fall


def ringing(hub: HubRig) -> tuple[str, str]:
    """An alert whose first call is picked up while somebody else takes it; returns its id and the link."""
    in_english(hub)
    writes(hub, "wang-fang", DAUGHTER)
    person(hub, DAUGHTER, "王芳", BY_HAND)
    alert = hub.finding(fall())
    link = link_in(told(hub, DAUGHTER))
    call = hub.telephones.wait_for_call(DAUGHTER, "ringing")
    hub.telephones.answer(call.sid)
    hub.until(lambda: hub.telephones.calls(DAUGHTER)[0].listening, "asked")
    return alert, link


def taken_by_the_station(hub: HubRig, alert: str) -> None:
    with hub.pool.connection() as connection:
        acknowledge(connection, alert, Responder("李站长", "web", "u1"), hub.clock.now())


def file_of(hub: HubRig, alert: str) -> list[str]:
    return [
        entry["kind"] for entry in hub.entries(alert) if entry["kind"] in ("acknowledged", "left", "resolved")
    ]


def test_by_key(hub: HubRig) -> None:
    alert, _ = ringing(hub)
    taken_by_the_station(hub, alert)
    hub.telephones.press(hub.telephones.calls(DAUGHTER)[0].sid, "1")
    hub.until(lambda: "李站长 has already taken this alert." in heard(hub, DAUGHTER), "told so")
    assert hub.alert(alert)["acknowledged_by"] == "李站长"
    assert file_of(hub, alert) == ["acknowledged"]


def test_by_the_key_that_cannot_go(hub: HubRig) -> None:
    """Nobody else is called because of it, and it is not said that somebody is."""
    alert, _ = ringing(hub)
    taken_by_the_station(hub, alert)
    hub.telephones.press(hub.telephones.calls(DAUGHTER)[0].sid, "2")
    hub.until(lambda: "李站长 has already taken this alert." in heard(hub, DAUGHTER), "told so")
    assert "next person" not in heard(hub, DAUGHTER)
    assert hub.called() == [DAUGHTER]


def test_by_message(hub: HubRig) -> None:
    alert, _ = ringing(hub)
    taken_by_the_station(hub, alert)
    write(hub, DAUGHTER, "1")
    assert "李站长 has already taken this alert." in text_with(hub, DAUGHTER, "already taken")
    assert file_of(hub, alert) == ["acknowledged"]


def test_by_message_when_it_is_over(hub: HubRig) -> None:
    alert, _ = ringing(hub)
    with hub.pool.connection() as connection:
        resolve(connection, alert, Responder("李站长"), "real", "", hub.clock.now())
    write(hub, DAUGHTER, "1")
    text_with(hub, DAUGHTER, "This alert is over.")
    assert file_of(hub, alert) == ["resolved"]


def test_by_link(hub: HubRig) -> None:
    alert, link = ringing(hub)
    taken_by_the_station(hub, alert)
    with browser(hub) as phone:
        page = phone.post(link, data={"act": "go"})
        assert "李站长 has already taken this alert." in page.text
        assert "Nothing was changed." in page.text
        assert "东街12号" not in page.text, "who does not go there needs no address"
        over = phone.post(link, data={"act": "over", "outcome": "test"})
    assert "李站长 has already taken this alert." in over.text
    assert file_of(hub, alert) == ["acknowledged"]
