"""TwiML becomes verbs; what is no TwiML is refused with Twilio's number for it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

from simulators.telephones.errors import TwimlError
from simulators.telephones.speech import Gathered, gathered, lasts, passes
from simulators.telephones.twiml import (
    LONGEST_DOCUMENT,
    Gather,
    Hangup,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    parse,
    replies,
)


def test_what_twilios_own_library_writes_is_read_back() -> None:
    response = VoiceResponse()
    gather = response.gather(num_digits=1, timeout=8, action="/press", action_on_empty_result=True)
    gather.say("王秀英需要帮助。", language="zh-CN", loop=2)
    gather.pause(length=2)
    response.play("https://station.example/chime.mp3")
    response.record(timeout=3)
    response.redirect("/again", method="GET")
    response.reject(reason="busy")
    response.hangup()

    document = parse(str(response))

    assert document.warnings == ()
    assert document.verbs == (
        Gather(
            prompts=(Say("王秀英需要帮助。", "zh-CN", 2), Pause(2)),
            action="/press",
            timeout=8,
            num_digits=1,
            action_on_empty=True,
        ),
        Play("https://station.example/chime.mp3"),
        Record(3),
        Redirect("/again", "GET"),
        Reject("busy"),
        Hangup(),
    )


def test_markup_inside_a_sentence_is_spoken_as_its_words() -> None:
    (say,) = parse("<Response><Say>Press <prosody rate='slow'>one</prosody>\n now</Say></Response>").verbs
    assert say == Say("Press one now")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", 12100),
        ("<Response><Say>Fall", 12100),
        ("<Answer/>", 12102),
        ("<Response><Dance/></Response>", 12200),
        ("<Response><Gather><Gather/></Gather></Response>", 12200),
        ('<!DOCTYPE x [<!ENTITY a "b">]><Response><Say>&a;</Say></Response>', 12100),
        (f"<Response><Say>{'x' * LONGEST_DOCUMENT}</Say></Response>", 11750),
    ],
    ids=["empty", "cut off", "no Response", "unknown verb", "nested question", "entities", "too large"],
)
def test_what_is_no_twiml_is_refused(text: str, code: int) -> None:
    with pytest.raises(TwimlError) as refused:
        parse(text)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("attribute", "code"),
    [
        ('timeout="soon"', 13313),
        ('numDigits="0"', 13314),
        ('finishOnKey="x"', 13310),
        ('method="PUT"', 13312),
        ('colour="red"', 12200),
    ],
)
def test_a_wrong_attribute_is_a_warning_and_the_usual_value_holds(attribute: str, code: int) -> None:
    document = parse(f"<Response><Gather {attribute}/></Response>")
    assert document.verbs == (Gather(),)
    assert [warning for warning, _ in document.warnings] == [code]


@given(st.text(max_size=200))
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    for candidate in (text, f"<Response>{text}</Response>"):
        with suppress(TwimlError):
            parse(candidate)


def test_an_answer_to_a_message_is_read_in_both_spellings() -> None:
    response = MessagingResponse()
    response.message("Taken")
    response.message().body("Press 2 if you cannot go")
    assert replies(str(response)) == ("Taken", "Press 2 if you cannot go")
    assert replies("<Response/>") == replies("") == ()
    with pytest.raises(TwimlError):
        replies("<Response><Say>Fall</Say></Response>")


@pytest.mark.parametrize(
    ("pressed", "wanted", "answer"),
    [
        ("", Gather(num_digits=1), None),
        ("1", Gather(num_digits=1), Gathered("1")),
        ("12", Gather(num_digits=1), Gathered("1")),
        ("1", Gather(num_digits=4), None),
        ("12#", Gather(num_digits=4), Gathered("12", "#")),
        ("#", Gather(), Gathered("", "#")),
        ("12#", Gather(finish_on_key=""), None),
        ("12*3", Gather(finish_on_key="*#"), Gathered("12", "*")),
    ],
)
def test_an_answer_is_complete_with_its_last_digit_or_the_finishing_key(
    pressed: str, wanted: Gather, answer: Gathered | None
) -> None:
    assert gathered(pressed, wanted) == answer


def test_chinese_takes_longer_for_each_character_than_english() -> None:
    assert lasts(Say("跌" * 45)) == pytest.approx(10.3)
    assert lasts(Say("x" * 45)) == pytest.approx(3.3)
    assert lasts(Pause(7)) == 7


def test_an_endless_loop_ends() -> None:
    assert passes(Say("Fall", loop=0)) == 20
    assert passes(Say("Fall", loop=3)) == 3
