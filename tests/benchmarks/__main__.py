"""`python -m tests.benchmarks NAME`: progress on standard error, one JSON object last on standard output."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable
from typing import Any

from tests.benchmarks import (
    answer,
    board,
    edge,
    escalation,
    garbage,
    homes,
    ingest,
    killpoints,
    latency,
    powercuts,
    restart,
    two_dispatchers,
)

BENCHMARKS: dict[str, Callable[[int], dict[str, Any]]] = {
    "answer": answer.measure,
    "board": board.measure,
    "edge": edge.measure,
    "escalation": escalation.measure,
    "garbage": garbage.measure,
    "homes": homes.measure,
    "ingest": ingest.measure,
    "killpoints": killpoints.measure,
    "latency": latency.measure,
    "powercuts": powercuts.measure,
    "restart": restart.measure,
    "two_dispatchers": two_dispatchers.measure,
}


def main() -> int:
    """Run one benchmark."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("name", choices=BENCHMARKS)
    parser.add_argument("--rounds", type=int, default=0, help="how often each thing is measured; 0: as usual")
    wishes = parser.parse_args()
    figures = BENCHMARKS[wishes.name](wishes.rounds)
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    print(json.dumps({"benchmark": wishes.name, **figures, **machine}, ensure_ascii=False))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
