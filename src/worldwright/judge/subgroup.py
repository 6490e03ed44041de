"""Subgroups: parts of the rows that people would name, and one main score for each column.

A subgroup is a value of a category that at least 2 % of real rows hold (at most 12 a column), or a
quarter of an ordered column. The main score of a column is its level, or its half for categories,
put in the order of the target where there is one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .case import Case
from .cells import MISSING, cut
from .scores import half, level

_LEAST_TAUGHT = 100
_LEAST_SHARE, _MOST_VALUES, _QUARTERS = 0.02, 12, 4


@dataclass(frozen=True, slots=True)
class Subgroup:
    """Rows with one value of one column: (rows,) True and False."""

    column: str
    label: str
    inside: np.ndarray

    @property
    def name(self) -> str:
        return f"{self.column} = {self.label}"


def main_scores(case: Case) -> dict[str, np.ndarray]:
    """Return one score a row for each column that has two values at least; (rows,) float32."""
    pool = case.stack.sizes.pool
    levels = {v.name: level(v, pool) for v in case.stack.values if v.words is None}
    taught = slice(case.stack.sizes.made + case.stack.sizes.reference, pool.stop)
    target = next((v for v in case.stack.values if v.name == case.target), None)
    towards = None
    if target is not None and taught.stop - taught.start >= _LEAST_TAUGHT:
        towards = levels.get(target.name)
        towards = half(target, pool) if towards is None else towards
    scores = {}
    for values in case.stack.values:
        score = levels.get(values.name)
        if score is None:
            score = half(values, pool, None if values is target else towards, taught)
        if float(np.abs(score[pool]).max(initial=0.0)) > 0:
            scores[values.name] = score
    return scores


def subgroups(case: Case) -> list[Subgroup]:
    """Return the subgroups of all columns, in their order."""
    pool = case.stack.sizes.pool
    found = []
    for values in case.stack.values:
        most = _QUARTERS if values.words is None else _MOST_VALUES
        cells = cut(values, pool, most)
        for code, label in enumerate(cells.labels):
            inside = cells.codes == code
            if label != MISSING and _LEAST_SHARE <= inside[pool].mean() <= 1 - _LEAST_SHARE:
                found.append(Subgroup(values.name, label, inside))
    return found
