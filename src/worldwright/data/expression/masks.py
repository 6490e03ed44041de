"""Masks: a resolved tree applied to rows, column-wise in Arrow and numpy.

Every test of a null is false; negation is two-valued.
"""

from __future__ import annotations

from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..schema import TableSchema
from .meaning import Scalar, typed
from .tree import And, Between, ColumnName, Compare, In, IsNull, Node, Not, Or, Truth, Value

_SIGNS = {
    "=": pc.equal, "<": pc.less, "<=": pc.less_equal, ">": pc.greater, ">=": pc.greater_equal,
}  # fmt: skip


def mask(root: Node, table: pa.Table, columns: TableSchema) -> np.ndarray:
    """Return a boolean array, one entry a row, true where the resolved `root` holds."""
    match root:
        case And(nodes):
            return reduce(np.logical_and, (mask(node, table, columns) for node in nodes))
        case Or(nodes):
            return reduce(np.logical_or, (mask(node, table, columns) for node in nodes))
        case Not(node):
            return ~mask(node, table, columns)
        case IsNull(column):
            return _bools(pc.is_null(table[column.name]))
        case Truth(column):
            return _bools(table[column.name])
        case Compare(column, sign, ColumnName(other)):
            return _bools(_SIGNS[sign](_plain(table[column.name]), _plain(table[other])))
    return _by_value(root, table, columns)


def _by_value(root: Node, table: pa.Table, columns: TableSchema) -> np.ndarray:
    """Test one column against values; a dictionary's values are tested once, not once a row."""
    assert isinstance(root, Compare | In | Between)
    column = columns[root.column.name]
    cells = table[column.name]
    if not pa.types.is_dictionary(cells.type):
        scalars = [typed(value, column) for value in _values(root)]
        return _bools(_test(root, cells, scalars))
    texts: list[Scalar] = [value.text for value in _values(root)]
    parts = []
    for chunk in cells.chunks:
        hits = np.append(_bools(_test(root, chunk.dictionary, texts)), False)
        parts.append(
            hits[pc.fill_null(chunk.indices, len(hits) - 1).to_numpy(zero_copy_only=False)]
        )
    return np.concatenate(parts) if parts else np.zeros(0, bool)


def _test(
    root: Compare | In | Between, cells: pa.ChunkedArray | pa.Array, scalars: list[Scalar]
) -> pa.ChunkedArray | pa.Array:
    match root:
        case Compare(_, sign, _):
            return _SIGNS[sign](cells, _scalar(scalars[0], cells.type))
        case In():
            hits = [pc.equal(cells, _scalar(scalar, cells.type)) for scalar in scalars]
            return reduce(pc.or_, hits)
        case Between():
            above = pc.greater_equal(cells, _scalar(scalars[0], cells.type))
            return pc.and_(above, pc.less_equal(cells, _scalar(scalars[1], cells.type)))


def _scalar(value: Scalar, kind: pa.DataType) -> pa.Scalar:
    """Return `value` as Arrow holds it; a fraction beside integers stays a fraction."""
    if isinstance(value, float):
        return pa.scalar(value, pa.float64())
    if isinstance(value, str) and pa.types.is_integer(kind):
        return pa.scalar(int(value), kind) if _is_whole(value) else pa.scalar(None, kind)
    return pa.scalar(value, kind) if not isinstance(value, int) else pa.scalar(value)


def _is_whole(text: str) -> bool:
    return text.strip().lstrip("+-").isdigit()


def _values(root: Compare | In | Between) -> tuple[Value, ...]:
    match root:
        case Compare(_, _, Value() as value):
            return (value,)
        case In(_, values):
            return values
        case Between(_, low, high):
            return (low, high)
    return ()


def _plain(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    return cells.cast(cells.type.value_type) if pa.types.is_dictionary(cells.type) else cells


def _bools(cells: pa.ChunkedArray | pa.Array) -> np.ndarray:
    return np.asarray(pc.fill_null(cells, False).to_numpy(zero_copy_only=False), dtype=bool)
