"""Following: when the main table is cut in two, the rows that refer to its rows go with them.

An account keeps its loans, a loan its payments, so no row of a family both teaches and judges, and
no reference breaks by the cut. Tables that the main one refers to (districts, products) stay whole
on both sides, and so does what nothing leads to from the main table. Rows that refer to nothing
that is there are dealt out by chance, in the share of the main rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import seeds

if TYPE_CHECKING:
    from .dataset import Dataset


def followers(dataset: Dataset, teaches: np.ndarray, *, seed: int) -> dict[str, np.ndarray]:
    """Return which rows teach in each table that hangs on the main one, by table."""
    known = {dataset.schema.main_name: teaches}
    waiting = [dataset.schema.main_name]
    while waiting:
        parent = waiting.pop(0)
        for name, table in dataset.schema.tables.items():
            mine = [one for one in table.references if one.table == parent and name not in known]
            if mine:
                chance = seeds.stream(seed, "split", "orphans", name)
                alone = chance.random(dataset.tables[name].num_rows) < teaches.mean()
                at = _positions(dataset, name, mine[0].column, parent, mine[0].key)
                above = known[parent]
                known[name] = np.where(at >= 0, above[np.maximum(at, 0)], alone)
                waiting.append(name)
    return {name: mask for name, mask in known.items() if name != dataset.schema.main_name}


def _positions(dataset: Dataset, child: str, column: str, parent: str, key: str) -> np.ndarray:
    """Return where each row's parent stands, -1 for none."""
    keys = dataset.tables[parent][key].cast(pa.string()).combine_chunks()
    values = dataset.tables[child][column].cast(pa.string())
    at = pc.index_in(values, value_set=keys, skip_nulls=True)
    return np.asarray(pc.fill_null(at, -1).to_numpy(), dtype=np.int64)
