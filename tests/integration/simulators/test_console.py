"""The page with buttons: what is pressed happens in the home; no other site's page can press."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from simulators.broker import BrokerAt, Line
from simulators.console.app import create_console
from simulators.console.desk import BUTTONS, Desk
from simulators.faults.cable import Cable
from simulators.home import plan
from simulators.street import LiveHome


@pytest.fixture
def desk(broker: BrokerAt) -> Iterator[Desk]:
    home = LiveHome(plan.load("tower-flat"), broker.host, broker.port, resident=False)
    home.start()
    with Cable((broker.host, broker.port)) as cable:
        yield Desk(home, cable)
    home.stop()


class Browser:
    """Asks the page and presses its buttons."""

    def __init__(self, desk: Desk) -> None:
        self._app = create_console(desk)

    def get(self, path: str) -> httpx.Response:
        return self._ask("GET", path)

    def press(self, what: str, room: str = "", **headers: str) -> httpx.Response:
        return self._ask("POST", "/press", json={"what": what, "room": room}, headers=headers)

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://console.test") as client:
                return await client.request(method, path, **more)

        return asyncio.run(ask())


@pytest.fixture
def page(desk: Desk) -> Browser:
    return Browser(desk)


@pytest.mark.parametrize(
    ("language", "word", "room"), [("en", "Press SOS", "kitchen"), ("zh", "按紧急呼叫", "厨房")]
)
def test_the_page_speaks_both_languages(page: Browser, language: str, word: str, room: str) -> None:
    html = page.get(f"/?lang={language}").text
    assert word in html
    assert f">{room}</button>" in html
    offered = set(re.findall(r'data-press="(\w+)"', html))
    assert offered == {*BUTTONS, "walk"}


def test_a_press_is_heard_by_the_broker(page: Browser, desk: Desk, broker: BrokerAt) -> None:
    with Line(broker, "listener") as line:
        line.subscribe("zigbee2mqtt/sos button")
        answer = page.press("sos")
        _, payload = line.inbox.get(timeout=10)
        while "action" not in json.loads(payload):
            _, payload = line.inbox.get(timeout=10)
    assert json.loads(payload)["action"] == "emergency"
    assert answer.json()["done"][0]["what"] == "sos"


def test_the_line_is_cut_and_mended(page: Browser, desk: Desk) -> None:
    assert page.press("cut").json()["line"] is False
    assert page.press("whole").json()["line"] is True
    assert [one["what"] for one in page.get("/seen").json()["done"]] == ["whole", "cut"]


def test_a_fall_stays_until_somebody_helps(page: Browser, desk: Desk) -> None:
    assert page.press("fall").status_code == 200
    assert page.press("get_up").status_code == 200
    assert desk.home.sent >= 2


@pytest.mark.parametrize("pressed", [{"what": "explode"}, {"what": "walk", "room": "cellar"}])
def test_what_the_home_cannot_do_is_refused(page: Browser, pressed: dict[str, str]) -> None:
    assert page.press(**pressed).status_code == 409


def test_another_page_may_not_press(page: Browser, desk: Desk) -> None:
    answer = page.press("sos", origin="http://elsewhere.example")
    assert answer.status_code == 403
    assert not desk.done


def test_a_home_without_a_cable_offers_no_line_to_cut(desk: Desk) -> None:
    desk.cable = None
    html = Browser(desk).get("/?lang=en").text
    assert 'data-press="cut"' not in html
    assert 'data-press="sos"' in html
