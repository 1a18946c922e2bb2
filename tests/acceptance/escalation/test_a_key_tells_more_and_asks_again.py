"""Key 3 tells what helps whoever goes there, and then the question comes again."""

from __future__ import annotations

from simulators.telephones.person import OnCall
from tests.answers_rig import heard, in_english, person
from tests.hub_rig import HubRig
from tests.village import DAUGHTER, fall

#: She listens to the end before she presses the second key: a key cuts short what is being said.
ASKS_FIRST = OnCall(does="answer", after=1, keys=((1.0, "3"), (30.0, "1")))


def test_key_3_tells_more_and_key_1_still_takes_it(hub: HubRig) -> None:
    in_english(hub)
    with hub.pool.connection() as connection:
        connection.execute("update homes set entry_note = '钥匙盒在门右侧，密码2580'")
        connection.execute(
            "insert into devices (home_id, edge_id, id, room) values ('wang', 'pi', '0x01', 'bedroom')"
        )
        connection.execute("insert into streams (home_id, edge_id, name) values ('wang', 'pi', 's1')")
        connection.execute(
            "insert into events (home_id, stream_id, seq, occurred_at, received_at, device, kind, value)"
            " select 'wang', id, 1, %(at)s - interval '40 minutes', %(at)s, '0x01', 'motion', 1 from streams",
            {"at": hub.clock.now()},
        )
    person(hub, DAUGHTER, "王芳", ASKS_FIRST)
    alert = hub.finding(fall())
    hub.until(lambda: hub.alert(alert)["status"] == "acknowledged", "taken")
    text = heard(hub, DAUGHTER)
    more = text.index("Last movement: Bedroom, 02:32.")
    assert text.index("How to get in: 钥匙盒在门右侧，密码2580.") > more
    assert text.index("Press 1 if you are going there.", more) > more, "and then the question again"
    assert hub.called() == [DAUGHTER]
    assert hub.attempts(alert) == [("王芳", "answered")]
