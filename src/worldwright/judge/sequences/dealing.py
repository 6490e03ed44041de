"""Dealing: rows, whole entities or blocks of time are dealt to two sides, never a torn sequence.

How the user cut the holdout says what a fresh sample is. Entities that are all on one side, or all
on the other, are dealt whole. Where the holdout lies in long runs of the clock, runs as long are
dealt: position p of n, moved by a random offset around the circle, belongs to block p // length
(the circular block idea of Politis & Romano 1992). In all other cases rows are dealt one by one, as
`split` does; both sides are then thinned to equal sizes, since a gap grows as rows grow fewer. A
series at a regular step with a declared order column, and without a holdout of its own time, is cut
in two runs at a random offset.

What each assumes: rows, that they are alike but for what their columns say; entities, that they
are independent of each other; blocks, that what reaches from one block into the next is little
against what happens inside one. Two runs of one short series are hardly two samples: the null is
then wide, and the verdict *cannot tell* is likely.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ... import seeds
from ..null import MOST_COMPARED, Splits
from ..units import by_units
from .timeline import Timeline

ROWS, ENTITIES, BLOCKS = "rows", "entities", "blocks"
LEFT, RIGHT, NEITHER = 1, 0, 2
_SHARED = 0.05
_LONG_RUN = 10
_MOST_SERIES = 3


@dataclass(frozen=True)
class Deal:
    """The splits, with what was dealt: "rows", "entities" or "blocks" of so many rows."""

    by: str
    splits: Splits
    block: int = 0

    def tables(self, codes: np.ndarray, cells: int) -> tuple[np.ndarray, np.ndarray]:
        """Count rows per cell on both sides: two (cells, 1 + splits) arrays, observed first.

        `codes` gives the cell of every row of the Timeline; -1 leaves a row out.
        """
        from scipy.sparse import csc_array

        pool = codes[self.splits.pool]
        there = np.flatnonzero(pool >= 0)
        ones = np.ones(len(there), dtype=np.uint16)
        starts = np.arange(len(there) + 1)
        member = csc_array((ones, pool[there], starts), shape=(cells, len(there)))
        sides = []
        for hand, at in ((LEFT, self.splits.made), (RIGHT, self.splits.reference)):
            seen = codes[at]
            counts = member @ (self.splits.dealt[there] == hand).astype(np.uint16)
            observed = np.bincount(seen[seen >= 0], minlength=cells)
            sides.append(np.column_stack([observed, counts]).astype(np.int64))
        return sides[0], sides[1]

    def sides(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the positions of both sides' rows: of the comparison, then of every split."""
        yield self.splits.made, self.splits.reference
        for split in range(self.splits.dealt.shape[1]):
            hands = self.splits.dealt[:, split]
            yield self.splits.pool[hands == LEFT], self.splits.pool[hands == RIGHT]


def dealt(line: Timeline, splits: int, *, seed: int, most: int = MOST_COMPARED) -> Deal:
    """Deal the real rows out `splits` times, at the sizes of the comparison."""
    by, block = _unit(line, seed)
    match by:
        case "entities":
            sizes = (line.sizes.made, line.sizes.reference)
            units = by_units(line.entity, sizes, seed=seed, most=most)
            return Deal(by, units.drawn(splits))
        case "blocks":
            return Deal(by, _blocks(line, block, splits, seed=seed, most=most), block)
        case _:
            return Deal(ROWS, _rows(line, splits, seed=seed, most=most))


def _unit(line: Timeline, seed: int) -> tuple[str, int]:
    sizes = line.sizes
    start, end = sizes.pool.start, sizes.pool.start + sizes.reference
    if line.entity_name:
        mine, others = np.unique(line.entity[start:end]), np.unique(line.entity[end:])
        if not sizes.teachers or float(np.isin(mine, others).mean()) < _SHARED:
            return ENTITIES, 0
        return ROWS, 0
    if line.clock_name and sizes.teachers:
        run = _mean_run(line, seed)
        if run > _LONG_RUN / (1 - sizes.reference / (sizes.reference + sizes.teachers)):
            return BLOCKS, round(run)
        return ROWS, 0
    if line.clock_name and line.is_ordered and _is_regular(line):
        return BLOCKS, max(1, min(sizes.made, sizes.reference // 2))
    return ROWS, 0


def _is_regular(line: Timeline) -> bool:
    """True where most real rows follow the one before at one and the same step of the clock."""
    real = np.sort(line.clock[line.sizes.pool])
    steps, counts = np.unique(np.diff(real[~np.isnan(real)]), return_counts=True)
    return (
        bool(len(steps))
        and float(steps[np.argmax(counts)]) > 0
        and bool(counts.max() > counts.sum() / 2)
    )


def _mean_run(line: Timeline, seed: int) -> float:
    """Return how many rows of the reference follow each other on the clock, in the mean."""
    pool = np.arange(line.sizes.pool.start, line.sizes.pool.stop)
    ties = seeds.stream(seed, "time", "ties").random(len(pool))
    order = np.lexsort((ties, line.clock[pool]))
    is_mine = order < line.sizes.reference
    runs = int(np.sum(is_mine[1:] & ~is_mine[:-1])) + int(is_mine[0])
    return float(is_mine.sum() / max(1, runs))


def _rows(line: Timeline, splits: int, *, seed: int, most: int) -> Splits:
    """Deal rows one by one; both sides get equally many."""
    sizes = line.sizes
    pool = np.arange(sizes.pool.start, sizes.pool.stop)
    count = min(sizes.made, sizes.reference, len(pool) // 2, most)
    chance = seeds.stream(seed, "time", "rows")
    made = np.sort(chance.permutation(sizes.made)[:count])
    reference = np.sort(chance.permutation(pool[: sizes.reference])[:count])
    pool = np.sort(chance.permutation(pool)[: 2 * count])
    hands = np.zeros((len(pool), splits), dtype=np.uint16)
    for split in range(splits):
        stream = seeds.stream(seed, "time", "rows", split)
        hands[stream.permutation(len(pool))[:count], split] = 1
    return Splits(made, reference, pool, hands)


def _blocks(line: Timeline, block: int, splits: int, *, seed: int, most: int) -> Splits:
    """Deal blocks of rows that follow each other on the clock."""
    sizes = line.sizes
    pool = np.arange(sizes.pool.start, sizes.pool.stop)
    pool = pool[np.argsort(line.clock[pool], kind="stable")]
    if len(pool) > _MOST_SERIES * most:
        pool = pool[: _MOST_SERIES * most]
    count = min(sizes.made, len(pool) // 2, most)
    reference = min(sizes.reference, len(pool) - count, _MOST_SERIES * most)
    made = np.argsort(line.clock[: sizes.made], kind="stable")[:count]
    mine = pool[pool < sizes.pool.start + sizes.reference][:reference]
    hands = np.zeros((len(pool), splits), dtype=np.uint16)
    for split in range(splits):
        stream = seeds.stream(seed, "time", "blocks", split)
        moved = (np.arange(len(pool)) + int(stream.integers(len(pool)))) % len(pool)
        at = moved // block
        order = np.argsort(stream.permutation(int(at.max()) + 1)[at] * len(pool) + moved)
        hands[order[:count], split] = LEFT
        hands[order[count : len(pool) - reference], split] = NEITHER
    return Splits(made, mine, pool, hands)
