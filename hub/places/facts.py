"""What people say of a home: where it is, how it is found and entered, by when its resident is up.

Knows nothing of who may say or see it. Where a key is goes in here and comes out nowhere: `has_key_safe` says
only whether it is written down.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Any, Final

from hub.errors import HubError, NotFoundError
from hub.language import N_
from hub.storage.database import Connection
from models.detection.finding import Reason

TEXTS: Final[Mapping[str, int]] = {
    "name": 100,
    "address": 200,
    "landmarks": 500,
    "hospital": 200,
    "entry_note": 200,
    "key_safe": 200,
}  #: fields of words, with the characters that each may have
FIELDS: Final = (*TEXTS, "up_by", "first_called")


class FactError(HubError):
    """A fact about the home cannot be like this."""

    def __init__(self, wrong: Mapping[str, Reason]) -> None:
        self.wrong = dict(wrong)
        super().__init__(" ".join(reason.text.format(**reason.values) for reason in wrong.values()))


def of_home(connection: Connection, home_id: str) -> dict[str, Any]:
    """Return a home's facts, `up_by` as HH:MM or empty, and `has_key_safe`; raises NotFoundError."""
    row = connection.execute(
        "select name, address, landmarks, hospital, entry_note, first_called, key_safe <> '' as has_key_safe,"
        " coalesce(to_char(up_by, 'HH24:MI'), '') as up_by from homes where id = %s",
        (home_id,),
    ).fetchone()
    if row is None:
        raise NotFoundError(f"Home '{home_id}'.")
    return row


def change(connection: Connection, home_id: str, given: Mapping[str, str]) -> None:
    """Write down the given facts and leave the others; raises FactError with every fault, NotFoundError.

    `up_by` is HH:MM by the home's clock, or empty: nothing was agreed.
    """
    if wrong := wrong_in(given):
        raise FactError(wrong)
    values: dict[str, Any] = {name: given[name].strip() for name in FIELDS if name in given}
    if "up_by" in values:
        values["up_by"] = time.fromisoformat(values["up_by"]) if values["up_by"] else None
    if not values:
        of_home(connection, home_id)
        return
    columns = ", ".join(f"{name} = %({name})s" for name in values)
    changed = connection.execute(
        f"update homes set {columns} where id = %(home)s",  # noqa: S608 -- names of ours
        values | {"home": home_id},
    )
    if not changed.rowcount:
        raise NotFoundError(f"Home '{home_id}'.")


def wrong_in(given: Mapping[str, str]) -> dict[str, Reason]:
    """Return what cannot be, by its field."""
    wrong: dict[str, Reason] = {}
    for name, most in TEXTS.items():
        if len(given.get(name, "").strip()) > most:
            wrong[name] = Reason(N_("At most {most} characters."), {"most": most})
    if "name" in given and not given["name"].strip():
        wrong["name"] = Reason(N_("Give the home a name."))
    if "address" in given and not given["address"].strip():
        wrong["address"] = Reason(N_("Whoever goes there must find it."))
    up_by = given.get("up_by", "").strip()
    if up_by and not re.fullmatch(r"(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]", up_by):
        wrong["up_by"] = Reason(N_("Write a time like 07:30."))
    elif up_by and not "04:00" <= up_by <= "14:00":
        wrong["up_by"] = Reason(N_("Between 04:00 and 14:00: it is the morning that is watched."))
    if given.get("first_called", "family") not in ("family", "station"):
        wrong["first_called"] = Reason(N_("Choose who is called first."))
    return wrong
