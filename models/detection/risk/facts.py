"""What a home's risk is judged by: facts as given by people and as counted by the hub; None is unknown."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFacts:
    """The facts of one home at one instant. What is not known is not counted, and is said to be missing."""

    # As people have said.
    ability: int | None = (
        None  #: level of GB/T 42195-2022: 0 able, 1 slightly, 2 moderately, 3 severely, 4 fully disabled
    )
    age: int | None = None  #: years
    lives_alone: bool | None = None
    walking_aid: bool | None = None
    night_light: bool | None = None  #: on the way from the bed to the bathroom
    grab_rail: bool | None = None  #: in the bathroom
    # As counted.
    falls_90d: int | None = None  #: falls and calls for help that were real, in the last 90 days
    night_toilet: float | None = None  #: visits in a night, the middle of the last two weeks
    restless_nights_30d: int | None = None  #: nights with walking about that was said
    declining: bool | None = None  #: an advice of decline is open
    coldest: float | None = None  #: °C in the coldest room, the middle of the last day
    hottest: float | None = None  #: °C in the hottest room, the middle of the last day
    silent_days_30d: int | None = (
        None  #: days of the last 30 on which the home was not heard for an hour or more
    )
    sensors: int | None = None
    sensors_out: int | None = None  #: not heard, or with an empty battery
    bed_sensor: bool | None = None
    days_since_visit: int | None = None
    contacts: int | None = None  #: people who would be called and have been proved to be reached

    def unknown(self) -> tuple[str, ...]:
        """Return the names of what is not known."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name) is None)
