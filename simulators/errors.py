"""What can go wrong in the simulators. The docstring of a class is its message, for a person to read."""

from __future__ import annotations


class SimulatorError(Exception):
    """The simulator cannot go on."""

    def __init__(self, detail: str = "") -> None:
        text = (self.__doc__ or "").strip()
        super().__init__(f"{text} {detail}".strip() if detail else text)


class PlanError(SimulatorError):
    """The plan of the home cannot be used."""


class NoSuchSensorError(SimulatorError):
    """The home has no sensor that could feel this."""


class BrokerError(SimulatorError):
    """The MQTT broker cannot be used."""


class RecordingError(SimulatorError):
    """The recording cannot be read."""


class HubRefusesError(SimulatorError):
    """The hub does not confirm the events."""


class ScenarioError(SimulatorError):
    """The scenario cannot be played."""


class HubAnswerError(SimulatorError):
    """The hub's answer cannot be used."""
