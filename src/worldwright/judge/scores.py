"""Scores: each column as a few bounded numbers a row, whose means say what a shape does.

    level    the midrank among all real rows, from -1 to 1: up or down (Wilcoxon's score)
    spread   the second Legendre polynomial of it: towards both ends, or towards the middle
    half     a category as one of two groups of about half of the rows, +1 or -1, centred

Missing values score 0, the mean. Ranks and groups come from the pool of all real rows, never from
the made ones. A mean of scores is a statistic of one degree of freedom: it sees what it is made
for at a third of the rows that a table of counts would need, and nothing else.
"""

from __future__ import annotations

import numpy as np

from .stack import Values


def level(column: Values, pool: slice) -> np.ndarray:
    """Return each row's midrank among the real rows, as a number in [-1, 1]; (rows,) float32."""
    real = np.sort(column.values[pool])
    real = real[~np.isnan(real)]
    if not len(real):
        return np.zeros(len(column.values), dtype=np.float32)
    below = np.searchsorted(real, column.values, side="left")
    upto = np.searchsorted(real, column.values, side="right")
    ranks = (below + upto) / len(real) - 1
    ranks[np.isnan(column.values)] = 0
    return np.asarray(ranks, dtype=np.float32)


def spread(level_scores: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """Return (3 u^2 - 1) / 2 of level scores u: -1/2 in the middle, 1 at both ends."""
    scores = (3 * level_scores**2 - 1) / 2
    scores[missing] = 0
    return np.asarray(scores, dtype=np.float32)


def half(
    column: Values,
    pool: slice,
    towards: np.ndarray | None = None,
    taught: slice | None = None,
) -> np.ndarray:
    """Return +-1 a row for two groups of categories of about half of the real rows, centred.

    Categories are put in the order of their mean of `towards` (a score of every row) among the rows
    `taught`, or of how often they occur; the first half of the rows becomes one group.
    """
    words = len(column.words or ())
    codes = np.nan_to_num(column.values, nan=words).astype(np.int64)
    real = codes[pool]
    counts = np.bincount(real, minlength=words + 1)[:words].astype(np.float64)
    if words < 2 or not counts.sum():
        return np.zeros(len(codes), dtype=np.float32)
    order = np.argsort(-counts, kind="stable")
    if towards is not None:
        learned = pool if taught is None else taught
        sums = np.bincount(codes[learned], weights=towards[learned], minlength=words + 1)[:words]
        rows = np.bincount(codes[learned], minlength=words + 1)[:words]
        order = np.argsort(-sums / np.maximum(rows, 1), kind="stable")
    upto = np.cumsum(counts[order])
    first = max(1, int(np.argmin(np.abs(upto - counts.sum() / 2))) + 1)
    is_first = np.zeros(words + 1)
    is_first[order[:first]] = 1
    share = float(counts[order[:first]].sum() / counts.sum())
    scores = is_first - share
    scores[words] = 0
    top = max(share, 1 - share)
    return np.asarray((scores / top)[codes], dtype=np.float32)
