"""The two clients behind one door: a verb and its fields in, Aliyun's answer or our word for a failure out.

The clients are an extra of the installation and are imported when the first channel is made. They raise for
what a network can do; nothing here does.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from hub.errors import SettingsError
from hub.notify.channels.aliyun.codes import of_refusal
from hub.notify.channels.port import Refused, SendResult, Unknown

Product = Literal["dyvmsapi", "dysmsapi"]

CONNECT_MS: Final = 3_000
ANSWER_MS: Final = 10_000

#: What the clients' transport says when not a byte was sent.
_NOT_REACHED: Final = ("NewConnectionError", "ConnectTimeoutError", "NameResolutionError")


class Wire:
    """One account's way to the voice and the message service."""

    def __init__(self, key_id: str, key_secret: str, urls: Mapping[Product, str]) -> None:
        """`urls` says where each service is, such as `https://dyvmsapi.aliyuncs.com`."""
        self._products = {
            product: _product(product, key_id, key_secret, url) for product, url in urls.items()
        }

    def ask(self, product: Product, verb: str, **fields: Any) -> dict[str, Any] | SendResult:
        """Return the body of an answer whose code is `OK`, else what the failure means.

        `fields` are named as the clients' requests name them; `menu_key_map` is a list of such fields.
        """
        client, models, failures = self._products[product]
        keys = fields.pop("menu_key_map", None)
        if keys is not None:
            key_model = getattr(models, f"{verb}RequestMenuKeyMap")
            fields["menu_key_map"] = [key_model(**key) for key in keys]
        request = getattr(models, f"{verb}Request")(**fields)
        try:
            body = getattr(client, _snake(verb))(request).body
            answer: dict[str, Any] = body.to_map() if body is not None else {}
        except failures as error:
            return _failure(error)
        code = str(answer.get("Code") or "")
        if not code:
            return Unknown("an answer without a code")
        return answer if code == "OK" else of_refusal(code, str(answer.get("Message") or ""))


def _product(product: Product, key_id: str, key_secret: str, url: str) -> tuple[Any, Any, Any]:
    package = f"alibabacloud_{product}20170525"
    try:
        client = importlib.import_module(f"{package}.client")
        models = importlib.import_module(f"{package}.models")
        config = importlib.import_module("alibabacloud_tea_openapi.utils_models")
        failures = importlib.import_module("darabonba.exceptions")
    except ImportError as error:
        raise SettingsError(
            f"ANJU_ALIYUN_… is set, but Aliyun's clients are not installed ({error.name}): "
            "install the extra `aliyun`, as in pip install 'anju[hub,aliyun]'."
        ) from error
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise SettingsError(f"'{url}' is no address of Aliyun's: write it as https://{product}.aliyuncs.com.")
    made = client.Client(
        config.Config(
            access_key_id=key_id,
            access_key_secret=key_secret,
            endpoint=parts.netloc,
            protocol=parts.scheme,
            connect_timeout=CONNECT_MS,
            read_timeout=ANSWER_MS,
        )
    )
    # Both roots: the clients' older exceptions do not descend from the newer ones.
    return made, models, (failures.DaraException, failures.UnretryableException)


def _failure(error: Any) -> SendResult:
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return of_refusal(str(error.code), str(error.message), status)
    # Refused before a byte was sent, or cut in the middle: only the first is certain.
    text = str(getattr(error, "inner_exception", None) or error)
    if any(sign in text for sign in _NOT_REACHED):
        return Refused("no_connection", text, then="again")
    return Unknown(text)


def _snake(verb: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", verb).lower()
