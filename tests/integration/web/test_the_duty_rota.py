"""The duty rota on its page and for programs: what it says, what it refuses, and who sees it."""

from __future__ import annotations

import pytest

from hub.places import contacts
from tests.village import add_contact
from tests.web_rig import WebRig, form_token

PAGE = "/organisations/dongjie/rota"
API = "/api/v1/organisations/dongjie/rota"
#: It is Sunday the 22nd of November, 03:12: in the night that Zhou Jianguo has.
WEEK = {
    "shifts": [
        {"name": "白班", "from": "08:00", "until": "20:00", "contacts": ["李敏"]},
        {"name": "夜班", "from": "20:00", "until": "08:00", "rotation": "轮值"},
    ],
    "rotations": [{"name": "轮值", "participants": ["周建国"], "anchor": "2026-11-02"}],
}


@pytest.fixture(autouse=True)
def station(web: WebRig) -> None:
    """Two people besides the duty telephone."""
    with web.pool.connection() as connection:
        add_contact(connection, "li", "李敏", "duty", "+447700900011", organisation="dongjie", rank=2)
        add_contact(connection, "zhou", "周建国", "duty", "+447700900012", organisation="dongjie", rank=3)


def write_down(web: WebRig) -> None:
    with web.program("supervisor") as program:
        assert program.put(API, json=WEEK).json() == {"version": 1}


def test_a_station_without_a_rota_says_that_everybody_is_on_duty(web: WebRig) -> None:
    with web.signed_in("operator") as client:
        assert "本机构所有人在任何时候都算在岗" in client.get(PAGE).text
    with web.program("operator") as program:
        assert program.get(API).json() == {
            "organisation_id": "dongjie", "version": 0, "saved_at": None, "saved_by": "", "week": None,
            "changes": [], "duties": [],
        }  # fmt: skip


def test_it_says_who_is_on_duty_now_and_who_comes_next(web: WebRig) -> None:
    write_down(web)
    with web.signed_in("operator") as client:
        html = client.get(PAGE).text
        assert "现在值班：周建国" in html
        assert "之后是李敏" in html
        assert "无人值班" not in html.split("<details")[0].split("未来两周")[0]
        assert client.get("/rotas").headers["location"] == PAGE, "an operator has one station"
        assert 'href="/rotas"' in client.get("/").text
    with web.signed_in("supervisor") as client:
        html = client.get("/rotas").text
        assert "周建国" in html
        assert "远站" not in html
    with web.signed_in("family") as client:
        assert "/rotas" not in client.get("/homes/wang").text


def test_a_gap_is_said_in_words_before_it_comes_and_while_it_lasts(web: WebRig) -> None:
    write_down(web)
    with web.pool.connection() as connection:
        contacts.set_active(connection, "zhou", False)
    with web.signed_in("operator") as client:
        html = client.get(PAGE).text
    assert "现在无人值班" in html
    assert "未来两周有 15 段无人值班" in html


def test_a_program_reads_who_is_on_duty_and_swaps(web: WebRig) -> None:
    write_down(web)
    with web.program("supervisor") as program:
        first = program.get(API).json()["duties"][0]
        assert first == {
            "since": "2026-11-21T19:12:00Z",
            "until": "2026-11-22T00:00:00Z",
            "contacts": ["zhou"],
        }
        made = program.post(
            f"{API}/swaps",
            json={"first": "zhou", "first_at": "2026-11-21T20:00:00Z", "second": "li",
                  "second_at": "2026-11-22T02:00:00Z"},
        )  # fmt: skip
        assert made.status_code == 201
        assert program.get(API).json()["duties"][0]["contacts"] == ["li"]
        assert program.delete(f"{API}/changes/{made.json()['id']}").json() == {"version": 3}
        assert program.get(API).json()["duties"][0]["contacts"] == ["zhou"]


@pytest.mark.parametrize(
    ("week", "said"),
    [
        ({"shifts": [{"from": "8", "until": "20:00", "contacts": ["李敏"]}]}, "from"),
        ({"shifts": [{"from": "08:00", "until": "20:00", "contacts": ["王芳"]}]}, "no contact"),
        ({"shifts": [{"from": "08:00", "until": "20:00"}]}, "has nobody"),
        ({"zone": "Moon/Sea", "shifts": []}, "no time zone"),
    ],
)
def test_a_week_that_cannot_be_is_refused_with_a_sentence(
    web: WebRig, week: dict[str, object], said: str
) -> None:
    with web.program("supervisor") as program:
        answer = program.put(API, json=week)
    assert answer.status_code == 422
    assert said in answer.text


def test_what_a_browser_may_send_is_refused_on_the_page_and_changes_nothing(web: WebRig) -> None:
    write_down(web)
    with web.signed_in("supervisor") as client:
        csrf = form_token(client.get(PAGE).text)
        for action, fields in (
            ("overrides", {"on": "li", "off": "zhou", "since": "", "until": "2026-11-22T06:00"}),
            ("overrides", {"on": "li", "since": "9999-12-31T23:59", "until": "0001-01-01T00:00"}),
            ("overrides", {"on": "li", "since": "2026-11-22T06:00", "until": "2026-11-22T05:00"}),
            ("overrides", {"on": "<b>", "since": "2026-11-22T04:00", "until": "2026-11-22T05:00"}),
            ("overrides", {"on": "centre-duty", "since": "2026-11-22T04:00", "until": "2026-11-22T05:00"}),
            ("overrides", {}),
            ("swaps", {"first": "zhou 2026-11-22T04:00", "second": "li"}),
            ("swaps", {"first": "zhou 9999-12-31T23:59:59+00:00", "second": "li 0001-01-01T00:00:00-14:00"}),
            (
                "swaps",
                {"first": "nobody 2026-11-22T00:00:00+00:00", "second": "li 2026-11-22T02:00:00+00:00"},
            ),
            ("changes/none/take-back", {}),
        ):
            answer = client.post(f"{PAGE}/{action}", data=fields | {"csrf": csrf})
            assert answer.status_code in (409, 422), (action, fields)
            assert "没有作任何修改" in answer.text
            assert "<b>" not in answer.text.split('role="alert"')[1].split("</p>")[0]
    with web.program("operator") as program:
        assert program.get(API).json()["version"] == 1


def test_the_audit_log_knows_who_changed_it(web: WebRig) -> None:
    write_down(web)
    with web.pool.connection() as connection:
        row = connection.execute(
            "select user_id, detail from audit_log where action = 'save_rota'"
        ).fetchone()
    assert row == {"user_id": web.people["supervisor"], "detail": {"organisation": "dongjie", "version": 1}}
