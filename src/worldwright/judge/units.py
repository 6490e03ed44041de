"""Units: what depends on each other goes to one side together when rows are dealt out.

A unit is a customer with all its orders, a case with all its events, a row on its own. A split that
dealt out the rows of a unit one by one would show less chance than there is: two fresh samples of
customers differ by more than two halves of the same customers' orders. So whole units are dealt
(the idea of the cluster bootstrap: Field & Welsh 2007); the rows of a side then vary in number from
split to split, as they would between two fresh samples.

Units are few and unlike in size, and one odd unit may stand among the made ones alone. A null of
real units only would then know nothing of it: measured on cases of 40 events, 70 a side, it called
a fresh sample different 22 % of the time at a stated 3 %. So here made and reference units are
dealt out together (Fisher's permutation of two samples), which is exact for any law: if made rows
are of the law of real ones, every deal is as likely as the one that was seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .. import seeds
from .null import Splits

_ROOM = 1.5


@dataclass(frozen=True)
class Units:
    """Which units meet: the positions of their rows, the unit of each row of the pool, and how many
    units play the made ones.
    """

    made: np.ndarray
    reference: np.ndarray
    pool: np.ndarray
    unit: np.ndarray
    left: int
    seed: int

    def drawn(self, splits: int) -> Splits:
        """Deal the units of the pool out `splits` times; all rows of a unit go together."""
        count = int(self.unit.max(initial=-1)) + 1
        hands = np.zeros((count, splits), dtype=np.uint16)
        for split in range(splits):
            stream = seeds.stream(self.seed, "units", "split", split)
            hands[stream.permutation(count)[: self.left], split] = 1
        return Splits(self.made, self.reference, self.pool, hands[self.unit])


def against_all(unit: np.ndarray, made_rows: int, *, seed: int) -> Units:
    """Hold the made rows against all real ones: for what real rows hardly ever show."""
    rows = np.arange(len(unit))
    return _units(unit, rows[:made_rows], rows[made_rows:], seed)


def by_units(unit: np.ndarray, rows: tuple[int, int], *, seed: int, most: int) -> Units:
    """Choose which units of made and reference rows meet: all, up to about `most` rows a side.

    `unit` numbers the unit of every row (made, reference, teachers); -1 leaves a row out. `rows`
    are the rows of made and reference.
    """
    chance = seeds.stream(seed, "units", "choose")
    starts = (0, rows[0], rows[0] + rows[1])
    sides = []
    for start, end in pairwise(starts):
        mine = unit[start:end]
        there = chance.permutation(np.unique(mine[mine >= 0]))
        cap = max(1, int(most * _ROOM * len(there) / max(1, len(mine))))
        sides.append(start + np.flatnonzero(np.isin(mine, there[:cap])))
    return _units(unit, sides[0], sides[1], seed)


def _units(unit: np.ndarray, made: np.ndarray, reference: np.ndarray, seed: int) -> Units:
    pool = np.concatenate([made, reference])
    _, codes = np.unique(unit[pool], return_inverse=True)
    return Units(made, reference, pool, codes, len(np.unique(unit[made])), seed)
