"""The queue of attempts: who goes first, what waits for what, and that no two dispatchers send one thing."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from hub.alerts import store as alerts
from hub.escalation import opening
from hub.notify import history, queue, receipts, store
from hub.notify.channels.port import Accepted, Refused, Unknown
from hub.storage.database import connect
from tests.village import DAUGHTER, NIGHT, SON, fall, village

SOON = timedelta(seconds=15)


@pytest.fixture
def url(database: str) -> str:
    with connect(database) as connection:
        village(connection)
    return database


def alert(url: str, room: str = "浴室") -> str:
    """A fall that nobody has been told of."""
    with connect(url) as connection:
        alert_id = opening.open_or_repeat(connection, "wang", fall(room=room), NIGHT)[0]
        connection.execute("delete from attempts")  # what is owed is said by each test
        return alert_id


def owe(
    url: str, alert_id: str, *, channel: str = "voice", to: str = DAUGHTER, purpose: str = "answer"
) -> str:
    with connect(url) as connection:
        return store.insert(
            connection,
            alert_id=alert_id,
            contact_id="wang-fang",
            contact_name="王芳",
            role="family",
            channel=channel,
            address=to,
            language="zh",
            purpose=purpose,
            round_=1,
            step=0,
            reason="",
            now=NIGHT,
        )


def claimed(url: str, limit: int = 20, written: int | None = None) -> list[str]:
    with connect(url) as connection:
        return [row["id"] for row in queue.claim(connection, NIGHT, SOON, limit, written)]


def test_who_may_answer_goes_before_who_is_only_told(url: str) -> None:
    first, second = alert(url), alert(url, "厨房")
    wanted = {
        purpose: owe(url, first, to=f"+4477009000{n:02}", purpose=purpose)
        for n, purpose in enumerate(("news", "inform", "ask", "answer"), start=30)
    }
    owed_last = owe(url, second, to=SON)
    assert claimed(url) == [wanted["answer"], owed_last, wanted["ask"], wanted["inform"], wanted["news"]]


def test_an_emergency_goes_before_whatever_waited_longer(url: str) -> None:
    warning, emergency = alert(url), alert(url, "厨房")
    with connect(url) as connection:
        connection.execute("update alerts set severity = 'warning' where id = %s", (warning,))
    late, soon = owe(url, warning, to=SON), owe(url, emergency, purpose="news", to=DAUGHTER)
    assert claimed(url) == [soon, late]


def test_messages_take_no_more_hands_than_they_may(url: str) -> None:
    of = alert(url)
    messages = [owe(url, of, channel="sms", to=f"+4477009000{n}", purpose="inform") for n in range(40, 46)]
    call = owe(url, of)
    assert claimed(url, 8, written=2) == [call, *messages[:2]]
    with connect(url) as connection:
        assert queue.next_to_send(connection, NIGHT, written=False) is None
        assert queue.next_to_send(connection, NIGHT) == NIGHT


def test_of_two_dispatchers_at_one_instant_only_one_takes_a_number(url: str) -> None:
    """Two alerts owe a call to one telephone; neither sees what the other has not committed."""
    for of in [alert(url), alert(url, "厨房")]:
        owe(url, of)
    taken: list[str] = []
    both = threading.Barrier(2)

    def dispatch() -> None:
        with connect(url) as connection:
            both.wait(5)
            rows = queue.claim(connection, NIGHT, SOON, 20)
            taken.extend(row["id"] for row in rows)
            both.wait(5)

    threads = [threading.Thread(target=dispatch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(taken) == 1


def test_a_graver_call_to_a_number_that_another_dispatcher_is_taking_waits_for_it(url: str) -> None:
    """The other has taken a warning's call and not committed yet: it still looks as if nothing was sent."""
    warning, emergency = alert(url), alert(url, "厨房")
    with connect(url) as connection:
        connection.execute("update alerts set severity = 'warning' where id = %s", (warning,))
    first = owe(url, warning)
    with connect(url) as one:
        assert [row["id"] for row in queue.claim(one, NIGHT, SOON, 20)] == [first]
        second = owe(url, emergency)
        assert claimed(url) == []
    assert claimed(url) == [], "its fate is open"
    with connect(url) as connection:
        store.change(connection, first, "failed", check_at=None, now=NIGHT)
    assert claimed(url) == [second]


