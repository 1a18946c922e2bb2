"""amqtt with the hub's rules.

What amqtt leaves open is closed here: an account sees its own topics only, wills included; nobody takes
over a stranger's connection; a silent connection ends; a message too long ends its connection before it is
in memory; a client's last will comes after what it said. Knows no setting and no file.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakSet

import structlog
from amqtt.adapters import ReaderAdapter, StreamReaderAdapter, StreamWriterAdapter, WriterAdapter
from amqtt.broker import Broker, Server
from amqtt.contexts import Action, BrokerConfig, ListenerConfig
from amqtt.errors import AMQTTError, MQTTError, NoDataError
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.session import Session
from amqtt.utils import gen_client_id

from hub.broker.access import may_publish, may_subscribe
from models.contract.messages import MAX_BYTES

MAX_PACKET = 2 * MAX_BYTES  #: as in mosquitto.conf: the hub itself reads messages up to half of it
HANDSHAKE_SECONDS = 10.0  #: a connection that says nothing for so long is closed
EXPEL_SECONDS = 0.25  #: how soon somebody whose account is gone is thrown out
FAREWELL_SECONDS = 5.0  #: what a client said before it went is passed on for so long

log = structlog.get_logger(__name__)


class GuardedBroker(Broker):  # type: ignore[misc]
    """amqtt with the hub's rules."""

    def __init__(self, config: BrokerConfig, credentials: Mapping[str, str] | None) -> None:
        super().__init__(config)
        self._credentials = credentials
        self._connections: set[asyncio.Task[Any] | None] = set()
        self._writers: WeakSet[asyncio.StreamWriter] = WeakSet()
        # amqtt waits while it walks over these, and others come and go meanwhile.
        self._subscriptions = _Steady()
        self._retained_messages = _Steady()

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        """Say what is retained to who asked for it; amqtt's own tells it to every newcomer."""
        listeners = self._subscriptions.get(subscription[0], ())
        if any(listener is session for listener, _ in listeners):
            await super()._publish_retained_messages_for_subscription(subscription, session)

    async def close(self) -> None:
        """Shut down, connections included, those that have not introduced themselves too."""
        await self.shutdown()
        open_ones = [task for task in self._connections if task is not None]
        for task in open_ones:
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)
        # One whose client reads no more would stay open for what it has still to be told.
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0)  # they are closed in the loop's next turn

    async def stream_connected(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, listener_name: str
    ) -> None:
        task = asyncio.current_task()
        self._connections.add(task)
        self._writers.add(writer)
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

    async def _client_message_loop(self, client_session: Session, handler: BrokerProtocolHandler) -> None:
        """Take what a client says in its order, its last will at the end: amqtt's own may swap them."""
        said = client_session.delivered_message_queue

        async def publications() -> None:
            while (message := await said.get()) is not None:
                if not await self._handle_message_delivery(client_session, handler, _done(message)):
                    return

        async def subscriptions() -> None:
            while asked := await handler.get_next_pending_subscription():
                await self._handle_subscription(client_session, handler, _done(asked))

        async def unsubscriptions() -> None:
            while asked := await handler.get_next_pending_unsubscription():
                await self._handle_unsubscription(client_session, handler, _done(asked))

        gone = asyncio.ensure_future(handler.wait_disconnect())
        work = [asyncio.create_task(part()) for part in (publications, subscriptions, unsubscriptions)]
        try:
            await asyncio.wait([gone, *work], return_when=asyncio.FIRST_COMPLETED)
            said.put_nowait(None)
            await asyncio.wait(work[:1], timeout=FAREWELL_SECONDS)
            await self._handle_disconnect(client_session, handler, gone if gone.done() else _done(None))
        finally:
            for task in (gone, *work):
                task.cancel()
            await asyncio.gather(gone, *work, return_exceptions=True)

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

    async def expel(self) -> None:
        """Throw out, for as long as it runs, whoever's account is taken away or has another password."""
        while self._credentials is not None:
            await asyncio.sleep(EXPEL_SECONDS)
            for session, handler in list(self._sessions.values()):
                if not self._still_knows(session):
                    log.warning("broker.expelled", account=session.username, client=session.client_id)
                    await handler.handle_connection_closed()

    def _still_knows(self, session: Session) -> bool:
        """Whether a connection may stay; accounts that cannot be read just now end nobody's."""
        try:
            return self._knows(session.username or "", session.password or "")
        except (OSError, ValueError) as error:
            log.error("broker.accounts_unreadable", reason=str(error))
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


def _done(result: object) -> asyncio.Future[Any]:
    future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    future.set_result(result)
    return future


class _Steady(dict[str, Any]):
    """A dictionary that may change while somebody walks over it."""

    def __iter__(self) -> Iterator[str]:
        return iter(list(super().__iter__()))

    def items(self) -> Any:
        """Return what is in it at this moment."""
        return list(super().items())


class _Handler(BrokerProtocolHandler):  # type: ignore[misc]
    """One connection; a silent one ends, so that its last will is said."""

    async def stop(self) -> None:
        """End the connection. A cancelled read can still yield its packet: the one after it must not wait."""
        if isinstance(self.reader, _LimitedReader):
            self.reader.end()
        await super().stop()

    def handle_read_timeout(self) -> None:
        if self._reader_task is not None:
            self._reader_task.cancel()


class _LimitedReader(StreamReaderAdapter):  # type: ignore[misc]
    """A connection's bytes; it is at its end when somebody announces more than a message may have."""

    _ended = False

    def end(self) -> None:
        """Yield nothing any more."""
        self._ended = True

    async def read(self, n: int = -1) -> bytes:
        if self._ended or n > MAX_PACKET:
            self.end()
            raise asyncio.IncompleteReadError(b"", n)
        data: bytes = await super().read(n)
        return data
