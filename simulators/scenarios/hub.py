"""Asks a hub which alerts it has opened for a home: the only thing that a scenario wants of its HTTP API."""

from __future__ import annotations

from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx

from simulators.errors import HubAnswerError
from simulators.scenarios.judge import HubAlert


class AlertsOf:
    """The alerts of one home at one hub."""

    def __init__(self, url: str, home: str, token: str = "") -> None:
        self._path = f"/api/v1/homes/{home}/alerts"
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=10)

    def now(self) -> list[HubAlert]:
        """Return all alerts that the hub tells of. Raises HubAnswerError."""
        try:
            answer = self._client.get(self._path)
        except httpx.HTTPError as error:
            raise HubAnswerError(f"{self._client.base_url}: {error}") from error
        if answer.status_code in (401, 403):
            raise HubAnswerError("The token does not open this home.")
        if answer.status_code == 404:
            raise HubAnswerError(f"{self._path}: the hub knows no such home.")
        if answer.is_error:
            raise HubAnswerError(f"{self._path}: status {answer.status_code}.")
        try:
            return alerts_in(answer.json())
        except (ValueError, KeyError, TypeError) as error:
            raise HubAnswerError(f"{self._path}: {error!r}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()


def alerts_in(answer: Any) -> list[HubAlert]:
    """Return the alerts of an answer: a list, or an object that holds it under `alerts` or `items`.

    Raises ValueError, KeyError or TypeError when there are none to be found.
    """
    if isinstance(answer, dict):
        answer = answer["alerts"] if "alerts" in answer else answer["items"]
    return [
        HubAlert(
            id=str(row["id"]),
            risk=str(row["risk"]),
            severity=str(row.get("severity", "")),
            status=str(row.get("status", "")),
            triggered_at=_instant(row["triggered_at"]),
            occurred_at=_instant(row["occurred_at"]) if row.get("occurred_at") else None,
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
