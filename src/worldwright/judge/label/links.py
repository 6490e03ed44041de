"""Links: how well one feature, alone, tells the label; in made rows against in real ones.

"Shown a row that has the label and one that has not, how often does the feature name the right
one": AUC, where a half is guessing. Features are cut in cells, and the cells are put

    in order    of their values: asked both ways, stronger or weaker
    as taught   of the label's share among the other half of the made rows, whatever the feature's
                shape. Asked upward only: that is a leak

Differences stand in units of their standard error (DeLong 1988), from the very rows compared. What
two halves of the made rows teach each other is one likeness told twice, so there the made side's
variance counts double.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .grid import Grid

_ODD_ROWS, _PRIOR = 2, 5.0


@dataclass(frozen=True, slots=True)
class Links:
    """AUC of each feature on both sides, and its variance: (features, 1 + splits) each."""

    made: np.ndarray
    real: np.ndarray
    variance: np.ndarray

    @property
    def difference(self) -> np.ndarray:
        """Return made less real: (features, 1 + splits)."""
        return np.asarray(self.made - self.real)

    @property
    def error(self) -> np.ndarray:
        """Return the standard error of the observed differences: (features,)."""
        return np.asarray(np.sqrt(self.variance[:, 0]))

    def seen(self, *, upward: bool) -> np.ndarray:
        """Return the difference in standard errors, its size or (upward) its sign."""
        units = self.difference / np.sqrt(self.variance)
        return units if upward else np.abs(units)


def in_order(grid: Grid, hot: np.ndarray) -> Links:
    """Return the links of the grid's columns, cells in order; `hot` is 1, 0 or NaN a row."""
    return _links(grid, hot)


def as_taught(grid: Grid, hot: np.ndarray, half: np.ndarray) -> Links:
    """Return the links with cells in the order that the other half of the made rows teaches.

    `half` is 0 or 1 for every row that is compared.
    """
    made = grid.splits.made
    place = np.zeros((2, grid.cells), dtype=np.int32)
    for k in (0, 1):
        taught = made[(half[made] == 1 - k) & ~np.isnan(hot[made])]
        mean = float(np.mean(hot[taught])) if len(taught) else 0.5
        rows = grid.total(taught, np.ones(len(hot)))
        share = (grid.total(taught, np.nan_to_num(hot)) + _PRIOR * mean) / (rows + _PRIOR)
        for a, b in _spans(grid):
            place[k, a + np.argsort(share[a:b], kind="stable")] = np.arange(a, b)
    codes = place[np.maximum(half, 0)[:, None], grid.codes]
    return _links(Grid(codes, grid.starts, grid.splits, grid.dealt), hot, twice=True)


def by_score(codes: np.ndarray, count: int, hot: np.ndarray, grid: Grid) -> Links:
    """Return the link of a score, taught by halves of the made rows, that was cut in cells."""
    return _links(Grid.of([codes], [count], grid.splits, grid.dealt), hot, twice=True)


def _links(grid: Grid, hot: np.ndarray, *, twice: bool = False) -> Links:
    had = grid.sums((hot == 1).astype(np.float64))
    had_not = grid.sums((hot == 0).astype(np.float64))
    sides = [
        [_auc(yes[a:b], no[a:b]) for a, b in _spans(grid)]
        for yes, no in ((had.left, had_not.left), (had.right, had_not.right))
    ]
    shape = (len(sides[0]), 1 + grid.dealt.shape[1])
    made, real = (np.array([value for value, _ in side]).reshape(shape) for side in sides)
    noise, other = (np.array([v for _, v in side]).reshape(shape) for side in sides)
    variance = noise + other
    if twice:
        variance[:, 0] += noise[:, 0]
    return Links(made, real, variance)


def _spans(grid: Grid) -> list[tuple[int, int]]:
    return list(zip(grid.starts[:-1].tolist(), grid.starts[1:].tolist(), strict=True))


def _auc(yes: np.ndarray, no: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the AUC of ordered cells, lowest first, and its variance: (cells, k) to (k,) each.

    Ties count half. Two odd rows more are always thinkable on each side.
    """
    n, m = yes.sum(axis=0), no.sum(axis=0)
    below = (np.cumsum(no, axis=0) - no / 2) / np.maximum(m, 1)
    above = 1 - (np.cumsum(yes, axis=0) - yes / 2) / np.maximum(n, 1)
    has = (n > 0) & (m > 0)
    area = np.where(has, (yes * below).sum(axis=0) / np.maximum(n, 1), 0.5)
    parts = [
        np.maximum((c * p**2).sum(axis=0) / np.maximum(k, 1) - area**2, _ODD_ROWS / 4 / k1) / k1
        for c, p, k, k1 in (
            (yes, below, n, np.maximum(n, 1)), (no, above, m, np.maximum(m, 1)),
        )
    ]  # fmt: skip
    return area, parts[0] + parts[1]
