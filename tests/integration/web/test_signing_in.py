"""Signing in, staying in, and being kept out."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from hub.clock import MovableClock
from tests.web_rig import PASSWORD, WebRig, form_token


def test_a_browser_without_session_is_led_to_the_sign_in_page_and_back(web: WebRig) -> None:
    with web.client() as client:
        led = client.get("/homes/wang")
        assert (led.status_code, led.headers["location"]) == (303, "/sign-in?next=/homes/wang")
        page = client.get(led.headers["location"])
        data = {
            "login": "operator",
            "password": PASSWORD,
            "csrf": form_token(page.text),
            "next": "/homes/wang",
        }
        back = client.post("/sign-in", data=data)
        assert (back.status_code, back.headers["location"]) == (303, "/homes/wang")
        assert client.get("/homes/wang").status_code == 200


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(web: WebRig) -> None:
    with web.client() as client:
        data = {"login": "operator", "password": PASSWORD, "csrf": form_token(client.get("/sign-in").text)}
        cookies = client.post("/sign-in", data=data).headers.get_list("set-cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("anju_session="))
    assert "HttpOnly" in session
    assert "SameSite=lax" in session


def test_a_wrong_password_says_no_more_than_an_unknown_login(web: WebRig) -> None:
    with web.client() as client:
        token = form_token(client.get("/sign-in").text)
        answers = [
            client.post("/sign-in", data={"login": login, "password": "wrong wrong", "csrf": token})
            for login in ("operator", "nobody")
        ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].text.replace("operator", "") == answers[1].text.replace("nobody", "")


def test_the_sixth_wrong_try_has_to_wait_even_with_the_right_password(web: WebRig) -> None:
    with web.client() as client:
        token = form_token(client.get("/sign-in").text)
        for _ in range(5):
            client.post("/sign-in", data={"login": "operator", "password": "wrong wrong", "csrf": token})
        right = {"login": "operator", "password": PASSWORD, "csrf": token}
        slowed = client.post("/sign-in", data=right)
        assert slowed.status_code == 429
        assert int(slowed.headers["retry-after"]) <= 901
        assert client.post("/sign-in", data=right | {"login": "supervisor"}).status_code == 303
        cast(MovableClock, web.clock).move(timedelta(minutes=16))
        assert (
            client.post(
                "/sign-in", data=right | {"csrf": form_token(client.get("/sign-in").text)}
            ).status_code
            == 303
        )


def test_a_form_without_its_token_changes_nothing(web: WebRig) -> None:
    with web.signed_in("operator") as client:
        assert client.post("/sign-out", data={"csrf": "guessed"}).status_code == 403
        assert client.get("/").status_code == 200
        assert client.post("/sign-out", data={"csrf": "猜"}).status_code == 403


def test_another_sites_form_is_refused_though_it_has_the_token(web: WebRig) -> None:
    with web.signed_in("operator") as client:
        token = form_token(client.get("/").text)
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
            assert client.post("/sign-out", data={"csrf": token}, headers=headers).status_code == 403
        assert client.post("/sign-out", data={"csrf": token}).status_code == 303
        assert client.get("/").status_code == 303


def test_a_session_that_nobody_uses_ends_and_one_in_use_goes_on(web: WebRig) -> None:
    clock = cast(MovableClock, web.clock)
    with web.signed_in("operator") as client:
        for _ in range(3):
            clock.move(timedelta(hours=11))
            assert client.get("/").status_code == 200
        clock.move(timedelta(hours=13))
        assert client.get("/").status_code == 303


def test_somebody_who_is_shut_out_is_out_at_once(web: WebRig) -> None:
    with web.signed_in("operator") as client, web.program("administrator") as boss:
        gone = boss.put(f"/api/v1/users/{web.people['operator']}/active", json={"active": False})
        assert gone.json()["active"] is False
        assert client.get("/").status_code == 303


def test_the_sign_in_page_never_leads_to_another_site(web: WebRig) -> None:
    with web.client() as client:
        for trap in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"):
            assert 'name="next" value="/"' in client.get("/sign-in", params={"next": trap}).text
