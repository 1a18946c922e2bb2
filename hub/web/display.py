"""How somebody wants pages shown: how large, light or dark. Kept in the browser, for anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import Request

COOKIE: Final = "anju_display"
SIZES: Final = ("large", "larger")
THEMES: Final = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Display:
    """Empty: as the browser has it."""

    size: str = ""
    theme: str = ""

    @property
    def cookie(self) -> str:
        """How it is kept."""
        return f"{self.size}.{self.theme}"


def display_of(request: Request) -> Display:
    """Return what was chosen in this browser; what nobody could have chosen counts as nothing."""
    size, _, theme = request.cookies.get(COOKIE, "").partition(".")
    return Display(size if size in SIZES else "", theme if theme in THEMES else "")
