"""Chi-square tests for clauses of contracts: what a right part fails once in 10,000 seeds at most.

The seeds of the clauses are fixed, so a right part either always passes or, with a chance of
`FALSE_ALARM` a clause, always fails; there are no flakes. Cells that expect fewer than `LEAST` rows
are counted together: then the law of the statistic is near enough to chi-square in its tail.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from ..data.dataset import Dataset
from ..data.schema import Kind
from ..judge.stack import unite

FALSE_ALARM = 1e-4
LEAST = 10
NO_PART = (Kind.ID, Kind.TEXT, Kind.NESTED)
_BANDS, _FEW_BANDS = 10, 5


def against(counts: np.ndarray, expected: np.ndarray) -> float:
    """Return the p of counts against what was expected of each cell; both sum to the same."""
    from scipy.stats import chi2

    if counts[expected == 0].any():
        return 0.0
    cells = together(expected)
    seen, due = (np.bincount(cells, part) for part in (counts, expected))
    statistic = ((seen - due) ** 2 / np.maximum(due, 1e-300)).sum()
    return float(chi2.sf(statistic, len(due) - 1)) if len(due) > 1 else 1.0


def together(expected: np.ndarray) -> np.ndarray:
    """Return the cell that each of some cells is counted in, so that each expects LEAST rows."""
    order = np.argsort(-expected, kind="stable")
    sums = np.cumsum(expected[order[::-1]])[::-1]  # of a cell and all smaller ones
    # A cell stands alone while it and the rest after it are both large enough.
    alone = (expected[order] >= LEAST) & (np.append(sums[1:], 0.0) >= LEAST)
    cells = np.empty(len(expected), np.int64)
    cells[order] = np.cumsum(np.append(0, np.minimum.accumulate(alone)[:-1]))
    return cells


def alike(one: np.ndarray, other: np.ndarray) -> float:
    """Return the p of two samples of whole numbers from 0 on having one law."""
    from scipy.stats import chi2

    size = int(max(one.max(initial=0), other.max(initial=0))) + 1
    seen = np.stack([np.bincount(codes, minlength=size) for codes in (one, other)])
    share = seen.sum(axis=1, keepdims=True) / max(seen.sum(), 1)
    few = (share.min() * seen.sum(axis=0)) < LEAST
    seen = np.column_stack([seen[:, ~few], seen[:, few].sum(axis=1)])
    due = share * seen.sum(axis=0)
    statistic = ((seen - due) ** 2 / np.maximum(due, 1e-300)).sum()
    cells = int((due.min(axis=0) > 0).sum())
    return float(chi2.sf(statistic, cells - 1)) if cells > 1 else 1.0


def places_that_differ(one: Dataset, other: Dataset) -> list[str]:
    """Return the columns, and pairs of neighbours, whose laws differ in two samples.

    Of samples of one law a place is named with a chance of at most FALSE_ALARM in all.
    """
    columns = [c for c in one.schema.main.columns if c.kind not in NO_PART]
    fine = {c.name: bands([one, other], c.name, _BANDS) for c in columns}
    rough = {c.name: bands([one, other], c.name, _FEW_BANDS) for c in columns}
    p = {name: alike(codes[: one.rows], codes[one.rows :]) for name, codes in fine.items()}
    for (left, first), (right, second) in pairwise(rough.items()):
        both = first * (second.max(initial=0) + 1) + second
        p[f"{left} and {right}"] = alike(both[: one.rows], both[one.rows :])
    return [place for place, chance in p.items() if chance < FALSE_ALARM / len(p)]


def bands(sides: Sequence[Dataset], name: str, most: int) -> np.ndarray:
    """Return the cells of a column as whole numbers: words, or bands of equal counts, and null."""
    united = unite(sides[0].column(name), [side.table[name] for side in sides])
    missing = np.isnan(united.values)
    if united.words is not None:
        return np.where(missing, len(united.words), united.values).astype(np.int64)
    known = united.values[~missing]
    cuts = np.unique(np.quantile(known, np.arange(1, most) / most)) if len(known) else known
    found = np.searchsorted(cuts, united.values, side="right")
    return np.where(missing, len(cuts) + 1, found).astype(np.int64)
