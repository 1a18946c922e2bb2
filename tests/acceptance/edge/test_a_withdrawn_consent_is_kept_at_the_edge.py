"""Who does not want a sensor to tell anything any more: within a minute nothing of it leaves the home."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.acceptance.edge.whole_home import BED, DOOR, running, until, whole_home
from tests.brokers import make_broker


@pytest.mark.parametrize("kind", ["embedded", "mosquitto"])
def test_nothing_of_a_muted_sensor_leaves_the_home_and_the_others_go_on(
    database: str, tmp_path: Path, kind: str
) -> None:
    hub_broker, home_broker = make_broker(kind, tmp_path / "h"), make_broker(kind, tmp_path / "s")
    with (
        running(hub_broker),
        running(home_broker),
        whole_home(database, tmp_path, hub_broker, home_broker) as home,
    ):
        home.says(BED, {"occupancy": True})
        until(lambda: (BED, "motion", 1.0) in home.stored(), "an event while it may tell")
        began = time.monotonic()
        home.send("PUT", f"/edges/pi/devices/{BED}/consent", {"given": False, "why": "不想要"})

        def kept() -> bool:
            [bed] = [row for row in home.get("/consents") if row["device"] == BED]
            return bed["given"] is False and bed["on_its_way"] is False

        until(kept, "the edge says that it keeps it")
        assert time.monotonic() - began < 10, "a minute is promised"
        before = home.stored()
        home.says(BED, {"occupancy": False})
        home.says(BED, {"occupancy": True})
        home.says(DOOR, {"contact": False})
        until(lambda: any(device == DOOR for device, _, _ in home.stored()), "the door's event")
        assert [event for event in home.stored() if event not in before] == [(DOOR, "contact", 1.0)]
        until(
            lambda: not home.worker.rows(f"select 1 from devices where id = '{BED}' and placed"),
            "the sensor is in the catalogue no more, so that its silence is no fault",
        )
        assert home.agent.starts == 1, "nothing had to be started anew"
        home.send("PUT", f"/edges/pi/devices/{BED}/consent", {"given": True})
        until(lambda: home.get("/edges/pi/config")["running"] == 2, "the edge hears that it may tell again")
        home.says(BED, {"occupancy": False})
        home.says(BED, {"occupancy": True})
        until(lambda: len(home.stored()) > len(before) + 1, "it tells again")
