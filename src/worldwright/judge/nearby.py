"""Nearby: the nearest rows of each row in order, found once, read under any dealing of the rows.

A statistic of neighbours under a real-against-real split needs no new search: the nearest row of
one side is the first of that side in the list of all neighbours. So one search serves every split.
A list holds `k` rows; where none of a side is among them, that side's nearest is taken to be as far
as the last. That is so for the observed sides and for the splits alike: it costs a little power and
no validity.

The search is by brute force, block by block on BLAS: exact, deterministic, and fast where axes are
many. The distances of those found are taken again from the difference itself, so that a copy is at
0 and not at the noise of the expansion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Nearby:
    """Lists of (rows, k): which rows are nearest to each row, and at which squared distance."""

    lists: np.ndarray
    squares: np.ndarray

    def until(self, member: np.ndarray, rows: np.ndarray, nth: int = 1) -> np.ndarray:
        """Return the squared distance of `rows` to the `nth` of their list that is a `member`."""
        held = member[self.lists[rows]]
        if nth == 1:
            place = np.where(held.any(axis=1), held.argmax(axis=1), held.shape[1])
        else:
            place = (np.cumsum(held, axis=1, dtype=np.uint8) < nth).sum(axis=1)
        return np.asarray(self.squares[rows, np.minimum(place, self.lists.shape[1] - 1)])


def find_nearby(points: np.ndarray, base: np.ndarray, k: int, *, alike: bool = False) -> Nearby:
    """Return the `k` rows of `base` nearest to each point (all of them where there are fewer).

    `alike`: points and base are the same rows, and no row is its own neighbour.
    """
    k = min(k, len(base) - alike)
    lists = np.empty((len(points), k), dtype=np.int32)
    squares = np.empty((len(points), k), dtype=np.float32)
    norms = np.einsum("ij,ij->i", base, base)
    for start in range(0, len(points), _BLOCK):
        block = points[start : start + _BLOCK]
        gap = norms - 2 * (block @ base.T)
        if alike:
            gap[np.arange(len(block)), np.arange(start, start + len(block))] = np.inf
        found = np.argpartition(gap, k - 1, axis=1)[:, :k]
        apart = np.stack([((base[near] - block) ** 2).sum(axis=1) for near in found.T], axis=1)
        # Of equally near rows the next one in the table comes first, so that none is everyone's.
        turn = (found - np.arange(start, start + len(block))[:, None]) % len(base)
        order = np.lexsort((turn, apart), axis=1)
        lists[start : start + len(block)] = np.take_along_axis(found, order, axis=1)
        squares[start : start + len(block)] = np.take_along_axis(apart, order, axis=1)
    return Nearby(lists, squares)
