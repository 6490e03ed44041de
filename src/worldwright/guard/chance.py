"""What chance explains: exact intervals and one-sided p-values for the guard's attacks.

Every attack compares rows that taught with rows that did not, under labels that chance could have
swapped. Where one record draws many made rows to it, those rows are one witness and not many:
counts c_j per record have the effective size (sum c)² / sum c² (Kish), and tests run at that size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

LEVEL = 0.05


class Interval(NamedTuple):
    """A value with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Made rows that point at a record, counted per record: `real` and `holdout` counts.

    Both are float arrays, one count for each record (or person) that was pointed at.
    """

    real: np.ndarray
    holdout: np.ndarray

    @property
    def totals(self) -> tuple[float, float]:
        return float(self.real.sum()), float(self.holdout.sum())

    @property
    def per_witness(self) -> float:
        """Made rows that count as one independent witness: sum c² / sum c, at least 1."""
        counts = np.concatenate([self.real, self.holdout])
        return max(float((counts**2).sum() / counts.sum()), 1.0) if counts.sum() else 1.0


def clopper_pearson(hits: float, tries: float) -> Interval:
    """Return the exact 95 % interval of a share; sizes may be fractional (effective sizes)."""
    from scipy.special import betaincinv

    if tries <= 0:
        return Interval(0.5, 0.0, 1.0)
    hits = min(max(hits, 0.0), tries)
    low = betaincinv(hits, tries - hits + 1, LEVEL / 2) if hits > 0 else 0.0
    high = betaincinv(hits + 1, tries - hits, 1 - LEVEL / 2) if hits < tries else 1.0
    return Interval(hits / tries, float(low), float(high))


def binomial_tail(hits: float, tries: float, share: float = 0.5) -> float:
    """Return P(X >= hits) for X ~ Binomial(tries, share); sizes may be fractional."""
    from scipy.special import betainc

    return float(betainc(hits, tries - hits + 1, share)) if hits > 0 else 1.0


def difference(first: Interval, second: Interval) -> Interval:
    """Return first - second with Newcombe's interval (Stat. in Medicine 17, 1998, method 10)."""
    gap = first.value - second.value
    low = gap - np.hypot(first.value - first.low, second.high - second.value)
    high = gap + np.hypot(first.high - first.value, second.value - second.low)
    return Interval(gap, float(low), float(high))


def binomial_power(tries: float, share: float, alpha: float) -> float:
    """Return the chance that a one-sided test of one half at `alpha` sees a true `share`."""
    sizes = np.arange(int(tries) + 1)
    tails = np.array([binomial_tail(k, int(tries)) for k in _around(sizes, alpha)])
    seen = _around(sizes, alpha)[tails <= alpha]
    return binomial_tail(float(seen[0]), int(tries), share) if len(seen) else 0.0


def _around(sizes: np.ndarray, alpha: float) -> np.ndarray:
    """Return the few counts among which the critical one lies (eight standard errors at most)."""
    tries = len(sizes) - 1
    return sizes[(sizes >= tries / 2) & (sizes <= tries / 2 + 4 * np.sqrt(tries) + 2)]


def normal_power(effect: float, error: float, alpha: float) -> float:
    """Return the chance that a one-sided z test at `alpha` sees `effect` with standard `error`."""
    from scipy.special import ndtr, ndtri

    return float(ndtr(effect / error + ndtri(alpha))) if error > 0 else 0.0


def area(members: np.ndarray, others: np.ndarray) -> tuple[Interval, float]:
    """Return the AUC that `members` score above `others` with DeLong's interval, and its p.

    DeLong, DeLong & Clarke-Pearson, Biometrics 44 (1988); p is one-sided, against one half. With
    complete separation the variance would be 0, so a floor of about one rank keeps it above.
    """
    from scipy.special import ndtr, ndtri

    above = _placements(members, others)
    below = 1.0 - _placements(others, members)
    auc = float(above.mean())
    variance = _spread(above) + _spread(below)
    floor = 0.25 / (len(members) * len(others)) + 1.0 / (12.0 * (len(members) + len(others)) ** 2)
    error = float(np.sqrt(max(variance, floor)))
    half = float(ndtri(1 - LEVEL / 2)) * error
    interval = Interval(auc, max(auc - half, 0.0), min(auc + half, 1.0))
    return interval, float(ndtr((0.5 - auc) / max(error, null_error(len(members), len(others)))))


def null_error(members: int, others: int) -> float:
    """Return the standard error of an AUC of one half (Mann & Whitney, 1947)."""
    return float(np.sqrt((members + others + 1) / (12.0 * members * others)))


def _placements(scores: np.ndarray, against: np.ndarray) -> np.ndarray:
    """Return for each score the share of `against` below it, ties counted half."""
    ranked = np.sort(against)
    left = np.searchsorted(ranked, scores, "left")
    right = np.searchsorted(ranked, scores, "right")
    return (left + right) / (2.0 * len(ranked))


def _spread(placements: np.ndarray) -> float:
    return float(placements.var(ddof=1) / len(placements)) if len(placements) > 1 else 0.25


def exceedance_tail(members: int, others: int, *, above: int, allowed: int) -> float:
    """Return P(at least `above` members stand before the others' (`allowed` + 1)-th) by chance.

    Exact: the first above + allowed places of a random order hold that many members or more.
    """
    from scipy.stats import hypergeom

    return float(hypergeom.sf(above - 1, members + others, members, above + allowed))


def holm(p_values: np.ndarray) -> np.ndarray:
    """Return p-values adjusted for their number (Holm, Scandinavian J. of Statistics 6, 1979)."""
    order = np.argsort(p_values, kind="stable")
    factors = len(p_values) - np.arange(len(p_values))
    adjusted = np.minimum(np.maximum.accumulate(p_values[order] * factors), 1.0)
    result = np.empty_like(adjusted)
    result[order] = adjusted
    return result
