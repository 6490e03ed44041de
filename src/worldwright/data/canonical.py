"""The one form in which a Dataset holds a column, so that equal values mean equal bytes.

One chunk, the Arrow type of the column's kind, and a category's dictionary sorted and without a
value that no row has: a split or a filter would else carry the values of rows that are not there.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .schema import TableSchema


def canonical(table: pa.Table, schema: TableSchema) -> pa.Table:
    """Return `table` with every column in canonical form, without metadata."""
    columns = [
        canonical_column(table[column.name], column.arrow_type(table[column.name].type))
        for column in schema.columns
    ]
    return pa.table(columns, names=list(schema.names))


def canonical_column(column: pa.ChunkedArray | pa.Array, to: pa.DataType) -> pa.Array:
    """Return `column` as one chunk of type `to`; raises pa.ArrowInvalid where a cell cannot be."""
    if pa.types.is_dictionary(to):
        return compact(column)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if column.type != to:
        column = column.cast(to)
    return one_chunk(column)


def one_chunk(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return the column as one Array."""
    if isinstance(column, pa.Array):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    return column.combine_chunks()


def compact(column: pa.ChunkedArray | pa.Array) -> pa.DictionaryArray:
    """Return the category column with a sorted dictionary of exactly the values that occur."""
    encoded = _encoded(column)
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    used = np.zeros(len(encoded.dictionary) + 1, dtype=bool)
    used[codes] = True
    kept = np.flatnonzero(used[:-1])
    values = encoded.dictionary.take(pa.array(kept))
    order = pc.sort_indices(values).to_numpy()
    code_of = np.full(len(used), -1, dtype=np.int32)
    code_of[kept[order]] = np.arange(len(kept), dtype=np.int32)
    moved = code_of[codes]
    indices = pa.array(moved, mask=moved < 0) if (moved < 0).any() else pa.array(moved)
    return pa.DictionaryArray.from_arrays(indices, values.take(pa.array(order)))


def _encoded(column: pa.ChunkedArray | pa.Array) -> pa.DictionaryArray:
    """Return the column as one dictionary array of strings, each value once, none of them null."""
    if pa.types.is_dictionary(column.type):
        if isinstance(column, pa.ChunkedArray):
            column = one_chunk(column.unify_dictionaries())
        codes, values = column.indices.cast(pa.int32()), column.dictionary.cast(pa.string())
        if not values.null_count and len(pc.unique(values)) == len(values):
            return pa.DictionaryArray.from_arrays(codes, values)
        column = values.take(codes)
    return one_chunk(one_chunk(column).cast(pa.string())).dictionary_encode()
