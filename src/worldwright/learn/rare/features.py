"""Features: columns as a linear tilt reads them.

A number gives its normal score among the evidence (van der Waerden 1952), standardised, and a flag
where enough values are missing; a category one flag for each value that enough rows hold. Flags are
0 and 1, so a coefficient is a log odds ratio; of a number it is one for each standard deviation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...judge.stack import Values

LEAST_HELD = 20  # rows that hold a value before it has a feature of its own
FARTHEST = 4.0  # normal scores are cut off there
NUMBER, MISSING = "", "is missing"


@dataclass(frozen=True, slots=True)
class Features:
    """(rows, k) features, and of each the column and the value (`NUMBER`, `MISSING`) it tells."""

    values: np.ndarray
    names: tuple[tuple[str, str], ...]

    def place(self, column: str, value: str = NUMBER) -> int | None:
        """Return which feature tells this value of a column; None where none does."""
        return self.names.index((column, value)) if (column, value) in self.names else None

    def of(self, columns: Sequence[str]) -> list[int]:
        """Return which features come from these columns."""
        return [at for at, (column, _) in enumerate(self.names) if column in columns]


def features(columns: Sequence[Values], evidence: int) -> Features:
    """Return the features of all rows; the first `evidence` of them say what is usual."""
    parts, names = [], []
    for column in columns:
        told = _number(column, evidence) if column.words is None else _words(column, evidence)
        for value, feature in told:
            parts.append(feature)
            names.append((column.name, value))
    rows = len(columns[0].values) if columns else 0
    return Features(np.column_stack(parts) if parts else np.empty((rows, 0)), tuple(names))


def normal_scores(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the normal quantile of each value's rank among the sorted `known`; 0 where missing."""
    from scipy.stats import norm

    low, high = np.searchsorted(known, values, "left"), np.searchsorted(known, values, "right")
    ranks = (low + high) / 2 / len(known)
    least = 0.5 / len(known)
    scores = norm.ppf(np.clip(ranks, least, 1 - least))
    return np.where(np.isnan(values), 0.0, scores)


def _number(column: Values, evidence: int) -> list[tuple[str, np.ndarray]]:
    x = column.values
    gone = np.isnan(x)
    known = np.sort(x[:evidence][~gone[:evidence]])
    told = []
    if len(known) and known[0] < known[-1]:
        scores = normal_scores(x, known)
        middle, spread = scores[:evidence].mean(), scores[:evidence].std()
        told.append((NUMBER, np.clip((scores - middle) / max(spread, 1e-6), -FARTHEST, FARTHEST)))
    if LEAST_HELD <= gone[:evidence].sum() <= evidence - LEAST_HELD:
        told.append((MISSING, gone.astype(np.float64)))
    return told


def _words(column: Values, evidence: int) -> list[tuple[str, np.ndarray]]:
    assert column.words is not None
    told = []
    for place, word in enumerate(column.words):
        held = column.values == place
        if LEAST_HELD <= held[:evidence].sum() < evidence:
            told.append((word, held.astype(np.float64)))
    return told
