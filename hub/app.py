"""Wires the hub: the one page that knows which database, broker and provider stand behind a name.

Each role is one process and can be started alone, several times, on several machines: they meet in
PostgreSQL only.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from hub import retention
from hub.accounts.sealing import seal_of
from hub.broker.access import HUB
from hub.broker.accounts import Accounts
from hub.broker.address import BrokerAddress, broker_address
from hub.broker.register import embedded_accounts
from hub.care import suggesting
from hub.clock import Clock, SystemClock
from hub.ending import told_to_end
from hub.errors import SettingsError
from hub.escalation.dispatcher import Dispatcher
from hub.ingest.receiver import Receiver
from hub.ingest.worker import Worker
from hub.notify.carriers import Carriers
from hub.notify.channels import registry
from hub.notify.link_keys import LinkOf
from hub.proof import drills, preflight_runs, stalled
from hub.proof.auditor import EVERY, Auditor
from hub.settings import Settings
from hub.storage.database import Connection, Pool, connect, open_pool
from hub.watch import budgets
from hub.watch.registry import Watch
from hub.webhooks import sending
from models.contract.topics import SHARDS, subscriptions

log = structlog.get_logger()

HUNG_AFTER_S = 30.0  #: a role whose loop has not turned for so long is ended, and started anew
BEAT_S = 2.0
TOLD_EVERY_S = 10.0  #: how often the auditor hears that a role lives


def database_url(settings: Settings) -> str:
    """Return the address of the database; raises SettingsError when none is set."""
    if settings.database_url is None:
        raise SettingsError(
            "No database: set ANJU_DATABASE_URL, or start everything with `anju-hub serve`, "
            "which brings its own."
        )
    return settings.database_url.get_secret_value()


def broker_of(settings: Settings) -> BrokerAddress:
    """Return the broker that is set, or the embedded one."""
    if settings.broker_url is not None:
        return broker_address(settings.broker_url.get_secret_value(), settings.broker_ca)
    return BrokerAddress(
        host=settings.embedded_broker_host,
        port=settings.embedded_broker_port,
        username=HUB,
        password=accounts(settings)[HUB],
        tls=False,
    )


def accounts(settings: Settings) -> Accounts:
    """Return the accounts of the embedded broker."""
    return embedded_accounts(settings)


def run_ingest(settings: Settings, stop: threading.Event) -> None:
    """Serve the ingest role until `stop` is set."""
    receiver = Receiver(broker_of(settings), f"anju-hub-{os.getpid()}", subscriptions())
    worker = Worker(
        database_url(settings),
        receiver,
        Watch.learning(),
        SystemClock(),
        shards=range(SHARDS),
        pause=timedelta(milliseconds=settings.commit_pause_ms),
        ack_every=timedelta(seconds=settings.ack_seconds),
    )
    with beating(settings, "ingest", lambda: worker.turned_at, stop):
        worker.run(stop)


def carriers_of(settings: Settings) -> Carriers:
    """Return the providers that are set; without one, escalation says that nobody can be called."""
    carriers = registry.carriers_of(settings)
    if not carriers.carries("voice"):
        log.error("nobody can be called", reason="no telephone provider is set: see docs/operating.md")
    return carriers


def run_dispatch(settings: Settings, stop: threading.Event) -> None:
    """Serve the dispatch role until `stop` is set: calls, and the nightly jobs."""
    url = database_url(settings)
    pool = open_pool(url, size=12)
    clock = SystemClock()
    link_of = LinkOf(pool, clock, settings.public_url)
    dispatcher = Dispatcher(url, pool, carriers_of(settings), clock, link_of=link_of)
    # A pool of its own: what audits must not wait for a connection behind what it audits.
    audited = open_pool(url, size=2)
    address = settings.heartbeat_url.get_secret_value() if settings.heartbeat_url else None
    auditor = Auditor(audited, clock, address)
    scheduler = BackgroundScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    scheduler.add_job(nightly, "cron", hour=18, minute=30, args=[audited, clock], misfire_grace_time=3600)
    scheduler.add_job(ahead, "cron", hour=0, minute=30, args=[audited, clock], misfire_grace_time=3600)
    scheduler.add_job(suggest, "cron", hour=20, minute=30, args=[audited, clock], misfire_grace_time=3600)
    scheduler.add_job(auditor.turn, "interval", seconds=EVERY.total_seconds())
    scheduler.add_job(learn_what_is_over, "cron", minute=20, args=[url], misfire_grace_time=1800)
    scheduler.add_job(settle_budgets, "interval", seconds=60, args=[audited, clock])
    scheduler.add_job(begin_drills, "interval", seconds=60, args=[audited, clock])
    scheduler.start()
    # Beside the calls, with a pool of its own: a receiver that hangs must not cost anybody a call.
    hooked = open_pool(url, size=sending.HANDS + 1)
    hooks = sending.Webhooks(url, hooked, seal_of(settings), clock, private_too=settings.webhooks_private)
    hooks_ended = sending.beside(hooks, stop)
    try:
        with beating(settings, "dispatch", lambda: dispatcher.turned_at, stop):
            dispatcher.run(stop)
    finally:
        scheduler.shutdown(wait=False)
        hooks_ended()
        hooked.close()
        audited.close()
        pool.close()


def nightly(pool: Pool, clock: Clock) -> None:
    """Delete what has outlived its purpose. 18:30 UTC is the small hours in China."""
    _once(pool, _purge, clock)


def ahead(pool: Pool, clock: Clock) -> None:
    """Prove for two weeks to come that every home reaches a human at every hour; who must act is told.

    00:30 UTC is the beginning of a working day in China: nobody is woken for a gap of next week.
    """
    _once(pool, _look_ahead, clock)


def settle_budgets(pool: Pool, clock: Clock) -> None:
    """Count what homes were asked and called for nothing, and what came of it."""
    _once(pool, budgets.settle, clock)


def learn_what_is_over(url: str) -> None:
    """Learn the days that are over: every hour some zone's night is. In a process of its own, politely.

    It needs numpy and a core for minutes, and calling people must not wait for either.
    """
    environment = os.environ | {"ANJU_DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-m", "hub.cli", "learn"],
        env=environment,
        preexec_fn=_politely,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        log.error("learning failed", code=done.returncode, said=done.stderr[-2000:])


def _politely() -> None:
    os.nice(10)


def begin_drills(pool: Pool, clock: Clock) -> None:
    """Begin the drills whose time has come."""
    _once(pool, drills.run_due, clock)


def suggest(pool: Pool, clock: Clock) -> None:
    """Let the care's rules look at every home. 20:30 UTC is before the round of the morning in China."""
    _once(pool, suggesting.suggest, clock)


