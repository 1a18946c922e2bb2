"""What Aliyun can carry, as rows of data.

A call with keys goes to mainland numbers only, mobile and landline; one number takes 1 call a minute, 5 an
hour and 20 a day (help.aliyun.com/document_detail/114036.htm and 178344.html). Of messages with one signature
and template a number takes 50 a day (the older rule; the present one is unconfirmed). Words in a template
may hold no link.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from hub.notify.capability import Capability, Limit

NAME: Final = "aliyun"
MAINLAND: Final = frozenset({"86"})

VOICE: Final = Capability(
    provider=NAME,
    medium="voice",
    countries=MAINLAND,
    keys=True,
    templates=True,
    limits=(
        Limit(1, timedelta(minutes=1)),
        Limit(5, timedelta(hours=1)),
        Limit(20, timedelta(days=1)),
    ),
)

SMS: Final = Capability(
    provider=NAME,
    medium="sms",
    countries=MAINLAND,
    replies=True,
    landlines=False,
    templates=True,
    limits=(Limit(50, timedelta(days=1)),),
)
