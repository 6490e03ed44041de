"""Columns as features that are tested, and as what a regression reads.

A feature is a standardised array whose mean over the rows is 0. A number gives its normal scores
(van der Waerden 1952: the normal quantile of its rank) and their square, so that spread is seen
too; a category one feature for each value of at least 20 rows, at most 12; a missing value counts
as a value. Categories that only one value dominates, and constants, give none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..stack import Values

LEAST_HELD = 20
MOST_VALUES = 12
MOST_LEVELS = 30
FEW_DISTINCT = 10


@dataclass(frozen=True, slots=True)
class Features:
    """(rows, k) standardised features, and the column that each came from."""

    values: np.ndarray
    names: tuple[str, ...]


def features(columns: list[Values]) -> Features:
    """Return the features of several columns, side by side."""
    parts = [(column.name, one) for column in columns for one in _of(column)]
    if not parts:
        rows = len(columns[0].values) if columns else 0
        return Features(np.empty((rows, 0)), ())
    return Features(np.column_stack([one for _, one in parts]), tuple(name for name, _ in parts))


def normal_scores(values: np.ndarray) -> np.ndarray:
    """Return the normal quantile of each value's rank; 0 where a value is missing."""
    from scipy.stats import norm, rankdata

    seen = ~np.isnan(values)
    scores = np.zeros(len(values))
    if seen.any():
        scores[seen] = norm.ppf((rankdata(values[seen]) - 0.5) / seen.sum())
    return scores


def strata(columns: list[Values]) -> np.ndarray | None:
    """Return the stratum of each row, or None where the columns have too many values for strata.

    At least nine rows in ten must lie in strata of ten rows or more.
    """
    codes = np.zeros(len(columns[0].values), np.int64)
    for column in columns:
        seen, of = np.unique(column.values, return_inverse=True)
        if column.words is None and len(seen) > FEW_DISTINCT:
            return None
        codes = codes * len(seen) + of
        codes = np.unique(codes, return_inverse=True)[1]
    sizes = np.bincount(codes)
    return codes if (sizes[codes] >= 10).mean() >= 0.9 else None


@dataclass(frozen=True, slots=True)
class Known:
    """What a regression reads of the given columns: numbers as scores, values as 0 and 1."""

    numbers: np.ndarray
    levels: np.ndarray

    @property
    def whole(self) -> np.ndarray:
        return np.column_stack([self.numbers, self.levels])


def known(columns: list[Values]) -> Known:
    """Return the given columns as a regression reads them; a missing value is told by a flag."""
    rows = len(columns[0].values)
    numbers, levels = [np.empty((rows, 0))], [np.empty((rows, 0))]
    for column in columns:
        missing = np.isnan(column.values)
        if column.words is None:
            numbers.append(normal_scores(column.values)[:, None])
            if missing.any():
                levels.append(missing[:, None].astype(float))
        else:
            seen, counts = np.unique(column.values[~missing], return_counts=True)
            most = seen[np.argsort(-counts, kind="stable")][:MOST_LEVELS]
            levels.append((column.values[:, None] == most[None, :]).astype(float))
    return Known(np.column_stack(numbers), np.column_stack(levels))


def _of(column: Values) -> list[np.ndarray]:
    values = column.values
    missing = np.isnan(values)
    found = [missing.astype(float)]
    if column.words is None:
        scores = normal_scores(values)
        found.append(scores)
        if len(np.unique(values[~missing])) > 2:
            found.append(np.where(missing, 0.0, scores**2))
    else:
        seen, counts = np.unique(values[~missing], return_counts=True)
        order = np.argsort(-counts, kind="stable")[:MOST_VALUES]
        # Of two values one tells all.
        kept = seen[order][1:] if len(seen) == 2 and not missing.any() else seen[order]
        found += [(values == value).astype(float) for value in kept]
    return [standard for one in found if (standard := _standard(one)) is not None]


def _standard(one: np.ndarray) -> np.ndarray | None:
    """Return the feature with mean 0 and spread 1; None where fewer than 20 rows stand apart."""
    values, counts = np.unique(one, return_counts=True)
    if len(values) < 2 or (len(values) == 2 and counts.min() < LEAST_HELD):
        return None
    return np.asarray((one - one.mean()) / one.std())
