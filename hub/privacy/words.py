"""What each table is called for people, and how long it is kept."""

from __future__ import annotations

from typing import Final

from hub.language import N_

INTRODUCTION: Final = N_(
    "This is everything that the hub holds of this person, at {at}. The same stands beside this page as CSV"
    " and JSON, one file for each heading, in full length."
)

TITLES: Final = {
    "homes": N_("The home"),
    "residents": N_("Who lives there"),
    "resident_standings": N_("Where the resident was"),
    "contacts": N_("Who is called"),
    "contact_methods": N_("Numbers and addresses"),
    "user_homes": N_("Who may sign in for the home"),
    "users": N_("Accounts"),
    "sessions": N_("Browsers that are signed in"),
    "tokens": N_("Programs that may act for somebody"),
    "second_factors": N_("Second factor"),
    "recovery_codes": N_("Recovery codes"),
    "sign_in_failures": N_("Failed tries to sign in"),
    "edges": N_("Boxes in the home"),
    "pairing_codes": N_("Pairing codes"),
    "devices": N_("Sensors"),
    "device_consents": N_("Consents about sensors"),
    "home_sharing": N_("What is kept from whom"),
    "edge_configs": N_("Settings of the boxes"),
    "edge_commands": N_("Commands to the boxes"),
    "edge_news": N_("News for the boxes"),
    "streams": N_("Series of events"),
    "events": N_("What the sensors told"),
    "activity_hourly": N_("Activity by the hour"),
    "home_states": N_("What the watch remembers"),
    "learnt": N_("What is usual in the home"),
    "budgets": N_("Questions and false alarms that are left"),
    "budget_calls": N_("Calls counted as false alarms"),
    "risk_scores": N_("What is at stake"),
    "plans": N_("Who is called, and in what order"),
    "plan_versions": N_("Earlier plans"),
    "silences": N_("Silences"),
    "noise_levels": N_("Quiet hours"),
    "stays": N_("Absences and visitors"),
    "preflight_findings": N_("Gaps in who is reached"),
    "drill_plans": N_("Planned drills"),
    "drills": N_("Drills"),
    "walk_tests": N_("Walk tests"),
    "needs": N_("Requests"),
    "need_entries": N_("What became of the requests"),
    "need_answers": N_("How the requests were answered"),
    "suggestions": N_("Suggestions"),
    "visits": N_("Visits"),
    "visit_residents": N_("Who was seen on visits"),
    "refusals": N_("Messages that were refused"),
    "quarantine": N_("Messages that could not be read"),
    "webhook_events": N_("News for other programs"),
    "webhook_deliveries": N_("What other programs were told"),
    "rechecks": N_("Second looks after a word that all is well"),
    "inbound_messages": N_("Messages that people wrote"),
    "callbacks": N_("Receipts of telephone companies"),
    "digest_items": N_("Warnings told together"),
    "alerts": N_("Alerts"),
    "alert_entries": N_("The files of the alerts"),
    "alert_takers": N_("Who took an alert"),
    "attempts": N_("Calls and messages"),
    "audit_log": N_("Who looked at what and changed what"),
}

_SENSORS: Final = N_("Kept for 90 days.")
_SUMS: Final = N_("Kept for 13 months.")
_MONTH: Final = N_("Kept for 30 days.")
_ALERTS: Final = N_(
    "Kept for as long as the home is looked after; after an erasure for three years, without names."
)
_WHILE: Final = N_("Kept for as long as the home is looked after.")

HOW_LONG: Final = dict.fromkeys(TITLES, _WHILE) | {
    "events": _SENSORS,
    "inbound_messages": _SENSORS,
    "activity_hourly": _SUMS,
    "quarantine": _MONTH,
    "webhook_deliveries": _MONTH,
    "alerts": _ALERTS,
    "alert_entries": _ALERTS,
    "alert_takers": _ALERTS,
    "attempts": _ALERTS,
    "drills": _ALERTS,
    "audit_log": _ALERTS,
}
