"""Every route, asked by everybody: who may, who may not, whose home it is. A new route must be listed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from hub.accounts.permissions import ROLES, Account, Action, Role, may
from hub.web.app import create_web
from hub.web.guard import Allow
from tests.village import fall
from tests.web_rig import WebRig, form_token

ANYBODY = "anybody"  #: no sign-in, and no word about any home
SIGNED = "signed"  #: every request carries the provider's own signature, or the secret that it was given
LINKED = "linked"  #: the address itself is signed, for whoever was told of one alert


@dataclass(frozen=True)
class Ask:
    """How one route is asked. `{home}` and `{alert}` in the path stand for one that is in scope or is not."""

    needs: Action | str
    form: dict[str, str] | None = None
    json: dict[str, Any] | None = None


#: A browser's; who could be several contacts is asked which one (409).
SUBSCRIPTION = json.dumps(
    {
        "endpoint": "https://fcm.googleapis.com/fcm/send/x",
        "keys": {
            "auth": "tBHItJI5svbpez7KI4CCXg",
            "p256dh": "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQt"
            "UbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
        },
    }
)

#: The station is called, at any hour, for whatever calls people.
PLAN = {
    "name": "夜间", "r0-severity": "emergency", "r0-day": "1", "r0-since": "00:00", "r0-until": "24:00",
    "r0-s0-who": "station", "r0-s0-wait": "60",
}  # fmt: skip

_ERASE = {"name": "王强", "reason": "he asked for it"}
_LOOK, _ANSWER = Action.VIEW_HOMES, Action.ANSWER_ALERTS

ROUTES: dict[str, Ask] = {
    # for anybody
    "GET /sign-in": Ask(ANYBODY),
    "POST /sign-in": Ask(ANYBODY, form={"login": "x", "password": "x"}),
    "GET /sign-in/code": Ask(ANYBODY),
    "POST /sign-in/code": Ask(ANYBODY, form={"code": "000000"}),
    "POST /language": Ask(ANYBODY, form={"language": "zh"}),
    "POST /display": Ask(ANYBODY, form={"size": "large"}),
    "GET /healthz": Ask(ANYBODY),
    "GET /pair": Ask(ANYBODY),
    "GET /metrics": Ask(ANYBODY),
    "GET /api/v1/openapi.json": Ask(ANYBODY),
    "POST /api/v1/pairing": Ask(ANYBODY, json={"code": "AAAA-BBBB-CCCC", "password": "x" * 32}),
    "GET /static": Ask(ANYBODY),
    "GET /sw.js": Ask(ANYBODY),
    # telephone providers
    "POST /twilio/voice/{attempt_id}": Ask(SIGNED),
    "POST /twilio/voice/{attempt_id}/key": Ask(SIGNED),
    "POST /twilio/status/{attempt_id}": Ask(SIGNED),
    "POST /twilio/sms": Ask(SIGNED),
    "POST /aliyun/call": Ask(SIGNED, json={}),
    "POST /aliyun/progress": Ask(SIGNED, json={}),
    "POST /aliyun/message": Ask(SIGNED, json={}),
    "POST /aliyun/reply": Ask(SIGNED, json={}),
    # one-tap links
    "GET /a/{token}": Ask(LINKED),
    "POST /a/{token}": Ask(LINKED, form={"act": "go"}),
    "GET /n/{token}": Ask(LINKED),
    "POST /n/{token}": Ask(LINKED, form={"answer": "not"}),
    # pages
    # First: the open alert keeps everybody from being erased.
    "GET /homes/{home_id}/privacy/{kind}/{person_id}/erase": Ask(Action.ERASE_PERSONS),
    "POST /homes/{home_id}/privacy/{kind}/{person_id}/erase": Ask(Action.ERASE_PERSONS, form=_ERASE),
    "GET /api/v1/homes/{home_id}/people/{kind}/{person_id}/erasure": Ask(Action.ERASE_PERSONS),
    "POST /api/v1/homes/{home_id}/people/{kind}/{person_id}/erasure": Ask(Action.ERASE_PERSONS, json=_ERASE),
    "GET /homes/{home_id}/privacy/{kind}/{person_id}/export": Ask(Action.EXPORT_PERSONS),
    "GET /api/v1/homes/{home_id}/people": Ask(Action.VIEW_CONTACTS),
    "GET /api/v1/homes/{home_id}/people/{kind}/{person_id}/export": Ask(Action.EXPORT_PERSONS),
    "POST /sign-out": Ask(Action.OWN_ACCOUNT, form={}),
    "GET /push": Ask(Action.OWN_ACCOUNT),
    "GET /account/second-factor": Ask(Action.OWN_ACCOUNT),
    "POST /account/second-factor": Ask(Action.OWN_ACCOUNT, form={"act": "begin"}),
    "POST /push/subscribe": Ask(Action.OWN_ACCOUNT, form={"subscription": SUBSCRIPTION}),
    "POST /push/unsubscribe": Ask(Action.OWN_ACCOUNT, form={"subscription": SUBSCRIPTION}),
    "GET /": Ask(_LOOK),
    "GET /board/live": Ask(_LOOK),
    "GET /wall": Ask(_LOOK),
    "GET /wall/live": Ask(_LOOK),
    "POST /board/sound": Ask(Action.OWN_ACCOUNT, form={"warnings": "off"}),
    "GET /homes": Ask(_LOOK),
    "GET /homes/{home_id}": Ask(_LOOK),
    "GET /homes/{home_id}/live": Ask(_LOOK),
    "GET /new-home": Ask(Action.EDIT_HOMES),
    "POST /new-home": Ask(
        Action.EDIT_HOMES, form={"resident": "李四", "address": "东街3号", "organisation": "dongjie"}
    ),
    "GET /homes/{home_id}/facts": Ask(Action.EDIT_HOMES),
    "POST /homes/{home_id}/facts": Ask(Action.EDIT_HOMES, form={"up_by": "07:30"}),
    "GET /homes/{home_id}/setup": Ask(Action.EDIT_EDGES),
    "GET /homes/{home_id}/setup/live": Ask(Action.EDIT_EDGES),
    "POST /homes/{home_id}/setup/contact": Ask(
        Action.EDIT_CONTACTS, form={"name": "王强", "number": "+447700900009"}
    ),
    "POST /homes/{home_id}/setup/call": Ask(Action.EDIT_CONTACTS, form={"method": "wang-fang-voice"}),
    "POST /homes/{home_id}/setup/pair": Ask(Action.EDIT_EDGES, form={}),
    "POST /homes/{home_id}/setup/walk": Ask(Action.EDIT_EDGES, form={}),
    "POST /homes/{home_id}/setup/test": Ask(Action.EDIT_EDGES, form={}),
    "POST /homes/{home_id}/setup/go-live": Ask(Action.EDIT_HOMES, form={"why": "明天补测"}),
    "GET /homes/{home_id}/calls": Ask(Action.VIEW_CONTACTS),
    "POST /homes/{home_id}/calls/draft": Ask(Action.VIEW_CONTACTS, form={"act": "add-rule"}),
    "POST /homes/{home_id}/calls": Ask(Action.EDIT_HOMES, form=PLAN),
    "POST /homes/{home_id}/calls/take-back": Ask(Action.EDIT_HOMES, form={}),
    "GET /organisations/{organisation_id}/calls": Ask(Action.VIEW_ORGANISATIONS),
    "POST /organisations/{organisation_id}/calls/draft": Ask(
        Action.VIEW_ORGANISATIONS, form={"act": "add-rule"}
    ),
    "POST /organisations/{organisation_id}/calls": Ask(Action.EDIT_ROTAS, form=PLAN),
    "POST /organisations/{organisation_id}/calls/take-back": Ask(Action.EDIT_ROTAS, form={}),
    "POST /homes/{home_id}/status": Ask(Action.EDIT_HOMES, form={"status": "live"}),
    "GET /homes/{home_id}/family": Ask(_LOOK),
    "GET /homes/{home_id}/family/live": Ask(_LOOK),
    "POST /homes/{home_id}/visiting": Ask(Action.TELL_STAYS, form={"hours": "2"}),
    "POST /homes/{home_id}/away": Ask(
        Action.TELL_STAYS, form={"since": "2026-11-22T08:00", "until": "2026-11-24T20:00"}
    ),
    "POST /homes/{home_id}/stays/{number}/end": Ask(Action.TELL_STAYS, form={}),
    "GET /homes/{home_id}/privacy": Ask(_LOOK),
    "POST /homes/{home_id}/privacy/sensors/{edge_id}/{device_id}": Ask(
        Action.EDIT_EDGES, form={"given": "yes"}
    ),
    "POST /homes/{home_id}/privacy/sharing": Ask(
        Action.EDIT_EDGES, form={"purpose": "day", "receiver": "area", "given": "yes"}
    ),
    "GET /alerts/{alert_id}": Ask(_LOOK),
    "GET /alerts/{alert_id}/live": Ask(_LOOK),
    "GET /alerts/{alert_id}/file.json": Ask(_LOOK),
    "GET /alerts/{alert_id}/card": Ask(_ANSWER),
    "POST /alerts/{alert_id}/key-safe": Ask(_ANSWER, form={}),
    "GET /needs": Ask(Action.VIEW_NEEDS),
    "POST /homes/{home_id}/needs": Ask(Action.HANDLE_NEEDS, form={"kind": "meals"}),
    "POST /needs/{need_id}": Ask(Action.HANDLE_NEEDS, form={"state": "taken"}),
    "POST /needs/{need_id}/answer": Ask(Action.ANSWER_NEEDS, form={"answer": "satisfied"}),
    "GET /rounds": Ask(Action.MAKE_ROUNDS),
    "GET /village": Ask(Action.MAKE_ROUNDS),
    "GET /admin": Ask(Action.EDIT_USERS),
    "POST /admin/users": Ask(
        Action.EDIT_USERS,
        form={"login": "another", "name": "新人", "role": "family", "password": "three tall bamboos",
              "homes": "wang"},
    ),
    "POST /admin/users/{user_id}/active": Ask(Action.EDIT_USERS, form={"active": "yes"}),
    "POST /admin/users/{user_id}/token": Ask(Action.EDIT_USERS, form={"name": "board"}),
    "GET /admin/log": Ask(Action.EDIT_USERS),
    "GET /admin/import": Ask(Action.EDIT_HOMES),
    "POST /admin/import": Ask(
        Action.EDIT_HOMES, form={"table": "organisation,resident,address\ndongjie,李四,东街3号"}
    ),
    "GET /area": Ask(Action.VIEW_ORGANISATIONS),
    "GET /area/live": Ask(Action.VIEW_ORGANISATIONS),
    "GET /area/report.csv": Ask(Action.VIEW_ORGANISATIONS),
    "GET /rounds/paper": Ask(Action.MAKE_ROUNDS),
    "POST /rounds/paper": Ask(Action.MAKE_ROUNDS, form={"at": "2026-11-21T20:00"}),
    "GET /homes/{home_id}/visit": Ask(Action.MAKE_ROUNDS),
    "POST /homes/{home_id}/visits": Ask(Action.MAKE_ROUNDS, form={"resident": "wang"}),
    "POST /visits/{visit_id}/strike-out": Ask(Action.MAKE_ROUNDS, form={"why": "记错了"}),
    "POST /homes/{home_id}/residents/{resident_id}/standing": Ask(
        Action.MAKE_ROUNDS, form={"standing": "hospital"}
    ),
    "POST /suggestions/{suggestion_id}": Ask(Action.MAKE_ROUNDS, form={"decision": "accepted"}),
    "POST /alerts/{alert_id}/acknowledge": Ask(_ANSWER, form={}),
    "POST /alerts/{alert_id}/on-the-way": Ask(_ANSWER, form={}),
    "POST /alerts/{alert_id}/on-site": Ask(_ANSWER, form={}),
    "POST /alerts/{alert_id}/cannot": Ask(_ANSWER, form={}),
    "POST /alerts/{alert_id}/resolve": Ask(_ANSWER, form={"outcome": "test"}),
    "POST /homes/{home_id}/silences": Ask(Action.SILENCE_HOMES, form={"why": "停电检修", "hours": "2"}),
    "POST /homes/{home_id}/silences/{silence_id}/end": Ask(Action.SILENCE_HOMES, form={}),
    "POST /alerts/{alert_id}/give": Ask(Action.HAND_OVER, form={"organisation": "centre"}),
    "GET /rotas": Ask(Action.VIEW_ORGANISATIONS),
    "GET /admin/organisations": Ask(Action.EDIT_ORGANISATIONS),
    "POST /admin/organisations": Ask(
        Action.EDIT_ORGANISATIONS,
        form={"id": "beijie", "tier": "station", "parent_id": "centre", "name": "北街站",
              "zone": "Asia/Shanghai"},
    ),
    "GET /organisations/{organisation_id}": Ask(Action.VIEW_ORGANISATIONS),
    "POST /organisations/{organisation_id}": Ask(
        Action.EDIT_ORGANISATIONS,
        form={"name": "东街站", "parent_id": "centre", "zone": "Asia/Shanghai"},
    ),
    "POST /organisations/{organisation_id}/contacts": Ask(
        Action.EDIT_ORGANISATIONS, form={"person": "值班", "number": "+447700900008"}
    ),
    "POST /organisations/{organisation_id}/contacts/{contact_id}/methods/{method_id}/check": Ask(
        Action.CHECK_COLLEAGUES, form={}
    ),
    "GET /organisations/{organisation_id}/intervals": Ask(Action.VIEW_ORGANISATIONS),
    "POST /organisations/{organisation_id}/intervals": Ask(Action.SET_INTERVALS, form={"lives_alone": "14"}),
    "GET /organisations/{organisation_id}/rota": Ask(Action.VIEW_ORGANISATIONS),
    "GET /organisations/{organisation_id}/rota/calendar": Ask(Action.VIEW_ORGANISATIONS),
    "GET /organisations/{organisation_id}/rota/week": Ask(Action.EDIT_ROTAS),
    "POST /organisations/{organisation_id}/rota/week/draft": Ask(Action.EDIT_ROTAS, form={"act": "add-s"}),
    "POST /organisations/{organisation_id}/rota/week": Ask(
        Action.EDIT_ROTAS,
        form={"s0-day": "mon", "s0-from": "08:00", "s0-until": "20:00", "s0-contact": "duty"},
    ),
    "POST /organisations/{organisation_id}/rota/overrides": Ask(
        Action.EDIT_ROTAS,
        form={"on": "duty", "since": "2026-11-22T08:00", "until": "2026-11-22T20:00"},
    ),
    "POST /organisations/{organisation_id}/rota/swaps": Ask(
        Action.EDIT_ROTAS,
        form={"first": "duty 2026-11-22T00:00:00+00:00", "second": "duty 2026-11-23T00:00:00+00:00"},
    ),
    "POST /organisations/{organisation_id}/rota/changes/{change_id}/take-back": Ask(
        Action.EDIT_ROTAS, form={}
    ),
    "GET /figures": Ask(Action.VIEW_ORGANISATIONS),
    "POST /homes/{home_id}/contacts/{contact_id}/methods/{method_id}/check": Ask(
        Action.CHECK_NUMBERS, form={}
    ),
    "POST /homes/{home_id}/drill": Ask(Action.EDIT_HOMES, form={}),
    "POST /homes/{home_id}/contacts/{contact_id}": Ask(Action.EDIT_CONTACTS, form={"place": "1"}),
    "POST /organisations/{organisation_id}/contacts/{contact_id}": Ask(
        Action.EDIT_ORGANISATIONS, form={"place": "1"}
    ),
    "GET /homes/{home_id}/drills": Ask(Action.EDIT_HOMES),
    "POST /homes/{home_id}/drills": Ask(Action.EDIT_HOMES, form={"every": "month", "day": "1", "hour": "10"}),
    "POST /homes/{home_id}/drills/stop": Ask(Action.EDIT_HOMES, form={"plan": "home:wang"}),
    "GET /organisations/{organisation_id}/drills": Ask(Action.VIEW_ORGANISATIONS),
    "POST /organisations/{organisation_id}/drills": Ask(
        Action.EDIT_ORGANISATIONS, form={"every": "week", "day": "1", "hour": "10", "whom": "duty"}
    ),
    "POST /organisations/{organisation_id}/drills/stop": Ask(
        Action.EDIT_ORGANISATIONS, form={"plan": "duty:dongjie"}
    ),
    # for programs
    "GET /api/v1/rounds": Ask(Action.MAKE_ROUNDS),
    "GET /api/v1/homes/{home_id}/visits": Ask(_LOOK),
    "POST /api/v1/homes/{home_id}/visits": Ask(
        Action.MAKE_ROUNDS, json={"kind": "door", "residents": ["wang"]}
    ),
    "POST /api/v1/visits/{visit_id}/strike-out": Ask(Action.MAKE_ROUNDS, json={"why": "记错了"}),
    "PUT /api/v1/homes/{home_id}/residents/{resident_id}/standing": Ask(
        Action.MAKE_ROUNDS, json={"standing": "hospital"}
    ),
    "GET /api/v1/suggestions": Ask(Action.MAKE_ROUNDS),
    "POST /api/v1/suggestions/{suggestion_id}": Ask(Action.MAKE_ROUNDS, json={"decision": "accepted"}),
    "GET /api/v1/organisations/{organisation_id}/overview": Ask(Action.VIEW_ORGANISATIONS),
    "GET /api/v1/organisations/{organisation_id}/report": Ask(Action.VIEW_ORGANISATIONS),
    "GET /api/v1/organisations/{organisation_id}/visit-rate": Ask(Action.VIEW_ORGANISATIONS),
    "GET /api/v1/organisations/{organisation_id}/visit-intervals": Ask(Action.VIEW_ORGANISATIONS),
    "PUT /api/v1/organisations/{organisation_id}/visit-intervals": Ask(
        Action.SET_INTERVALS, json={"lives_alone": 14}
    ),
    "GET /api/v1/figures": Ask(Action.VIEW_ORGANISATIONS),
    "GET /api/v1/preflight": Ask(Action.VIEW_ORGANISATIONS),
    "GET /api/v1/drills": Ask(Action.VIEW_ORGANISATIONS),
    "GET /api/v1/homes/{home_id}/preflight": Ask(Action.VIEW_CONTACTS),
    "POST /api/v1/homes/{home_id}/contacts/{contact_id}/methods/{method_id}/check": Ask(Action.CHECK_NUMBERS),
    "POST /api/v1/organisations/{organisation_id}/contacts/{contact_id}/methods/{method_id}/check": Ask(
        Action.CHECK_COLLEAGUES
    ),
    "POST /api/v1/homes/{home_id}/drill": Ask(Action.EDIT_HOMES),
    "PUT /api/v1/homes/{home_id}/drill-plan": Ask(
        Action.EDIT_HOMES, json={"every": "month", "day": 1, "hour": 10}
    ),
    "GET /api/v1/homes/{home_id}/drill-plan": Ask(Action.EDIT_HOMES),
    "DELETE /api/v1/homes/{home_id}/drill-plan": Ask(Action.EDIT_HOMES),
    "PUT /api/v1/organisations/{organisation_id}/drill-plan": Ask(
        Action.EDIT_ORGANISATIONS, json={"every": "week", "day": 1, "whom": "duty"}
    ),
    "GET /api/v1/organisations/{organisation_id}/drill-plan": Ask(Action.VIEW_ORGANISATIONS),
    "DELETE /api/v1/organisations/{organisation_id}/drill-plan": Ask(Action.EDIT_ORGANISATIONS),
    "GET /api/v1/stream": Ask(_LOOK),
    "GET /api/v1/homes": Ask(_LOOK),
    "POST /api/v1/homes": Ask(
        Action.EDIT_HOMES, json={"id": "new", "organisation_id": "dongjie", "name": "东街13号"}
    ),
    "GET /api/v1/homes/{home_id}": Ask(_LOOK),
    "GET /api/v1/homes/{home_id}/watch": Ask(_LOOK),
    "GET /api/v1/homes/{home_id}/facts": Ask(Action.VIEW_CONTACTS),
    "PATCH /api/v1/homes/{home_id}/facts": Ask(Action.EDIT_HOMES, json={"up_by": "07:30"}),
    "PUT /api/v1/homes/{home_id}/status": Ask(Action.EDIT_HOMES, json={"status": "live"}),
    "GET /api/v1/homes/{home_id}/events": Ask(_LOOK),
    "GET /api/v1/homes/{home_id}/devices": Ask(_LOOK),
    "GET /api/v1/homes/{home_id}/trends": Ask(_LOOK),
    "POST /api/v1/homes/import": Ask(
        Action.EDIT_HOMES, json={"table": "organisation,resident,address\ndongjie,李四,东街3号"}
    ),
    "GET /api/v1/homes/{home_id}/residents": Ask(_LOOK),
    "POST /api/v1/homes/{home_id}/residents": Ask(Action.EDIT_HOMES, json={"name": "王大爷"}),
    "PUT /api/v1/homes/{home_id}/residents/{resident_id}": Ask(Action.EDIT_HOMES, json={"capability": 2}),
    "GET /api/v1/homes/{home_id}/sharing": Ask(_LOOK),
    "PUT /api/v1/homes/{home_id}/sharing": Ask(
        Action.EDIT_EDGES, json={"purpose": "day", "receiver": "area", "given": True}
    ),
    "GET /api/v1/homes/{home_id}/installation": Ask(Action.EDIT_EDGES),
    "POST /api/v1/homes/{home_id}/walk-test": Ask(Action.EDIT_EDGES),
    "GET /api/v1/homes/{home_id}/edges": Ask(_LOOK),
    "POST /api/v1/homes/{home_id}/edges/{edge_id}/pairing-code": Ask(Action.EDIT_EDGES),
    "GET /api/v1/homes/{home_id}/consents": Ask(_LOOK),
    "PUT /api/v1/homes/{home_id}/edges/{edge_id}/devices/{device_id}/consent": Ask(
        Action.EDIT_EDGES, json={"given": False, "why": "不想要"}
    ),
    "GET /api/v1/homes/{home_id}/edges/{edge_id}/config": Ask(_LOOK),
    "PUT /api/v1/homes/{home_id}/edges/{edge_id}/config": Ask(
        Action.EDIT_EDGES, json={"settings": {"devices": {"door": {"room": "hall"}}}}
    ),
    "GET /api/v1/homes/{home_id}/edges/{edge_id}/commands": Ask(_LOOK),
    "POST /api/v1/homes/{home_id}/edges/{edge_id}/commands": Ask(
        Action.EDIT_EDGES, json={"name": "siren", "arguments": {"seconds": 10}}
    ),
    "DELETE /api/v1/homes/{home_id}/edges/{edge_id}/account": Ask(Action.EDIT_EDGES),
    "GET /api/v1/homes/{home_id}/contacts": Ask(Action.VIEW_CONTACTS),
    "POST /api/v1/homes/{home_id}/contacts": Ask(
        Action.EDIT_CONTACTS, json={"name": "刘大姐", "role": "neighbour"}
    ),
    "PUT /api/v1/homes/{home_id}/contacts/{contact_id}": Ask(Action.EDIT_CONTACTS, json={"place": 1}),
    "PUT /api/v1/organisations/{organisation_id}/contacts/{contact_id}": Ask(
        Action.EDIT_ORGANISATIONS, json={"active": True}
    ),
    "POST /api/v1/homes/{home_id}/contacts/{contact_id}/methods": Ask(
        Action.EDIT_CONTACTS, json={"channel": "voice", "address": "+447700900007"}
    ),
    "GET /api/v1/alerts": Ask(_LOOK),
    "GET /api/v1/alerts/{alert_id}": Ask(_LOOK),
    "GET /api/v1/alerts/{alert_id}/file": Ask(_LOOK),
    "GET /api/v1/alerts/{alert_id}/verify": Ask(_LOOK),
    "GET /api/v1/alerts/{alert_id}/card": Ask(_ANSWER),
    "POST /api/v1/alerts/{alert_id}/key-safe": Ask(_ANSWER),
    "GET /api/v1/needs": Ask(Action.VIEW_NEEDS),
    "POST /api/v1/homes/{home_id}/needs": Ask(Action.HANDLE_NEEDS, json={"kind": "meals", "text": "明天"}),
    "POST /api/v1/needs/{need_id}": Ask(Action.HANDLE_NEEDS, json={"state": "done", "note": "已订"}),
    "POST /api/v1/needs/{need_id}/answer": Ask(Action.ANSWER_NEEDS, json={"answer": "partly"}),
    "POST /api/v1/needs/{need_id}/link": Ask(Action.HANDLE_NEEDS),
    "PUT /api/v1/homes/{home_id}/where": Ask(
        Action.EDIT_HOMES, json={"landmarks": "红色铁门", "hospital": "县医院"}
    ),
    "PUT /api/v1/homes/{home_id}/residents/{resident_id}/health-consent": Ask(
        Action.EDIT_HOMES, json={"given": True}
    ),
    "PUT /api/v1/organisations/{organisation_id}/emergency-numbers": Ask(
        Action.EDIT_ORGANISATIONS, json={"ambulance": "120", "fire": "119", "police": "110"}
    ),
    "POST /api/v1/alerts/{alert_id}/acknowledge": Ask(_ANSWER),
    "POST /api/v1/alerts/{alert_id}/on-the-way": Ask(_ANSWER, json={"eta_minutes": 15}),
    "POST /api/v1/alerts/{alert_id}/cannot": Ask(_ANSWER),
    "POST /api/v1/alerts/{alert_id}/on-site": Ask(_ANSWER),
    "POST /api/v1/alerts/{alert_id}/give": Ask(Action.HAND_OVER, json={"organisation": "centre"}),
    "POST /api/v1/alerts/{alert_id}/resolve": Ask(_ANSWER, json={"outcome": "test"}),
    "GET /api/v1/organisations": Ask(Action.VIEW_ORGANISATIONS),
    "POST /api/v1/organisations": Ask(
        Action.EDIT_ORGANISATIONS,
        json={"id": "xijie", "tier": "station", "parent_id": "centre", "name": "西街站"},
    ),
    "GET /api/v1/organisations/{organisation_id}/contacts": Ask(Action.VIEW_ORGANISATIONS),
    "POST /api/v1/organisations/{organisation_id}/contacts": Ask(
        Action.EDIT_ORGANISATIONS, json={"name": "值班", "role": "duty"}
    ),
    "POST /api/v1/organisations/{organisation_id}/contacts/{contact_id}/methods": Ask(
        Action.EDIT_ORGANISATIONS, json={"channel": "voice", "address": "+447700900008"}
    ),
    "GET /api/v1/homes/{home_id}/plan": Ask(Action.VIEW_CONTACTS),
    "PUT /api/v1/homes/{home_id}/plan": Ask(Action.EDIT_HOMES, json={"plan": {"name": "ours"}}),
    "DELETE /api/v1/homes/{home_id}/plan": Ask(Action.EDIT_HOMES),
    "GET /api/v1/homes/{home_id}/plan/preview": Ask(Action.VIEW_CONTACTS),
    "POST /api/v1/homes/{home_id}/plan/preview": Ask(Action.VIEW_CONTACTS, json={"plan": {"name": "ours"}}),
    "GET /api/v1/homes/{home_id}/plan/versions": Ask(Action.VIEW_CONTACTS),
    "GET /api/v1/organisations/{organisation_id}/plan": Ask(Action.VIEW_ORGANISATIONS),
    "PUT /api/v1/organisations/{organisation_id}/plan": Ask(
        Action.EDIT_ROTAS, json={"plan": {"name": "ours"}}
    ),
    "DELETE /api/v1/organisations/{organisation_id}/plan": Ask(Action.EDIT_ROTAS),
    "GET /api/v1/organisations/{organisation_id}/plan/preview": Ask(Action.VIEW_ORGANISATIONS),
    "POST /api/v1/organisations/{organisation_id}/plan/preview": Ask(
        Action.VIEW_ORGANISATIONS, json={"plan": {"name": "ours"}}
    ),
    "GET /api/v1/organisations/{organisation_id}/plan/versions": Ask(Action.VIEW_ORGANISATIONS),
    "GET /api/v1/organisations/{organisation_id}/rota": Ask(Action.VIEW_ORGANISATIONS),
    "GET /api/v1/organisations/{organisation_id}/rota/on-duty": Ask(Action.VIEW_ORGANISATIONS),
    "PUT /api/v1/organisations/{organisation_id}/rota": Ask(
        Action.EDIT_ROTAS, json={"shifts": [{"from": "08:00", "until": "20:00", "contacts": ["duty"]}]}
    ),
    "POST /api/v1/organisations/{organisation_id}/rota/overrides": Ask(
        Action.EDIT_ROTAS,
        json={"on": "duty", "since": "2026-11-22T00:00:00Z", "until": "2026-11-22T08:00:00Z"},
    ),
    "POST /api/v1/organisations/{organisation_id}/rota/swaps": Ask(
        Action.EDIT_ROTAS,
        json={"first": "duty", "first_at": "2026-11-22T00:00:00Z", "second": "duty",
              "second_at": "2026-11-23T00:00:00Z"},
    ),
    "DELETE /api/v1/organisations/{organisation_id}/rota/changes/{change_id}": Ask(Action.EDIT_ROTAS),
    "GET /api/v1/homes/{home_id}/stays": Ask(_LOOK),
    "POST /api/v1/homes/{home_id}/stays": Ask(
        Action.TELL_STAYS, json={"kind": "away", "until": "2026-11-24T00:00:00Z"}
    ),
    "POST /api/v1/homes/{home_id}/stays/{number}/end": Ask(Action.TELL_STAYS),
    "GET /api/v1/silences": Ask(_LOOK),
    "GET /api/v1/held": Ask(_LOOK),
    "POST /api/v1/homes/{home_id}/silences": Ask(
        Action.SILENCE_HOMES, json={"until": "2026-11-29T00:00:00Z", "why": "停电检修"}
    ),
    "DELETE /api/v1/homes/{home_id}/silences/{silence_id}": Ask(Action.SILENCE_HOMES),
    "POST /api/v1/organisations/{organisation_id}/silences": Ask(
        Action.SILENCE_AREAS, json={"until": "2026-11-29T00:00:00Z", "why": "停电检修"}
    ),
    "DELETE /api/v1/organisations/{organisation_id}/silences/{silence_id}": Ask(Action.SILENCE_AREAS),
    "GET /api/v1/users": Ask(Action.EDIT_USERS),
    "POST /api/v1/users": Ask(
        Action.EDIT_USERS,
        json={"login": "new", "name": "新人", "role": "family", "password": "three tall bamboos",
              "homes": ["wang"]},
    ),
    "POST /admin/users/{user_id}/second-factor": Ask(Action.EDIT_USERS, form={"act": "reset"}),
    "DELETE /api/v1/users/{user_id}/second-factor": Ask(Action.EDIT_USERS),
    "PUT /api/v1/users/{user_id}/shared-screen": Ask(Action.EDIT_USERS, json={"shared": False}),
    "GET /admin/webhooks": Ask(Action.EDIT_ORGANISATIONS),
    "POST /admin/webhooks": Ask(
        Action.EDIT_ORGANISATIONS,
        form={"organisation": "dongjie", "url": "https://platform.example/anju", "kinds": "alert.opened"},
    ),
    "GET /admin/webhooks/{webhook_id}": Ask(Action.EDIT_ORGANISATIONS),
    "POST /admin/webhooks/{webhook_id}": Ask(Action.EDIT_ORGANISATIONS, form={"act": "test"}),
    "POST /admin/webhooks/{webhook_id}/deliveries/{delivery_id}/resend": Ask(
        Action.EDIT_ORGANISATIONS, form={}
    ),
    "GET /api/v1/webhooks": Ask(Action.EDIT_ORGANISATIONS),
    "POST /api/v1/webhooks": Ask(
        Action.EDIT_ORGANISATIONS,
        json={"organisation": "dongjie", "url": "https://platform.example/anju", "kinds": ["alert.opened"]},
    ),
    "PUT /api/v1/webhooks/{webhook_id}/active": Ask(Action.EDIT_ORGANISATIONS, json={"active": True}),
    "POST /api/v1/webhooks/{webhook_id}/secret": Ask(Action.EDIT_ORGANISATIONS, json={}),
    "POST /api/v1/webhooks/{webhook_id}/test": Ask(Action.EDIT_ORGANISATIONS, json={}),
    "GET /api/v1/webhooks/{webhook_id}/deliveries": Ask(Action.EDIT_ORGANISATIONS),
    "POST /api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/resend": Ask(
        Action.EDIT_ORGANISATIONS, json={}
    ),
    "DELETE /api/v1/webhooks/{webhook_id}": Ask(Action.EDIT_ORGANISATIONS),
    "PUT /api/v1/users/{user_id}/active": Ask(Action.EDIT_USERS, json={"active": True}),
    "POST /api/v1/users/{user_id}/tokens": Ask(Action.EDIT_USERS, json={"name": "board"}),
    "GET /api/v1/log": Ask(Action.EDIT_USERS),
    "GET /api/v1/quarantine": Ask(Action.VIEW_OPERATIONS),
    "GET /api/v1/refusals": Ask(Action.VIEW_OPERATIONS),
}  # fmt: skip

INSIDE = [name for name, ask in ROUTES.items() if isinstance(ask.needs, Action)]
ABOUT_ONE = [
    name
    for name in INSIDE
    if any(
        f"{{{kind}_id}}" in name for kind in ("home", "alert", "organisation", "need", "visit", "suggestion")
    )
]


def routes_of(routes: list[Any]) -> Iterator[tuple[str, Any]]:
    """Every route with its method, also those that were taken in with a router."""
    for route in routes:
        if hasattr(route, "original_router"):
            yield from routes_of(route.original_router.routes)
        elif hasattr(route, "methods"):
            for method in sorted(route.methods - {"HEAD"}):
                yield f"{method} {route.path}", route
        else:
            yield f"GET {route.path}", route


def test_every_route_is_listed_here_with_what_it_needs(web: WebRig) -> None:
    from hub.settings import Settings

    app = create_web(Settings(), web.pool, web.clock)
    found = dict(routes_of(list(app.routes)))
    assert sorted(found) == sorted(ROUTES)
    for name, route in found.items():
        actions = (
            [d.call.action for d in route.dependant.dependencies if isinstance(d.call, Allow)]
            if isinstance(route, APIRoute)
            else []
        )
        needs = ROUTES[name].needs
        assert actions == ([needs] if isinstance(needs, Action) else []), name


@dataclass
class Town:
    """A home and an alert in everybody's scope (`wang`), and one of each that is the administrator's."""

    web: WebRig
    mine: str
    foreign: str

    def __post_init__(self) -> None:
        with self.web.pool.connection() as connection:
            for need, home in (("need-wang", "wang"), ("need-zhao", "zhao")):
                connection.execute(
                    "insert into needs (id, home_id, kind, source, created_at, due_at, state_at)"
                    " values (%(id)s, %(home)s, 'meals', 'phone', %(now)s, %(now)s, %(now)s)",
                    {"id": need, "home": home, "now": self.web.clock.now()},
                )
            connection.execute(
                "insert into webhooks (id, organisation_id, url, kinds, secret, made_at, made_by)"
                " values ('w-1', 'dongjie', 'https://platform.example/anju', '{alert.opened}', '', %s, 'x')",
                [self.web.clock.now()],
            )
            connection.execute(
                "insert into webhook_deliveries (id, webhook_id, sequence, kind, body, state, created_at,"
                " next_at) values ('msg_1', 'w-1', 1, 'test', '{}', 'dead', %(now)s, %(now)s)",
                {"now": self.web.clock.now()},
            )
            for home in ("wang", "zhao"):
                connection.execute(
                    "insert into visits (id, home_id, at, kind, by, user_id, entered_at)"
                    " values (%(id)s, %(home)s, %(now)s, 'door', '李站长', 'x', %(now)s)",
                    {"id": f"visit-{home}", "home": home, "now": self.web.clock.now()},
                )
                connection.execute(
                    "insert into suggestions (id, home_id, rule, reason, made_at)"
                    " values (%s, %s, 'bed', %s, %s)",
                    (
                        f"suggestion-{home}",
                        home,
                        '{"text": "Nobody has been seen today.", "values": {}}',
                        self.web.clock.now(),
                    ),
                )
                connection.execute(
                    "insert into devices (home_id, edge_id, id) values (%s, 'pi', 'door')", [home]
                )

    def fill(self, path: str, *, own: bool) -> str:
        """Return a path with ids in it."""
        return (
            path.replace("{home_id}", "wang" if own else "zhao")
            .replace("{alert_id}", self.mine if own else self.foreign)
            .replace("{organisation_id}", "dongjie" if own else "far")
            .replace(
                "{contact_id}",
                ("duty" if own else "x")
                if "organisations" in path
                else ("wang-fang" if own else "zhao-fang"),
            )
            .replace(
                "{method_id}",
                ("duty-voice" if own else "x")
                if "organisations" in path
                else ("wang-fang-voice" if own else "zhao-fang-voice"),
            )
            .replace("{kind}", "contact")
            .replace("{person_id}", "wang-qiang" if own else "zhao-qiang")
            .replace("{webhook_id}", "w-1")
            .replace("{delivery_id}", "msg_1")
            .replace("{user_id}", self.web.people["family"])
            .replace("{attempt_id}", "a1")
            .replace("{token}", "forged-by-somebody")
            .replace("{change_id}", "none")
            .replace("{edge_id}", "pi")
            .replace("{device_id}", "door")
            .replace("{silence_id}", "0")
            .replace("{number}", "0")
            .replace("{need_id}", "need-wang" if own else "need-zhao")
            .replace("{resident_id}", "wang" if own else "zhao")
            .replace("{visit_id}", "visit-wang" if own else "visit-zhao")
            .replace("{suggestion_id}", "suggestion-wang" if own else "suggestion-zhao")
        )

    def ask(self, client: httpx.Client, name: str, csrf: str, *, own: bool = True) -> int:
        """Ask one route and return the status; a stream is left as soon as it has begun."""
        method, _, path = name.partition(" ")
        ask = ROUTES[name]
        given: dict[str, Any] = {"data": ask.form | {"csrf": csrf}} if ask.form is not None else {}
        if ask.json is not None:
            given = {"json": ask.json}
        with client.stream(method, self.fill(path, own=own), **given) as answer:
            return answer.status_code


@pytest.fixture
def town(web: WebRig) -> Town:
    return Town(web, web.finding(fall()), web.finding(fall(), "zhao"))


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_it_may_and_nothing_else(town: Town, role: Role) -> None:
    account = Account(id="", login="", name="", role=role)
    wrong = []
    with town.web.program(role) as client:
        for name in INSIDE:
            status = town.ask(client, name, "")
            # 409: an earlier route of this walk has acknowledged or resolved the alert already.
            fine = status in (200, 201, 204, 303, 409) if may(account, ROUTES[name].needs) else status == 403  # type: ignore[arg-type]
            if not fine:
                wrong.append((name, status))
    assert wrong == []


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
def test_a_home_that_is_not_theirs_does_not_exist_for_them(town: Town, role: Role) -> None:
    account = Account(id="", login="", name="", role=role)
    wrong = []
    with town.web.program(role) as client:
        for name in ABOUT_ONE:
            status = town.ask(client, name, "", own=False)
            if status != (404 if may(account, ROUTES[name].needs) else 403):  # type: ignore[arg-type]
                wrong.append((name, status))
        assert "zhao" not in client.get("/api/v1/homes").text
        assert town.foreign not in client.get("/api/v1/alerts").text
        assert "赵家" not in client.get("/homes").text
        assert client.get("/api/v1/alerts", params={"home": "zhao"}).status_code == 404
    assert wrong == []


def test_nobody_gets_in_without_signing_in(town: Town) -> None:
    wrong = []
    with town.web.client() as client:
        for name in INSIDE:
            status = town.ask(client, name, "guessed")
            led_to_sign_in = name.startswith("GET /") and "/api/" not in name
            if status != (303 if led_to_sign_in else 401):
                wrong.append((name, status))
        client.headers["Authorization"] = "Bearer anju_guessed"
        for name in INSIDE:
            if (status := town.ask(client, name, "")) not in (401, 303):
                wrong.append((name, status))
    assert wrong == []


def test_a_browsers_cookie_alone_changes_nothing(town: Town) -> None:
    """Another site can make a browser send its cookie; without the session's token it is refused."""
    wrong = []
    with town.web.signed_in("administrator") as client:
        csrf = form_token(client.get("/").text)
        for name in INSIDE:
            if not name.startswith("GET") and (status := town.ask(client, name, "")) != 403:
                wrong.append((name, status))
        assert wrong == []
        client.headers["X-CSRF-Token"] = csrf
        assert town.ask(client, "POST /api/v1/alerts/{alert_id}/acknowledge", csrf) == 200


def test_the_unsigned_are_no_telephone_provider(town: Town) -> None:
    with town.web.client() as client:
        for name, ask in ROUTES.items():
            if ask.needs == SIGNED:
                assert town.ask(client, name, "") == 403, name


def test_a_link_that_is_not_ours_opens_nothing_whoever_is_signed_in(town: Town) -> None:
    linked = [name for name, ask in ROUTES.items() if ask.needs == LINKED]
    with town.web.client() as stranger, town.web.program("administrator") as administrator:
        for name in linked:
            with town.web.pool.connection() as connection:
                connection.execute("delete from sign_in_failures")  # wrong links are counted, and limited
            assert town.ask(stranger, name, "") == 404, name
            assert town.ask(administrator, name, "") == 404, name
    assert len(linked) == 4
