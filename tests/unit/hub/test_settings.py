"""Settings: a mistake gets a sentence that says what to do, and a secret prints as stars."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.broker.address import broker_address
from hub.errors import SettingsError
from hub.settings import read_settings


def test_a_secret_comes_from_a_file_and_prints_as_stars(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text("s3cret\n", "utf-8")
    settings = read_settings({"ANJU_TWILIO_AUTH_TOKEN_FILE": str(secret)})
    assert settings.twilio_auth_token is not None
    assert settings.twilio_auth_token.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(settings)


def test_inline_and_file_at_once_is_refused(tmp_path: Path) -> None:
    both = {"ANJU_DATABASE_URL": "postgresql://x", "ANJU_DATABASE_URL_FILE": str(tmp_path / "url")}
    with pytest.raises(SettingsError, match="keep one of them"):
        read_settings(both)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"ANJU_BROKER_URL_FILE names .*cannot be read"):
        read_settings({"ANJU_BROKER_URL_FILE": str(tmp_path / "nowhere")})


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_a_port_that_is_none_is_refused_by_its_name(port: str) -> None:
    with pytest.raises(SettingsError, match="ANJU_WEB_PORT"):
        read_settings({"ANJU_WEB_PORT": port})


@pytest.mark.parametrize("url", ["localhost:1883", "http://broker", "mqtt://", "mqtt://host:port"])
def test_a_broker_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="ANJU_BROKER_URL"):
        broker_address(url)


def test_an_account_with_a_slash_is_read_from_the_address() -> None:
    address = broker_address("mqtts://wang%2Fpi:p%40ss@broker.example")
    assert (address.username, address.password, address.port, address.tls) == ("wang/pi", "p@ss", 8883, True)


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({"ANJU_TWILIO_ACCOUNT_SID": "AC1"}, "ANJU_TWILIO_AUTH_TOKEN and ANJU_TWILIO_FROM"),
        ({"ANJU_TWILIO_FROM": "+15005550006", "ANJU_TWILIO_AUTH_TOKEN": "t"}, "ANJU_TWILIO_ACCOUNT_SID"),
    ],
)
def test_half_a_telephone_provider_is_refused_at_the_start(given: dict[str, str], lacking: str) -> None:
    with pytest.raises(SettingsError, match=f"set by half: set {lacking} too"):
        read_settings(given)


def test_no_provider_at_all_is_a_choice() -> None:
    assert read_settings({}).twilio_account_sid == ""
