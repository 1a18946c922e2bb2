"""One board for all who see the same: when something happens, fifty screens ask for it in one moment.

What a board says depends on the organisation, the role and the language. What is each person's own, the token
of the forms and the name that they say on the telephone, is put in afterwards. Whoever has taken an alert
sees other buttons and gets a board of their own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hub.web.guard import Visit

FRESH_S: Final = 1.0  #: ages and counts of homes change without news
_TOKEN: Final = "one-board-for-many-token"  # noqa: S105 - stands for each person's own
_NAME: Final = "one-board-for-many-name"
_SHARE: Final = frozenset({"operator", "supervisor", "administrator"})
_HAS_TAKEN: Final = """
    select 1 from alert_takers t join alerts a on a.id = t.alert_id
    where t.taker = %s and t.left_at is null and a.status <> 'resolved' limit 1
"""


class Boards:
    """Keeps the latest board of everybody who sees the same; safe for threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[Hashable, threading.Lock] = {}
        self._kept: dict[Hashable, tuple[int, float, str]] = {}

    def html(
        self, visit: Visit, what: str, language: str, news: int, make: Callable[[Visit], str]
    ) -> str | None:
        """Return the board for somebody; `news` counts what has happened. None: it cannot be shared."""
        account = visit.account
        if account.role not in _SHARE:
            return None
        if visit.connection.execute(_HAS_TAKEN, [f"user:{account.id}"]).fetchone():
            return None
        place = (what, account.role, account.organisation_id, language)
        with self._guard:
            lock = self._locks.setdefault(place, threading.Lock())
        with lock:
            known, at, html = self._kept.get(place, (-1, 0.0, ""))
            if known < news or time.monotonic() - at > FRESH_S:
                nobody = replace(account, id="", name=_NAME)
                html = make(replace(visit, account=nobody, csrf=_TOKEN))
                self._kept[place] = (news, time.monotonic(), html)
        return html.replace(_TOKEN, escape(visit.csrf)).replace(_NAME, escape(account.name))
