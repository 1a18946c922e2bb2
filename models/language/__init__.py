"""Texts for people in their language: where a program's translations are found.

English is the language of the source; a translation lives in `<package>/language/<language>/LC_MESSAGES`.
Knows nothing of who reads: the caller says which language.
"""

from __future__ import annotations

import gettext
from functools import cache
from importlib.resources import files
from typing import Final

LANGUAGES: Final = ("zh", "en")


@cache
def translations(package: str, language: str) -> gettext.NullTranslations:
    """Return the texts of `package` (`hub`, `edge_agent`, `simulators`, `models`) in `language`.

    English needs no file. Raises FileNotFoundError when another language's file has not been compiled:
    installing the package does that.
    """
    if not language.startswith("zh"):
        return gettext.NullTranslations()
    return gettext.translation("anju", str(files(package) / "language"), languages=["zh"])


def closest(wanted: str | None) -> str:
    """Return the language that fits an Accept-Language header or a POSIX locale; English by default."""
    for part in (wanted or "").replace("_", "-").lower().split(","):
        tag = part.split(";")[0].split(".")[0].strip()
        for language in LANGUAGES:
            if tag == language or tag.startswith(language + "-"):
                return language
    return "en"
