"""What residents and families say of what was done for them, and what follows from it.

An answer is a row: the figures of an organisation and a month are counted from the rows again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from hub.care import store
from hub.care.needs import ASKED_FOR, Answer, after_answer, due_at
from hub.errors import ConflictError
from hub.storage.database import Connection

How = Literal["page", "phone", "link"]
Follows = Literal["kept", "reopened", "passed_on"]


def answer(
    connection: Connection,
    need_id: str,
    said: Answer,
    *,
    words: str = "",
    by: str,
    how: How,
    now: datetime,
) -> Follows:
    """Write an answer down once a need is done, and carry out what follows.

    Raises NotFoundError, and ConflictError for a need that is not done, or has been answered since it was.
    """
    row = store.locked(connection, need_id)
    given = connection.execute(
        "select answer, done_at from need_answers where need_id = %s", (need_id,)
    ).fetchall()
    if row["state"] != "done" or any(one["done_at"] == row["state_at"] for one in given):
        raise ConflictError("Nothing waits for an answer here: it is not done, or has been answered.")
    connection.execute(
        """
        insert into need_answers (need_id, n, at, answer, words, by, how, doer_id, done_at)
        select %(need)s, coalesce(max(n), 0) + 1, %(now)s, %(answer)s, %(words)s, %(by)s, %(how)s, %(doer)s,
               %(done)s
        from need_answers where need_id = %(need)s
        """,
        {
            "need": need_id, "now": now, "answer": said, "words": words.strip(), "by": by, "how": how,
            "doer": row["doer"], "done": row["state_at"],
        },
    )  # fmt: skip
    refusals = sum(one["answer"] == "not" for one in given)
    onward = after_answer(said, refusals, row["holder_id"], row["parent_id"])
    if onward is None:
        return "kept"
    due = due_at(store.hours_of(connection, row["home_id"]), now)
    store.put(
        connection, need_id, onward, said="open", by=by, note=words.strip(), due=due, anew=True, now=now
    )
    return "reopened" if onward.holder == row["holder_id"] else "passed_on"


def unanswered(connection: Connection, home_id: str, now: datetime) -> list[dict[str, Any]]:
    """Return what was done for a home lately and nobody has said how, the latest first."""
    return connection.execute(
        """
        select n.id, n.kind, n.text, n.note, n.state_at, n.state_by from needs n
        where n.home_id = %s and n.state = 'done' and n.state_at > %s
          and not exists (select from need_answers a where a.need_id = n.id and a.done_at = n.state_at)
        order by n.state_at desc, n.id limit 5
        """,
        (home_id, now - ASKED_FOR),
    ).fetchall()


def latest(connection: Connection, need_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the last answer of each of these needs, by need."""
    rows = connection.execute(
        "select distinct on (need_id) need_id, at, done_at, answer, words, by, how from need_answers"
        " where need_id = any(%s) order by need_id, n desc",
        (list(need_ids),),
    ).fetchall()
    return {row["need_id"]: row for row in rows}
