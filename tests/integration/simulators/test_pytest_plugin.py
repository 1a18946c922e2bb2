"""The fixtures for integrators, used as they would use them: in tests of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

from simulators.broker import BrokerAt

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "simulators.md").read_text("utf-8")


def pytest_of_an_integrator(folder: Path, broker: str) -> subprocess.CompletedProcess[str]:
    known = any(one.value == "simulators.pytest_plugin" for one in entry_points(group="pytest11"))
    plugin = [] if known else ["-p", "simulators.pytest_plugin"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, "-q", "-p", "no:cacheprovider", str(folder)],
        cwd=folder, capture_output=True, text=True, check=False, timeout=170,
        env={**os.environ, "ANJU_TEST_BROKER": broker, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def test_the_example_of_the_page_passes(broker: BrokerAt, tmp_path: Path) -> None:
    (example,) = re.findall(r"<!-- example -->\n```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "test_ours.py").write_text(example)
    ran = pytest_of_an_integrator(tmp_path, f"{broker.host}:{broker.port}")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "3 passed" in ran.stdout


def test_without_a_broker_the_home_is_skipped_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "test_ours.py").write_text("def test_it(home):\n    home.sos()\n")
    ran = pytest_of_an_integrator(tmp_path, "127.0.0.1:9")
    assert (ran.returncode, "1 skipped" in ran.stdout) == (0, True), ran.stdout


def test_the_plugin_comes_with_the_package() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"anju": "simulators.pytest_plugin"}
