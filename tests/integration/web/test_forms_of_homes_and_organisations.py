"""What people say of a home and of an organisation, in forms that forget nothing; the API writes the same."""

from __future__ import annotations

from datetime import time

import pytest

from tests.web_rig import WebRig, form_token

FACTS = "/homes/wang/facts"


def home(web: WebRig) -> dict[str, object]:
    with web.pool.connection() as connection:
        row = connection.execute("select * from homes where id = 'wang'").fetchone()
    assert row is not None
    return row


def test_facts_are_written_down_and_where_the_key_is_never_comes_back(web: WebRig) -> None:
    typed = {"name": "王秀英家", "address": "东街12号", "landmarks": "红色铁门", "key_safe": "门右 4711",
             "up_by": "07:30", "first_called": "station"}  # fmt: skip
    with web.signed_in("supervisor") as client:
        csrf = form_token(client.get(FACTS).text)
        assert client.post(FACTS, data=typed | {"csrf": csrf}).status_code == 303
        for path in ("/homes/wang", FACTS, "/homes/wang/setup"):
            assert "4711" not in client.get(path).text
        page = client.get("/homes/wang").text
        assert "红色铁门" in page
        assert "平时几点前起床</dt><dd>07:30" in page
        assert client.post(FACTS, data=typed | {"csrf": csrf, "key_safe": "", "up_by": ""}).status_code == 303
        kept = home(web)
        assert (kept["key_safe"], kept["up_by"]) == ("门右 4711", None)
        client.post(FACTS, data=typed | {"csrf": csrf, "key_safe": "", "no_key_safe": "yes"})
        assert (home(web)["key_safe"], home(web)["up_by"]) == ("", time(7, 30))
    with web.program("supervisor") as program:
        told = program.patch("/api/v1/homes/wang/facts", json={"up_by": "08:00", "key_safe": "门左"}).json()
        assert (told["up_by"], told["has_key_safe"], told["landmarks"]) == ("08:00", True, "红色铁门")
        assert "门左" not in program.get("/api/v1/homes/wang/facts").text
        assert program.patch("/api/v1/homes/wang/facts", json={"up_by": "23:00"}).status_code == 422


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"up_by": "7"}, "up_by"), ({"up_by": "22:00"}, "up_by"), ({"address": " "}, "address"),
     ({"landmarks": "门" * 501}, "landmarks")],
)  # fmt: skip
def test_a_fact_that_cannot_be_is_said_beside_its_field_and_the_rest_stays(
    web: WebRig, typed: dict[str, str], field: str
) -> None:
    with web.signed_in("supervisor") as client:
        csrf = form_token(client.get(FACTS).text)
        answer = client.post(FACTS, data={"name": "新名字", "csrf": csrf} | typed)
        assert answer.status_code == 422
        assert f'id="{field}-wrong"' in answer.text
        assert 'value="新名字"' in answer.text
    assert home(web)["name"] == "王秀英家"


def test_a_new_home_knows_by_when_they_are_up_and_where_they_are_asked(web: WebRig) -> None:
    typed = {"resident": "李四", "address": "东街3号", "organisation": "dongjie", "number": "+447700900044",
             "up_by": "06:45", "landmarks": "井边"}  # fmt: skip
    with web.signed_in("supervisor") as client:
        csrf = form_token(client.get("/new-home").text)
        wrong = client.post("/new-home", data=typed | {"csrf": csrf, "number": "12", "up_by": "abc"})
        assert wrong.status_code == 422
        assert 'id="number-wrong"' in wrong.text
        assert 'id="up_by-wrong"' in wrong.text
        assert 'value="井边"' in wrong.text
        made = client.post("/new-home", data=typed | {"csrf": csrf})
        assert made.status_code == 303
    new = made.headers["location"].split("/")[2]
    with web.program("supervisor") as program:
        (contact,) = program.get(f"/api/v1/homes/{new}/contacts").json()
        assert (contact["role"], contact["methods"][0]["address"]) == ("resident", "+447700900044")
        assert program.get(f"/api/v1/homes/{new}/facts").json()["up_by"] == "06:45"


def test_somebody_to_call_without_a_name_is_asked_for_it_and_the_number_stays(web: WebRig) -> None:
    with web.signed_in("family") as client:
        csrf = form_token(client.get("/homes/wang/setup").text)
        answer = client.post(
            "/homes/wang/setup/contact",
            data={"csrf": csrf, "name": " ", "number": "+447700900055", "role": "resident"},
        )
        assert answer.status_code == 422
        assert 'id="contact-name-wrong"' in answer.text
        assert 'value="+447700900055"' in answer.text
        assert '<option value="resident" selected>' in answer.text


