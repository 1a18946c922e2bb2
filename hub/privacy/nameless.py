"""Taking names, numbers and addresses out of what is kept. Pure: words in, words out.

Whoever is erased becomes a mark such as 〔resident 1〕, the same wherever they stood in one erasure, so that
a file still tells who did what after whom. Where a whole home goes, what somebody wrote in their own words
is blanked as well: nobody can know whom it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

#: Keys and columns that hold an id: elsewhere "family" may be a role, though somebody signs in as that.
_IDS: Final = frozenset(
    {
        "id", "by", "contact", "contact_id", "contacts", "home", "homes", "left", "login", "method", "people",
        "person", "resident", "taker", "user", "user_id",
    }
)  # fmt: skip
#: Keys of a file's entries that hold somebody's own words.
_WORDS: Final = frozenset({"note", "why", "body", "words", "wrote", "reply"})
_DIGITS: Final = 8  #: so many last digits find a number, however it was written


@dataclass(slots=True)
class Marks:
    """What stands for whom: `names` within any text, `ids` only where an id stands."""

    names: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    words_too: bool = False  #: blank what somebody wrote in their own words, whoever it names

    def add_names(self, names: Iterable[str], mark: str) -> None:
        """Let a mark stand for these, where none does yet."""
        for name in filter(None, (name.strip() for name in names)):
            self.names.setdefault(name, mark)

    def in_text(self, text: str, key: str = "") -> str:
        """Return a text without anybody; `key` is what it stands under."""
        if text in self.ids and (key in _IDS or key.endswith("_by")):
            return self.ids[text]
        first, *parts = text.split(":")
        if not self.ids.keys().isdisjoint(parts):
            return ":".join([first, *(self.ids.get(part, part) for part in parts)])  # such as contact:c-1
        for pattern, mark in self._patterns():
            text = pattern.sub(mark, text)
        return text

    def in_value(self, value: Any, key: str = "") -> Any:
        """Return a JSON value without anybody, and without anybody's own words."""
        if isinstance(value, str):
            return "" if self.words_too and key in _WORDS else self.in_text(value, key)
        if isinstance(value, Mapping):
            wrote = self.words_too and "understood" in value  # a message, word for word
            return {
                self.in_text(name): "" if wrote and name == "text" else self.in_value(inner, name)
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self.in_value(inner, key) for inner in value]
        return value

    def likely(self) -> list[str]:
        """Return patterns for LIKE: what matches none of them holds nobody."""
        plain = [*self.names, *self.ids, *map(last_digits, self.numbers)]
        return [f"%{_escaped(text)}%" for text in plain]

    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        found = [(_word(name), self.names[name]) for name in sorted(self.names, key=len, reverse=True)]
        return [(_number(number), "〔number〕") for number in sorted(self.numbers)] + found


def last_digits(number: str) -> str:
    """Return what is the same of a number however it is written; all of what is no telephone number."""
    digits = re.sub(r"\D", "", number)
    return number if "@" in number or ":" in number or len(digits) < _DIGITS else digits[-_DIGITS:]


def _word(name: str) -> re.Pattern[str]:
    """A name in Latin letters must stand alone: Li is not in "Living room"; Chinese has no such ends."""
    before = r"(?<![A-Za-z0-9])" if name[0].isascii() and name[0].isalnum() else ""
    after = r"(?![A-Za-z0-9])" if name[-1].isascii() and name[-1].isalnum() else ""
    return re.compile(before + re.escape(name) + after)


def _number(number: str) -> re.Pattern[str]:
    digits = last_digits(number)
    if digits == number:
        return re.compile(re.escape(number))
    last = r"[\s()./-]*".join(digits)
    return re.compile(rf"{re.escape(number)}|(?:\+?\d[\d\s()./-]*)?{last}(?!\d)")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
