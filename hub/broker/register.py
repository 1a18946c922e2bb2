"""The accounts of edge agents, whichever broker they are at: given, and taken away at once.

An account is a place on the wire, `<home>/<edge>` (see `access`). Who may say what needs no account's own
rights: one pattern holds for all of them.
"""

from __future__ import annotations

from typing import Protocol

from hub.broker.accounts import Accounts
from hub.broker.address import broker_address
from hub.broker.dynamic_security import DynamicSecurity
from hub.settings import Settings


class Register(Protocol):
    """Where the hub keeps the accounts of a broker."""

    def add(self, account: str, password: str | None = None) -> str:
        """Give an account a password, a new one or the given one, and return it.

        Whoever is connected with another one is thrown out. Raises RegisterError.
        """
        ...

    def remove(self, account: str) -> None:
        """Take an account away and throw out who is connected with it. Raises RegisterError."""
        ...

    def __contains__(self, account: object) -> bool:
        """Whether there is such an account. Raises RegisterError."""
        ...


def embedded_accounts(settings: Settings) -> Accounts:
    """Return the accounts of the embedded broker."""
    return Accounts(settings.data_dir / "broker-accounts.json")


def register_of(settings: Settings) -> Register | None:
    """Return where accounts are kept; None for a broker whose accounts somebody else makes."""
    if settings.broker_accounts_url is not None:
        url = settings.broker_accounts_url.get_secret_value()
        return DynamicSecurity(broker_address(url, settings.broker_ca, "ANJU_BROKER_ACCOUNTS_URL"))
    return embedded_accounts(settings) if settings.broker_url is None else None
