"""The second half of a call: what the program says and asks, document by document, until it is over.

Carries out TwiML with a person on the line. The person may press keys, hang up or say nothing; the program
may end the call or give it other instructions at any moment.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin

from simulators.telephones.call import Call
from simulators.telephones.errors import CalledBackError, TelephonesError, TwimlError, UnansweredError
from simulators.telephones.fields import call_fields
from simulators.telephones.habits import Habits
from simulators.telephones.line import Line
from simulators.telephones.signals import Cancel, Complete, HangUp, PickUp, Press, Redirected, Signal
from simulators.telephones.speech import Gathered, gathered, lasts, passes
from simulators.telephones.surroundings import Surroundings
from simulators.telephones.twiml import (
    Document,
    Gather,
    Hangup,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    parse,
)

#: A program that sends a call round in circles is stopped after so many documents.
MOST_DOCUMENTS: Final = 300

SPOKEN_ERROR: Final = "We are sorry, an application error has occurred. Goodbye."


@dataclass(frozen=True, slots=True)
class Source:
    """Where the next document comes from: an address with what to tell it, or the text itself."""

    url: str | None = None
    method: str = "POST"
    twiml: str | None = None
    extra: dict[str, str] = field(default_factory=dict)


class _OverError(TelephonesError):
    """The call has ended."""


class _ElsewhereError(TelephonesError):
    """The call goes on with another document."""

    def __init__(self, source: Source) -> None:
        super().__init__(source.url or "")
        self.source = source


class Conversation:
    """One answered call."""

    def __init__(self, around: Surroundings, call: Call, line: Line, habits: Habits) -> None:
        self._around, self._call, self._line, self._habits = around, call, line, habits
        self._pressed = ""
        self._interrupts = False  #: whether a key cuts the waiting short

    async def wait(self, seconds: float) -> None:
        """Let time pass on the line; raises when the call ends meanwhile."""
        await self._line.during(self._around.clock.sleep(seconds), self._take)

    async def run(self, first: Source, detecting: float, detected: Callable[[], None]) -> None:
        """Go through the call; returns when it is over.

        `detecting` seconds pass before the first document, and `detected` is called then.
        """
        source = first
        fell_back = False
        fetched = 0
        try:
            try:
                await self.wait(detecting)
            except _ElsewhereError as elsewhere:
                source = elsewhere.source
            detected()
            while True:
                fetched += 1
                try:
                    if fetched > MOST_DOCUMENTS:
                        raise UnansweredError(11215, "the call was sent round in circles")
                    onward = await self._go_through(source)
                    if onward is None:
                        return
                    source = onward
                except _ElsewhereError as elsewhere:
                    source = elsewhere.source
                except CalledBackError as problem:
                    self._note("error", code=problem.code, reason=problem.reason)
                    order = self._call.order
                    if fell_back or order.fallback_url is None or fetched > MOST_DOCUMENTS:
                        await self._say(Say(SPOKEN_ERROR))
                        return
                    fell_back = True
                    extra = {"ErrorCode": str(problem.code), "ErrorUrl": source.url or ""}
                    source = Source(order.fallback_url, order.fallback_method, None, extra)
        except _ElsewhereError:
            self._note("redirected too late")
        except _OverError:
            pass

    async def _go_through(self, source: Source) -> Source | None:
        """Fetch one document and carry it out; return where to go on, or None at its end."""
        document = await self._document(source)
        for code, reason in document.warnings:
            self._note("warning", code=code, reason=reason)
        for verb in document.verbs:
            match verb:
                case Say() | Play() | Pause():
                    await self._say(verb)
                case Gather():
                    if (onward := await self._gather(verb, source.url)) is not None:
                        return onward
                case Record():
                    self._note("beeps" if verb.beep else "records")
                    await self.wait(verb.timeout)
                case Redirect():
                    return Source(_address(source.url, verb.url), verb.method)
                case Hangup() | Reject():
                    return None
        return None

    async def _document(self, source: Source) -> Document:
        if source.twiml is not None:
            return parse(source.twiml)
        url = source.url or ""
        fields = call_fields(self._call, self._around.settings.account_sid) | source.extra
        self._note("asks for instructions", url=url, **source.extra)
        asking = self._around.outward.ask(url, source.method, fields, token=str(uuid.uuid4()), follow=True)
        answer = await self._line.during(asking, self._take)
        if answer is None:
            raise UnansweredError(11200, f"{url} was not waited for")
        kind = answer.content_type.partition(";")[0].strip().lower()
        if kind in ("text/xml", "application/xml", "text/html"):
            return parse(answer.text)
        if kind == "text/plain":
            return Document((Say(answer.text),))
        if kind.startswith("audio/"):
            return Document((Play(url),))
        raise TwimlError(12300, f"{url} answered {kind or 'without a content type'}")

    async def _say(self, prompt: Say | Play | Pause) -> None:
        for _ in range(passes(prompt)):
            if self._interrupts and self._pressed:
                return
            match prompt:
                case Say(text, language):
                    self._call.said.append(text)
                    self._note("says", text=text, language=language)
                case Play(url):
                    self._note("plays", url=url)
                case Pause():
                    pass
            await self.wait(lasts(prompt))

    async def _gather(self, gather: Gather, here: str | None) -> Source | None:
        """Ask, and return where the answer goes; None when there is none and the document goes on."""
        self._pressed, self._interrupts = "", gather.hears_keys
        self._call.listening = gather.hears_keys
        self._note("listens", digits=gather.num_digits, timeout=gather.timeout)
        self._habits.asked()
        try:
            for prompt in gather.prompts:
                await self._say(prompt)
            answer = gathered(self._pressed, gather)
            while answer is None:
                before = self._pressed
                await self.wait(gather.timeout)
                answer = gathered(self._pressed, gather)
                if answer is None and self._pressed == before:
                    answer = Gathered(before)
        finally:
            self._interrupts = self._call.listening = False
        if not answer.digits and not answer.finished_on and not gather.action_on_empty:
            self._note("hears no key")
            return None
        extra = {"Digits": answer.digits, "msg": "Gather End"}
        if answer.finished_on:
            extra["FinishedOnKey"] = answer.finished_on
        return Source(_address(here, gather.action or ""), gather.method, None, extra)

    def _take(self, signal: Signal) -> bool:
        match signal:
            case HangUp():
                self._note("hung up")
                raise _OverError
            case Complete():
                raise _OverError
            case Redirected(url, method, twiml):
                raise _ElsewhereError(Source(url, method, twiml))
            case Press(digits):
                return self._hear(digits)
            case PickUp() | Cancel():
                return False  # too late for either

    def _hear(self, digits: str) -> bool:
        if not self._interrupts:
            self._note("pressed, nobody listens", digits=digits)
            return False
        self._pressed += digits
        self._call.keys += digits
        self._note("pressed", digits=digits)
        return True

    def _note(self, what: str, **facts: object) -> None:
        self._around.note_call(self._call, what, dict(facts))


def _address(here: str | None, there: str) -> str:
    """Return the address that a document at `here` means by `there`; empty means the document itself."""
    if here is None and not there.startswith(("http://", "https://")):
        raise TwimlError(11100, f"{there or 'the document itself'} is no address without one to start from")
    return urljoin(here or "", there) if there else here or ""
