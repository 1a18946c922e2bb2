"""The key by which push services know this hub (VAPID): given in the settings, or made once and kept.

A browser's subscription is bound to it: with another key all subscriptions are void.
"""

from __future__ import annotations

import base64
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hub.errors import SettingsError
from hub.settings import Settings
from hub.storage.own_file import make_once

FILE: Final = "push-key.pem"


def private_key(settings: Settings) -> ec.EllipticCurvePrivateKey:
    """Return the key, made now if there is none; raises SettingsError for one that cannot be read."""
    if settings.push_key is not None:
        return _read(settings.push_key.get_secret_value().encode(), "ANJU_PUSH_KEY")
    path = settings.data_dir / FILE
    if not path.exists():
        make_once(path, _new())
    return _read(path.read_bytes(), str(path))


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """Return what a browser needs to subscribe: the uncompressed point in base64url."""
    point = key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def _new() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _read(pem: bytes, where: str) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SettingsError(f"{where} holds no key: write a private key on P-256, as PEM.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise SettingsError(f"{where} holds another kind of key: write a private key on P-256, as PEM.")
    return key
