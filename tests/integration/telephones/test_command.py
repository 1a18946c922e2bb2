"""`anju-sim telephones` is the same thing as a program of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from twilio.rest import Client

from simulators.errors import SimulatorError
from simulators.telephones.command import EXAMPLE, telephones
from simulators.telephones.settings import people_of
from tests.conftest import ROOT

from .conftest import DAUGHTER, STATION, RewritingClient

ACCOUNT = "AC0123456789abcdef0123456789abcdef"


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def program(port: int, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    people = tmp_path / "people.toml"
    people.write_text(
        f'[[people]]\nnumber = "{DAUGHTER}"\nname = "王芳"\ncalls = [{{ does = "busy" }}]\n', "utf-8"
    )
    words = ["--port", str(port), "--people", str(people), "--account-sid", ACCOUNT, "--speed", "20"]
    started = subprocess.Popen(
        [sys.executable, "-m", "simulators.cli", "telephones", *words],
        cwd=ROOT,
        env={"PATH": "", "ANJU_LANGUAGE": "en", "ANJU_TWILIO_AUTH_TOKEN": "a token", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    yield started
    if started.poll() is None:
        started.kill()
    started.wait()
    assert started.stdout is not None
    started.stdout.close()


def test_it_says_where_it_is_serves_and_ends_at_once_on_ctrl_c_though_somebody_watches(
    program: subprocess.Popen[str], port: int
) -> None:
    assert program.stdout is not None
    first = program.stdout.readline()
    assert f"http://127.0.0.1:{port}/" in first
    url = f"http://127.0.0.1:{port}"
    up = httpx.HTTPTransport(retries=8)  # with growing pauses, until the port is open
    with httpx.Client(base_url=url, transport=up) as watching, watching.stream("GET", "/street/live") as live:
        lines = live.iter_lines()
        assert next(lines) == "event: beat"

        http = RewritingClient(url)
        call = Client(ACCOUNT, "a token", http_client=http).calls.create(
            to=DAUGHTER, from_=STATION, twiml="<Response/>"
        )
        http.close()
        assert call.status == "queued"
        for line in lines:
            if '"busy"' in line:
                break

        ending = threading.Thread(target=lambda: program.send_signal(signal.SIGINT))
        ending.start()
        assert list(lines)[-1:] in ([], [""])  # the stream is ended, not cut
        ending.join()
    program.wait(10)
    rest = program.stdout.read()
    assert "TWILIO_ACCOUNT_SID=" + ACCOUNT in rest
    assert "a token" not in rest
    assert "Traceback" not in rest
    assert "ERROR" not in rest


def test_the_example_of_a_people_file_can_be_used() -> None:
    people = people_of(EXAMPLE)
    assert [person.name for person in people] == ["王芳", "王伟", "东街村服务站"]
    assert people[0].on_call(1).keys[0].digits == "1"


def test_a_people_file_that_makes_no_sense_is_refused_with_the_place(tmp_path: Path) -> None:
    file = tmp_path / "people.toml"
    file.write_text('[[people]]\nnumber = "+8613800000001"\ncalls = [{ does = "sing" }]\n', "utf-8")
    with pytest.raises(SimulatorError, match=r"people\.0\.calls\.0\.does"):
        telephones(people=file)
