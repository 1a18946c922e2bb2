"""What today's rules would have said of a home's stored past, on the terminal."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import typer

from hub.administration.database import database
from hub.errors import NotFoundError
from hub.settings import Settings
from hub.watch.backtest import episodes as backtest_episodes
from models.detection.wording import render

#: What follows from what was not said: a stored past does not hold every heartbeat.
NOT_JUDGED = "Not judged in a backtest: the silence of sensors and of the home."


def run_backtest(settings: Settings, home: str, *, as_json: bool) -> None:
    """Print what today's rules would have said of a home's stored past, each with its reason."""
    with database(settings) as connection:
        row = connection.execute(
            "select h.zone, min(e.occurred_at) as first, max(e.occurred_at) as last,"
            " count(e.occurred_at) as n"
            " from homes h left join events e on e.home_id = h.id where h.id = %s group by h.zone",
            (home,),
        ).fetchone()
        if row is None:
            raise NotFoundError(f"There is no home '{home}'.")
        if row["n"] == 0:
            raise NotFoundError(f"Nothing is stored of the home '{home}'.")
        episodes = backtest_episodes(connection, home, row["first"], row["last"])
    days = (row["last"] - row["first"]) / timedelta(days=1)
    by_risk = Counter(episode.finding.risk for episode in episodes)
    if as_json:
        told = {
            "home": home,
            "events": row["n"],
            "days": round(days, 2),
            "findings": len(episodes),
            # A past of one instant has no length: what it held is told as if of one day.
            "per_30_days": {risk: round(n * 30 / (days or 1), 2) for risk, n in sorted(by_risk.items())},
            "silence_judged": False,
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    zone = ZoneInfo(row["zone"])
    for episode in episodes:
        finding = episode.finding
        sentence = render(finding.reason, "en", row["zone"])
        typer.echo(f"{episode.at.astimezone(zone):%Y-%m-%d %H:%M}  {finding.severity:9}  {sentence}")
    summary = ", ".join(f"{risk} {n}" for risk, n in sorted(by_risk.items())) or "nothing"
    typer.echo(f"{row['n']} events in {days:.1f} days: {summary}")
    typer.echo(NOT_JUDGED)
