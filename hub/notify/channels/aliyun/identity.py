"""How Aliyun knows an attempt of ours: by an OutId, and a message by its OutId and number. Pure."""

from __future__ import annotations

from typing import Final

#: The beginning of an attempt's id: 56 bits of chance, and not one byte more may be sent.
OUT_ID_BYTES: Final = 15


def out_id(attempt_id: str) -> str:
    """Return what Aliyun gets of an attempt's id, and gives back."""
    return attempt_id[:OUT_ID_BYTES]


def message_id(out: str, number: str) -> str:
    """Return the identity of a message to a local number."""
    return f"{out}:{number}"
