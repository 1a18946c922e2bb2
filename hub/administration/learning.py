"""What the last days have shown of each home, learnt now: the nightly job, and by hand."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import typer

from hub.administration.database import database
from hub.clock import SystemClock
from hub.settings import Settings
from hub.watch.learning import Counts, learn

_TOLD_EVERY_S = 5.0


def run_learning(settings: Settings, at: str | None) -> None:
    """Learn every day that is over, of all homes; progress goes to stderr."""
    now = datetime.fromisoformat(at).astimezone(UTC) if at else SystemClock().now()
    began = told = time.monotonic()

    def progress(counts: Counts) -> None:
        nonlocal told
        if time.monotonic() - told > _TOLD_EVERY_S:
            told = time.monotonic()
            typer.echo(f"{counts.homes} homes, {counts.days} days ...", err=True)

    with database(settings) as connection:
        counts = learn(connection, now, progress)
    typer.echo(
        f"{counts.homes} homes, {counts.days} days, {counts.left_out} of them left out, {counts.failed} homes"
        f" failed, in {time.monotonic() - began:.1f} s."
    )
