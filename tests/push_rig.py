"""A browser for tests: it subscribes at a push service of its own, and reads what it is sent."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from typing import Any

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.http_rig import HttpServer, Request


@dataclass
class Browser:
    """One device with one subscription."""

    service: HttpServer
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    path: str = "/push/dGhlLXNlY3JldA"

    @property
    def subscription(self) -> str:
        """What the page sends to the hub."""
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return json.dumps(
            {
                "endpoint": f"http://{self.service.host}{self.path}",
                "expirationTime": None,
                "keys": {"p256dh": _text(point), "auth": _text(self.auth)},
            }
        )

    def read(self, request: Request) -> dict[str, Any]:
        """Decrypt one message as a browser does."""
        clear = http_ece.decrypt(
            request.body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
        )
        found: dict[str, Any] = json.loads(clear)
        return found


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
