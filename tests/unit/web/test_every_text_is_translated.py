"""Every text of the hub that a person may read exists in Chinese, and no text makes a promise it must not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from tests.conftest import ROOT

HUB = ROOT / "hub"
PO = HUB / "language" / "zh" / "LC_MESSAGES" / "anju.po"

#: Blocks of a template that hold a class or an attribute, and no text.
BLOCKS = r"\{% block (kind|live|zone) %\}.*?\{% endblock %\}"


@pytest.fixture(scope="module")
def extracted() -> list[tuple[str, str]]:
    """File and msgid of every text; of one with a plural, the plural."""
    found = extract_from_dir(
        str(HUB),
        method_map=[("**.py", "python"), ("web/templates/**.html", "jinja2")],
        options_map={"web/templates/**.html": {"trimmed": "true", "silent": "false"}},
        keywords=DEFAULT_KEYWORDS,
    )
    return [(file, text if isinstance(text, str) else text[1]) for file, _, text, _, _ in found]


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="zh")


def texts(catalogue: Catalog) -> dict[str, str]:
    """Every msgid, of a plural the second, with its Chinese text."""
    found = {}
    for message in catalogue:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[1]
            found[key] = message.string if isinstance(message.string, str) else message.string[0]
    return found


def test_every_text_has_a_chinese_one(extracted: list[tuple[str, str]], catalogue: Catalog) -> None:
    known = texts(catalogue)
    assert len(extracted) > 250
    assert sorted({f"{file}: {msgid}" for file, msgid in extracted if not known.get(msgid)}) == []
    assert [message.id for message in catalogue if message.fuzzy and message.id] == []


def test_a_translation_has_the_same_places_as_its_text(catalogue: Catalog) -> None:
    places = re.compile(r"\{[a-z_]*\}|%\([a-z]+\)s")
    for msgid, text in texts(catalogue).items():
        assert sorted(places.findall(msgid)) == sorted(places.findall(text)), msgid


@pytest.mark.parametrize(
    "word", ["diagnos", "patient", "medical", "treatment", "诊断", "患者", "病人", "医疗级", "治疗"]
)
def test_no_text_speaks_of_medicine(extracted: list[tuple[str, str]], catalogue: Catalog, word: str) -> None:
    said = [msgid for _, msgid in extracted] + list(texts(catalogue).values())
    assert [text for text in said if word in text.lower()] == []


@pytest.mark.parametrize("template", sorted((HUB / "web" / "templates").glob("*.html")), ids=lambda p: p.name)
def test_a_template_holds_no_text_outside_the_catalogue(template: Path) -> None:
    html = template.read_text(encoding="utf-8")
    for part in (
        r"\{#.*?#\}",
        BLOCKS,
        r"\{%\s*trans.*?endtrans\s*%\}",
        r"\{%.*?%\}",
        r"\{\{.*?\}\}",
        r"<[^>]*>",
    ):
        html = re.sub(part, " ", html, flags=re.DOTALL)
    bare = re.findall(r"[A-Za-z]{2,}|[一-鿿]+", re.sub(r"&[a-z]+;", " ", html))
    languages = {"English", "中文"}  # each is written in itself
    assert [word for word in bare if word not in languages] == []
