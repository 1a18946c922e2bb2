"""A stock paho subscriber, QoS 1, that counts and does nothing else. Arguments: port, how many messages."""

from __future__ import annotations

import sys
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from models.contract.topics import subscriptions


def main(port: int, messages: int) -> None:
    """Say `ready`, and `done` after the last message."""
    left = messages
    client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id="empty")

    def heard(_client: Any, _data: Any, _message: mqtt.MQTTMessage) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            print("done", flush=True)  # noqa: T201
            client.disconnect()

    client.on_message = heard
    client.on_subscribe = lambda *_: print("ready", flush=True)  # noqa: T201
    client.on_connect = lambda *_: client.subscribe([(topic, 1) for topic in subscriptions(("events",))])
    client.connect("127.0.0.1", port)
    client.loop_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
