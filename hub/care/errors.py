"""What somebody may get wrong about visits, requests and suggestions. The docstring is the message."""

from __future__ import annotations

from hub.errors import HubError


class CareError(HubError):
    """This cannot be written down so."""


class ReasonMissingError(CareError):
    """Say why it is declined."""


class VisitTimeError(CareError):
    """A visit lies in the past, and not further back than two months: correct its day and time."""


class NobodySeenError(CareError):
    """Say whom the visitor saw or spoke to: without anybody it is no visit."""


class UnreadableTimeError(CareError):
    """The day and time cannot be read: write them like 2026-11-22T09:30."""
