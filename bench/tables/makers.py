"""Makers: ours and the baselines, each a function from rows that teach to what was learned.

A maker runs in the environment that `HOMES` names ("" is our own) and imports its libraries inside.
The peers stand in `peers.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

Draw = Callable[[int], "pd.DataFrame | Made"]
LogProb = Callable[[pd.DataFrame], np.ndarray]


@dataclass(frozen=True, slots=True)
class Lesson:
    """Rows that teach, as a file and in memory, with the kinds of their columns.

    `settings` are our learner's own; no other maker reads them.
    """

    path: Path
    rows: pd.DataFrame
    kinds: Mapping[str, str]
    target: str
    seed: int
    budget_s: float
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """Rows that are there already, whose way to a frame is not counted as making them."""

    to_pandas: Callable[[], pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Learned:
    """What a maker hands back: `draw` gives so many rows; `log_prob` the log chance of each row.

    `log_prob` is None where the maker knows no such thing.
    """

    draw: Draw
    log_prob: LogProb | None = None


def ours(lesson: Lesson) -> Learned:
    """Fit the default learner, as a user would: read the file, fit, sample."""
    import worldwright as ww

    world = ww.fit(
        ww.read(lesson.path), target=lesson.target, seed=lesson.seed, settings=lesson.settings
    )
    weigh = getattr(world, "log_prob", None)
    return Learned(
        lambda rows: Made(world.sample(rows, seed=lesson.seed).to_pandas),
        None if weigh is None else lambda rows: np.asarray(weigh(ww.read(rows)), float),
    )


def bootstrap(lesson: Lesson) -> Learned:
    """Draw teachers again: the memoriser that every measure of memory must catch."""
    return Learned(
        lambda rows: lesson.rows.sample(rows, replace=True, random_state=lesson.seed).reset_index(
            drop=True
        )
    )


def marginals(lesson: Lesson) -> Learned:
    """Draw each column alone: the floor of likeness."""
    from .finite import Marginals

    rng = np.random.default_rng(lesson.seed)

    def draw(rows: int) -> pd.DataFrame:
        size = len(lesson.rows)
        return pd.DataFrame(
            {
                name: lesson.rows[name].to_numpy()[rng.integers(size, size=rows)]
                for name in lesson.kinds
            }
        )

    return Learned(draw, Marginals.of(lesson.rows).log_prob)


def cart(lesson: Lesson) -> Learned:
    """Sequential CART, in the manner of synthpop."""
    from .cart import SequentialCart

    return Learned(SequentialCart.fit(lesson).sample)
