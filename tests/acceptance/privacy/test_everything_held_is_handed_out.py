"""Whoever asks gets everything that is held of them, in one file; it holds no secret and no other home."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.administration.privacy import erase, export, shown
from hub.clock import MovableClock
from hub.settings import Settings
from tests.care_rig import seen
from tests.village import DAUGHTER, NIGHT, fall
from tests.web_rig import WebRig, form_token, running_web


@pytest.fixture
def web(database: str, tmp_path: Path) -> Iterator[WebRig]:
    with running_web(database, MovableClock(NIGHT), tmp_path) as rig:
        rig.finding(fall())
        with rig.pool.connection() as c:
            for minute in range(30):
                seen(c, "wang", NIGHT - timedelta(minutes=minute))
            c.execute("update contacts set name = '=cmd|calc' where id = 'wang-qiang'")
        yield rig


def test_a_daughter_takes_everything_about_her_mother_along(web: WebRig) -> None:
    with web.program("family") as family:
        people = family.get("/api/v1/homes/wang/people").json()
        assert [(one["kind"], one["name"]) for one in people] == [
            ("resident", "王秀英"), ("contact", "王芳"), ("contact", "=cmd|calc"),
        ]  # fmt: skip
        answer = family.get("/api/v1/homes/wang/people/resident/wang/export")
        assert answer.headers["content-type"] == "application/zip"
        assert family.get("/api/v1/homes/zhao/people/resident/zhao/export").status_code == 404
        assert family.get("/api/v1/homes/wang/people/resident/zhao/export").status_code == 404
    with web.program("operator") as operator:
        assert operator.get("/api/v1/homes/wang/people/resident/wang/export").status_code == 403
    with zipfile.ZipFile(io.BytesIO(answer.content)) as made:
        assert made.testzip() is None
        names = set(made.namelist())
        events = json.loads(made.read("events.json"))
        rows = list(csv.reader(io.StringIO(made.read("contacts.csv").decode("utf-8-sig"))))
        page = made.read("index.html").decode()
        whole = "".join(made.read(name).decode("utf-8", "replace") for name in names)
    assert {
        "person.json",
        "index.html",
        "events.csv",
        "alerts.json",
        "alert_entries.json",
        "audit_log.csv",
    } <= names
    assert len(events) == 30
    assert DAUGHTER in whole
    assert "王秀英" in page
    assert "赵" not in whole
    assert "argon2" not in whole
    assert "'=cmd|calc" in [cell for row in rows for cell in row]  # a spreadsheet runs nothing
    with web.pool.connection() as c:
        noted = c.execute("select user_id from audit_log where action = 'export_person'").fetchone()
    assert noted == {"user_id": web.people["family"]}


def test_the_command_line_shows_exports_and_erases(web: WebRig, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=web.url)  # type: ignore[arg-type]
    said = export(settings, "user/family", tmp_path / "family.zip", "en")
    assert "王芳" in said
    assert (tmp_path / "family.zip").stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(tmp_path / "family.zip") as made:
        assert json.loads(made.read("users.json"))[0]["login"] == "family"
    assert "would go" in shown(settings, "contact/wang-qiang")
    with web.pool.connection() as c:
        c.execute("update alerts set status = 'resolved'")
        c.execute("update contacts set name = '王强' where id = 'wang-qiang'")
    assert "contact_methods went" in erase(settings, "wang-qiang", "他要求的", "王强")
    with web.pool.connection() as c:
        assert c.execute("select 1 from contacts where id = 'wang-qiang'").fetchone() is None


def test_a_supervisor_erases_in_two_steps_on_the_page(web: WebRig) -> None:
    path = "/homes/wang/privacy/contact/wang-fang/erase"
    with web.signed_in("supervisor") as client:
        before = client.get(path)
        assert "王芳" in before.text
        csrf = form_token(before.text)
        given = {"csrf": csrf, "name": "王芳", "reason": "she asked"}
        assert client.post(path, data=given).status_code == 409  # an alert is open
        with web.pool.connection() as c:
            c.execute("update alerts set status = 'resolved'")
        assert client.post(path, data=given | {"name": "王"}).status_code == 422
        assert client.post(path, data=given).status_code == 200
        assert client.get(path).status_code == 404
