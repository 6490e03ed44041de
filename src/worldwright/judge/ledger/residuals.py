"""Residuals: what is left of features once the given columns are known, by rows that did not teach.

Five folds; in each, six regressions of different bent are fitted on the other four: splines of each
number with values (additive), three Gaussian kernels (Nystroem features), a random forest and a
boosting, each for all features. Of their predictions on unseen rows a non-negative combination is
taken (stacking; Breiman 1996, van der Laan, Polley & Hubbard 2007). The test that stands on the
residuals holds if the product of the two sides' errors is small beside 1 / sqrt(rows); smooth,
jumping and interacting confounders were tried (`tests/judge/test_ledger.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ... import seeds
from ..boosting import Matrix, Settings, boost
from .columns import Known

FOLDS = 5
_RIDGES = np.logspace(-3, 4, 15)
_KERNELS = (0.2, 1.0, 5.0)
_CENTRES = 150
_BOOSTING = Settings(task="regression", trees=120, leaves=8, rate=0.08, least=10)
_TREES, _LEAF = 40, 5


def residuals(given: Known, features: np.ndarray, *, seed: int) -> np.ndarray:
    """Return each feature less what the given columns tell of it."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    folds = seeds.stream(seed, "folds").permutation(len(features)) % FOLDS
    told: list[np.ndarray] = []
    # One thread: the same bytes on every machine, and faster at these sizes.
    with threadpool_limits(1):
        for fold in range(FOLDS):
            seen, unseen = folds != fold, folds == fold
            for at, guess in enumerate(_guesses(given, features, seen, unseen, seed)):
                if at == len(told):
                    told.append(np.zeros_like(features))
                told[at][unseen] = guess
    return np.column_stack(
        [features[:, j] - _combined([one[:, j] for one in told], features[:, j])
         for j in range(features.shape[1])]
    )  # fmt: skip


def _combined(guesses: list[np.ndarray], feature: np.ndarray) -> np.ndarray:
    from scipy.optimize import nnls

    stacked = np.column_stack(guesses)
    weights, _ = nnls(stacked, feature)
    return np.asarray(stacked @ weights)


def _guesses(
    given: Known, features: np.ndarray, seen: np.ndarray, unseen: np.ndarray, seed: int
) -> Iterator[np.ndarray]:
    """Yield each regression's predictions for the unseen rows."""
    from sklearn.ensemble import RandomForestRegressor

    small = seed % 2**31
    whole = given.whole
    for basis in _bases(given, seen, small):
        yield _ridge(basis[seen], features[seen], basis[unseen])
    forest = RandomForestRegressor(
        _TREES, min_samples_leaf=_LEAF, max_features=None, random_state=small, n_jobs=1
    )
    wanted = features[seen] if features.shape[1] > 1 else features[seen].ravel()
    yield forest.fit(whole[seen], wanted).predict(whole[unseen]).reshape(-1, features.shape[1])
    names = tuple(f"c{j}" for j in range(whole.shape[1]))
    rows = Matrix(whole[seen], names, ())
    yield np.column_stack(
        [boost(rows, one, _BOOSTING, seed=small).scores(whole[unseen]) for one in features[seen].T]
    )


def _bases(given: Known, seen: np.ndarray, seed: int) -> Iterator[np.ndarray]:
    """Yield what the ridge regressions read: splines, then kernels of several widths."""
    from sklearn.kernel_approximation import Nystroem
    from sklearn.preprocessing import SplineTransformer

    whole = given.whole
    splines = given.numbers
    if given.numbers.shape[1]:
        maker = SplineTransformer(
            12, degree=3, knots="quantile", include_bias=False, extrapolation="linear"
        )
        try:
            splines = maker.fit(given.numbers[seen]).transform(given.numbers)
        except ValueError:
            # Knots coincide where a number has few values: its scores and their powers serve.
            splines = np.column_stack([given.numbers**power for power in (1, 2, 3)])
    yield np.column_stack([splines, given.levels])
    if not given.numbers.shape[1]:
        return
    for width in _KERNELS:
        centres = min(_CENTRES, int(seen.sum()))
        maker = Nystroem(
            gamma=width / whole.shape[1], n_components=centres, random_state=seed, n_jobs=1
        )
        yield maker.fit(whole[seen]).transform(whole)


def _ridge(read: np.ndarray, wanted: np.ndarray, unseen: np.ndarray) -> np.ndarray:
    """Return the predictions of a ridge regression for each feature, its penalty chosen by GCV.

    Generalised cross-validation (Golub, Heath & Wahba 1979), one eigendecomposition for all.
    """
    centre, level = read.mean(axis=0), wanted.mean(axis=0)
    x, y = read - centre, wanted - level
    values, axes = np.linalg.eigh(x.T @ x)
    values = np.maximum(values, 0.0)
    turned = axes.T @ (x.T @ y)
    rows, total = len(x), (y**2).sum(axis=0)
    costs, fits = [], []
    for penalty in _RIDGES:
        shrunk = turned / (values + penalty)[:, None]
        fitted = (2 * turned - values[:, None] * shrunk) * shrunk
        freedom = 1 + float((values / (values + penalty)).sum())
        costs.append((total - fitted.sum(axis=0)) / max(1 - freedom / rows, 0.01) ** 2)
        fits.append(shrunk)
    best = np.argmin(costs, axis=0)
    chosen = np.column_stack([fits[at][:, j] for j, at in enumerate(best)])
    return np.asarray((unseen - centre) @ (axes @ chosen) + level)
