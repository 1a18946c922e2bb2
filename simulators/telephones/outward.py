"""What the provider sends: signed requests to the program that uses it, with a bound on time and size.

Knows nothing of calls. An address that is down or answers too much raises UnansweredError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urldefrag

import httpx

from simulators.telephones.errors import UnansweredError
from simulators.telephones.signature import signature

LONGEST_ANSWER: Final = 64 * 1024
MOST_REDIRECTS: Final = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, with a status below 400."""

    status: int
    content_type: str
    text: str


class Outward:
    """Sends requests in the account's name."""

    def __init__(self, client: httpx.AsyncClient, account_sid: str, auth_token: str) -> None:
        self._client, self._account_sid, self._auth_token = client, account_sid, auth_token

    async def ask(
        self, url: str, method: str, fields: Mapping[str, str], *, token: str, follow: bool = False
    ) -> Answer:
        """Send the fields as a form (POST) or in the address (GET) and return the answer.

        `token` goes out as `I-Twilio-Idempotency-Token`: equal for the same thing said twice.
        """
        request = self._signed(url, method, fields, token)
        for _ in range(MOST_REDIRECTS + 1):
            answer, location = await self._send(request)
            if location is None or not follow:
                return answer
            request = self._signed(location, "GET", fields, token)
        raise UnansweredError(11215, f"{url} leads on and on")

    async def push(self, url: str, news: object) -> Answer:
        """Send news as JSON, unsigned, and return the answer."""
        try:
            request = self._client.build_request("POST", urldefrag(url).url, json=news)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as problem:
            raise UnansweredError(11100, f"{url} is no address") from problem
        answer, _ = await self._send(request)
        return answer

    def _signed(self, url: str, method: str, fields: Mapping[str, str], token: str) -> httpx.Request:
        headers = {"User-Agent": "TwilioProxy/1.1", "Accept": "*/*", "I-Twilio-Idempotency-Token": token}
        bare = urldefrag(url).url
        try:
            if method == "GET":
                address = httpx.URL(bare)
                request = self._client.build_request(
                    "GET", address.copy_merge_params(fields) if fields else address, headers=headers
                )
                signed: Mapping[str, str] = {}
            else:
                request = self._client.build_request(method, bare, data=dict(fields), headers=headers)
                signed = fields
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as problem:
            raise UnansweredError(11100, f"{url} is no address") from problem
        request.headers["X-Twilio-Signature"] = signature(self._auth_token, str(request.url), signed)
        return request

    async def _send(self, request: httpx.Request) -> tuple[Answer, str | None]:
        try:
            response = await self._client.send(request, stream=True)
            try:
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > LONGEST_ANSWER:
                        raise UnansweredError(11750, f"{request.url} answered more than 64 kB")
            finally:
                await response.aclose()
        except httpx.TimeoutException as problem:
            raise UnansweredError(11205, f"{request.url} did not answer in time") from problem
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as problem:
            raise UnansweredError(11100, f"{request.url} is no address") from problem
        except httpx.HTTPError as problem:
            raise UnansweredError(11205, f"{request.url} cannot be reached: {problem}") from problem
        if response.status_code >= 400:
            raise UnansweredError(11200, f"{request.url} answered {response.status_code}")
        location = str(response.next_request.url) if response.next_request is not None else None
        text = body.decode(response.charset_encoding or "utf-8", "replace")
        return Answer(response.status_code, response.headers.get("Content-Type", ""), text), location
