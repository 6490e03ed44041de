"""Grid: sums of a number in the cells of many columns at once, observed and in every split.

Cells of all columns stand under each other, so one sparse product of (cells, rows) with (rows,
splits) gives all sums of all columns in all splits: 20,000 rows, 50 columns, 199 splits in 0.2 s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..null import Splits


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums per cell on both sides: (cells, 1 + splits) each, observed first."""

    left: np.ndarray
    right: np.ndarray


@dataclass(frozen=True, slots=True)
class Grid:
    """The cell of every row of the Stack in each of several columns.

    Attributes:
        codes: (rows, columns), cells of all columns numbered through. cells: How many in all.
        starts: First cell of each column, and the end.
        dealt: The splits as float32.
    """

    codes: np.ndarray
    starts: np.ndarray
    splits: Splits
    dealt: np.ndarray

    @classmethod
    def of(
        cls, codes: Sequence[np.ndarray], counts: Sequence[int], splits: Splits, dealt: np.ndarray
    ) -> Grid:
        """Number the cells of columns with these codes and this many cells."""
        starts = np.cumsum([0, *counts]).astype(np.int32)
        if not codes:
            return cls(np.empty((0, 0), dtype=np.int32), starts, splits, dealt)
        numbered = np.column_stack(
            [code.astype(np.int32) + at for code, at in zip(codes, starts, strict=False)]
        )
        return cls(numbered, starts, splits, dealt)

    @property
    def cells(self) -> int:
        return int(self.starts[-1])

    def column_of(self, cell: int) -> int:
        """Return which column a cell belongs to."""
        return int(np.searchsorted(self.starts, cell, side="right")) - 1

    def sums(self, values: np.ndarray) -> Sums:
        """Add up `values` (one for each row of the Stack) per cell, side and split."""
        pool = self.splits.pool
        left = np.asarray(self._member(pool, values) @ self.dealt, dtype=np.float64)
        right = self.total(pool, values)[:, None] - left
        made, real = (self.total(at, values) for at in (self.splits.made, self.splits.reference))
        return Sums(np.column_stack([made, left]), np.column_stack([real, right]))

    def total(self, rows: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Add up `values` of these rows per cell."""
        weights = np.repeat(values[rows], self.codes.shape[1])
        return np.bincount(self.codes[rows].ravel(), weights, minlength=self.cells)

    def shares(self, rows: np.ndarray, groups: np.ndarray, count: int) -> np.ndarray:
        """Return which share of each cell's rows lies in each group: (cells, groups)."""
        hot = np.zeros((len(rows), count), dtype=np.float32)
        hot[np.arange(len(rows)), groups[rows]] = 1
        counts = np.asarray(self._member(rows, np.ones(len(groups))) @ hot, dtype=np.float64)
        return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))

    def _member(self, rows: np.ndarray, values: np.ndarray) -> Any:
        from scipy.sparse import csc_array

        wide = self.codes.shape[1]
        ends = np.arange(0, wide * len(rows) + 1, wide) if wide else np.zeros(len(rows) + 1, int)
        weights = np.repeat(values[rows].astype(np.float32), wide)
        shape = (self.cells, len(rows))
        return csc_array((weights, self.codes[rows].ravel(), ends), shape=shape)
