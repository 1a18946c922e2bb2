"""The signature of a request to Aliyun, version 3: checked as Aliyun checks it, from what was received. Pure.

Described at help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from simulators.telephones.aliyun.refusals import AliyunRefusalError

ALGORITHM: Final = "ACS3-HMAC-SHA256"
_AUTHORIZATION: Final = re.compile(
    rf"{ALGORITHM} Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]{{64}})"
)


def check(
    method: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    key_id: str,
    key_secret: str,
) -> None:
    """Raise AliyunRefusalError unless the account's own key signed the request to `/`."""
    found = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if found is None:
        raise AliyunRefusalError("SignatureDoesNotMatch", status=400)
    credential, signed, given = found.groups()
    if credential != key_id:
        raise AliyunRefusalError("InvalidAccessKeyId.NotFound", status=404)
    names = signed.split(";")
    asked = "&".join(f"{_coded(name)}={_coded(query[name])}" for name in sorted(query))
    lines = "".join(f"{name}:{headers.get(name, '').strip()}\n" for name in names)
    request = f"{method}\n/\n{asked}\n{lines}\n{signed}\n{hashlib.sha256(body).hexdigest()}"
    text = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    wanted = hmac.new(key_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    if not {"host", "x-acs-action", "x-acs-date"} <= set(names) or not hmac.compare_digest(wanted, given):
        raise AliyunRefusalError("SignatureDoesNotMatch", status=400)


def _coded(text: str) -> str:
    return quote(text, safe="~")
