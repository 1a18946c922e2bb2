"""What the documents say of the code is so: paths, names, commands, tables, links."""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer.core
import typer.main

from edge_agent import cli as agent_cli
from edge_agent.settings import load as load_agent_settings
from hub import cli as hub_cli
from hub.administration.edges import add_edge
from hub.administration.homes import take
from hub.administration.loading import load_file
from hub.settings import SECRETS, Settings, read_settings
from models.contract.measurements import MEASUREMENTS
from models.contract.messages import MAX_BYTES, MAX_EVENTS, MESSAGES, Event
from models.contract.topics import FROM_EDGE, RETAINED
from simulators import cli as sim_cli
from tests.conftest import ROOT

TOP = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
PAGES = [*TOP, *sorted((ROOT / "docs").rglob("*.md"))]
WRITTEN_BY_PEOPLE = ("agent.toml", "places.toml")
FOLDERS = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} | {".ci"}
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def read(page: Path | str) -> str:
    """Return a page's text."""
    return (ROOT / page).read_text(encoding="utf-8")


def ticked(page: Path) -> list[str]:
    """Everything in backticks outside code blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", read(page), flags=re.S))


def table(page: str, name: str) -> list[list[str]]:
    """The rows of the table between `<!-- name -->` and `<!-- end -->`, without its head."""
    found = re.search(rf"<!-- {name} -->\n(.*?)\n<!-- end -->", read(page), re.S)
    assert found, f"{page} has no table '{name}'"
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in found[1].splitlines()]
    return rows[2:]


@pages
def test_every_path_that_is_named_exists(page: Path) -> None:
    for text in ticked(page):
        if "/" in text and text.split("/")[0] in FOLDERS and not re.search(r"[\s<>{}$*]", text):
            assert (ROOT / text).exists(), text
        if re.fullmatch(r"[A-Za-z.-]+\.(md|yml|toml|txt)", text) and text not in (
            "agent.toml",
            "places.toml",
        ):
            assert (ROOT / text).exists() or list((ROOT / "docs").rglob(text)), text


@pages
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", read(page)):
        if not target.startswith("https://"):
            assert (page.parent / target).exists(), target


@pages
def test_every_command_that_is_named_exists(page: Path) -> None:
    groups = {
        "anju-hub": typer.main.get_command(hub_cli.app),
        "anju-sim": typer.main.get_command(sim_cli.build()),
    }
    for text in ticked(page):
        words = shlex.split(text) if text.startswith(("anju-", "make ")) else []
        if len(words) < 2 or words[1].startswith("-"):
            continue
        if words[0] == "make":
            assert re.search(rf"^{words[1]}:", read("Makefile"), re.M), text
        elif words[0] == "anju-agent":
            agent_cli._parser(str).parse_args([words[1]])
        else:
            group = groups[words[0]]
            assert isinstance(group, typer.core.TyperGroup)
            assert words[1] in group.commands, text


def test_the_line_that_raises_a_fall_alert_is_where_the_readme_says() -> None:
    named = {
        "models/detection/rules/certain.py": ["FLAGS: ", "def _begins("],
        "models/detection/rules/suspicion.py": ["class SuspectedFall"],
        "hub/escalation/opening.py": ["def open_or_repeat("],
        "hub/escalation/moves.py": ["def next_move("],
    }
    for path, names in named.items():
        assert f"`{path}`" in read("README.md")
        for name in names:
            assert name in read(path)
    assert re.search(
        r'"fall": Flag\(\s+risk="fall",\s+severity="emergency"', read("models/detection/rules/certain.py")
    )


def test_the_readme_names_every_folder_and_every_part_of_the_hub() -> None:
    text = read("README.md")
    for folder in ("models", "edge_agent", "hub", "simulators", "tests", "docs"):
        assert f"| `{folder}/` |" in text
    parts = {path.parent.name for path in (ROOT / "hub").glob("*/__init__.py")}
    assert {part for part in parts if f"`{part}`" not in text} == {"language"}


def test_the_readme_can_be_read_in_two_minutes() -> None:
    """Some 250 words a minute."""
    english = read("README.md").split("## 中文简介")[0]
    assert len(re.sub(r"`[^`]*`|\([^)]*\)", "", english).split()) <= 560


def test_the_picture_is_well_formed_and_says_in_words_what_it_shows() -> None:
    root = ElementTree.parse(ROOT / "docs" / "way-of-an-event.svg").getroot()
    names = {child.tag.rpartition("}")[2]: child.text or "" for child in root}
    assert names["title"]
    assert "acknowledges to the agent" in names["desc"]
    assert "prefers-color-scheme: dark" in names["style"]


def test_the_table_of_kinds_is_the_codes() -> None:
    def number(value: float) -> str:
        return f"{value:,.0f}"

    expected = [
        [
            f"`{row.kind}`",
            row.group,
            row.value,
            row.unit,
            f"{number(row.minimum)} to {number(row.maximum)}",
            "yes" if row.urgent else "",
            "yes" if row.presence else "",
        ]
        for row in MEASUREMENTS.values()
    ]
    assert table("docs/contract.md", "kinds") == expected


def test_the_table_of_topics_is_the_codes() -> None:
    leaves = {"command/<id>": "command", "command/<id>/result": "result"}
    said = {}
    for topic, message, direction, retained, qos in table("docs/contract.md", "topics"):
        leaf = leaves.get(topic.strip("`"), topic.strip("`"))
        said[leaf] = message.strip("`")
        assert retained == ("yes" if leaf in RETAINED else "no"), leaf
        assert direction == ("edge → hub" if leaf in (*FROM_EDGE, "result") else "hub → edge"), leaf
        assert qos == ("0" if leaf == "ack" else "1"), leaf
    assert said == {leaf: kind.__name__ for leaf, kind in MESSAGES.items()}


def test_the_contract_names_every_field_of_an_event_and_its_limits() -> None:
    text = read("docs/contract.md")
    section = text[text.index("## An event") : text.index("## Kinds")]
    assert {field for field in Event.__struct_fields__ if f"`{field}`" not in section} == set()
    assert f"{MAX_BYTES // 1024} KiB" in text
    assert f"1 to {MAX_EVENTS} events" in text


def test_the_table_of_settings_is_the_codes() -> None:
    expected = []
    for name, field in Settings.model_fields.items():
        secret = " (`_FILE`)" if name.upper() in SECRETS else ""
        default = field.default
        shown = (
            "none"
            if default in (None, "")
            else str(default).lower()
            if isinstance(default, bool)
            else str(default)
        )
        expected.append((f"`ANJU_{name.upper()}`{secret}", "none" if shown == "none" else f"`{shown}`"))
    assert [(row[0], row[1]) for row in table("docs/operating.md", "settings")] == expected


def example(name: str) -> str:
    """The example of a file in the operating page, which stands behind a comment with its name."""
    found = re.search(rf"<!-- {re.escape(name)} -->\n *```toml\n(.*?)```", read("docs/operating.md"), re.S)
    assert found, name
    return textwrap.dedent(found[1])


def test_the_example_of_a_place_file_can_be_loaded_and_taken_live(database: str, tmp_path: Path) -> None:
    file = tmp_path / "places.toml"
    file.write_text(example("places.toml"), "utf-8")
    settings = read_settings({"ANJU_DATABASE_URL": database, "ANJU_DATA_DIR": str(tmp_path / "hub")})
    said = load_file(settings, file)
    assert said.startswith("1 organisations, 1 homes, 1 residents, 3 contacts, 1 users")
    assert add_edge(settings, "wang", "pi").startswith('home = "wang"')
    assert "nobody with a telephone" not in take(settings, "wang", "live")


def test_the_example_of_an_agents_settings_is_what_the_agent_reads(tmp_path: Path) -> None:
    file = tmp_path / "agent.toml"
    file.write_text(example("agent.toml"), "utf-8")
    agent = load_agent_settings(file, {})
    assert agent.hub.username == f"{agent.home}/{agent.edge}"
    assert [placed.room for placed in agent.devices.values()] == ["bathroom", "front door"]


def test_operating_names_every_secret_that_the_county_needs() -> None:
    named = re.findall(r"SECRETS_DIR[^}]*\}/([\w.-]+)", read("docker-compose.yml"))
    assert {name for name in named if f"`{name}`" not in read("docs/operating.md")} == set()
    given = set(re.findall(r"\$\{(\w+)", read("docker-compose.yml")))
    assert {name for name in given if name not in read("docs/operating.md")} == set()


def test_decisions_are_numbered_without_a_gap_and_say_what_is_bad_about_them() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for page in DECISIONS:
        text = read(page)
        assert text.startswith(f"# {int(page.name[:4])}. ")
        heads = re.findall(r"^## (.*)$", text, re.M)
        assert heads == ["Context", "Options", "Outcome", "What is bad about it"], page.name


def test_contributing_has_its_four_lists() -> None:
    heads = re.findall(r"^## To add a (.*)$", read("CONTRIBUTING.md"), re.M)
    assert heads == ["sensor", "detector", "channel", "scenario"]
