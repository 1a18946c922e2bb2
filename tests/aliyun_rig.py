"""Aliyun for tests: settings for the account that the telephones play, and a hub whose people it calls."""

from __future__ import annotations

from typing import Any

from hub.notify.channels.aliyun.channel import AliyunChannel
from hub.settings import Settings
from simulators.telephones.aliyun.account import Pushes
from simulators.telephones.running import RunningTelephones

SECRET = "a-secret-of-the-callbacks"


def aliyun_settings(telephones: RunningTelephones, **more: Any) -> dict[str, Any]:
    """Return the settings under which a hub calls through the telephones' Aliyun."""
    account = telephones.settings.aliyun
    return {
        "aliyun_access_key_id": account.key_id,
        "aliyun_access_key_secret": account.key_secret.get_secret_value(),
        "aliyun_callback_secret": SECRET,
        "aliyun_show_number": account.numbers[0],
        "aliyun_menu_template": "TTS_1",
        "aliyun_taken_template": "TTS_2",
        "aliyun_declined_template": "TTS_3",
        "aliyun_more_template": "TTS_4",
        "aliyun_voice_template": "TTS_5",
        "aliyun_sms_sign": "安居",
        "aliyun_sms_template": "SMS_1",
        "aliyun_sms_news_template": "SMS_2",
        "aliyun_voice_url": telephones.aliyun_url,
        "aliyun_sms_url": telephones.aliyun_url,
    } | more


def receipts_to(hub: str) -> Pushes:
    """Return where Aliyun's receipts go, for a hub at an address."""
    base = f"{hub}/aliyun/{SECRET}"
    return Pushes(
        call=f"{base}/call", progress=f"{base}/progress", message=f"{base}/message", reply=f"{base}/reply"
    )


def aliyun_channel(telephones: RunningTelephones, **more: Any) -> AliyunChannel:
    """Return a channel that calls through the telephones."""
    return AliyunChannel(Settings(**aliyun_settings(telephones, **more)))
