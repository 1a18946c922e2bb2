"""An emergency is answered, once, wherever the hub is killed on the way.

The places are not chosen by hand: every statement, commit and request of each story is counted first, and the
hub is killed just before or just after some of them, evenly spread (`python -m tests.benchmarks killpoints`
takes them all). Telephones, routes, client and database are the real ones; sockets and waiting are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest

from hub.notify.channels.port import Receipt
from hub.notify.channels.twilio.channel import TwilioChannel
from tests import killpoints
from tests.killpoint_stories import STORIES, Outage, plan
from tests.killpoint_verdict import Verdict, judge
from tests.killpoints import Run
from tests.one_world import World

KILLS = 17  #: of each story

VOICEMAIL = "voicemail, a busy line, then the station takes it"
ERRORS = "errors after and before acceptance, then too many requests"
NOBODY = "nobody ever answers"
TWINS = "two calls to one telephone, taken with errors, and callbacks come late"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with killpoints.world() as made:
        yield made


def undisturbed(database: str, world: World, name: str) -> Run:
    run = Run(database, world, STORIES[name]).play()
    assert judge(run).ok, judge(run)
    return run


@pytest.mark.parametrize("name", STORIES)
def test_wherever_it_is_killed_a_human_is_found_and_nobody_rings_twice(
    database: str, world: World, name: str
) -> None:
    moments = 2 * len(undisturbed(database, world, name).hub.places.passed)
    step = moments / KILLS
    for moment in (int(n * step + step / 2) for n in range(KILLS)):
        kills, outage = plan(name, moment)
        run = Run(database, world, STORIES[name], kills, outage).play()
        assert run.hub.kills == 1
        verdict = judge(run)
        assert verdict.ok, told(run, moment, outage, verdict)


def told(run: Run, moment: int, outage: Outage, verdict: Verdict) -> str:
    side = "after" if moment % 2 else "before"
    happened = "\n".join(
        f"{row['at']:%H:%M:%S.%f} {row['kind']} {row['data']}"
        for row in run.entries
        if row["kind"] not in ("raised",)
    )
    return (
        f"{side} place {moment // 2}, {run.hub.places.passed[moment // 2]}, {outage}: {verdict}\n{happened}"
    )


def test_a_story_passes_the_same_places_each_time(database: str, world: World) -> None:
    """A moment that is counted in one run is the same moment in the next."""
    first, second = (undisturbed(database, world, VOICEMAIL).hub.places.passed for _ in range(2))
    assert _without_names(first) == _without_names(second)
    assert {place.split()[0] for place in first} == {"ingest", "dispatch", "web"}


def _without_names(places: list[str]) -> list[str]:
    return [re.sub("[0-9a-f]{32}", "…", place) for place in places]


def killed_at_the_first_call(database: str, world: World, channel: type[TwilioChannel]) -> Verdict:
    """Play a story in which the provider took the first call and the hub died before it heard of that."""
    places = undisturbed(database, world, VOICEMAIL).hub.places.passed
    call = next(n for n, place in enumerate(places) if "request" in place and "Calls" in place)
    run = Run(database, world, STORIES[VOICEMAIL], [2 * call + 1], Outage(40, True), channel=channel).play()
    assert run.hub.kills == 1
    return judge(run)


class LooksForNothing(TwilioChannel):
    """Says that the provider took nothing, without asking."""

    def find(self, channel: str, address: str, since: datetime) -> list[Receipt] | None:
        return []


class CannotLook(TwilioChannel):
    """Can never say what the provider took."""

    def find(self, channel: str, address: str, since: datetime) -> list[Receipt] | None:
        return None


def test_a_call_that_was_taken_before_the_kill_is_found_and_not_dialled_again(
    database: str, world: World
) -> None:
    assert killed_at_the_first_call(database, world, TwilioChannel).ok


def test_two_calls_to_one_telephone_are_never_taken_for_each_other(database: str, world: World) -> None:
    """Two alerts owe a call to one number, and the hub dies with the answer to the first.

    A look-up finds calls by number: would both be under way, it might take the first one's call for the
    second's, and dial the first again.
    """
    places = undisturbed(database, world, TWINS).hub.places.passed
    for request in [n for n, place in enumerate(places) if "request" in place][:4]:
        for moment in range(2 * request, 2 * request + 12, 3):
            outage = Outage(40, True) if moment % 2 else Outage(6, False)
            run = Run(database, world, STORIES[TWINS], [moment], outage).play()
            assert judge(run).ok, told(run, moment, outage, judge(run))


def test_a_hub_that_sent_again_without_looking_would_be_caught(database: str, world: World) -> None:
    verdict = killed_at_the_first_call(database, world, LooksForNothing)
    assert verdict.doubled == ["王芳 was called 2 times for one attempt"]


def test_an_attempt_that_nobody_ever_clears_up_would_be_caught(database: str, world: World) -> None:
    verdict = killed_at_the_first_call(database, world, CannotLook)
    assert "王芳 stays unknown" in verdict.wrong
    assert not verdict.lost, "the next person is called all the same"


def test_a_policy_that_ended_in_silence_would_be_caught(database: str, world: World) -> None:
    run = undisturbed(database, world, NOBODY)
    assert judge(run).still_calling
    run.alerts[0]["due_at"] = None
    assert judge(run).lost


def test_killed_again_while_it_recovers(database: str, world: World) -> None:
    moments = 2 * len(undisturbed(database, world, ERRORS).hub.places.passed)
    for moment in range(moments // 24, moments, moments // 12):
        kills, outage = plan(ERRORS, moment, round_=2)
        run = Run(database, world, STORIES[ERRORS], kills, outage).play()
        verdict = judge(run)
        assert verdict.ok, told(run, moment, outage, verdict)
