"""A browser is tied to a contact: whose it may be, that it speaks for one, and that it can be let go."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from tests.integration.web.test_every_route_by_every_role import SUBSCRIPTION
from tests.web_rig import WebRig, form_token


def methods(web: WebRig) -> list[tuple[str, str]]:
    """Who is told at which browser."""
    with web.pool.connection() as connection:
        rows = connection.execute(
            "select contact_id, address from contact_methods where channel = 'push' and active order by 1"
        ).fetchall()
    return [(row["contact_id"], json.loads(row["address"])["endpoint"]) for row in rows]


def ask(client: httpx.Client, what: str, **form: Any) -> httpx.Response:
    token = form_token(client.get("/push").text)
    return client.post(f"/push/{what}", data={"csrf": token, "subscription": SUBSCRIPTION} | form)


ENDPOINT = "https://fcm.googleapis.com/fcm/send/x"


def test_a_daughters_telephone_is_told_and_let_go_again(web: WebRig) -> None:
    with web.signed_in("family") as client:
        answer = ask(client, "subscribe", contact="wang-fang")
        assert (answer.status_code, answer.headers["location"]) == (303, "/push?said=on")
        assert methods(web) == [("wang-fang", ENDPOINT)]
        assert "1 台设备" in client.get("/push?said=on").text
        ask(client, "unsubscribe")
        assert methods(web) == []
        ask(client, "subscribe", contact="wang-fang")
        assert methods(web) == [("wang-fang", ENDPOINT)]


def test_a_telephone_speaks_for_one_person(web: WebRig) -> None:
    with web.signed_in("family") as client:
        ask(client, "subscribe", contact="wang-fang")
        ask(client, "subscribe", contact="wang-qiang")
    assert methods(web) == [("wang-qiang", ENDPOINT)]


@pytest.mark.parametrize(
    ("role", "contact"),
    [
        ("family", "duty"),
        ("family", "zhao-fang"),
        ("operator", "wang-fang"),
        ("operator", "centre-duty"),
        ("family", "nobody"),
    ],
)
def test_nobody_is_told_in_anothers_name(web: WebRig, role: str, contact: str) -> None:
    with web.signed_in(role) as client:
        assert ask(client, "subscribe", contact=contact).status_code == 404
    assert methods(web) == []


def test_an_operators_tablet_is_the_stations(web: WebRig) -> None:
    with web.signed_in("operator") as client:
        assert ask(client, "subscribe").status_code == 303
    assert methods(web) == [("duty", ENDPOINT)]


def test_what_is_no_subscription_is_refused_with_what_to_do(web: WebRig) -> None:
    with web.signed_in("family") as client:
        for text in ("", "{}", json.dumps({"endpoint": "http://10.0.0.1/", "keys": {}})):
            assert ask(client, "subscribe", contact="wang-fang", subscription=text).status_code == 422
    assert methods(web) == []


def test_the_page_says_it_all_and_gives_no_secret_away(web: WebRig) -> None:
    with web.signed_in("family") as client:
        ask(client, "subscribe", contact="wang-fang")
        assert ENDPOINT not in client.get("/homes/wang").text
        assert "push://fcm.googleapis.com/****" in client.get("/homes/wang").text
        page = client.get("/push").text
        assert "赵家" not in page
        assert "需要浏览器启用 JavaScript" in page
    with web.program("family") as client:
        contacts = client.get("/api/v1/homes/wang/contacts")
        assert "push://fcm.googleapis.com/****" in contacts.text
        assert "fcm/send" not in contacts.text


def test_the_service_worker_may_speak_for_the_whole_site(web: WebRig) -> None:
    with web.client() as client:
        answer = client.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "showNotification" in answer.text


def test_a_telephone_can_keep_it_among_its_programs(web: WebRig) -> None:
    """An iPhone shows messages only of pages that were put there."""
    with web.client() as client:
        link = re.search(r'rel="manifest" href="([^"]+)"', client.get("/sign-in").text)
        assert link is not None
        manifest = client.get(link.group(1)).json()
    assert (manifest["display"], manifest["start_url"]) == ("standalone", "/")
