"""Addresses that are signed, for whoever was given one and signs in nowhere: what a wrong one is answered."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from fastapi import Request
from starlette.responses import Response

from hub.accounts import sessions
from hub.language import N_, texts
from hub.storage.database import Connection
from hub.web.guard import address_of, language_of
from hub.web.render import page

HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
#: Where wrong links are counted: beside wrong passwords, under a login that nobody can have.
_FORGED: Final = "(link)"
_REFUSED: Final = {
    "forged": N_("This link is not complete or not ours. Nothing was changed. Use your latest message."),
    "expired": N_("This link has expired. Nothing was changed. Call your station, or sign in."),
    "limit": N_("Too many wrong links came from here. Wait a quarter of an hour."),
}


class RefusedError(Exception):
    """A link that opens nothing; holds the reason and the status of the answer."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.why, self.status = why, status


def refused(request: Request, connection: Connection, why: str, now: datetime) -> RefusedError:
    """Return the refusal of a link that opens nothing (`why`: forged, expired or empty)."""
    if why == "expired":
        return RefusedError("expired", 410)
    if sessions.count_try(connection, _FORGED, address_of(request), now) is not None:
        return RefusedError("limit", 429)
    return RefusedError("forged", 404)


def refusal(request: Request, error: RefusedError) -> Response:
    """Return the page that says why a link cannot be used, and what to do."""
    _ = texts(language_of(request)).gettext
    response = page(
        request,
        "error.html",
        None,
        status=error.status,
        title=_(N_("This link cannot be used")),
        advice=_(_REFUSED[error.why]),
    )
    response.headers.update(HEADERS)
    return response
