"""The telephones as one web application: Twilio's and Aliyun's APIs, the control and the page in one.

The only file that knows all the others.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from simulators.telephones import api, control
from simulators.telephones.aliyun import api as aliyun
from simulators.telephones.aliyun.carrier import AliyunCarrier
from simulators.telephones.aliyun.pushes import Receipts
from simulators.telephones.clock import Clock, WallClock
from simulators.telephones.errors import NotNowError, RefusalError
from simulators.telephones.exchange import Exchange
from simulators.telephones.outward import Outward
from simulators.telephones.page import routes
from simulators.telephones.resources import API
from simulators.telephones.settings import Settings
from simulators.telephones.surroundings import Surroundings

__all__ = ["Settings", "create_app"]


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """Return the application. Time is real, at the settings' speed, unless a clock is given."""
    client = httpx.AsyncClient(
        timeout=settings.answer_within,
        trust_env=False,  # a proxy of the machine must not stand between two programs on it
        limits=httpx.Limits(max_connections=200, max_keepalive_connections=50),
    )
    around = Surroundings(
        settings=settings,
        clock=clock or WallClock(settings.speed),
        outward=Outward(client, settings.account_sid, settings.auth_token.get_secret_value()),
    )
    exchange = Exchange(around)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        exchange.end()
        await exchange.stop()
        await client.aclose()

    app = FastAPI(
        title="Telephones", lifespan=lifespan, openapi_url="/control/openapi.json", docs_url="/docs"
    )
    app.state.exchange = exchange
    app.state.aliyun = AliyunCarrier(exchange, settings.aliyun, Receipts(around, exchange.start))
    app.add_exception_handler(RefusalError, _refused)
    app.add_exception_handler(NotNowError, _not_now)
    app.add_exception_handler(HTTPException, _http)
    app.include_router(aliyun.router)
    app.include_router(api.accounts)
    app.include_router(api.router)
    app.include_router(control.router)
    app.include_router(routes.router)
    return app


async def _refused(request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, RefusalError)  # noqa: S101  for the type only: the handler is registered for it
    headers = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if problem.status == 401 else None
    return JSONResponse(problem.body(), problem.status, headers)


async def _http(request: Request, problem: Exception) -> Response:
    """Word what the web framework refuses as Twilio does, where Twilio is meant."""
    assert isinstance(problem, HTTPException)  # noqa: S101  for the type only
    if not request.url.path.startswith(API):
        return await http_exception_handler(request, problem)
    match problem.status_code:
        case 404:
            refusal = RefusalError(20404, f"The requested resource {request.url.path} was not found", 404)
        case 405:
            refusal = RefusalError(20004, "Method not allowed", 405)
        case status:
            refusal = RefusalError(20001, str(problem.detail), status)
    return JSONResponse(refusal.body(), refusal.status)


async def _not_now(request: Request, problem: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(problem)}, 409)
