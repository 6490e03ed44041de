"""Choosing: which way to rare rows is worth it, and how much, by real rows that did not teach.

The best way is made only if it is ahead of the best control by more than one and a half standard
errors, which are Nadeau & Bengio's for folds that overlap ("Inference for the generalization
error", Machine Learning 2003). What it will be worth is told of a way that is chosen anew for each
split by the others, so that the luck of the best of many does not count in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .making import Way
from .trying import ADVISED, OWN_MODEL, Tried

LEVEL = 0.8
SURE = 1.5  # standard errors that the best way must be ahead


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen, and what it will be worth.

    Attributes:
        way: The way; None where nothing beats the best control.
        against: The best control of those that set the worth.
        gain, low, high: What is expected on new rows, with its 80 % interval.
        scores: The mean score of everything that was tried.
        instead: What does as well without made rows; empty for nothing.
    """

    way: Way | None
    against: str
    gain: float
    low: float
    high: float
    scores: Mapping[str, float]
    instead: str


def choose(tried: Tried, sets_worth: frozenset[str]) -> Choice:
    """Return the Choice. `sets_worth` are the controls that a way must beat."""
    controls = {name: scores for name, scores in tried.controls.items() if name in sets_worth}
    against = max(controls, key=lambda name: float(controls[name].mean()))
    ahead = {way: scores - controls[against] for way, scores in tried.ways.items()}
    best = max(ahead, key=lambda way: float(ahead[way].mean()))
    is_worth_it = float(ahead[best].mean()) > SURE * error(ahead[best], tried.ratio)
    expected = _chosen_by_others(ahead)
    gain, spread = float(expected.mean()), error(expected, tried.ratio)
    half = _quantile(len(expected)) * spread
    scores = {
        **{name: float(one.mean()) for name, one in tried.controls.items()},
        **{str(way): float(one.mean()) for way, one in tried.ways.items()},
    }
    way = best if is_worth_it else None
    if way is None:
        gain = half = 0.0
    return Choice(way, against, gain, gain - half, gain + half, scores, _instead(tried, best))


def error(differences: np.ndarray, ratio: float) -> float:
    """Return the standard error of a mean over folds: sqrt((1 / n + judging / taught) s^2)."""
    return float(np.sqrt((1 / len(differences) + ratio) * differences.var(ddof=1)))


def _chosen_by_others(ahead: Mapping[Way, np.ndarray]) -> np.ndarray:
    """Return for each split the difference of the way that is best on all other splits."""
    table = np.array(list(ahead.values()))
    others = table.sum(axis=1, keepdims=True) - table
    return np.asarray(table[others.argmax(axis=0), np.arange(table.shape[1])])


def _quantile(splits: int) -> float:
    from scipy.stats import t

    return float(t.ppf((1 + LEVEL) / 2, splits - 1))


def _instead(tried: Tried, best: Way) -> str:
    """Return the model without made rows that does as well as the best way."""
    models = {ADVISED: tried.controls[ADVISED]} if ADVISED in tried.controls else {}
    if best.score:
        models[OWN_MODEL] = tried.own[best.score]
    if not models:
        return ""
    name = max(models, key=lambda one: float(models[one].mean()))
    return name if models[name].mean() >= tried.ways[best].mean() else ""
