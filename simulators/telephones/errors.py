"""What can go wrong here, sorted by whose fault it is.

`RefusalError` is the caller's fault or ours on purpose and becomes an answer in Twilio's shape; `TwimlError`
and `UnansweredError` are the fault of the program that is called back; `IllegalMoveError` is a bug of ours.
"""

from __future__ import annotations

from typing import Any

from simulators.errors import SimulatorError


class TelephonesError(SimulatorError):
    """Something went wrong in the telephones."""


class IllegalMoveError(TelephonesError):
    """A move that the table does not have."""


class NotNowError(TelephonesError):
    """This cannot be done, or not now."""


class CalledBackError(TelephonesError):
    """The program that is called back did not do its part."""

    def __init__(self, code: int, reason: str) -> None:
        """`code` is Twilio's number for it."""
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


class TwimlError(CalledBackError):
    """A document cannot be understood."""


class UnansweredError(CalledBackError):
    """An address did not answer, or not with what was asked for."""


class RefusalError(TelephonesError):
    """The provider does not take this request."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        """`code` and `message` are Twilio's, `status` is HTTP's."""
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status

    def body(self) -> dict[str, Any]:
        """The answer as Twilio words it."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }
