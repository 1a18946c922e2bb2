"""What a chat carries, by the narrowest of the services: one row holds for all of them.

A chat informs. Nobody answers in it, and nobody waits for it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from hub.notify.capability import Capability, Limit

NAME: Final = "chat"

#: WeCom takes 2,048 bytes: so many Chinese characters, with room for a subject and a link.
LONGEST: Final = 560
#: WeCom and DingTalk take 20 messages a minute for each robot; DingTalk is mute for ten minutes after more.
LIMIT: Final = Limit(20, timedelta(minutes=1))

CAPABILITIES: Final = (
    Capability(provider=NAME, medium="chat", links=True, longest=LONGEST, receipts=False, limits=(LIMIT,)),
)
