"""Job: what the bench measures once for each maker, table and seed, and what may be asked for.

A job names the results it belongs to and its key there, and `run` returns its figures: a line with
"failed" where the maker came to no end, None where it offers no such figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from ..results import Key
from . import sets
from .facts import RealTable
from .registry import QUICK

Figures = dict[str, float | str]
SEEDS = 10  # splits, and models taught, behind a figure that has a line to reach
FIRST = "adult"  # the table that every maker is measured on


class Job(Protocol):
    """Something to measure once."""

    @property
    def maker(self) -> str: ...

    @property
    def bench(self) -> str: ...

    @property
    def key(self) -> Key: ...

    def run(self) -> Figures | None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What to measure.

    Attributes:
        makers: Those that are wanted.
        tables: Those that are wanted.
        seeds: How many seeds.
        most: At most so many rows of a table, for a quick look.
        budget_s: Training seconds of makers that take as long as they are given.
        full: Every maker on every table, where otherwise slow ones see the first table alone.
    """

    makers: tuple[str, ...]
    tables: tuple[str, ...]
    seeds: int = SEEDS
    most: int | None = None
    budget_s: float = 120
    full: bool = False

    def seeds_of(self, maker: str, table: str) -> range:
        """Return the seeds that a maker is measured with on a table."""
        if maker in QUICK:
            return range(self.seeds)
        return range(1 if self.full or table == FIRST else 0)


@lru_cache(maxsize=8)
def table(name: str, most: int | None) -> RealTable:
    """Return a real table; a process reads it once."""
    return sets.read(name, most)
