"""From nothing to a watched home, on the pages: people proven, paired, walked, a test answered, live."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hub.accounts import users
from tests.care_rig import heard, seen
from tests.hub_rig import NO_ANSWER, PRESSES_1, HubRig, running_hub
from tests.village import DAUGHTER, STATION
from tests.web_rig import PASSWORD, form_token


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[HubRig]:
    with running_hub(database, tmp_path) as rig:
        with rig.pool.connection() as connection:
            users.create(
                connection, login="supervisor", name="周建国", role="supervisor", password=PASSWORD,
                organisation_id="dongjie", homes=[], now=rig.clock.now(),
            )  # fmt: skip
        yield rig


@pytest.fixture
def browser(hub: HubRig) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=hub.settings.own_url, timeout=20) as client:
        client.headers["Accept-Language"] = "zh-CN"
        token = form_token(client.get("/sign-in").text)
        client.post("/sign-in", data={"login": "supervisor", "password": PASSWORD, "csrf": token})
        yield client


def press(browser: httpx.Client, path: str, **form: object) -> httpx.Response:
    csrf = form_token(browser.get("/new-home").text)
    return browser.post(path, data={"csrf": csrf} | form)


def shown(browser: httpx.Client, home: str) -> dict[str, bool]:
    """Which steps the page shows as done."""
    page = browser.get(f"/homes/{home}/setup").text
    return {
        name: "step-done" in kind
        for kind, name in re.findall(r'<li class="card step (step-[a-z]+)" data-key="([a-z]+)"', page)
    }


def test_the_whole_way_of_a_new_home(hub: HubRig, browser: httpx.Client) -> None:
    made = press(
        browser, "/new-home", resident="李桂英", born="1943", address="北巷7号", organisation="dongjie",
        circumstance="lives_alone",
    )  # fmt: skip
    assert made.status_code == 303
    home = made.headers["location"].split("/")[2]
    assert shown(browser, home) == {
        "home": True, "people": False, "paired": False, "sensors": False, "walked": False, "tested": False,
        "live": False,
    }  # fmt: skip
    refused = press(browser, f"/homes/{home}/setup/contact", name="李明", number="12")
    assert refused.status_code == 422
    assert "这个号码打不通" in refused.text
    assert press(browser, f"/homes/{home}/setup/contact", name="李明", number=DAUGHTER).status_code == 303

    # Two people answer a test call each: the son, and the station's duty.
    hub.telephones.person(DAUGHTER, "李明", [PRESSES_1])
    hub.telephones.person(STATION, "值班", [PRESSES_1])
    with hub.pool.connection() as connection:
        (son,) = connection.execute(
            "select m.id from contact_methods m join contacts c on c.id = m.contact_id where c.home_id = %s",
            (home,),
        ).fetchall()
        connection.execute(
            "update contact_methods set verified_at = %s where id = 'duty-voice'", (hub.clock.now(),)
        )
    press(browser, f"/homes/{home}/setup/call", method=son["id"])
    hub.until(lambda: shown(browser, home)["people"], "two people are proven")

    page = press(browser, f"/homes/{home}/setup/pair").text
    assert re.search(r"anju-agent pair \S+ [2-9A-Z-]{14}", page)
    with hub.pool.connection() as connection:
        connection.execute("insert into edges (home_id, id) values (%s, 'pi')", (home,))
        connection.execute(
            "insert into devices (home_id, edge_id, id, room, model, kinds) values"
            " (%(home)s, 'pi', '0x01', 'hall', 'MCCGQ11LM', '{contact}')",
            {"home": home},
        )
        heard(connection, home, hub.clock.now())
    assert shown(browser, home)["paired"]
    press(browser, f"/homes/{home}/setup/walk")
    assert not shown(browser, home)["walked"]
    with hub.pool.connection() as connection:
        seen(connection, home, hub.clock.now(), "contact")
    assert shown(browser, home)["walked"]

    early = press(browser, f"/homes/{home}/setup/go-live")
    assert early.status_code == 409
    assert "请写明为什么仍要启用" in early.text
    press(browser, f"/homes/{home}/setup/test")
    hub.until(lambda: shown(browser, home)["tested"], "a human answers the test alert")
    assert press(browser, f"/homes/{home}/setup/go-live").status_code == 303
    assert all(shown(browser, home).values())


def test_a_home_that_is_taken_live_unproven_says_why_for_ever(hub: HubRig, browser: httpx.Client) -> None:
    with hub.pool.connection() as connection:
        connection.execute("update homes set status = 'commissioning' where id = 'wang'")
    hub.telephones.person(DAUGHTER, "王芳", [NO_ANSWER])
    assert press(browser, "/homes/wang/setup/go-live", why="   ").status_code == 409
    assert press(browser, "/homes/wang/setup/go-live", why="传感器明天装完，今晚先守着").status_code == 303
    with hub.pool.connection() as connection:
        kept = connection.execute("select status, unproven_why from homes where id = 'wang'").fetchone()
        noted = connection.execute("select detail from audit_log where action = 'set_status'").fetchone()
    assert kept == {"status": "live", "unproven_why": "传感器明天装完，今晚先守着"}
    assert noted is not None
    assert "tested" in noted["detail"]["unproven"]


def test_a_form_with_mistakes_names_each_beside_its_field_and_keeps_the_rest(browser: httpx.Client) -> None:
    answer = press(browser, "/new-home", resident="李桂英", born="1843", address=" ", organisation="dongjie")
    assert answer.status_code == 422
    assert "出生年份应在 1900 年至今之间" in answer.text
    assert "上门的人要能找到" in answer.text
    assert 'value="李桂英"' in answer.text