def test_news_is_sent_although_the_alert_is_over_and_calls_are_not(url: str) -> None:
    of = alert(url)
    owe(url, of)
    news = owe(url, of, channel="sms", purpose="news")
    with connect(url) as connection:
        store.withdraw(connection, of, NIGHT)
    assert claimed(url) == [news]


def test_of_news_that_waited_the_last_says_it_all(url: str) -> None:
    of = alert(url)
    first = owe(url, of, channel="sms", purpose="news")
    second = owe(url, of, channel="sms", purpose="news")
    other = owe(url, of, channel="sms", to=SON, purpose="news")
    with connect(url) as connection:
        rows = queue.claim(connection, NIGHT, SOON, 20)
        assert [(row["id"], row["superseded"]) for row in rows] == [(first, True), (other, False)]
        store.change(connection, first, "withdrawn", check_at=None, now=NIGHT)
        (row,) = queue.claim(connection, NIGHT, SOON, 20)
        assert (row["id"], row["superseded"]) == (second, False)


def test_a_call_that_turns_out_to_be_anothers_is_in_both_files(url: str) -> None:
    """Two calls to one telephone, both answers lost: a look-up took the second's call for the first's."""
    one, other = alert(url), alert(url, "厨房")
    mistaken, right = owe(url, one), owe(url, other)
    with connect(url) as connection:
        for attempt in (mistaken, right):
            store.change(connection, attempt, "sending", check_at=NIGHT, now=NIGHT)
            connection.execute("update attempts set sending_at = %s where id = %s", (NIGHT, attempt))
        alerts.lock(connection, one)
        receipts.after_sending(connection, mistaken, Accepted("CA-of-the-other"), NIGHT)
    with connect(url) as connection:
        alerts.lock(connection, other)
        receipts.after_sending(connection, right, Accepted("CA-of-the-other"), NIGHT)
    with connect(url) as connection:
        alerts.lock(connection, one)
        assert store.get(connection, mistaken)["status"] == "unknown"
        receipts.after_looking(connection, mistaken, [], NIGHT)
    with connect(url) as connection:
        told = {
            of: [
                entry["data"]["status"]
                for entry in alerts.entries(connection, of)
                if entry["kind"] == "attempt"
            ]
            for of in (one, other)
        }
        assert told == {one: ["accepted", "given_back", "not_taken"], other: ["was_anothers", "accepted"]}
        assert history.was_taken(connection, one, mistaken) is None
        assert store.get(connection, mistaken)["status"] == "queued"


def test_an_old_message_is_asked_about_ever_more_seldom_and_then_no_more(url: str) -> None:
    attempt = {"sending_at": NIGHT, "created_at": NIGHT}
    asked, now = 0, NIGHT
    while (again := receipts.next_question(attempt, now)) is not None:
        assert again > now
        now, asked = again, asked + 1
    assert now - NIGHT > timedelta(days=1)
    assert asked < 30


def test_what_no_look_up_finds_for_the_third_time_has_failed(url: str) -> None:
    attempt = owe(url, alert(url))
    with connect(url) as connection:
        for time in (1, 2, 3):
            assert [row["tries"] for row in queue.claim(connection, NIGHT, SOON, 20)] == [time]
            receipts.after_sending(connection, attempt, Unknown("cut"), NIGHT)
            over = receipts.after_looking(connection, attempt, [], NIGHT)
            assert over is (time == 3), "only then the next person's turn has come"
        assert store.get(connection, attempt)["error_code"] == "unknown"


def test_a_look_up_that_was_overtaken_by_another_sending_sends_nothing_a_third_time(url: str) -> None:
    """Two dispatchers looked for the same call; the first to find nothing sent it again."""
    attempt = owe(url, alert(url))
    with connect(url) as connection:
        queue.claim(connection, NIGHT, SOON, 20)
        receipts.after_looking(connection, attempt, [], NIGHT, turn=1)
        assert [row["tries"] for row in queue.claim(connection, NIGHT, SOON, 20)] == [2]
        receipts.after_looking(connection, attempt, [], NIGHT, turn=1)
        receipts.after_sending(connection, attempt, Refused("20429", "slowly", then="again"), NIGHT, turn=1)
        assert store.get(connection, attempt)["status"] == "sending"
        receipts.after_looking(connection, attempt, [], NIGHT, turn=2)
        assert store.get(connection, attempt)["status"] == "queued"
