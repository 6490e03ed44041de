"""Small tables for tests of the learner, and the forest that they teach."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from worldwright import plugins
from worldwright.data.dataset import Dataset
from worldwright.data.lineage import Lineage, Role
from worldwright.data.progress import silent
from worldwright.data.schema import Column, Schema, TableSchema


def rows_of(columns: Mapping[Column, pa.Array], *, key: str | None = None) -> Dataset:
    """Return one table of these columns as real rows."""
    table = pa.table({column.name: cells for column, cells in columns.items()})
    schema = Schema({"rows": TableSchema(tuple(columns), key=key)})
    return Dataset({"rows": table}, schema, Lineage("tests", Role.REAL))


def learned(real: Dataset, target: str | None = None, *, trees: int = 4, seed: int = 0):
    """Return a forest of few trees."""
    forest = plugins.learners.get("forest")
    return forest(real, target=target, seed=seed, progress=silent, settings={"trees": trees})


def words(codes: np.ndarray, letter: str = "w", gone: np.ndarray | None = None) -> pa.Array:
    """Return a category for each code, null where `gone`."""
    held = [f"{letter}{code}" for code in range(int(codes.max()) + 1)]
    at = pa.array(codes.astype(np.int32), mask=gone)
    return pa.DictionaryArray.from_arrays(at, pa.array(held))
