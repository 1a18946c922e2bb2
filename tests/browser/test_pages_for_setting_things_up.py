"""Forms that are open, a rota with people in it, a question that waits: nothing cut off, nothing for axe."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from hub.escalation import rota_store
from tests.browser.conftest import Visitor
from tests.browser.test_pages_for_everybody import faults
from tests.browser.test_screens import keep
from tests.browser.test_the_duty_rota import WEEK
from tests.village import add_contact
from tests.web_rig import WebRig

PAGES = {
    "calls-form": "/homes/wang/calls?edit=yes",
    "rota-month": "/organisations/dongjie/rota/calendar?day=2027-02-07",
    "rota-days": "/organisations/dongjie/rota/calendar?view=week&day=2026-11-24",
    "family-asked": "/homes/wang/family",
    "needs-asked": "/needs",
    "rota-form": "/organisations/dongjie/rota/week",
}


@pytest.mark.parametrize(("language", "size", "dark"), [("zh", "phone", False), ("en", "desktop", True)])
def test_they_fit_and_axe_finds_nothing(
    web: WebRig, visitor: Visitor, language: str, size: str, dark: bool
) -> None:
    with web.pool.connection() as connection:
        for contact, name in (("li-min", "李敏"), ("zhou-jianguo", "周建国"), ("chen-jie", "陈洁")):
            add_contact(connection, contact, name, "duty", "+447700900011", organisation="dongjie")
        rota_store.save_week(connection, "dongjie", WEEK, by="zhou", now=web.clock.now())
    with web.program("operator") as program:
        need = program.post("/api/v1/homes/wang/needs", json={"kind": "bathing", "text": "助浴"}).json()["id"]
        program.post(f"/api/v1/needs/{need}", json={"state": "done"})
        asked = urlsplit(program.post(f"/api/v1/needs/{need}/link").json()["url"]).path
    page = visitor("supervisor", language=language, size=size, dark=dark)
    found = []
    for name, path in (PAGES | {"was-it-well": asked}).items():
        page.goto(path)
        keep(page, name, language, size)
        found += faults(page)
    assert found == []


def test_a_step_is_added_and_a_wrong_number_is_said_beside_it_without_any_script(
    web: WebRig, visitor: Visitor
) -> None:
    page = visitor("supervisor", language="zh", size="phone", script=False, expected="/calls/draft")
    page.goto("/homes/wang/calls?edit=yes")
    steps = page.locator(".step").count()
    page.click("button[value=add-0]")
    assert page.locator(".step").count() == steps + 1
    page.fill("[name=r0-s0-wait]", "一分钟")
    page.click(".day-picker button[value=try]")
    assert page.input_value("[name=r0-s0-wait]") == "一分钟"
    assert "秒数" in page.inner_text("#r0-s0-wait-said")
