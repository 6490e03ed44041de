"""Sequential CART: each column drawn from the leaf of a tree on the columns before it.

The method of R's synthpop (Nowok, Raab & Dibben, J. Stat. Software 74(11), 2016), minbucket 5: the
target first, then the columns as they stand; a draw is a real value of the leaf, so it copies.
Levels of a categorical predictor are ordered by the mean of the column to be drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .makers import Lesson

LEAF = 5
MISSING = -1e18


@dataclass(frozen=True, slots=True)
class Step:
    """How one column is drawn: its tree, its predictors' orders, what its leaves hold."""

    column: str
    tree: Any
    orders: Mapping[str, np.ndarray]
    values: np.ndarray
    keys: np.ndarray
    starts: np.ndarray


@dataclass(frozen=True)
class SequentialCart:
    """A fitted chain of trees. Draws differ from call to call, by one stream from the seed."""

    lesson: Lesson
    first: np.ndarray
    steps: tuple[Step, ...]
    rng: np.random.Generator

    @classmethod
    def fit(cls, lesson: Lesson) -> SequentialCart:
        """Grow one tree for each column after the target."""
        names = [lesson.target, *[name for name in lesson.kinds if name != lesson.target]]
        codes = {
            name: {value: code for code, value in enumerate(pd.unique(lesson.rows[name]))}
            for name, kind in lesson.kinds.items()
            if kind == "cat"
        }
        keys = {name: _keys(lesson.rows[name].to_numpy(), codes.get(name)) for name in names}
        steps = tuple(_grow(lesson, names[: at + 1], keys, codes) for at in range(1, len(names)))
        return cls(lesson, keys[lesson.target], steps, np.random.default_rng(lesson.seed))

    def sample(self, rows: int) -> pd.DataFrame:
        """Draw `rows` rows, column after column."""
        target = self.lesson.target
        picks = self.rng.integers(len(self.first), size=rows)
        drawn = {target: self.lesson.rows[target].to_numpy()[picks]}
        keys = {target: self.first[picks]}
        for step in self.steps:
            leaves = step.tree.apply(_predictors(keys, list(keys), step.orders))
            sizes = step.starts[leaves + 1] - step.starts[leaves]
            picks = step.starts[leaves] + (self.rng.random(rows) * sizes).astype(int)
            drawn[step.column], keys[step.column] = step.values[picks], step.keys[picks]
        return pd.DataFrame(drawn)[list(self.lesson.kinds)]


def _keys(values: np.ndarray, codes: Mapping[Any, int] | None) -> np.ndarray:
    if codes is None:
        return np.asarray(values, float)
    return np.array([codes[value] for value in values])


def _predictors(
    keys: Mapping[str, np.ndarray], names: list[str], orders: Mapping[str, np.ndarray]
) -> np.ndarray:
    matrix = np.empty((len(keys[names[0]]), len(names)), np.float32)
    for at, name in enumerate(names):
        seen = keys[name]
        matrix[:, at] = (
            orders[name][seen] if name in orders else np.where(np.isnan(seen), MISSING, seen)
        )
    return matrix


def _grow(
    lesson: Lesson,
    names: list[str],
    keys: Mapping[str, np.ndarray],
    codes: Mapping[str, Mapping[Any, int]],
) -> Step:
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    *before, name = names
    goal, tree = keys[name], {"min_samples_leaf": LEAF, "random_state": lesson.seed}
    if name in codes:
        ranks = pd.Series(goal).value_counts().rank(ascending=False, method="first")
        scale = pd.Series(goal).map(ranks).to_numpy(float)
        model = DecisionTreeClassifier(min_impurity_decrease=1e-6, **tree)
    else:
        scale = np.where(np.isnan(goal), np.nanmean(goal), goal)
        goal = scale
        least = 1e-8 * max(float(np.var(scale)), 1e-12)
        model = DecisionTreeRegressor(min_impurity_decrease=least, **tree)
    orders = {
        other: _order(keys[other], scale, len(codes[other])) for other in before if other in codes
    }
    leaves = model.fit(seen := _predictors(keys, before, orders), goal).apply(seen)
    by_leaf = np.argsort(leaves, kind="stable")
    starts = np.searchsorted(leaves[by_leaf], np.arange(model.tree_.node_count + 1))
    values = lesson.rows[name].to_numpy()[by_leaf]
    return Step(name, model, orders, values, keys[name][by_leaf], starts)


def _order(codes: np.ndarray, scale: np.ndarray, levels: int) -> np.ndarray:
    """Return each level's rank by the mean of `scale` within it."""
    sums = np.bincount(codes, scale, minlength=levels)
    means = sums / np.maximum(1, np.bincount(codes, minlength=levels))
    return np.argsort(np.argsort(means, kind="stable"), kind="stable").astype(float)
