"""What is said of a home's risk: what adds to it and what would lower it. Sentences only.

Hints for safety in the home, with the numbers that count; nothing here is advice on health.
"""

from __future__ import annotations

from typing import Final

#: By what adds to the risk: what is the case.
ADDS: Final = {
    "falls": "{falls} falls or calls for help in the last 90 days.",
    "ability": "Ability level {level} of 4 (GB/T 42195).",
    "walking_aid": "Walks with an aid.",
    "age": "{age} years old.",
    "alone": "Lives alone.",
    "night_toilet": "{visits} visits to the bathroom in a night.",
    "restless": "Walked about on {nights} of the last 30 nights.",
    "decline": "The days are getting quieter (see the advice).",
    "cold": "{temperature} °C indoors; below {limit} °C it is too cold to sit.",
    "hot": "{temperature} °C indoors; above {limit} °C it is too hot for long.",
    "silent": "The home was not heard on {days} of the last 30 days.",
    "sensors": "{out} of {sensors} sensors are not heard.",
    "unvisited": "Nobody has called in person for {days} days.",
    "contacts": "{contacts} people are proved to be reached; two are wanted.",
}
#: By the same: what would lower it.
LOWERS: Final = {
    "falls": "Have the home looked over for what one trips on: loose rugs, cables, thresholds, wet floors.",
    "falls_rail": "Fit a grab rail in the bathroom, and have the home looked over for what one trips on.",
    "ability": "Ask whether help at home is enough for this level.",
    "walking_aid": "Keep the ways free and wide enough for the aid, and put it within reach of the bed.",
    "alone": "Agree on a daily call, and on who has a key.",
    "night_toilet": "Keep the way to the bathroom free at night.",
    "night_light": "Put a night light on the way from the bed to the bathroom.",
    "restless": "Look in on an evening: is the bedroom quiet, dark and warm, and the outer door locked?",
    "bed_sensor": "A bed sensor would tell being up at night from lying awake.",
    "decline": "Visit, and ask what has changed.",
    "cold": "Heat to {limit} °C at least, and see whether the heating works and can be paid for.",
    "hot": "Shade, air and drinks; a fan no longer cools at 35 °C.",
    "silent": "Have the line and the power of the hub looked at.",
    "sensors": "Change the batteries or the sensors that are not heard.",
    "unvisited": "Visit.",
    "contacts": "Add somebody who can be called, and prove by a test call that they are reached.",
}
BANDS: Final = {"low": "low", "raised": "raised", "high": "high"}

RISK: Final = (*ADDS.values(), *LOWERS.values(), *BANDS.values())
