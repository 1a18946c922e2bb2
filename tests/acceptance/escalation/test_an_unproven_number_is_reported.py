"""A number at which no human ever answered, or where calls keep failing, is reported before it is needed."""

from __future__ import annotations

from datetime import timedelta

from hub.proof import preflight_runs
from tests.hub_rig import HubRig
from tests.proof_rig import verify_number
from tests.village import NIGHT


def test_an_unverified_number_is_reported(hub: HubRig) -> None:
    """Everybody has a number; a human has never answered at any of them."""
    with hub.pool.connection() as connection:
        found = preflight_runs.check_home(connection, "wang", NIGHT)
        assert [each.lapse.kind for each in found] == ["unverified"]
        assert found[0].lapse.until - found[0].lapse.since == timedelta(days=14)
        verify_number(connection, "wang-fang", NIGHT)
        [found_now] = preflight_runs.check_home(connection, "wang", NIGHT)
    assert (found_now.lapse.kind, found_now.lapse.who) == ("single", "王芳")


def test_a_number_at_which_three_calls_failed_proves_nothing_any_more(hub: HubRig) -> None:
    with hub.pool.connection() as connection:
        for contact in ("wang-fang", "wang-qiang"):
            verify_number(connection, contact, NIGHT)
        assert preflight_runs.check_home(connection, "wang", NIGHT) == []
        connection.execute(
            "insert into alerts (id, home_id, risk, severity, status, dedup_key, reason, occurred_at,"
            " triggered_at, policy) values"
            " ('old', 'wang', 'fall', 'emergency', 'resolved', 'old', '{}', %(at)s, %(at)s, '{}')",
            {"at": NIGHT - timedelta(days=3)},
        )
        for n in range(3):
            connection.execute(
                "insert into attempts (id, alert_id, contact_id, contact_name, role, channel, address,"
                " status, created_at, not_before, ended_at) values"
                " (%(id)s, 'old', 'wang-fang', '王芳', 'family', 'voice', '+447700900001', 'failed', %(at)s,"
                " %(at)s, %(at)s)",
                {"id": f"old-{n}", "at": NIGHT - timedelta(days=3, minutes=n)},
            )
        found = preflight_runs.check_home(connection, "wang", NIGHT)
    assert [(each.lapse.kind, each.lapse.who) for each in found] == [
        ("single", "王强"),
        ("failing", "王芳 +447700900001"),
    ]
