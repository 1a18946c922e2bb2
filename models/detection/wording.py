"""Reasons in words: a sentence in a person's language, with durations and the home's own time.

The numbers come from the reason alone. A value's name says what it is: `…_s` a duration in seconds, `…_at` an
instant, `…_clock` minutes since midnight as a clock shows them, `room` a room.
"""

from __future__ import annotations

from collections.abc import Callable

from models.detection.decline.sentences import DECLINE
from models.detection.doubts import DOUBTS
from models.detection.falls import sentences as falls
from models.detection.finding import Reason, Value
from models.detection.hours import local
from models.detection.readiness import READINESS
from models.detection.risk.sentences import RISK
from models.detection.routines.live_sentences import LIVE
from models.detection.routines.sentences import ROUTINES
from models.detection.routines.wandering_sentences import WANDERING
from models.detection.verdicts.sentences import VERDICTS
from models.language import translations

#: Rooms as installers name them in English; other names are shown as they were typed.
ROOMS = (
    "balcony",
    "bathroom",
    "bedroom",
    "corridor",
    "dining room",
    "entrance",
    "hall",
    "kitchen",
    "living room",
    "stairs",
    "study",
    "toilet",
    "yard",
)
_LATE = "It happened at {late_at}; the line was down."
_UNKNOWN_ROOM = "room unknown"
_DATED = "{day} {month_name} {time}"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEEDS_OVERDUE = "{count} requests of residents are past their time, the oldest since {oldest_at}."
NEEDS_SEEN_TO = "No request is past its time any more."
#: What the catalogue must hold besides the sentences of the rules.
PHRASES = (
    _LATE,
    _UNKNOWN_ROOM,
    _DATED,
    "{n} d",
    "{n} h",
    "{n} min",
    "{n} s",
    *ROOMS,
    *DOUBTS.values(),
    *READINESS,
    *ROUTINES,
    *LIVE,
    *WANDERING,
    *DECLINE,
    *VERDICTS,
    *RISK,
    *falls.SENTENCES,
    NEEDS_OVERDUE,
    NEEDS_SEEN_TO,
)

Translate = Callable[[str], str]


def render(reason: Reason, language: str, zone: str, now: int | None = None) -> str:
    """Return the sentence of `reason` in `language` (`zh` or `en`), with times as in `zone`.

    Times of another day than `now` carry their date; without `now` all do.
    """
    translate = translations("models", language).gettext
    words = {name: _word(name, value, translate, zone, now) for name, value in reason.values.items()}
    said = [translate(sentence).format_map(words) for sentence in reason.text.split("\n")]
    if "late_at" in words:
        said.append(translate(_LATE).format_map(words))
    return ("" if language.startswith("zh") else " ").join(said)


def duration(seconds: float, translate: Translate) -> str:
    """Return a duration in its two largest units: `3 h 40 min`, `90 s` as `1 min 30 s`."""
    whole = round(seconds)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        parts = ((days, "{n} d"), (hour, "{n} h"))
    elif hours:
        parts = ((hours, "{n} h"), (minute, "{n} min"))
    elif minutes >= 10:
        parts = ((minutes, "{n} min"), (0, "{n} s"))
    else:
        parts = ((minutes, "{n} min"), (second, "{n} s"))
    said = [translate(unit).format(n=n) for n, unit in parts if n]
    return " ".join(said) if said else translate("{n} s").format(n=0)


def _word(name: str, value: Value, translate: Translate, zone: str, now: int | None) -> str:
    if name == "room":
        return _room(str(value or ""), translate)
    if isinstance(value, str) or value is None:
        return str(value or "")
    if name.endswith("_s"):
        return duration(float(value), translate)
    if name.endswith("_clock"):
        return f"{int(value) // 60 % 24:02}:{int(value) % 60:02}"
    if name.endswith("_at"):
        return _moment(int(value), translate, zone, now)
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def _room(name: str, translate: Translate) -> str:
    if not name:
        return translate(_UNKNOWN_ROOM)
    known = name.lower().replace("_", " ").replace("-", " ")
    return translate(known) if known in ROOMS else name


def _moment(at: int, translate: Translate, zone: str, now: int | None) -> str:
    moment = local(zone, at)
    time = f"{moment:%H:%M}"
    if now is not None and local(zone, now).date() == moment.date():
        return time
    return translate(_DATED).format(
        day=moment.day, month=moment.month, month_name=_MONTHS[moment.month - 1], time=time
    )
