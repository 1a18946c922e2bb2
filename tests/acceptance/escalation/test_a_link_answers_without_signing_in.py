"""A message carries a link: its reader answers in one tap, without an account. To look changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.answers_rig import BY_HAND, browser, in_english, kinds, link_in, person, standing, told, writes
from tests.hub_rig import PRESSES_1, HubRig
from tests.village import DAUGHTER, SON, fall


@pytest.fixture
def sent(hub: HubRig) -> tuple[str, str]:
    """A fall of which the daughter was told by a message: the alert, and her link."""
    in_english(hub)
    writes(hub, "wang-fang", DAUGHTER)
    person(hub, DAUGHTER, "王芳", BY_HAND)
    with hub.pool.connection() as connection:
        connection.execute("update homes set entry_note = '钥匙盒密码2580'")
    alert = hub.finding(fall())
    link = link_in(told(hub, DAUGHTER))
    both = [("王芳", "ringing"), ("王芳", "delivered")]
    hub.until(lambda: hub.attempts(alert) == both, "her telephone rings, and she has the message")
    return alert, link


def everything(hub: HubRig, alert: str) -> tuple[object, ...]:
    with hub.pool.connection() as connection:
        attempts = connection.execute("select id, status from attempts order by n").fetchall()
        row = connection.execute("select * from alerts where id = %s", (alert,)).fetchone()
    return row, attempts, hub.entries(alert), standing(hub, alert)


def test_one_tap_takes_it(hub: HubRig, sent: tuple[str, str]) -> None:
    alert, link = sent
    with browser(hub) as phone:
        page = phone.post(link, data={"act": "go", "eta": "15"})
        assert "You have taken this alert" in page.text
        assert phone.get("/", follow_redirects=False).status_code == 303, "nobody is signed in by it"
    row = hub.alert(alert)
    assert (row["status"], row["acknowledged_by"]) == ("on_the_way", "王芳")
    assert row["eta_at"] == hub.clock.now() + timedelta(minutes=15)
    assert standing(hub, alert) == [("王芳", "link", True)]
    hub.until(lambda: all(call.ended_at for call in hub.telephones.calls(DAUGHTER)), "silent")
    assert hub.called() == [DAUGHTER]


def test_to_look_changes_nothing(hub: HubRig, sent: tuple[str, str]) -> None:
    """Scanners of mail and previews of messages look at every link."""
    alert, link = sent
    before = everything(hub, alert)
    with browser(hub) as scanner:
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = scanner.request(method, link)
            assert answer.status_code < 500
        page = scanner.get(link)
    for part in ("王秀英", "东街12号", "钥匙盒密码2580", "I am going", "I cannot go"):
        assert part in page.text
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert "set-cookie" not in page.headers
    assert everything(hub, alert) == before


def test_who_cannot_go_says_so_and_the_next_person_is_called(hub: HubRig, sent: tuple[str, str]) -> None:
    alert, link = sent
    person(hub, SON, "王强", PRESSES_1)
    with browser(hub) as phone:
        assert "We are calling the next person." in phone.post(link, data={"act": "cannot"}).text
    hub.until(lambda: hub.alert(alert)["acknowledged_by"] == "王强", "the son takes it")
    assert hub.called() == [DAUGHTER, SON]


def test_from_going_to_over_by_one_link(hub: HubRig, sent: tuple[str, str]) -> None:
    alert, link = sent
    with browser(hub) as phone:
        for act in ("go", "there"):
            phone.post(link, data={"act": act})
        assert hub.alert(alert)["status"] == "on_site"
        assert hub.alert(alert)["arrived_at"] == hub.clock.now()
        form = {"act": "over", "outcome": "false", "cause": "sat_down_quickly", "note": "她坐下了"}
        page = phone.post(link, data=form)
        assert "2580" not in page.text, "it is over: the code of the key-safe is nobody's business"
        assert "It is over: a false alarm." in page.text
        assert "2580" not in phone.get(link).text
    row = hub.alert(alert)
    assert (row["status"], row["outcome"], row["cause"]) == ("resolved", "false", "sat_down_quickly")
    assert kinds(hub, alert)[-3:] == ["acknowledged", "on_site", "resolved"]
    assert hub.verdict(alert).ok


def test_a_forged_link_is_refused_and_counted(hub: HubRig, sent: tuple[str, str]) -> None:
    alert, link = sent
    before = everything(hub, alert)
    forged = link[:-6] + ("A" * 6 if not link.endswith("A" * 6) else "B" * 6)
    with browser(hub) as phone:
        answers = [phone.post(forged, data={"act": "go"}) for _ in range(5)]
        assert {answer.status_code for answer in answers} == {404}
        assert "Nothing was changed." in answers[0].text
        assert "王秀英" not in answers[0].text
        assert phone.get(forged).status_code == 429
        assert phone.get(link).status_code == 200, "a good link opens all the same"
    assert everything(hub, alert) == before


def test_an_expired_link_is_refused_with_a_sentence(hub: HubRig, sent: tuple[str, str]) -> None:
    alert, link = sent
    hub.clock.move(timedelta(hours=48))
    with browser(hub) as phone:
        answer = phone.post(link, data={"act": "go"})
    assert answer.status_code == 410
    assert "This link has expired." in answer.text
    assert hub.alert(alert)["status"] == "triggered"


def test_a_new_secret_spoils_no_link_that_is_on_its_way(hub: HubRig, sent: tuple[str, str]) -> None:
    from hub.notify import link_keys

    alert, link = sent
    with hub.pool.connection() as connection:
        link_keys.renew(connection, hub.clock.now())
    with browser(hub) as phone:
        assert phone.post(link, data={"act": "go"}).status_code == 200
        assert hub.alert(alert)["status"] == "acknowledged"
        with hub.pool.connection() as connection:
            link_keys.forget(connection)
        assert phone.get(link).status_code == 404
