"""Gradient boosting that gives the same bytes each time, and AUC with its standard error.

One thread a fit; independent fits run two at a time and are collected in order. AUC's standard
error is DeLong's (DeLong, DeLong & Clarke-Pearson 1988), its p the normal one of the rank sum with
ties (Mann & Whitney 1947).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")

_WORKERS = 2
_SEED_SPACE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows as LightGBM wants them: floats with NaN for missing, and which columns are words."""

    values: np.ndarray
    names: tuple[str, ...]
    words: tuple[int, ...]

    def take(self, rows: np.ndarray) -> Matrix:
        return Matrix(self.values[rows], self.names, self.words)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a boosting may cost. `task` is "binary" or "regression"."""

    task: str = "binary"
    trees: int = 80
    leaves: int = 31
    rate: float = 0.1
    least: int = 20


@dataclass(frozen=True, slots=True)
class Booster:
    """A fitted boosting: scores for rows, and how much each column was leaned on."""

    model: Any

    def scores(self, values: np.ndarray) -> np.ndarray:
        """Return one score per row of a (rows, columns) array; higher is likelier."""
        return np.asarray(self.model.predict(values, num_threads=1), dtype=np.float64)

    def contributions(self, values: np.ndarray) -> np.ndarray:
        """Return what each column adds to each row's score (Lundberg et al. 2020, TreeSHAP)."""
        parts = self.model.predict(values, num_threads=1, pred_contrib=True)
        return np.asarray(parts, dtype=np.float64)[:, :-1]

    def gains(self) -> np.ndarray:
        """Return the share of the total gain that each column brought."""
        gains = np.asarray(self.model.feature_importance("gain"), dtype=np.float64)
        return gains / gains.sum() if gains.sum() > 0 else gains


def boost(
    rows: Matrix,
    labels: np.ndarray,
    settings: Settings,
    *,
    seed: int,
    weights: np.ndarray | None = None,
) -> Booster:
    """Fit a boosting of `settings.trees` trees to labels 0 and 1, or to numbers."""
    import lightgbm

    parameters = {
        "objective": settings.task,
        "num_leaves": settings.leaves,
        "learning_rate": settings.rate,
        "min_data_in_leaf": settings.least,
        "feature_fraction": 0.8,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "max_bin": 127,
        "cat_smooth": 10.0,
        "seed": seed % _SEED_SPACE,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    # LightGBM reads names as JSON, so it never sees ours; columns are told by their places.
    table = lightgbm.Dataset(
        rows.values,
        labels,
        weight=weights,
        categorical_feature=list(rows.words),
        feature_name=[f"c{i}" for i in range(rows.values.shape[1])],
        params={"verbosity": -1, "max_bin": 127},
    )
    return Booster(lightgbm.train(parameters, table, num_boost_round=settings.trees))


def two_at_a_time(jobs: Sequence[Callable[[], T]]) -> Iterable[T]:
    """Run independent fits on two threads and yield what they return, in order."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        yield from pool.map(lambda job: job(), jobs)


@dataclass(frozen=True, slots=True)
class Auc:
    """Area under the ROC curve, its standard error, and the one-sided p of "no better than 0.5"."""

    value: float
    error: float
    p: float


def auc(scores: np.ndarray, labels: np.ndarray) -> Auc:
    """Return the AUC of scores against labels 0 and 1; there must be some of each."""
    from scipy.stats import norm, rankdata

    hits, others = scores[labels == 1], scores[labels == 0]
    n, m = len(hits), len(others)
    ranks = rankdata(np.concatenate([hits, others]))
    above = (ranks[:n] - rankdata(hits)) / m
    below = 1 - (ranks[n:] - rankdata(others)) / n
    value = float(above.mean())
    error = float(np.sqrt(above.var() / max(n - 1, 1) + below.var() / max(m - 1, 1)))
    ties = np.unique(ranks, return_counts=True)[1].astype(np.float64)
    total = n + m
    spread = (total + 1 - (ties**3 - ties).sum() / (total * (total - 1))) / (12 * n * m)
    p = float(norm.sf((value - 0.5) / np.sqrt(spread))) if spread > 0 else 1.0
    return Auc(value, max(error, 0.5 / total), p)