def _purge(connection: Connection, now: datetime) -> None:
    log.info("purged", **retention.purge(connection, now))


def _look_ahead(connection: Connection, now: datetime) -> None:
    preflight_runs.run(connection, now)


def _once(pool: Pool, job: Callable[[Connection, datetime], object], clock: Clock) -> None:
    """Do a job in one transaction, unless another dispatcher does it just now; its failure stops no other."""
    try:
        with pool.connection() as connection:
            row = connection.execute(
                "select pg_try_advisory_xact_lock(hashtextextended(%s, 0)) as mine", (job.__name__,)
            ).fetchone()
            if row is not None and row["mine"]:
                job(connection, clock.now())
    except Exception:
        log.exception("a job failed", job=job.__name__.strip("_"))


def run_broker(settings: Settings, stop: threading.Event) -> None:
    """Serve the embedded broker until `stop` is set."""
    from hub.broker import certificates, embedded  # only this role pays for importing it

    encrypted = None
    if settings.embedded_broker_tls_host:
        public = urlsplit(settings.public_url).hostname or ""
        made = certificates.certificate(settings.data_dir / "tls", certificates.own_names(public))
        encrypted = embedded.Encrypted(
            settings.embedded_broker_tls_host, settings.embedded_broker_tls_port, made
        )
    embedded.run(
        settings.embedded_broker_host,
        settings.embedded_broker_port,
        accounts(settings),
        stop,
        encrypted=encrypted,
    )


def run_web(settings: Settings, stop: threading.Event) -> None:
    """Serve pages, the API and the provider's callbacks until `stop` is set."""
    import uvicorn

    from hub.web.app import create_web

    pool = open_pool(database_url(settings), size=16)
    server = uvicorn.Server(
        uvicorn.Config(
            create_web(settings, pool, SystemClock()),
            host=settings.web_host,
            port=settings.web_port,
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=2,
        )
    )

    def end() -> None:
        stop.wait()
        server.should_exit = True

    threading.Thread(target=end, name="stop", daemon=True).start()
    try:
        server.run()
    finally:
        stop.set()
        pool.close()


ROLES: dict[str, Callable[[Settings, threading.Event], None]] = {
    "broker": run_broker,
    "ingest": run_ingest,
    "dispatch": run_dispatch,
    "web": run_web,
}


def run_role(name: str, settings: Settings) -> None:
    """Run one role until it is told to stop (SIGTERM, Ctrl-C) or its supervisor is gone."""
    stop = told_to_end()
    _follow_supervisor(stop)
    ROLES[name](settings, stop)


def beat_file(settings: Settings, role: str) -> Path:
    """Where a role shows that it lives; `anju-hub check` looks at its age."""
    return settings.data_dir / "run" / f"{role}.beat"


@contextmanager
def beating(
    settings: Settings, role: str, turned_at: Callable[[], float], stop: threading.Event
) -> Iterator[None]:
    """While the role's loop turns, show it; when it hangs, end the process so that it is started anew."""
    path = beat_file(settings, role)
    path.parent.mkdir(parents=True, exist_ok=True)
    url, process = database_url(settings), f"{socket.gethostname()}:{os.getpid()}"

    def beat() -> None:
        told_at = -TOLD_EVERY_S
        while not stop.wait(BEAT_S):
            if time.monotonic() - turned_at() > HUNG_AFTER_S:
                log.critical("hung", role=role)
                os._exit(70)
            path.touch()
            if time.monotonic() - told_at >= TOLD_EVERY_S:
                told_at = time.monotonic()
                _tell(url, lambda c: stalled.beat(c, role, process, SystemClock().now()))

    thread = threading.Thread(target=beat, name="beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(BEAT_S + 1)
        _tell(url, lambda c: stalled.stop_beating(c, role, process))


def _tell(url: str, what: Callable[[Connection], None]) -> None:
    """Tell the auditor; a database that is away cannot be told, and its absence is heard anyway."""
    try:
        with connect(url, autocommit=True) as connection:
            what(connection)
    except psycopg.Error as error:
        log.debug("not told", error=str(error).strip())


def _follow_supervisor(stop: threading.Event) -> None:
    """A role that `serve` started ends with it, even if `serve` was killed."""
    parent = os.environ.get("ANJU_SUPERVISOR")
    if parent is None:
        return

    def watch() -> None:
        while not stop.wait(0.5):
            if os.getppid() != int(parent):
                log.warning("supervisor is gone")
                os._exit(0)

    threading.Thread(target=watch, name="supervisor", daemon=True).start()
