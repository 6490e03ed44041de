"""Planting: tools that delusions share. Choose a place, choose rows, put values there.

Most faults can be planted by moving values that are there already: a column is taken anew by an
index of rows, so no value gets new digits, and a fault of one kind does not bring others with it.
Rows are chosen as the first of one shuffled order, so more rows are the same rows and more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pyarrow as pa

from ..data.dataset import Dataset
from ..data.schema import Kind
from .delusion import Ground, Planted
from .ground import floats
from .slices import sliced

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a fault: its columns, the questions that may name it, and words for it."""

    columns: tuple[str, ...]
    questions: tuple[str, ...]
    where: str


def pick(ground: Ground, choices: Sequence[T], path: str = "place") -> T | None:
    """Return one of the choices, by the Ground's own stream; None where there are none."""
    return choices[int(ground.chance(path).integers(len(choices)))] if len(choices) else None


def some(ground: Ground, among: np.ndarray, share: float, path: str = "rows") -> np.ndarray:
    """Return this share of the positions `among`, in random order; a greater share holds them too.

    `among` is a mask of all rows, or positions.
    """
    rows = np.flatnonzero(among) if among.dtype == bool else among
    return ground.chance(path).permutation(rows)[: round(min(1.0, share) * len(rows))]


def taken(ground: Ground, name: str, index: np.ndarray) -> pa.ChunkedArray:
    """Return the column with row i holding the value of row index[i]; -1 makes it missing."""
    return ground.fresh.table[name].take(pa.array(index, mask=index < 0))


def swapped(first: np.ndarray, second: np.ndarray, rows: int) -> np.ndarray:
    """Return an index in which the rows `first` and `second` hold each other's values."""
    index = np.arange(rows)
    index[first], index[second] = second, first
    return index


def mixed(ground: Ground, at: np.ndarray) -> np.ndarray:
    """Return an index in which each of the rows `at` holds the value of the next of them."""
    index = np.arange(ground.fresh.rows)
    index[at] = np.roll(at, 1)
    return index


def rescored(
    ground: Ground, name: str, rows: np.ndarray, move: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Return an index that moves the values of these rows along their own normal scores.

    Each value is replaced by one that stands at the moved score among the same rows, so support,
    digits and heavy values stay; equal values are told apart by chance.
    """
    from scipy.special import ndtr, ndtri

    values = floats(ground, name)
    rows = rows[~np.isnan(values[rows])]
    tie = ground.chance("ties").random(len(values))
    order = rows[np.lexsort((tie[rows], values[rows]))]
    scores = ndtri((np.arange(len(order)) + 0.5) / max(1, len(order)))
    at = np.floor(ndtr(move(scores)) * len(order)).astype(np.int64)
    index = np.arange(len(values))
    index[order] = order[np.clip(at, 0, max(0, len(order) - 1))]
    return index


def as_numbers(ground: Ground, name: str, values: np.ndarray) -> pa.Array:
    """Return floats (NaN is missing; dates are microseconds) as the column's Arrow type."""
    kind = ground.fresh.table[name].type
    if pa.types.is_floating(kind):
        return pa.array(values, kind, from_pandas=True)
    gone = np.isnan(values)
    whole = np.round(np.where(gone, 0, values)).astype(np.int64)
    return pa.array(whole, pa.int64(), mask=gone).cast(kind)


def as_words(ground: Ground, name: str, values: np.ndarray) -> pa.Array:
    """Return texts (None is missing) as the column's Arrow type."""
    plain = pa.array(values.tolist(), pa.string())
    kind = ground.fresh.table[name].type
    if not pa.types.is_dictionary(kind):
        return plain.cast(kind)
    encoded = plain.dictionary_encode()
    return pa.DictionaryArray.from_arrays(encoded.indices.cast(kind.index_type), encoded.dictionary)


def edited(
    ground: Ground, columns: Mapping[str, pa.Array | pa.ChunkedArray], place: Place
) -> Planted:
    """Plant new columns of the main table, each row where it was."""
    table = ground.fresh.table
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), table.field(name), values)
    rows = _with(ground, {ground.fresh.schema.main_name: table})
    return _planted(rows, np.arange(ground.fresh.rows), place)


def in_order(ground: Ground, planted: Planted, name: str) -> Planted:
    """Sort the rows by the planted dates where the fresh rows stand in the order of theirs.

    Else a fault of the hours would bring one of the order with it.
    """
    before, now = floats(ground, name), floats(replace(ground, fresh=planted.rows), name)
    if np.isnan(before).any() or (np.diff(before) < 0).any():
        return planted
    order = np.argsort(now, kind="stable")
    return replace(planted, rows=planted.rows.take(order), origin=planted.origin[order])


def kept(ground: Ground, rows: np.ndarray, place: Place) -> Planted:
    """Plant by keeping only these rows, in this order."""
    taken_rows = sliced(ground.fresh, rows)
    marked = replace(taken_rows, lineage=replace(taken_rows.lineage, maker=_maker(ground)))
    return _planted(marked, rows, place)


def dropped(ground: Ground, rows: np.ndarray, place: Place) -> Planted:
    """Plant by leaving these rows out."""
    return kept(ground, np.delete(np.arange(ground.fresh.rows), rows), place)


def replaced(ground: Ground, at: np.ndarray, by: pa.Table, place: Place) -> Planted:
    """Plant whole rows from elsewhere at these positions; key columns stay as they were."""
    table, main = ground.fresh.table, ground.fresh.schema.main
    origin = np.arange(table.num_rows)
    origin[at] = -1
    index = np.arange(table.num_rows)
    index[at] = table.num_rows + np.arange(len(at))
    columns = [
        table[name]
        if main[name].kind is Kind.ID
        else pa.chunked_array(
            [*table[name].cast(by[name].type).chunks, *by[name].chunks], by[name].type
        )
        .combine_chunks()
        .take(pa.array(index))
        .cast(table[name].type)
        for name in table.column_names
    ]
    whole = pa.table(columns, schema=table.schema)
    return _planted(_with(ground, {ground.fresh.schema.main_name: whole}), origin, place)


def with_table(ground: Ground, name: str, table: pa.Table, place: Place) -> Planted:
    """Plant another table in place of the one of that name."""
    return _planted(_with(ground, {name: table}), np.arange(ground.fresh.rows), place)


def _planted(rows: Dataset, origin: np.ndarray, place: Place) -> Planted:
    return Planted(rows, place.columns, place.questions, place.where, origin)


def _with(ground: Ground, tables: Mapping[str, pa.Table]) -> Dataset:
    lineage = replace(ground.fresh.lineage, maker=_maker(ground))
    return replace(ground.fresh, tables={**ground.fresh.tables, **tables}, lineage=lineage)


def _maker(ground: Ground) -> str:
    return f"delusion:{'.'.join(ground.path)}"
