"""Growth: what a fit of ours costs by rows and by columns, and whether a wide table is reached.

Rows are adult's. Beyond adult's own width its columns stand again and again, each time with the
rows in another order: inside a copy columns depend on each other, across copies they do not. The
exponent of a growth is the slope of log CPU seconds on log size; that of the last step stands
beside it. What a fit of next to nothing costs (imports, compiled code that is loaded) is taken off
before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..results import Key
from .facts import Facts, RealTable
from .job import FIRST, Asked, Figures, Job, table
from .making import Order
from .registry import OURS

SEEDS = 3
START = [(100, 2)]
BY_ROWS = [(rows, 15) for rows in (1_000, 2_000, 5_000, 10_000, 20_000, 40_000)]
BY_COLUMNS = [(5_000, columns) for columns in (10, 20, 40, 80)]
REACH = [(2_000, 500)]
SIZES = {"start": START, "rows": BY_ROWS, "columns": BY_COLUMNS, "reach": REACH}


def jobs(asked: Asked) -> Iterator[Job]:
    """Yield a job for each size and seed; a quick look leaves out long tables."""
    if OURS not in asked.makers or FIRST not in asked.tables:
        return
    for along, sizes in SIZES.items():
        for rows, columns in sizes:
            for seed in range(min(asked.seeds, SEEDS)):
                if asked.most is None or rows <= asked.most:
                    yield Growth(along, rows, columns, seed)


@dataclass(frozen=True, slots=True)
class Growth:
    """Our learner on so many rows and columns."""

    along: str
    rows: int
    columns: int
    seed: int

    @property
    def maker(self) -> str:
        return OURS

    @property
    def bench(self) -> str:
        return "growth"

    @property
    def key(self) -> Key:
        return (self.along, self.rows, self.columns, self.seed)

    def run(self) -> Figures:
        """Return seconds and memory of a fit, and of drawing as many rows."""
        teachers, facts = widened(table(FIRST, None).some(self.rows), self.columns, self.seed)
        done = Order(OURS, teachers, facts, self.seed, len(teachers)).carry_out()
        return {"failed": done.failed} if done.made is None else {**done.cost}


def widened(real: RealTable, columns: int, seed: int) -> tuple[pd.DataFrame, Facts]:
    """Return the rows with so many columns, and their facts: the target first, then copies."""
    names = [real.facts.target, *[n for n in real.facts.kinds if n != real.facts.target]]
    copies: list[pd.DataFrame] = []
    kinds: dict[str, str] = {}
    for at in range(-(-columns // len(names))):
        some = names[: columns - at * len(names)]
        order = real.rows.sample(frac=1, random_state=1_000 * seed + at) if at else real.rows
        copy = order[some].reset_index(drop=True).add_suffix(f"_{at}" if at else "")
        copies.append(copy)
        kinds |= dict(zip(copy.columns, [real.facts.kinds[n] for n in some], strict=True))
    return pd.concat(copies, axis=1), Facts(kinds, real.facts.target, real.facts.positive)


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Return the slope of log cost on log size."""
    slope, _ = np.polyfit(np.log(sizes), np.log(costs), 1)
    return float(slope)
