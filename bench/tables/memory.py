"""Memory: whether made rows give away who taught, from numbers alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors

from .coded import Coded

NEAR_ROWS = 2_000  # members, and as many non-members
DRAWN_ROWS = 20_000  # made rows among which the nearest is looked for
CLOSE = 1e-3  # added to each distance: two rows nearer than this count as equally near


def membership(teachers: Coded, unseen: Coded, made: Coded, seed: int) -> float:
    """Return the AUC of telling teachers from unseen rows by a ratio of nearest distances."""
    rng = np.random.default_rng(seed)
    scale = _Scale.of(teachers)
    outside = scale.places(unseen.matrix[rng.permutation(len(unseen.matrix))])
    half = len(outside) // 2
    size = min(NEAR_ROWS, half)
    reference = outside[half:]
    members = scale.places(rng.choice(teachers.matrix, size, replace=False))
    asked = np.vstack([members, outside[:size]])
    drawn = rng.choice(made.matrix, min(len(made.matrix), DRAWN_ROWS), replace=False)
    to_made, to_real = _nearest(scale.places(drawn), asked), _nearest(reference, asked)
    truth = np.repeat([1, 0], size)
    return float(roc_auc_score(truth, (to_real + CLOSE) / (to_made + CLOSE)))


def copies(teachers: Coded, made: Coded) -> float:
    """Return the share of made rows that equal a teacher in every column."""
    known = set(map(bytes, teachers.filled()))
    return float(np.mean([bytes(row) in known for row in made.filled()]))


def _nearest(base: np.ndarray, asked: np.ndarray) -> np.ndarray:
    neighbours = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(base)
    return np.asarray(neighbours.kneighbors(asked)[0][:, 0])


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where a row lies: numbers as quantiles of the teachers, categories one-hot over sqrt(2)."""

    sorted_values: Mapping[int, np.ndarray]
    sizes: Mapping[int, int]

    @classmethod
    def of(cls, teachers: Coded) -> _Scale:
        codes = {at: len(teachers.levels[teachers.columns[at]]) for at in teachers.categorical}
        columns = {
            at: np.sort(teachers.matrix[~np.isnan(teachers.matrix[:, at]), at])
            for at in range(len(teachers.columns))
            if at not in codes
        }
        return cls(columns, codes)

    def places(self, matrix: np.ndarray) -> np.ndarray:
        """Return the rows as points whose Euclidean distance is like Gower's."""
        parts = [
            self._one_hot(matrix[:, at], self.sizes[at]) if at in self.sizes
            else self._quantile(matrix[:, at], self.sorted_values[at])
            for at in range(matrix.shape[1])
        ]  # fmt: skip
        return np.hstack(parts)

    @staticmethod
    def _one_hot(codes: np.ndarray, size: int) -> np.ndarray:
        points = np.zeros((len(codes), size + 1), np.float32)
        points[np.arange(len(codes)), np.nan_to_num(codes, nan=size).astype(int)] = 0.5**0.5
        return points

    @staticmethod
    def _quantile(values: np.ndarray, known: np.ndarray) -> np.ndarray:
        ranks = np.searchsorted(known, values) + np.searchsorted(known, values, side="right")
        missing = np.isnan(values)
        places = np.where(missing, 0.5, ranks / (2 * max(len(known), 1)))
        return np.column_stack([places, missing * 0.5**0.5]).astype(np.float32)
