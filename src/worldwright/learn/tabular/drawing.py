"""Rows of codes, drawn column after column: from trees, or looked up, or drawn till they fit.

Every number drawn is a function of (seed, column, row), so a row does not depend on which other
rows are drawn with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ... import seeds
from .codes import LEFT_OUT
from .dependencies import Dependency, Twins
from .trees import Trees

MOST_REDRAWS = 24


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
    escape: float
    twins: Sequence[Twins] = ()

    def draw(self, codes: np.ndarray, column: int, rows: np.ndarray, seed: int) -> None:
        """Fill one column of `codes`, (rows, columns), for rows of these numbers."""
        for dependency in self.dependencies:
            if dependency.decided == column and dependency.is_lookup:
                codes[:, column] = dependency.table[codes[:, dependency.given]]
                return
        self._drawn(codes, column, rows, seed)
        if checks := self._checks(column):
            self._redrawn(codes, column, rows, seed, checks)

    def _checks(self, column: int) -> list[Dependency | Twins]:
        """Return what a column must agree with once it is drawn."""
        checks: list[Dependency | Twins] = [d for d in self.dependencies if d.given == column]
        return checks + [twins for twins in self.twins if column in twins.columns]

    def draw_bent(
        self, codes: np.ndarray, column: int, rows: np.ndarray, seed: int, bend: np.ndarray
    ) -> np.ndarray:
        """Fill one column with draws from its law times `bend`; return the sum of that product.

        Where the column must agree with earlier ones, its law is what agrees with them.
        """
        for dependency in self.dependencies:
            if dependency.decided == column and dependency.is_lookup:
                codes[:, column] = dependency.table[codes[:, dependency.given]]
                return bend[codes[:, column]]
        checks = [check for check in self._checks(column) if max(check.columns) <= column]
        totals = np.empty(len(codes))
        for members, agrees in _groups(codes, column, checks, len(bend)):
            part = codes[members]
            above = self._bent(part, column, rows[members], seed, (agrees, bend))
            codes[members, column] = part[:, column]
            totals[members] = above
        return totals

    def _bent(
        self,
        codes: np.ndarray,
        column: int,
        rows: np.ndarray,
        seed: int,
        bends: tuple[np.ndarray, np.ndarray],
    ) -> np.ndarray:
        from ..kernels import descend, laws

        key = np.uint64(seeds.child(seed, "codes", self.names[column], "bent"))
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
            place, held, self.escape, base, bend, key, totals,
        )  # fmt: skip
        return totals[:, 1] / np.maximum(totals[:, 0], 1e-300)

    def _drawn(
        self, codes: np.ndarray, column: int, rows: np.ndarray, seed: int, again: int = 0
    ) -> None:
        from ..kernels import descend

        key = np.uint64(seeds.child(seed, "codes", self.names[column], again))
        trees = self.trees[column]
        if column == 0 or trees is None:
            ends = np.cumsum(self.first if column == 0 else self.shares[column])
            descend.draw_first(codes, column, rows, ends, key)
            return
        descend.draw(
            codes, column, rows, trees.nodes, trees.spans, trees.words, trees.leaves, trees.roots,
            trees.parents, self.escape, key,
        )  # fmt: skip

    def _redrawn(
        self,
        codes: np.ndarray,
        column: int,
        rows: np.ndarray,
        seed: int,
        checks: Sequence[Dependency | Twins],
    ) -> None:
        """Draw again where a column disagrees with what it decides; at last make it agree."""
        for again in range(1, MOST_REDRAWS + 1):
            off = np.flatnonzero(_disagrees(codes, checks))
            if not len(off):
                return
            part = codes[off]
            self._drawn(part, column, rows[off], seed, again)
            codes[off, column] = part[:, column]
        off = np.flatnonzero(_disagrees(codes, checks))
        codes[off, column] = self._agreeing(codes[off], column, checks)

    def _agreeing(
        self, codes: np.ndarray, column: int, checks: Sequence[Dependency | Twins]
    ) -> np.ndarray:
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
        if (trees := self.trees[column]) is not None:
            descend.weigh(
                codes, wanted, trees.nodes, trees.spans, trees.words, trees.leaves, trees.roots,
                self.escape, chances,
            )  # fmt: skip
        return chances


def _groups(
    codes: np.ndarray, column: int, checks: Sequence[Dependency | Twins], size: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the rows that need the same of a column, with 1 for each code that agrees with them."""
    if not checks:
        yield np.arange(len(codes)), np.ones(size)
        return
    others = sorted({at for check in checks for at in check.columns} - {column})
    kinds, member = np.unique(codes[:, others], axis=0, return_inverse=True)
    trial = np.full((size, codes.shape[1]), LEFT_OUT, np.uint16)
    trial[:, column] = np.arange(size)
    for kind, needs in enumerate(kinds):
        trial[:, others] = needs
        yield np.flatnonzero(member == kind), (~_disagrees(trial, checks)).astype(np.float64)


def _disagrees(codes: np.ndarray, checks: Sequence[Dependency | Twins]) -> np.ndarray:
    """Return where a column is not what those that are there already say."""
    return np.any([check.disagrees(codes) for check in checks], axis=0)
