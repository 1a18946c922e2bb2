"""The words of the command line, in the language of whoever sits before it.

Untranslated where the catalogue has not been compiled: a missing file stops nobody from simulating.
"""

from __future__ import annotations

import gettext
import os
from functools import cache

from models.language import closest, translations


def language() -> str:
    """Return `zh` or `en`, from ANJU_LANGUAGE or the locale of the terminal."""
    for name in ("ANJU_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return closest(os.environ[name])
    return "en"


@cache
def _catalogue(wanted: str) -> gettext.NullTranslations:
    try:
        return translations("simulators", wanted)
    except FileNotFoundError:
        return gettext.NullTranslations()


def _(message: str) -> str:
    """Return the message in the reader's language."""
    return _catalogue(language()).gettext(message)
