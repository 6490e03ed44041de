"""lineage.parquet: one line for every made row, with its block, part, cell and weight.

A Lineage keeps only the rows that differ from the defaults; here each row stands, in the order of
the rows, so that a reader can join by position without knowing the defaults. Weight is never null.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from ..dataset import Dataset
from ..lineage import TRACE

FILE = "lineage.parquet"


def write(made: Dataset, path: Path) -> None:
    """Write the trail of every row of every table to `path`."""
    import pyarrow.parquet as pq

    pq.write_table(trail(made), path, compression="zstd")


def trail(made: Dataset) -> pa.Table:
    """Return a table of schema `TRACE` with one line for each row, table by table."""
    parts = [_of_table(made, name) for name in made.tables]
    return pa.concat_tables(parts)


def _of_table(made: Dataset, name: str) -> pa.Table:
    told = _told(made, name)
    rows = made.tables[name].num_rows
    at = np.full(rows, -1)
    at[told["row"].to_numpy()] = np.arange(told.num_rows)
    lines = told.take(pa.array(at, mask=at < 0))
    weights = lines["weight"].to_numpy(zero_copy_only=False).astype(np.float64)
    columns = {column: lines[column] for column in TRACE.names} | {
        "row": pa.array(np.arange(rows), pa.int64()),
        "table": pa.array([name], pa.string()).take(pa.array(np.zeros(rows, np.int32))),
        "weight": pa.array(np.where(np.isnan(weights), 1.0, weights)),
    }
    return pa.table(columns, schema=TRACE)


def _told(made: Dataset, name: str) -> pa.Table:
    """The lines of the trace that speak of one table; those that name none mean the main one."""
    trace = made.lineage.trace
    main = made.schema.main_name
    named = np.array([table or main for table in trace["table"].to_pylist()], dtype=object)
    return trace.filter(pa.array(named == name, pa.bool_()))
