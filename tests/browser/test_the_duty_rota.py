"""The duty rota in a real browser: at two sizes, in two languages, changed by forms without any script."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page

from hub.escalation import rota_store
from hub.escalation.rota_document import Rota, Rotation, WeeklyShift
from tests.browser.conftest import Visitor
from tests.browser.test_screens import keep
from tests.village import add_contact
from tests.web_rig import WebRig

PAGE = "/organisations/dongjie/rota"
#: Days by Li Min, nights by turns; nobody on Sunday by day. The 21st of November 2026 is a Saturday.
WEEK = Rota(
    shifts=(
        WeeklyShift(
            name="白班", days=("mon", "tue", "wed", "thu", "fri", "sat"), since="08:00", until="20:00",
            contacts=("li-min",),
        ),
        WeeklyShift(name="夜班", since="20:00", until="08:00", rotation="夜班轮值"),
        WeeklyShift(name="午间", days=("wed",), since="11:00", until="14:00", contacts=("duty",)),
    ),
    rotations=(
        Rotation(
            name="夜班轮值", participants=("zhou-jianguo", "chen-jie"), length=2, unit="day",
            anchor=date(2026, 11, 16), hand_over="12:00",
        ),
    ),
)  # fmt: skip


@pytest.fixture(autouse=True)
def station(web: WebRig) -> None:
    """Three people besides the duty telephone, and a rota."""
    with web.pool.connection() as connection:
        for contact, name in (("li-min", "李敏"), ("zhou-jianguo", "周建国"), ("chen-jie", "陈洁")):
            add_contact(connection, contact, name, "duty", "+447700900011", organisation="dongjie")
        rota_store.save_week(connection, "dongjie", WEEK, by="zhou", now=web.clock.now())


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_fits_its_screen(visitor: Visitor, language: str, size: str) -> None:
    page = visitor("supervisor", language=language, size=size, script=False)
    stand_in(page)
    keep(page, "rota", language, size)
    page.goto("/rotas")
    keep(page, "rotas", language, size)


def test_the_night_shift_has_a_dark_one(visitor: Visitor) -> None:
    page = visitor("operator", language="zh", dark=True)
    page.goto(PAGE)
    keep(page, "rota-dark", "zh", "desktop")
    assert page.locator("form.rota-form").count() == 0, "an operator reads it"


def stand_in(page: Page) -> None:
    """Li Min does the coming night instead of Zhou Jianguo."""
    page.goto(PAGE)
    page.select_option("#on", "li-min")
    page.select_option("#off", "zhou-jianguo")
    page.fill("#since", "2026-11-21T22:00")
    page.fill("#until", "2026-11-22T02:00")
    page.fill("#note", "周建国的母亲住院")
    page.click("form[action$=overrides] button")


def test_somebody_stands_in_and_it_is_taken_back_without_any_script(web: WebRig, visitor: Visitor) -> None:
    page = visitor("supervisor", language="zh", script=False)
    stand_in(page)
    assert page.url.endswith(PAGE)
    assert "李敏替周建国值班" in page.inner_text(".rota-changes")
    page.click(".rota-changes button")
    assert "李敏替周建国值班" not in page.inner_text(".rota-changes")


def test_two_swap_without_any_script_and_a_refusal_says_why_and_forgets_nothing(
    web: WebRig, visitor: Visitor
) -> None:
    page = visitor("supervisor", language="zh", script=False, expected="/overrides")
    page.goto(PAGE)
    mine = page.locator("#first option", has_text="周建国").first.get_attribute("value")
    theirs = page.locator("#second option", has_text="陈洁").nth(1).get_attribute("value")
    page.select_option("#first", mine)
    page.select_option("#second", theirs)
    page.click("form[action$=swaps] button")
    assert "周建国与陈洁换班" in page.inner_text(".rota-changes")
    page.select_option("#on", "li-min")
    page.select_option("#off", "duty")
    page.fill("#note", "试一试")
    page.click("form[action$=overrides] button")
    assert "东街站值班那时没有班。" in page.inner_text("[role=alert]")
    assert page.input_value("#note") == "试一试"
    assert page.input_value("#on") == "li-min"
