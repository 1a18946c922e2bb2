"""Kills at every place of every story: how many alerts are lost, and how many telephones ring twice.

Each round kills the hub at each moment (just before and just after every statement, commit and request) of
every story once; from the second round on it is killed a second time while it recovers. The program is
killed, not the database, so that the database need not wait for the disk.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.util import Finalize
from typing import Any

import psycopg

from hub.storage.schema import migrate
from tests.benchmarks import parts
from tests.killpoint_stories import STORIES, plan
from tests.killpoint_verdict import judge
from tests.killpoints import Run
from tests.one_world import World
from tests.postgres import with_database

LOT = 25  #: kills that a worker takes at a time


@dataclass(slots=True)
class Tally:
    """What came out of some runs."""

    runs: int = 0
    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    said_twice: int = 0  #: the same news in the same words, for two stages
    still_calling: int = 0
    not_killed: int = 0  #: the second kill lay behind the end
    slowest_answer_s: float = 0.0
    told: list[str] = field(default_factory=list)

    @property
    def faults(self) -> str:
        """What went wrong so far, in few words."""
        return f"lost {self.lost}, doubled {self.doubled}, wrong {self.wrong}, said twice {self.said_twice}"

    def add(self, other: Tally) -> None:
        """Take in the tally of others."""
        for name in ("runs", "lost", "doubled", "wrong", "said_twice", "still_calling", "not_killed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.slowest_answer_s = max(self.slowest_answer_s, other.slowest_answer_s)
        self.told += other.told


class _Worker:
    """One process's database and world."""

    url: str
    world: World


def _open(server: str) -> None:
    name = f"kills{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    _Worker.url = with_database(server, name)
    migrate(_Worker.url)
    _Worker.world = World()
    Finalize(None, _Worker.world.close, exitpriority=10)  # its threads would keep the process alive


def _count(name: str) -> int:
    """Return how many places a story passes when nobody is killed."""
    run = Run(_Worker.url, _Worker.world, STORIES[name]).play()
    verdict = judge(run)
    if not verdict.ok:
        raise AssertionError(f"{name}, undisturbed: {verdict}")
    return len(run.hub.places.passed)


def _kill(name: str, moments: Sequence[int], round_: int) -> Tally:
    tally = Tally()
    for moment in moments:
        kills, outage = plan(name, moment, round_)
        run = Run(_Worker.url, _Worker.world, STORIES[name], kills, outage).play()
        verdict = judge(run)
        tally.runs += 1
        tally.lost += bool(verdict.lost)
        tally.doubled += bool(verdict.doubled)
        tally.wrong += bool(verdict.wrong)
        tally.said_twice += bool(verdict.said_twice)
        tally.still_calling += verdict.still_calling
        tally.not_killed += run.hub.kills < len(kills)
        tally.slowest_answer_s = max(tally.slowest_answer_s, verdict.answered_after_s or 0.0)
        if not verdict.ok:
            tally.told.append(f"{name}: killed at {kills}, {outage}: {verdict}")
    return tally


def measure(rounds: int) -> dict[str, Any]:
    """Kill at every moment of every story, in each of `rounds` rounds; 0 means one."""
    rounds = rounds or 1
    tally, began = Tally(), time.monotonic()
    with parts.folder() as where, parts.database(where) as server:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("alter system set fsync = off")
            connection.execute("select pg_reload_conf()")
        crew = ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), _open, (server,))
        with crew:
            points = dict(zip(STORIES, crew.map(_count, STORIES), strict=True))
            lots = list(_lots(points, rounds))
            random.Random("lots").shuffle(lots)  # what is wrong in any story shows early
            total = sum(len(moments) for _, moments, _ in lots)
            parts.tell(f"{sum(points.values())} places in {len(points)} stories, {total} kills to come")
            for done in as_completed([crew.submit(_kill, *lot) for lot in lots]):
                came = done.result()
                before = tally.runs
                tally.add(came)
                for line in came.told:
                    parts.tell(line)
                if tally.runs // 500 > before // 500:
                    each = (time.monotonic() - began) / tally.runs
                    parts.tell(f"{tally.runs} of {total}, {each * 1000:.0f} ms each: {tally.faults}")
    return {
        "runs": tally.runs,
        "points": sum(points.values()),
        "lost": tally.lost,
        "doubled": tally.doubled,
        "wrong": tally.wrong,
        "said_twice": tally.said_twice,
        "still_calling": tally.still_calling,
        "killed_once_only": tally.not_killed,
        "slowest_answer_s": round(tally.slowest_answer_s, 1),
        "stories": points,
        "seconds": round(time.monotonic() - began),
    }


def _lots(points: dict[str, int], rounds: int) -> Iterator[tuple[str, list[int], int]]:
    for round_ in range(1, rounds + 1):
        for name, places in points.items():
            for start in range(0, 2 * places, LOT):
                yield name, list(range(start, min(start + LOT, 2 * places))), round_
