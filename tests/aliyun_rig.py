"""Aliyun for tests: settings for the account that the telephones play, and a hub whose people it calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hub.escalation.dispatcher import Dispatcher
from hub.notify.carriers import Carriers
from hub.notify.channels.aliyun.channel import AliyunChannel
from hub.settings import Settings
from simulators.telephones.aliyun.account import Pushes
from simulators.telephones.running import RunningTelephones
from tests.hub_rig import HubRig, running_hub
from tests.village import CENTRE, DAUGHTER, SON, STATION

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
    return Pushes(
        **{kind: f"{hub}/aliyun/{kind}?secret={SECRET}" for kind in ("call", "progress", "message", "reply")}
    )


def aliyun_channel(telephones: RunningTelephones, **more: Any) -> AliyunChannel:
    """Return a channel that calls through the telephones."""
    return AliyunChannel(Settings(**aliyun_settings(telephones, **more)))


#: The people of the village, at numbers of the mainland; the station's is a landline.
FANG, QIANG, DUTY, CENTRE_DUTY = "+8613800000001", "+8613800000002", "+8657185550001", "+8613800000020"
MOVED = {DAUGHTER: FANG, SON: QIANG, STATION: DUTY, CENTRE: CENTRE_DUTY}


@contextmanager
def running_mainland_hub(url: str, data_dir: Path) -> Iterator[HubRig]:
    """A hub whose people have mainland numbers and are called through Aliyun."""
    with running_hub(url, data_dir, more=aliyun_settings) as rig:
        rig.telephones.aliyun_pushes(receipts_to(rig.settings.own_url))
        rig.dispatcher = Dispatcher(
            rig.url, rig.pool, Carriers([AliyunChannel(rig.settings, rig.clock)]), rig.clock
        )
        with rig.pool.connection() as connection:
            for elsewhere, here in MOVED.items():
                connection.execute(
                    "update contact_methods set address = %s where address = %s", (here, elsewhere)
                )
        yield rig
