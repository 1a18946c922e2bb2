"""`docker-compose.yml` and `Dockerfile` against the programs that they start."""

from __future__ import annotations

import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.core
import typer.main
import yaml

from edge_agent import cli as agent_cli
from edge_agent.settings import load as load_agent_settings
from hub import cli as hub_cli
from hub.app import ROLES
from hub.broker.address import broker_address
from hub.settings import SECRETS, Settings, read_settings
from simulators import cli as sim_cli
from tests.brokers import program
from tests.conftest import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LISTENERS = re.findall(r"^listener (\d+)", (ROOT / "hub/broker/mosquitto.conf").read_text("utf-8"), re.M)

GIVEN = {
    "SECRETS_DIR": "/srv/anju/secrets",
    "PUBLIC_URL": "https://hub.example",
    "HOMES_BROKER": "mqtts://broker.example:8883",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_FROM": "+15550100",
}
SECRET_VALUES = {
    "database_url": "postgresql://anju:word@database/anju",
    "broker_url": "mqtt://hub:word@broker:1884",
    "broker_accounts_url": "mqtt://hub-accounts:word@broker:1884",
    "twilio_auth_token": "token",
    "agent_password": "word",
}


def stages() -> dict[str, str]:
    """The Dockerfile's stages by name."""
    parts = re.split(r"^FROM \S+ AS (\S+)\n", DOCKERFILE, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def entry_point(stage: str) -> list[str]:
    """Return what a container of this stage starts with."""
    found = re.search(r"^ENTRYPOINT (.*)$", stages()[stage], re.M)
    assert found, f"stage {stage} starts nothing"
    return list(yaml.safe_load(found[1]))


def filled_in(text: str) -> str:
    """Put in what the person who runs it gives, as docker compose does."""

    def value(match: re.Match[str]) -> str:
        return GIVEN.get(match[1]) or (match[3] or "" if match[2] == ":-" else "")

    return re.sub(r"\$\{(\w+)(:[-?])?([^}]*)\}", value, str(text)).replace("$$", "$")


def environment(service: str) -> dict[str, str]:
    """A service's own variables, filled in."""
    return {name: filled_in(value) for name, value in SERVICES[service].get("environment", {}).items()}


def command_line(service: str) -> list[str]:
    """The command line of a service of ours; of a shell's, the program that it becomes."""
    made = SERVICES[service]
    start = made.get("entrypoint") or entry_point(made["build"]["target"])
    words = [*start, *made.get("command", [])]
    if words[:2] == ["sh", "-c"]:
        words = shlex.split(filled_in(words[2]))
        return words[words.index("exec") + 1 :]
    return [filled_in(word) for word in words]


def our_command_lines() -> Iterator[list[str]]:
    """Every command line of our programs: services and their health checks."""
    for name, service in SERVICES.items():
        if "build" in service:
            yield command_line(name)
        test = service.get("healthcheck", {}).get("test", [])
        if test[1:2] == ["anju-hub"]:
            yield test[1:]


def parse(words: list[str]) -> None:
    """Let the program itself read the words; raises or exits when it does not know them."""
    command, *arguments = words
    if command == "anju-agent":
        agent_cli._parser(str).parse_args(arguments)
        return
    app = hub_cli.app if command == "anju-hub" else sim_cli.build(arguments[0])
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    group.commands[arguments[0]].make_context(arguments[0], arguments[1:])


@pytest.mark.parametrize("words", list(our_command_lines()), ids=" ".join)
def test_the_program_knows_every_command_with_its_options(words: list[str]) -> None:
    assert words[0] in PROJECT["scripts"]
    parse(words)


def test_every_role_but_the_embedded_broker_is_a_service() -> None:
    assert {command_line(name)[1] for name in SERVICES if command_line_is_hub(name)} == {
        *ROLES,
        "migrate",
    } - {"broker"}


def command_line_is_hub(name: str) -> bool:
    """Whether a service runs `anju-hub`."""
    return "build" in SERVICES[name] and command_line(name)[0] == "anju-hub"


@pytest.mark.parametrize("service", [name for name in SERVICES if command_line_is_hub(name)])
def test_every_variable_of_the_hub_is_a_setting_and_its_value_a_right_one(
    service: str, tmp_path: Path
) -> None:
    known = {f"ANJU_{name.upper()}" for name in Settings.model_fields} | {
        f"ANJU_{name}_FILE" for name in SECRETS
    }
    given = environment(service)
    assert set(given) <= known
    for name in [name for name in given if name.endswith("_FILE")]:
        secret = Path(given[name])
        assert secret.parent == Path("/run/secrets")
        assert secret.name in SERVICES[service]["secrets"]
        (tmp_path / secret.name).write_text(SECRET_VALUES[secret.name], encoding="utf-8")
        given[name] = str(tmp_path / secret.name)
    settings = read_settings(given)
    assert settings.broker_url is not None
    address = broker_address(settings.broker_url.get_secret_value())
    assert (address.host, str(address.port)) == ("broker", LISTENERS[1])
    assert settings.own_url.startswith("https://")


def test_every_variable_of_the_agent_is_a_setting(tmp_path: Path) -> None:
    given = environment("agent")
    password = tmp_path / "agent_password"
    password.write_text("word", encoding="utf-8")
    assert Path(given["ANJU_AGENT_HUB_PASSWORD_FILE"]) == Path("/run/secrets/agent_password")
    given["ANJU_AGENT_HUB_PASSWORD_FILE"] = str(password)
    settings = load_agent_settings(None, given)
    assert settings.hub.username == f"{settings.home}/{settings.edge}"
    assert (settings.hub.host, str(settings.hub.port)) == ("broker", LISTENERS[1])
    assert any(volume.endswith(f":{settings.data_dir}") for volume in SERVICES["agent"]["volumes"])


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_is_pinned_limited_and_guarded(service: str) -> None:
    made = SERVICES[service]
    assert re.search(r":\d+\.\d+\.\d+", made["image"]), "a version of three numbers"
    assert made["read_only"] is True
    assert made["security_opt"] == ["no-new-privileges:true"]
    assert made["cap_drop"] == ["ALL"]
    assert made["restart"] in ("unless-stopped", "on-failure")
    assert set(made["deploy"]["resources"]["limits"]) == {"cpus", "memory"}


def test_every_role_that_stays_says_whether_it_lives() -> None:
    for name, service in SERVICES.items():
        if "profiles" in service or name == "migrate":
            continue
        test = service["healthcheck"]["test"]
        if "build" in service:
            assert test == ["CMD", "anju-hub", "check", command_line(name)[1]]


def test_no_secret_stands_in_the_file() -> None:
    for name in SERVICES:
        for variable, value in environment(name).items():
            if re.search("PASSWORD|TOKEN|SECRET|_URL$", variable):
                assert variable.endswith("_FILE") or "@" not in value, variable
                assert variable.endswith(("_FILE", "_URL")), variable
    assert all(secret["file"].startswith("${SECRETS_DIR}/") for secret in COMPOSE["secrets"].values())


def test_secrets_volumes_and_networks_are_declared_and_used() -> None:
    used: dict[str, set[str]] = {"secrets": set(), "networks": set(), "volumes": set()}
    for service in SERVICES.values():
        used["secrets"] |= set(service.get("secrets", []))
        used["networks"] |= set(service["networks"])
        used["volumes"] |= {v.split(":")[0] for v in service.get("volumes", []) if v[0] not in "./$"}
    for kind, names in used.items():
        assert names == set(COMPOSE[kind]), kind


def test_every_file_that_is_mounted_is_in_the_tree_or_among_the_secrets() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = re.sub(r"\$\{[^}]*\}", "$", volume).split(":")[0]
            if source.startswith("./"):
                assert (ROOT / source).is_file(), source
                assert volume.endswith(":ro")
            elif source.startswith("$"):
                assert source.startswith("$/"), source
                assert volume.endswith(":ro")


def test_mosquitto_finds_the_files_that_its_configuration_names() -> None:
    """Relative to the folder that it is started in."""
    broker = SERVICES["broker"]
    mounted = {volume.removesuffix(":ro").split(":")[-1] for volume in broker["volumes"]}
    text = (ROOT / "hub/broker/mosquitto.conf").read_text(encoding="utf-8")
    named = re.findall(r"^(?:certfile|keyfile|acl_file|persistence_location) (\S+)", text, re.M)
    words = shlex.split(broker["command"][-1])
    named += [word for word in words if word.startswith(("config/", "first/"))]
    assert {f"{broker['working_dir']}/{path.rstrip('/')}" for path in named} == mounted
    [accounts] = re.findall(r"^plugin_opt_config_file (\S+)", text, re.M)
    assert words[:3] == ["test", "-e", accounts]


def test_only_tls_is_open_to_the_world() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published.pop("broker") == [f"{LISTENERS[0]}:{LISTENERS[0]}"]
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)
    assert SERVICES["broker"]["healthcheck"]["test"][-1] == LISTENERS[1]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert SERVICES["database"]["networks"] == ["inside"]


