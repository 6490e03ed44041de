"""Steering: how each column is bent towards the evidence that lies ahead of it.

Evidence on a late column is met by chance where the columns before it know nothing of it. So the
World draws rows of its own, with the evidence held fast, and sees how likely each made it. From
them the chance V of the evidence ahead is fitted as a product of factors, one for each column,

    V(x_1 .. x_t) = f_1(x_1) * .. * f_t(x_t)

by iterative scaling (Deming & Stephan, Annals of Mathematical Statistics 1940), and column t is
drawn from its law times f_t. Whatever f is, each draw is weighed by law / bent law, so the factors
decide how many draws are of use and never which law they follow (twisted proposals: Guarniero,
Johansen & Lee, JASA 2017). No real row is touched.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_SWEEPS, _MOST_COLUMNS = 4, 12
_ROWS_OF_MEAN = 10.0  # a code with few draws is pulled towards the mean by as many rows
_FLOOR, _EVEN = 0.01, 0.1


def factor(
    codes: np.ndarray, sizes: Sequence[int], ahead: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return the factor of the last column of `codes`, fitted together with those before it.

    `ahead` is the chance of the evidence ahead as each draw saw it, `weights` what a draw counts.
    """
    from ..kernels.scale import scale

    values = ahead / max(float(np.average(ahead, weights=weights)), 1e-300)
    held = [np.bincount(codes[:, t], weights, size) for t, size in enumerate(sizes)]
    order = _telling(codes, held, values * weights)
    found = np.ones((len(sizes), max(sizes)))
    scale(codes.T, order, values, weights, _SWEEPS, _ROWS_OF_MEAN, found)
    factors = found[-1, : sizes[-1]]
    last = np.log(np.maximum(factors, 1e-12))
    middle = last @ held[-1] / weights.sum()
    if np.sqrt(held[-1] @ (last - middle) ** 2 / weights.sum()) < _EVEN:
        return np.ones(sizes[-1])  # it tells too little to be worth a bent draw
    return np.maximum(factors / factors.max(), _FLOOR)


def _telling(codes: np.ndarray, held: Sequence[np.ndarray], values: np.ndarray) -> np.ndarray:
    """Return the columns whose codes differ most in their mean value, at most 12, and the last."""
    spreads = []
    for t, rows in enumerate(held):
        sums = np.bincount(codes[:, t], values, len(rows))
        means = sums / np.maximum(rows, 1e-12)
        spreads.append(float(rows @ means**2 - (rows @ means) ** 2 / max(rows.sum(), 1e-12)))
    best = sorted(range(len(held)), key=lambda t: -spreads[t])[:_MOST_COLUMNS]
    return np.array(sorted({*best, len(held) - 1}))
