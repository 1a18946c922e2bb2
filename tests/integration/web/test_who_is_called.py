"""The page of a plan: sentences, a preview, a form that forgets nothing; never one that calls nobody."""

from __future__ import annotations

import pytest

from hub.escalation import plans
from hub.escalation.plan import Plan, Rule, Rung
from tests.integration.web.test_every_route_by_every_role import PLAN
from tests.village import fall
from tests.web_rig import WebRig, form_token

PAGE = "/homes/wang/calls"
STATION_FIRST = PLAN | {"r0-s1-who": "family", "r0-s1-wait": "45", "last": "0"}


def rule_days() -> dict[str, list[str]]:
    return {"r0-day": ["1", "2", "3", "4", "5", "6", "7"]}


def test_a_plan_is_saved_as_a_new_version_and_open_alerts_keep_theirs(web: WebRig) -> None:
    alert = web.finding(fall())
    with web.signed_in("supervisor") as client:
        csrf = form_token(client.get(PAGE).text)
        assert client.post(PAGE, data=STATION_FIRST | rule_days() | {"csrf": csrf}).status_code == 303
        html = client.get(PAGE).text
        assert "首先：打电话给东街站值班。" in html
        assert "1分钟无人应答：按顺序打电话给王芳、王强，每人最多等45秒" in html
        assert "有1条警情未结束：它们仍按开始时的预案呼叫。" in html
        assert "version=1" in html
    with web.pool.connection() as connection:
        row = connection.execute("select policy from alerts where id = %s", (alert,)).fetchone()
        assert row is not None
        assert row["policy"]["name"] == "built-in"
        kept = plans.plan_of(connection, "wang", None)
        assert (kept.version, kept.saved_by, [r.who for r in kept.plan.rules[0].rungs]) == (
            1, "周建国", ["station", "family"],
        )  # fmt: skip
        noted = connection.execute("select detail from audit_log where action = 'save_plan'").fetchall()
        assert [row["detail"]["version"] for row in noted] == [1]


def test_what_was_typed_stays_and_each_mistake_is_said_beside_its_field(web: WebRig) -> None:
    with web.signed_in("supervisor") as client:
        csrf = form_token(client.get(PAGE).text)
        wrong = STATION_FIRST | {
            "csrf": csrf, "name": "", "r0-since": "9 o'clock", "r0-s0-wait": "4000", "r0-s1-start": "90",
        }  # fmt: skip
        answer = client.post(PAGE, data=wrong)
        assert answer.status_code == 422
        for field in ("name", "r0-since", "r0-s0-wait", "r0-s1-start"):
            assert f'id="{field}-said"' in answer.text, field
        assert 'value="4000"' in answer.text
        assert "9 o&#39;clock" in answer.text
    with web.pool.connection() as connection:
        assert connection.execute("select count(*) as n from plans").fetchone() == {"n": 0}


@pytest.mark.parametrize(
    ("who", "said"),
    [("doctor", "这条规则呼叫不到任何人"), ("resident", "只问老人本人帮不上忙")],
)
def test_a_plan_that_calls_nobody_is_never_saved_from_the_page(web: WebRig, who: str, said: str) -> None:
    with web.signed_in("supervisor") as client:
        csrf = form_token(client.get(PAGE).text)
        answer = client.post(PAGE, data=PLAN | rule_days() | {"csrf": csrf, "r0-s0-who": who})
        assert (answer.status_code, said in answer.text) == (422, True)
    with web.pool.connection() as connection:
        assert connection.execute("select count(*) as n from plans").fetchone() == {"n": 0}


def test_two_who_change_the_same_plan_do_not_write_over_each_other(web: WebRig) -> None:
    with web.signed_in("supervisor") as client:
        csrf = form_token(client.get(PAGE).text)
        mine = STATION_FIRST | rule_days() | {"csrf": csrf}
        assert client.post(PAGE, data=mine).status_code == 303
        late = client.post(PAGE, data=mine)
        assert late.status_code == 409
        assert "期间有人保存了另一个版本" in late.text
        assert client.post(PAGE + "/take-back", data={"csrf": csrf}).status_code == 303
        assert client.post(PAGE, data=mine | {"last": "2"}).status_code == 303
    with web.program("supervisor") as program:
        versions = program.get("/api/v1/homes/wang/plan/versions").json()
        assert [(row["version"], row["plan"] is None) for row in versions] == [
            (3, False), (2, True), (1, False),
        ]  # fmt: skip


def test_a_family_tries_another_plan_and_cannot_save_it(web: WebRig) -> None:
    with web.signed_in("family") as client:
        html = client.get(PAGE + "?edit=yes").text
        csrf = form_token(html)
        assert "由站点来保存" in html
        tried = client.post(
            PAGE + "/draft",
            data=PLAN | rule_days() | {"csrf": csrf, "act": "try", "at": "2026-11-24T03:12", "risk": "fall"},
        )
        assert tried.status_code == 200
        played = tried.text.split('id="played"')[1].split("</ol>")[0]
        assert "星期二 03:12" in played
        assert "东街站值班" in played
        assert "王芳" not in played
        unnamed = PLAN | rule_days() | {"csrf": csrf, "act": "try", "name": ""}
        assert 'id="played"' in client.post(PAGE + "/draft", data=unnamed).text, "a name can wait"
        assert client.post(PAGE, data=PLAN | {"csrf": csrf}).status_code == 403


