"""A village that has been living for a day: homes that are calm, silent and in trouble."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hub.clock import milliseconds
from hub.escalation import answers
from hub.escalation.answers import Responder
from hub.storage.database import Connection
from models.detection.finding import Finding, Reason
from tests.village import add_contact, add_home
from tests.web_rig import WebRig

CHINA = ZoneInfo("Asia/Shanghai")

#: device, name, room, kinds, battery, minutes since it was heard of
DEVICES = (
    ("0x00158d0001bed001", "床垫传感器", "bedroom", ["bed", "motion"], 88.0, 2),
    ("0x00158d0001bat001", "人体传感器", "bathroom", ["motion"], 74.0, 4),
    ("0x00158d0001kit001", "人体传感器", "kitchen", ["motion", "temperature"], 12.0, 3),
    ("0x00158d0001liv001", "人体传感器", "living room", ["motion"], 91.0, 26 * 60),
    ("0x00158d0001dor001", "门磁", "front door", ["contact"], 65.0, 10),
    ("0x00158d0001sos001", "求助按钮", "bedroom", ["sos"], 97.0, 30),
)
#: hour of the day, device, kind, minutes
DAY = (
    (0.0, 0, "bed", 390), (6.6, 1, "motion", 12), (7.0, 2, "motion", 35), (7.8, 3, "motion", 50),
    (9.0, 4, "contact", 1), (10.2, 4, "contact", 8), (10.5, 2, "motion", 20), (11.2, 2, "motion", 45),
    (12.3, 3, "motion", 30), (13.0, 0, "bed", 60), (14.2, 1, "motion", 6), (14.5, 3, "motion", 80),
    (17.0, 2, "motion", 55), (18.4, 3, "motion", 90), (20.4, 1, "motion", 15), (21.3, 0, "bed", 160),
)  # fmt: skip


def furnish(rig: WebRig) -> None:
    """Give the station four more homes, the first home a day of life, and two earlier alerts."""
    now = rig.clock.now()
    with rig.pool.connection() as connection:
        connection.execute(
            "update organisations set name_en = 'Dongjie station', telephone = '+864310000000'"
            " where id = 'dongjie'"
        )
        connection.execute(
            "update residents set born_on = '1941-03-08', capability = 1, circumstances = '{lives_alone}',"
            " health_note = '听力不好，请多响几声' where id = 'wang'"
        )
        connection.execute(
            "update homes set entry_note = '钥匙在 302 李敏处', key_safe = '门右侧钥匙盒' where id = 'wang'"
        )
        connection.execute(
            "update contact_methods set verified_at = %s where id = 'wang-fang-voice'",
            [now - timedelta(days=9)],
        )
        add_contact(connection, "wang-liu", "刘大姐", "neighbour", "+447700900003", home="wang", rank=3)
        heard_of(connection, "wang", now)
        for home, name, resident, minutes in (
            ("liu", "东街3号", "刘秀英", 26),
            ("chen", "河口路8号", "陈玉珍", 1),
            ("sun", "西巷5号", "孙德福", 0),
        ):
            add_home(connection, home)
            connection.execute(
                "update homes set name = %s, address = %s where id = %s", [name, f"河口镇{name}", home]
            )
            connection.execute("update residents set name = %s where id = %s", [resident, home])
            heard_of(connection, home, now - timedelta(minutes=minutes))
        add_home(connection, "he", status="commissioning")
        connection.execute("update homes set name = '南门11号' where id = 'he'")
        connection.execute("update residents set name = '何美兰' where id = 'he'")
        for n, (device, name, room, kinds, battery, minutes) in enumerate(DEVICES):
            connection.execute(
                "insert into devices (home_id, edge_id, id, vendor, model, name, room, kinds, heartbeat,"
                " heard_at, battery, battery_low, link)"
                " values ('wang', 'pi', %s, 'Aqara', %s, %s, %s, %s, '5 hours', %s, %s, %s, %s)",
                [device, f"M{n}", name, room, kinds, now - timedelta(minutes=minutes), battery, battery < 15,
                 120 + n],
            )  # fmt: skip
        connection.execute("update devices set outer_door = true where room = 'front door'")
        connection.execute(
            "insert into devices (home_id, edge_id, id, vendor, model, name, room, kinds)"
            " values ('wang', 'pi', '0x00158d0001smk001', 'Heiman', 'HS1SA', '烟感', 'kitchen', '{smoke}')"
        )
        today = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
        add_day(connection, today - timedelta(days=1), now)
        add_day(connection, today, now)
    earlier(rig, now - timedelta(hours=30))


def heard_of(connection: Connection, home: str, at: datetime) -> None:
    """The home's edge agent was heard of."""
    connection.execute(
        "update edges set state = 'online', heard_at = %s, version = '0.1.0' where home_id = %s", [at, home]
    )


