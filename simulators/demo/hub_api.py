"""The hub as the demo sees it: its HTTP API and nothing else."""

from __future__ import annotations

from typing import Any

import httpx

from simulators.errors import HubAnswerError


class Hub:
    """A client of one hub."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._client = httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=15, trust_env=False
        )

    def alive(self) -> bool:
        """Whether the hub serves."""
        try:
            return self._client.get("/healthz").status_code == 200
        except httpx.HTTPError:
            return False

    def get(self, path: str, **parameters: str | int) -> Any:
        """Read; raises HubAnswerError."""
        return self._answer(self._client.get(f"/api/v1{path}", params=parameters))

    def post(self, path: str, body: Any = None) -> Any:
        """Change; raises HubAnswerError."""
        return self._answer(self._client.post(f"/api/v1{path}", json=body))

    def put(self, path: str, body: Any) -> Any:
        """Set; raises HubAnswerError."""
        return self._answer(self._client.put(f"/api/v1{path}", json=body))

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _answer(self, answer: httpx.Response) -> Any:
        if answer.is_error:
            raise HubAnswerError(f"{answer.request.url}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else None
