"""Where something about a home, or about a person, is kept: one list, which export and erasure both go by.

A test holds it against the schema: whoever adds a table says here whose it is, and what becomes of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Rule = Literal["goes", "nameless"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with something about a home, or about a person."""

    name: str
    where: str  #: SQL: its rows that are about them
    #: What erasing does: the rows go, or they are kept without names for as long as alerts are kept.
    rule: Rule = "goes"
    cascades: bool = True  #: its rows go with the home's own row


_EDGES: Final = "(home_id, edge_id) in (select home_id, id from edges where home_id = %(home)s)"
_CONTACTS: Final = "(select id from contacts where home_id = %(home)s)"
_ALERTS: Final = "(select id from alerts where home_id = %(home)s)"
_RESIDENTS: Final = "(select id from residents where home_id = %(home)s)"
_NEEDS: Final = "(select id from needs where home_id = %(home)s)"
_VISITS: Final = "(select id from visits where home_id = %(home)s)"
_ATTEMPTS: Final = (
    "(select t.id from attempts t join alerts a on a.id = t.alert_id where a.home_id = %(home)s)"
)
_HOME: Final = "home_id = %(home)s"

#: Of a home. `%(home)s` is its id. Those that do not cascade are erased by name, in this order.
OF_HOME: Final = (
    Table(name="homes", where="id = %(home)s"),
    Table(name="residents", where=_HOME),
    Table(name="resident_standings", where=f"resident_id in {_RESIDENTS}"),
    Table(name="contacts", where=_HOME),
    Table(name="contact_methods", where=f"contact_id in {_CONTACTS}"),
    Table(name="user_homes", where=_HOME),
    Table(name="edges", where=_HOME),
    Table(name="pairing_codes", where=_HOME),
    Table(name="devices", where=_EDGES),
    Table(name="device_consents", where=_EDGES),
    Table(name="home_sharing", where=_HOME),
    Table(name="edge_configs", where=_EDGES),
    Table(name="edge_commands", where=_EDGES),
    Table(name="edge_news", where=_HOME, cascades=False),
    Table(name="streams", where=_EDGES),
    Table(name="events", where=_HOME, cascades=False),
    Table(name="activity_hourly", where=_HOME, cascades=False),
    Table(name="home_states", where=_HOME),
    Table(name="learnt", where=_HOME),
    Table(name="budgets", where=_HOME),
    Table(name="budget_calls", where=_HOME),
    Table(name="risk_scores", where=_HOME),
    Table(name="plans", where=_HOME),
    Table(name="plan_versions", where=_HOME),
    Table(name="silences", where=_HOME),
    Table(name="noise_levels", where=_HOME),
    Table(name="stays", where=_HOME),
    Table(name="preflight_findings", where=_HOME),
    Table(name="drill_plans", where=_HOME),
    Table(name="walk_tests", where=_HOME),
    Table(name="needs", where=_HOME),
    Table(name="need_entries", where=f"need_id in {_NEEDS}"),
    Table(name="need_answers", where=f"need_id in {_NEEDS}"),
    Table(name="suggestions", where=_HOME),
    Table(name="visits", where=_HOME),
    Table(name="visit_residents", where=f"visit_id in {_VISITS}"),
    Table(name="refusals", where=_HOME, cascades=False),
    Table(
        name="quarantine",
        where="split_part(topic, '/', 4) = %(home)s and topic like 'anju/%%'",
        cascades=False,
    ),
    Table(name="webhook_events", where=_HOME, cascades=False),
    Table(name="webhook_deliveries", where=_HOME, cascades=False),
    Table(name="rechecks", where=_HOME, cascades=False),
    Table(name="inbound_messages", where=f"alert_id in {_ALERTS}", cascades=False),
    Table(
        name="callbacks",
        where=f"attempt_id in {_ATTEMPTS}",
        cascades=False,
    ),
    Table(name="digest_items", where=f"alert_id in {_ALERTS}", cascades=False),
    Table(name="alerts", where=_HOME, rule="nameless"),
    Table(name="alert_entries", where=f"alert_id in {_ALERTS}", rule="nameless"),
    Table(name="alert_takers", where=f"alert_id in {_ALERTS}", rule="nameless"),
    Table(name="attempts", where=f"alert_id in {_ALERTS}", rule="nameless"),
    Table(name="drills", where=_HOME, rule="nameless"),
    Table(name="audit_log", where=_HOME, rule="nameless"),
)

#: Of somebody who is called: `%(contacts)s` are their ids, `%(addresses)s` their numbers and addresses.
OF_CONTACT: Final = (
    Table(name="contact_methods", where="contact_id = any(%(contacts)s)"),
    Table(name="contacts", where="id = any(%(contacts)s)"),
    Table(name="inbound_messages", where="address = any(%(addresses)s)"),
    Table(
        name="callbacks",
        where="attempt_id in (select id from attempts where contact_id = any(%(contacts)s))",
    ),
    Table(name="digest_items", where="contact_id = any(%(contacts)s)"),
    Table(name="attempts", where="contact_id = any(%(contacts)s)", rule="nameless"),
    Table(
        name="alert_takers",
        where="taker in (select 'contact:' || id from unnest(%(contacts)s::text[]) as id)",
        rule="nameless",
    ),
)

#: Of somebody who signs in: `%(users)s` are their ids.
OF_USER: Final = (
    Table(name="sessions", where="user_id = any(%(users)s)"),
    Table(name="tokens", where="user_id = any(%(users)s)"),
    Table(name="second_factors", where="user_id = any(%(users)s)"),
    Table(name="recovery_codes", where="user_id = any(%(users)s)"),
    Table(name="user_homes", where="user_id = any(%(users)s)"),
    Table(name="sign_in_failures", where="login in (select login from users where id = any(%(users)s))"),
    Table(name="users", where="id = any(%(users)s)"),
    Table(name="visits", where="user_id = any(%(users)s)", rule="nameless"),
    Table(name="audit_log", where="user_id = any(%(users)s)", rule="nameless"),
)

#: Nobody's in particular: organisations, their duty, and the hub's own running.
OF_NOBODY: Final = frozenset(
    {
        "organisations", "rotas", "rota_versions", "visit_intervals", "preflight_runs", "role_beats",
        "audits", "link_keys", "learning_runs", "deaf_times", "erasures", "webhooks",
    }
)  # fmt: skip

#: Never handed out: what proves who somebody is, and what only a machine reads.
SECRET: Final = frozenset(
    {"password_hash", "token_hash", "csrf", "hash", "secret", "used_with", "provider_id"}
)
