"""The law of one column alone: values that many rows hold, and bins between them.

A number is a value of its own (an atom) where at least 10 rows and 0.2 % of all hold it; the rest
lie in bins of equal counts, at least 10 rows each, whose edges are rounded to three digits and end
at the 1st and 99th percentile. Of a category's values those count that 10 rows hold or that were
declared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...data.schema import Column, Kind

LEAST_ROWS = 10
HEAVY = 0.002
MOST_BINS = 64
RARER = "(rarer)"
_EVEN = np.zeros(0)


@dataclass(frozen=True, slots=True)
class Marginal:
    """Values with a chance of their own (a null may be one), then bins of even density."""

    values: pa.Array
    edges: np.ndarray
    chances: np.ndarray

    @property
    def is_discrete(self) -> bool:
        """True where every value that can be drawn is listed."""
        return len(self.edges) == 0 and len(self.values) > 0

    def told_as(self, column: Column) -> dict[str, int]:
        """Return how many values, or bins and atoms, there are, and whether a null is one more."""
        missing = self.values.null_count
        known = len(self.values) - missing
        if not column.kind.is_ordered:
            return {"values": known, "missing": missing}
        return {"bins": max(len(self.edges) - 1, 0), "atoms": known, "missing": missing}

    def draw(self, rows: int, column: Column, rng: np.random.Generator) -> pa.Array:
        """Return `rows` independent values; categories as plain text."""
        if column.kind is Kind.ID:
            return _new_ids(rows, self.values.type, rng)
        ends = self.chances.cumsum()
        # `random` is below 1, but its product with the last end may round up to it.
        picks = np.searchsorted(ends, rng.random(rows) * ends[-1], side="right")
        picks = np.minimum(picks, len(ends) - 1)
        between = np.flatnonzero(picks >= len(self.values))
        at = picks[between] - len(self.values)
        low = self.edges[at]
        drawn = _typed(low + rng.random(len(at)) * (self.edges[at + 1] - low), column)
        picks[between] = len(self.values) + np.arange(len(between))
        return pa.concat_arrays([self.values, drawn.cast(self.values.type)]).take(pa.array(picks))

    def chances_of(self, cells: pa.ChunkedArray, column: Column) -> np.ndarray:
        """Return the probability of each cell: what its value has of its own, and its bin's part.

        Numbers that lie on no grid have the density of their bin. What is not learned has 1.
        """
        if column.kind in (Kind.TEXT, Kind.NESTED, Kind.ID):
            return np.ones(len(cells))
        plain = cells.cast(self.values.type)
        found = pc.fill_null(pc.index_in(plain, value_set=self.values), -1).to_numpy()
        alone = np.where(found >= 0, np.append(self.chances, 0.0)[found], 0.0)
        if not len(self.edges):
            return alone
        numbers = _floats(plain.combine_chunks())  # NaN where a cell is null
        if column.kind is not Kind.NUMBER:
            return alone + self._density(numbers)  # edges are whole, and so is the unit
        if column.digits is None:
            return np.where(found >= 0, alone, self._density(numbers))
        return alone + self._rounded_to(numbers, column.digits)

    def _density(self, numbers: np.ndarray) -> np.ndarray:
        heights = np.append(self.chances[len(self.values) :] / np.diff(self.edges), 0.0)
        return heights[self._bins(numbers)]

    def _bins(self, numbers: np.ndarray) -> np.ndarray:
        """Return the bin of each number; the place after the last for what lies in none."""
        at = np.searchsorted(self.edges, numbers, side="right") - 1
        return np.where((at < 0) | (at >= len(self.edges) - 1), len(self.edges) - 1, at)

    def _rounded_to(self, numbers: np.ndarray, digits: int) -> np.ndarray:
        """Return the part of the bins that is rounded to each number."""
        half = 0.5 * 10.0**-digits
        low, high = numbers - half, numbers + half
        ends = np.append(0.0, self.chances[len(self.values) :].cumsum())
        across = np.interp(high, self.edges, ends) - np.interp(low, self.edges, ends)
        # Inside one bin the product is exact, where a difference of two sums would lose digits.
        inside = self._bins(low) == self._bins(high)
        mass = np.where(inside, self._density(numbers) * 2 * half, across)
        return np.where(np.round(numbers, digits) == numbers, mass, 0.0)


def learned(cells: pa.ChunkedArray, column: Column) -> Marginal:
    """Count one column."""
    kind = column.arrow_type(cells.type)
    if column.kind in (Kind.TEXT, Kind.NESTED, Kind.ID):
        return Marginal(pa.nulls(1, kind), _EVEN, np.ones(1))
    if column.kind.is_ordered:
        return _learned_ordered(cells, column)
    plain = cells.cast(pa.string() if column.kind is Kind.CATEGORY else kind)
    counted = plain.value_counts()
    counts = counted.field("counts").to_numpy(zero_copy_only=False)
    told = counts >= (LEAST_ROWS if column.kind is Kind.CATEGORY else 0)
    told |= counted.field("values").is_null().to_numpy(zero_copy_only=False)
    if column.categories is not None:
        declared = pc.is_in(counted.field("values"), value_set=pa.array(column.categories))
        told |= declared.to_numpy(zero_copy_only=False)
    if not told.any():
        return Marginal(pa.array([RARER]), _EVEN, np.ones(1))
    # By value, so that the order of the rows that taught has no part in what is drawn.
    values = counted.field("values").filter(pa.array(told))
    order = pc.array_sort_indices(values)
    share = counts[told][order.to_numpy()] / counts[told].sum()
    return Marginal(values.take(order), _EVEN, share)


def as_column(values: pa.Array, column: Column) -> pa.Array:
    """Return drawn values in the Arrow type of their column."""
    if column.kind is not Kind.CATEGORY:
        return values
    coded = values.dictionary_encode()
    return pa.DictionaryArray.from_arrays(coded.indices.cast(pa.int32()), coded.dictionary)


def _learned_ordered(cells: pa.ChunkedArray, column: Column) -> Marginal:
    kind = column.arrow_type(cells.type)
    present = pc.drop_null(cells.combine_chunks())
    present = present.cast(kind)
    counted = present.value_counts()
    counts = counted.field("counts").to_numpy(zero_copy_only=False)
    heavy = counts >= max(LEAST_ROWS, HEAVY * len(cells))
    values = counted.field("values").filter(pa.array(heavy))
    order = pc.array_sort_indices(values)
    weights = list(counts[heavy][order.to_numpy()])
    values = values.take(order)
    rest = np.sort(np.repeat(_floats(counted.field("values"))[~heavy], counts[~heavy]))
    edges = _edges(rest, column)
    if cells.null_count:
        values = pa.concat_arrays([values, pa.nulls(1, kind)])
        weights.append(cells.null_count)
    if len(edges) and (len(rest) >= LEAST_ROWS or not weights):
        weights += [len(rest) / (len(edges) - 1)] * (len(edges) - 1)
    else:
        edges = _EVEN
    shares = np.array(weights, float)
    return Marginal(values, edges, shares / shares.sum())


def _edges(rest: np.ndarray, column: Column) -> np.ndarray:
    """Return the edges of bins that hold equally many of the sorted values."""
    if not len(rest):
        return _EVEN
    bins = int(np.clip(len(rest) // LEAST_ROWS, 1, MOST_BINS))
    edges = np.unique(_rounded(np.quantile(rest, np.linspace(0.01, 0.99, bins + 1))))
    if column.kind is not Kind.NUMBER:
        edges = np.unique(np.rint(edges))
    return edges if len(edges) > 1 else np.array([edges[0], edges[0] + 1.0])


def _rounded(values: np.ndarray) -> np.ndarray:
    """Round to three digits of the spread of all values, so that no edge is a value of one row."""
    spread = float(values[-1] - values[0]) or abs(float(values[0])) or 1.0
    step = 10.0 ** (np.floor(np.log10(spread)) - 2)
    return np.rint(values / step) * step


def _typed(drawn: np.ndarray, column: Column) -> pa.Array:
    """Return even draws as values of the column."""
    match column.kind:
        case Kind.NUMBER:
            return pa.array(drawn if column.digits is None else np.round(drawn, column.digits))
        case Kind.INTEGER:
            return pa.array(np.floor(drawn).astype(np.int64))
        case Kind.DATETIME | Kind.DURATION:
            return pa.array(np.floor(drawn).astype(np.int64)).cast(column.arrow_type(pa.null()))
    return pa.nulls(0)


def _floats(values: pa.Array) -> np.ndarray:
    plain = values.view(pa.int64()) if pa.types.is_temporal(values.type) else values
    return np.asarray(plain.to_numpy(zero_copy_only=False), dtype=float)


def _new_ids(rows: int, kind: pa.DataType, rng: np.random.Generator) -> pa.Array:
    numbers = rng.integers(0, 2**62, rows)
    if pa.types.is_integer(kind):
        return pa.array(numbers)
    return pa.array([f"{number:016x}" for number in numbers.tolist()])
