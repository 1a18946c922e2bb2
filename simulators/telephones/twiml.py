"""TwiML, the language in which a program tells the provider what to do with a call: text to verbs.

Pure. A document that cannot be understood raises TwimlError with Twilio's number; small mistakes become
warnings and are passed over, as Twilio does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

from simulators.telephones.errors import TwimlError

LONGEST_DOCUMENT: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Say:
    text: str
    language: str = "en-US"
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Play:
    url: str
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: int = 1


@dataclass(frozen=True, slots=True)
class Gather:
    prompts: tuple[Say | Play | Pause, ...] = ()
    action: str | None = None
    method: str = "POST"
    timeout: int = 5
    num_digits: int | None = None
    finish_on_key: str = "#"
    action_on_empty: bool = False
    hears_keys: bool = True  #: false when it listens for speech only


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Record:
    timeout: int = 5
    beep: bool = True


@dataclass(frozen=True, slots=True)
class Hangup:
    pass


@dataclass(frozen=True, slots=True)
class Reject:
    reason: str = "rejected"


Verb = Say | Play | Pause | Gather | Redirect | Record | Hangup | Reject


@dataclass(frozen=True, slots=True)
class Document:
    """What to do, in order, and what was wrong with the text but did not matter: (Twilio's number, words)."""

    verbs: tuple[Verb, ...]
    warnings: tuple[tuple[int, str], ...] = ()


def parse(text: str) -> Document:
    """Read a TwiML document for a call."""
    root = response_element(text)
    warnings: list[tuple[int, str]] = []
    return Document(tuple(_verb(element, warnings) for element in root), tuple(warnings))


def replies(text: str) -> tuple[str, ...]:
    """Read a TwiML document that answers a short message: the texts to send back, if any."""
    if not text.strip():
        return ()
    found = []
    for element in response_element(text):
        if element.tag not in ("Message", "Sms"):
            raise TwimlError(12200, f"{element.tag} is no verb for a message")
        body = element.find("Body")
        found.append((body.text if body is not None else element.text) or "")
    return tuple(reply.strip() for reply in found if reply.strip())


def response_element(text: str) -> ElementTree.Element:
    """Return the document's root; raises TwimlError when it is no XML or no Response."""
    if len(text) > LONGEST_DOCUMENT:
        raise TwimlError(11750, "the document is larger than 64 kB")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise TwimlError(12100, "document types are not read")  # entities can grow without bound
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  entities are refused above
    except ElementTree.ParseError as problem:
        raise TwimlError(12100, f"the document is no XML: {problem}") from problem
    if root.tag != "Response":
        raise TwimlError(12102, f"the root element is {root.tag}, not Response")
    return root


class _Attributes:
    """One element's attributes; what does not fit is replaced by the usual value and leaves a warning."""

    def __init__(self, element: ElementTree.Element, warnings: list[tuple[int, str]]) -> None:
        self._element, self._warnings = element, warnings

    def _warn(self, code: int, name: str) -> None:
        value = self._element.get(name)
        self._warnings.append((code, f"{self._element.tag}: invalid {name} {value!r}"))

    def text(self, name: str) -> str | None:
        return self._element.get(name)

    def method(self, code: int) -> str:
        method = self._element.get("method", "POST").upper()
        if method not in ("GET", "POST"):
            self._warn(code, "method")
            return "POST"
        return method

    def whole(self, name: str, usual: int, code: int, least: int = 1) -> int:
        value = self._element.get(name)
        if value is None:
            return usual
        if not (value.isascii() and value.isdigit() and len(value) <= 6 and int(value) >= least):
            self._warn(code, name)
            return usual
        return int(value)

    def flag(self, name: str, usual: bool) -> bool:
        return self._element.get(name, str(usual)).lower() == "true"

    def keys(self, name: str, usual: str, code: int) -> str:
        value = self._element.get(name, usual)
        if not set(value) <= set("0123456789*#"):
            self._warn(code, name)
            return usual
        return value


#: Attributes that Twilio knows and that make no difference to a simulated telephone.
_IGNORED: Final = frozenset(
    {
        "voice",
        "language",
        "loop",
        "length",
        "action",
        "method",
        "timeout",
        "numDigits",
        "finishOnKey",
        "actionOnEmptyResult",
        "input",
        "hints",
        "speechTimeout",
        "profanityFilter",
        "speechModel",
        "enhanced",
        "partialResultCallback",
        "partialResultCallbackMethod",
        "bargeIn",
        "debug",
        "digits",
        "maxLength",
        "playBeep",
        "trim",
        "transcribe",
        "transcribeCallback",
        "recordingStatusCallback",
        "recordingStatusCallbackMethod",
        "recordingStatusCallbackEvent",
        "reason",
    }
)


def _verb(element: ElementTree.Element, warnings: list[tuple[int, str]]) -> Verb:
    read = _Attributes(element, warnings)
    for name in element.attrib:
        if name not in _IGNORED:
            warnings.append((12200, f"{element.tag}: attribute {name} is not known"))
    match element.tag:
        case "Gather":
            prompts = tuple(_prompt(child, warnings) for child in element)
            limit = read.whole("numDigits", 0, 13314)
            return Gather(
                prompts=prompts,
                action=read.text("action") or None,
                method=read.method(13312),
                timeout=read.whole("timeout", 5, 13313),
                num_digits=limit or None,
                finish_on_key=read.keys("finishOnKey", "#", 13310),
                action_on_empty=read.flag("actionOnEmptyResult", False),
                hears_keys="dtmf" in (read.text("input") or "dtmf").split(),
            )
        case "Redirect":
            return Redirect((element.text or "").strip(), read.method(13810))
        case "Record":
            return Record(read.whole("timeout", 5, 13612), read.flag("playBeep", True))
        case "Hangup":
            return Hangup()
        case "Reject":
            return Reject(read.text("reason") or "rejected")
        case _:
            return _prompt(element, warnings)


def _prompt(element: ElementTree.Element, warnings: list[tuple[int, str]]) -> Say | Play | Pause:
    read = _Attributes(element, warnings)
    match element.tag:
        case "Say":
            text = " ".join("".join(element.itertext()).split())
            return Say(text, read.text("language") or "en-US", read.whole("loop", 1, 13510, least=0))
        case "Play":
            return Play((element.text or "").strip(), read.whole("loop", 1, 13410, least=0))
        case "Pause":
            return Pause(read.whole("length", 1, 13910, least=0))
        case _:
            raise TwimlError(12200, f"{element.tag} is not allowed here")
