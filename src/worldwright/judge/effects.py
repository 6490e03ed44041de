"""Effects with intervals: how far apart, and how sure of it.

Total variation distance (half the sum of |share made - share real|: the share of rows that would
have to change) is never 0 between finite samples, even of one law. So its noise, known from the
null, is taken out in quadrature: with T seen, mu the mean of the null, s the standard error of the
share of the cells where the made rows have too many,

    effect = sqrt(max(0, T^2 - mu^2))      interval = sqrt(max(0, max(0, T -+ 1.96 s)^2 - mu^2))

and the upper end is at least 3 / min(n, m), the rule of three. Ratios of shares and rates have
exact binomial intervals (Clopper & Pearson 1934).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..data.report import Verdict

Z95 = 1.959964
_SEEN_Z = 3.0


@dataclass(frozen=True, slots=True)
class Effect:
    """A size with its 95 % interval, and the chance to have seen one as large as the tolerance."""

    value: float
    low: float
    high: float
    power: float


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as often a cell occurs among made rows as expected, with its interval."""

    value: float
    low: float
    high: float

    def lies_beyond(self, factor: float) -> bool:
        """True if the whole interval lies above `factor` or below 1 / `factor`."""
        return self.low > factor or self.high < 1 / factor


def deviance(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return 2 * sum of O ln(O / E) over both sides of (cells, k) tables: (k,), E from their union.

    Twice the log-likelihood ratio of "two laws" against "one law" (Wilks 1938).
    """
    n, m = left.sum(axis=0), right.sum(axis=0)
    both = _xlogx(left).sum(axis=0) + _xlogx(right).sum(axis=0) - _xlogx(left + right).sum(axis=0)
    return 2 * (both - _xlogx(n) - _xlogx(m) + _xlogx(n + m))


def cell_roots(left: np.ndarray, right: np.ndarray, *, moved: float = 0.5) -> np.ndarray:
    """Return the signed root of each cell's own deviance (in it or not): (cells, k), ~N(0, 1).

    Counts are `moved` by at most half a row towards what is expected (Yates 1934): eight rows
    against none are then as rare as in a fair deal.
    """
    n, m = left.sum(axis=0), right.sum(axis=0)
    both = left + right
    expected = both * n / np.maximum(n + m, 1)
    left = left + np.clip(expected - left, -moved, moved)
    right = both - left
    inside = _xlogx(left) + _xlogx(right) - _xlogx(both)
    outside = _xlogx(n - left) + _xlogx(m - right) - _xlogx(n + m - both)
    total = 2 * (inside + outside - _xlogx(n) - _xlogx(m) + _xlogx(n + m))
    return np.sign(left * m - right * n) * np.sqrt(np.maximum(total, 0))


def total_variation(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return half the sum of |share - share| over (cells, k) tables: (k,)."""
    return np.abs(left / left.sum(axis=0) - right / right.sum(axis=0)).sum(axis=0) / 2


def distance(seen: np.ndarray, left: np.ndarray, right: np.ndarray, tolerance: float) -> Effect:
    """Return the distance behind `seen` (observed first, then the null), for the observed table."""
    n, m = int(left.sum()), int(right.sum())
    more = left / n > right / m
    p, q = left[more].sum() / n, right[more].sum() / m
    error = float(np.sqrt(p * (1 - p) / n + q * (1 - q) / m))
    noise = float(seen[1:].mean())
    least = 3 / min(n, m)

    def beneath(t: float) -> float:
        return float(np.sqrt(max(0.0, max(0.0, t) ** 2 - noise**2)))

    top = float(seen[0])
    high = min(1.0, max(beneath(top + Z95 * error), least))
    power = _power(noise, float(seen[1:].std()), tolerance, max(error, least / 3))
    return Effect(min(beneath(top), high), beneath(top - Z95 * error), high, power)


def ratio(left: int, expected: float, rows: tuple[int, int], level: float) -> Ratio:
    """Return how many times as often a cell holds made rows as `expected` real ones of `rows[1]`.

    Given their sum, the made count is binomial; its exact interval at `level` becomes the ratio's.
    """
    n, m = rows
    low, high = binomial_interval(left, left + round(expected), level)

    def odds(share: float) -> float:
        return float("inf") if share >= 1 else share / (1 - share) * m / n

    value = odds(left / (left + expected)) if left + expected else 1.0
    return Ratio(value, odds(low), odds(high))


def binomial_interval(hits: int, rows: int, level: float) -> tuple[float, float]:
    """Return the exact interval of a share, with error probability at most `level` in all."""
    from scipy.stats import beta

    low = float(beta.ppf(level / 2, hits, rows - hits + 1)) if hits else 0.0
    high = float(beta.ppf(1 - level / 2, hits + 1, rows - hits)) if hits < rows else 1.0
    return low, high


def conclude(p: float, level: float, effect: Effect, tolerance: float) -> Verdict:
    """Return the verdict: *differs* needs both significance and an interval above the tolerance."""
    if p <= level and effect.low > tolerance:
        return Verdict.DIFFERS
    return Verdict.SAME if effect.high <= tolerance else Verdict.CANNOT_TELL


def _power(noise: float, spread: float, tolerance: float, error: float) -> float:
    """Return the chance that a difference as large as the tolerance stands out (normal law)."""
    from scipy.stats import norm

    stands_out = noise + _SEEN_Z * spread
    return round(float(norm.cdf((np.hypot(tolerance, noise) - stands_out) / error)), 3)


def _xlogx(count: np.ndarray) -> np.ndarray:
    count = np.asarray(count, dtype=np.float64)
    return count * np.log(np.maximum(count, 1.0))
