"""Slices: some rows of the main table, and of the other tables only what belongs to them.

A table that refers to a sliced one keeps the rows whose reference still leads somewhere (or led
nowhere before, or is missing); what it is referred to by follows. Tables that the main one refers
to stay whole: a slice of orders knows all customers.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..data.dataset import Dataset


def sliced(dataset: Dataset, rows: np.ndarray) -> Dataset:
    """Return the main table's rows at these positions, in this order, with their own children."""
    kept = dataset.take(rows)
    tables = dict(kept.tables)
    changed = [dataset.schema.main_name]
    while changed:
        parent = changed.pop()
        for name, schema in dataset.schema.tables.items():
            for reference in schema.references:
                if reference.table == parent and name != parent:
                    lost = _lost(dataset, tables, name, reference.column, reference.key, parent)
                    if lost.any():
                        tables[name] = tables[name].filter(pa.array(~lost))
                        changed.append(name)
    return replace(kept, tables=tables)


def _lost(
    whole: Dataset, tables: dict[str, pa.Table], child: str, column: str, key: str, parent: str
) -> np.ndarray:
    """Return which rows of the child refer to a parent that was there and is not any more."""
    values = tables[child][column].cast(pa.string())
    before = whole.tables[parent][key].cast(pa.string()).combine_chunks()
    now = tables[parent][key].cast(pa.string()).combine_chunks()
    was, still = pc.is_in(values, value_set=before), pc.is_in(values, value_set=now)
    known = ~np.asarray(pc.is_null(values))
    return np.asarray(known & np.asarray(was) & ~np.asarray(still), dtype=bool)
