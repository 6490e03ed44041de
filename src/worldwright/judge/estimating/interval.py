"""Intervals: the values that a test does not reject, the level's tails leaning or upright.

Three tests, one shape: the lower tail of the estimate must hold more than alpha·w, the upper one
more than alpha·(1 - w), with w a function of the tested value (see `lean.py`).

    by_influence  a sum of many rows' influences, studentised; its skewness is taken out by Hall's
                  transformation (J. R. Statist. Soc. B 54, 1992), then Student's t. One-sided tails
                  need it: there the error of a plain t is of order 1/sqrt(n).
    by_count      k of n rows, exact (Clopper & Pearson 1934 where the tails are upright)
    by_rank       a quantile by counting rows below, exact whatever the law, heavy tails and atoms
                  included; where the tails lean, distances are measured on the made rows' own law

Where the accepted values are no interval, the answer is their hull.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .lean import Tilt, upright

_COARSE, _FINE = 601, 33
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Evidence:
    """What real rows say of one quantity: value, error, skewness / sqrt(n), freedom."""

    value: float
    error: float
    skew: float
    freedom: float

    @classmethod
    def of(cls, value: float, parts: np.ndarray, freedom: float) -> Evidence:
        """Sum up contributions; each is independent, of mean 0, and value - truth is their sum.

        Far-out contributions make the error itself uncertain; Satterthwaite's count of degrees of
        freedom, 2 n / (kurtosis - 1), says how much, where it is below `freedom`.
        """
        squares = parts**2
        total, fourth = float(squares.sum()), float((squares**2).sum())
        skew = float((squares * parts).sum()) / total**1.5 if total > _TINY**2 else 0.0
        loose = fourth - total**2 / max(len(parts), 1)
        counted = 2 * total**2 / loose if loose > 0 else freedom
        return cls(value, float(np.sqrt(total)), skew, max(min(freedom, counted), 1.0))


def by_influence(seen: Evidence, tilt: Tilt, centre: float, alpha: float) -> tuple[float, float]:
    """Return the interval of a sum of influences; `centre` is what the made rows say."""
    from scipy.special import stdtr, stdtrit

    if seen.error <= _TINY * max(1.0, abs(seen.value)):
        return seen.value, seen.value
    if tilt is upright:
        outer = float(-stdtrit(seen.freedom, alpha / 2))
        ends = seen.value - seen.error * _unskewed(np.array([outer, -outer]), seen.skew)
        return float(ends[0]), float(ends[1])

    def accepts(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        values = seen.value - seen.error * _unskewed(scores, seen.skew)
        below, share = stdtr(seen.freedom, scores), tilt((values - centre) / seen.error)
        return values, (below >= alpha * share) & (below <= 1 - alpha * (1 - share))

    reach = float(-stdtrit(seen.freedom, alpha / 400)) + 0.5
    scores = np.linspace(-reach, reach, _COARSE)
    kept = np.flatnonzero(accepts(scores)[1])
    found = []
    for at, step in ((kept[-1], 1), (kept[0], -1)):
        beyond = min(max(at + step, 0), _COARSE - 1)
        values, inner = accepts(np.linspace(scores[at], scores[beyond], _FINE))
        found.append(float(values[min(np.flatnonzero(inner)[-1] + 1, _FINE - 1)]))
    return found[0], found[1]


def _unskewed(scores: np.ndarray, skew: float) -> np.ndarray:
    """Return the t-statistics whose transforms are `scores`: Hall's cubic, inverted."""
    if abs(skew) < 1e-8:
        return scores
    return np.asarray((np.cbrt(1 + skew * (scores - skew / 6)) - 1) * 3 / skew)


def by_count(hits: int, rows: int, tilt: Tilt, centre: float, alpha: float) -> tuple[float, float]:
    """Return the exact interval of a share."""
    seen = hits / rows
    reach = 10 * float(np.sqrt((seen * (1 - seen) + 4 / rows) / rows))
    ends = max(seen - reach, 0.0), min(seen + reach, 1.0)
    values = np.unique(np.append(np.linspace(*ends, _COARSE), seen))
    kept = np.flatnonzero(_accepts(values, hits, rows, tilt, centre, alpha))
    found = []
    for at, step in ((kept[0], -1), (kept[-1], 1)):
        beyond = min(max(at + step, 0), len(values) - 1)
        fine = np.linspace(values[at], values[beyond], _FINE)
        inner = np.flatnonzero(_accepts(fine, hits, rows, tilt, centre, alpha))
        found.append(float(fine[min(inner[-1] + 1, _FINE - 1)] if len(inner) else values[at]))
    return found[0], found[1]


def _accepts(
    values: np.ndarray, hits: int, rows: int, tilt: Tilt, centre: float, alpha: float
) -> np.ndarray:
    from scipy.special import bdtr, bdtrc

    errors = np.sqrt(np.maximum(values * (1 - values), 1 / rows**2) / rows)
    share = tilt((values - centre) / errors)
    below = bdtr(hits, rows, values)
    above = bdtrc(hits - 1, rows, values) if hits else np.ones(len(values))
    return np.asarray((below >= alpha * share) & (above >= alpha * (1 - share)))


@dataclass(frozen=True, slots=True)
class Ladder:
    """Places where a quantile may lie: each distinct real value, and the gaps around them.

    `low` and `high` are a place's ends; `under` counts rows below it, `upto` rows at or below it.
    """

    low: np.ndarray
    high: np.ndarray
    under: np.ndarray
    upto: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray) -> Ladder:
        """Return the places of these values, from minus infinity to infinity."""
        steps, counts = np.unique(values, return_counts=True)
        upto = np.cumsum(counts)
        low = np.empty(2 * len(steps) + 1)
        high, under, top = low.copy(), low.copy(), low.copy()
        low[1::2] = high[1::2] = steps
        low[0::2], high[0::2] = np.append(-np.inf, steps), np.append(steps, np.inf)
        under[1::2], top[1::2] = upto - counts, upto
        under[0::2] = top[0::2] = np.append(0, upto)
        return cls(low, high, under, top)

    def hull(self, kept: np.ndarray) -> tuple[float, float]:
        at = np.flatnonzero(kept)
        return float(self.low[at[0]]), float(self.high[at[-1]])


def by_rank(
    ladder: Ladder, at: float, tilt: Tilt, placed: np.ndarray, alpha: float
) -> tuple[float, float]:
    """Return the exact interval of the quantile `at`.

    `placed` holds for the two ends of each place how many errors it lies above the made rows'
    quantile, on the scale of their own distribution function.
    """
    from scipy.special import bdtr, bdtrc

    rows = int(ladder.upto[-1])
    many = np.where(ladder.under > 0, bdtrc(ladder.under - 1, rows, at), 1.0)
    few = np.where(ladder.upto < rows, bdtr(ladder.upto, rows, at), 1.0)
    share = tilt(placed)
    kept = (many >= alpha * share) & (few >= alpha * (1 - share))
    return ladder.hull(np.logical_or(kept[0], kept[1]))
