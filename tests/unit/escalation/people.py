"""A village: whom its alerts may reach."""

from __future__ import annotations

from hub.escalation.policy import Method, Person

FANG = Person(
    id="fang",
    name="王芳",
    role="family",
    tier="home",
    rank=1,
    methods=(Method("voice", "+447700900001"), Method("sms", "+447700900001")),
)
QIANG = Person(
    id="qiang", name="王强", role="family", tier="home", rank=2, methods=(Method("voice", "+447700900002"),)
)
NEIGHBOUR = Person(
    id="li", name="李婶", role="neighbour", tier="home", rank=3, methods=(Method("sms", "+447700900003"),)
)
DUTY = Person(
    id="duty", name="东街站值班", role="duty", tier="station", methods=(Method("voice", "+447700900010"),)
)
CENTRE = Person(
    id="centre", name="镇中心", role="duty", tier="centre", methods=(Method("voice", "+447700900020"),)
)
COUNTY = Person(
    id="county", name="县平台", role="duty", tier="county", methods=(Method("voice", "+447700900030"),)
)
EVERYBODY = (COUNTY, CENTRE, DUTY, NEIGHBOUR, QIANG, FANG)
