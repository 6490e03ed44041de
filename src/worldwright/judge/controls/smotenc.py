"""SMOTENC: as many new rows of the rare class as the made rows would add, between neighbours.

Chawla et al., "SMOTE: Synthetic Minority Over-sampling Technique" (2002), section 6.1. Distances
need whole rows: what is missing takes the column's median, or the value that most rows have.
"""

from __future__ import annotations

import numpy as np

from ... import plugins, seeds
from ..boosting import Matrix, boost
from ..worth.training import Fitted, TrainingRows, control

_NEIGHBOURS = 5
_COMMON_ROWS = 4_000  # of the common class: they only scale the distances, they are not changed


@plugins.controls("SMOTENC")
@control(sets_worth=True)
def smotenc(rows: TrainingRows) -> Fitted:
    """Fit the real rows and points between rare neighbours; alone where there are too few."""
    rare = rows.places(1)
    if len(rare) < 2 or rows.added[1] < 1:
        return boost(rows.matrix, rows.target, rows.settings, seed=rows.seed)
    fresh = _between(rows, rare)
    matrix = Matrix(
        np.concatenate([rows.matrix.values, fresh]), rows.matrix.names, rows.matrix.words
    )
    target = np.concatenate([rows.target, np.ones(len(fresh))])
    return boost(matrix, target, rows.settings, seed=rows.seed)


def _between(rows: TrainingRows, rare: np.ndarray) -> np.ndarray:
    from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC

    stream = seeds.stream(rows.seed, "smotenc")
    common = stream.permutation(rows.places(0))[: max(_COMMON_ROWS, len(rare))]
    at = np.concatenate([rare, common])
    whole = _filled(rows.matrix, at)
    wished = {
        "sampling_strategy": {1: len(rare) + rows.added[1]},
        "random_state": int(stream.integers(2**31)),
        "k_neighbors": min(_NEIGHBOURS, len(rare) - 1),
    }
    words = list(rows.matrix.words)
    if not words:
        sampler = SMOTE(**wished)
    elif len(words) == whole.shape[1]:
        sampler = SMOTEN(**wished)
    else:
        sampler = SMOTENC(categorical_features=words, **wished)
    drawn, _ = sampler.fit_resample(whole, rows.target[at].astype(np.int64))
    return np.asarray(drawn[len(at) :], dtype=np.float64)


def _filled(matrix: Matrix, at: np.ndarray) -> np.ndarray:
    values = matrix.values[at].copy()
    for column in range(values.shape[1]):
        missing = np.isnan(values[:, column])
        seen = values[~missing, column]
        if missing.any():
            values[missing, column] = _middle(seen, column in matrix.words) if len(seen) else 0.0
    return values


def _middle(seen: np.ndarray, is_words: bool) -> float:
    if not is_words:
        return float(np.median(seen))
    values, counts = np.unique(seen, return_counts=True)
    return float(values[counts.argmax()])
