"""Crowd: how near made and real rows lie to their own and to the other side, with the null of it.

One search finds each row's neighbours among the compared rows, one among the pool that the splits
are dealt from. Under a split, some of the pool play the made rows; what is nearest to whom is read
off the lists. So each measure here has its value for the observed sides first, then for each split.

    twins     made rows (and real rows) whose nearest of all compared rows is of their own side, and
              as near as the nearest 2, 10, 50, 100 % of rows are to theirs: Schilling (JASA 1986)
    reached   share of real rows with a made row among their 5 nearest real ones' distance: the
              coverage of Naeem et al. (ICML 2020)
    grounded  share of made rows inside such a neighbourhood of a real row: the precision of
              Kynkäänniemi et al. (NeurIPS 2019)

All of them hang on who is nearest to whom, and hardly on how far: so their law under a fresh deal
of the labels is nearly the same for every set of rows, and splits of the pool show it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .. import seeds
from .nearby import Nearby, find_nearby
from .null import Splits, draw_splits
from .points import points_of
from .stack import Stack

MOST_CROWDED = 3_000
_NEIGHBOURS, _MOST_NEIGHBOURS = 16, 48
_BALL = 5
NEAREST = (0.02, 0.1, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Measures of nearness; the first row or entry is the observed one, then the splits.

    Attributes:
        rows: Made and real rows that were compared.
        twins: (1 + splits, sides, shares of `NEAREST`) rows. reached, grounded: (1 + splits,).
    """

    rows: tuple[int, int]
    twins: np.ndarray
    reached: np.ndarray
    grounded: np.ndarray


def crowd_of(stack: Stack, splits: int, *, most: int, seed: int) -> Crowd | None:
    """Return the measures; None where there are too few rows or no columns."""
    null = draw_splits(stack.sizes, splits, seed=seed, most=min(most, MOST_CROWDED))
    n, m = len(null.made), len(null.reference)
    if min(n, m) <= _BALL or not stack.values:
        return None
    twins = np.empty((1 + splits, 2, len(NEAREST)))
    reached, grounded = np.empty(1 + splits), np.empty(1 + splits)
    for split, (nearby, near, is_made) in enumerate(_sides(stack, null, seed)):
        made, real = np.flatnonzero(is_made), np.flatnonzero(~is_made)
        own = is_made[nearby.lists[:, 0]] == is_made
        twins[split] = [(own & side) @ near for side in (is_made, ~is_made)]
        ball = np.zeros(n + m, np.float32)
        ball[real] = nearby.until(~is_made, real, nth=_BALL)
        reached[split] = (nearby.until(is_made, real) <= ball[real]).mean()
        lists = nearby.lists[made]
        holds = ~is_made[lists] & (nearby.squares[made] <= ball[lists])
        grounded[split] = holds.any(axis=1).mean()
    return Crowd((n, m), twins, reached, grounded)


def _nearest(nearby: Nearby) -> np.ndarray:
    """Return (rows, shares of `NEAREST`) of 0 and 1: is its nearest row as near as that?"""
    square = nearby.squares[:, 0]
    ranks = np.searchsorted(np.sort(square), square, "right") / len(square)
    return np.asarray(ranks[:, None] <= np.array(NEAREST), dtype=np.float64)


def _sides(
    stack: Stack, null: Splits, seed: int
) -> Iterator[tuple[Nearby, np.ndarray, np.ndarray]]:
    """Yield neighbours, who is very near, who plays the made rows: as observed, then by split."""
    n, m = len(null.made), len(null.reference)
    k = int(np.clip(_NEIGHBOURS * (n + m) / (2 * min(n, m)), _NEIGHBOURS, _MOST_NEIGHBOURS))
    # Rows that are equally near come in the order of the table: sides must not be in it.
    mixed = seeds.stream(seed, "crowd").permutation(n + m)
    for at in (np.concatenate([null.made, null.reference])[mixed], null.pool):
        points = points_of(stack, at)
        nearby = find_nearby(points, points, k, alike=True)
        near = _nearest(nearby)
        if at is not null.pool:
            yield nearby, near, mixed < n
            continue
        for split in range(null.dealt.shape[1]):
            yield nearby, near, null.dealt[:, split] > 0