def add_day(connection: Connection, midnight: datetime, now: datetime) -> None:
    """What the sensors of the first home saw on one day, as far as it has gone."""
    rows = []
    for hour, device, kind, minutes in DAY:
        if midnight.date() == now.astimezone(CHINA).date() and DEVICES[device][5] > 24 * 60:
            continue  # this sensor has been silent since yesterday
        start = midnight + timedelta(hours=hour)
        rows.append((start, DEVICES[device][0], kind, 1.0))
        if kind == "motion":
            rows += [
                (start + timedelta(minutes=m), DEVICES[device][0], kind, 1.0) for m in range(4, minutes, 4)
            ]
        rows.append((start + timedelta(minutes=minutes), DEVICES[device][0], kind, 0.0))
    rows += [
        (midnight + timedelta(minutes=m), DEVICES[2][0], "temperature", 19.5) for m in range(0, 1440, 60)
    ]
    stream = connection.execute(
        "insert into streams (home_id, edge_id, name) values ('wang', 'pi', %s) returning id",
        [f"{milliseconds(midnight):x}"],
    ).fetchone()
    assert stream is not None
    for seq, (at, device, kind, value) in enumerate(sorted(row for row in rows if row[0] < now), start=1):
        connection.execute(
            "insert into events (home_id, stream_id, seq, occurred_at, received_at, device, kind, value)"
            " values ('wang', %s, %s, %s, %s, %s, %s, %s)",
            [stream["id"], seq, at, at, device, kind, value],
        )


def earlier(rig: WebRig, at: datetime) -> None:
    """An alert of yesterday that was closed, so that the home has a past."""
    alert = rig.finding(inactive(at))
    with rig.pool.connection() as connection:
        answers.acknowledge(connection, alert, Responder("王芳", "voice"), at + timedelta(minutes=2))
        answers.resolve(
            connection,
            alert,
            Responder("王芳", "web"),
            "self_ok",
            "电话打通，在睡午觉",
            at + timedelta(minutes=9),
        )


def inactive(at: datetime) -> Finding:
    """Nothing moved for long, by the fixed rule for the day."""
    return Finding(
        risk="inactivity",
        severity="warning",
        occurred_at=milliseconds(at),
        reason=Reason(
            "No movement for {quiet_s}, last at {seen_at} ({room}); by day the limit is {limit_s} "
            "({alive} of {sensors} sensors are heard).",
            {
                "quiet_s": 15_000,
                "limit_s": 14_400,
                "seen_at": milliseconds(at) - 15_000_000,
                "room": "kitchen",
                "alive": 4,
                "sensors": 4,
            },
        ),
        dedup_key="inactivity",
    )


def button(at: datetime) -> Finding:
    """The help button beside the bed was pressed."""
    return Finding(
        risk="sos",
        severity="emergency",
        occurred_at=milliseconds(at),
        reason=Reason("Help was called for in the {room}.", {"room": "bedroom"}),
        dedup_key="sos:bedroom",
        room="bedroom",
        latched=True,
    )


def weeks_of_life(connection: Connection, now: datetime, days: int = 30) -> None:
    """The first home's hours of the last weeks: one day in ten is missing, and the last week is stiller."""
    today = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    stream = connection.execute(
        "insert into streams (home_id, edge_id, name) values ('wang', 'pi', 'weeks') returning id"
    ).fetchone()
    assert stream is not None
    rows, seq = [], 0
    for back in range(2, days + 1):
        if back % 10 == 0:
            continue
        for hour, device, kind, _ in DAY:
            if back < 9 and hour in (7.8, 11.2, 17.0):
                continue
            at = today - timedelta(days=back) + timedelta(hours=hour)
            seq += 1
            rows.append((stream["id"], seq, at, at, DEVICES[device][0], kind))
        for n in range(1 + (back < 9) * 2):  # the bathroom at night
            seq += 1
            at = today - timedelta(days=back) + timedelta(hours=1 + n * 1.5)
            rows.append((stream["id"], seq, at, at, DEVICES[1][0], "motion"))
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into events (home_id, stream_id, seq, occurred_at, received_at, device, kind, value)"
            " values ('wang', %s, %s, %s, %s, %s, %s, 1)",
            rows,
        )
