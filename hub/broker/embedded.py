"""The embedded broker: amqtt in an event loop of its own, for one station or for trying it out.

It keeps nothing on disk and promises nothing: what it loses, the edge agents send again, because only the
hub's `ack` settles an event. What it lets through is in `guarded`.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from amqtt.contexts import BrokerConfig, ListenerConfig
from amqtt.errors import BrokerError as AmqttError

from hub.broker.certificates import Certificate
from hub.broker.guarded import GuardedBroker
from hub.errors import HubError

LOOPBACK = ("127.0.0.1", "::1", "localhost")

log = structlog.get_logger(__name__)


class BrokerError(HubError):
    """The embedded broker could not start."""


@dataclass(frozen=True, slots=True)
class Encrypted:
    """Where it listens with TLS, for the homes."""

    host: str
    port: int
    certificate: Certificate


async def serve(
    host: str,
    port: int,
    credentials: Mapping[str, str] | None,
    stop: asyncio.Event,
    ready: Callable[[], None] = lambda: None,
    encrypted: Encrypted | None = None,
) -> None:
    """Serve MQTT 3.1.1 on `host:port` until `stop` is set, and with TLS where `encrypted` says; call `ready`
    once it listens.

    `credentials` are passwords by account (see `access`). None admits everybody to everything, and only on
    a loopback address. Raises BrokerError when it cannot listen.
    """
    if credentials is None and host not in LOOPBACK:
        raise BrokerError(f"Without accounts it listens on loopback only, not on {host}.")
    for noisy in ("amqtt", "transitions"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    listeners = {"default": ListenerConfig(bind=_bind(host, port))}
    if encrypted is not None:
        listeners["encrypted"] = ListenerConfig(
            bind=_bind(encrypted.host, encrypted.port),
            ssl=True,
            certfile=encrypted.certificate.certificate,
            keyfile=encrypted.certificate.key,
        )
    broker = GuardedBroker(BrokerConfig(listeners=listeners, plugins={}), credentials)
    try:
        await broker.start()
    except AmqttError as error:
        raise BrokerError(f"{host}:{port}: {error.__cause__ or error}.") from error
    log.info(
        "broker.listening",
        host=host,
        port=port,
        encrypted=encrypted.port if encrypted else None,
        accounts=len(credentials or ()),
    )
    ready()
    expelling = asyncio.create_task(broker.expel())
    try:
        await stop.wait()
    finally:
        expelling.cancel()
        await broker.close()
        log.info("broker.stopped")


def run(
    host: str,
    port: int,
    credentials: Mapping[str, str] | None,
    stop: threading.Event,
    ready: Callable[[], None] = lambda: None,
    encrypted: Encrypted | None = None,
) -> None:
    """Do what `serve` does in this thread, in an event loop of its own."""

    async def until_stopped() -> None:
        ended = asyncio.Event()

        async def watch() -> None:
            await asyncio.to_thread(stop.wait)
            ended.set()

        watching = asyncio.create_task(watch())
        try:
            await serve(host, port, credentials, ended, ready, encrypted)
        finally:
            stop.set()
            await watching

    asyncio.run(until_stopped())


class BrokerThread:
    """The embedded broker in a thread: `with BrokerThread("127.0.0.1", 1883, None): …`."""

    def __init__(
        self,
        host: str,
        port: int,
        credentials: Mapping[str, str] | None,
        encrypted: Encrypted | None = None,
    ) -> None:
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(
            target=self._run, args=(host, port, credentials, encrypted), name="broker", daemon=True
        )

    def start(self) -> None:
        """Return when it listens; raises BrokerError when it cannot."""
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            self._thread.join()
            raise self._error

    def stop(self) -> None:
        """End it and wait for its end."""
        self._stop.set()
        self._thread.join()

    def __enter__(self) -> BrokerThread:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(
        self, host: str, port: int, credentials: Mapping[str, str] | None, encrypted: Encrypted | None
    ) -> None:
        try:
            run(host, port, credentials, self._stop, self._ready.set, encrypted)
        except BaseException as error:
            self._error = error
        finally:
            self._ready.set()


def _bind(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
