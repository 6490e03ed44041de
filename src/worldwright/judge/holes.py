"""Holes: the real rows in cells of one, two and three columns that no made row fills.

t-way coverage (Kuhn, Kacker & Lei, NIST SP 800-142, 2010) counts combinations; here each weighs as
much as the real rows that it holds, so what never happens need not be made. In each table of cells

    mass   the share of real rows in cells without a made row that hold at least 6 real rows
    hole   the real rows of the largest such cell; 0 where there is none

Real rows against real rows leave holes too, in the same tables: that is the null. A cell of b
real rows is missed by chance with probability near (1 + n/m)^-b, so the largest hole h of c cells
has the law of the largest of c geometric counts, which is near Gumbel's:
(h ln(1 + n/m) - ln c) / 1.28 puts all tables on one scale.

All tables of one and of two columns are taken up to a cap; those of three columns are taken of the
columns that are likeliest to name groups: the target, then columns of words or of few values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from .cells import Cells
from .null import Splits

MOST_TABLES = {1: 300, 2: 400, 3: 400}
_AT_ONCE = 400_000  # entries of the sparse matrix that is multiplied at once
_GUMBEL_SD, _LEAST_HELD = 1.28, 6


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of one to three columns; the first entry of mass and hole is the observed one.

    Attributes:
        columns: Positions of the columns. counts: Cells of each.
        mass, hole: (1 + splits,): share of real rows, and rows, in cells that no made row fills.
        cells: Cells that hold enough rows to be looked at, at least 1.
        worst: The observed largest cell without made rows; -1 where there is none.
    """

    columns: tuple[int, ...]
    counts: tuple[int, ...]
    mass: np.ndarray
    hole: np.ndarray
    cells: int
    worst: int

    def places(self) -> tuple[int, ...]:
        """Return the worst cell as a place in each column."""
        return tuple(int(place) for place in np.unravel_index(self.worst, self.counts))


def choose(columns: Sequence[Cells], strength: int, first: Sequence[int]) -> list[tuple[int, ...]]:
    """Return tables of `strength` columns; of too many, those of columns that come `first`."""
    usable = [i for i in first if columns[i].count > 1]
    wide = len(usable)
    while wide > strength and _chosen(wide, strength) > MOST_TABLES[strength]:
        wide -= 1
    # The widest set whose combinations fit, and as many with the next column as there is room for.
    whole = list(combinations(usable[:wide], strength))
    spare = MOST_TABLES[strength] - len(whole)
    if wide < len(usable):
        rest = combinations(usable[:wide], strength - 1)
        whole += [(*others, usable[wide]) for others, _ in zip(rest, range(spare), strict=False)]
    return [tuple(sorted(table)) for table in whole]


def tables_of(
    columns: Sequence[Cells], chosen: Sequence[tuple[int, ...]], null: Splits
) -> list[Table]:
    """Count the tables, as many at once as memory allows."""
    tables: list[Table] = []
    step = max(1, _AT_ONCE // len(null.pool))
    for start in range(0, len(chosen), step):
        tables += _counted(columns, chosen[start : start + step], null)
    return tables


def surprise(table: Table, null: Splits) -> np.ndarray:
    """Return the largest holes on one scale for all tables: (1 + splits,)."""
    rate = np.log1p(len(null.made) / len(null.reference))
    return np.asarray((table.hole * rate - np.log(table.cells)) / _GUMBEL_SD)


def _counted(
    columns: Sequence[Cells], batch: Sequence[tuple[int, ...]], null: Splits
) -> list[Table]:
    """Count a batch as one long table. Cells that are left out share the last row of it."""
    from scipy.sparse import csr_array

    starts = np.cumsum([0, *(_cells(columns, table) for table in batch)])
    sides = [
        np.concatenate(
            [a + _codes(columns, table, at) for table, a in zip(batch, starts, strict=False)]
        )
        for at in (null.made, null.reference, null.pool)
    ]
    held = np.bincount(sides[2], minlength=int(starts[-1]))
    named = np.bincount(sides[1], minlength=int(starts[-1]))
    kept = np.flatnonzero(np.maximum(held, named) >= _LEAST_HELD)
    row_of = np.full(int(starts[-1]), len(kept))
    row_of[kept] = np.arange(len(kept))
    made, real = (np.bincount(row_of[side], minlength=len(kept) + 1) for side in sides[:2])
    rows = np.tile(np.arange(len(null.pool)), len(batch))
    ones = np.ones(len(rows), np.uint16)
    member = csr_array((ones, (row_of[sides[2]], rows)), shape=(len(kept) + 1, len(null.pool)))
    dealt = (member[: len(kept)] @ null.dealt).astype(np.int32)
    left = np.column_stack([made[:-1], dealt])
    right = np.column_stack([real[:-1], held[kept][:, None] - dealt])
    alone = np.where((left == 0) & (right >= _LEAST_HELD), right, 0)
    ends = np.searchsorted(kept, starts)
    return [
        _table(columns, table, (kept[a:b] - start, alone[a:b]), len(null.reference))
        for table, start, a, b in zip(batch, starts, ends, ends[1:], strict=False)
    ]


def _table(
    columns: Sequence[Cells],
    table: tuple[int, ...],
    kept: tuple[np.ndarray, np.ndarray],
    rows: int,
) -> Table:
    cells, alone = kept
    hole = alone.max(axis=0, initial=0)
    worst = int(cells[alone[:, 0].argmax()]) if hole[0] else -1
    counts = tuple(columns[i].count for i in table)
    mass = alone.sum(axis=0) / rows
    return Table(table, counts, mass, hole.astype(np.float64), max(1, len(cells)), worst)


def _codes(columns: Sequence[Cells], table: tuple[int, ...], at: np.ndarray) -> np.ndarray:
    codes = np.zeros(len(at), np.int64)
    for i in table:
        codes = codes * columns[i].count + columns[i].codes[at]
    return codes


def _cells(columns: Sequence[Cells], table: tuple[int, ...]) -> int:
    return int(np.prod([columns[i].count for i in table]))


def _chosen(columns: int, strength: int) -> int:
    from math import comb

    return comb(columns, strength)
