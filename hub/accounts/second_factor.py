"""The second factor of a person: its rows, and whether what they typed is right.

A wrong code is an answer, not an error: the caller's transaction must keep that it was counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from hub.accounts import codes
from hub.accounts.permissions import Account
from hub.accounts.sealing import Seal, SealError
from hub.storage.database import Connection

Rule = Literal["off", "offered", "required"]
#: For whom `required` requires it: who sees more than the homes that were given to them by name.
STAFF: Final = frozenset({"operator", "supervisor", "administrator"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a person has: since when, and how many recovery codes are left."""

    since: datetime | None = None
    codes_left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a code was taken; if not, how long to wait, or that the hub cannot judge it any more."""

    right: bool = False
    recovery: bool = False  #: it was a recovery code, and is used up
    wait: timedelta | None = None
    unreadable: bool = False  #: sealed with a key that the hub has no more


def owed(rule: Rule, role: str, shared_screen: bool, standing: Standing) -> Literal["", "code", "enrolment"]:
    """Return what somebody still owes whose password was right. Pure."""
    if rule == "off":
        return ""
    if standing.since is not None:
        return "code"
    return "enrolment" if rule == "required" and role in STAFF and not shared_screen else ""


def standing(connection: Connection, user_id: str) -> Standing:
    """Return what a person has."""
    row = connection.execute(
        "select confirmed_at, (select count(*) from recovery_codes r where r.user_id = f.user_id"
        " and r.used_at is null) as codes from second_factors f where user_id = %s",
        [user_id],
    ).fetchone()
    return Standing(since=row["confirmed_at"], codes_left=row["codes"]) if row else Standing()


def begin(connection: Connection, seal: Seal, user_id: str, now: datetime) -> str:
    """Return the secret that a person's app is to learn: the one begun already, else a new one.

    Nothing is asked of them before `confirm`. Once that is done, the secret is never told again.
    """
    row = _locked(connection, user_id)
    if row is not None and row["confirmed_at"] is None:
        try:
            return _open(seal, row)
        except SealError:
            pass  # the key is another by now, and nobody depends on this secret yet
    if row is not None and row["confirmed_at"] is not None:
        raise ValueError("this person has a second factor")
    secret = codes.new_secret()
    connection.execute(
        "insert into second_factors (user_id, secret, begun_at) values (%(user)s, %(secret)s, %(now)s)"
        " on conflict (user_id) do update set secret = excluded.secret, begun_at = excluded.begun_at"
        " where second_factors.confirmed_at is null",
        {"user": user_id, "secret": seal.close(secret.encode(), _place(user_id)), "now": now},
    )
    return secret


def confirm(connection: Connection, seal: Seal, user_id: str, code: str, now: datetime) -> list[str]:
    """Take the first code of a person's app; return ten recovery codes, or none when it was wrong."""
    row = _locked(connection, user_id)
    if row is None or row["confirmed_at"] is not None:
        return []
    try:
        step = codes.step_of(_open(seal, row), _digits(code), now)
    except SealError:
        return []
    if step is None:
        return []
    connection.execute(
        "update second_factors set confirmed_at = %s, last_step = %s where user_id = %s", [now, step, user_id]
    )
    return renew_codes(connection, user_id)


def check(connection: Connection, seal: Seal, user_id: str, code: str, now: datetime) -> Verdict:
    """Judge a code of the app, or a recovery code, and count a wrong one. No code is taken twice."""
    row = _locked(connection, user_id)
    if row is None or row["confirmed_at"] is None:
        return Verdict()
    if (hashed := codes.recovery_hash(code)) is not None:
        used = connection.execute(
            "update recovery_codes set used_at = %s where user_id = %s and hash = %s and used_at is null",
            [now, user_id, hashed],
        ).rowcount
        return (
            _taken(connection, user_id, row["last_step"], recovery=True)
            if used
            else _wrong(connection, row, now)
        )
    if (pause := codes.wait(row["failures"], row["failed_at"], now)) is not None:
        return Verdict(wait=pause)
    try:
        step = codes.step_of(_open(seal, row), _digits(code), now)
    except SealError:
        return Verdict(unreadable=True)
    if step is None or step <= row["last_step"]:
        return _wrong(connection, row, now)
    return _taken(connection, user_id, step)


def renew_codes(connection: Connection, user_id: str) -> list[str]:
    """Make ten recovery codes and forget the old ones; they cannot be shown again."""
    made = codes.new_recovery_codes()
    connection.execute("delete from recovery_codes where user_id = %s", [user_id])
    for code in made:
        connection.execute(
            "insert into recovery_codes (user_id, hash) values (%s, %s)", [user_id, codes.recovery_hash(code)]
        )
    return made


def remove(connection: Connection, user_id: str) -> bool:
    """Ask this person for no code any more; return whether they had one."""
    return connection.execute("delete from second_factors where user_id = %s", [user_id]).rowcount > 0


def required(rule: Rule, account: Account) -> bool:
    """Whether this person may not be without one."""
    return rule == "required" and account.role in STAFF


def _locked(connection: Connection, user_id: str) -> dict[str, Any] | None:
    return connection.execute(
        "select * from second_factors where user_id = %s for update", [user_id]
    ).fetchone()


def _open(seal: Seal, row: dict[str, Any]) -> str:
    return seal.open(bytes(row["secret"]), _place(row["user_id"])).decode()


def _place(user_id: str) -> str:
    return f"second factor of {user_id}"


def _digits(code: str) -> str:
    return "".join(code.split())


def _taken(connection: Connection, user_id: str, step: int, *, recovery: bool = False) -> Verdict:
    connection.execute(
        "update second_factors set last_step = %s, failures = 0, failed_at = null where user_id = %s",
        [step, user_id],
    )
    return Verdict(right=True, recovery=recovery)


def _wrong(connection: Connection, row: dict[str, Any], now: datetime) -> Verdict:
    connection.execute(
        "update second_factors set failures = failures + 1, failed_at = %s where user_id = %s",
        [now, row["user_id"]],
    )
    return Verdict(wait=codes.wait(row["failures"] + 1, now, now))
