"""What the hub says of its own readiness, as reasons of alerts: sentences only, for files and for calls."""

from __future__ import annotations

from typing import Final

NOBODY_VERIFIED: Final = "No verified person is reached for {name} from {since_at} to {until_at}."
NOBODY_VERIFIED_FOR_MANY: Final = (
    "No verified person is reached for {homes} homes; first for {name}, from {since_at} to {until_at}."
)
VERIFIED_AGAIN: Final = "A verified person is reached for every home at every hour of the next two weeks."
NOBODY_ON_DUTY: Final = "Nobody is on duty at {name} from {since_at} to {until_at}: all would be called."
ON_DUTY_AGAIN: Final = "Somebody is on duty at every hour of the next two weeks."
TEST_CALL: Final = "This is a test call to {name}: press 1 to confirm that we reach you."
TEST_MESSAGE: Final = "This is a test message to {name}: answer 1, or open the link, to confirm it."
DRILL: Final = "This is a drill: nothing has happened. Whoever answers presses 1."

READINESS: Final = (
    NOBODY_VERIFIED,
    NOBODY_VERIFIED_FOR_MANY,
    VERIFIED_AGAIN,
    NOBODY_ON_DUTY,
    ON_DUTY_AGAIN,
    TEST_CALL,
    TEST_MESSAGE,
    DRILL,
)
