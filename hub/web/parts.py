"""What the web role is made of, as every route finds it."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from hub.accounts.sealing import Seal
from hub.broker.register import Register
from hub.clock import Clock
from hub.settings import Settings
from hub.storage.database import Pool
from hub.web.boards import Boards
from hub.web.figures import Figures
from hub.web.live import Live


@dataclass(frozen=True, slots=True)
class Parts:
    """The settings, the database, the time, the live line, the figures and the accounts of one process."""

    settings: Settings
    pool: Pool
    clock: Clock
    live: Live
    figures: Figures
    boards: Boards
    seal: Seal  #: closes and opens the secrets that the hub must read again
    register: Register | None  #: where the accounts of edge agents are kept, if we keep them


def parts(request: Request) -> Parts:
    """Return what this request's application is made of."""
    found: Parts = request.app.state.parts
    return found
