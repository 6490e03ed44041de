"""Evidence: what a condition leaves of one column, as shares of its codes and as ranges of values.

A condition on one column is a set of its values: constant between the values that it names. So it
is asked once at each of those values and once between each two of them, by the same masks that test
rows, and no second reading of the expression is needed. What is left of a code is exact: an atom is
in or out, and of a bin's density (`kernels/values.py`) the part over the ranges that are left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from ...data.expression import Expression
from ...data.expression.meaning import Scalar, typed
from ...data.expression.tree import And, Between, Compare, In, Node, Not, Or, Value
from ...data.schema import Column, TableSchema
from .codes import Codes, Named, Ordered

_WIDEST = float(2**62)


@dataclass(frozen=True)
class Evidence:
    """What is left of one column: `mass[code]` is the share of the code that meets the condition.

    `parts` is (n, 4): code, low, high and share of the code's density in each range that is left,
    sorted by code; empty where every code is left as a whole or not at all.
    """

    mass: np.ndarray
    parts: np.ndarray

    def draw(self, drawn: np.ndarray, first: int, key: int, codes: Ordered) -> np.ndarray:
        """Return a number in the ranges that are left of each drawn code; row i is `first + i`."""
        from ..kernels.values import even

        ends = np.searchsorted(self.parts[:, 0], np.arange(len(self.mass) + 1))
        heaps = np.concatenate([[0.0], np.cumsum(self.parts[:, 3])])
        chances = np.empty((len(drawn), 2))
        even(np.uint64(key), first, chances)
        low, high = heaps[ends[drawn]], heaps[ends[drawn.astype(np.int64) + 1]]
        at = np.searchsorted(heaps, low + chances[:, 0] * (high - low), side="right") - 1
        part = self.parts[np.clip(at, 0, len(self.parts) - 1)]
        numbers = part[:, 1] + chances[:, 1] * (part[:, 2] - part[:, 1])
        scale, width = codes.law.grid
        if width > 0:
            numbers = np.rint(numbers * scale / width) * width / scale
        return numbers + 0.0


def evidence_of(where: Expression, codes: Codes, main: TableSchema) -> Evidence:
    """Return what `where`, a condition on the column of `codes` alone, leaves of it."""
    if isinstance(codes, Named):
        every = np.arange(codes.size, dtype=np.uint16)
        table = pa.table({codes.column.name: codes.decode(every, key=0)})
        return Evidence(where.mask(table, main).astype(np.float64), np.empty((0, 4)))
    return _of_ordered(where, codes, main)


def _of_ordered(where: Expression, codes: Ordered, main: TableSchema) -> Evidence:
    law = codes.law
    step = float(law.grid[1] / law.grid[0])
    ranges = _ranges(where, codes.column, main, (float(law.grid[0]), float(law.grid[1])))
    mass = np.zeros(codes.size)
    parts: list[tuple[float, float, float, float]] = []
    for code, (first, many) in enumerate(law.spans.tolist()):
        if many == 0:
            mass[code] = float(_asked(where, codes.column, main, [None])[0])
            continue
        is_crowded = bool(law.free[code] < 1)
        whole = many * float(law.free[code])
        for low, mean, high in law.pieces[first : first + many].tolist():
            left = _beside(ranges, law.atoms, step) if is_crowded else ranges
            for share, begin, end in _left(low, mean, high, left):
                mass[code] += share / whole
                parts.append((code, begin, end, share / whole))
    mass[mass > 1 - 1e-9] = 1.0
    is_partial = bool(((mass > 0) & (mass < 1)).any())
    if not mass.any() and step == 0:
        mass, parts = _at_points(codes, ranges)
        is_partial = True
    return Evidence(mass, np.array(parts) if is_partial and parts else np.empty((0, 4)))


def _at_points(
    codes: Ordered, ranges: list[tuple[float, float]]
) -> tuple[np.ndarray, list[tuple[float, float, float, float]]]:
    """Return densities in place of shares where nothing but points of a free number is left."""
    law = codes.law
    mass = np.zeros(codes.size)
    parts = []
    for code, (first, many) in enumerate(law.spans.tolist()):
        for low, mean, high in law.pieces[first : first + many].tolist():
            for at in (begin for begin, end in ranges if begin == end and low < begin < high):
                other, side = (high - mean, mean - low) if at < mean else (mean - low, high - mean)
                density = other / (high - low) / side / many
                mass[code] += density
                parts.append((float(code), at, at, density))
    return mass / max(mass.max(), 1e-300), parts


def _beside(
    ranges: list[tuple[float, float]], atoms: np.ndarray, step: float
) -> list[tuple[float, float]]:
    """Return the ranges without what is rounded to an atom."""
    cuts = np.stack([atoms - step / 2, atoms + step / 2], axis=1)
    left = []
    for begin, end in ranges:
        inside = cuts[(cuts[:, 1] > begin) & (cuts[:, 0] < end)]
        ends = [begin, *inside.ravel().tolist(), end]
        left += [(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if b > a]
    return left


def _left(
    low: float, mean: float, high: float, ranges: list[tuple[float, float]]
) -> Iterator[tuple[float, float, float]]:
    """Yield share, begin and end of what the ranges leave of a piece."""
    if low == high:
        if any(begin <= mean <= end for begin, end in ranges):
            yield 1.0, mean, mean
        return
    lower = (high - mean) / (high - low)
    for begin, end in ranges:
        for left, right, share in ((low, mean, lower), (mean, high, 1 - lower)):
            a, b = max(begin, left), min(end, right)
            if right > left and b > a:
                yield share * (b - a) / (right - left), a, b


def ranges_of(
    where: Expression, column: Column, main: TableSchema, grid: tuple[float, float]
) -> tuple[list[tuple[float, float]], bool]:
    """Return the ranges that meet a condition on one column, and if a missing value does."""
    takes_missing = bool(_asked(where, column, main, [None])[0])
    return _ranges(where, column, main, grid), takes_missing


def _ranges(
    where: Expression, column: Column, main: TableSchema, grid: tuple[float, float]
) -> list[tuple[float, float]]:
    """Return the ranges of values that meet the condition; where values lie on a grid, each range
    reaches half a step beyond its outermost values, so that whatever is drawn in it rounds into it.
    """
    scale, width = grid
    step = width / scale
    named = np.array(sorted({_number(value) for value in _constants(where.root, column)}))
    if step > 0:
        below = np.ceil(named / step - 1e-9) * step
        above = np.floor(named / step + 1e-9) * step
        cuts = np.unique(np.concatenate([below - step / 2, above + step / 2]))
    else:
        cuts = named
    ends = np.concatenate([[-_WIDEST], cuts, [_WIDEST]])
    middle = (np.maximum(ends[:-1], -1e300) + ends[1:]) / 2
    middle[0], middle[-1] = ends[1] - max(step, 1.0), ends[-2] + max(step, 1.0)
    if step > 0:
        # As values are made: 50762 * 0.1 is not 5076.2, and 50762 / 10 is.
        middle = np.round(middle / step) * width / scale
    hits = _asked(where, column, main, middle.tolist())
    found = [(float(a), float(b)) for a, b, hit in zip(ends, ends[1:], hits, strict=False) if hit]
    if step == 0:
        exact = _asked(where, column, main, named.tolist())
        found += [(float(v), float(v)) for v, hit in zip(named, exact, strict=True) if hit]
    return found


def _asked(
    where: Expression, column: Column, main: TableSchema, values: list[float | None]
) -> np.ndarray:
    kind = column.arrow_type(pa.null())
    if pa.types.is_floating(kind):
        cells = pa.array(values, kind)
    else:
        whole = [None if value is None else int(value) for value in values]
        cells = pa.array(whole, pa.int64()).view(kind)
    return where.mask(pa.table({column.name: cells}), main)


def _constants(node: Node, column: Column) -> Iterator[Scalar]:
    """Yield the values that a condition on one column names."""
    match node:
        case And(nodes) | Or(nodes):
            for part in nodes:
                yield from _constants(part, column)
        case Not(part):
            yield from _constants(part, column)
        case Compare(_, _, Value() as value):
            yield typed(value, column)
        case In(_, values):
            yield from (typed(value, column) for value in values)
        case Between(_, low, high):
            yield typed(low, column)
            yield typed(high, column)


def _number(value: Scalar) -> float:
    """Return a value as the laws hold it: microseconds for times."""
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return float((aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1))
    if isinstance(value, timedelta):
        return float(value // timedelta(microseconds=1))
    return float(value)
