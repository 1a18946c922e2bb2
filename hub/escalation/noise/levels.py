"""How quiet a home, or an organisation with all below it, wants to be: rows that somebody sets."""

from __future__ import annotations

from datetime import time

from hub.errors import NotFoundError
from hub.storage.database import Connection


def set_levels(
    connection: Connection,
    place: str,
    *,
    quiet: tuple[time, time] | None = None,
    calls_an_hour: int | None = None,
    calls_a_night: int | None = None,
) -> None:
    """Set what is given for a home or an organisation, and leave the rest; raises NotFoundError.

    Quiet hours are local; twice the same time is none at all.
    """
    column = next(
        (
            column
            for table, column in (("homes", "home_id"), ("organisations", "organisation_id"))
            if connection.execute(f"select 1 from {table} where id = %s", (place,)).fetchone()  # noqa: S608
        ),
        None,
    )
    if column is None:
        raise NotFoundError(f"Neither a home nor an organisation is called '{place}'.")
    connection.execute(
        f"""
        insert into noise_levels as l ({column}, quiet_from, quiet_until, calls_an_hour, calls_a_night)
        values (%(place)s, %(from)s, %(until)s, %(hour)s, %(night)s)
        on conflict ({column}) do update set
            quiet_from = coalesce(excluded.quiet_from, l.quiet_from),
            quiet_until = coalesce(excluded.quiet_until, l.quiet_until),
            calls_an_hour = coalesce(excluded.calls_an_hour, l.calls_an_hour),
            calls_a_night = coalesce(excluded.calls_a_night, l.calls_a_night)
        """,  # noqa: S608 -- one of two names of ours
        {
            "place": place,
            "from": quiet[0] if quiet else None,
            "until": quiet[1] if quiet else None,
            "hour": calls_an_hour,
            "night": calls_a_night,
        },
    )
