"""The HTTP API for programs, version 1: bearer tokens in, JSON and problem documents out."""

from fastapi import APIRouter

from hub.web.api import (
    administration,
    alerts,
    area,
    configuration,
    edges,
    homes,
    intake,
    needs,
    pairing,
    people,
    plans,
    privacy,
    proof,
    rotas,
    rounds,
    sharing,
    silences,
    stays,
    stream,
    webhooks,
)

ROUTERS: tuple[APIRouter, ...] = (
    homes.router,
    intake.router,
    edges.router,
    configuration.router,
    pairing.router,
    alerts.router,
    people.router,
    plans.router,
    privacy.router,
    proof.router,
    rotas.router,
    needs.router,
    rounds.router,
    area.router,
    silences.router,
    stays.router,
    sharing.router,
    administration.router,
    stream.router,
    webhooks.router,
)
