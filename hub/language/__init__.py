"""What the hub says to people, in their language: the catalogue lives beside this file.

Knows nothing of who reads: the caller says which language.
"""

from __future__ import annotations

import gettext

from models.language import translations


def N_(msgid: str) -> str:  # noqa: N802
    """Mark a text for translation where it is written down; it is translated where it is shown."""
    return msgid


def texts(language: str) -> gettext.NullTranslations:
    """Return the hub's texts in `language` (`zh` or `en`)."""
    return translations("hub", language)
