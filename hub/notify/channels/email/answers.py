"""What an SMTP server's answer means for the next step. Pure: code and stage in, verdict out.

4xx asks to come again; 5xx is for good, and the stage says whose fault it is: a refused recipient is the
person's address, a refused login or sender is ours.
"""

from __future__ import annotations

from typing import Literal

from hub.notify.channels.port import Refused

Stage = Literal["greeting", "login", "sender", "recipient", "content"]


def of_answer(code: int, text: bytes | str, stage: Stage) -> Refused:
    """Return what an answer other than success means."""
    said = (text.decode("utf-8", "replace") if isinstance(text, bytes) else text).strip()
    detail = f"{stage}: {said}"
    if code < 500:
        return Refused(str(code), detail, then="again")
    if stage in ("recipient", "content"):
        return Refused(str(code), detail, then="method")
    return Refused(str(code), detail, then="provider")
