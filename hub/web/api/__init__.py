"""The HTTP API for programs, version 1: bearer tokens in, JSON and problem documents out."""

from fastapi import APIRouter

from hub.web.api import administration, alerts, homes, people, rotas, stream

ROUTERS: tuple[APIRouter, ...] = (
    homes.router,
    alerts.router,
    people.router,
    rotas.router,
    administration.router,
    stream.router,
)
