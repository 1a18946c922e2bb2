"""A home's page and its moving part: two addresses that say the same, one of them asked again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from hub.accounts.permissions import Action
from hub.web.guard import Allow, Door, Visit
from hub.web.inputs import HomeId
from hub.web.render import page

Facts = Callable[[Visit, str], dict[str, Any]]


def moving_page(router: APIRouter, path: str, action: Action, *, whole: str, part: str, facts: Facts) -> None:
    """Give a router the page at `path` from the template `whole`, and at `path`/live its moving `part`."""
    for address, template in ((path, whole), (f"{path}/live", part)):
        router.get(address)(_shows(template, facts, Depends(Allow(action))))


def _shows(template: str, facts: Facts, allow: Any) -> Callable[..., Response]:
    def show(request: Request, home_id: HomeId, door: Door = allow) -> Response:
        with door.open() as visit:
            return page(request, template, visit, **facts(visit, home_id))

    return show
