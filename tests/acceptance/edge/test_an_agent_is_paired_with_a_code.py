"""A code made on the hub lets an agent in, once, for a quarter of an hour; what fails is said in words."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta

import pytest

from edge_agent.settings import load
from models.contract.topics import Address
from tests.acceptance.edge.conftest import Home, Hub
from tests.ports.wire import Wire


def test_a_code_lets_the_agent_in_by_tls_with_a_password_of_its_own(hub: Hub, home: Home) -> None:
    code, said = home.type("pair", hub.web.base, hub.code())
    assert code == 0, said
    assert "Paired: home wang, edge agent pi" in said
    assert "lets it in" in said
    settings = load(home.config, {})
    assert (settings.home, settings.edge) == ("wang", "pi")
    assert settings.hub.port == hub.settings.embedded_broker_tls_port
    assert settings.hub.encrypted
    assert "BEGIN CERTIFICATE" in home.config.with_name("hub-ca.pem").read_text()
    assert oct(home.config.stat().st_mode)[-3:] == "600"
    with Wire(
        settings.hub.port,
        "wang/pi",
        account=settings.hub.username,
        password=settings.hub.password,
        authority=home.config.with_name("hub-ca.pem"),
    ) as wire:
        wire.say(Address("wang", "pi").topic("health"), b"{}")
        assert not wire.lost


def test_what_the_qr_code_says_is_enough_and_small_letters_are_as_good(hub: Hub, home: Home) -> None:
    word = f"{hub.web.base}/pair#{hub.code().replace('-', '').lower()}"
    assert home.type("pair", word)[0] == 0


def test_a_code_works_once(hub: Hub, home: Home) -> None:
    typed = hub.code()
    assert home.type("pair", hub.web.base, typed)[0] == 0
    first = load(home.config, {}).hub.password
    code, said = home.type("pair", hub.web.base, typed)
    assert (code, said.strip()) == (1, "This code was used already: make a new one on the hub.")
    assert load(home.config, {}).hub.password == first


def test_a_code_lasts_a_quarter_of_an_hour(hub: Hub, home: Home) -> None:
    typed = hub.code()
    hub.wait(timedelta(minutes=15))
    code, said = home.type("pair", hub.web.base, typed)
    assert code == 1
    assert said.startswith("This code has expired")
    assert not home.config.exists()


def test_a_newer_code_makes_the_older_one_void(hub: Hub, home: Home) -> None:
    older, newer = hub.code(), hub.code()
    assert home.type("pair", hub.web.base, older)[1].startswith("The hub does not know this code")
    assert home.type("pair", hub.web.base, newer)[0] == 0


def test_a_code_cannot_be_guessed(hub: Hub, home: Home) -> None:
    """After five wrong ones of one kind from one place, even the right one has to wait; a stranger's guesses
    at other codes do not keep the family out for longer than that.
    """
    right = hub.code()
    wrong = right[:-1] + ("2" if right[-1] != "2" else "3")
    for _ in range(5):
        assert "does not know this code" in home.type("pair", hub.web.base, wrong)[1]
    said = home.type("pair", hub.web.base, right)[1]
    assert said.startswith("Too many wrong codes came from here: wait 15 minutes")
    hub.wait(timedelta(minutes=16))
    assert home.type("pair", hub.web.base, hub.code())[0] == 0


def test_what_is_kept_of_a_code_does_not_tell_it(hub: Hub) -> None:
    code = hub.code()
    with hub.web.pool.connection() as connection:
        row = connection.execute("select * from pairing_codes").fetchone()
    assert row is not None
    assert row["hash"].startswith("$argon2id$")
    assert code[5:] not in str(row)


def test_an_answer_that_was_lost_is_asked_for_again_with_the_same_password(hub: Hub) -> None:
    asked = {"code": hub.code(), "password": "x" * 20 + "abcdefghijklmnop"}
    with hub.web.client() as client:
        first = client.post("/api/v1/pairing", json=asked)
        again = client.post("/api/v1/pairing", json=asked)
        assert first.status_code == again.status_code == 200
        assert again.json() == first.json()
        other = client.post("/api/v1/pairing", json=asked | {"password": "y" * 40})
        assert other.status_code == 409
        weak = client.post("/api/v1/pairing", json=asked | {"password": "short"})
        assert weak.status_code == 422


def test_an_agent_that_is_paired_anew_shuts_the_old_one_out(hub: Hub, home: Home) -> None:
    home.type("pair", hub.web.base, hub.code())
    old = load(home.config, {}).hub
    authority = home.config.with_name("hub-ca.pem")
    with Wire(old.port, "a", account=old.username, password=old.password, authority=authority) as wire:
        assert home.type("pair", hub.web.base, hub.code())[0] == 0
        wire.until(lambda: wire.lost, "its end", 2)
    assert load(home.config, {}).hub.password != old.password


def test_shut_out_it_is_thrown_out_at_once_and_the_hub_says_so(hub: Hub, home: Home) -> None:
    home.type("pair", hub.web.base, hub.code())
    at = load(home.config, {}).hub
    authority = home.config.with_name("hub-ca.pem")
    with (
        Wire(at.port, "a", account=at.username, password=at.password, authority=authority) as wire,
        hub.web.program("family") as family,
    ):
        answer = family.delete("/api/v1/homes/wang/edges/pi/account")
        assert answer.status_code == 200
        assert answer.json()["revoked_at"] is not None
        wire.until(lambda: wire.lost, "its end", 2)
        assert [edge["state"] for edge in family.get("/api/v1/homes/wang/edges").json()] == ["lost"]


def test_the_rest_of_the_settings_stays_and_another_homes_events_are_not_sent(hub: Hub, home: Home) -> None:
    data = home.config.parent / "data"
    data.mkdir(parents=True)
    (data / "outbox.db").write_bytes(b"events of the home before")
    (data / "config.json").write_text('{"good": {"version": 7, "settings": {"muted": ["bed"]}}}')
    home.config.write_text(
        f'home = "before"\nedge = "pi"\ndata_dir = "{data}"\n\n[hub]\nhost = "old"\npassword = "old"\n\n'
        '# In the kitchen.\n[sensors]\nport = 1885\n\n[devices."0x00158d0001a2b3c4"]\nname = "Door"\n'
        'room = "hall"\n'
    )
    code, said = home.type("pair", hub.web.base, hub.code())
    assert code == 0, said
    text = home.config.read_text()
    assert "# In the kitchen.\n[sensors]\nport = 1885" in text
    written = tomllib.loads(text)
    assert (written["home"], written["devices"]["0x00158d0001a2b3c4"]["room"]) == ("wang", "hall")
    assert "old" not in text
    assert not (data / "outbox.db").exists()
    assert not (data / "config.json").exists(), "what another home's hub wanted does not hold here"
    assert (data / "outbox-before-pi.db").read_bytes() == b"events of the home before"
    assert "stays in" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("https://hub.example",), "The code is missing"),
        (("ftp://hub.example", "AAAA-BBBB-CCCC"), "is no address of a hub"),
        (("http://hub.example.com", "AAAA-BBBB-CCCC"), "is not encrypted"),
        (("http://127.0.0.1:9", "AAAA-BBBB-CCCC"), "No hub answers at http://127.0.0.1:9"),
    ],
)
def test_what_somebody_typed_wrong_is_said_in_one_sentence(
    home: Home, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.setattr("edge_agent.pairing.TRIES", 1)
    code, answer = home.type("pair", *words)
    assert code == 1
    assert said in answer
    assert answer.count("\n") == 1


def test_a_web_page_that_is_no_hub_is_told_from_one(hub: Hub, home: Home) -> None:
    assert "is no hub of this kind" in home.type("pair", f"{hub.web.base}/homes", "AAAA-BBBB-CCCC")[1]


def test_a_certificate_that_nobody_signed_is_said_and_the_code_stays_good(
    hub: Hub, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broker's TLS port answers with a certificate of the hub's own authority, which no system knows."""
    monkeypatch.setattr("edge_agent.pairing.TRIES", 1)
    typed = hub.code()
    url = f"https://127.0.0.1:{hub.settings.embedded_broker_tls_port}"
    assert "cannot be believed" in home.type("pair", url, typed)[1]
    monkeypatch.setattr("edge_agent.machine.clock", lambda now: "unsynced")
    said = home.type("pair", url, typed)[1]
    assert re.search(r"This machine believes it is \d{4}-", said)
    monkeypatch.undo()
    assert home.type("pair", hub.web.base, typed)[0] == 0


def test_a_file_that_cannot_be_written_is_said_before_the_code_is_used(hub: Hub, home: Home) -> None:
    typed = hub.code()
    home.config.parent.mkdir()
    (home.config.parent / "there").write_text("a file")
    right = home.config
    home.config = home.config.parent / "there" / "agent.toml"
    assert "cannot be written" in home.type("pair", hub.web.base, typed)[1]
    home.config = right
    assert home.type("pair", hub.web.base, typed)[0] == 0
