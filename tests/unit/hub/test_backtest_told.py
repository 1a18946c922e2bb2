"""What `anju-hub backtest` says, and what it says that it did not look at."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from hub.administration.backtesting import run_backtest
from hub.errors import NotFoundError
from hub.place_file import PlaceFile, take_over
from hub.settings import read_settings
from hub.storage.database import connect
from tests.unit.hub.test_place_file import FILE, NOW


def test_it_says_that_silence_was_not_judged_and_names_a_home_without_a_past(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = read_settings({"ANJU_DATABASE_URL": database, "ANJU_DATA_DIR": str(tmp_path)})
    with connect(database) as connection:
        take_over(connection, PlaceFile.model_validate(tomllib.loads(FILE)), NOW)
    with pytest.raises(NotFoundError, match="Nothing is stored of the home 'wang'"):
        run_backtest(settings, "wang", as_json=False)
    with connect(database) as connection:
        connection.execute(
            "insert into events (home_id, stream_id, seq, occurred_at, received_at, device, kind, value)"
            " values ('wang', 1, 1, %(now)s, %(now)s, '0x00158d00018255df', 'motion', 1)",
            {"now": NOW},
        )
    run_backtest(settings, "wang", as_json=False)
    assert capsys.readouterr().out.splitlines()[-1].startswith("Not judged in a backtest: the silence")
    run_backtest(settings, "wang", as_json=True)
    assert json.loads(capsys.readouterr().out)["silence_judged"] is False
