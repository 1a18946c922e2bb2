"""A home's edge agents: which there are, pairing codes for them, and shutting one out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from hub.accounts.permissions import Action
from hub.places import pairing, pairing_codes
from hub.web.api.problems import PROBLEMS, described
from hub.web.guard import Allow, Door
from hub.web.inputs import EdgeId, HomeId
from hub.web.parts import parts

router = APIRouter(prefix="/api/v1/homes/{home_id}/edges", tags=["edges"], responses=PROBLEMS)

#: Where the broker's accounts are somebody else's.
_FOREIGN: dict[int | str, dict[str, Any]] = {
    501: described(501, "Not Implemented", "This hub does not make the accounts of its broker.")
}

Looking = Annotated[Door, Depends(Allow(Action.VIEW_HOMES))]
Editing = Annotated[Door, Depends(Allow(Action.EDIT_EDGES))]


class Edge(BaseModel):
    """One edge agent, as far as the hub knows."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    state: str = Field(description="new, online, stopping or lost")
    version: str
    clock: str
    config_version: int = Field(description="The configuration that it says it runs.")
    heard_at: datetime | None
    paired_at: datetime | None
    revoked_at: datetime | None = Field(description="When its account was taken away.")
    code_until: datetime | None = Field(description="Until when a pairing code waits for it.")
    health: dict[str, Any] = Field(description="Its latest report of itself, as in the contract.")


class PairingCode(BaseModel):
    """A pairing code; it is shown this once."""

    code: str
    expires_at: datetime
    address: str = Field(description="Hub and code in one: what the QR code says.")
    command: str = Field(description="What somebody types in the home.")
    qr_svg: str = Field(description="The QR code, as an SVG document.")


@router.get("")
def list_edges(home_id: HomeId, door: Looking) -> list[Edge]:
    """Return the edge agents of a home, and those for which a code waits."""
    with door.open() as visit:
        visit.look("view_edges", home_id)
        return [Edge.model_validate(row) for row in pairing_codes.edges(visit.connection, home_id, visit.now)]


@router.post("/{edge_id}/pairing-code", status_code=201)
def make_code(home_id: HomeId, edge_id: EdgeId, door: Editing, request: Request) -> PairingCode:
    """Make a pairing code for an edge agent, known or new: once, for a quarter of an hour.

    An agent that is paired with it takes the place of the one before, which is shut out then.
    """
    url = parts(request).settings.own_url
    with door.open() as visit:
        code, expires_at = pairing_codes.make(
            visit.connection, home_id, edge_id, visit.now, visit.account.login
        )
        visit.note("make_pairing_code", home_id, edge=edge_id)
    address = pairing.address(url, code.text)
    return PairingCode(
        code=code.text,
        expires_at=expires_at,
        address=address,
        command=pairing.command(url, code.text),
        qr_svg=segno.make(address, error="m").svg_inline(scale=4),
    )


@router.delete("/{edge_id}/account", responses=_FOREIGN)
def revoke(home_id: HomeId, edge_id: EdgeId, door: Editing, request: Request) -> Edge:
    """Take an edge agent's account away: it is thrown out at once. What it said stays."""
    with door.open() as visit:
        pairing_codes.revoke(visit.connection, parts(request).register, home_id, edge_id, visit.now)
        visit.note("revoke_edge", home_id, edge=edge_id)
        rows = pairing_codes.edges(visit.connection, home_id, visit.now)
        return next(Edge.model_validate(row) for row in rows if row["id"] == edge_id)
