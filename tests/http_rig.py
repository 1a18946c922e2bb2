"""A real HTTP server for tests: keeps every request and answers as a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Request:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass
class HttpServer:
    """What came, and how it is answered: a status and a body; status 0 closes the line instead."""

    port: int = 0
    came: list[Request] = field(default_factory=list)
    status: int = 200
    answer: bytes = b"{}"
    wait: threading.Event | None = None  #: answers only once this is set

    @property
    def host(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.port}"

    def says(self, status: int, answer: Any = None) -> None:
        """Answer so from now on."""
        self.status, self.answer = status, json.dumps(answer or {}).encode()


@contextmanager
def http_server() -> Iterator[HttpServer]:
    """A server on a free port."""
    rig = HttpServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            rig.came.append(Request(self.path, headers, body))
            if rig.wait is not None:
                rig.wait.wait(10)
            if rig.status == 0:
                self.close_connection = True
                return
            self.send_response(rig.status)
            self.send_header("Content-Length", str(len(rig.answer)))
            self.end_headers()
            self.wfile.write(rig.answer)

        def log_message(self, *_: object) -> None:
            """Be quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        rig.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield rig
        finally:
            if rig.wait is not None:
                rig.wait.set()
            server.shutdown()
            thread.join(5)
