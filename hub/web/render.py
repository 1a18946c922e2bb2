"""Pages from templates: the language, the words and the clock that every template finds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from importlib.resources import files
from typing import Any

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from hub.accounts.permissions import Account, Action, may
from hub.accounts.sessions import Session
from hub.language import texts
from hub.language.rooms import room_name
from hub.places import addresses
from hub.web import moments, vocabulary, words
from hub.web.display import display_of
from hub.web.guard import Visit, language_of
from hub.web.parts import parts


def page(
    request: Request,
    template: str,
    visit: Visit | Session | None = None,
    *,
    status: int = 200,
    now: datetime | None = None,
    language: str | None = None,
    **context: Any,
) -> HTMLResponse:
    """Return a page in the reader's language, or in the given one.

    `visit` is None before sign-in, a session where no route is.
    """
    account = visit.account if visit else None
    settings = parts(request).settings
    language = language or language_of(request, account)
    moment_now = now or (visit.now if isinstance(visit, Visit) else parts(request).clock.now())
    html = (
        environment(language)
        .get_template(template)
        .render(
            request=request,
            path=_here(request),
            account=account,
            display=display_of(request),
            csrf=visit.csrf if visit else "",
            may=_may(account),
            now=moment_now,
            demo=settings.demo,
            nobody_callable=not settings.calls_people and may_operate(account),
            moment=partial(_moment, now=moment_now, language=language),
            ago=partial(_ago, now=moment_now, language=language),
            reason_text=partial(words.reason_text, language=language, now=moment_now),
            **context,
        )
    )
    return HTMLResponse(html, status)


@cache
def environment(language: str) -> Environment:
    """Return the templates of one language."""
    found = Environment(
        loader=PackageLoader("hub.web"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    found.install_gettext_translations(texts(language), newstyle=True)  # type: ignore[attr-defined]
    found.globals.update(
        language=language,
        Action=Action,
        words=vocabulary,
        asset=asset,
        say=_say(language),
        duration=partial(moments.duration, language=language),
        day_name=partial(moments.day_name, language=language),
        stopwatch=moments.stopwatch,
        entry_text=partial(words.entry_text, language=language),
        entry_detail=partial(words.entry_detail, language=language),
        error=partial(words.error_text, language=language),
        shown=addresses.shown,
        room=partial(room_name, language=language),
        capability=partial(words.capability, language=language),
    )
    return found


@cache
def asset(name: str) -> str:
    """Return the address of a style or script, which changes with its content."""
    content = (files("hub.web") / "static" / name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def _say(language: str) -> Callable[[dict[str, str], str | None], str]:
    def say(table: dict[str, str], key: str | None) -> str:
        return words.say(table, key, language)

    return say


def may_operate(account: Account | None) -> bool:
    """Whether this is somebody on duty or above, who must know what the hub cannot do."""
    return account is not None and may(account, Action.VIEW_ORGANISATIONS)


def _may(account: Account | None) -> Callable[[Action], bool]:
    def allowed(action: Action) -> bool:
        return account is not None and may(account, action)

    return allowed


def _moment(at: datetime | None, zone: str, *, seconds: bool = False, now: datetime, language: str) -> str:
    return moments.moment(at, zone, now, language, seconds=seconds)


def _ago(at: datetime | None, *, now: datetime, language: str) -> str:
    return texts(language).gettext("never") if at is None else moments.ago(at, now, language)


def _here(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")
