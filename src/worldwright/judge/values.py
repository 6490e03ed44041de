"""Values: which exact values a column holds, how often, and which the other side never holds.

Bins hide what happens to single values: a spike at one number, a category that is new, gone or
spelt otherwise, numbers that were smoothed. So the exact values are counted as well, in the
comparison and in each split. Values held by the same side alone are counted in rows (a count,
so its root is studentised), distinct values in values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_array

from .alone import dealt, foreseen
from .effects import cell_roots
from .null import Splits
from .stack import Values

_LEAST_HELD = 6
UNSEEN = 0.15  # half a value over all sizes: a column that no fresh row has surprised yet may


@dataclass(frozen=True, slots=True)
class Held:
    """Exact values of one column: counts of each side, observed first, then the splits.

    Attributes:
        atoms: The values that at least 6 compared rows hold, as in the Stack; NaN is one of them.
        made, real: (atoms, 1 + splits) rows that hold them.
        unseen: (2, 1 + splits) rows of the made side with a new value, and how rare that is.
        lost: The same of rows of the real side whose value no row of the made side holds.
        distinct: (2, 1 + splits) distinct values of both sides, of `least` rows each.
        least: Rows of the smaller side: only equal numbers of rows have comparable distinct values.
        rows: Rows of both sides. among: Those of them that have a value, as observed.
    """

    atoms: np.ndarray
    made: np.ndarray
    real: np.ndarray
    unseen: np.ndarray
    lost: np.ndarray
    distinct: np.ndarray
    least: int
    rows: tuple[int, int]
    among: tuple[int, int]

    def roots(self) -> np.ndarray:
        """Return the size of each atom's deviance root: (atoms, 1 + splits)."""
        if not len(self.atoms):
            return np.zeros((1, self.lost.shape[1]))
        n, m = self.rows
        others = n - self.made.sum(axis=0), m - self.real.sum(axis=0)
        sides = (np.vstack(side) for side in zip((self.made, self.real), others, strict=True))
        return np.asarray(np.abs(cell_roots(*sides)))[:-1]


def held(column: Values, splits: Splits, chance: np.random.Generator) -> Held:
    """Count every exact value of a column on both sides; `chance` is for `novel`."""
    compared = np.concatenate([splits.made, splits.reference, splits.pool])
    seen = column.values[compared]
    atoms, place = np.unique(seen, return_inverse=True)
    n, m = len(splits.made), len(splits.reference)
    sides = (place[:n], place[n : n + m], place[n + m :])
    made, real, pool = (np.bincount(side, minlength=len(atoms)) for side in sides)
    left, right = _dealt(sides[2], splits.dealt, len(atoms))
    lost = _alone(np.column_stack([real, right]), np.column_stack([made, left]))
    often = (made + real >= _LEAST_HELD) | (pool >= _LEAST_HELD)
    return Held(
        atoms[often],
        np.column_stack([made, left])[often].astype(np.float64),
        np.column_stack([real, right])[often].astype(np.float64),
        np.array(novel(np.column_stack([made, left]), np.column_stack([real, right]), chance)),
        np.array([lost[0], foreseen(pool, m / (n + m), unseen=UNSEEN).deviates(lost)]),
        _distinct(sides, splits, len(atoms)),
        min(n, m),
        (n, m),
        (int(made.sum()), int(real.sum())),
    )


def _distinct(
    sides: tuple[np.ndarray, np.ndarray, np.ndarray], splits: Splits, atoms: int
) -> np.ndarray:
    """Count distinct values among the first `least` rows of each side: (2, 1 + splits)."""
    least = min(len(sides[0]), len(sides[1]))
    seen = np.array([[len(np.unique(side[:least]))] for side in sides[:2]])
    counts = []
    for player in (1, 0):
        plays = splits.dealt == player
        is_first = plays & (np.cumsum(plays, axis=0) <= least)
        held_by, _ = _dealt(sides[2], is_first.astype(np.uint16), atoms)
        counts.append((held_by > 0).sum(axis=0))
    return np.hstack([seen, np.array(counts)]).astype(np.float64)


def _dealt(place: np.ndarray, dealt: np.ndarray, atoms: int) -> tuple[np.ndarray, np.ndarray]:
    rows = len(place)
    ones = np.ones(rows, dtype=np.uint16)
    member = csc_array((ones, place, np.arange(rows + 1)), shape=(atoms, rows))
    left = np.asarray(member @ dealt)
    whole = np.bincount(place, minlength=atoms).astype(np.uint16)
    return left, whole[:, None] - left


def novel(
    left: np.ndarray, right: np.ndarray, chance: np.random.Generator, unseen: float = UNSEEN
) -> tuple[np.ndarray, np.ndarray]:
    """Count rows in cells that are new, and say how rare that is: two (1 + splits,) arrays.

    (cells, 1 + splits) tables. A made row is new where *no* real row of the pool is in its cell:
    twice as many rows say so as there are in the reference. In a split, the one side is all that
    the other can be held against, so `chance` turns its count into one of new rows that is as rare.
    `unseen` is what `alone.foreseen` takes for granted.
    """
    pool = left[:, -1] + right[:, -1]
    counts = _alone(left, right)
    counts[:, :1] = _alone(left[:, :1], pool[:, None])
    made, rows = float(left[:, 0].sum()), float(pool.sum())
    share, growth = made / max(made + rows, 1.0), (made + rows) / max(rows, 1.0)
    law = foreseen(pool, share, unseen=unseen, growth=growth)
    splits = law.told_of(counts[:, 1:], dealt(pool, int(left[:, -1].sum())), chance)
    return counts[0], np.append(law.deviates(counts[:, :1]), splits)


def _alone(mine: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Count the rows in cells that the other side leaves empty: in all, in the fullest: (2, k)."""
    rows = np.where(other == 0, mine, 0)
    return np.array([rows.sum(axis=0, dtype=np.int64), rows.max(axis=0, initial=0)], np.float64)
