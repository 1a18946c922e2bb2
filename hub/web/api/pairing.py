"""An edge agent comes to its home: it brings a code and a password, and learns where it belongs.

Nobody is signed in here: the code is what lets an agent in.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from hub.accounts import audit
from hub.broker import homes
from hub.clock import milliseconds
from hub.places import pairing_codes
from hub.web.api.problems import PROBLEMS, described
from hub.web.guard import address_of
from hub.web.inputs import Text
from hub.web.parts import parts

router = APIRouter(
    prefix="/api/v1/pairing",
    tags=["edges"],
    responses={
        **{code: PROBLEMS[code] for code in (400, 403, 409, 413, 422, 503)},
        410: described(410, "Gone", "The code has expired."),
        429: described(
            429, "Too Many Requests", "Too many wrong codes came from there: `Retry-After` says when."
        ),
        501: described(501, "Not Implemented", "This hub does not make the accounts of its broker."),
    },
)


class Pairing(BaseModel):
    """What an agent brings."""

    model_config = ConfigDict(extra="forbid")

    code: Text = Field(description="As it is shown; blanks, dashes and small letters do not matter.")
    password: Annotated[
        str, Field(min_length=pairing_codes.LEAST_PASSWORD, max_length=200, pattern=r"^[A-Za-z0-9_-]+$")
    ] = Field(description="Made by the agent itself, at random; asked again with it, the answer is the same.")


class Broker(BaseModel):
    """A broker as the home reaches it."""

    host: str | None = Field(description="Null: where the agent found the hub.")
    port: int
    tls: bool


class Paired(BaseModel):
    """Where an agent belongs, and how it reaches the hub's broker: the primary first."""

    home: str
    edge: str
    username: str
    brokers: list[Broker]
    ca: str | None = Field(description="The authority that signed the brokers' certificates, as PEM.")
    now: int = Field(description="The hub's time: UTC in milliseconds.")


@router.post("")
def pair(asked: Pairing, request: Request) -> Paired:
    """Let an agent in that knows a pairing code; the account with its password works at once."""
    app = parts(request)
    now, address = app.clock.now(), address_of(request)
    place = pairing_codes.take(app.pool, app.register, asked.code, asked.password, address, now)
    with app.pool.connection() as connection:
        audit.record(connection, now, None, "pair_edge", place.home, edge=place.edge, address=address)
    return Paired(
        home=place.home,
        edge=place.edge,
        username=f"{place.home}/{place.edge}",
        brokers=[Broker(host=b.host, port=b.port, tls=b.tls) for b in homes.brokers(app.settings)],
        ca=homes.authority(app.settings),
        now=milliseconds(now),
    )
