"""The learning curve of real rows, and a gain as the number of more real rows that would give it.

The best control is fitted on a quarter, half and all of the real rows (of the focus); the score is
taken as a + b ln(rows). A gain g on n rows is then worth N = n (exp(g / b) - 1) more. Learning
curves flatten (Viering & Loog, "The shape of learning curves", 2023), so b is too steep for what
lies ahead and N is rather too small. Where b may be 0, or N lies beyond `FARTHEST` times n, there
is no honest number.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ... import seeds
from ...data.report import Figure
from ..effects import Z95
from .trial import Trial

FARTHEST = 3.0
_MEANS = "more real rows that would give the same score"


def equivalent_rows(trial: Trial, draws: np.ndarray, *, seed: int) -> Figure | str:
    """Return the number with its interval, or why the curve cannot tell. The gain must be real."""
    if len(trial.curve) < 2:
        return "too few real rows for a learning curve"
    reach = max(trial.curve)
    sizes = np.array(sorted(trial.curve), dtype=np.float64)
    slopes = _slopes(trial.curve, sizes, len(draws), seed)
    slope = _slope(sizes, np.array([trial.curve[int(n)][:, 0].mean() for n in sizes]))
    if slope <= 0 or np.quantile(slopes, 0.025) <= 0:
        return "the learning curve of the real rows is flat within its noise"
    value = float(trial.made.mean - trial.against.mean)
    more = reach * np.expm1(np.minimum(value / slope, 50.0))
    if more > FARTHEST * reach:
        return f"more than {FARTHEST * reach:,.0f} real rows, beyond what the curve can tell"
    found = reach * np.expm1(np.clip(draws / slopes, -50.0, np.log1p(10 * FARTHEST)))
    low, high = np.quantile(found, [0.025, 0.975])
    return Figure(round(float(more)), round(float(low)), round(float(high)), "higher", _MEANS)


def curve_points(trial: Trial) -> list[tuple[int, float, float, float]]:
    """Return (rows, score, low, high) for each size, smallest first."""
    points = []
    for size in sorted(trial.curve):
        scores = trial.curve[size]
        mean = float(scores[:, 0].mean())
        test = float(scores[:, 1:].mean(axis=0).std(ddof=1))
        fits = float(scores[:, 0].std(ddof=1)) / len(scores) ** 0.5
        error = Z95 * float(np.hypot(test, fits))
        points.append((size, mean, mean - error, mean + error))
    return points


def _slopes(
    curve: Mapping[int, np.ndarray], sizes: np.ndarray, times: int, seed: int
) -> np.ndarray:
    """Return one slope a draw: the test rows of that draw, the fits drawn with replacement."""
    stream = seeds.stream(seed, "worth", "slopes")
    heights = np.empty((len(sizes), times))
    for i, size in enumerate(sizes):
        scores = curve[int(size)]
        fits = stream.integers(len(scores), size=(times, len(scores)))
        heights[i] = scores[fits, np.arange(1, times + 1)[:, None]].mean(axis=1)
    return _slope(sizes, heights)


def _slope(sizes: np.ndarray, heights: np.ndarray) -> np.ndarray:
    x = np.log(sizes) - np.log(sizes).mean()
    return np.asarray(x @ heights / (x @ x))
