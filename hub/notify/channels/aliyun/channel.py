"""The Aliyun channel: calls that ask for a key, calls that only say something, messages; in our words.

What Aliyun calls an OutId is ours and comes back with every receipt. It holds at most 15 bytes, so it is the
beginning of the attempt's id. A call is known by Aliyun's CallId, a message by our OutId and its number: a
message's record in QuerySendDetails names these and not the BizId.

Of a call whose request got no answer Aliyun can tell nothing: its records are found by CallId only. Then it
is sent again at once, which cannot ring twice: to one number Aliyun lets one call through in a minute, and
refuses the second if it took the first. A key that is pressed in the first counts all the same, by its OutId.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from hub.clock import Clock, SystemClock
from hub.errors import SettingsError
from hub.notify.capability import Capability
from hub.notify.channels.aliyun import templates
from hub.notify.channels.aliyun.capabilities import NAME, SMS, VOICE
from hub.notify.channels.aliyun.codes import CALL_ENDS, MESSAGE_STATUS, of_refusal
from hub.notify.channels.aliyun.identity import message_id, out_id
from hub.notify.channels.aliyun.numbers import is_mobile, local
from hub.notify.channels.aliyun.wire import Wire
from hub.notify.channels.port import Accepted, Outgoing, Receipt, Refused, SendResult, Unknown
from hub.settings import Settings

CHINA: Final = timezone(timedelta(hours=8))

KEY_MS: Final = 8_000  #: how long a key is waited for after the last word
PLAYS: Final = 3

#: What kind of call a CallId belongs to is part of the question after it: with keys, by TTS, by recording.
KINDS: Final = (11000000300005, 11010000138001, 11000000300006)

#: Beyond the ringing, so long a call may take to be put through before nobody waits for it any more.
PUT_THROUGH: Final = timedelta(seconds=10)
REMEMBERED: Final = 10_000

#: Of a day's messages to one number, as many as Aliyun shows at once, and so many times at most.
PAGE_SIZE, PAGES = 50, 10


class AliyunChannel:
    """Voice calls with key press, and SMS, to mainland numbers."""

    name = NAME

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        secret = settings.aliyun_access_key_secret
        if not settings.aliyun_access_key_id or secret is None:
            raise SettingsError("Calls through Aliyun need ANJU_ALIYUN_ACCESS_KEY_ID and its secret.")
        self.capabilities: tuple[Capability, ...] = (
            *((VOICE,) if settings.aliyun_menu_template else ()),
            *((SMS,) if settings.aliyun_sms_template else ()),
        )
        self._settings = settings
        self._clock = clock or SystemClock()
        self._wire = Wire(
            settings.aliyun_access_key_id,
            secret.get_secret_value(),
            {"dyvmsapi": settings.aliyun_voice_url, "dysmsapi": settings.aliyun_sms_url},
        )
        self._placed: OrderedDict[str, datetime] = OrderedDict()  #: CallId → when; the latest ones
        self._remembering = threading.Lock()

    def send(self, outgoing: Outgoing) -> SendResult:
        """Call or write; see Channel."""
        number = local(outgoing.address)
        if number is None:
            return Refused("not_mainland", "Aliyun reaches numbers of the mainland.", then="provider")
        words = templates.words(outgoing, self._settings.aliyun_longest_word)
        if outgoing.channel == "voice":
            return self._call(outgoing, number, words)
        return self._write(outgoing, number, words)

    def _call(self, outgoing: Outgoing, number: str, words: str) -> SendResult:
        settings, out = self._settings, out_id(outgoing.attempt_id)
        to = {
            "called_number": number,
            "called_show_number": settings.aliyun_show_number,
            "out_id": out,
            "play_times": PLAYS,
        }
        if (menu := templates.menu(settings, outgoing.purpose)) is not None:
            answer = self._wire.ask(
                "dyvmsapi",
                "IvrCall",
                start_code=menu.start,
                start_tts_params=words,
                menu_key_map=[
                    {"key": key, "code": code, "tts_params": words} for key, code in menu.keys.items() if code
                ],
                timeout=KEY_MS,
                **to,
            )
        elif code := templates.notice(settings, outgoing.purpose):
            answer = self._wire.ask("dyvmsapi", "SingleCallByTts", tts_code=code, tts_param=words, **to)
        else:
            return _no_template("voice", outgoing.purpose)
        if not isinstance(answer, dict):
            return answer
        call_id = str(answer.get("CallId") or "")
        if not call_id:
            return Unknown("accepted without a CallId")
        with self._remembering:
            self._placed[call_id] = self._clock.now()
            if len(self._placed) > REMEMBERED:
                self._placed.popitem(last=False)
        return Accepted(call_id)

    def _write(self, outgoing: Outgoing, number: str, words: str) -> SendResult:
        if not is_mobile(number):
            return Refused("landline", "A landline takes no short messages.", then="method")
        code = templates.message(self._settings, outgoing.purpose)
        if not code:
            return _no_template("sms", outgoing.purpose)
        out = out_id(outgoing.attempt_id)
        answer = self._wire.ask(
            "dysmsapi",
            "SendSms",
            phone_numbers=number,
            sign_name=self._settings.aliyun_sms_sign,
            template_code=code,
            template_param=words,
            out_id=out,
        )
        return Accepted(message_id(out, number)) if isinstance(answer, dict) else answer

    def ask(self, channel: str, provider_id: str) -> Receipt | None:
        """Fetch the record of one call or message; see Channel.

        A call's record comes minutes after its end (help.aliyun.com/document_detail/393529.html) and does
        not say which key was pressed; receipts come at once and do. A call of which neither has said anything
        when it must have rung out may have been dropped on the way: nobody waits for it. A key that is
        pressed in it later counts all the same.
        """
        if channel != "voice":
            _, _, number = provider_id.partition(":")
            found = self._records(number, self._clock.now() - timedelta(days=1))
            return next((each for each in found or [] if each.provider_id == provider_id), None)
        with self._remembering:
            placed = self._placed.get(provider_id)
        heard = False
        for kind in KINDS:
            answer = self._wire.ask(
                "dyvmsapi",
                "QueryCallDetailByCallId",
                call_id=provider_id,
                prod_id=kind,
                query_date=_day(placed or self._clock.now()),
            )
            heard = heard or isinstance(answer, dict)
            if isinstance(answer, dict) and (record := _record(answer)):
                return _call(provider_id, record)
        patience = timedelta(seconds=self._settings.ring_seconds) + PUT_THROUGH
        if not heard or (placed is not None and self._clock.now() - placed < patience):
            return None
        return Receipt(provider_id=provider_id, status="unanswered", error_code="no_record")

    def find(self, channel: str, address: str, since: datetime) -> list[Receipt] | None:
        """List the messages that went to an address; of calls nothing can be listed. See Channel."""
        number = local(address)
        if channel == "voice" or number is None:
            return []
        return self._records(number, since)

    def hang_up(self, provider_id: str) -> bool:
        """Do nothing: Aliyun ends only calls between two people (help.aliyun.com/document_detail/114039.htm).

        Whoever still answers hears the menu; their key is told apart by the alert's own state.
        """
        return False

    def _records(self, number: str, since: datetime) -> list[Receipt] | None:
        """Return the messages to a number since an instant, which may lie on the day before."""
        first, last = since.astimezone(CHINA).date(), self._clock.now().astimezone(CHINA).date()
        found: list[Receipt] = []
        for day in sorted({first, last}, reverse=True):
            for page in range(1, PAGES + 1):
                answer = self._wire.ask(
                    "dysmsapi",
                    "QuerySendDetails",
                    phone_number=number,
                    send_date=f"{day:%Y%m%d}",
                    page_size=PAGE_SIZE,
                    current_page=page,
                )
                if not isinstance(answer, dict):
                    return None
                details = (answer.get("SmsSendDetailDTOs") or {}).get("SmsSendDetailDTO") or []
                found += [
                    _message(each, number)
                    for each in details
                    if each.get("OutId") and _sent_at(each, since) >= _whole(since)  # none: not from this hub
                ]
                if len(details) < PAGE_SIZE:
                    break
        return found


def _call(call_id: str, record: Mapping[str, Any]) -> Receipt:
    state = str(record.get("state") or "")
    status = CALL_ENDS.get(state)
    if status is None:  # whether a record of a call that goes on has a state of its own is unconfirmed
        status = "unanswered" if record.get("endDate") else "accepted"
    return Receipt(provider_id=call_id, status=status, error_code=state if status == "failed" else None)


def _record(answer: Mapping[str, Any]) -> dict[str, Any]:
    try:
        record = json.loads(answer.get("Data") or "{}")
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _message(detail: Mapping[str, Any], number: str) -> Receipt:
    status = MESSAGE_STATUS.get(int(detail.get("SendStatus") or 0), "accepted")
    return Receipt(
        provider_id=message_id(str(detail["OutId"]), number),
        status=status,
        error_code=str(detail.get("ErrCode") or "") or None if status == "failed" else None,
    )


def _sent_at(detail: Mapping[str, Any], instead: datetime) -> datetime:
    try:
        return datetime.fromisoformat(str(detail.get("SendDate"))).replace(tzinfo=CHINA)
    except ValueError:
        return instead


def _no_template(medium: str, purpose: str) -> SendResult:
    return of_refusal("no_template", f"No template of Aliyun's is set for {medium} to {purpose}.")


def _whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _day(at: datetime) -> int:
    """Return the beginning of a day in China, in milliseconds: a call is found from there for 24 hours."""
    begun = at.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    return int(begun.timestamp() * 1000)
