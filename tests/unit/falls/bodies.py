"""Movements made up for tests: somebody falls, sits, walks, lies. In g, 200 samples a second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.detection.falls.intake import Samples

Array = NDArray[np.float64]
FINE = 200


def _held(seconds: float, direction: tuple[float, float, float], shake: float, seed: int) -> Array:
    """Stand, sit or lie: gravity in one direction, with a slow sway."""
    count = round(seconds * FINE)
    rng = np.random.default_rng(seed)
    sway = np.cumsum(rng.normal(size=(count, 3)), axis=0)
    sway = (sway - sway.mean(axis=0)) / (np.abs(sway).max() + 1e-9)
    return np.asarray(direction, dtype=np.float64) + shake * sway


def _eased(left: Array, right: Array, count: int) -> Array:
    part = np.linspace(0.0, 1.0, count)[:, None]
    return left + (right - left) * part * part * (3 - 2 * part)


def fall(*, hard: float = 4.0, moves_after: float = 0.02, after_s: float = 70.0, seed: int = 1) -> Array:
    """Stand for ten seconds, lose balance, drop for 0.4 s, hit the floor, lie turned by 90 degrees."""
    stand = _held(10.0, (0.0, 1.0, 0.05), 0.05, seed)
    stumble = _eased(stand[-1], np.array([0.5, 0.7, 0.3]), 60)
    drop = _eased(stumble[-1], np.array([0.25, 0.15, 0.1]), 50)
    drop = np.concatenate([drop, np.repeat(drop[-1:], 30, axis=0)])
    t = np.arange(120) / FINE
    wave = np.exp(-t / 0.07) * np.cos(2 * np.pi * 4 * t)
    knock = np.outer(hard * wave, [0.8, 0.2, 0.55]) + np.outer(1 - np.exp(-t / 0.05), [0.97, 0.1, 0.2])
    lie = _held(after_s, (0.97, 0.1, 0.2), moves_after, seed + 1)
    return np.concatenate([stand, stumble, drop, knock, lie])


def sit_down(after_s: float = 20.0, seed: int = 3) -> Array:
    """Stand, sit down on a hard chair with a bump, sit upright and go on moving a little."""
    stand = _held(10.0, (0.0, 1.0, 0.05), 0.05, seed)
    lower = _eased(stand[-1], np.array([0.1, 0.85, 0.2]), 160)
    t = np.arange(80) / FINE
    bump = np.outer(1.1 * np.exp(-t / 0.03) * np.cos(2 * np.pi * 8 * t), [0.0, 1.0, 0.1])
    bump += np.array([0.0, 1.0, 0.1])
    sit = _held(after_s, (0.05, 0.98, 0.15), 0.08, seed + 1)
    return np.concatenate([stand, lower, bump, sit])


def walk(seconds: float, seed: int = 5, strength: float = 0.35) -> Array:
    """Steps at nearly two a second."""
    t = np.arange(round(seconds * FINE)) / FINE
    rng = np.random.default_rng(seed)
    up = 1.0 + strength * np.sin(2 * np.pi * 1.8 * t) + 0.1 * np.sin(2 * np.pi * 3.6 * t + 1)
    side = 0.15 * np.sin(2 * np.pi * 0.9 * t)
    return np.stack([side, up, 0.1 + 0.05 * rng.normal(size=len(t))], axis=1)


def lie(seconds: float, shake: float = 0.0, seed: int = 7) -> Array:
    """Nothing moves: on the floor, or on the bedside table."""
    return _held(seconds, (0.97, 0.1, 0.2), shake, seed)


def at_rate(movement: Array, rate: float, *, start: float = 100.0) -> Samples:
    """Return what a sensor of `rate` samples a second reports."""
    fine = np.arange(len(movement)) / FINE
    t = np.arange(0.0, fine[-1], 1 / rate)
    return Samples(start + t, np.stack([np.interp(t, fine, movement[:, axis]) for axis in range(3)], axis=1))


def packets(samples: Samples, size: int) -> list[Samples]:
    """Cut samples into packets."""
    return [
        Samples(samples.t[at : at + size], samples.xyz[at : at + size])
        for at in range(0, len(samples.t), size)
    ]