def test_an_organisation_is_described_and_its_mistakes_are_said_beside_their_fields(web: WebRig) -> None:
    page = "/organisations/dongjie"
    typed = {"name": "东街站", "parent_id": "centre", "zone": "Asia/Shanghai", "telephone": "0571 8700 0000",
             "area_code": "330106001001", "ambulance": "0571 120"}  # fmt: skip
    with web.signed_in("administrator") as client:
        csrf = form_token(client.get(page).text)
        wrong = client.post(
            page,
            data=typed | {"csrf": csrf, "telephone": "abc", "area_code": "12", "parent_id": "dongjie",
                          "police": "1"},
        )  # fmt: skip
        assert wrong.status_code == 422
        for field in ("telephone", "area_code", "police"):
            assert f'id="{field}-wrong"' in wrong.text, field
        assert client.post(page, data=typed | {"csrf": csrf}).status_code == 303
        assert (
            client.post(
                "/admin/organisations", data=typed | {"csrf": csrf, "id": "dongjie", "tier": "county"}
            ).status_code
            == 422
        )
        people = client.post(page + "/contacts", data={"csrf": csrf, "person": "李敏", "number": "7"})
        assert people.status_code == 422
        assert 'id="number-wrong"' in people.text
        assert 'value="李敏"' in people.text
    with web.pool.connection() as connection:
        row = connection.execute(
            "select tier, telephone, area_code, emergency_numbers from organisations where id = 'dongjie'"
        ).fetchone()
    assert row == {
        "tier": "station", "telephone": "0571 8700 0000", "area_code": "330106001001",
        "emergency_numbers": {"ambulance": "0571120"},
    }  # fmt: skip


def test_an_operator_has_a_colleagues_number_called_for_a_test_in_their_own_area_only(web: WebRig) -> None:
    with web.signed_in("operator") as client:
        html = client.get("/organisations/dongjie").text
        csrf = form_token(html)
        check = "/organisations/dongjie/contacts/duty/methods/duty-voice/check"
        assert check in html
        assert client.post(check, data={"csrf": csrf}).status_code == 303
        above = "/organisations/centre/contacts/centre-duty/methods/centre-duty-voice/check"
        assert client.post(above, data={"csrf": csrf}).status_code == 404
        other = "/organisations/dongjie/contacts/duty/methods/centre-duty-voice/check"
        assert client.post(other, data={"csrf": csrf}).status_code == 404
    with web.pool.connection() as connection:
        alerts = connection.execute("select risk, drill, organisation_id from alerts").fetchall()
    assert alerts == [{"risk": "number_check", "drill": True, "organisation_id": "dongjie"}]


def test_intervals_are_set_by_the_township_and_shown_to_the_station(web: WebRig) -> None:
    page = "/organisations/centre/intervals"
    with web.signed_in("supervisor") as client:
        csrf = form_token(client.get(page).text)
        wrong = client.post(page, data={"csrf": csrf, "lives_alone": "0", "disabled": "12"})
        assert wrong.status_code == 422
        assert 'id="lives_alone-wrong"' in wrong.text
        assert 'value="12"' in wrong.text
        assert client.post(page, data={"csrf": csrf, "lives_alone": "14"}).status_code == 303
        assert "<b>14</b>" in client.get(page).text
    with web.signed_in("operator") as client:
        seen = client.get("/organisations/dongjie/intervals").text
        assert ">14<" in seen.replace("\n", "")
        assert "由乡镇中心或县里设置" in seen
    with web.pool.connection() as connection:
        connection.execute("update users set organisation_id = 'dongjie' where login = 'supervisor'")
    with web.program("supervisor") as program:
        api = "/api/v1/organisations/dongjie/visit-intervals"
        assert program.get(api).json()["days"]["lives_alone"] == 14
        assert program.put(api, json={"lives_alone": 300}).status_code == 403


def test_drills_are_planned_in_a_form_and_ended(web: WebRig) -> None:
    page = "/homes/wang/drills"
    with web.signed_in("supervisor") as client:
        csrf = form_token(client.get(page).text)
        wrong = client.post(page, data={"csrf": csrf, "every": "week", "day": "9", "hour": "3"})
        assert wrong.status_code == 422
        assert 'id="day-wrong"' in wrong.text
        assert 'id="hour-wrong"' in wrong.text
        assert 'value="9"' in wrong.text
        planned = client.post(page, data={"csrf": csrf, "every": "month", "day": "1", "hour": "10"})
        assert planned.status_code == 303
        assert "每月1日，10:00起" in client.get(page).text
    with web.program("supervisor") as program:
        api = "/api/v1/homes/wang/drill-plan"
        (plan,) = program.get(api).json()
        assert (plan["whom"], plan["next_at"]) == ("home", "2026-12-01T02:00:00Z")
        assert program.delete(api).json() == []
        assert program.delete(api).status_code == 404
    with web.signed_in("supervisor") as client:
        other = {"csrf": form_token(client.get(page).text), "plan": "duty:dongjie"}
        assert client.post(page + "/stop", data=other).status_code == 404, "of another place"
