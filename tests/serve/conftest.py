"""A saved World over a small table of orders, and `ww` as a user calls it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import worldwright as ww
from worldwright import seeds


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


Call = Callable[..., Said]


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "worldwright", *map(str, words)]


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """Return a function that runs `ww` in a process of its own, in the folder of the test."""

    def run(*words: object) -> Said:
        done = subprocess.run(
            command(*words),
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "80"},
        )
        return Said(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    chance = seeds.stream(11, "orders")
    region = chance.choice(["north", "south", "far"], 400, p=[0.5, 0.3, 0.2])
    items = chance.integers(1, 9, 400)
    late = np.where(chance.random(400) < np.where(region == "far", 0.5, 0.1), "yes", "no")
    lines = [f"{r},{i},{y}" for r, i, y in zip(region, items, late, strict=True)]
    path = tmp_path / "orders.csv"
    path.write_text("\n".join(["region,items,late", *lines]) + "\n")
    return path


@pytest.fixture
def world(orders: Path, tmp_path: Path) -> Path:
    return ww.fit(ww.read(orders), target="late", learner="marginals").save(tmp_path / "world")
