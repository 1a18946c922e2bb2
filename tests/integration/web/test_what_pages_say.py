"""What the pages say of alerts, of the hub's own limits, and to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import httpx
import pytest

from hub.clock import MovableClock, milliseconds
from hub.escalation import opening
from hub.notify import store as notifications
from models.detection.finding import Cleared, Reason
from tests.village import NIGHT, fall
from tests.web_rig import PASSWORD, WebRig, form_token

NO_PROVIDER = "No telephone provider is set: nobody can be called."


def english(client: httpx.Client) -> httpx.Client:
    client.post("/language", data={"language": "en"})
    return client


def try_to_call(web: WebRig, alert: str, times: int, error_code: str | None = None) -> None:
    """Tries that failed, as the dispatcher leaves them."""
    with web.pool.connection() as connection:
        for n in range(times):
            connection.execute(
                "insert into attempts (id, alert_id, contact_id, contact_name, role, channel, address,"
                " status, error_code, created_at, not_before)"
                " values (%(id)s, %(alert)s, 'wang-fang', '王芳', 'family', 'voice', '+447700900001',"
                " 'failed', %(error)s, %(at)s, %(at)s)",
                {"id": f"try-{n}", "alert": alert, "error": error_code, "at": NIGHT + timedelta(minutes=n)},
            )


# ── alerts ────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_seen_again_is_not_called_over_any_more(web: WebRig) -> None:
    alert = web.finding(fall(NIGHT - timedelta(minutes=5)))
    with web.pool.connection() as connection:
        gone = Cleared(
            dedup_key="fall:浴室", at=milliseconds(NIGHT - timedelta(minutes=4)), reason=Reason("", {})
        )
        opening.clear(connection, "wang", gone, NIGHT)
    with web.client() as client:
        english(client)
        sign_in(client)
        for path in ("/", f"/alerts/{alert}", "/homes/wang"):
            page = client.get(path).text
            assert "The sensors say that it is over since 03:08" in page, path
            assert "Seen again at" not in page, path
        web.finding(fall(NIGHT - timedelta(minutes=1)))
        for path in ("/", f"/alerts/{alert}", "/homes/wang"):
            page = client.get(path).text
            assert "it is over since" not in page, path
            assert "Seen again at 03:11" in page, path


def test_the_board_says_that_all_alerts_are_taken_and_by_whom_somebody_goes(web: WebRig) -> None:
    alert = web.finding(fall())
    with web.signed_in("operator") as client, web.program("operator") as program:
        english(client)
        assert "1 alert that nobody has taken" in client.get("/").text
        assert "Next step at the latest in <span" in client.get("/").text
        program.post(f"/api/v1/alerts/{alert}/acknowledge")
        assert "All alerts are taken" in client.get("/").text
        program.post(f"/api/v1/alerts/{alert}/on-the-way")
        assert "李敏 is on the way" in client.get("/").text
        program.post(f"/api/v1/alerts/{alert}/on-site")
        page = client.get(f"/alerts/{alert}").text
        assert page.count("李敏 is on site") == 2  # on the card, and in the file
        client.post("/language", data={"language": "zh"})
        assert "警情都有人接手" in client.get("/").text


def test_a_card_says_how_many_tries_it_does_not_show(web: WebRig) -> None:
    alert = web.finding(fall())
    with web.signed_in("operator") as client:
        english(client)
        with web.pool.connection() as connection:
            already = len(notifications.of_alert(connection, alert))
        try_to_call(web, alert, 5 - already)
        assert "in the file</a>" not in client.get("/").text
    with web.pool.connection() as connection:
        connection.execute("delete from attempts")
    try_to_call(web, alert, 8)
    with web.signed_in("operator") as client:
        assert "3 earlier tries are in the file" in english(client).get("/").text


def test_a_file_gives_its_times_to_the_second(web: WebRig) -> None:
    cast(MovableClock, web.clock).move(timedelta(seconds=7))
    alert = web.finding(fall())
    with web.signed_in("operator") as client:
        assert "03:12:07" in client.get(f"/alerts/{alert}").text


# ── no provider ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("role", ["operator", "supervisor", "administrator"])
def test_without_a_telephone_provider_everybody_on_duty_reads_it(web: WebRig, role: str) -> None:
    with web.signed_in(role) as client:
        for path in ("/", "/homes", "/homes/wang"):
            assert NO_PROVIDER in english(client).get(path).text, path


def test_families_are_not_told_of_the_hubs_settings(web: WebRig) -> None:
    with web.signed_in("family") as client:
        assert NO_PROVIDER not in english(client).get("/homes/wang").text


class TestWithAProvider:
    """With a provider set nothing is said of it."""

    @pytest.fixture(autouse=True)
    def _provider(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ANJU_TWILIO_ACCOUNT_SID", "AC0123456789")
        monkeypatch.setenv("ANJU_TWILIO_FROM", "+447700900999")

    def test_no_banner_stands_on_the_board(self, request: pytest.FixtureRequest) -> None:
        web: WebRig = request.getfixturevalue("web")
        with web.signed_in("operator") as client:
            assert NO_PROVIDER not in english(client).get("/").text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("no_provider", "尚未设置电话服务商"),
        ("emergency_number", "系统从不拨打急救、报警电话"),
        ("unknown", "运营商未收到"),
        ("30003", "代码 30003"),
    ],
)
def test_why_a_try_failed_is_said_in_words(web: WebRig, code: str, text: str) -> None:
    alert = web.finding(fall())
    try_to_call(web, alert, 1, code)
    with web.signed_in("operator") as client:
        client.post("/language", data={"language": "zh"})
        assert f"失败 ({text})" in client.get(f"/alerts/{alert}").text


# ── people ────────────────────────────────────────────────────────────────────────────────────────────────


def sign_in(client: httpx.Client, login: str = "operator") -> httpx.Response:
    token = form_token(client.get("/sign-in").text)
    return client.post("/sign-in", data={"login": login, "password": PASSWORD, "csrf": token})


@pytest.mark.parametrize(("asked", "lang"), [("en-GB,en", "en"), ("zh-CN,zh", "zh-CN")])
def test_the_language_of_the_sign_in_page_goes_on_after_it(web: WebRig, asked: str, lang: str) -> None:
    with web.client() as client:
        client.headers["Accept-Language"] = asked
        assert f'<html lang="{lang}"' in client.get("/sign-in").text
        assert sign_in(client).status_code == 303
        assert f'<html lang="{lang}"' in client.get("/").text
        other = {"en": "zh", "zh-CN": "en"}[lang]
        client.post("/language", data={"language": other})
        assert f'<html lang="{other}' in client.get("/").text


@pytest.mark.parametrize("role", ["family", "integrator"])
def test_who_sees_homes_by_name_is_given_at_least_one(web: WebRig, role: str) -> None:
    new = {"login": "wangmin", "name": "王敏", "role": role, "password": PASSWORD}
    with web.program("administrator") as boss:
        refused = boss.post("/api/v1/users", json=new)
        assert refused.status_code == 422
        assert "give at least one home" in refused.json()["detail"]
        assert boss.post("/api/v1/users", json=new | {"homes": ["wang"]}).status_code == 201


def test_a_home_or_organisation_that_does_not_exist_is_named(web: WebRig) -> None:
    new = {"login": "wangmin", "name": "王敏", "role": "family", "password": PASSWORD}
    with web.program("administrator") as boss:
        nowhere = boss.post("/api/v1/users", json=new | {"homes": ["wang", "wong"]})
        assert (nowhere.status_code, "'wong'" in nowhere.json()["detail"]) == (404, True)
        duty = new | {"role": "operator", "organisation_id": "west-street"}
        nowhere = boss.post("/api/v1/users", json=duty)
        assert (nowhere.status_code, "'west-street'" in nowhere.json()["detail"]) == (404, True)
        assert "wangmin" not in boss.get("/api/v1/users").text


def test_a_board_without_homes_has_no_tick(web: WebRig) -> None:
    with web.pool.connection() as connection:
        connection.execute("delete from user_homes")
    with web.signed_in("integrator") as client:
        board = english(client).get("/").text
    assert "No home has been given to you yet." in board
    assert "mark-calm" not in board.partition("</section>")[0]
    assert "Nothing needs doing now" not in board


def test_a_page_that_is_not_there_keeps_the_header_of_who_is_signed_in(web: WebRig) -> None:
    with web.signed_in("operator") as client:
        csrf = form_token(client.get("/").text)
        missing = [client.get(path) for path in ("/homes/none", "/no/such/page", "/alerts/none")]
        wrong = client.get("/homes/wang", params={"day": "never"})
        assert [answer.status_code for answer in (*missing, wrong)] == [404, 404, 404, 422]
        for answer in (*missing, wrong):
            assert "李敏" in answer.text
            assert 'action="/sign-out"' in answer.text
            assert form_token(answer.text) == csrf
            assert "http-equiv" not in answer.text
    with web.client() as stranger:
        assert 'action="/sign-out"' not in stranger.get("/no/such/page").text


# ── sensors ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sensor_is_heard_by_its_events_before_its_first_health_report(web: WebRig) -> None:
    with web.pool.connection() as connection:
        stream = "insert into streams (home_id, edge_id, name) values ('wang', 'pi', 's1') returning id"
        row = connection.execute(stream).fetchone()
        assert row is not None
        for seq, (device, ago) in enumerate(
            (("door", timedelta(minutes=3)), ("door", timedelta(hours=7)), ("old", timedelta(days=5))),
            start=1,
        ):
            connection.execute(
                "insert into events (home_id, stream_id, seq, occurred_at, received_at, device, kind, value)"
                " values ('wang', %s, %s, %s, %s, %s, 'contact', 1)",
                [row["id"], seq, NIGHT - ago, NIGHT - ago, device],
            )
        for device in ("door", "old"):
            connection.execute(
                "insert into devices (home_id, edge_id, id, kinds) values ('wang', 'pi', %s, '{contact}')",
                [device],
            )
    with web.program("family") as program, web.signed_in("family") as client:
        devices = {row["id"]: row for row in program.get("/api/v1/homes/wang/devices").json()}
        page = english(client).get("/homes/wang").text
    assert (devices["door"]["silent"], devices["door"]["heard_at"]) == (False, "2026-11-21T19:09:00Z")
    assert (devices["old"]["silent"], devices["old"]["heard_at"]) == (True, None)
    assert page.count('data-key="pi-') == page.count('data-key="pi-door"') + page.count('data-key="pi-old"')
    assert "<td>3 min ago</td>" in page
