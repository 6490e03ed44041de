"""Tilt: the rare rows as common rows re-drawn with weight exp(score), where the score is linear.

    minimise  sum_i w_i log(1 + exp(-s_i (b_0 + x_i b)))  +  1/2 sum_j l_j (b_j - m_j)^2

Rare and common rows weigh the same in all, together two for each rare row; m_j and l_j are what is
believed of a coefficient and how many rows that belief is worth (`prior.py`): the mode of a
Gaussian prior (Genkin, Lewis & Madigan, Technometrics 2007). The score is a log density ratio of
rare to common rows (Bickel, Brueckner & Scheffer, JMLR 2009), so weights exp(score) turn a draw of
common rows into one of rare ones.
"""

from __future__ import annotations

import numpy as np

from .prior import Prior

_STEPS = 300
_SATURATED = 50.0


def fit_tilt(values: np.ndarray, is_rare: np.ndarray, prior: Prior) -> np.ndarray:
    """Return the coefficients, (k,), of (rows, k) features; without a rare row the prior's own."""
    from scipy.optimize import minimize

    rare = int(is_rare.sum())
    if not rare or rare == len(is_rare):
        return prior.means
    weights = np.where(is_rare, 1.0, rare / (len(is_rare) - rare))
    signs = np.where(is_rare, 1.0, -1.0)

    def loss(b: np.ndarray) -> tuple[float, np.ndarray]:
        scores = values @ b[1:] + b[0]
        away = b[1:] - prior.means
        pull = weights * -signs / (1 + np.exp(np.clip(signs * scores, -_SATURATED, _SATURATED)))
        told = float(weights @ np.logaddexp(0, -signs * scores))
        value = told + float(prior.precisions @ away**2) / 2
        return value, np.concatenate([[pull.sum()], values.T @ pull + prior.precisions * away])

    start = np.concatenate([[0.0], prior.means])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS})
    return np.asarray(found.x[1:])
