"""Rows of codes, drawn column after column: from trees, or looked up, or drawn till they fit.

Every number drawn is a function of (seed, column, row), so a row does not depend on which other
rows are drawn with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ... import seeds
from .bending import Bend
from .codes import LEFT_OUT
from .dependencies import OPEN, Dependency, Twins
from .orders import Order
from .trees import Trees

MOST_REDRAWS = 24

Check = Dependency | Twins | Order


@dataclass(frozen=True)
class Chain:
    """The law of the codes: the first column's chances, then each column given those before it.

    `trees[t]` is None where column t is looked up. `shares[t]` is the law of column t alone.
    """

    names: Sequence[str]
    first: np.ndarray
    trees: Sequence[Trees | None]
    shares: Sequence[np.ndarray]
    dependencies: Sequence[Dependency]
    twins: Sequence[Twins] = ()
    orders: Sequence[Order] = ()

    def draw(self, codes: np.ndarray, column: int, rows: np.ndarray, seed: int) -> None:
        """Fill one column of `codes`, (rows, columns), for rows of these numbers."""
        for dependency in self.dependencies:
            if dependency.decided == column and dependency.is_lookup:
                codes[:, column] = dependency.table[codes[:, dependency.given]]
                return
        self._drawn(codes, column, rows, seed)
        self._look_up(codes, column)
        if checks := self._checks(column):
            self._redrawn(codes, column, rows, seed, checks)

    def _checks(self, column: int) -> list[Check]:
        """Return what a column must agree with once it is drawn."""
        checks: list[Check] = [d for d in self.dependencies if d.given == column]
        checks += self._partly(column)
        checks += [twins for twins in self.twins if column in twins.columns]
        return checks + [order for order in self.orders if column in order.columns]

    def _partly(self, column: int) -> list[Dependency]:
        """Return the dependencies by which earlier columns decide some of this one's codes."""
        return [d for d in self.dependencies if d.decided == column and d.given < column]

    def _look_up(self, codes: np.ndarray, column: int) -> None:
        """Take the codes that earlier columns decide."""
        for dependency in self._partly(column):
            needed = dependency.table[codes[:, dependency.given]]
            codes[:, column] = np.where(needed == OPEN, codes[:, column], needed)

    def draw_bent(
        self, codes: np.ndarray, column: int, rows: np.ndarray, seed: int, bend: Bend
    ) -> np.ndarray:
        """Fill one column with draws from its law times `bend`; return the sum of that product.

        Where the column must agree with earlier ones, its law is what agrees with them.
        """
        for dependency in self.dependencies:
            if dependency.decided == column and dependency.is_lookup:
                codes[:, column] = dependency.table[codes[:, dependency.given]]
                return bend.by[codes[:, column]]
        checks = [check for check in self._checks(column) if max(check.columns) <= column]
        if not checks and column and self.trees[column] is not None:
            return bend.draw(codes, column, rows, self._bent_key(column, seed))
        totals = np.empty(len(codes))
        for members, agrees in _groups(codes, column, checks, len(bend.by)):
            part = codes[members]
            above = self._bent(part, column, rows[members], seed, (agrees, bend.by))
            codes[members, column] = part[:, column]
            totals[members] = above
        return totals

    def bend(self, column: int, by: np.ndarray, *, is_mean: bool) -> Bend:
        """Return what multiplies the law of a column."""
        return Bend(by, self.trees[column], is_mean)

    def _bent_key(self, column: int, seed: int) -> np.uint64:
        return np.uint64(seeds.child(seed, "codes", self.names[column], "bent"))

    def _bent(
        self,
        codes: np.ndarray,
        column: int,
        rows: np.ndarray,
        seed: int,
        bends: tuple[np.ndarray, np.ndarray],
    ) -> np.ndarray:
        from ..kernels import descend, laws

        key = self._bent_key(column, seed)
        base, bend = bends
        trees = self.trees[column]
        if column == 0 or trees is None:
            law = (self.first if column == 0 else self.shares[column]) * base
            ends = np.cumsum(law * bend)
            descend.draw_first(codes, column, rows, ends, key)
            return np.full(len(codes), ends[-1] / max(law.sum(), 1e-300))
        totals = np.empty((len(codes), 2))
        place, held = trees.counted(len(bend))
        laws.draw_bent(
            codes, column, rows, trees.nodes, trees.spans, trees.words, trees.leaves, trees.roots,
            place, held, trees.backs, base, bend, key, totals,
        )  # fmt: skip
        return totals[:, 1] / np.maximum(totals[:, 0], 1e-300)

    def _drawn(
        self, codes: np.ndarray, column: int, rows: np.ndarray, seed: int, again: int = 0
    ) -> None:
        from ..kernels import descend
        from ..kernels.draw import draw

        key = np.uint64(seeds.child(seed, "codes", self.names[column], again))
        trees = self.trees[column]
        if column == 0 or trees is None:
            ends = np.cumsum(self.first if column == 0 else self.shares[column])
            descend.draw_first(codes, column, rows, ends, key)
            return
        draw(
            codes.T, column, rows, trees.nodes, trees.spans, trees.words, trees.leaves, trees.roots,
            trees.parents, trees.backs, key,
        )  # fmt: skip

    def _redrawn(
        self,
        codes: np.ndarray,
        column: int,
        rows: np.ndarray,
        seed: int,
        checks: Sequence[Check],
    ) -> None:
        """Draw again where a column disagrees with what it decides; at last make it agree."""
        off = np.flatnonzero(_disagrees(codes, checks))
        for again in range(1, MOST_REDRAWS + 1):
            if not len(off):
                return
            part = codes[off]
            self._drawn(part, column, rows[off], seed, again)
            self._look_up(part, column)
            codes[off, column] = part[:, column]
            off = off[_disagrees(part, checks)]
        if len(off):
            self._exactly(codes, column, rows, seed, off)

    def _exactly(
        self, codes: np.ndarray, column: int, rows: np.ndarray, seed: int, off: np.ndarray
    ) -> None:
        """Fill one column of some rows with draws from its law of what agrees; where there is none,
        with the most frequent code that does.
        """
        from ..kernels import descend, laws

        checks, trees = self._checks(column), self.trees[column]
        key = np.uint64(seeds.child(seed, "codes", self.names[column], "agreeing"))
        part, size = codes[off], len(self.shares[column])
        for members, agrees in _groups(part, column, checks, size):
            these, numbers = part[members], rows[off[members]]
            totals = np.empty(len(these))
            if column == 0 or trees is None:
                law = (self.first if column == 0 else self.shares[column]) * agrees
                totals[:] = law.sum()
                descend.draw_first(these, column, numbers, np.cumsum(law), key)
            else:
                laws.draw_allowed(
                    these, column, numbers, trees.nodes, trees.spans, trees.words, trees.leaves,
                    trees.roots, *trees.counted(size), trees.backs, agrees, key, totals,
                )  # fmt: skip
            forced = np.flatnonzero(totals <= 0)
            these[forced, column] = self._agreeing(part[members][forced], column, checks)
            codes[off[members], column] = these[:, column]

    def exact(self, codes: np.ndarray, column: int) -> np.ndarray:
        """Return the exact chance of each row's code of `column` given its earlier codes, (rows,).

        `codes` is (rows, columns), C-contiguous.
        """
        for dependency in self.dependencies:
            if dependency.decided == column and dependency.is_lookup:
                needed = dependency.table[codes[:, dependency.given]]
                return (needed == codes[:, column]).astype(np.float64)
        size = len(self.shares[column])
        checks = [check for check in self._checks(column) if max(check.columns) <= column]
        chances = np.empty(len(codes))
        for members, agrees in _groups(codes, column, checks, size):
            these = codes[members]
            found, total = self._shares_of(these, column, agrees)
            wanted = these[:, column]
            share = found * agrees[wanted] / np.where(total > 0, total, 1.0)
            if len(lost := np.flatnonzero(total <= 0)):
                share[lost] = self._agreeing(these[lost], column, checks) == wanted[lost]
            chances[members] = share
        decided, fits = self._decided(codes, column, codes[:, column])
        return np.where(decided & fits, 1.0, np.where(decided, 0.0, chances))

    def _shares_of(
        self, codes: np.ndarray, column: int, allowed: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the chance of each row's own code, and of all codes that are `allowed`."""
        from ..kernels.laws import weigh_exactly

        trees = self.trees[column]
        if column == 0 or trees is None:
            law = self.first if column == 0 else self.shares[column]
            return law[codes[:, column]], np.full(len(codes), law @ allowed)
        chances, totals = np.empty(len(codes)), np.empty(len(codes))
        place, held = trees.counted(len(allowed))
        weigh_exactly(
            codes, codes[:, column].copy(), trees.nodes, trees.spans, trees.words, trees.leaves,
            trees.roots, place, held, trees.backs, allowed, chances, totals,
        )  # fmt: skip
        return chances, totals

    def _agreeing(self, codes: np.ndarray, column: int, checks: Sequence[Check]) -> np.ndarray:
        """Return for each row the most frequent code that agrees with it, or the code it has."""
        chosen = codes.copy()
        open_rows = np.ones(len(codes), bool)
        for code in np.argsort(-self.shares[column], kind="stable"):
            trial = chosen.copy()
            trial[:, column] = code
            fits = open_rows & ~_disagrees(trial, checks)
            chosen[fits, column] = code
            open_rows &= ~fits
            if not open_rows.any():
                break
        return chosen[:, column]

    def weigh(self, codes: np.ndarray, column: int, wanted: np.ndarray) -> np.ndarray:
        """Return the chance of the wanted code of `column` given each row's earlier columns."""
        from ..kernels import descend

        if column == 0:
            return self.first[wanted]
        for dependency in self.dependencies:
            if dependency.decided == column and dependency.is_lookup:
                return (dependency.table[codes[:, dependency.given]] == wanted).astype(float)
        chances = self.shares[column][wanted]
        decided, fits = self._decided(codes, column, wanted)
        if (trees := self.trees[column]) is not None:
            place, held = trees.counted(len(self.shares[column]))
            descend.weigh(
                codes, wanted, trees.nodes, trees.spans, trees.words, trees.leaves, trees.roots,
                place, held, trees.backs, chances,
            )  # fmt: skip
        return np.where(decided, fits, chances)

    def _decided(
        self, codes: np.ndarray, column: int, wanted: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return which rows' code of a column earlier ones decide, and where it is the wanted."""
        decided, fits = np.zeros(len(codes), bool), np.ones(len(codes), bool)
        for dependency in self._partly(column):
            needed = dependency.table[codes[:, dependency.given]]
            decided |= needed != OPEN
            fits &= (needed == wanted) | (needed == OPEN)
        return decided, fits


def _groups(
    codes: np.ndarray, column: int, checks: Sequence[Check], size: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the rows that need the same of a column, with 1 for each code that agrees with them."""
    if not checks:
        yield np.arange(len(codes)), np.ones(size)
        return
    others = sorted({at for check in checks for at in check.columns} - {column})
    asked = np.stack([check.needs(codes, column) for check in checks], axis=1)
    _, rows, member = np.unique(asked, axis=0, return_index=True, return_inverse=True)
    trial = np.full((size, codes.shape[1]), LEFT_OUT, np.uint16)
    trial[:, column] = np.arange(size)
    for kind, row in enumerate(rows):
        trial[:, others] = codes[row, others]
        yield np.flatnonzero(member == kind), (~_disagrees(trial, checks)).astype(np.float64)


def _disagrees(codes: np.ndarray, checks: Sequence[Check]) -> np.ndarray:
    """Return where a column is not what those that are there already say."""
    return np.any([check.disagrees(codes) for check in checks], axis=0)
