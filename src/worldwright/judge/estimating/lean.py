"""Lean: how the level's two tails are shared out around what the made rows say.

A 95 % interval is the set of values that a test of level 5 % does not reject. Each value may be
tested in its own way: with a share w of the 5 % in the lower tail and 1 - w in the upper one, and
the interval still holds, because the true value is tested at 5 % like any other. That is so for
every function w that does not look at the real rows. The best w under a prior belief is known
(Pratt, JASA 56, 1961; Yu & Hoff, Biometrika 105, 2018): accept where m(x) / f(x | value) is small,
m being the law of the estimate under the belief.

Our belief, in units of the estimate's own error: "the made rows are right, up to `spread`" as a
normal law, or "anything" as a flat one of density FLAT. The flat part is what keeps the price
small: far from the made rows' value the interval is the ordinary one. With FLAT = 0.05 the interval
is 12 % shorter on average when the made rows are right (the bound for any method is 15 %), and
never more than 14 % longer on average, which happens when they are wrong by about four errors.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

FLAT = 0.05
FLOOR = 0.25
_REACH, _STEPS = 14.0, 1401
_HALVINGS = 50

Tilt = Callable[[np.ndarray], np.ndarray]


def upright(distance: np.ndarray) -> np.ndarray:
    """Give half of the level to each tail: the ordinary interval."""
    return np.full(np.shape(distance), 0.5)


def leaning(spread: float, alpha: float) -> Tilt:
    """Return w as a function of (value - made rows' value) / error of the real rows' estimate.

    `spread` is the error of the made rows' value in the same unit; a floor stands for what no World
    is free of.
    """
    grid, shares = _table(round(float(np.hypot(spread, FLOOR)), 2), alpha)

    def tilt(distance: np.ndarray) -> np.ndarray:
        return np.interp(distance, grid, shares, left=0.5, right=0.5)

    return tilt


@lru_cache(maxsize=256)
def _table(spread: float, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """Return w on a grid: equal m/f at both ends of each acceptance region, found by halving."""
    from scipy.special import ndtri

    values = np.linspace(-_REACH, _REACH, _STEPS)
    low, high = np.full(_STEPS, 1e-9), np.full(_STEPS, 1 - 1e-9)
    for _ in range(_HALVINGS):
        share = (low + high) / 2
        left, right = ndtri(alpha * share), ndtri(1 - alpha * (1 - share))
        worse_left = _odds(values + left, left, spread) > _odds(values + right, right, spread)
        low, high = np.where(worse_left, share, low), np.where(worse_left, high, share)
    return values, (low + high) / 2


def _odds(seen: np.ndarray, off: np.ndarray, spread: float) -> np.ndarray:
    """Return ln of m(seen) / f(seen | value), off = seen - value, up to a constant."""
    variance = 1 + spread**2
    normal = np.exp(-(seen**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
    return np.asarray(np.log(normal + FLAT) + off**2 / 2)
