"""Who may say and hear what on the hub's broker: pure, the same rules as `mosquitto.acl`.

The account of an edge agent is its place on the wire, `<home>/<edge>`; the hub's own is `hub`. Whoever is
neither may nothing.
"""

from __future__ import annotations

from models.contract.errors import InvalidTopicError
from models.contract.topics import FROM_EDGE, ROOT, Address

HUB = "hub"


def address_of(account: str) -> Address | None:
    """Return the edge agent that an account belongs to; None for the hub's and for anything else."""
    home, slash, edge = account.partition("/")
    if not slash:
        return None
    try:
        return Address(home, edge)
    except InvalidTopicError:
        return None


def may_publish(account: str, topic: str) -> bool:
    """Whether `account` may publish to `topic`."""
    if account == HUB:
        return topic.startswith(f"{ROOT}/")
    address = address_of(account)
    if address is None:
        return False
    rest = _below(address.base, topic)
    return rest in FROM_EDGE or _is_command(rest, "result")


def may_subscribe(account: str, topic_filter: str) -> bool:
    """Whether `account` may hear everything that `topic_filter` matches.

    An edge agent names its topics one by one (its commands: `command/+`): a filter that reaches further is
    refused as a whole.
    """
    if account == HUB:
        return topic_filter.startswith(f"{ROOT}/")
    address = address_of(account)
    if address is None:
        return False
    rest = _below(address.base, topic_filter)
    return rest in ("ack", "config", "alerts") or _is_command(rest)


def _below(base: str, topic: str) -> str:
    return topic.removeprefix(f"{base}/") if topic.startswith(f"{base}/") else ""


def _is_command(rest: str, *end: str) -> bool:
    parts = rest.split("/")
    return parts[0] == "command" and len(parts) == 2 + len(end) and parts[1] != "#" and parts[2:] == list(end)
