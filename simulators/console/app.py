"""The page and its two addresses: what is seen, and what is pressed. On this machine only, by default."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import FastAPI, Header, HTTPException, Query
from fastapi.responses import FileResponse, HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, Field

from models.language import LANGUAGES, closest
from simulators.console.desk import BUTTONS, Desk
from simulators.console.words import button_words, group_words
from simulators.telephones.page.words import catalogue

_FOLDER: Final = Path(__file__).parent
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_templates = Environment(
    loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


class Press(BaseModel):
    """A button that was pressed."""

    what: str = Field(max_length=32)
    room: str = Field(default="", max_length=64)


def create_console(desk: Desk) -> FastAPI:
    """Return the page for one home."""
    app = FastAPI(title="anju-sim console", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/")
    def page(
        accept_language: Annotated[str, Header()] = "", lang: Annotated[str, Query(max_length=10)] = ""
    ) -> HTMLResponse:
        language = lang if lang in LANGUAGES else closest(accept_language)
        _ = catalogue(language).gettext
        words = button_words(_)
        plan = desk.plan
        groups = [
            (title, [(name, words[name]) for name, of in BUTTONS.items() if of == group and desk.can(name)])
            for group, title in group_words(_).items()
        ]
        rooms = {room.id: room.name.zh if language == "zh" else room.name.en for room in plan.rooms}
        html = _templates.get_template("console.html").render(
            _=_,
            language=language,
            plan=plan,
            title=plan.title.zh if language == "zh" else plan.title.en,
            groups=[(title, buttons) for title, buttons in groups if buttons],
            rooms={room: name for room, name in rooms.items() if desk.home.feels("move", room)},
            words=json.dumps({"buttons": words | {"walk": _("walks")}, "rooms": rooms, "said": {
                "sent": _("{} messages of sensors, {} met no broker"),
                "whole": _("The line to the hub is whole."),
                "broken": _("The line to the hub is broken."),
                "lost": _("This page has lost the home. Is anju-sim still running?"),
                "refused": _("The home cannot do that."),
            }}, ensure_ascii=False),
        )  # fmt: skip
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

    @app.get("/seen")
    def seen() -> dict[str, Any]:
        return desk.seen()

    @app.post("/press")
    def press(
        pressed: Press, origin: Annotated[str, Header()] = "", host: Annotated[str, Header()] = ""
    ) -> dict[str, Any]:
        if origin and origin.split("://", 1)[-1] != host:
            raise HTTPException(403, "Another page may not press here.")
        if not desk.press(pressed.what, pressed.room):
            raise HTTPException(409, "The home cannot do that.")
        return desk.seen()

    @app.get("/console.css")
    def style() -> FileResponse:
        return FileResponse(_FOLDER / "console.css", media_type="text/css")

    @app.get("/console.js")
    def script() -> FileResponse:
        return FileResponse(_FOLDER / "console.js", media_type="text/javascript")

    return app
