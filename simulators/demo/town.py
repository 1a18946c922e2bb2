"""Who lives in the demo's town, and whom its alerts reach. Pure: the texts of the programs' files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from simulators.home.plan import Plan
from simulators.replay.agent_config import Placed
from simulators.telephones.person import Keys, OnCall, Person

EDGE = "pi"
STATION, CENTRE = "+8613800000010", "+8613800000020"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One home of the town: its plan, and who is called for it, in order."""

    home: str
    plan: str
    people: tuple[tuple[str, str, str], ...]  #: name, role, number


TOWN = (
    Family(
        home="zhou",
        plan="village-house",
        people=(("周敏", "family", "+8613800000001"), ("周强", "family", "+8613800000002")),
    ),
    Family(
        home="shen",
        plan="lane-flat",
        people=(("沈丽", "family", "+8613800000003"), ("李阿姨", "neighbour", "+8613800000004")),
    ),
    Family(home="luo", plan="tower-flat", people=(("陈晓", "family", "+8613800000005"),)),
    Family(home="deng", plan="river-flat", people=(("邓岚", "family", "+8613800000006"),)),
)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What was made up for this run."""

    password: str  #: of the demo's people at the hub
    token: str  #: of the demo itself, for the hub's API
    edges: dict[str, str]  #: of each home's agent at the hub's broker


def hub_file(plans: dict[str, Plan], secrets: Secrets) -> str:
    """Return the town as the file that `anju-hub load` reads."""
    lines = [
        *_table("organisations", id="county", tier="county", name="青河县平台", name_en="Qinghe county"),
        *_table(
            "organisations",
            id="hekou",
            tier="centre",
            parent="county",
            name="河口镇中心",
            name_en="Hekou centre",
        ),
        *_table(
            "organisations",
            id="dongjie",
            tier="station",
            parent="hekou",
            name="东街站",
            name_en="Dongjie station",
            telephone=STATION,
        ),
        *_contact("东街站值班", "duty", STATION, organisation="dongjie"),
        *_contact("河口镇值班", "duty", CENTRE, organisation="hekou"),
    ]
    for family in TOWN:
        plan = plans[family.home]
        lines += _table(
            "homes",
            id=family.home,
            organisation="dongjie",
            name=f"{plan.resident.name}家",
            address=plan.address,
            entry_note="门边花盆下有钥匙盒",
            zone=plan.zone,
        )
        lines += _table("residents", home=family.home, name=plan.resident.name, born=plan.resident.born)
        lines += _table("edges", home=family.home, id=EDGE, password=secrets.edges[family.home])
        for rank, (name, role, number) in enumerate(family.people, start=1):
            lines += _contact(name, role, number, home=family.home, rank=rank)
    operator = {"login": "station", "role": "operator", "name": "李站长", "organisation": "dongjie"}
    lines += _table("users", **operator, password=secrets.password)
    lines += _table(
        "users",
        login="admin",
        role="administrator",
        name="管理员",
        password=secrets.password,
        token=secrets.token,
    )
    return "\n".join(lines) + "\n"


#: For whoever sits at the telephones' page, in either language.
_WHO = {"family": "家属 family", "neighbour": "邻居 neighbour"}


def people(plans: Mapping[str, Plan], *, by_themselves: bool) -> tuple[Person, ...]:
    """Return the owners of the telephones.

    `by_themselves` they play the story that `--check` tells; otherwise whoever sits at the page decides.
    """
    story = {
        TOWN[0].people[0][2]: OnCall(does="voicemail", after=2),
        TOWN[0].people[1][2]: OnCall(does="no_answer"),
        STATION: OnCall(does="answer", after=2, keys=(Keys(3.0, "1"),)),
    }
    owners = [
        (name, f"{plans[family.home].resident.name}家 · {_WHO[role]}", number)
        for family in TOWN
        for name, role, number in family.people
    ]
    owners += [("东街站值班", "村站 station", STATION), ("河口镇值班", "镇中心 centre", CENTRE)]
    return tuple(
        Person(
            number=number,
            name=name,
            note=note,
            calls=(story.get(number, OnCall()) if by_themselves else OnCall(),),
        )
        for name, note, number in owners
    )


def placed(plan: Plan) -> list[Placed]:
    """Return the sensors of a home in their rooms, as its agent must know them."""
    rooms = {room.id: room.name.zh for room in plan.rooms}
    return [
        Placed(sensor.ieee, sensor.friendly_name, rooms.get(sensor.room, sensor.room), sensor.outer_door)
        for sensor in plan.sensors
    ]


def _contact(name: str, role: str, number: str, **where: str | int) -> list[str]:
    return [
        *_table("contacts", name=name, role=role, **where),
        f'methods = [{{ channel = "voice", address = {json.dumps(number)} }}, '
        f'{{ channel = "sms", address = {json.dumps(number)} }}]',
    ]


def _table(noun: str, **values: str | int | None) -> list[str]:
    told = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in values.items()
        if value is not None
    ]
    return ["", f"[[{noun}]]", *told]
