"""Rows of codes, drawn column after column: from trees, or looked up, or drawn till they fit.

Every number drawn is a function of (seed, column, row), so a row does not depend on which other
rows are drawn with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ... import seeds
from .codes import LEFT_OUT
from .dependencies import Dependency
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

    def draw(self, codes: np.ndarray, column: int, rows: np.ndarray, seed: int) -> None:
        """Fill one column of `codes`, (rows, columns), for rows of these numbers."""
        for dependency in self.dependencies:
            if dependency.decided == column and dependency.is_lookup:
                codes[:, column] = dependency.table[codes[:, dependency.given]]
                return
        self._drawn(codes, column, rows, seed)
        if checks := [d for d in self.dependencies if d.given == column]:
            self._redrawn(codes, column, rows, seed, checks)

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
            codes, column, rows, trees.nodes, trees.spans, trees.pool, trees.leaves, trees.roots,
            self.escape, key,
        )  # fmt: skip

    def _redrawn(
        self,
        codes: np.ndarray,
        column: int,
        rows: np.ndarray,
        seed: int,
        checks: Sequence[Dependency],
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

    def _agreeing(self, codes: np.ndarray, column: int, checks: Sequence[Dependency]) -> np.ndarray:
        """Return for each row the most frequent code that agrees with it, or the code it has."""
        chosen = codes.copy()
        open_rows = np.ones(len(codes), bool)
        for code in np.argsort(-self.shares[column], kind="stable"):
            trial = chosen.copy()
            trial[:, column] = code
            fits = open_rows & ~_disagrees(trial, checks)
            chosen[fits, column] = code
            open_rows &= ~fits
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
                codes, wanted, trees.nodes, trees.spans, trees.pool, trees.leaves, trees.roots,
                self.escape, chances,
            )  # fmt: skip
        return chances


def _disagrees(codes: np.ndarray, checks: Sequence[Dependency]) -> np.ndarray:
    """Return where a column that is there already is not what the deciding one says."""
    off = np.zeros(len(codes), bool)
    for d in checks:
        decided = codes[:, d.decided]
        off |= (d.table[codes[:, d.given]] != decided) & (decided != LEFT_OUT)
    return off
