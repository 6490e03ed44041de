"""Solutions: a quantity in one set of rows, and how much each row's being there moves it.

A row's influence psi has mean 0, and estimate - truth is nearly the weighted mean of psi, so every
quantity becomes a mean, and what is known of means (variance, skewness, control variates) holds for
it. For a regression with slope matrix A: psi = A^-1 x (y - fitted) / (1 - leverage), the
heteroscedasticity-robust HC3 (MacKinnon & White, J. Econometrics 29, 1985); degrees of freedom are
counted per coefficient, (sum g^2)^2 / sum g^4 with g = A^-1 x (after Bell & McCaffrey 2002), so a
value that few rows hold gets the wide t that it deserves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .query import Formula, Quantile
from .rows import Rows, Sides

_STEPS = 60
_SINGULAR = 1e-9


class Unsolvable(Exception):
    """These rows do not determine the quantity; `args[0]` says why."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Values, each row's influence on each (rows, values), and degrees of freedom of each.

    For a formula `inverse` is A^-1 and `values` its coefficients; else `inverse` is None.
    """

    values: np.ndarray
    influence: np.ndarray
    freedom: np.ndarray
    inverse: np.ndarray | None = None

    def parts(self, rows: Rows) -> np.ndarray:
        """Return each row's contribution to the error, (rows, values)."""
        count = max(int(rows.inside.sum()), 2)
        scale = np.sqrt(count / (count - 1)) if self.inverse is None else 1.0
        return np.asarray(rows.weights[:, None] * self.influence * scale)


def solve(sides: Sides, rows: Rows) -> Solution:
    """Return the query's quantities in `rows`. Raises Unsolvable."""
    if isinstance(sides.query, Formula):
        return _logistic(rows) if sides.is_logistic else _linear(rows)
    share = float(rows.weights[rows.inside].sum())
    if share <= 0:
        raise Unsolvable("no row meets the condition")
    freedom = np.array([rows.inside.sum() - 1.0])
    y = np.where(rows.inside, rows.y, 0.0)
    if isinstance(sides.query, Quantile):
        value = quantile(rows, sides.query.at)
        influence = np.where(rows.inside, (y <= value) - sides.query.at, 0.0)
        return Solution(np.array([value]), influence[:, None], freedom)
    value = float(rows.weights @ (y * rows.inside)) / share
    influence = np.where(rows.inside, y - value, 0.0) / share
    return Solution(np.array([value]), influence[:, None], freedom)


def quantile(rows: Rows, at: float) -> float:
    """Return the least value that at least a share `at` of the weight inside does not exceed."""
    order = np.argsort(rows.y[rows.inside], kind="stable")
    reached = np.cumsum(rows.weights[rows.inside][order])
    place = np.searchsorted(reached, at * reached[-1] - 1e-12)
    return float(rows.y[rows.inside][order][min(int(place), len(order) - 1)])


def _linear(rows: Rows) -> Solution:
    design = _design(rows)
    slope, scale = _slope(design, rows.weights)
    inverse = _inverse(slope, scale)
    values = inverse @ (design.T @ (rows.weights * rows.y))
    return _regression(rows, values, inverse, rows.y - design @ values, np.ones(len(rows.y)))


def _logistic(rows: Rows) -> Solution:
    """Newton's method; one class, or classes that the terms part, have no solution."""
    design = _design(rows)
    share = float(rows.weights @ rows.y)
    if not 0 < share < 1:
        raise Unsolvable("the outcome is the same in every row")
    values = np.zeros(design.shape[1])
    values[0] = np.log(share / (1 - share))
    for _ in range(_STEPS):
        fitted = fit(design @ values)
        bend = fitted * (1 - fitted)
        slope, scale = _slope(design, rows.weights * bend)
        inverse = _inverse(slope, scale)
        step = inverse @ (design.T @ (rows.weights * (rows.y - fitted)))
        reach = float(np.abs(design @ step).max())
        values = values + step * min(1.0, 4 / max(reach, 1e-12))
        if reach < 1e-9:
            return _regression(rows, values, inverse, rows.y - fitted, bend)
        if np.abs(design @ values).max() > 40:
            break
    raise Unsolvable("the terms tell the outcome without fail, so no coefficient is finite")


def fit(score: np.ndarray) -> np.ndarray:
    """Return the logistic function."""
    return np.asarray(1 / (1 + np.exp(-np.clip(score, -40, 40))))


def _regression(
    rows: Rows, values: np.ndarray, inverse: np.ndarray, left: np.ndarray, bend: np.ndarray
) -> Solution:
    design = _design(rows)
    pull = design @ inverse
    leverage = rows.weights * bend * (pull * design).sum(axis=1)
    influence = pull * (left / np.maximum(1 - leverage, 0.05))[:, None]
    squares = (rows.weights[:, None] * pull) ** 2
    freedom = squares.sum(axis=0) ** 2 / np.maximum((squares**2).sum(axis=0), 1e-300)
    most = max(len(left) - len(values), 1)
    return Solution(values, influence, np.clip(freedom, 1.0, most), inverse)


def _design(rows: Rows) -> np.ndarray:
    assert rows.design is not None
    return rows.design


def _slope(design: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    slope = design.T @ (weights[:, None] * design)
    return slope, np.sqrt(np.maximum(np.diag(slope), 1e-300))


def _inverse(slope: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Invert after scaling to a unit diagonal. Raises Unsolvable where a term is redundant."""
    unit = slope / np.outer(scale, scale)
    if np.linalg.eigvalsh(unit)[0] < _SINGULAR:
        raise Unsolvable("a term never changes, or others decide it")
    return np.asarray(np.linalg.inv(unit) / np.outer(scale, scale))
