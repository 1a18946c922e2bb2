"""The duty rota as a calendar and as a form: holidays, gaps, who has duty when; a week saved or refused."""

from __future__ import annotations

import pytest

from hub.escalation import rota_store
from tests.integration.web.test_the_duty_rota import API, PAGE, WEEK
from tests.village import add_contact
from tests.web_rig import WebRig, form_token

CALENDAR, FORM = f"{PAGE}/calendar", f"{PAGE}/week"
#: Days by Li Min, nights by turns: it is 03:12 on Sunday the 22nd of November 2026.
TYPED = {
    "s0-name": "白班", "s0-day": ["mon", "tue", "wed", "thu", "fri"], "s0-from": "08:00", "s0-until": "20:00",
    "s0-contact": "li", "s1-name": "夜班", "s1-from": "20:00", "s1-until": "08:00", "s1-rotation": "轮值",
    "s1-day": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "t0-name": "轮值", "t0-who": ["zhou", "li", ""], "t0-length": "1", "t0-unit": "week",
    "t0-anchor": "2026-11-02", "t0-handover": "08:00",
}  # fmt: skip


@pytest.fixture(autouse=True)
def station(web: WebRig) -> None:
    with web.pool.connection() as connection:
        add_contact(connection, "li", "李敏", "duty", "+447700900011", organisation="dongjie", rank=2)
        add_contact(connection, "zhou", "周建国", "duty", "+447700900012", organisation="dongjie", rank=3)


def test_a_week_is_written_in_a_form_tried_and_saved(web: WebRig) -> None:
    with web.signed_in("supervisor") as client:
        csrf = form_token(client.get(FORM).text)
        tried = client.post(FORM + "/draft", data=TYPED | {"csrf": csrf, "act": "try"}).text
        assert "未来两周有4段无人值班" in tried.replace(" ", "")
        with web.pool.connection() as connection:
            assert rota_store.get(connection, "dongjie") is None, "trying saves nothing"
        more = client.post(FORM + "/draft", data=TYPED | {"csrf": csrf, "act": "add-s"}).text
        assert 'name="s2-from" value="20:00"' in more
        assert client.post(FORM, data=TYPED | {"csrf": csrf, "last": "0"}).status_code == 303
        late = TYPED | {"csrf": csrf, "last": "0", "s0-from": "07:00"}
        assert client.post(FORM, data=late).status_code == 409, "somebody saved meanwhile"
        assert 'value="2026-11-02"' in client.get(FORM).text
    with web.program("supervisor") as program:
        week = program.get(API).json()["week"]
        assert [shift["contacts"] for shift in week["shifts"]] == [["li"], []]
        assert week["rotations"][0]["participants"] == ["zhou", "li"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"s0-from": "acht"}, "s0-from"),
        ({"s0-day": []}, "s0-day"),
        ({"s0-contact": ""}, "s0-contact"),
        ({"s1-rotation": "早班"}, "s1-rotation"),
        ({"t0-anchor": "2026-13-40"}, "t0-anchor"),
        ({"t0-length": "0"}, "t0-length"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_is_lost(
    web: WebRig, typed: dict[str, object], field: str
) -> None:
    with web.signed_in("supervisor") as client:
        csrf = form_token(client.get(FORM).text)
        answer = client.post(FORM, data=TYPED | typed | {"csrf": csrf})
        assert answer.status_code == 422
        assert f'id="{field}-said"' in answer.text
        assert 'value="夜班"' in answer.text
    with web.pool.connection() as connection:
        assert rota_store.get(connection, "dongjie") is None


def test_a_month_shows_who_has_duty_its_holidays_and_its_gaps_in_words(web: WebRig) -> None:
    with web.program("supervisor") as program:
        program.put(API, json=WEEK | {"shifts": WEEK["shifts"][:1]})
    with web.signed_in("operator") as client:
        html = client.get(CALENDAR, params={"day": "2027-02-08"}).text
        assert "2027年2月" in html
        assert html.count("春节") >= 3
        assert "▲ 00:00–08:00 无人" in html
        gaps = html.split("gap-card")[1].split("</section>")[0]
        assert "20:00–08:00 · 12小时" in gaps.replace("12 小时", "12小时")
        november = client.get(CALENDAR).text
        assert "is-today" in november
        week = client.get(CALENDAR, params={"view": "week", "day": "2026-12-31"}).text
        assert "元旦" in week
        october = client.get(CALENDAR, params={"day": "2026-10-10"}).text
        assert "调休上班" in october


def test_who_has_duty_at_a_moment_is_said_and_of_the_past_by_the_rota_of_that_time(web: WebRig) -> None:
    with web.program("supervisor") as program:
        program.put(API, json=WEEK)
        ahead = program.get(f"{API}/on-duty", params={"at": "2026-11-23T01:00:00Z"}).json()
        assert (ahead["contacts"], ahead["until"]) == (["li"], "2026-11-23T12:00:00Z")
        assert program.get(f"{API}/on-duty", params={"at": "2026-11-01T01:00:00Z"}).json() is None
    with web.signed_in("operator") as client:
        html = client.get(CALENDAR, params={"at": "2026-11-23T09:00"}).text
        assert "<b>李敏</b>" in html.split('id="on-duty"')[1]
