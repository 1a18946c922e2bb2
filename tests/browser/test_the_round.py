"""The round, a visit and the station's one page: readable by everybody, written down by finger."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from hub.care import suggesting
from models.detection.finding import Reason
from tests.browser.conftest import Visitor
from tests.browser.furnished import button
from tests.browser.test_screens import keep
from tests.care_rig import heard, seen
from tests.web_rig import WebRig


@pytest.fixture
def busy(web: WebRig) -> WebRig:
    """Somebody has never been called on, one home is heard, and a rule suggests something."""
    with web.pool.connection() as connection:
        connection.execute("update residents set circumstances = '{lives_alone}', born_on = '1941-03-08'")
        heard(connection, "wang", web.clock.now())
        seen(connection, "wang", web.clock.now())
        suggesting.make(connection, "wang", "falls", Reason("Nobody has been seen today."), web.clock.now())
    return web


@pytest.mark.parametrize(("language", "size"), [("zh", "phone"), ("en", "desktop")])
def test_the_pages_of_care_fit_their_screens_and_break_no_rule(
    busy: WebRig, visitor: Visitor, language: str, size: str
) -> None:
    page = visitor("operator", language=language, size=size)
    for name, path in (
        ("rounds", "/rounds"), ("village", "/village"), ("visit", "/homes/wang/visit"),
        ("paper", "/rounds/paper"), ("area", "/area"),
    ):  # fmt: skip
        page.goto(path)
        keep(page, name, language, size)
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.response["violations"] == [], f"{name}: {found.generate_report()}"


def test_setting_up_fits_its_screens_and_a_sensor_turns_green_by_itself(
    busy: WebRig, visitor: Visitor
) -> None:
    with busy.pool.connection() as connection:
        connection.execute(
            "insert into devices (home_id, edge_id, id, room, model, kinds) values"
            " ('wang', 'pi', '0x01', 'bedroom', 'RTCGQ11LM', '{motion}') on conflict do nothing"
        )
    for language, size in (("zh", "phone"), ("en", "desktop")):
        page = visitor("administrator", language=language, size=size)
        for name, path in (
            ("new-home", "/new-home"), ("admin", "/admin"), ("admin-log", "/admin/log"),
            ("admin-import", "/admin/import"), ("setup", "/homes/wang/setup"),
        ):  # fmt: skip
            page.goto(path)
            keep(page, name, language, size)
            found = Axe().run(page, options={"resultTypes": ["violations"]})
            assert found.response["violations"] == [], f"{name}: {found.generate_report()}"
    page.click("form[action$='/setup/walk'] button")
    waiting = page.locator(".walk li[data-key='0x01']")
    expect(waiting).not_to_have_class("walked")
    with busy.pool.connection() as connection:
        seen(connection, "wang", busy.clock.now())
    expect(waiting).to_have_class("walked", timeout=6000)


def test_the_page_of_an_area_moves_by_itself(busy: WebRig, visitor: Visitor) -> None:
    page = visitor("operator", language="zh")
    page.goto("/area")
    page.wait_for_selector("[data-live=ok]")
    assert page.locator(".tiles dd").nth(1).inner_text() == "0"
    busy.finding(button(busy.clock.now()))
    expect(page.locator(".tiles dd").nth(1)).to_have_text("1", timeout=5000)


def test_a_visit_is_written_down_by_finger_without_script(busy: WebRig, visitor: Visitor) -> None:
    page = visitor("operator", language="zh", size="phone", script=False)
    page.goto("/rounds")
    page.click("a[href='/homes/wang/visit']")
    page.click(".visit-form button.wide")
    page.wait_for_url("**/rounds")
    assert "尚未探访过" not in page.locator(".stop", has_text="王秀英").inner_text()


def test_a_scanned_pairing_code_says_what_to_type(web: WebRig, visitor: Visitor) -> None:
    page = visitor(None, language="en", size="phone")
    page.goto("/pair#ABCD-EFGH-2345")
    expect(page.locator(".command")).to_contain_text("ABCD-EFGH-2345")
    page.goto("/pair#<b>x</b>")
    page.reload()
    expect(page.locator("#pair-code")).to_have_text("CODE")
