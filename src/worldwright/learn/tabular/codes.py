"""Columns as codes: small whole numbers that trees can count, and the way back to values.

A code stands for one value that at least `rare` rows hold, for a bin of an ordered column, for the
values that are too rare to be told ("(rarer)"), or for a missing value, which is a value like any.

    Named     category, boolean                        codes in falling frequency
    Ordered   number, integer, datetime, duration      codes in rising order, missing last

Nothing here holds a value of fewer than `rare` rows: `laws.py` says how bins keep that promise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...data.schema import Column, Kind
from . import laws

RARE_VALUE = "(rarer)"
LEFT_OUT = 65_535  # the code of a row that does not teach
MOST_NAMES = 60_000  # 16 bits hold the codes
LARGEST = float(2**63 - 1024)


@dataclass(frozen=True, slots=True)
class Named:
    """Categories and booleans. `rare` and `null` are codes, or -1 where there are none."""

    column: Column
    values: tuple[str, ...]
    rare: int
    null: int
    merged: tuple[int, int] = (0, 0)  # values and rows that were too rare to be told

    @property
    def size(self) -> int:
        """How many codes there are."""
        return len(self.values) + (self.null >= 0)

    @property
    def is_plain(self) -> bool:
        """True where every code stands for exactly one value."""
        return True

    def encode(self, cells: pa.ChunkedArray) -> np.ndarray:
        """Return the code of each cell; LEFT_OUT for one that has no code."""
        names, index = _dictionary(cells)
        known = {value: code for code, value in enumerate(self.values)}
        default = self.rare if self.rare >= 0 else LEFT_OUT
        table = np.array([*(known.get(n, default) for n in names), self.null], np.int64)
        return np.where(table[index] < 0, LEFT_OUT, table[index]).astype(np.uint16)

    def decode(self, codes: np.ndarray, *, key: int, first: int = 0) -> pa.Array:
        """Return the values of the codes."""
        if self.column.kind is Kind.BOOLEAN:
            truth = np.array([value == "true" for value in self.values] + [False])
            return pa.array(truth[codes], pa.bool_(), mask=codes == self.null)
        at = pa.array(codes.astype(np.int32), mask=codes == self.null)
        return pa.DictionaryArray.from_arrays(at, pa.array(self.values, pa.string()))

    def chances_inside(self, codes: np.ndarray, cells: pa.ChunkedArray) -> np.ndarray:
        """Return 1 where a cell is the value of its code, and 0 elsewhere."""
        names, index = _dictionary(cells)
        values = [*self.values, None][: self.size]
        place = {value: code for code, value in enumerate(values)}
        own = np.array([place.get(name, -1) for name in [*names, None]])
        return (own[index] == codes).astype(np.float64)

    def dump(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """Return what JSON can hold, and arrays."""
        meta = {"values": list(self.values), "rare": self.rare, "null": self.null}
        return {**meta, "merged": list(self.merged)}, {}


@dataclass(frozen=True, slots=True)
class Ordered:
    """Columns whose values have an order. `law` draws inside bins; `null` is a code, or -1."""

    column: Column
    law: laws.Law
    null: int

    @property
    def size(self) -> int:
        """How many codes there are."""
        return len(self.law.spans)

    @property
    def is_plain(self) -> bool:
        """True where every code stands for exactly one value."""
        return self.law.is_plain

    def encode(self, cells: pa.ChunkedArray) -> np.ndarray:
        """Return the code of each cell; LEFT_OUT for one that has no code."""
        numbers, missing = laws.numbers(cells)
        if len(self.law.codes) == 0:
            codes = np.full(len(numbers), LEFT_OUT, np.int64)
        else:
            codes = self.law.encode(np.where(missing, 0.0, numbers))
        codes[missing] = self.null if self.null >= 0 else LEFT_OUT
        return codes.astype(np.uint16)

    def decode(self, codes: np.ndarray, *, key: int, first: int = 0) -> pa.Array:
        """Return a value for each code, drawn in its bin; row i is `first + i`."""
        from ..kernels.values import spread

        drawn = np.empty(len(codes))
        law = self.law
        spread(
            codes, law.spans, law.pieces, law.grid, law.atoms, law.free < 1, np.uint64(key), first,
            drawn,
        )  # fmt: skip
        return self.as_column(codes, drawn)

    def as_column(self, codes: np.ndarray, drawn: np.ndarray) -> pa.Array:
        """Return the numbers in the type of the column, null where the code says so."""
        kind = self.column.arrow_type(pa.null())
        missing = codes == self.null if self.null >= 0 else None
        if self.column.kind is Kind.NUMBER:
            return pa.array(drawn, kind, mask=missing)
        if missing is not None:
            drawn[missing] = 0.0
        # float64 rounds the largest integers up to 2**63, which is one too many.
        whole = np.clip(drawn, -LARGEST, LARGEST).astype(np.int64)
        return pa.array(whole, pa.int64(), mask=missing).view(kind)

    def chances_inside(self, codes: np.ndarray, cells: pa.ChunkedArray) -> np.ndarray:
        """Return the chance of each cell given its code: see `inside.py`; 0 for LEFT_OUT."""
        from .inside import chances_inside

        numbers, missing = laws.numbers(cells)
        chances = (missing & (codes == self.null)).astype(np.float64)
        known = np.flatnonzero(~missing & (codes != LEFT_OUT))
        chances[known] = chances_inside(self.law, codes[known], numbers[known])
        return chances

    def dump(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """Return what JSON can hold, and arrays."""
        return {"null": self.null}, self.law.dump()


Codes = Named | Ordered


def learn_codes(
    column: Column, cells: pa.ChunkedArray, *, rare: int, bins: int, teaches: bool = False
) -> Codes:
    """Return how `column` is coded; `teaches` leaves rows of rare values out instead of merging."""
    if column.kind in (Kind.CATEGORY, Kind.BOOLEAN):
        return _learn_names(column, cells, rare, teaches)
    numbers, missing = laws.numbers(cells)
    law = laws.learn_law(column, numbers[~missing], rare=rare, bins=bins)
    if not missing.any():
        return Ordered(column, law, -1)
    return Ordered(column, law.with_null(), len(law.spans))


def load_codes(column: Column, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Codes:
    """Return what `dump` gave."""
    if column.kind in (Kind.CATEGORY, Kind.BOOLEAN):
        few, rows = meta["merged"]
        return Named(column, tuple(meta["values"]), meta["rare"], meta["null"], (few, rows))
    return Ordered(column, laws.load_law(arrays), meta["null"])


def _dictionary(cells: pa.ChunkedArray) -> tuple[list[str], np.ndarray]:
    """Return the distinct names and each cell's place among them (the place after: missing)."""
    kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
    plain = cells.cast(kind) if pa.types.is_dictionary(cells.type) else cells
    if pa.types.is_boolean(kind):
        plain = pc.if_else(plain, "true", "false")
    coded = plain.cast(pa.string()).combine_chunks().dictionary_encode()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    names = coded.dictionary.to_pylist()
    index = pc.fill_null(coded.indices, len(names)).to_numpy(zero_copy_only=False)
    return names, index.astype(np.int64)


def _learn_names(column: Column, cells: pa.ChunkedArray, rare: int, teaches: bool) -> Named:
    names, index = _dictionary(cells)
    counts = np.bincount(index, minlength=len(names) + 1)
    has_null = bool(counts[len(names)])
    # What a person declared, and the two truth values, say nothing about any row.
    open_to_all = set(column.categories or ())
    is_open = [column.kind is Kind.BOOLEAN or name in open_to_all for name in names]
    ranked = sorted(range(len(names)), key=lambda i: (-counts[i], names[i]))
    told = [i for i in ranked if counts[i] >= rare or is_open[i]][:MOST_NAMES]
    values = [names[i] for i in told]
    hidden = counts[: len(names)].sum() - counts[told].sum()
    code = -1
    if hidden >= rare or (hidden and not values):
        code = values.index(RARE_VALUE) if RARE_VALUE in values else len(values)
        values += [RARE_VALUE] if code == len(values) else []
    elif hidden and not teaches:
        code = 0
    merged = (len(names) - len(told), int(hidden))
    return Named(column, tuple(values), code, len(values) if has_null else -1, merged)
