"""How a cookie is set: out of reach of scripts and of other sites, and only over TLS where there is TLS."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from hub.web.parts import parts


def keep(request: Request, response: Response, name: str, value: str, days: int | None = None) -> None:
    """Let the browser keep a value, until it is closed or for so many days."""
    response.set_cookie(
        name,
        value,
        max_age=None if days is None else days * 86_400,
        httponly=True,
        samesite="lax",
        secure=parts(request).settings.secure_cookies,
    )
