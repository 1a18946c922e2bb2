"""The web role for tests: the real application on a free port, a real database, people who sign in."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import uvicorn

from hub.accounts import sessions, users
from hub.accounts.permissions import ROLES
from hub.clock import Clock
from hub.escalation import opening
from hub.settings import Settings
from hub.storage.database import Connection, Pool, connect, open_pool
from hub.web.app import create_web
from models.detection.finding import Finding
from tests.village import add_home, village

PASSWORD = "three tall bamboos"


class RunningClock:
    """Runs from a given instant, so that a day looks the same at whatever hour a test runs."""

    def __init__(self, at: datetime) -> None:
        self._began = time.monotonic()
        self._at = at

    def now(self) -> datetime:
        """Return the instant, aware and in UTC."""
        return self._at + timedelta(seconds=time.monotonic() - self._began)


@dataclass
class WebRig:
    """A running web role; `people` holds the ids of users by login, which is also their role."""

    base: str
    url: str
    pool: Pool
    clock: Clock
    people: dict[str, str] = field(default_factory=dict)

    def client(self) -> httpx.Client:
        """A browser without script that is not signed in."""
        return httpx.Client(base_url=self.base, timeout=20)

    @contextmanager
    def signed_in(self, login: str) -> Iterator[httpx.Client]:
        """A browser of somebody who signed in; it asks for Chinese, as browsers in the village do."""
        with self.client() as client:
            client.headers["Accept-Language"] = "zh-CN"
            token = form_token(client.get("/sign-in").text)
            answer = client.post("/sign-in", data={"login": login, "password": PASSWORD, "csrf": token})
            assert answer.status_code == 303, answer.text
            yield client

    def program(self, login: str) -> httpx.Client:
        """A program that acts for somebody."""
        with self.pool.connection() as connection:
            token = sessions.issue_token(connection, self.people[login], "test", self.clock.now())
        return httpx.Client(
            base_url=self.base,
            timeout=20,
            headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"},
        )

    def finding(self, finding: Finding, home: str = "wang") -> str:
        """Put a finding in as the ingest worker would; return the alert's id."""
        with self.pool.connection() as connection:
            return opening.open_or_repeat(connection, home, finding, self.clock.now())[0]


def form_token(html: str) -> str:
    """Return the token of the first form of a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    assert found, html[:400]
    return found.group(1)


def add_people(connection: Connection, now: datetime) -> dict[str, str]:
    """One user of every role: family of `wang`, operator and supervisor of the station, and two more."""
    organisations = {"operator": "dongjie", "supervisor": "centre"}
    names = {"family": "王芳", "operator": "李敏", "supervisor": "周建国", "integrator": "陈工"}
    return {
        role: users.create(
            connection,
            login=role,
            name=names.get(role, "管理员"),
            role=role,
            password=PASSWORD,
            organisation_id=organisations.get(role),
            homes=["wang"] if role in ("family", "integrator") else [],
            now=now,
        )
        for role in ROLES
    }


def add_stranger(connection: Connection) -> None:
    """A home of another county, which nobody but an administrator may see."""
    connection.execute(
        "insert into organisations (id, tier, parent_id, name) values ('far-county', 'county', null, '远县'),"
        " ('far', 'station', 'far-county', '远站')"
    )
    add_home(connection, "zhao")
    connection.execute("update homes set organisation_id = 'far', name = '赵家' where id = 'zhao'")


@contextmanager
def running_web(
    url: str, clock: Clock, data_dir: Path, *, furnished: bool = True, settings: Settings | None = None
) -> Iterator[WebRig]:
    """The web role on a free port, with a village, a stranger's home and a user of every role."""
    settings = settings or Settings(data_dir=data_dir, twilio_auth_token="not-used")  # type: ignore[arg-type]
    pool = open_pool(url, size=8)
    rig = WebRig(base="", url=url, pool=pool, clock=clock)
    if furnished:
        with connect(url) as connection:
            village(connection)
            add_stranger(connection)
            rig.people = add_people(connection, clock.now())
    # Named as TCP, or asyncio leaves Nagle on and every answer is 40 ms late.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        rig.base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(
            uvicorn.Config(
                create_web(settings, pool, clock),
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=1,
            )
        )
        thread = threading.Thread(target=server.run, args=([listener],), name="web", daemon=True)
        thread.start()
        try:
            yield rig
        finally:
            server.should_exit = True
            thread.join(10)
            pool.close()
