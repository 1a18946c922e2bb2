"""The stories in which the hub is killed: who answers a telephone how, and what the provider gets wrong."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from simulators.telephones.faults import CreateFault, Faults
from simulators.telephones.person import Keys, OnCall
from tests.resident_rig import RESIDENT
from tests.village import CENTRE, DAUGHTER, SON, STATION

PRESSES_1 = OnCall(does="answer", after=2, keys=(Keys(3, "1"),))
DECLINES = OnCall(does="answer", after=2, keys=(Keys(3, "2"),))
LISTENS_AGAIN = OnCall(does="answer", after=2, keys=(Keys(2, "3"), Keys(2, "1")))
THINKS = OnCall(does="answer", after=4, keys=(Keys(6, "1"),))
VOICEMAIL = OnCall(does="voicemail", after=4)
NO_ANSWER = OnCall(does="no_answer")
BUSY = OnCall(does="busy")
HANGS_UP = OnCall(does="hangs_up", after=2)

NAMES: Final[Mapping[str, str]] = {
    DAUGHTER: "王芳",
    SON: "王强",
    STATION: "东街站值班",
    CENTRE: "河口镇值班",
    RESIDENT: "王秀英",
}
OPERATOR: Final = "李站长"  #: who sits at the board


@dataclass(frozen=True, slots=True)
class Outage:
    """What a kill takes with it, and for how long: every role (a power cut) or only the one that met it."""

    seconds: float
    whole: bool


#: A supervisor's quick restart, one role down, the hub down while several people are not called, a long one.
OUTAGES: Final = (Outage(0.5, True), Outage(6, False), Outage(40, True), Outage(200, False))


def plan(name: str, moment: int, round_: int = 1) -> tuple[tuple[int, ...], Outage]:
    """Return when a story's hub is killed and what goes down with it, always the same for the same arguments.

    From the second round on it is killed once more, while it recovers.
    """
    chance = random.Random(f"{name}/{moment}/{round_}")
    again = () if round_ == 1 else (moment + chance.randint(1, 160),)
    return (moment, *again), chance.choice(OUTAGES)


@dataclass(frozen=True, kw_only=True)
class Story:
    """What happens around the hub. The last behaviour of a list is for all later calls."""

    people: Mapping[str, Sequence[OnCall]]
    faults: Faults = field(default_factory=Faults)
    presses: tuple[Literal["sos", "smoke"], ...] = ("sos",)  #: what the home reports; one alert each
    #: What is raised besides: a warning about which the resident is asked, a drill, an alert of the area.
    raises: tuple[Literal["inactivity", "drill", "power_cut"], ...] = ()
    written_to: tuple[str, ...] = ()  #: numbers that also get a short message
    writes_back: Mapping[str, str] = field(default_factory=dict)  #: who answers a message, and what
    providers: int = 1  #: of two, each calls from a number of its own
    board_after_s: float | None = None  #: when the operator takes the alert
    resolved_after_s: tuple[float, ...] = (60.0,)  #: each time somebody took it; a long one is forgotten
    answered: bool = True  #: somebody takes it in the end


STORIES: Final[Mapping[str, Story]] = {
    "voicemail, a busy line, then the station takes it": Story(
        people={DAUGHTER: [VOICEMAIL], SON: [BUSY], STATION: [PRESSES_1]}
    ),
    "no answer, one who cannot go, then the station listens twice": Story(
        people={DAUGHTER: [NO_ANSWER], SON: [DECLINES], STATION: [LISTENS_AGAIN]},
        written_to=(DAUGHTER,),
    ),
    "errors after and before acceptance, then too many requests": Story(
        people={DAUGHTER: [NO_ANSWER], SON: [HANGS_UP], STATION: [PRESSES_1]},
        faults=Faults(
            create=[
                CreateFault(answer="500", accepted=True, to=DAUGHTER),
                CreateFault(answer="500", accepted=False, to=SON),
                CreateFault(answer="429", to=STATION),
            ]
        ),
    ),
    "no callback ever comes": Story(
        people={DAUGHTER: [BUSY], SON: [VOICEMAIL], STATION: [PRESSES_1]},
        faults=Faults(callbacks="never"),
    ),
    "callbacks come in reverse order, and nobody answers in the first round": Story(
        people={DAUGHTER: [HANGS_UP, PRESSES_1], SON: [BUSY], STATION: [BUSY], CENTRE: [VOICEMAIL]},
        faults=Faults(callbacks="reversed"),
    ),
    "the operator takes it on the board while a telephone rings": Story(
        people={DAUGHTER: [NO_ANSWER], SON: [NO_ANSWER], STATION: [NO_ANSWER], CENTRE: [NO_ANSWER]},
        board_after_s=8,
    ),
    "two alerts at once ring the same telephones": Story(
        people={DAUGHTER: [BUSY], SON: [PRESSES_1]}, presses=("sos", "smoke")
    ),
    "two calls to one telephone, taken with errors, and callbacks come late": Story(
        people={DAUGHTER: [THINKS], SON: [PRESSES_1]},
        presses=("sos", "smoke"),
        faults=Faults(
            callbacks="delayed",
            callback_delay=5,
            create=[CreateFault(answer="500", accepted=True, times=2, to=DAUGHTER)],
        ),
    ),
    "taken and forgotten, then taken by another": Story(
        people={DAUGHTER: [PRESSES_1, DECLINES], SON: [PRESSES_1]},
        resolved_after_s=(1800, 60),
    ),
    "the resident is asked, and says that all is well": Story(
        people={RESIDENT: [PRESSES_1], DAUGHTER: [PRESSES_1], SON: [NO_ANSWER], STATION: [NO_ANSWER]},
        presses=(),
        raises=("inactivity",),
    ),
    "she misses the calls and writes back that she goes": Story(
        people={DAUGHTER: [NO_ANSWER], SON: [BUSY], STATION: [VOICEMAIL, PRESSES_1], CENTRE: [NO_ANSWER]},
        written_to=(DAUGHTER, SON),
        writes_back={DAUGHTER: "1"},
    ),
    "a drill, which ends with the first who is reached": Story(
        people={DAUGHTER: [BUSY], SON: [PRESSES_1], STATION: [PRESSES_1], CENTRE: [PRESSES_1]},
        presses=(),
        raises=("drill",),
        written_to=(DAUGHTER,),
    ),
    "one provider is busy or loses its answers, the other takes over": Story(
        people={DAUGHTER: [NO_ANSWER], SON: [HANGS_UP], STATION: [PRESSES_1]},
        faults=Faults(
            create=[
                CreateFault(answer="429", to=DAUGHTER),
                CreateFault(answer="500", accepted=True, to=SON),
                CreateFault(answer="429", to=STATION),
                CreateFault(answer="500", accepted=True, to=STATION),
            ]
        ),
        providers=2,
    ),
    "an alert of the area beside one of a home": Story(
        people={DAUGHTER: [DECLINES], SON: [BUSY], STATION: [BUSY, PRESSES_1], CENTRE: [PRESSES_1]},
        raises=("power_cut",),
    ),
    "nobody ever answers": Story(
        people={DAUGHTER: [VOICEMAIL], SON: [NO_ANSWER], STATION: [BUSY], CENTRE: [DECLINES]},
        answered=False,
    ),
}
