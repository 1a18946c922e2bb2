"""What e-mail carries: anything, anywhere. Nobody waits for it, and what is written back is not read."""

from __future__ import annotations

from typing import Final

from hub.notify.capability import Capability

NAME: Final = "smtp"

CAPABILITIES: Final = (Capability(provider=NAME, medium="email", links=True, receipts=False),)
