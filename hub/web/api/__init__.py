"""The HTTP API for programs, version 1: bearer tokens in, JSON and problem documents out."""

from fastapi import APIRouter

from hub.web.api import administration, alerts, homes, people, stream

ROUTERS: tuple[APIRouter, ...] = (
    homes.router,
    alerts.router,
    people.router,
    administration.router,
    stream.router,
)
