"""Drift of the label given the rest: label less prediction, made against real.

With y the label, p the prediction and w = (1 - 2p) / (p (1 - p)),

    level    mean of y - p              the label is more frequent than the other columns explain
    wrong    sum (y - p) w / sum (1 - 2p) w     share of labels turned round, beyond real rows' own
    spread   mean of |y - p|            for ranks: the label lies farther from its prediction

*wrong* is the score test for labels turned round in a share e of the rows, y = p + e (1 - 2p): it
listens to rows whose label is nearly sure, where one wrong label tells most (Rao 1948). For ranks
it is the share of labels that were drawn by lot, y = p + e (1/2 - p), with equal weights.

Inside the cells of the other columns the difference is taken less what rows of the same prediction
show anywhere, so a drift of the whole table is not told again in every cell. A cell that holds
nearly all rows of its predictions has nothing to be held against and is not asked alone.

All statistics are differences of means per cell in units of their standard error, worked out from
the very rows that are compared; so a split of real rows and a fresh sample follow the same law.
They are NOT scaled by the null of these splits too: that would scale them by the luck of one pool.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .grid import Grid, Sums
from .targets import Label

LEVEL, WRONG, SPREAD = "level", "wrong", "spread"
MIN_CELL = 5
_LEAST_TURN, _LEAST_OUTSIDE, _ODD_ROWS = 0.05, 0.4, 2


@dataclass(frozen=True, slots=True)
class Direction:
    """One way in which labels drift.

    Attributes:
        values: A number a row, 0 where the label is not known; its mean is the statistic.
        gains: What one unit of drift adds to it.
        odd: What it would be were the label the opposite.
    """

    kind: str
    values: np.ndarray
    gains: np.ndarray
    odd: np.ndarray


@dataclass(frozen=True, slots=True)
class Drift:
    """Differences of means per cell.

    Attributes:
        seen: (cells, 1 + splits) size in standard errors, 0 where a cell cannot be compared.
        size, error: (cells,) signed difference, made less real, and its standard error.
        fit: (cells,) True where the cell is compared.
    """

    seen: np.ndarray
    size: np.ndarray
    error: np.ndarray
    fit: np.ndarray


def directions(label: Label, predicted: np.ndarray) -> tuple[Direction, ...]:
    """Return the ways in which this label may drift."""
    known = label.known & ~np.isnan(predicted)
    y, p = np.where(known, label.values, 0), np.where(known, predicted, 0)
    off = np.where(known, y - p, 0)
    odd = np.where(known, 1 - y - p, 0)
    ones = known.astype(np.float64)
    level = Direction(LEVEL, off, ones, odd)
    if label.is_rank:
        turn = np.where(known, 0.5 - p, 0)
        spread = Direction(SPREAD, np.abs(off), ones, odd)
        return level, Direction(WRONG, off * turn, turn**2, odd * turn), spread
    weight = np.where(known, (1 - 2 * p) / np.maximum(p * (1 - p), 1e-3), 0)
    return level, Direction(WRONG, off * weight, (1 - 2 * p) * weight, odd * weight)


def drift(
    grid: Grid, known: np.ndarray, counts: Sums, direction: Direction, among: np.ndarray | None
) -> Drift:
    """Compare the means of a direction in every cell.

    `among` holds for every row the number of its prediction's group; where it is given, what rows
    of the same prediction show anywhere is taken off. Known rows alone are counted.
    """
    pool = grid.splits.pool[known[grid.splits.pool]]
    inside = grid.total(pool, known.astype(np.float64))
    gain = grid.total(pool, direction.gains) / np.maximum(inside, 1)
    fit = (inside >= 4 * MIN_CELL) & (gain > _least_gain(direction, pool))
    sums = grid.sums(direction.values)
    difference = contrast = _difference(sums, counts)
    noise = shrunk = _noise(grid, sums, counts, direction)
    if among is not None:
        elsewhere, overlap = _elsewhere(grid, known, direction, among)
        contrast = difference - elsewhere
        fit &= overlap <= 1 - _LEAST_OUTSIDE
        shrunk = noise * np.sqrt(np.maximum(1 - overlap, _LEAST_OUTSIDE))[:, None]
    least = np.minimum(counts.left, counts.right)
    seen = np.where((least >= MIN_CELL) & fit[:, None], contrast / shrunk, 0)
    unit = np.where(fit, np.maximum(gain, 1e-12), 1.0)
    return Drift(
        np.abs(seen), difference[:, 0] / unit, noise[:, 0] / unit, fit & (least[:, 0] >= MIN_CELL)
    )


def groups_of(predicted: np.ndarray, rows: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut predictions in at most `most` groups of about equal size among `rows`.

    Return the group of every row (0 where there is no prediction) and the edges between them.
    """
    inner = np.linspace(0, 1, most + 1)[1:-1]
    seen = predicted[rows]
    edges = np.unique(np.quantile(seen[~np.isnan(seen)], inner, method="nearest"))
    edges = edges[edges > np.nanmin(seen)]
    return np.searchsorted(edges, np.nan_to_num(predicted), side="right"), edges


def _least_gain(direction: Direction, pool: np.ndarray) -> float:
    """A cell tells nothing of wrong labels where nearly all its predictions are a half."""
    if direction.kind != WRONG:
        return 0.0
    return _LEAST_TURN * float(direction.gains[pool].mean())


def _difference(sums: Sums, counts: Sums) -> np.ndarray:
    left = sums.left / np.maximum(counts.left, 1)
    return np.asarray(left - sums.right / np.maximum(counts.right, 1))


def _elsewhere(
    grid: Grid, known: np.ndarray, direction: Direction, among: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what each cell's mix of predictions shows in the whole table: (cells, 1 + splits).

    And how much of that is the cell itself: (cells,), 1 for a cell that holds all rows.
    """
    many = int(among.max()) + 1
    whole = Grid.of([among], [many], grid.splits, grid.dealt)
    counts = whole.sums(known.astype(np.float64))
    both = _difference(whole.sums(direction.values), counts)
    both = np.where(np.minimum(counts.left, counts.right) >= MIN_CELL, both, 0)
    pool = grid.splits.pool[known[grid.splits.pool]]
    shares = grid.shares(pool, among, many)
    inside = grid.total(pool, np.ones(len(known)))[:, None] * shares
    of_group = inside / np.maximum(np.bincount(among[pool], minlength=many), 1)
    return shares @ both, (shares * of_group).sum(axis=1)


def _noise(grid: Grid, sums: Sums, counts: Sums, direction: Direction) -> np.ndarray:
    """Return the standard error of each difference, from the very rows compared: Student's.

    Made rows take part in it, so a few odd rows that no real row resembles make a place noisy, not
    sure. Two odd labels more are always thinkable, where all rows agree.
    """
    squares = grid.sums(direction.values**2)
    odd = grid.sums(direction.odd**2)
    many = np.maximum(counts.left + counts.right, 1)
    mean = (sums.left + sums.right) / many
    variance = (squares.left + squares.right) / many - mean**2
    least = _ODD_ROWS * (odd.left + odd.right) / many**2
    scale = 1 / np.maximum(counts.left, 1) + 1 / np.maximum(counts.right, 1)
    return np.asarray(np.sqrt(np.maximum(np.maximum(variance, least), 1e-18) * scale))
