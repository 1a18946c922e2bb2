"""Twilio's signature on what it sends: whoever knows the account's token can tell that it is genuine."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping


def signature(auth_token: str, url: str, fields: Mapping[str, str]) -> str:
    """Return the value of `X-Twilio-Signature` for a request to `url` (with its query) and its form fields.

    The base64 of the HMAC-SHA1, keyed with the token, over the address followed by every field's name and
    value, sorted by name. A GET has no form fields: what it carries is part of the address.
    """
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
