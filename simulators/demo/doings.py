"""What a person at the demo lets happen in a home by a word, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from models.detection.limits import LOST
from simulators.errors import SimulatorError
from simulators.faults.cable import Cable
from simulators.street import LiveHome
from simulators.texts import _

#: So long the radar looks at somebody on the floor before it is sure.
SURE_AFTER: Final = timedelta(seconds=10)
LOST_S: Final = LOST // 1000  #: a line that the broker saw break is reported after so long
SILENT_MIN: Final = 3  #: and a home that merely says nothing after this; what a place file gives by default


class Doings:
    """One home in a person's hands; remembers whether somebody lies on the floor."""

    def __init__(self, name: str, home: LiveHome, cable: Cable) -> None:
        self._name = name
        self._home = home
        self._cable = cable
        self._lying = False
        self._deeds: dict[str, Callable[[], str]] = {
            "fall": self._fall,
            "up": self._get_up,
            "sos": self._sos,
            "smoke": self._smoke,
            "cut": self._cut,
            "mend": self._mend,
        }

    def words(self) -> dict[str, str]:
        """Return the words that can be typed, and what each lets happen."""
        return {
            "fall": _("somebody falls in the home of {home}").format(home=self._name),
            "up": _("and gets up again"),
            "sos": _("the button is pressed"),
            "smoke": _("smoke reaches the alarm"),
            "cut": _("the line of the home is cut"),
            "mend": _("and mended: what happened meanwhile arrives"),
        }

    def happen(self, word: str) -> str:
        """Let it happen; return what is to be said."""
        deed = self._deeds.get(word)
        if deed is None:
            return _("Known words: {words}").format(words=", ".join(self._deeds))
        try:
            return deed()
        except SimulatorError as error:
            return str(error)

    def _fall(self) -> str:
        if self._lying:
            return _("already on the floor: type up first")
        self._home.fall(confirmed_after=SURE_AFTER)
        self._lying = True
        return _(
            "somebody lies on the floor; the radar needs {seconds} s to be sure, "
            "then the first telephone rings"
        ).format(seconds=round(SURE_AFTER.total_seconds()))

    def _get_up(self) -> str:
        if not self._lying:
            return _("nobody is on the floor")
        self._home.get_up()
        self._lying = False
        return _("up again; an alert that was raised still waits for somebody who answers")

    def _sos(self) -> str:
        self._home.sos()
        return _("the button is pressed")

    def _smoke(self) -> str:
        self._home.smoke()
        return _("smoke reaches the alarm")

    def _cut(self) -> str:
        if not self._cable.whole:
            return _("the line is cut already: type mend")
        self._cable.cut()
        return _(
            "the line is cut; the hub reports the silent home {seconds} s after the broker has seen it break "
            "({minutes} min, where it has not)"
        ).format(seconds=LOST_S, minutes=SILENT_MIN)

    def _mend(self) -> str:
        if self._cable.whole:
            return _("the line is whole")
        self._cable.restore()
        return _("the line is mended: what happened meanwhile arrives")
