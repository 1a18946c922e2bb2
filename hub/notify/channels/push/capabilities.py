"""What web push carries: a short text, to a device that may be off. Nobody waits for it."""

from __future__ import annotations

from typing import Final

from hub.notify.capability import Capability

NAME: Final = "webpush"

#: Push services take 4,096 bytes, encryption and all: so many Chinese characters, with room for the rest.
LONGEST: Final = 900

CAPABILITIES: Final = (Capability(provider=NAME, medium="push", links=True, longest=LONGEST, receipts=False),)
