"""The ingest role as the hub wires it, with a word when it watches. Arguments: database, broker's port."""

from __future__ import annotations

import sys
import threading
from datetime import timedelta

from hub import logs
from hub.broker.address import BrokerAddress
from hub.clock import SystemClock
from hub.ending import told_to_end
from hub.ingest.receiver import Receiver
from hub.ingest.worker import Worker
from hub.watch.registry import Watch
from models.contract.topics import SHARDS, subscriptions
from models.detection.judge import Judge


def main(url: str, port: int) -> None:
    """Serve until SIGTERM."""
    logs.set_up(json=False)
    stop = told_to_end()
    receiver = Receiver(BrokerAddress("127.0.0.1", port, None, None, tls=False), "hub", subscriptions())
    worker = Worker(
        url,
        receiver,
        Watch(Judge()),
        SystemClock(),
        shards=range(SHARDS),
        pause=timedelta(milliseconds=5),
        ack_every=timedelta(seconds=10),
    )
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    receiver.subscribed.wait(20)
    print("ready", flush=True)  # noqa: T201
    stop.wait()
    thread.join(20)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
