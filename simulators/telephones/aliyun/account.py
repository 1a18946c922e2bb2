"""What an account at Aliyun is set to: its key, its approved templates, its limits and where receipts go."""

from __future__ import annotations

import secrets
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from simulators.telephones.orders import full_url

#: So many to one number within so many seconds, as Aliyun counts calls and notices.
CALL_LIMITS: Final = ((1, 60.0), (5, 3600.0), (20, 86_400.0))
MESSAGE_LIMITS: Final = ((50, 86_400.0),)

Limits = tuple[tuple[Annotated[int, Field(ge=0)], Annotated[float, Field(gt=0)]], ...]


class Pushes(BaseModel):
    """Where receipts go; none: nobody is told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    call: str | None = None  #: VoiceReport
    progress: str | None = None  #: VoiceCallReport
    message: str | None = None  #: SmsReport
    reply: str | None = None  #: SmsUp

    @field_validator("call", "progress", "message", "reply")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        if url is not None and not full_url(url):
            raise ValueError(f"{url} is no address")
        return url


def pushes_below(url: str) -> dict[str, str]:
    """Return where receipts go at a hub's address, which may carry a query."""
    parts = urlsplit(url)
    return {
        kind: parts._replace(path=f"{parts.path.rstrip('/')}/aliyun/{kind}").geturl()
        for kind in Pushes.model_fields
    }


class AliyunAccount(BaseModel):
    """One account. Without a key one is made up for this run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key_id: str = Field(default_factory=lambda: "LTAI5t" + secrets.token_hex(9))
    key_secret: SecretStr = Field(default_factory=lambda: SecretStr(secrets.token_hex(15)))
    numbers: tuple[str, ...] = ("057188880000",)  #: that may call
    writes_from: str = "+8610690000"  #: the number that messages come from and answers go to
    signs: tuple[str, ...] = ("安居",)
    templates: dict[str, str] = {  #: approved ones, by their code
        "TTS_1": "这里是安居。${who}，${what}，${where}，${when}。您去看请按1，不能去请按2，再听详情请按3。",
        "TTS_2": "谢谢，已收到。除非另有通知，请您现在就去看${who}。",
        "TTS_3": "谢谢，我们正在呼叫下一位。",
        "TTS_4": "${who}，${address}，${where}，${when}，${what}。您去看请回复短信1，不能去请回复2。",
        "TTS_5": "安居通知。${who}，${what}，${where}，${when}。",
        "SMS_1": "${who}：${what}，${where}，${when}。您去看请回复1，不能去请回复2。",
        "SMS_2": "${who}：${what}，${when}。${state}",
    }
    call_limits: Limits = CALL_LIMITS
    message_limits: Limits = MESSAGE_LIMITS
    record_after: Annotated[float, Field(ge=0)] = 180.0  #: seconds after a call's end its record appears
    pushes: Pushes = Pushes()

    def as_set(self) -> dict[str, str]:
        """Return what a program is set to in order to use this account with its usual templates."""
        return {
            "ACCESS_KEY_ID": self.key_id,
            "ACCESS_KEY_SECRET": self.key_secret.get_secret_value(),
            "SHOW_NUMBER": self.numbers[0],
            "MENU_TEMPLATE": "TTS_1",
            "TAKEN_TEMPLATE": "TTS_2",
            "DECLINED_TEMPLATE": "TTS_3",
            "MORE_TEMPLATE": "TTS_4",
            "VOICE_TEMPLATE": "TTS_5",
            "SMS_SIGN": self.signs[0],
            "SMS_TEMPLATE": "SMS_1",
            "SMS_NEWS_TEMPLATE": "SMS_2",
        }
