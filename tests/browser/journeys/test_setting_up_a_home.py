"""A family sets a home up: the hub's own processes, a box of sensors with a real agent, telephones that ring.

From the empty form to a home that is live, as a person would do it, with the words that the pages use.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from hub.clock import SystemClock
from hub.storage import embedded
from hub.storage.database import connect
from simulators.box.kit import Kit
from simulators.home import plan as plans
from simulators.telephones.running import RunningTelephones
from simulators.telephones.settings import Settings as TelephoneSettings
from tests.brokers import free_port
from tests.browser.conftest import visiting
from tests.browser.journeys.conftest import Words, settled
from tests.hub_rig import PRESSES_1
from tests.processes import Hub
from tests.village import village
from tests.web_rig import add_people

NUMBERS = ("+86 138 0000 0031", "+86 138 0000 0032")


@pytest.fixture(scope="module")
def serving() -> Iterator[Hub]:
    """`anju-hub serve` with a station, and telephones whose owners press 1."""
    with ExitStack() as ending:
        # A folder that PostgreSQL's own account may enter too; pytest's is closed to it.
        where = tempfile.TemporaryDirectory(prefix="anju-setup-", ignore_cleanup_errors=True)
        folder = Path(ending.enter_context(where))
        telephones = ending.enter_context(RunningTelephones(TelephoneSettings(speed=20)))
        for number in NUMBERS:
            telephones.person(number.replace(" ", ""), calls=[PRESSES_1])
        hub = Hub(folder / "hub", telephones)
        hub.environment["ANJU_PUBLIC_URL"] = f"http://127.0.0.1:{hub.web_port}"
        ending.callback(hub.close)
        hub.start()
        hub.ready()
        hub.url = embedded.start(folder / "hub" / "postgres").url
        with connect(hub.url) as connection:
            village(connection)
            add_people(connection, SystemClock().now())
        yield hub


def test_from_an_empty_form_to_a_home_that_is_live(
    serving: Hub, browser: Browser, words: Words, language: str, tmp_path: Path
) -> None:
    began = datetime.now(UTC)
    with visiting(browser, f"http://127.0.0.1:{serving.web_port}") as visitor, ExitStack() as ending:
        page = visitor("supervisor", language=language, size="phone")
        page.goto("/homes")
        page.get_by_role("link", name=words("A new home")).click()
        page.get_by_label(words("Who lives there?")).fill("林阿婆")
        page.get_by_label(words("Address, as whoever goes there needs it")).fill("东街 5 号")
        page.get_by_role("button", name=words("Go on")).click()
        page.wait_for_url("**/setup")
        step = {name: page.locator(f"li.step[data-key={name}]") for name in
                ("home", "people", "paired", "sensors", "walked", "tested", "live")}  # fmt: skip
        done = re.compile("step-done")
        expect(step["home"]).to_have_class(done)
        for name, number in zip(("林薇", "林立"), NUMBERS, strict=True):
            form = step["people"].locator("form[action$='/setup/contact']")
            form.get_by_label(words("Name")).fill(name)
            form.get_by_label(words("Telephone number")).fill(number)
            form.get_by_role("button", name=words("Add this person")).click()
            person = step["people"].get_by_role("listitem").filter(has_text=name)
            person.get_by_role("button", name=words("Call for a test")).click()
            expect(person).to_contain_text("✓", timeout=15_000)
        expect(step["people"]).to_have_class(done)
        step["paired"].get_by_role("button").click()
        picture = page.get_by_role("img", name=words("The same as a picture for a camera"))
        box = picture.locator("svg").bounding_box()
        assert box is not None
        assert box["width"] > 100, "the code is there to be scanned"
        url, code = page.locator("pre.command").first.inner_text().split()[2:4]
        kit = Kit(plans.load("lane-flat"), tmp_path / "box", free_port(), resident=False)
        kit.pair(url, code)
        ending.enter_context(kit)
        expect(step["paired"]).to_have_class(done, timeout=20_000)
        expect(step["sensors"]).to_have_class(done, timeout=20_000)
        step["walked"].get_by_role("button").click()
        sensors = step["walked"].locator(".walk li")
        expect(sensors).to_have_count(9)
        for room in kit.home.plan.rooms:
            if kit.home.feels("move", room.id):
                kit.home.walk(room.id)
        for what in ("door_open", "sos", "smoke_test", "leak", "fall"):
            kit.home.act(what)
        expect(step["walked"].locator(".walk li:not(.walked)")).to_have_text([], timeout=20_000)
        expect(step["walked"]).to_have_class(done)
        step["tested"].get_by_role("button").click()
        expect(step["tested"]).to_have_class(done, timeout=20_000)
        settled(page)
        step["live"].get_by_role("button", name=words("Take it live"), exact=True).click()
        expect(step["live"]).to_have_class(done)
    rows = serving.rows("select status, unproven_why from homes where address = '东街 5 号'")
    assert {"status": "live", "unproven_why": ""} in rows
    assert (datetime.now(UTC) - began).total_seconds() < 60
