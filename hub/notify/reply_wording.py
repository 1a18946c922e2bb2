"""What is written back to somebody who answered a message: short, with whom and what it is about. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hub.notify.risks import risk_name
from hub.notify.wording import reply, summary, who
from models.language import translations


def written_reply(answered: str, alert: Mapping[str, Any], language: str) -> str:
    """Return the confirmation of an answer; the answers are those of `answers.Pressed`."""
    _ = translations("hub", language).gettext
    if answered == "unknown":
        return " ".join(
            [
                _("This was not understood."),
                summary(alert, language),
                _("Reply 1 if you go, 2 if you cannot, 3 for more."),
            ]
        )
    parts = [reply(answered, alert, language), summary(alert, language)]
    if answered in ("taken", "taken_more_needed"):
        parts.append(_("Reply 2 if you cannot go after all, or 1 15 if you will be there in 15 minutes."))
    return " ".join(parts)


def which(alerts: Sequence[Mapping[str, Any]], codes: Mapping[str, str], language: str) -> str:
    """Return the question which of several open alerts is meant; `codes` by the alert's id."""
    _ = translations("hub", language).gettext
    shown = [
        _("{code} = {who}, {what}").format(
            code=codes[alert["id"]], who=who(alert), what=risk_name(alert["risk"], language)
        )
        for alert in alerts
    ]
    first = codes[alerts[0]["id"]]
    lines = ("；" if language == "zh" else "; ").join(shown)
    return _("Which one? {list}. Reply for example: 1 {code}.").format(list=lines, code=first)
