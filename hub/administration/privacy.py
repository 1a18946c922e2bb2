"""Handing out and erasing what is held of a person, from the command line."""

from __future__ import annotations

import os
import time
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from hub.accounts import audit
from hub.administration.database import database
from hub.broker.register import register_of
from hub.clock import SystemClock
from hub.privacy import erasing, exporting, people
from hub.settings import Settings

#: What the ingest worker had in hand when a home went is stored by then.
LATE_S = 2.0


def export(settings: Settings, name: str, file: Path | None, language: str) -> str:
    """Write everything held of a person into a ZIP that only its owner reads; return what was written."""
    now = SystemClock().now()
    with database(settings) as connection:
        connection.execute("set transaction isolation level repeatable read")
        person = people.named(connection, name)
        target = file or Path(f"{person.kind}-{person.id}.zip")
        part = target.with_name(f"{target.name}.part")
        with (
            Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(),
                     console=Console(stderr=True)) as bar,
            os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out,
        ):  # fmt: skip
            task = bar.add_task("")
            for piece in exporting.archive(
                connection, person, now, language,
                lambda table, rows: bar.update(task, description=f"{table}: {rows} rows"),
            ):  # fmt: skip
                out.write(piece)
        part.replace(target)
        audit.record(connection, now, None, "export_person", person.home, kind=person.kind, person=person.id)
        return f"{target}: {target.stat().st_size} bytes, everything held of {person.name}."


def shown(settings: Settings, name: str) -> str:
    """Say what erasing somebody would do."""
    with database(settings) as connection:
        return _told(erasing.preview(connection, people.named(connection, name)), "would go", "would stay")


def erase(settings: Settings, name: str, reason: str, confirmed: str) -> str:
    """Erase somebody for good; return what was done."""
    register = register_of(settings)
    with database(settings) as connection:
        person = people.named(connection, name)
        done = erasing.erase(
            connection, register, person, reason=reason, confirmed=confirmed, by=None, now=SystemClock().now()
        )
    if person.last_resident and person.home is not None:
        time.sleep(LATE_S)
        with database(settings) as connection:
            erasing.sweep(connection, person.home)
    told = _told(done, "went", "stay")
    if register is None and done.edges:
        told += f"\nTake these accounts away at your broker: {', '.join(done.edges)}."
    return told


def _told(found: erasing.Preview, goes: str, stays: str) -> str:
    lines = [f"{found.person.kind} {found.person.id}: {found.person.name}"]
    if found.person.last_resident:
        lines.append("The last resident: the home goes too.")
    for what, names in (("accounts", found.users), ("contacts", found.contacts), ("boxes", found.edges)):
        if names:
            lines.append(f"{what} that {goes}: {', '.join(names)}")
    lines += [f"{n:>9} {table} {goes}" for table, n in sorted(found.goes.items())]
    kept = f"{stays} for three years, without names"
    lines += [f"{n:>9} {table} {kept}" for table, n in sorted(found.nameless.items())]
    if found.open_alerts:
        lines.append(f"{found.open_alerts} open alerts: nothing is erased before they are resolved.")
    return "\n".join(lines)
