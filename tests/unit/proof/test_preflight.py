"""Pre-flight: which hours of the next two weeks reach nobody who is proven to answer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hub.escalation.plan import default_policy
from hub.escalation.policy import Method, Person, Policy, Shift, Step
from hub.proof.preflight import HORIZON, Lapse, changes_of, look_ahead, reach
from models.detection.finding import Severity
from tests.unit.escalation.people import CENTRE, COUNTY, DUTY, FANG, NEIGHBOUR, QIANG

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
END = MONDAY + HORIZON


def verified(person: Person) -> Person:
    return replace(person, methods=tuple(replace(method, verified=True) for method in person.methods))


def on_duty(person: Person, *spans: tuple[float, float]) -> Person:
    """On duty from one hour of the fortnight until another."""
    return replace(
        verified(person),
        shifts=tuple(
            Shift(MONDAY + timedelta(hours=since), MONDAY + timedelta(hours=until)) for since, until in spans
        ),
    )


def lapses(*people: Person, first: str = "family") -> list[Lapse]:
    def policies_at(severity: Severity, _at: datetime) -> list[Policy]:
        return [default_policy(people, severity, first)]

    return look_ahead(policies_at, changes_of(people), MONDAY, END)


def told(found: list[Lapse]) -> list[tuple[str, float, float, str | None]]:
    hour = timedelta(hours=1)
    return [
        (each.kind, (each.since - MONDAY) / hour, (each.until - MONDAY) / hour, each.severity)
        for each in found
    ]


def test_a_home_with_two_verified_people_has_no_lapse() -> None:
    assert lapses(verified(FANG), verified(QIANG)) == []


def test_a_home_without_any_telephone_is_unreachable_for_all_of_the_fortnight() -> None:
    assert told(lapses(NEIGHBOUR)) == [("unreachable", 0, 336, None)]


def test_numbers_at_which_nobody_ever_answered_prove_nothing() -> None:
    assert told(lapses(FANG, QIANG, DUTY)) == [("unverified", 0, 336, None)]


def test_one_verified_person_alone_is_named() -> None:
    [found] = lapses(verified(FANG), QIANG)
    assert (found.kind, found.who, found.people) == ("single", "王芳", 1)


NURSE = replace(DUTY, id="nurse", methods=(Method("voice", "+447700900011"),))


def test_the_hours_that_a_rota_leaves_open_are_found_to_the_minute() -> None:
    """The station's two people are on duty but for Tuesday 02:00 to 06:00; the daughter's is unproven."""
    found = lapses(FANG, on_duty(DUTY, (0, 26), (30, 336)), on_duty(NURSE, (0, 26), (30, 336)))
    assert told(found) == [("unverified", 26, 30, None)]


def test_where_nobody_at_all_is_on_duty_everybody_is_called() -> None:
    assert lapses(on_duty(DUTY, (0, 26)), on_duty(NURSE, (0, 26))) == []


def test_of_several_policies_of_an_hour_the_weakest_counts() -> None:
    strong = default_policy([verified(FANG), verified(QIANG)], "emergency", "family")
    weak = default_policy([verified(FANG)], "emergency", "family")
    found = look_ahead(lambda _severity, _at: (strong, weak), (), MONDAY, END)
    assert told(found) == [("single", 0, 336, None)]


def test_where_no_rota_is_known_any_more_everybody_may_be_called() -> None:
    duty = replace(on_duty(DUTY, (0, 24)), duty_known_until=MONDAY + timedelta(hours=24))
    assert told(lapses(duty, verified(FANG))) == []


def test_a_warning_does_not_reach_the_township_in_its_first_round() -> None:
    """An emergency calls the centre at once, a warning only when a round has reached nobody."""
    assert told(lapses(verified(CENTRE), FANG)) == [
        ("unverified", 0, 336, "warning"),
        ("single", 0, 336, "emergency"),
    ]


def test_whoever_joins_a_later_round_only_is_not_counted_on() -> None:
    near = Step(name="family", people=(FANG,))
    later = Step(name="county", people=(verified(COUNTY),), from_round=2)
    found = reach(Policy(steps=(near, later), pause_s=20), MONDAY)
    assert (found.called, found.verified) == (1, ())


def test_two_people_at_one_telephone_are_one() -> None:
    husband = replace(QIANG, methods=FANG.methods)
    assert [each.kind for each in lapses(verified(FANG), verified(husband))] == ["single"]


def test_a_resident_who_is_asked_is_not_somebody_who_helps() -> None:
    asked = replace(verified(FANG), role="resident")
    policy = Policy(steps=(Step(name="ask", people=(asked,), ask=True),), pause_s=20)
    assert reach(policy, MONDAY).verified == ()


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 335), st.integers(1, 40)), max_size=8),
    st.lists(st.tuples(st.integers(0, 335), st.integers(1, 40)), max_size=8),
)
def test_looking_at_changes_finds_what_looking_at_every_minute_would(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    people = (
        FANG,
        on_duty(DUTY, *((since, since + hours) for since, hours in one)),
        on_duty(NURSE, *((since, since + hours) for since, hours in other)),
    )
    found = lapses(*people)
    for hour in range(336):
        at = MONDAY + timedelta(hours=hour, minutes=30)
        expected = len(reach(default_policy(people, "emergency", "family"), at).verified)
        covering = [each for each in found if each.since <= at < each.until]
        assert [each.people for each in covering] == ([] if expected == 2 else [expected])
