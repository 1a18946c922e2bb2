"""Asks a hub about a home over its HTTP API: which alerts it has opened, and whether the home is live."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx

from models.detection.finding import Reason
from simulators.errors import HubAnswerError
from simulators.scenarios.judge import HubAlert


class HomeAtHub:
    """One home at one hub."""

    def __init__(self, url: str, home: str, token: str = "") -> None:
        self._home = home
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=10)

    def alerts(self) -> list[HubAlert]:
        """Return the home's alerts, newest first, as many as the hub tells. Raises HubAnswerError."""
        path = "/api/v1/alerts"
        try:
            return alerts_in(self._ask(path, home=self._home))
        except (ValueError, KeyError, TypeError) as error:
            raise HubAnswerError(f"{path}: {error!r}") from error

    def status(self) -> str:
        """Return `commissioning`, `live` or `paused`. Raises HubAnswerError."""
        path = f"/api/v1/homes/{self._home}"
        answer = self._ask(path)
        if not isinstance(answer, dict) or not isinstance(answer.get("status"), str):
            raise HubAnswerError(f"{path}: no status in it.")
        return str(answer["status"])

    def _ask(self, path: str, **query: str) -> Any:
        try:
            answer = self._client.get(path, params=query)
        except httpx.HTTPError as error:
            raise HubAnswerError(f"{self._client.base_url}: {error}") from error
        if answer.status_code == 401:
            raise HubAnswerError("It does not take the token.")
        if answer.status_code in (403, 404):
            raise HubAnswerError(f"The token opens no home '{self._home}'.")
        if answer.is_error:
            raise HubAnswerError(f"{path}: status {answer.status_code}.")
        try:
            return answer.json()
        except ValueError as error:
            raise HubAnswerError(f"{path}: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()


def alerts_in(answer: Any) -> list[HubAlert]:
    """Return the alerts of an answer. Raises ValueError, KeyError or TypeError when it holds none."""
    if not isinstance(answer, list):
        raise TypeError(f"a list is expected, not {type(answer).__name__}")
    return [
        HubAlert(
            id=str(row["id"]),
            risk=str(row["risk"]),
            severity=str(row.get("severity", "")),
            status=str(row.get("status", "")),
            triggered_at=_instant(row["triggered_at"]),
            occurred_at=_instant(row["occurred_at"]) if row.get("occurred_at") else None,
            reason=Reason(str(row.get("reason", ""))),  # in words already
        )
        for row in answer
    ]


def _instant(told: Any) -> int:
    if isinstance(told, int | float):
        return round(told)
    moment = datetime.fromisoformat(told)
    if moment.tzinfo is None:
        raise ValueError(f"'{told}' has no zone")
    return round(moment.timestamp() * 1000)
