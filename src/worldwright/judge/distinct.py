"""Distinct: how many different rows there are, and how many real rows would show as many.

The redundancy of a set of rows is its rows less its distinct rows: 0 where no two are equal, and
linear in copies, so one value that thousands share does not drown the others (pairs would be
quadratic). Rows that are equal but for one column are found by taking one column out of the key.

Rarefaction (Hurlbert, Ecology 1971) gives the number of distinct rows expected among k of the N
real rows, of which group g has N_g:

    E(k) = sum over g of 1 - C(N - N_g, k) / C(N, k)

Its inverse turns the distinct rows of n made ones into the number of real rows that show as many:
the effective size.
"""

from __future__ import annotations

import numpy as np

from .null import Splits


def redundancy(null: Splits, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return rows less distinct rows of both sides, (1 + splits,) each. `keys`: all Stack rows'."""
    compared = np.concatenate([null.made, null.reference, null.pool])
    _, code, count = np.unique(keys[compared], return_inverse=True, return_counts=True)
    # Every row that nothing equals shares cell 0, which is left out.
    number = np.where(count > 1, np.cumsum(count > 1), 0)
    codes = np.zeros(len(keys), np.int64)
    codes[compared] = number[code]
    left, right = (side[1:] for side in null.tables(codes, int(number.max(initial=0)) + 1))
    made, real = (side.sum(axis=0) - (side > 0).sum(axis=0) for side in (left, right))
    return made.astype(np.float64), real.astype(np.float64)


def rarefied(keys: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the distinct rows expected among each number of `rows` of those with these keys."""
    from scipy.special import gammaln

    total = len(keys)
    held, groups = np.unique(np.unique(keys, return_counts=True)[1], return_counts=True)
    left = total - held[:, None] - rows[None, :]
    missed = np.where(
        left >= 0,
        gammaln(total - held + 1)[:, None]
        - gammaln(np.maximum(left, 0) + 1)
        + gammaln(total - rows + 1)[None, :]
        - gammaln(total + 1),
        -np.inf,
    )
    return np.asarray((groups[:, None] * (1 - np.exp(missed))).sum(axis=0))


def effective(keys: np.ndarray, distinct: np.ndarray, most: int) -> np.ndarray:
    """Return how many of these real rows, at most `most`, show so many distinct rows."""
    rows = np.unique(np.linspace(1, most, min(most, 400)).round())
    expected = np.maximum.accumulate(rarefied(keys, rows))
    # Where the curve is flat, more rows show nothing new: the benefit of doubt is the made rows'.
    found = np.interp(distinct, expected, rows)
    return np.asarray(np.where(distinct >= expected[-1] - 1e-6, float(most), found))
