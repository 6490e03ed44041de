"""Columns cut into levels, and the cells that they span: what shares and coverings speak of.

A level is an Expression on one column, so a cell is a conjunction that any Generator can be given.
Levels of an axis exclude each other; a value that is in none of them has the number -1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce

import numpy as np
import pyarrow as pa

from ..data.expression import Expression, conjunction
from ..data.expression.tree import And, ColumnName, Compare, In, IsNull, Not, Value
from ..data.schema import TableSchema


@dataclass(frozen=True, slots=True)
class Axis:
    """One column and its levels."""

    column: str
    levels: tuple[Expression, ...]

    def numbers(self, table: pa.Table, columns: TableSchema) -> np.ndarray:
        """Return the number of the level that each row is in, -1 for none."""
        cells = table[self.column]
        if not pa.types.is_dictionary(cells.type):
            return self._tested(table, columns)
        # A value is tested once, not once a row.
        whole = pa.chunked_array(cells.unify_dictionaries().chunks, cells.type).combine_chunks()
        parts = whole.chunks if isinstance(whole, pa.ChunkedArray) else [whole]
        return np.concatenate([self._by_value(part, columns) for part in parts] or [_none(0)])

    def _by_value(self, part: pa.DictionaryArray, columns: TableSchema) -> np.ndarray:
        last = len(part.dictionary)
        every = pa.array([*range(last), None], part.indices.type)
        values = pa.DictionaryArray.from_arrays(every, part.dictionary)
        numbers = self._tested(pa.table({self.column: values}), columns)
        at = part.indices.fill_null(last).to_numpy(zero_copy_only=False)
        return numbers[at]

    def _tested(self, table: pa.Table, columns: TableSchema) -> np.ndarray:
        numbers = _none(table.num_rows)
        for number, level in enumerate(self.levels):
            numbers[level.mask(table, columns)] = number
        return numbers


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells that some axes span."""

    axes: tuple[Axis, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(axis.column for axis in self.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(len(axis.levels) for axis in self.axes)

    def numbers(self, table: pa.Table, columns: TableSchema) -> np.ndarray:
        """Return rows × axes level numbers."""
        return np.stack([axis.numbers(table, columns) for axis in self.axes], axis=1)

    def cell(self, numbers: Sequence[int]) -> Expression:
        """Return the condition of the cell with these level numbers."""
        levels = [axis.levels[at] for axis, at in zip(self.axes, numbers, strict=True)]
        return reduce(conjunction, levels)


def keys(numbers: np.ndarray) -> np.ndarray:
    """Return one sortable key a row of level numbers; equal rows, equal keys."""
    wide = np.ascontiguousarray((numbers + 1).astype(">u4"))
    return wide.view(f"S{4 * numbers.shape[1]}").ravel()


def equals(column: str, value: str) -> Expression:
    return Expression(Compare(ColumnName(column), "=", Value(value, quoted=True)))


def is_null(column: str) -> Expression:
    return Expression(IsNull(ColumnName(column)))


def none_of(column: str, values: Sequence[str]) -> Expression:
    """Return `column not in values`; it holds where the column is null."""
    return Expression(Not(In(ColumnName(column), tuple(Value(v, quoted=True) for v in values))))


def within(column: str, low: str | None, high: str | None) -> Expression:
    """Return `low <= column < high`, either end open; it is false where the column is null."""
    name = ColumnName(column)
    bounds = [Compare(name, ">=", Value(low, quoted=True))] if low is not None else []
    bounds += [Compare(name, "<", Value(high, quoted=True))] if high is not None else []
    return Expression(bounds[0] if len(bounds) == 1 else And(tuple(bounds)))


def written(value: object) -> str:
    """Return a value of a column as an expression writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(sep=" ")
        case timedelta():
            return f"{value // timedelta(microseconds=1)} us"
        case float():
            return repr(float(value))
    return str(value)


def share_texts(wished: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Return wished shares with each value as text; columns without any are left out."""
    return {
        name: {written(value): share for value, share in shares.items()}
        for name, shares in wished.items()
        if shares
    }


def _none(rows: int) -> np.ndarray:
    return np.full(rows, -1, np.int64)
