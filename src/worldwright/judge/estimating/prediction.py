"""Predictions: what the made rows have learned, asked of real rows that lack the label.

A gradient boosting is fitted to made rows alone: to the outcome of a formula, else to the influence
of a row on the quantity. It yields functions h of a real row. Any fixed h is a fair control
variate (see `control.py`): what the made rows taught decides the width, never the aim.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ... import seeds
from ..boosting import Booster, Matrix, Settings, boost
from .rows import Rows, Sides
from .solution import Solution, fit

_MOST_ROWS = 50_000
_LEAST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Predictor:
    """What was learned. `words` holds the texts of each category, as the made rows have them."""

    booster: Booster
    features: tuple[str, ...]
    words: Mapping[str, pa.Array]
    taught: Solution
    is_logistic: bool

    def controls(self, rows: Rows) -> np.ndarray:
        """Return h for each row and quantity."""
        seen = self.booster.scores(read_rows(rows.table, self.features, self.words))
        if self.taught.inverse is None:
            return seen[:, None]
        assert rows.design is not None
        expected = rows.design @ self.taught.values
        expected = fit(expected) if self.is_logistic else expected
        return np.asarray((rows.design @ self.taught.inverse) * (seen - expected)[:, None])


def learn(sides: Sides, taught: Solution, seed: int) -> Predictor | None:
    """Fit a Predictor to the made rows; None where they are too few, or never change."""
    made = sides.made
    aim = made.y if taught.inverse is not None else taught.influence[:, 0]
    if len(aim) < _LEAST_ROWS or np.ptp(aim) <= 0 or not sides.features:
        return None
    chance = seeds.stream(seed, "estimate", "rows")
    picks = np.sort(chance.permutation(len(aim))[:_MOST_ROWS])
    table = made.table.take(pa.array(picks))
    words = words_of(table, sides.features)
    spots = tuple(at for at, name in enumerate(sides.features) if name in words)
    matrix = Matrix(read_rows(table, sides.features, words), sides.features, spots)
    task = "binary" if sides.is_logistic else "regression"
    settings = Settings(task=task, trees=120, leaves=15, rate=0.08, least=30)
    weights = made.weights[picks] * len(made.weights)
    booster = boost(
        matrix, aim[picks], settings, seed=seeds.child(seed, "estimate", "boost"), weights=weights
    )
    return Predictor(booster, sides.features, words, taught, sides.is_logistic)


def words_of(table: pa.Table, features: tuple[str, ...]) -> dict[str, pa.Array]:
    """Return the texts of each feature that holds words."""
    return {name: _texts(table[name]) for name in features if _is_words(table[name])}


def _is_words(cells: pa.ChunkedArray) -> bool:
    return bool(pa.types.is_dictionary(cells.type) or pa.types.is_string(cells.type))


def _texts(cells: pa.ChunkedArray) -> pa.Array:
    texts = pc.unique(cells.cast(pa.string())).drop_null()
    return texts.take(pc.array_sort_indices(texts))


def read_rows(
    table: pa.Table, features: tuple[str, ...], words: Mapping[str, pa.Array]
) -> np.ndarray:
    """Return the features as floats, words by their place among `words`, NaN where unknown."""
    columns = []
    for name in features:
        cells = table[name]
        if name in words:
            cells = pc.index_in(cells.cast(pa.string()), value_set=words[name])
        elif not pa.types.is_floating(cells.type):
            whole = pa.int8() if pa.types.is_boolean(cells.type) else pa.int64()
            cells = cells.cast(whole)
        floats = pc.cast(cells, pa.float64(), safe=False)
        columns.append(pc.fill_null(floats, np.nan).to_numpy(zero_copy_only=False))
    return np.column_stack(columns)
