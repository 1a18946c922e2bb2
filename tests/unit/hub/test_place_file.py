"""A place file: what it may hold, and what is said about a mistake in it."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.administration.loading import PlaceFileError, load_file
from hub.place_file import PlaceFile, take_over
from hub.settings import Settings, read_settings
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


def test_who_loads_homes_hears_that_nobody_is_called_for_them_yet(database: str, tmp_path: Path) -> None:
    path = tmp_path / "places.toml"
    path.write_text(FILE, "utf-8")
    settings = read_settings({"ANJU_DATABASE_URL": database, "ANJU_DATA_DIR": str(tmp_path / "hub")})
    said = load_file(settings, path)
    assert "for which nobody is called: wang." in said
    assert "anju-hub home HOME live" in said
    with connect(database) as connection:
        connection.execute("update homes set status = 'live'")
    assert "nobody is called" not in load_file(settings, path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[homes]", "is not valid TOML"),
        (FILE.replace('id = "wang"', 'id = "Wang!"'), r'\[\[homes\]\] "Wang!", id: "Wang!" is no id'),
        (
            FILE.replace('role = "family"', 'role = "cousin"'),
            r'"王芳", role: "cousin" is not known. Use \'resident',
        ),
        (FILE.replace('home = "wang"\nname = "王芳"', 'name = "王芳"'), "to one of the two"),
        (FILE.replace("born = 1940", 'born = 1940\ncolour = "red"'), '"王秀英", colour: unknown key'),
        (FILE.replace("+447700900001", "13800138000"), '"王芳", methods, no. 1, address: "13800138000"'),
        (FILE.replace("+447700900001", "120"), "An emergency service is called by a human"),
        (
            FILE.replace('name = "东街站"', 'name = "东街站"\nzone = "Mars"'),
            '"dongjie", zone: "Mars" is no time',
        ),
        (FILE.replace("three tall bamboos", "short"), '"li", password: choose 10 to 200'),
        (FILE.replace('name = "李站长"\norganisation = "dongjie"', 'name = "李站长"'), '"li": operators and'),
        (FILE.replace('name = "王秀英家"', ""), '"wang", name: is missing'),
        ("colour = 1", "colour: unknown key"),
        ("homes = [1]", r"\[\[homes\]\] no. 1"),
        ("homes = 1", "homes: "),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "places.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(PlaceFileError, match=said):
        load_file(Settings(data_dir=tmp_path), path)


def test_all_mistakes_are_named_at_once_and_no_secret_with_them(tmp_path: Path) -> None:
    path = tmp_path / "places.toml"
    text = FILE.replace('id = "wang"', 'id = "Wang"').replace("+447700900001", "12")
    path.write_text(text.replace("three tall bamboos", "aaaaaaaaaaaa"), "utf-8")
    with pytest.raises(PlaceFileError) as told:
        load_file(Settings(data_dir=tmp_path), path)
    lines = str(told.value).splitlines()[1:]
    assert [line.split('"')[1] for line in lines] == ["Wang", "王芳", "li"]
    assert all(line.startswith(f"{path}, [[") for line in lines)
    assert "aaaaaaaa" not in str(told.value)


def test_names_of_nothing_are_told_at_once_and_nothing_is_stored(database: str, tmp_path: Path) -> None:
    path = tmp_path / "places.toml"
    text = FILE.replace('[[residents]]\nhome = "wang"', '[[residents]]\nhome = "wong"')
    path.write_text(
        text.replace('organisation = "dongjie"\npassword', 'organisation = "x"\npassword'), "utf-8"
    )
    settings = read_settings({"ANJU_DATABASE_URL": database, "ANJU_DATA_DIR": str(tmp_path / "hub")})
    with pytest.raises(PlaceFileError) as told:
        load_file(settings, path)
    assert '[[residents]] "王秀英": there is no home "wong".' in str(told.value)
    assert '[[users]] "li": there is no organisation "x".' in str(told.value)
    with connect(database) as connection:
        assert connection.execute("select * from organisations").fetchall() == []


def test_a_file_without_words_about_health_leaves_what_was_recorded(database: str) -> None:
    told = FILE.replace("born = 1940", 'born = 1940\nhealth_note = "起搏器"\nhealth_consent = true').replace(
        'name = "王秀英家"', 'name = "王秀英家"\nlandmarks = "红色铁门"\nhospital = "县医院"'
    )
    with connect(database) as connection:
        for text in (told, FILE):
            take_over(connection, PlaceFile.model_validate(tomllib.loads(text)), NOW)
        row = connection.execute(
            "select h.landmarks, h.hospital, r.health_note, r.health_consent"
            " from homes h join residents r on r.home_id = h.id"
        ).fetchone()
        assert row is not None
        assert tuple(row.values()) == ("红色铁门", "县医院", "起搏器", True)
        silent = told.replace("health_consent = true", "health_consent = false")
        take_over(connection, PlaceFile.model_validate(tomllib.loads(silent)), NOW)
        row = connection.execute("select health_consent from residents").fetchone()
        assert row == {"health_consent": False}, "what was taken back is taken back"


def test_a_resident_is_asked_at_home_and_not_at_a_station() -> None:
    rows = {"contacts": [{"home": "wang", "name": "王秀英", "role": "resident"}]}
    assert PlaceFile.model_validate(rows).contacts[0].role == "resident"
    rows = {"contacts": [{"organisation": "dongjie", "name": "王秀英", "role": "resident"}]}
    with pytest.raises(ValueError, match="a resident belongs to a home"):
        PlaceFile.model_validate(rows)
