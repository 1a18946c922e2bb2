"""Wires the web role: routes, protection, errors, and the live line for as long as it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files

from fastapi import APIRouter, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from hub.accounts.sealing import seal_of
from hub.broker.register import register_of
from hub.clock import Clock
from hub.settings import Settings
from hub.storage.database import Pool
from hub.web import aliyun, callbacks, operations
from hub.web.api import ROUTERS as API
from hub.web.boards import Boards
from hub.web.errors import handle_errors
from hub.web.figures import Figures
from hub.web.live import Live
from hub.web.pages import (
    administration,
    alerts,
    answer,
    area,
    board,
    calls,
    card,
    devices,
    drills,
    erasing,
    facts,
    family,
    giving,
    homes,
    intervals,
    key_safe,
    needs,
    organisations,
    people,
    privacy,
    proof,
    rota_calendar,
    rota_week,
    rotas,
    rounds,
    satisfaction,
    second_factor,
    session,
    setup,
    silences,
    visits,
    webhooks,
)
from hub.web.pages import figures as figures_page
from hub.web.parts import Parts
from hub.web.protection import Protection

PAGES: tuple[APIRouter, ...] = (
    session.router,
    second_factor.router,
    board.router,
    figures_page.router,
    area.router,
    proof.router,
    setup.router,
    homes.router,
    facts.router,
    calls.router,
    alerts.router,
    giving.router,
    answer.router,
    card.router,
    key_safe.router,
    devices.router,
    family.router,
    privacy.router,
    satisfaction.router,
    erasing.router,
    needs.router,
    rounds.router,
    visits.router,
    administration.router,
    rotas.router,
    rota_calendar.router,
    rota_week.router,
    organisations.router,
    people.router,
    intervals.router,
    drills.router,
    silences.router,
    webhooks.router,
)


def create_web(settings: Settings, pool: Pool, clock: Clock) -> FastAPI:
    """Return the application; `pool` stays the caller's, who closes it after the application has ended."""
    figures = Figures()
    live = Live(pool.conninfo if isinstance(pool.conninfo, str) else "", figures)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        live.start(asyncio.get_running_loop())
        yield
        await asyncio.to_thread(live.stop)

    app = FastAPI(
        title="Anju",
        version="1",
        description="Homes, alerts and answers. Times are UTC (RFC 3339); errors are problem documents.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.parts = Parts(
        settings=settings,
        pool=pool,
        clock=clock,
        live=live,
        boards=Boards(),
        figures=figures,
        seal=seal_of(settings),
        register=register_of(settings),
    )
    handle_errors(app)
    for router in (*PAGES, *API, operations.router):
        app.router.routes.extend(router.routes)
    callbacks.install(app, settings, pool, clock)
    aliyun.install(app, settings, pool, clock)
    app.mount("/static", StaticFiles(directory=str(files("hub.web") / "static")), name="static")
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    app.add_middleware(Protection, figures=figures, behind_tls=settings.secure_cookies)
    return app
