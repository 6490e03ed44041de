"""The control of estimates: the same unlabelled rows, read by a predictor that saw no made row.

Five folds of the 500 labelled rows: a boosting of a row's influence on the other columns, fitted to
four, read on the fifth. With R its correlation with the influence, N unlabelled and n labelled
rows, the width is sqrt(1 - R^2 N / (n + N)) of that of the labelled rows alone
(cross-prediction-powered inference: Zrnic & Candès, PNAS 121, 2024).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

FOLDS = 5


def width(whole: Any, at: int, extra: int, draws: Sequence[tuple[np.ndarray, Any]]) -> float:
    """Return the mean width over `draws` (row numbers, rows) of `whole`, a query bound to all."""
    from worldwright.judge.boosting import Matrix, Settings, boost
    from worldwright.judge.estimating.prediction import read_rows, words_of
    from worldwright.judge.estimating.solution import solve

    words = words_of(whole.real.table, whole.features)
    values = read_rows(whole.real.table, whole.features, words)
    spots = tuple(at for at, name in enumerate(whole.features) if name in words)
    settings = Settings(task="regression", trees=60, leaves=7, rate=0.06, least=20)
    widths = []
    for seed, (picks, rows) in enumerate(draws):
        aim = solve(whole, rows).influence[:, at]
        fold, told = np.arange(len(picks)) % FOLDS, np.zeros(len(picks))
        for part in range(FOLDS):
            taught = Matrix(values[picks[fold != part]], whole.features, spots)
            model = boost(taught, aim[fold != part], settings, seed=seed)
            told[fold == part] = model.scores(values[picks[fold == part]])
        known = max(float(np.corrcoef(aim, told)[0, 1]), 0.0) ** 2 if np.ptp(told) > 0 else 0.0
        widths.append(np.sqrt(1 - known * extra / (extra + len(picks))))
    return float(np.mean(widths))
