"""A program ends at a signal that comes while its main thread waits for that very end."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.conftest import ROOT

#: The moment of a wait in which the event's own lock is held cannot be hit from outside: it is taken here.
#: Who runs the tests may be deaf to a closed terminal (nohup), which `simulators.demo.ending` respects.
PROGRAM = """
import os, signal
signal.signal({number}, signal.SIG_DFL)
from {module} import told_to_end
stop = told_to_end()
with stop._cond:
    os.kill(os.getpid(), {number})
assert stop.wait(20)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("module", ["hub.ending", "simulators.demo.ending"])
def test_a_signal_in_the_middle_of_the_wait_ends_it(module: str, number: signal.Signals) -> None:
    program = PROGRAM.format(module=module, number=int(number))
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=30, check=True)
