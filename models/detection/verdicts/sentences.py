"""What is said of budgets, each sentence with its numbers. Sentences only, for files and for calls."""

from __future__ import annotations

from typing import Final

QUESTIONS_LEFT: Final = (
    "{left} of {held} questions that may turn out to be needless are left; there is one more every {every_s}."
)
STATION_LEFT: Final = (
    "{left} of {held} calls to the station that may turn out to be needless are left; there is one more "
    "every {every_s}."
)
NEVER_LIMITED: Final = "This is never held back by a budget."
GRANTED: Final = (
    "So unusual by chance once in {chance_s}; the limit is once in {limit_s}, with {left} of {held} left."
)
HELD_BACK: Final = (
    "Not unusual enough: by chance once in {chance_s}; the limit is once in {limit_s}, with {left} of {held} "
    "left."
)
LIMIT: Final = (
    "The limit is by chance once in {limit_s}: {share} of 100 of the budget, times {learnt} after {false} "
    "needless of {given} calls, times {saved} for what is left of it."
)

VERDICTS: Final = (QUESTIONS_LEFT, STATION_LEFT, NEVER_LIMITED, GRANTED, HELD_BACK, LIMIT)
