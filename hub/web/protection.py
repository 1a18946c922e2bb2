"""Around every request: headers that keep browsers safe, a limit of size, the access log and the figures."""

from __future__ import annotations

import time
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.web.figures import Figures

LARGEST_BODY: Final = 256 * 1024
#: A county's table of homes; JSON may write six bytes for each Chinese character.
LARGEST_TABLE: Final = 3 * 1024 * 1024
TABLES: Final = frozenset({"/admin/import", "/api/v1/homes/import"})

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

log = structlog.get_logger("web")


class Protection:
    """Wraps the application; knows nothing of routes but the name of the one that answered."""

    def __init__(self, app: ASGIApp, figures: Figures, *, behind_tls: bool) -> None:
        self._app = app
        self._figures = figures
        self._headers = dict(HEADERS)
        if behind_tls:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, received = time.perf_counter(), 500, 0
        largest = LARGEST_TABLE if scope["path"] in TABLES else LARGEST_BODY

        async def limited() -> Message:
            nonlocal received
            # What says how large it is, is refused before it comes; what lies, while it does.
            message = await receive() if _announced(scope) <= largest else {}
            received += len(message.get("body", b""))
            if not message or received > largest:
                raise HTTPException(413)
            return message

        async def headed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, limited, headed)
        finally:
            self._write(scope, status, time.perf_counter() - began)

    def _write(self, scope: Scope, status: int, seconds: float) -> None:
        route = str(getattr(scope.get("route"), "path", "") or "none")
        if scope["path"].startswith("/static/"):
            route = "/static"
        method = scope["method"] if scope["method"] in ("GET", "HEAD", "POST", "PUT", "DELETE") else "other"
        self._figures.requests.labels(route, method, str(status)).inc()
        if "stream" not in route:
            self._figures.seconds.labels(route).observe(seconds)
        client = scope.get("client")
        log.info(
            "request",
            method=method,
            route=route,
            path=_shown(scope["path"]),
            status=status,
            ms=round(seconds * 1000, 1),
            client=client[0] if client else "",
        )


def _shown(path: str) -> str:
    """A path as the log shows it: who reads the log must not be able to answer by somebody's link."""
    return f"{path[:3]}…" if path.startswith(("/a/", "/n/")) else path[:200]


def _announced(scope: Scope) -> int:
    """The size that a request says it has."""
    text = Headers(scope=scope).get("content-length", "0")
    return int(text[:16]) if text.isascii() and text.isdigit() else 0
