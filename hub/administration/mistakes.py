"""What is wrong in a place file, in words: one line a mistake, with its place and what to do. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from hub.place_file import PlaceFile

#: What a person would look for to find a row again, best first.
_NAMES: Final = ("login", "id", "name", "home", "organisation")


def in_file(raw: Mapping[str, Any], error: ValidationError) -> list[str]:
    """Return what does not fit the form of a place file."""
    return [f"{_where(raw, each['loc'])}: {_what(each)}" for each in error.errors()]


def unknown_names(file: PlaceFile, organisations: set[str], homes: set[str]) -> list[str]:
    """Return which rows name an organisation or a home that is neither in the file nor known already."""
    organisations = organisations | {row.id for row in file.organisations}
    homes = homes | {row.id for row in file.homes}
    return [
        f'{row}: there is no {noun} "{name}". Correct the name, or add it as [[{noun}s]].'
        for row, noun, name in _named(file)
        if name not in (organisations if noun == "organisation" else homes)
    ]


def _named(file: PlaceFile) -> Iterator[tuple[str, str, str]]:
    """Yield each row in words, with `organisation` or `home`, and the one that it names."""
    for above in file.organisations:
        if above.parent is not None:
            yield f'[[organisations]] "{above.id}"', "organisation", above.parent
    for home in file.homes:
        yield f'[[homes]] "{home.id}"', "organisation", home.organisation
    for resident in file.residents:
        yield f'[[residents]] "{resident.name}"', "home", resident.home
    for contact in file.contacts:
        if contact.home is not None:
            yield f'[[contacts]] "{contact.name}"', "home", contact.home
        if contact.organisation is not None:
            yield f'[[contacts]] "{contact.name}"', "organisation", contact.organisation
    for edge in file.edges:
        yield f'[[edges]] "{edge.id}"', "home", edge.home
    for rota in file.rotas:
        yield f'[[rotas]] of "{rota.organisation}"', "organisation", rota.organisation
    for user in file.users:
        if user.organisation is not None:
            yield f'[[users]] "{user.login}"', "organisation", user.organisation
        for name in user.homes:
            yield f'[[users]] "{user.login}"', "home", name


def _where(raw: Mapping[str, Any], place: tuple[int | str, ...]) -> str:
    """Name the row as the file does: its table, its own name (or its number), and the key."""
    if not place:
        return "the file"
    table, *rest = place
    if not rest or not isinstance(row := rest[0], int):
        return str(table)
    name = f"no. {row + 1}"
    try:
        given = raw[str(table)][row]
        name = next((f'"{given[key]}"' for key in _NAMES if key in given), name)
    except (TypeError, KeyError, IndexError):
        pass  # it is no table at all, which is what is said about it
    told = [key if isinstance(key, str) else f"no. {key + 1}" for key in rest[1:]]
    return ", ".join([f"[[{table}]] {name}", *told])


def _what(error: Any) -> str:
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return "unknown key. Remove it, or correct its name."
    if kind == "missing":
        return "is missing. Add it."
    if kind == "string_pattern_mismatch":
        return f"\"{given}\" is no id. Use 1 to 32 of a-z, 0-9 and '-'."
    if kind == "literal_error":
        return f'"{given}" is not known. Use {context["expected"]}.'
    if kind == "value_error":
        return str(context["error"])
    said = str(error["msg"])
    return f"{said[:1].lower()}{said[1:]}."
