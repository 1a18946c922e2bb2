"""The page itself, its style and script, and the stream that tells it of changes.

The page reads `/control/street` whenever the stream says that something happened; nothing is kept in between.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query
from fastapi.responses import FileResponse, HTMLResponse, StreamingResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.language import LANGUAGES, closest
from simulators.telephones.api import Here
from simulators.telephones.log import Log
from simulators.telephones.page.words import catalogue, script_words, status_words

_FOLDER: Final = Path(__file__).parent
_BEAT: Final = 5.0  #: seconds between proofs that the line lives

#: Nothing is loaded from elsewhere, and no text that somebody sends can become script.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

router = APIRouter(include_in_schema=False)
_templates = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@router.get("/")
async def page(
    exchange: Here,
    accept_language: Annotated[str, Header()] = "",
    lang: Annotated[str, Query(max_length=10)] = "",
) -> HTMLResponse:
    """The street, in the reader's language or the one that `lang` names."""
    language = lang if lang in LANGUAGES else closest(accept_language)
    _ = catalogue(language).gettext
    html = _templates.get_template("street.html").render(
        _=_,
        language=language,
        zone=exchange.around.settings.zone,
        words={"page": script_words(_), "status": status_words(_)},
    )
    return HTMLResponse(
        html,
        headers={
            "Content-Security-Policy": _POLICY,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Vary": "Accept-Language",
            "Cache-Control": "no-store",
        },
    )


@router.get("/street/street.css")
async def style() -> FileResponse:
    return FileResponse(_FOLDER / "street.css", media_type="text/css")


@router.get("/street/street.js")
async def script() -> FileResponse:
    return FileResponse(_FOLDER / "street.js", media_type="text/javascript")


@router.get("/street/icon.svg")
async def icon() -> FileResponse:
    return FileResponse(_FOLDER / "icon.svg", media_type="image/svg+xml")


@router.get("/street/live")
async def live(exchange: Here) -> StreamingResponse:
    """Server-sent events: `change` with what happened, and `beat` while nothing does."""
    return StreamingResponse(
        _events(exchange.around.log),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(log: Log) -> AsyncIterator[str]:
    seen = log.last
    yield _event("beat", "{}")
    while not log.closed:
        await log.wait(seen, _BEAT)
        entries = log.after(seen)
        if log.last == seen:
            yield _event("beat", "{}")
        elif entries:
            seen = entries[-1].n
            yield _event("change", json.dumps([entry.model_dump(mode="json") for entry in entries]))
        else:
            seen = log.last


def _event(name: str, data: str) -> str:
    return f"event: {name}\ndata: {data}\n\n"
