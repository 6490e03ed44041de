"""Contrasts: how the means of scores differ between the sides, observed and in every split.

A mean is linear in the rows, so one matrix product gives all splits of all scores at once: 5,000
scores of 4,000 rows under 199 splits in 0.3 s. Intervals are those of a difference of two means
with unequal variances (Welch 1947), each at least that among all real rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .effects import Z95
from .null import Splits, leave_one_out

_AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Contrasts:
    """Differences of means, made less reference.

    Attributes:
        seen: (scores, 1 + splits), observed first.
        made, real: (scores,) the two means. error: (scores,) standard error of their difference.
    """

    seen: np.ndarray
    made: np.ndarray
    real: np.ndarray
    error: np.ndarray

    def studentised(self) -> np.ndarray:
        """Return |difference| in units of its null's spread: (scores, 1 + splits).

        The spread is at least the standard error: an odd row that only the made side has widens
        that, and no split.
        """
        least = np.maximum(self.error, 1e-9)
        return np.asarray(
            np.abs(self.seen) / np.maximum(leave_one_out(self.seen)[1], least[:, None])
        )

    def interval(self, at: int) -> tuple[float, float, float]:
        """Return the size of one difference with its 95 % interval; all are 0 or more."""
        size, error = abs(float(self.seen[at, 0])), float(self.error[at])
        return size, max(0.0, size - Z95 * error), size + Z95 * error

    @property
    def highest(self) -> np.ndarray:
        """Return the upper ends of the sizes of all differences."""
        return np.asarray(np.abs(self.seen[:, 0]) + Z95 * self.error)


def contrast(splits: Splits, scores: np.ndarray) -> Contrasts:
    """Compare the means of (rows of the Stack, scores) scores."""
    parts = [_compared(splits, block) for block in _blocks(scores)]
    return joined(parts)


def joined(parts: list[Contrasts]) -> Contrasts:
    """Return several sets of Contrasts as one, in their order."""
    return Contrasts(*(np.concatenate([getattr(part, name) for part in parts])
                       for name in ("seen", "made", "real", "error")))  # fmt: skip


def _blocks(scores: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, max(1, scores.shape[1]), _AT_ONCE):
        yield np.asarray(scores[:, start : start + _AT_ONCE], dtype=np.float32)


def _compared(splits: Splits, scores: np.ndarray) -> Contrasts:
    made, reference, pool = (scores[at] for at in (splits.made, splits.reference, splits.pool))
    n, m = len(made), len(reference)
    dealt = splits.dealt.astype(np.float32)
    left = (dealt.T @ pool).astype(np.float64)
    right = pool.sum(axis=0, dtype=np.float64) - left
    mean, base = made.mean(axis=0, dtype=np.float64), reference.mean(axis=0, dtype=np.float64)
    least = _variance(pool)
    spreads = [np.maximum(_variance(side), least) for side in (made, reference)]
    error = np.sqrt(spreads[0] / n + spreads[1] / m)
    return Contrasts(np.column_stack([mean - base, (left / n - right / m).T]), mean, base, error)


def _variance(scores: np.ndarray) -> np.ndarray:
    """Return the variance of each score, without a copy of them all in double precision."""
    rows = max(len(scores), 1)
    squares = np.einsum("ij,ij->j", scores, scores, dtype=np.float64) / rows
    return np.maximum(squares - (scores.sum(axis=0, dtype=np.float64) / rows) ** 2, 0.0)
