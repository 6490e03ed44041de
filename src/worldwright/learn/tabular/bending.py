"""Bend: a number for each code of a column, that its law is multiplied by.

For a bend that many rows are drawn with, its sums at every node of the column's trees are worked
out once (`kernels/bent.py`), in about the time that the trees' rows take to read; a draw is then
about as fast as one from the law itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .trees import Trees


@dataclass(frozen=True, eq=False)
class Bend:
    """The numbers, `by`, (codes,), for a column with these trees; None where it has none."""

    by: np.ndarray
    trees: Trees | None
    is_mean: bool = False

    @cached_property
    def is_even(self) -> bool:
        """True where each code has the same: nothing is bent."""
        return bool(np.ptp(self.by) == 0)

    def draw(self, codes: np.ndarray, column: int, rows: np.ndarray, key: np.uint64) -> np.ndarray:
        """Fill one column by law times bend; return the sum of that product for each row."""
        from ..kernels.bent import draw_bent_mean, draw_bent_nodes

        draw = draw_bent_mean if self.is_mean else draw_bent_nodes
        trees = self.trees
        assert trees is not None
        totals = np.empty(len(codes))
        draw(
            codes.T, column, rows, trees.nodes, trees.spans, trees.words, trees.leaves,
            trees.roots, trees.parents, self.by, *self._at_nodes, key, totals,
        )  # fmt: skip
        return totals

    @cached_property
    def _at_nodes(self) -> tuple[np.ndarray, np.ndarray]:
        """Running sums of the bend over the rows of the trees, and its sums at each node."""
        from ..kernels.bent import bend_nodes

        trees = self.trees
        assert trees is not None
        heaps = np.empty(len(trees.leaves) + 1)
        sums = np.empty((len(trees.nodes), 3))
        bend_nodes(trees.spans, trees.leaves, trees.parents, trees.backs, self.by, heaps, sums)
        return heaps, sums
