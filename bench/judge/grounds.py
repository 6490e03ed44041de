"""Grounds: where faults are planted, and where none are. One draw for all that the bench asks.

A draw cuts a real set in three parts that share no row: rows that stand as made by a perfect
generator, rows that judge, rows that taught. The draws that fix the middle strengths (`MIDDLE`) and
those that the judge is measured on (`MEASURED`) come from streams of their own.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

from worldwright import Dataset
from worldwright.judge.delusion import Ground

from . import sets

MIDDLE, MEASURED = 1, 3
LARGE = {"adult", "bank", "credit", "air", "flights"}  # three parts of 10,000 rows fit in


@dataclass(frozen=True, slots=True)
class Draw:
    """Three disjoint parts of one real set."""

    fresh: Dataset
    holdout: Dataset
    teachers: Dataset
    target: str
    seed: int

    @property
    def ground(self) -> Ground:
        return Ground(self.fresh, self.teachers, self.target, self.seed)


@lru_cache(maxsize=64)
def draw(name: str, rows: int, stream: int, seed: int) -> Draw:
    """Return three parts of so many rows of the main table, or of a third of a smaller set."""
    real = sets.read(name)
    size = min(rows, real.whole.rows // 3)
    fresh, holdout, teachers = real.parts([size] * 3, stream, seed)
    return Draw(fresh, holdout, teachers, real.target, 1000 * stream + seed)


def one_thread() -> AbstractContextManager[object]:
    """Keep numeric libraries to one thread: two processes share two cores."""
    limits: AbstractContextManager[object] = import_module("threadpoolctl").threadpool_limits(1)
    return limits
