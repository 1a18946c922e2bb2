"""Was it done well? Asked on the family's page, behind a signed link without signing in, and by telephone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request
from starlette.responses import RedirectResponse, Response

from hub.accounts import audit
from hub.accounts.permissions import Action
from hub.care import satisfaction, store
from hub.care.needs import Answer
from hub.errors import ConflictError, NotFoundError
from hub.storage.database import Connection
from hub.web import linked, need_links
from hub.web.guard import Allow, Door
from hub.web.inputs import LongText, PlainId, Text, local_path
from hub.web.linked import RefusedError
from hub.web.pages.needs import see
from hub.web.parts import parts
from hub.web.render import page

router = APIRouter(include_in_schema=False)

Answers = Annotated[Door, Depends(Allow(Action.ANSWER_NEEDS))]
Token = Annotated[str, Path(max_length=200)]
Words = Annotated[LongText, Form()]


@router.post("/needs/{need_id}/answer")
def answer(
    need_id: PlainId,
    door: Answers,
    answer: Annotated[Answer, Form()],
    words: Words = "",
    back: Annotated[Text, Form()] = "/needs",
) -> Response:
    """Say how something was done: a family itself, staff what they heard on the telephone."""
    with door.open() as visit:
        need = see(visit, need_id)
        follows = satisfaction.answer(
            visit.connection,
            need_id,
            answer,
            words=words,
            by=visit.account.name,
            how="page" if visit.account.role == "family" else "phone",
            now=visit.now,
        )
        visit.note("answer_need", need["home_id"], need=need_id, answer=answer, follows=follows)
    return RedirectResponse(local_path(back, "/needs"), 303)


@dataclass(frozen=True, slots=True)
class _Linked:
    connection: Connection
    need: dict[str, Any]
    now: datetime


@router.get("/n/{token}")
def show(request: Request, token: Token) -> Response:
    """Show what was done, and ask; changes nothing."""
    try:
        with _opened(request, token) as found:
            return _page(request, found)
    except RefusedError as error:
        return linked.refusal(request, error)


@router.post("/n/{token}")
def answer_by_link(
    request: Request, token: Token, answer: Annotated[Answer, Form()], words: Words = ""
) -> Response:
    """Take an answer, and lead back to the page, which says what follows."""
    try:
        with _opened(request, token) as found:
            try:
                follows: str = satisfaction.answer(
                    found.connection,
                    found.need["id"],
                    answer,
                    words=words,
                    by="link",
                    how="link",
                    now=found.now,
                )
            except ConflictError:
                follows = "late"
            audit.record(
                found.connection,
                found.now,
                "link:need",
                "answer_need",
                found.need["home_id"],
                need=found.need["id"],
                answer=answer,
                follows=follows,
            )
    except RefusedError as error:
        return linked.refusal(request, error)
    return RedirectResponse(f"/n/{token}", 303, headers=linked.HEADERS)


@contextmanager
def _opened(request: Request, token: str) -> Iterator[_Linked]:
    app = parts(request)
    now = app.clock.now()
    with app.pool.connection() as connection:
        need_id, why = need_links.need_of(connection, token, now)
        if not why:
            try:
                need = store.get(connection, need_id)
            except NotFoundError:
                why = "forged"
            else:
                yield _Linked(connection, need, now)
                return
        refused = linked.refused(request, connection, why, now)
    raise refused


def _page(request: Request, found: _Linked) -> Response:
    last = satisfaction.latest(found.connection, [found.need["id"]]).get(found.need["id"])
    answered = last is not None and (
        found.need["state"] != "done" or last["done_at"] == found.need["state_at"]
    )
    response = page(
        request,
        "need_answer.html",
        None,
        need=found.need,
        asked=found.need["state"] == "done" and not answered,
        last=last if answered else None,
    )
    response.headers.update(linked.HEADERS)
    return response