def test_buttons_change_the_form_and_save_nothing(web: WebRig) -> None:
    with web.signed_in("supervisor") as client:
        csrf = form_token(client.get(PAGE).text)
        form = STATION_FIRST | rule_days() | {"csrf": csrf}
        for act, steps, rules in (("add-0", 3, 1), ("drop-0-1", 1, 1), ("up-0-1", 2, 1), ("add-rule", 3, 2)):
            html = client.post(PAGE + "/draft", data=form | {"act": act}).text
            assert (html.count('class="step"'), html.count('-title">规则')) == (steps, rules), act
        swapped = client.post(PAGE + "/draft", data=form | {"act": "up-0-1"}).text
        assert swapped.index('value="family" selected') < swapped.index('value="station" selected')
    with web.pool.connection() as connection:
        assert connection.execute("select count(*) as n from plans").fetchone() == {"n": 0}


def test_the_plan_of_an_area_holds_for_its_homes_and_refuses_what_would_leave_one_unreached(
    web: WebRig,
) -> None:
    page = "/organisations/centre/calls"
    with web.signed_in("supervisor") as client:
        csrf = form_token(client.get(page).text)
        lonely = PLAN | rule_days() | {"csrf": csrf, "r0-s0-who": "neighbours"}
        assert client.post(page, data=lonely).status_code == 422
        assert client.post(page, data=STATION_FIRST | rule_days() | {"csrf": csrf}).status_code == 303
        assert "由周建国保存" in client.get(PAGE).text
    with web.program("supervisor") as program:
        tried = program.post(
            "/api/v1/homes/wang/plan/preview",
            json={"plan": {"name": "x", "rules": [{"rungs": [{"who": "doctor"}, {"who": "station"}]}]}},
            params={"at": "2026-11-24T03:12:00+08:00"},
        ).json()
        assert [step["name"] for step in tried["steps"]][:1] == ["东街站值班"]
        assert tried["doubts"][0]["step"] == 0
        assert program.delete("/api/v1/organisations/centre/plan").json()["place"] == ""


def test_a_family_sets_the_order_of_its_own_people_and_cannot_leave_the_home_without_anybody(
    web: WebRig,
) -> None:
    """Only the home's own people are called by this plan: the last of them stays."""
    own = {"plan": {"name": "ours", "rules": [{"rungs": [{"who": "family"}]}]}}
    with web.program("supervisor") as program:
        assert program.put("/api/v1/homes/wang/plan", json=own).status_code == 200
    with web.signed_in("family") as client:
        csrf = form_token(client.get(PAGE + "?edit=yes").text)
        up = client.post("/homes/wang/contacts/wang-qiang", data={"csrf": csrf, "place": "1"})
        assert up.headers["location"] == PAGE
        assert "打电话给王强、王芳" in client.get(PAGE).text
        gone = client.post("/homes/wang/contacts/wang-qiang", data={"csrf": csrf, "active": "no"})
        assert gone.status_code == 303
        last = client.post("/homes/wang/contacts/wang-fang", data={"csrf": csrf, "active": "no"})
        assert "请先登记另一个人" in client.get(last.headers["location"]).text
        assert "打电话给王芳" in client.get(PAGE).text
        assert client.post("/homes/wang/contacts/duty", data={"csrf": csrf, "place": "1"}).status_code == 404
    with web.program("administrator") as program:
        duty = "/api/v1/organisations/dongjie/contacts/duty"
        assert program.put(duty, json={"active": False}).status_code == 409
        program.post("/api/v1/organisations/dongjie/contacts", json={"name": "李敏", "role": "duty"})
        assert program.put(duty, json={"active": False}).status_code == 409, "a name without a number"
        assert program.put(duty, json={"place": 2}).status_code == 200


def test_a_plan_is_not_taken_back_where_the_one_above_would_reach_nobody(web: WebRig) -> None:
    """The county's plan calls neighbours; this home has none, and keeps its own."""
    with web.pool.connection() as connection:
        alone = Plan(name="alone", rules=(Rule(rungs=(Rung(who="neighbours"),)),))
        plans.save(
            connection, alone, organisation_id="county", by="x", now=web.clock.now(),
            accepted=["rule-1-reaches-nobody"],
        )  # fmt: skip
    with web.signed_in("supervisor") as client:
        csrf = form_token(client.get(PAGE + "?edit=yes").text)
        assert client.post(PAGE, data=STATION_FIRST | rule_days() | {"csrf": csrf}).status_code == 303
        refused = client.post(PAGE + "/take-back", data={"csrf": csrf})
        assert "请先登记另一个人" in client.get(refused.headers["location"]).text
    with web.pool.connection() as connection:
        assert plans.plan_of(connection, "wang", None).plan.name == "夜间"