def test_simulations_are_started_only_when_asked_for() -> None:
    simulated = {name for name, service in SERVICES.items() if service.get("profiles") == ["simulation"]}
    assert simulated == {"telephones", "home-broker", "home", "agent"}


def test_the_dockerfile_builds_what_the_services_ask_for() -> None:
    made = stages()
    for service in SERVICES.values():
        if "build" in service:
            target = service["build"]["target"]
            assert entry_point(target)[0] in PROJECT["scripts"]
            [extras] = re.findall(r"\.whl\)\[([\w,]+)\]", made[target])
            assert extras.split(",")[0] == target
            assert set(extras.split(",")) <= set(PROJECT["optional-dependencies"])
    sources = [word for line in re.findall(r"^COPY (.*)$", DOCKERFILE, re.M) for word in line.split()[:-1]]
    assert all((ROOT / source).exists() for source in sources)
    assert set(re.findall(r"^ENV (ANJU_\w+)", DOCKERFILE, re.M)) <= {
        f"ANJU_{n.upper()}" for n in Settings.model_fields
    }
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {source for source in sources if not source.startswith("/")} == {
        x[1:] for x in ignored if x[0] == "!"
    }


def test_docker_compose_accepts_the_file() -> None:
    compose = program("docker-compose")
    result = subprocess.run(
        [compose, "config", "--quiet"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **GIVEN},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", GIVEN)
def test_what_has_no_safe_default_must_be_given(name: str) -> None:
    compose = program("docker-compose")
    given = {key: value for key, value in GIVEN.items() if key != name}
    result = subprocess.run(
        [compose, "config", "--quiet"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **given},
        capture_output=True,
        text=True,
    )
    assert result.returncode != 0
    assert "Missing mandatory value" in result.stderr
