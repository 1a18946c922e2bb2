"""Who is erased is in no table any more: no name, number, address or account; what is kept tells no names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from psycopg.sql import SQL, Identifier
from psycopg.types.json import Jsonb

from hub import retention
from hub.accounts import audit, sessions, users
from hub.alerts import store as alerts
from hub.alerts.file import verify
from hub.broker.register import embedded_accounts
from hub.errors import NotFoundError
from hub.privacy import erasing, people
from hub.privacy.tables import OF_CONTACT, OF_HOME, OF_NOBODY, OF_USER
from hub.storage.database import Connection, connect
from hub.storage.schema import has_timescale
from tests.hub_rig import PRESSES_1, HubRig, running_hub
from tests.village import DAUGHTER, SON, add_home, fall

#: All by which the home of 王秀英 and its people could be known.
PERSONAL = (
    "王秀英", "王芳", "王强", DAUGHTER, SON, "7700900001", "7700900002", "东街12号", "老槐树", "wangfang",
    "膝盖",
)  # fmt: skip
WRITTEN = "王秀英说没事，女儿电话 07700 900001"


@pytest.fixture
def hub(database: str, tmp_path: Path) -> Iterator[HubRig]:
    with running_hub(database, tmp_path) as rig:
        live_in(rig)
        yield rig


def live_in(rig: HubRig) -> None:
    """Let the home have everything that a home can have: a row in every table that is about one."""
    rig.telephones.person(DAUGHTER, calls=[PRESSES_1])
    alert = rig.finding(fall())
    rig.until(lambda: rig.alert(alert)["acknowledged_by"] == "王芳", "the daughter takes it")
    with rig.pool.connection() as c:
        now = rig.clock.now()
        daughter = users.create(
            c,
            login="wangfang",
            name="王芳",
            role="family",
            password="three tall bamboos",
            homes=["wang"],
            now=now,
        )
        operator = users.create(
            c, login="li", name="李敏", role="operator", password="three tall bamboos", now=now,
            organisation_id="dongjie",
        )  # fmt: skip
        sessions.begin(c, daughter, now)
        sessions.issue_token(c, daughter, "phone", now)
        sessions.count_try(c, "wangfang", "127.0.0.1", now)
        audit.record(c, now, daughter, "view_home", "wang", said=WRITTEN)
        audit.record(c, now, operator, "add_contact", "wang", name="王芳")
        audit.record(c, now, operator, "create_user", None, user=daughter, name="王芳")
        facts = {"now": now, "later": now + timedelta(days=1), "user": operator, "said": WRITTEN}
        for statement in FILLING:
            c.execute(statement, facts)
        c.execute("update residents set health_note = '膝盖换过' where id = 'wang'")
        c.execute("update homes set landmarks = '老槐树下', entry_note = '钥匙在王芳家' where id = 'wang'")
    with rig.pool.connection() as c:
        resolve(c, alert, rig)


def resolve(c: Connection, alert: str, rig: HubRig) -> None:
    """End the alert with words of people in it, and let an alert of the station name the home too."""
    row = alerts.lock(c, alert)
    now = rig.clock.now()
    alerts.go(c, row, "resolved", now=now, by="王芳", due_at=None, outcome="real")
    alerts.append(c, alert, now, "resolved", {"by": "王芳", "outcome": "real", "note": WRITTEN})
    alerts.append(
        c, alert, now, "wrote", {"contact": "王强", "text": WRITTEN, "via": "sms", "understood": "x"}
    )
    about = Jsonb({"text": "x", "values": {"who": "王芳", "number": DAUGHTER}})
    c.execute(
        "insert into alerts (id, organisation_id, risk, severity, status, dedup_key, reason, occurred_at,"
        " triggered_at, policy, resolved_at)"
        " values ('area', 'dongjie', 'number_check', 'warning', 'resolved', 'number:wang-fang', %s, %s, %s,"
        " '{}', %s)",
        [about, now, now, now],
    )
    alerts.append(c, "area", now, "raised", {"homes": ["wang"], "names": ["王秀英家"], "who": "王芳"})


FILLING = (
    "insert into events (home_id, stream_id, seq, occurred_at, received_at, device, kind)"
    " select 'wang', 1, n, %(now)s - n * interval '1 minute', %(now)s, '0x1', 'motion'"
    " from generate_series(1, 50) n",
    "insert into streams (home_id, edge_id, name) values ('wang', 'pi', 's')",
    "insert into devices (home_id, edge_id, id, name) values ('wang', 'pi', '0x1', '王秀英的床')",
    "insert into device_consents (home_id, edge_id, device_id, given, why, changed_at, changed_by)"
    " values ('wang', 'pi', '0x1', false, '王芳不同意', %(now)s, '王芳')",
    "insert into edge_configs (home_id, edge_id, version, sha256, settings, made_at, made_by)"
    " values ('wang', 'pi', 1, 'x', '{\"name\": \"王秀英\"}', %(now)s, 'wangfang')",
    "insert into edge_news (home_id) values ('wang')",
    "insert into needs (id, home_id, kind, text, source, created_at, created_by, due_at, state_at, note)"
    " values ('n', 'wang', 'meals', '王秀英要午饭', 'phone', %(now)s, '王芳', %(later)s, %(now)s, %(said)s)",
    "insert into need_entries (need_id, n, at, state, by, note)"
    " values ('n', 1, %(now)s, 'open', '王芳', %(said)s)",
    "insert into visits (id, home_id, at, kind, by, user_id, note, entered_at)"
    " values ('v', 'wang', %(now)s, 'door', '李敏', %(user)s, %(said)s, %(now)s)",
    "insert into visit_residents values ('v', 'wang')",
    "insert into stays (home_id, kind, since, until, by, told_at)"
    " values ('wang', 'visitor', %(now)s, %(later)s, '王芳', %(now)s)",
    "insert into silences (home_id, since, until, by, why, created_at)"
    " values ('wang', %(now)s, %(later)s, '王强', %(said)s, %(now)s)",
    "insert into inbound_messages (at, channel, address, text, alert_id, understood)"
    f" select %(now)s, 'sms', '{DAUGHTER}', %(said)s, id, 'x' from alerts limit 1",
    "insert into quarantine (received_at, source, topic, reason, payload, size)"
    " values (%(now)s, 'broker', 'anju/v1/03/wang/pi/events', 'x', convert_to(%(said)s, 'UTF8'), 9),"
    f" (%(now)s, 'twilio', '/twilio/sms', 'x', convert_to('From={DAUGHTER}', 'UTF8'), 9)",
    "insert into refusals (day, reason, home_id, n) values (current_date, 'x', 'wang', 1)",
    "insert into plan_versions (plan_id, version, home_id, plan, saved_at, saved_by)"
    " values ('home:wang', 1, 'wang', '{\"who\": \"王芳\"}', %(now)s, '王芳')",
    "insert into suggestions (id, home_id, rule, reason, made_at, why)"
    " values ('s', 'wang', 'bed', '{}', %(now)s, %(said)s)",
    "insert into resident_standings (resident_id, since, standing, by)"
    " values ('wang', %(now)s, 'home', '王芳')",
    "insert into attempts (id, alert_id, contact_id, contact_name, role, channel, address, body,"
    " created_at, not_before)"
    " select repeat('a', 32), id, 'duty', '值班', 'duty', 'sms', '+447700900010', '王秀英家等三户', %(now)s,"
    " %(now)s"
    " from alerts limit 1",
)  # fmt: skip


def everything(connection: Connection) -> list[tuple[str, str]]:
    """Every row of every table, as text, byte columns read as UTF-8 where they are."""
    tables = connection.execute(
        "select table_name as name from information_schema.tables where table_schema = 'public'"
        " and table_type = 'BASE TABLE'"
    ).fetchall()
    found = []
    for table in sorted(row["name"] for row in tables):
        for row in connection.execute(SQL("select * from {}").format(Identifier(table))).fetchall():
            text = " ".join(
                bytes(value).decode("utf-8", "replace")
                if isinstance(value, memoryview | bytes)
                else str(value)
                for value in row.values()
            )
            found.append((table, text))
    return found


def traces(connection: Connection, wanted: tuple[str, ...]) -> list[tuple[str, str]]:
    """Where any of these still stands; numbers also as they are spoken, in groups."""
    return [
        (table, row[:300])
        for table, row in everything(connection)
        if any(one in row or one in row.replace(" ", "") for one in wanted)
    ]


def person(connection: Connection, kind: str = "resident", who: str = "wang") -> people.Person:
    return people.find(connection, kind, who)


def erase(rig: HubRig, kind: str = "resident", who: str = "wang", name: str = "王秀英") -> erasing.Preview:
    with rig.pool.connection() as c:
        found = people.find(c, kind, who)
        return erasing.erase(
            c, embedded_accounts(rig.settings), found, reason=f"{name}要求", confirmed=name, by=None,
            now=rig.clock.now(),
        )  # fmt: skip


def test_the_last_resident_goes_with_the_home_and_nothing_in_the_database_names_them(hub: HubRig) -> None:
    register = embedded_accounts(hub.settings)
    register.add("wang/pi")
    with hub.pool.connection() as c:
        add_home(c, "li")  # a neighbour, whose children have the same numbers: theirs are kept
        c.execute("update homes set name = '李家', address = '北巷2号' where id = 'li'")
        c.execute("update residents set name = '李大爷' where home_id = 'li'")
        c.execute("update contacts set name = '李静' where home_id = 'li'")
        c.execute("update contact_methods set address = '+447700900033' where contact_id like 'li-%'")
        before = {table for table, _ in traces(c, PERSONAL)}
        planned = erasing.preview(c, person(c))
    assert {"homes", "contacts", "attempts", "alert_entries", "audit_log", "needs", "quarantine"} <= before
    assert planned.goes["events"] == 50
    assert planned.nameless["alerts"] == 1
    assert planned.users == ("王芳",)
    erase(hub)
    with hub.pool.connection() as c:
        assert traces(c, PERSONAL) == []
        assert c.execute("select 1 from events where home_id = 'wang'").fetchone() is None
        homes = [row["id"] for row in c.execute("select id from homes").fetchall()]
        kept = c.execute("select id, organisation_id, acknowledged_by from alerts order by id").fetchall()
        looked = c.execute(
            "select u.name, a.action from audit_log a join users u on u.id = a.user_id"
        ).fetchall()
        for alert in kept:
            rows = c.execute(
                "select n, at, kind, data, hash from alert_entries where alert_id = %s order by n",
                [alert["id"]],
            ).fetchall()
            assert verify(alert["id"], rows).ok
            assert len(rows) >= 1
        row = c.execute("select reason, erased from erasures").fetchone()
    assert homes == ["li"]
    assert {alert["organisation_id"] for alert in kept} == {"dongjie"}
    assert [alert["acknowledged_by"] for alert in kept if alert["id"] != "area"] == ["〔contact 1〕"]
    assert {"name": "李敏", "action": "add_contact"} in looked  # what staff did stays theirs
    assert row is not None
    assert row["reason"] == "〔resident 1〕要求"
    assert "wang/pi" not in register
    with pytest.raises(NotFoundError):  # once more changes nothing
        erase(hub)


def test_nobody_is_erased_while_an_alert_is_open_or_unless_they_are_named(hub: HubRig) -> None:
    hub.clock.move(timedelta(minutes=5))
    again = hub.finding(fall(hub.clock.now()))
    for kind, who, name in (("resident", "wang", "王秀英"), ("contact", "wang-fang", "王芳")):
        with pytest.raises(erasing.OpenAlertError):
            erase(hub, kind, who, name)
    with pytest.raises(erasing.UnconfirmedError):
        erase(hub, name="王秀")
    with hub.pool.connection() as c:
        assert c.execute("select status from alerts where id = %s", [again]).fetchone() == {
            "status": "triggered"
        }
        assert len(traces(c, ("王秀英",))) > 3


def test_a_daughter_goes_and_the_home_stays(hub: HubRig) -> None:
    with hub.pool.connection() as c:
        planned = erasing.preview(c, person(c, "contact", "wang-fang"))
    assert (planned.contacts, planned.users, planned.edges) == (("王芳",), ("王芳",), ())
    erase(hub, "contact", "wang-fang", "王芳")
    with hub.pool.connection() as c:
        assert traces(c, ("王芳", DAUGHTER, "7700900001", "wangfang")) == []
        left = c.execute("select name from contacts where home_id = 'wang'").fetchall()
        assert [row["name"] for row in left] == ["王强"]
        assert c.execute("select count(*) as n from events where home_id = 'wang'").fetchone() == {"n": 50}
        note = c.execute("select note from visits").fetchone()
    assert note == {"note": "王秀英说没事，女儿电话 〔number〕"}


def test_compressed_events_and_the_hourly_sums_go_too(hub: HubRig) -> None:
    """TimescaleDB keeps old events compressed, and sums of them apart: where it is, both are gone."""
    with connect(hub.url, autocommit=True) as c:
        if not has_timescale(c):
            pytest.skip("this server does not offer TimescaleDB")
        c.execute("select compress_chunk(chunk) from show_chunks('events') chunk")
        c.execute("call refresh_continuous_aggregate('activity_hourly', null, null)")
        sums = c.execute("select sum(n) as n from activity_hourly where home_id = 'wang'").fetchone()
    assert sums == {"n": 50}
    erase(hub)
    with connect(hub.url) as c:
        assert c.execute("select 1 from activity_hourly where home_id = 'wang'").fetchone() is None
        tables = c.execute(
            "select table_schema as schema, table_name as name from information_schema.columns"
            " where column_name = 'home_id' and table_schema like '\\_timescaledb%'"
        ).fetchall()
        assert tables
        for table in tables:
            where = SQL("{}.{}").format(Identifier(table["schema"]), Identifier(table["name"]))
            found = c.execute(SQL("select 1 from {} where home_id = 'wang'").format(where)).fetchone()
            assert found is None, table


def test_nameless_alerts_go_when_their_time_is_over(hub: HubRig) -> None:
    erase(hub)
    with hub.pool.connection() as c:
        c.execute(  # a receipt that came late
            "insert into callbacks (attempt_id, token, received_at, data)"
            " select id, 'late', %s, '{}' from attempts limit 1",
            [hub.clock.now()],
        )
        retention.purge(c, hub.clock.now() + erasing.KEPT - timedelta(days=1))
        assert c.execute("select count(*) as n from alerts where erased_at is not null").fetchone() == {
            "n": 1
        }
        retention.purge(c, hub.clock.now() + erasing.KEPT + timedelta(days=1))
        assert c.execute("select count(*) as n from alerts where erased_at is not null").fetchone() == {
            "n": 0
        }


def test_every_table_is_placed(hub: HubRig) -> None:
    """Whoever adds a table says whose it is, and so what becomes of it when somebody is erased."""
    with hub.pool.connection() as c:
        tables = c.execute(
            "select table_name as name from information_schema.tables where table_schema = 'public'"
        ).fetchall()
    placed = {table.name for table in (*OF_HOME, *OF_CONTACT, *OF_USER)} | OF_NOBODY
    ours = {row["name"] for row in tables if not row["name"].startswith(("_yoyo", "yoyo"))}
    assert placed - ours == set()
    assert ours - placed == set()
