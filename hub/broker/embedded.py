"""The embedded broker: amqtt in an event loop of its own, for one station or for trying it out.

It keeps nothing on disk and promises nothing: what it loses, the edge agents send again, because only the
hub's `ack` settles an event. What amqtt leaves open is closed here: an account sees its own topics only,
wills included; nobody takes over a stranger's connection; a silent connection ends; a message too long
ends its connection before it is in memory.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from amqtt.adapters import ReaderAdapter, StreamReaderAdapter, StreamWriterAdapter, WriterAdapter
from amqtt.broker import Broker, Server
from amqtt.contexts import Action, BrokerConfig, ListenerConfig
from amqtt.errors import AMQTTError, MQTTError, NoDataError
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.session import Session
from amqtt.utils import gen_client_id

from hub.broker.access import may_publish, may_subscribe
from hub.errors import HubError
from models.contract.messages import MAX_BYTES

LOOPBACK = ("127.0.0.1", "::1", "localhost")
MAX_PACKET = 2 * MAX_BYTES  #: as in mosquitto.conf: the hub itself reads messages up to half of it
HANDSHAKE_SECONDS = 10.0  #: a connection that says nothing for so long is closed

log = structlog.get_logger(__name__)


class BrokerError(HubError):
    """The embedded broker could not start."""


async def serve(
    host: str,
    port: int,
    credentials: Mapping[str, str] | None,
    stop: asyncio.Event,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve MQTT 3.1.1 on `host:port` until `stop` is set; call `ready` once it listens.

    `credentials` are passwords by account (see `access`). None admits everybody to everything, and only on
    a loopback address. Raises BrokerError when it cannot listen.
    """
    if credentials is None and host not in LOOPBACK:
        raise BrokerError(f"Without accounts it listens on loopback only, not on {host}.")
    for noisy in ("amqtt", "transitions"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    listener = ListenerConfig(bind=f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    broker = _Broker(BrokerConfig(listeners={"default": listener}, plugins={}), credentials)
    try:
        await broker.start()
    except AMQTTError as error:
        raise BrokerError(f"{host}:{port}: {error.__cause__ or error}.") from error
    log.info("broker.listening", host=host, port=port, accounts=len(credentials or ()))
    ready()
    try:
        await stop.wait()
    finally:
        await broker.close()
        log.info("broker.stopped")


def run(
    host: str,
    port: int,
    credentials: Mapping[str, str] | None,
    stop: threading.Event,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Do what `serve` does in this thread, in an event loop of its own."""

    async def until_stopped() -> None:
        ended = asyncio.Event()

        async def watch() -> None:
            await asyncio.to_thread(stop.wait)
            ended.set()

        watching = asyncio.create_task(watch())
        try:
            await serve(host, port, credentials, ended, ready)
        finally:
            stop.set()
            await watching

    asyncio.run(until_stopped())


class BrokerThread:
    """The embedded broker in a thread: `with BrokerThread("127.0.0.1", 1883, None): …`."""

    def __init__(self, host: str, port: int, credentials: Mapping[str, str] | None) -> None:
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(
            target=self._run, args=(host, port, credentials), name="broker", daemon=True
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

    def _run(self, host: str, port: int, credentials: Mapping[str, str] | None) -> None:
        try:
            run(host, port, credentials, self._stop, self._ready.set)
        except BaseException as error:
            self._error = error
        finally:
            self._ready.set()


class _Broker(Broker):  # type: ignore[misc]
    """amqtt with the hub's rules."""

    def __init__(self, config: BrokerConfig, credentials: Mapping[str, str] | None) -> None:
        super().__init__(config)
        self._credentials = credentials
        self._connections: set[asyncio.Task[Any] | None] = set()

    async def close(self) -> None:
        """Shut down, connections included, those that have not introduced themselves too."""
        await self.shutdown()
        open_ones = [task for task in self._connections if task is not None]
        for task in open_ones:
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)

    async def stream_connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listener_name: str
    ) -> None:
        task = asyncio.current_task()
        self._connections.add(task)
        out = StreamWriterAdapter(writer)
        try:
            await self._client_connected(listener_name, _LimitedReader(reader), out)
        except (OSError, AMQTTError, asyncio.CancelledError):
            log.debug("broker.connection_lost")
        finally:
            self._connections.discard(task)
            writer.close()

    async def _initialize_client_session(
        self, reader: ReaderAdapter, writer: WriterAdapter, remote_address: str, remote_port: int
    ) -> tuple[BrokerProtocolHandler, Session]:
        """Read who is there; amqtt's own would already act on it before the password is known."""
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                handler, session = await _Handler.init_from_connect(reader, writer, self.plugins_manager)
        except (TimeoutError, MQTTError, NoDataError) as error:
            raise AMQTTError(f"no introduction: {error}") from error
        session.client_id = session.client_id or gen_client_id()
        session.clean_session = True  # nothing is kept for an absent client
        if session.keep_alive:
            session.keep_alive += session.keep_alive // 2 + 1  # as the protocol allows
        return handler, session

    async def _handle_client_session(
        self,
        reader: ReaderAdapter,
        writer: WriterAdapter,
        client_session: Session,
        handler: BrokerProtocolHandler,
        server: Server,
        listener_name: str,
    ) -> None:
        if not await self._admit(client_session):
            log.warning("broker.refused", account=client_session.username, client=client_session.client_id)
            handler.attach(client_session, reader, writer)
            await handler.mqtt_connack_authorize(False)
            return
        await super()._handle_client_session(reader, writer, client_session, handler, server, listener_name)

    async def _admit(self, session: Session) -> bool:
        """Whether this connection may stay; ends the older one of the same name if it may."""
        account, client_id = session.username or "", session.client_id or ""
        if not self._knows(account, session.password or ""):
            return False
        if session.will_flag and not self._may_publish(account, session.will_topic or ""):
            return False
        older, its_handler = self._sessions.get(client_id, (None, None))
        if older is not None:
            if self._credentials is not None and older.username != account:
                return False
            if its_handler is not None:
                await its_handler.handle_connection_closed()
            await self._delete_session(client_id)
        return True

    async def _authenticate(self, session: Session, _: ListenerConfig) -> bool:
        return True  # `_admit` has

    def _knows(self, account: str, password: str) -> bool:
        if self._credentials is None:
            return True
        known = self._credentials.get(account)
        return known is not None and hmac.compare_digest(known.encode(), password.encode())

    def _may_publish(self, account: str, topic: str) -> bool:
        return self._credentials is None or may_publish(account, topic)

    async def _topic_filtering(self, session: Session, topic: str, action: Action) -> bool:
        if (
            self._credentials is None or action is Action.RECEIVE
        ):  # what it hears was settled when it subscribed
            return True
        account = session.username or ""
        return (may_publish if action is Action.PUBLISH else may_subscribe)(account, topic)


class _Handler(BrokerProtocolHandler):  # type: ignore[misc]
    """One connection; a silent one ends, so that its last will is said."""

    def handle_read_timeout(self) -> None:
        if self._reader_task is not None:
            self._reader_task.cancel()


class _LimitedReader(StreamReaderAdapter):  # type: ignore[misc]
    """A connection's bytes; it is at its end when somebody announces more than a message may have."""

    _ended = False

    async def read(self, n: int = -1) -> bytes:
        if self._ended or n > MAX_PACKET:
            self._ended = True
            raise asyncio.IncompleteReadError(b"", n)
        data: bytes = await super().read(n)
        return data
