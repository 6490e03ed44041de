"""Interplay: how much two columns depend on each other, as numbers of one degree of freedom.

Both are means of a score over the cells of a pair, so they are linear in its counts:

    keeps           the score of a cell is its pointwise mutual information ln p(a,b) / p(a) p(b)
                    among the rows that taught, shrunk by half a row a cell, with the columns' own
                    means taken out (double centring): a shifted column moves it little
    moves_together  the product of both columns' ridits (mid-cumulative shares; Bross 1958), scaled
                    to variance 1: Spearman's rank correlation of the cells

The first is learned from rows that are no part of the observed comparison: a score learned from
the reference would flatter it. In the splits both sides hold such rows in equal measure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .null import leave_one_out


@dataclass(frozen=True, slots=True)
class Interplay:
    """One number of a pair: studentised |difference| (1 + splits,), both means, the error."""

    seen: np.ndarray
    made: float
    real: float
    error: float


def keeps(left: np.ndarray, right: np.ndarray, taught: np.ndarray) -> Interplay:
    """Compare the mean pointwise mutual information; `taught`: (a, b) counts of other rows."""
    a, b = taught.sum(axis=1), taught.sum(axis=0)
    total = max(float(taught.sum()), 1.0)
    score = np.log((taught + 0.5) / (np.outer(a, b) / total + 0.5))
    return _compared(_centred(score, a / total, b / total).ravel(), left, right)


def moves_together(left: np.ndarray, right: np.ndarray, shape: tuple[int, int]) -> Interplay:
    """Compare the rank correlation of two columns of `shape` cells in their order."""
    pool = (left[:, 1] + right[:, 1]).reshape(shape).astype(np.float64)
    score = np.outer(_ridits(pool.sum(axis=1)), _ridits(pool.sum(axis=0)))
    return _compared(score.ravel(), left, right)


def _centred(score: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    rows, columns = score @ b, a @ score
    return np.asarray(score - rows[:, None] - columns[None, :] + a @ score @ b)


def _ridits(counts: np.ndarray) -> np.ndarray:
    shares = counts / max(counts.sum(), 1)
    middles = np.cumsum(shares) - shares / 2 - 0.5
    spread = float(np.sqrt(shares @ middles**2))
    return np.asarray(middles / spread if spread > 0 else middles)


def _compared(score: np.ndarray, left: np.ndarray, right: np.ndarray) -> Interplay:
    n, m = left.sum(axis=0), right.sum(axis=0)
    made, real = score @ left / n, score @ right / m
    difference = made - real
    variances = [
        float(score**2 @ side[:, 0] / size[0] - mean[0] ** 2) / size[0]
        for side, size, mean in ((left, n, made), (right, m, real))
    ]
    error = float(np.sqrt(max(sum(variances), 1e-18)))
    # Rows that taught the score vary less in it than fresh ones, so a split may spread too little.
    spread = np.maximum(leave_one_out(difference)[1], error)
    spread[0] = np.hypot(spread[0], _unknown(score, float(n[0]), float(m[0])))
    return Interplay(np.abs(difference) / spread, float(made[0]), float(real[0]), error)


def _unknown(score: np.ndarray, n: float, m: float) -> float:
    """Return the error that half a row more in the farthest cell of the real rows would add.

    Splits deal out rows that are known; a fresh row may fall where none of them does.
    """
    farthest = float(np.abs(score).max(initial=0.0))
    return farthest * float(np.sqrt(0.5 / (n + m) * (1 / n + 1 / m)))
