"""A call through Twilio without anybody to call back to.

A home behind a router has no address at which Twilio could say what was pressed, and the list of a call's
requests can be read only a quarter of an hour after its end. What can be seen at once is the call's status,
and whether a conference of a certain name exists. So the key's address (`key_url`) is a document that Twilio
keeps itself (a TwiML Bin) and that puts the caller into the conference `anju-{{CallSid}}`: then a key was
pressed. Without such a document an answered call proves nothing, since voicemail answers too, and counts as
`no_key`.
"""

from __future__ import annotations

import base64
import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from edge_agent.core.spot import Outcome
from edge_agent.spot.numbers import checked

URL: Final = "https://api.twilio.com"
RINGS_S: Final = 25
LONGEST_S: Final = 120  #: from the request to the end of the call
POLL_S: Final = 1.0
_OVER: Final[dict[str, Outcome]] = {
    "completed": "no_key",
    "no-answer": "no_answer",
    "busy": "busy",
    "failed": "failed",
    "canceled": "failed",
}


class Twilio:
    """Calls one person at a time."""

    def __init__(
        self,
        account: str,
        token: str,
        caller: str,
        *,
        key_url: str = "",
        url: str = URL,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base = f"{url}/2010-04-01/Accounts/{account}"
        self._secret = "Basic " + base64.b64encode(f"{account}:{token}".encode()).decode()
        self._caller = caller
        self._key_url = key_url
        self._wait = wait

    def call(self, number: str, text: str, language: str) -> Outcome:
        """Call, say `text` until a key is pressed, and return how it ended. Never raises."""
        said = f"<Say language={quoteattr(language)}>{escape(text)}</Say>"
        if self._key_url:
            where = f'action={quoteattr(self._key_url)} method="GET"'
            said = f'<Gather numDigits="1" timeout="6" {where}>{said}</Gather>' * 3
        try:
            order = {
                "To": checked(number),
                "From": self._caller,
                "Twiml": f"<Response>{said}</Response>",
                "Timeout": str(RINGS_S),
            }
            call = str(self._ask("/Calls.json", order)["sid"])
        except (OSError, ValueError, KeyError, http.client.HTTPException):
            return "failed"
        try:
            return self._follow(call)
        except (OSError, ValueError, KeyError, http.client.HTTPException):
            return "unknown"  # it may be ringing: whoever answers is told all the same

    def _follow(self, call: str) -> Outcome:
        for _ in range(round(LONGEST_S / POLL_S)):
            self._wait(POLL_S)
            status = self._ask(f"/Calls/{call}.json")["status"]
            if self._key_url and status in ("in-progress", "completed") and self._pressed(call):
                return "key"
            if status in _OVER:
                return _OVER[status]
        self._ask(f"/Calls/{call}.json", {"Status": "completed"})
        return "unknown"

    def _pressed(self, call: str) -> bool:
        found = self._ask(f"/Conferences.json?FriendlyName=anju-{call}")
        return bool(found["conferences"])

    def _ask(self, path: str, order: dict[str, str] | None = None) -> dict[str, Any]:
        body = None if order is None else urllib.parse.urlencode(order).encode()
        request = urllib.request.Request(  # noqa: S310 - the settings' own address
            self._base + path, body, {"Authorization": self._secret}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
        return found
