"""Scores of a task, for many resamples of the test rows at once.

Average precision: the mean of the precision at each positive, ties taken together; the sum over
thresholds of (recall gained) x precision, as scikit-learn defines it. R²: 1 - residual / total sum
of squares. A resample is a weight (how many times it was drawn) per test row.
"""

from __future__ import annotations

import numpy as np

from .training import CLASS

NAMES = {CLASS: "average precision", "number": "R²"}


def score(task: str, scores: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the score for each row of `weights`, an array (resamples, test rows)."""
    if task == CLASS:
        return _average_precision(scores, truth, weights)
    return _r_squared(scores, truth, weights)


def resamples(task: str, truth: np.ndarray, times: int, stream: np.random.Generator) -> np.ndarray:
    """Return (1 + times, rows) weights: every row once, then draws with replacement.

    A class is drawn within itself, so that no resample is without the rare one.
    """
    weights = np.zeros((1 + times, len(truth)), dtype=np.float32)
    weights[0] = 1
    strata = [truth == 0, truth == 1] if task == CLASS else [np.ones(len(truth), dtype=bool)]
    for stratum in strata:
        at = np.flatnonzero(stratum)
        for draw in range(1, 1 + times):
            picks = stream.integers(len(at), size=len(at))
            weights[draw, at] = np.bincount(picks, minlength=len(at))
    return weights


def _average_precision(scores: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Look only at thresholds where a positive stands: nowhere else is recall gained."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
    positives = np.flatnonzero(truth[order])
    end_of = ends[np.searchsorted(ends, positives)]
    drawn = weights[:, order]
    asked = np.cumsum(drawn, axis=1)[:, end_of].astype(np.float64)
    gained = drawn[:, positives].astype(np.float64)
    found = np.cumsum(gained, axis=1)
    found = found[:, np.searchsorted(positives, end_of, side="right") - 1]
    return np.asarray((gained * found / np.maximum(asked, 1.0)).sum(axis=1) / gained.sum(axis=1))


def _r_squared(scores: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    drawn = weights.astype(np.float64)
    total = drawn.sum(axis=1)
    mean = drawn @ truth / total
    spread = drawn @ truth**2 - total * mean**2
    return np.asarray(1 - (drawn @ (truth - scores) ** 2) / np.maximum(spread, 1e-12))
