"""The first accounts of a Mosquitto: its own file, and the addresses with which the hub uses them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import quote

from hub.broker.access import HUB
from hub.broker.dynamic_security import KEEPER, first_file
from hub.errors import HubError


class FolderError(HubError):
    """The accounts stay as they are."""


def write_accounts(folder: Path, broker: str) -> str:
    """Write three files, readable by their owner only; return what to do with them.

    Raises FolderError where one is there already: a second one would shut the hub out of its broker.
    """
    passwords = {HUB: secrets.token_urlsafe(24), KEEPER: secrets.token_urlsafe(24)}
    contents = {
        "dynamic-security.json": first_file(passwords),
        "broker_url": _url(HUB, passwords[HUB], broker),
        "broker_accounts_url": _url(KEEPER, passwords[KEEPER], broker),
    }
    for name in contents:
        if (folder / name).exists():
            raise FolderError(f"'{folder / name}' is there already: Mosquitto's accounts are made once.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(content)
    except OSError as error:
        raise FolderError(f"'{folder}' cannot be written: {error.strerror}.") from error
    return (
        f"In {folder}: dynamic-security.json is for Mosquitto, which reads it at its first start; "
        "broker_url and broker_accounts_url are for the hub (ANJU_BROKER_URL_FILE, "
        "ANJU_BROKER_ACCOUNTS_URL_FILE)."
    )


def _url(account: str, password: str, broker: str) -> str:
    return f"mqtt://{quote(account)}:{quote(password)}@{broker}"
