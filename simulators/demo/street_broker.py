"""The broker inside the demo's homes, where the sensors speak: on loopback only, open to everybody there."""

from __future__ import annotations

import asyncio
import logging
import threading

from amqtt.broker import Broker
from amqtt.contexts import BrokerConfig, ListenerConfig

from simulators.errors import SimulatorError


class StreetBroker:
    """A context manager; serves from a thread of its own."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="street broker", daemon=True)

    def __enter__(self) -> StreetBroker:
        for noisy in ("amqtt", "transitions"):
            logging.getLogger(noisy).setLevel(logging.CRITICAL)
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            raise SimulatorError(f"The homes' broker did not start: {self._failure}")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(self) -> None:
        self._ending = asyncio.Event()
        listener = ListenerConfig(bind=f"127.0.0.1:{self.port}")
        plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
        broker = Broker(BrokerConfig(listeners={"default": listener}, plugins=plugins))
        await broker.start()
        self._ready.set()
        await self._ending.wait()
        await broker.shutdown()
