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

from .effects import cell_roots
from .null import Splits
from .stack import Values

_LEAST_HELD = 6


@dataclass(frozen=True, slots=True)
class Held:
    """Exact values of one column: counts of each side, observed first, then the splits.

    Attributes:
        atoms: The values that at least 6 compared rows hold, as in the Stack; NaN is one of them.
        made, real: (atoms, 1 + splits) rows that hold them.
        unseen: (1 + splits,) rows of the made side whose value no row of the other side holds.
        lost: The same the other way round.
        distinct: (2, 1 + splits) distinct values of both sides, of `least` rows each.
        least: Rows of the smaller side: only equal numbers of rows have comparable distinct values.
        among: Rows with a value on the made side and on the other, as observed.
    """

    atoms: np.ndarray
    made: np.ndarray
    real: np.ndarray
    unseen: np.ndarray
    lost: np.ndarray
    distinct: np.ndarray
    least: int
    among: tuple[int, int]

    def roots(self) -> np.ndarray:
        """Return the size of each atom's deviance root: (atoms, 1 + splits)."""
        if not len(self.atoms):
            return np.zeros((1, len(self.unseen)))
        return np.asarray(np.abs(cell_roots(self.made, self.real)))


def held(column: Values, splits: Splits) -> Held:
    """Count every exact value of a column on both sides."""
    compared = np.concatenate([splits.made, splits.reference, splits.pool])
    seen = column.values[compared]
    atoms, place = np.unique(seen, return_inverse=True)
    n, m = len(splits.made), len(splits.reference)
    sides = (place[:n], place[n : n + m], place[n + m :])
    made, real, pool = (np.bincount(side, minlength=len(atoms)) for side in sides)
    left, right = _dealt(sides[2], splits.dealt, len(atoms))
    often = (made + real >= _LEAST_HELD) | (pool >= _LEAST_HELD)
    return Held(
        atoms[often],
        np.column_stack([made, left])[often].astype(np.float64),
        np.column_stack([real, right])[often].astype(np.float64),
        alone(np.column_stack([made, left]), np.column_stack([real, right])),
        alone(np.column_stack([real, right]), np.column_stack([made, left])),
        _distinct(sides, splits, len(atoms)),
        min(n, m),
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


def alone(mine: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Count the rows in cells that the other side leaves empty: (cells, k) tables, (k,) counts."""
    return np.where(other == 0, mine, 0).sum(axis=0, dtype=np.int64).astype(np.float64)
