"""Predictions: what the other columns say of the label, by a model that did not see the row.

The rows are dealt to three folds by a keyed hash of their columns: a lot that equal rows share. A
row is scored by the model that the real rows of the other two folds taught, made row or real. So
under a perfect generator the predictions of made and of real rows have the same law, and what a
model gets wrong it gets wrong on both sides alike; and a made row that copies a real one is scored
by a model that did not see its original either. Predictions are not calibrated on the real rows
afterwards: that would fit the real side better than the made one. They are kept off 0 and 1, so
that no single row can be endlessly surprising.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from ... import seeds
from ...data.progress import Meter
from ..boosting import Booster, Matrix, Settings, boost, two_at_a_time
from ..case import Case
from .targets import Label, real_rows

FOLDS, MOST_COLUMNS = 3, 200
SURE = 0.02
_TREES, _LEAVES, _RATE = 30, 15, 0.15


def matrix_of(case: Case) -> Matrix:
    """Return every column but the target, for every row of the Stack."""
    columns = [one for one in case.stack.values if one.name != case.target][:MOST_COLUMNS]
    rows = len(case.stack.values[0].values)
    return Matrix(
        np.column_stack([one.values for one in columns]) if columns else np.empty((rows, 0)),
        tuple(one.name for one in columns),
        tuple(i for i, one in enumerate(columns) if one.words is not None),
    )


def settings_for(label: Label, rows: int, *, hot: bool = False) -> Settings:
    """Return a boosting small enough for these rows."""
    task = "regression" if label.is_rank and not hot else "binary"
    return Settings(task, _TREES, _LEAVES, _RATE, max(5, min(20, rows // 20)))


def predict(case: Case, matrix: Matrix, labels: Sequence[Label]) -> list[np.ndarray]:
    """Return the prediction of each label for every compared row of the Stack (else NaN)."""
    real = real_rows(case)
    fold = _folds(case, matrix, real)
    jobs: list[Callable[[], Booster]] = []
    for at, label in enumerate(labels):
        for k in range(FOLDS):
            rows = real[(fold[real] != k) & label.known[real]]
            seed = seeds.child(case.seed, "label", "model", at, k)
            jobs.append(
                partial(_fit, matrix, label.values, rows, settings_for(label, len(rows)), seed)
            )
    meter = Meter(case.progress, "judge: label", len(jobs), unit="models")
    models = []
    for model in two_at_a_time(jobs):
        models.append(model)
        meter.add(1)
    compared = np.concatenate([case.null.made, real])
    return [
        _scored(models[FOLDS * at : FOLDS * (at + 1)], matrix, fold, compared)
        for at in range(len(labels))
    ]


def _folds(case: Case, matrix: Matrix, real: np.ndarray) -> np.ndarray:
    """Deal rows out by a hash of their columns; by lot where too few rows are distinct for that."""
    bits = np.where(np.isnan(matrix.values), np.nan, matrix.values + 0.0).view(np.uint64)
    keys = seeds.stream(case.seed, "label", "hash").integers(
        0, 2**63, matrix.values.shape[1], dtype=np.uint64
    )
    mixed = (bits * (2 * keys + 1)).sum(axis=1, dtype=np.uint64)
    mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
    fold = ((mixed >> np.uint64(33)) % np.uint64(FOLDS)).astype(np.int64)
    if np.bincount(fold[real], minlength=FOLDS).min() >= len(real) / (2 * FOLDS):
        return fold
    return dealt_out(len(fold), (case.null.made, real), FOLDS, case.seed, "folds")


def dealt_out(
    rows: int, parts: Sequence[np.ndarray], folds: int, seed: int, *path: str
) -> np.ndarray:
    """Deal each part out to folds of equal size, by lot; -1 for rows of no part."""
    fold = np.full(rows, -1)
    for at, part in enumerate(parts):
        stream = seeds.stream(seed, "label", *path, at)
        fold[stream.permutation(part)] = np.arange(len(part)) % folds
    return fold


def _fit(
    matrix: Matrix, values: np.ndarray, rows: np.ndarray, settings: Settings, seed: int
) -> Booster:
    return boost(matrix.take(rows), values[rows], settings, seed=seed)


def _scored(
    models: Sequence[Booster], matrix: Matrix, fold: np.ndarray, rows: np.ndarray
) -> np.ndarray:
    scores = np.full(len(fold), np.nan)
    for k, model in enumerate(models):
        mine = rows[fold[rows] == k]
        if len(mine):
            scores[mine] = np.clip(model.scores(matrix.values[mine]), SURE, 1 - SURE)
    return scores
