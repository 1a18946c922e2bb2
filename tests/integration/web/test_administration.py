"""Administration on its pages: people, tokens, the log of who did what, and homes from a table."""

from __future__ import annotations

import re

import httpx

from tests.web_rig import WebRig, form_token

TABLE = (
    "organisation,resident,address,circumstances,contact1_name,contact1_phone\n"
    "dongjie,李桂英,北巷7号,独居,李明,+447700900001\n"
    "dongjie,陈大爷,北巷9号,,,\n"
)


def press(browser: httpx.Client, path: str, **form: object) -> httpx.Response:
    return browser.post(path, data={"csrf": form_token(browser.get("/needs").text)} | form)


def homes(web: WebRig) -> list[str]:
    with web.pool.connection() as connection:
        return [row["id"] for row in connection.execute("select id from homes order by id").fetchall()]


def test_somebody_is_let_in_shut_out_and_given_a_token_that_works(web: WebRig) -> None:
    new = {"login": "zhang", "name": "张站长", "role": "operator", "password": "three tall bamboos"}
    with web.signed_in("administrator") as browser:
        wrong = press(browser, "/admin/users", **new)
        assert wrong.status_code == 422
        assert "值班员和主管须属于一个机构" in wrong.text
        assert 'value="zhang"' in wrong.text
        assert press(browser, "/admin/users", organisation="dongjie", **new).status_code == 303
        assert "这个登录名已被使用" in press(browser, "/admin/users", organisation="dongjie", **new).text
        page = browser.get("/admin").text
        assert "张站长" in page
        operator = web.people["operator"]
        shown = press(browser, f"/admin/users/{operator}/token", name="board").text
        token = re.search(r"anju_[A-Za-z0-9_-]+", shown)
        assert token is not None
        assert token.group() not in browser.get("/admin").text, "it is shown once"
        asks = {"Authorization": f"Bearer {token.group()}"}
        with web.client() as program:
            assert program.get("/api/v1/homes", headers=asks).status_code == 200
            press(browser, f"/admin/users/{operator}/active", active="no")
            assert program.get("/api/v1/homes", headers=asks).status_code == 401
        log = browser.get("/admin/log", params={"user": "administrator"}).text
    assert "create_user" in log or "张站长" in log or "user:" in log


def test_a_county_of_five_thousand_homes_is_one_table(web: WebRig) -> None:
    row = "dongjie,欧阳桂英,青山镇东街十二号院三单元四零一室,1943,2,独居\n"
    table = "organisation,resident,address,born,capability,circumstances\n" + row * 4_998
    with web.signed_in("supervisor") as browser:
        sent = {"csrf": (None, form_token(browser.get("/admin/import").text)), "table": (None, table)}
        assert "4998 户都可以导入" in browser.post("/admin/import", files=sent).text


def test_a_table_is_looked_through_first_and_taken_over_whole(web: WebRig) -> None:
    before = homes(web)
    with web.signed_in("supervisor") as browser:
        looked = press(browser, "/admin/import", table=TABLE)
        assert looked.status_code == 200
        assert "2 户都可以导入" in looked.text
        assert homes(web) == before
        wrong = press(browser, "/admin/import", table=TABLE + "far,赵,远处,,,\n", take="yes")
        assert wrong.status_code == 422
        assert "第 4 行" in wrong.text
        assert homes(web) == before, "all or nothing"
        assert "已导入 2 户" in press(browser, "/admin/import", table=TABLE, take="yes").text
    with web.pool.connection() as connection:
        new = connection.execute(
            "select h.status, r.name, r.circumstances from homes h join residents r on r.home_id = h.id"
            " where not h.id = any(%s) order by r.name",
            (before,),
        ).fetchall()
    assert [(row["status"], row["name"], row["circumstances"]) for row in new] == [
        ("commissioning", "李桂英", ["lives_alone"]),
        ("commissioning", "陈大爷", []),
    ]


def test_the_log_is_found_by_home_and_day(web: WebRig) -> None:
    with web.signed_in("operator") as browser:
        browser.get("/homes/wang")
    with web.signed_in("administrator") as browser:
        assert "李敏" in browser.get("/admin/log", params={"home": "wang"}).text
        assert "李敏" not in browser.get("/admin/log", params={"home": "wang", "until": "2026-11-01"}).text
        assert browser.get("/admin/log", params={"until": "yesterday"}).status_code == 422
