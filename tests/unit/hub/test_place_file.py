"""A place file: what it may hold, and what is said about a mistake in it."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.administration import PlaceFileError, load_file
from hub.place_file import PlaceFile, take_over
from hub.settings import Settings
from hub.storage.database import connect

FILE = """
[[organisations]]
id = "dongjie"
tier = "station"
name = "东街站"

[[homes]]
id = "wang"
organisation = "dongjie"
name = "王秀英家"

[[residents]]
home = "wang"
name = "王秀英"
born = 1940

[[contacts]]
home = "wang"
name = "王芳"
role = "family"
methods = [{ channel = "voice", address = "+447700900001" }]

[[edges]]
home = "wang"
id = "pi"

[[users]]
login = "li"
role = "operator"
name = "李站长"
organisation = "dongjie"
password = "three tall bamboos"
token = "a-token-that-was-agreed-on"
"""
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_the_same_file_twice_changes_nothing(database: str) -> None:
    file = PlaceFile.model_validate(tomllib.loads(FILE))
    counted = []
    with connect(database) as connection:
        for _ in range(2):
            take_over(connection, file, NOW)
            row = connection.execute(
                "select (select count(*) from homes) as homes, (select count(*) from residents) as residents,"
                " (select count(*) from contacts) as contacts, (select count(*) from users) as users,"
                " (select count(*) from contact_methods) as methods, (select count(*) from tokens) as tokens"
            ).fetchone()
            counted.append(row)
    assert counted[0] == counted[1]
    assert set(counted[0].values()) == {1}  # type: ignore[union-attr]


def test_a_live_home_stays_live_when_its_address_is_corrected(database: str) -> None:
    with connect(database) as connection:
        take_over(connection, PlaceFile.model_validate(tomllib.loads(FILE)), NOW)
        connection.execute("update homes set status = 'live'")
        corrected = FILE.replace('name = "王秀英家"', 'name = "王秀英家"\naddress = "东街14号"')
        take_over(connection, PlaceFile.model_validate(tomllib.loads(corrected)), NOW)
        row = connection.execute("select status, address from homes").fetchone()
    assert row == {"status": "live", "address": "东街14号"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[homes]", "is not valid TOML"),
        (FILE.replace('id = "wang"', 'id = "Wang!"'), r"homes\.0\.id"),
        (FILE.replace('role = "family"', 'role = "cousin"'), r"contacts\.0\.role"),
        (FILE.replace('home = "wang"\nname = "王芳"', 'name = "王芳"'), "to one of the two"),
        (FILE + '\n[[homes]]\nid = "x"\norganisation = "dongjie"\nname = "x"\ncolour = "red"\n', "colour"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "places.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(PlaceFileError, match=said):
        load_file(Settings(data_dir=tmp_path), path)
