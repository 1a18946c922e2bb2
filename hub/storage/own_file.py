"""A secret that is made once and kept in a file which only the hub's own user reads."""

from __future__ import annotations

import os
from pathlib import Path


def make_once(path: Path, content: bytes) -> None:
    """Write a file that does not exist yet; of two processes that start at once, the first one's holds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    try:
        os.link(new, path)
    except FileExistsError:
        pass
    finally:
        new.unlink()
