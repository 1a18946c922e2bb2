"""What the benchmarks stand on: a database with its power-cut safety on, a broker, and programs beside it."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from hub.storage import embedded
from hub.storage.database import connect
from hub.storage.schema import migrate
from tests.brokers import Broker, Embedded, Mosquitto

SEARCHED = "/usr/sbin:/usr/local/sbin"


def tell(text: str) -> None:
    """Say something to whoever watches."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own account may enter too."""
    with tempfile.TemporaryDirectory(prefix="anju-bench-", ignore_cleanup_errors=True) as made:
        yield Path(made)


@contextmanager
def database(where: Path) -> Iterator[str]:
    """A PostgreSQL of its own, as it comes: every commit is on the disk."""
    server = embedded.start(where / "postgres")
    try:
        migrate(server.url)
        yield server.url
    finally:
        server.stop()


@contextmanager
def broker(where: Path) -> Iterator[Broker]:
    """Mosquitto as it is configured for a county, where it is installed; otherwise the embedded one."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path=SEARCHED)
    made: Broker = Mosquitto(where / "broker") if found else Embedded()
    if isinstance(made, Mosquitto):
        # The load comes faster than any town's: what waits for the hub must not be dropped in silence.
        file = made.folder / "config" / "mosquitto.conf"
        text = file.read_text("utf-8").replace("max_queued_messages 20000", "max_queued_messages 0")
        file.write_text(text.replace("max_queued_bytes 67108864", "max_queued_bytes 0"), "utf-8")
    made.start()
    try:
        yield made
    finally:
        made.stop()


def town(url: str, names: Sequence[str]) -> None:
    """Live homes of one station, each with an edge agent."""
    with connect(url) as connection:
        connection.execute(
            "insert into organisations (id, tier, name) values ('dongjie', 'station', '东街站')"
            " on conflict do nothing"
        )
        connection.execute(
            "insert into homes (id, organisation_id, name, status, supervision, created_at)"
            " select name, 'dongjie', name, 'live', '1 day', now() from unnest(%s::text[]) name",
            (list(names),),
        )
        connection.execute(
            "insert into edges (home_id, id) select name, 'pi' from unnest(%s::text[]) name", (list(names),)
        )


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return the median with the least and the greatest."""
    return {"median": round(median(values)), "min": round(min(values)), "max": round(max(values))}
