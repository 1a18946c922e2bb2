"""What is learnt of a home, live: beside the fixed rules, never in their place."""

from __future__ import annotations

from models.detection.detector import Detector
from models.detection.learnt.bathroom_stay import BathroomStay
from models.detection.learnt.not_up import NotUp
from models.detection.learnt.out_of_bed import OutOfBed
from models.detection.learnt.quiet import Quiet
from models.detection.learnt.wandering import Wandering
from models.detection.routines.model import Population
from models.detection.rules import fixed_rules


def learnt_detectors(population: Population) -> list[Detector]:
    """Return the detectors whose limits a home's own nights set; `population` is what other homes showed."""
    return [Quiet(population), BathroomStay(), OutOfBed(), NotUp(), Wandering()]


def all_detectors(population: Population, *, supervise: bool = True) -> list[Detector]:
    """Return all that judges live homes. What is learnt speaks first: its second stage is the graver word."""
    return [*learnt_detectors(population), *fixed_rules(supervise=supervise)]
