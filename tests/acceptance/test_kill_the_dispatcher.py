"""A dispatcher that dies with a call in its hands: the telephone rings once, neither twice nor never."""

from __future__ import annotations

from simulators.telephones.faults import CreateFault, Faults
from tests.processes import until
from tests.whole_way import whole_way


def test_killed_after_the_provider_took_one_call_and_before_it_took_another() -> None:
    """Both requests are under way and unanswered. The next dispatcher asks the provider before it sends."""
    with whole_way() as way:
        hub, telephones = way.hub, way.telephones
        holds = [CreateFault(answer="hold", accepted=True, hold=60), CreateFault(answer="hold", hold=60)]
        telephones.faults(Faults(create=holds))
        way.press()
        until(telephones.calls, "the provider took the call about the press")
        way.fall()
        sending = "select count(*) from attempts where status = 'sending' and channel = 'voice'"
        until(lambda: hub.count(sending) >= 1, "the call about the fall is under way")
        hub.kill_role("dispatch")
        way.check_promise()
        called = hub.rows(
            "select a.risk from attempts t join alerts a on a.id = t.alert_id"
            " where t.provider_id is not null order by t.n"
        )
        assert [row["risk"] for row in called] == ["sos", "fall"]
        assert len(telephones.calls()) == 2
