"""Letting people in and out, tokens for programs, homes from a spreadsheet, and who did what."""

from __future__ import annotations

import httpx
from playwright.sync_api import expect

from hub.web.vocabulary import ROLE
from tests.browser.conftest import Visitor
from tests.browser.journeys.conftest import Words
from tests.hub_rig import HubRig

TABLE = "organisation,resident,address,contact1_name,contact1_phone\n"


def test_somebody_is_let_in_gets_a_token_and_is_shut_out(
    hub: HubRig, visitor: Visitor, words: Words, language: str
) -> None:
    page = visitor("administrator", expected="/admin/users")
    page.goto("/admin")
    login = f"li-{language}"
    form = page.get_by_role("region", name=words("Let somebody in"))
    form.get_by_label(words("Login")).fill(login)
    form.get_by_label(words("Name")).fill("李站长")
    form.get_by_label(words("Role")).select_option(label=words(ROLE["operator"]))
    form.get_by_label(words("Organisation, for staff")).select_option("dongjie")
    form.get_by_label(words("Password")).fill("short")
    form.get_by_role("button", name=words("Let in")).click()
    expect(form.get_by_role("alert")).to_have_text(words("Choose 10 to 200 characters."))
    expect(form.get_by_label(words("Login"))).to_have_value(login)
    form.get_by_label(words("Password")).fill("three tall bamboos")
    form.get_by_role("button", name=words("Let in")).click()
    row = page.get_by_role("row").filter(has_text=login)
    row.get_by_role("button", name=words("Make a token")).click()
    token = page.locator(".code, .token, pre").first.inner_text().split()[-1]
    bearer = {"Authorization": f"Bearer {token}"}
    homes = httpx.get(f"{hub.settings.own_url}/api/v1/homes", headers=bearer)
    assert homes.status_code == 200
    assert "zhao" not in {home["id"] for home in homes.json()}
    page.goto("/admin")
    page.get_by_role("row").filter(has_text=login).get_by_role(
        "button", name=words("Shut out"), exact=True
    ).click()
    row = page.get_by_role("row").filter(has_text=login)
    expect(row.get_by_role("button", name=words("Shut out"), exact=True)).to_have_count(0)
    assert httpx.get(f"{hub.settings.own_url}/api/v1/homes", headers=bearer).status_code == 401
    page.goto("/admin/log")
    expect(page.locator("main")).to_contain_text("管理员")


def test_homes_come_from_a_spreadsheet_only_after_they_were_looked_through(
    hub: HubRig, visitor: Visitor, words: Words, language: str
) -> None:
    page = visitor("administrator", expected="/admin/import")
    page.goto("/admin/import")
    name = f"赵大爷{language}"
    page.get_by_role("textbox").first.fill(f"{TABLE}dongjie,{name},南门 9 号,赵强,12\n")
    page.get_by_role("button", name=words("Look through it")).click()
    expect(page.locator("main")).to_contain_text("12")

    def known() -> int:
        with hub.pool.connection() as connection:
            row = connection.execute("select count(*) as n from residents where name = %s", [name]).fetchone()
        return int(row["n"]) if row else -1

    assert known() == 0
    page.get_by_role("textbox").first.fill(f"{TABLE}dongjie,{name},南门 9 号,赵强,+86 138 0000 0077\n")
    page.get_by_role("button", name=words("Look through it")).click()
    assert known() == 0
    page.locator("form button.primary").first.click()
    page.wait_for_load_state()
    assert known() == 1
    page.goto(f"/homes?q={name}")
    expect(page.get_by_role("link", name=name).first).to_be_visible()
