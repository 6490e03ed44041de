"""Planting: tools that delusions share. Pick a place, pick rows, put values there.

Most faults can be planted by moving values that are there already: a column is taken anew by an
index of rows, so no value gets new digits, and a fault of one kind does not bring others with it.
Rows are picked as the first of one shuffled order, so more rows are the same rows and more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..data.dataset import Dataset
from ..data.schema import Kind
from .delusion import Ground, Planted

T = TypeVar("T")
_NUMBERS = (Kind.NUMBER, Kind.INTEGER)
_MOST_CODES = 6
_MOST_WORDS = 60


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


def numbers(ground: Ground, distinct: int = 8) -> list[str]:
    """Return columns of numbers with at least that many different values, none held by half."""
    return [name for name in _named(ground, _NUMBERS) if _varies(floats(ground, name), distinct)]


def categories(ground: Ground, *, words_only: bool = False) -> list[str]:
    """Return columns of categories with two values or more, and of booleans unless told not to."""
    kinds = (Kind.CATEGORY,) if words_only else (Kind.CATEGORY, Kind.BOOLEAN)
    return [
        name
        for name in _named(ground, kinds)
        if 2 <= len(set(words(ground, name)) - {None}) <= _MOST_WORDS
    ]


def moments(ground: Ground) -> list[str]:
    """Return the columns of dates, that which orders the rows first."""
    order = ground.fresh.schema.main.order
    return sorted(_named(ground, (Kind.DATETIME,)), key=lambda name: name != order)


def floats(ground: Ground, name: str) -> np.ndarray:
    """Return a column of numbers or dates (microseconds) as floats, NaN where missing."""
    column = ground.fresh.table[name]
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.int64())
    return np.array(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)


def words(ground: Ground, name: str) -> np.ndarray:
    """Return a column as an array of texts, None where missing."""
    column = ground.fresh.table[name].cast(pa.string())
    return np.array(column.to_pylist(), dtype=object)


def missing(ground: Ground, name: str) -> np.ndarray:
    """Return which rows have no value in the column."""
    return np.array(pc.is_null(ground.fresh.table[name]).to_numpy())


def values_with(ground: Ground, name: str, low: float, high: float) -> list[str]:
    """Return the values of a column of categories whose share of the rows lies in between."""
    seen, counts = np.unique([w for w in words(ground, name) if w is not None], return_counts=True)
    share = counts / max(1, ground.fresh.rows)
    return [str(w) for w, s in zip(seen, share, strict=True) if low <= s <= high]


def codes(ground: Ground, name: str) -> np.ndarray:
    """Return each row's cell of a column, at most six and one for missing: what pairs are made of.

    Numbers are cut at their quantiles; of categories the most frequent stand alone.
    """
    gone = missing(ground, name)
    if ground.fresh.column(name).kind in (Kind.CATEGORY, Kind.BOOLEAN):
        _, at, counts = np.unique(
            words(ground, name).astype(str), return_inverse=True, return_counts=True
        )
        rank = np.argsort(np.argsort(-counts, kind="stable"))
        cells = np.minimum(rank[at], _MOST_CODES - 1)
    else:
        values = floats(ground, name)
        edges = np.unique(np.nanquantile(values, np.linspace(0, 1, _MOST_CODES + 1)[1:-1]))
        cells = np.searchsorted(edges, np.nan_to_num(values), side="right")
    return np.asarray(np.where(gone, _MOST_CODES, cells), dtype=np.int64)


def bond(first: np.ndarray, second: np.ndarray) -> float:
    """Return how much two coded columns depend on each other: Cramér's V, corrected for chance.

    Bergsma, "A bias-correction for Cramér's V" (2013).
    """
    table = np.zeros((int(first.max()) + 1, int(second.max()) + 1))
    np.add.at(table, (first, second), 1)
    table = table[table.any(axis=1)][:, table.any(axis=0)]
    n, (r, k) = table.sum(), table.shape
    if min(r, k) < 2:
        return 0.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    excess = max(0.0, float(((table - expected) ** 2 / expected).sum() / n - (r - 1) * (k - 1) / n))
    room = min(r - (r - 1) ** 2 / n, k - (k - 1) ** 2 / n) - 1
    return float(np.sqrt(excess / max(room, 1e-9)))


def bonds(ground: Ground, names: Sequence[str]) -> dict[tuple[str, str], float]:
    """Return the bond of every two of the columns."""
    coded = {name: codes(ground, name) for name in names}
    return {(a, b): bond(coded[a], coded[b]) for i, a in enumerate(names) for b in names[i + 1 :]}


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


def grain(values: np.ndarray) -> float:
    """Return the step that all numbers are multiples of: 1, 0.1, … 0.000001."""
    seen = values[~np.isnan(values)]
    for digits in range(7):
        scaled = seen * 10**digits
        if np.allclose(scaled, np.round(scaled), rtol=0, atol=1e-6):
            return float(10.0**-digits)
    return 1e-7


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


def kept(ground: Ground, rows: np.ndarray, place: Place) -> Planted:
    """Plant by keeping only these rows, in this order."""
    taken_rows = ground.fresh.take(rows)
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


def _planted(rows: Dataset, origin: np.ndarray, place: Place) -> Planted:
    return Planted(rows, place.columns, place.questions, place.where, origin)


def with_table(ground: Ground, name: str, table: pa.Table, place: Place) -> Planted:
    """Plant another table in place of the one of that name."""
    return _planted(_with(ground, {name: table}), np.arange(ground.fresh.rows), place)


def _with(ground: Ground, tables: Mapping[str, pa.Table]) -> Dataset:
    lineage = replace(ground.fresh.lineage, maker=_maker(ground))
    return replace(ground.fresh, tables={**ground.fresh.tables, **tables}, lineage=lineage)


def _maker(ground: Ground) -> str:
    return f"delusion:{'.'.join(ground.path)}"


def _named(ground: Ground, kinds: Sequence[Kind]) -> list[str]:
    """Return columns of these kinds that are no key, no reference and not the target."""
    main = ground.fresh.schema.main
    taken_up = {main.key, ground.target, *(reference.column for reference in main.references)}
    return [c.name for c in main.columns if c.kind in kinds and c.name not in taken_up]


def _varies(values: np.ndarray, distinct: int) -> bool:
    seen = values[~np.isnan(values)]
    if len(seen) < len(values) / 2:
        return False
    _, counts = np.unique(seen, return_counts=True)
    return len(counts) >= distinct and counts.max() <= len(seen) / 2
