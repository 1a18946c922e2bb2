"""What the resident is asked before anybody else is called: kind, slow, and with one key to press.

Pure: an alert's row in, sentences out. Helpers hear other words, which are in `wording`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.notify.risks import risk_name
from models.language import translations


def question_for_resident(alert: Mapping[str, Any], language: str) -> list[str]:
    """Return the sentences of a call to the resident, the question last."""
    _ = translations("hub", language).gettext
    lines = [_("Hello, this is Anju.")]
    if alert["drill"]:
        lines.append(_("This is only a drill."))
    lines.append(_("We noticed: {what}. Are you all right?").format(what=risk_name(alert["risk"], language)))
    lines.append(_("Press 1 if all is well. Press 2 if you need help."))
    return lines


def reply_for_resident(pressed: str, alert: Mapping[str, Any], language: str) -> str:
    """Return what the resident hears after an answer; the answers are those of `asking.Pressed`."""
    _ = translations("hub", language).gettext
    if pressed == "fine":
        return _("Good to hear. Take care of yourself.")
    if pressed == "fine_but_contradicted":
        return _("Good to hear. Somebody will look in on you all the same, to be sure.")
    if pressed == "help":
        return _("We are calling somebody who will come to you. Stay where you are.")
    if pressed == "too_late":
        if alert["status"] == "resolved":
            return _("All is settled. Take care of yourself.")
        if alert["acknowledged_by"]:
            return _("{name} knows and is looking after you.").format(name=alert["acknowledged_by"])
        return _("We are calling somebody who will come to you. Stay where you are.")
    return _("This key has no meaning.")


def voicemail(alert: Mapping[str, Any], language: str) -> list[str]:
    """Return what the resident's answering machine hears: somebody at home may hear it too."""
    _ = translations("hub", language).gettext
    lines = question_for_resident(alert, language)[:-1]
    return [*lines, _("We did not hear from you, so we are calling somebody now.")]


def written(alert: Mapping[str, Any], language: str, *, two_way: bool = False) -> str:
    """Return the question as a message."""
    _ = translations("hub", language).gettext
    head = _("[Anju drill]") if alert["drill"] else _("[Anju]")
    text = _("Hello, we noticed: {what}. Are you all right?").format(what=risk_name(alert["risk"], language))
    answer = _("Reply 1 if all is well, 2 if you need help.") if two_way else ""
    return " ".join(part for part in (head, text, answer) if part)
