"""Per-row lineage of rows that are joined and shuffled.

A trace is sparse and speaks of row numbers, so whoever joins or moves rows must move it too.
Weights multiply: a row that was drawn with a weight and is then chosen with another carries both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from ..data.dataset import Dataset
from ..data.lineage import TRACE
from ..data.schema import Schema


@dataclass(frozen=True, slots=True)
class Marks:
    """What a Plan says of each row: the cell it was drawn for and its weight."""

    cells: np.ndarray
    weights: np.ndarray

    def take(self, order: np.ndarray) -> Marks:
        return Marks(self.cells[order], self.weights[order])


def joined(pieces: Sequence[Dataset]) -> Dataset:
    """Return the main rows of all pieces, one after the other, with their trace."""
    first = pieces[0]
    if len(pieces) == 1:
        return first
    table = pa.concat_tables([piece.table for piece in pieces])
    starts = np.cumsum([0, *(piece.rows for piece in pieces)])
    traces = [
        shifted(piece.lineage.trace, int(start))
        for piece, start in zip(pieces, starts[:-1], strict=True)
    ]
    parents = tuple(dict.fromkeys(name for piece in pieces for name in piece.lineage.parents))
    lineage = replace(first.lineage, trace=pa.concat_tables(traces), parents=parents)
    name = first.schema.main_name
    return Dataset({name: table}, Schema({name: first.schema.main}), lineage)


def one_chunk(rows: Dataset) -> Dataset:
    """Return the same rows with each column in one piece, under one dictionary."""
    table = rows.table.unify_dictionaries().combine_chunks()
    return replace(rows, tables={**rows.tables, rows.schema.main_name: table})


def shifted(trace: pa.Table, start: int) -> pa.Table:
    """Return the trace of rows that now begin at row `start`."""
    if not start or not trace.num_rows:
        return trace
    return trace.set_column(0, TRACE.field(0), pa.array(trace["row"].to_numpy() + start))


def marked(rows: Dataset, marks: Marks) -> Dataset:
    """Return the rows with their cell and weight in the trace."""
    trace = _dense(rows.lineage.trace, rows.rows)
    weights = marks.weights * rows.weights()
    trace = _with(trace, "cell", pa.array(marks.cells.astype(np.int32)))
    trace = _with(trace, "weight", pa.array(weights))
    return replace(rows, lineage=replace(rows.lineage, trace=trace))


def named(rows: Dataset, parts: pa.Array) -> Dataset:
    """Return the rows with the name of the part that made each in the trace."""
    trace = _with(_dense(rows.lineage.trace, rows.rows), "part", parts)
    return replace(rows, lineage=replace(rows.lineage, trace=trace))


def _dense(trace: pa.Table, rows: int) -> pa.Table:
    """Return the trace with an entry for every row, null where nothing was said."""
    at = np.full(rows, -1, np.int64)
    at[trace["row"].to_numpy()] = np.arange(trace.num_rows)
    dense = trace.take(pa.array(at, mask=at < 0))
    return dense.set_column(0, TRACE.field(0), pa.array(np.arange(rows)))


def _with(trace: pa.Table, name: str, values: pa.Array) -> pa.Table:
    at = TRACE.get_field_index(name)
    return trace.set_column(at, TRACE.field(at), values)
