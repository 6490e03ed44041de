"""How A -> B is found in the codes of the rows that taught, and which column is drawn first.

A value is told if it has a code of its own: it is no bin, and was not merged with others. A
dependency is believed if all rows of each told A have one B, and if at least `EVIDENCE` of them
would differ from the first of their A, were the columns independent. What is not told of A decides
nothing (but a group that follows from a column, or what else all that was merged has), and nor does
an A whose B is not told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import laws
from .codes import RARE_VALUE, Codes, Named
from .dependencies import OPEN, Dependency
from .trees import Coded

EVIDENCE = 12

Tables = dict[tuple[int, int], np.ndarray]


def strays_of(of: Codes, cells: pa.ChunkedArray, codes: np.ndarray) -> np.ndarray:
    """Return the rows whose value is not the one that their code stands for, though it has one.

    A code of one value takes in what too few rows hold to be told: the nearest value of a number,
    the most frequent one of a category.
    """
    if isinstance(of, Named):
        if not of.merged[0] or of.rare < 0 or of.values[of.rare] == RARE_VALUE:
            return np.zeros(len(codes), bool)
        kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
        names = cells.cast(kind).cast(pa.string())
        same = pc.fill_null(pc.equal(names, of.values[of.rare]), True)
        return (codes == of.rare) & ~same.to_numpy()
    if len(of.law.edges) or not len(of.law.atoms):
        return np.zeros(len(codes), bool)
    numbers, missing = laws.numbers(cells)
    values, is_single = laws.single_values(of.law)
    codes = np.minimum(codes, len(values) - 1)
    return ~missing & is_single[codes] & (values[codes] != numbers)


@dataclass(frozen=True)
class _Told:
    """A column's codes, `size` where the value is not told; how many rows have each; which codes
    stand for one value; and how often two rows at random differ.
    """

    codes: np.ndarray
    counts: np.ndarray
    is_told: np.ndarray
    is_named: bool
    differing: float

    @property
    def varies(self) -> bool:
        """True where two rows differ."""
        return self.differing > 0

    @cached_property
    def repeats(self) -> int:
        """How many rows have a told value that an earlier row has."""
        return int(np.maximum(self.counts[: len(self.is_told)] - 1, 0).sum())


def decide(
    coded: Coded, columns: Sequence[Codes], strays: Mapping[str, np.ndarray], *, is_led: bool
) -> tuple[list[int], tuple[Dependency, ...]]:
    """Return the columns in the order of drawing, and the dependencies between those places.

    `strays` says by column which rows are not what their code says; columns without any may lack.
    The first column stays where it is if `is_led`.
    """
    tables = _find_tables(coded, columns, strays)
    order = _deciders_first(tables, len(columns), is_led=is_led)
    place = {column: at for at, column in enumerate(order)}
    moved = {(place[a], place[b]): table for (a, b), table in tables.items()}
    return order, _kept(moved, coded.sizes[order].tolist())


def _find_tables(
    coded: Coded, columns: Sequence[Codes], strays: Mapping[str, np.ndarray]
) -> Tables:
    """Return by (a, b) the code of b for each code of a, for the pairs that are believed."""
    told = [
        _told(of, codes, strays.get(name))
        for of, codes, name in zip(columns, coded.codes, coded.names, strict=True)
    ]
    varied = [j for j, of in enumerate(told) if of.varies]
    pairs = ((a, b) for a in varied for b in varied if a != b)
    return {(a, b): t for a, b in pairs if (t := _table(told[a], told[b])) is not None}


def _deciders_first(tables: Tables, many: int, *, is_led: bool) -> list[int]:
    """Return the columns in an order in which those that decide all of another come before it.

    What needs no moving stays where it is.
    """
    whole = {pair for pair, table in tables.items() if (table != OPEN).all()}
    order = [0] if is_led else []

    def visit(column: int) -> None:
        if column in order:
            return
        for a in range(column + 1, many):
            if (a, column) in whole and (column, a) not in whole:
                visit(a)
        order.append(column)

    for column in range(many):
        visit(column)
    return order


def _kept(tables: Tables, sizes: Sequence[int]) -> tuple[Dependency, ...]:
    """Return what is kept of the tables: one lookup a decided column, or else every check."""
    kept: list[Dependency] = []
    looked_up: dict[int, int] = {}
    for b in range(len(sizes)):
        smaller = sorted((a for a in range(b) if (a, b) in tables), key=lambda a: sizes[a])
        found = [Dependency(a, b, tables[a, b]) for a in smaller]
        lookup = next((dependency for dependency in found if dependency.is_lookup), None)
        kept += found if lookup is None else [lookup]
        if lookup is not None:
            looked_up[b] = lookup.given
    # What decides the column that a looked up one follows from decides that one as well.
    kept += [
        Dependency(a, b, table)
        for (a, b), table in tables.items()
        if b < a and a not in looked_up and (a, looked_up.get(b, a)) not in tables
    ]
    return tuple(kept)


def _told(of: Codes, codes: np.ndarray, strays: np.ndarray | None) -> _Told:
    size = of.size
    is_told = np.ones(size, bool)
    if not isinstance(of, Named):
        is_told = laws.single_values(of.law)[1]
    elif of.merged[0] and of.rare >= 0 and of.values[of.rare] == RARE_VALUE:
        is_told[of.rare] = False
    if not is_told.all():
        codes = np.where(is_told, np.arange(size), size).astype(np.uint16)[codes]
    if strays is not None:
        codes = np.where(strays, size, codes).astype(np.uint16)
    counts = np.bincount(codes, minlength=size + 1)
    shares = counts / max(len(codes), 1)
    return _Told(codes, counts, is_told, isinstance(of, Named), float(1 - (shares**2).sum()))


def _table(a: _Told, b: _Told) -> np.ndarray | None:
    """Return the code of b for each code of a, or None where a does not decide b."""
    from ..kernels.relate import determines

    size = len(a.is_told)
    counts = a.counts[:size]
    if a.repeats * b.differing < EVIDENCE:
        return None
    table = np.full(size + 1, OPEN, np.int32)
    if not determines(a.codes, b.codes, size, table):
        return None
    table = np.where(table == len(b.is_told), OPEN, table)[:size]
    if (counts[table != OPEN] - 1).sum() * b.differing < EVIDENCE:
        return None
    table[a.is_told & (counts == 0)] = b.counts[:-1].argmax()
    if len(together := np.flatnonzero(~a.is_told)) == 1 and a.is_named:
        needed = np.unique(b.codes[a.codes == size])
        table[together] = needed[0] if len(needed) == 1 < len(b.counts) - needed[0] else OPEN
    return table
