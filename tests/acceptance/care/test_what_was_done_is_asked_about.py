"""Satisfied, partly, not: whoever had something done says so; who is not is served again, then a tier up."""

from __future__ import annotations

from urllib.parse import urlsplit

from hub.care import store
from tests.care_rig import later
from tests.web_rig import WebRig, form_token


def done(web: WebRig, need: str = "") -> str:
    """A bath that the station's operator brought about."""
    with web.program("operator") as program:
        need = need or program.post("/api/v1/homes/wang/needs", json={"kind": "bathing"}).json()["id"]
        assert (
            program.post(f"/api/v1/needs/{need}", json={"state": "done", "note": "洗好了"}).status_code == 200
        )
    later(web, hours=1)
    return need


def says(web: WebRig, need: str, answer: str, login: str = "operator") -> dict[str, str]:
    with web.program(login) as program:
        told = program.post(f"/api/v1/needs/{need}/answer", json={"answer": answer, "words": "水太凉"})
        assert told.status_code == 200, told.text
        found: dict[str, str] = told.json()
        return found


def held(web: WebRig) -> list[tuple[str, str]]:
    with web.pool.connection() as connection:
        return [(need["held_by"], need["note"]) for need in store.waiting(connection)]


def test_a_family_is_asked_on_its_page_until_it_has_answered(web: WebRig) -> None:
    need = done(web)
    page = "/homes/wang/family"
    with web.signed_in("family") as client:
        html = client.get(page).text
        assert "办得怎么样" in html
        answer = {"csrf": form_token(html), "answer": "satisfied", "words": "很好", "back": page}
        assert client.post(f"/needs/{need}/answer", data=answer).headers["location"] == page
        assert "办得怎么样" not in client.get(page).text
        assert client.post(f"/needs/{need}/answer", data=answer).status_code == 409, "once is enough"
    with web.signed_in("operator") as client:
        assert "很好" in client.get("/needs").text
    later(web, days=20)
    done(web)
    later(web, days=15)
    with web.signed_in("family") as client:
        assert "办得怎么样" not in client.get(page).text, "after two weeks nobody is asked any more"


def test_who_is_not_satisfied_is_served_again_and_said_twice_it_goes_a_tier_up(web: WebRig) -> None:
    need = done(web)
    assert says(web, need, "partly") == {"follows": "kept"}
    assert held(web) == []
    need = done(web)
    assert says(web, need, "not") == {"follows": "reopened"}
    assert held(web) == [("dongjie", "水太凉")]
    done(web, need)
    assert says(web, need, "not") == {"follows": "passed_on"}
    assert held(web) == [("centre", "水太凉")]
    with web.pool.connection() as connection:
        counts = store.counts(connection)
        trail = [(entry["state"], entry["holder_id"]) for entry in store.entries(connection, need)]
    assert trail == [("open", None), ("done", None), ("open", None), ("done", None), ("open", "centre")]
    assert sum(counts.values()) == 2, "none is lost, none is counted twice"


def test_a_link_asks_without_signing_in_and_to_look_changes_nothing(web: WebRig) -> None:
    need = done(web)
    with web.program("operator") as program:
        path = urlsplit(program.post(f"/api/v1/needs/{need}/link").json()["url"]).path
    with web.client() as stranger:
        for _ in range(2):
            html = stranger.get(path, headers={"Accept-Language": "zh-CN"})
            assert (html.status_code, "办得怎么样" in html.text) == (200, True)
            assert html.headers["cache-control"] == "no-store"
        assert "王秀英" not in html.text, "a link that is passed around tells nobody whose bath it was"
        assert stranger.post(path, data={"answer": "not", "words": "没来"}).status_code == 303
        after = stranger.get(path, headers={"Accept-Language": "zh-CN"}).text
        assert "已重新办理" in after
        assert stranger.post(path, data={"answer": "satisfied"}).status_code == 303, "too late, and harmless"
        forged = path[:-2] + ("AA" if path[-2:] != "AA" else "BB")
        assert stranger.get(forged).status_code == 404
        assert held(web) == [("dongjie", "没来")]
        later(web, days=15)
        assert stranger.get(path).status_code == 410


def test_the_months_figures_are_counted_from_the_rows_by_who_had_done_it(web: WebRig) -> None:
    for answer in ("satisfied", "satisfied", "partly", "not"):
        says(web, done(web), answer)
    with web.program("administrator") as program:
        rows = program.get("/api/v1/organisations/county/report").json()
        counted = {
            row["organisation"]: (
                row["answers"], row["satisfied"], row["partly_satisfied"], row["not_satisfied"]
            )
            for row in rows
        }  # fmt: skip
        assert counted == dict.fromkeys(("county", "centre", "dongjie"), (4, 2, 1, 1))
    with web.signed_in("supervisor") as client:
        head, _, line = client.get("/area/report.csv", params={"organisation": "dongjie"}).text.partition(
            "\n"
        )
        assert head.rstrip().endswith("answers,satisfied,partly_satisfied,not_satisfied")
        assert line.rstrip().endswith(",4,2,1,1")
        assert "50" in client.get("/area", params={"organisation": "dongjie"}).text
