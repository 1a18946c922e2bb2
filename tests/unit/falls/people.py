"""A small village of made-up people who fall, sit down and walk, for tests of learning."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np

from models.training.falls.trials import Trial
from tests.unit.falls.bodies import at_rate, fall, sit_down, walk

NAMES = ("Wang", "Li", "Zhang", "Liu", "Chen", "Yang")


def village(rate: float = 50.0) -> list[Trial]:
    """Six people with three falls, three hard seats and two brisk walks each."""
    trials = []
    rng = np.random.default_rng(11)
    for number, name in enumerate(NAMES):
        for take in range(8):
            seed = 100 * number + 10 * take
            if take < 3:
                activity, movement = "F1", fall(hard=float(rng.uniform(3.0, 5.0)), after_s=6.0, seed=seed)
            elif take < 6:
                activity, movement = "sit", sit_down(after_s=6.0, seed=seed) * float(rng.uniform(0.95, 1.05))
            else:
                activity, movement = "march", walk(12.0, seed=seed, strength=float(rng.uniform(0.5, 0.9)))
            samples = at_rate(movement, rate)
            trials.append(
                Trial(
                    subject=name,
                    name=f"{activity}_{name}_{take}",
                    activity=activity,
                    is_fall=activity == "F1",
                    position="waist",
                    t=samples.t,
                    xyz=samples.xyz,
                    onset_s=110.3 if activity == "F1" else None,
                )
            )
    return trials


def write(trials: list[Trial], folder: Path, *, zipped: bool = False) -> Path:
    """Write trials as plain CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "trials.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["trial", "subject", "activity", "is_fall", "position", "age", "onset_s", "shoe"])
        for one in trials:
            onset = "" if one.onset_s is None else one.onset_s
            rows.writerow(
                [one.name, one.subject, one.activity, int(one.is_fall), one.position, "", onset, "slippers"]
            )
    path = folder / ("samples.csv.gz" if zipped else "samples.csv")
    with gzip.open(path, "wt", newline="") if zipped else path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["trial", "t", "ax", "ay", "az", "battery"])
        for one in trials:
            for t, (x, y, z) in zip(one.t, one.xyz, strict=True):
                rows.writerow([one.name, f"{t:.4f}", f"{x:.5f}", f"{y:.5f}", f"{z:.5f}", 87])
    return folder
