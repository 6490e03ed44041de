"""The floor that made rows must beat: rows that know each column alone, told from real ones too.

Each column of the rows that taught is shuffled by itself. That keeps every marginal and loses every
dependence: it is what a maker of a few lines gives. The same classifier learns from one half of
both sides and scores the other; with fewer rows to learn from than made rows meet, so the floor is
rather too low than too high. It is shown beside the made rows' figure and decides nothing.
"""

from __future__ import annotations

import numpy as np

from .. import seeds
from .boosting import Auc, Matrix, Settings, auc, boost
from .case import Case

MOST, LEAST = 5_000, 40
_TAUGHT = 0.5  # share of the rows that the classifier learns from


def of_columns_alone(case: Case, settings: Settings) -> Auc | None:
    """Return the AUC of rows of independent columns against real ones.

    None for a single column, and for fewer than LEAST rows that taught.
    """
    columns = case.stack.values
    most = min(MOST, case.most_compared)
    real, pool = case.null.reference[:most], _teaching(case)[:most]
    if len(columns) < 2 or len(pool) < LEAST:
        return None
    cells = [_shuffled(one.values[pool], case.seed, one.name) for one in columns]
    values = np.concatenate(
        [np.column_stack(cells), np.column_stack([one.values[real] for one in columns])]
    )
    rows = Matrix(
        values,
        tuple(one.name for one in columns),
        tuple(i for i, one in enumerate(columns) if one.words is not None),
    )
    labels = np.repeat([1, 0], [len(pool), len(real)])
    teaches = np.concatenate([np.arange(len(side)) < _TAUGHT * len(side) for side in (pool, real)])
    seed = seeds.child(case.seed, "independent", "model")
    model = boost(rows.take(teaches), labels[teaches], settings, seed=seed)
    return auc(model.scores(rows.values[~teaches]), labels[~teaches])


def _teaching(case: Case) -> np.ndarray:
    """Return positions of rows that taught, of those that are not compared where there are any."""
    sizes, compared = case.stack.sizes, len(case.null.reference)
    if sizes.teachers:
        return np.arange(sizes.made + sizes.reference, sizes.pool.stop)
    reference = np.arange(sizes.made, sizes.made + sizes.reference)
    others = reference[compared:]
    return others if len(others) >= compared else reference


def _shuffled(values: np.ndarray, seed: int, name: str) -> np.ndarray:
    return seeds.stream(seed, "independent", name).permutation(values)
