"""Dealing: rows, whole entities or blocks of time are dealt to two sides, never a torn sequence.

How the user cut the holdout says what a fresh sample is:

    entities   no entity is on both real sides: whole entities are dealt
    blocks     the holdout lies in long runs of the clock: the runs are dealt, and the made series
               is cut where it jumps and at the length of a real run
    series     a regular step of a declared order column, and no holdout from the same time: the
               teachers' own series is cut in two runs at a random offset around the circle (after
               the circular block bootstrap: Politis & Romano 1992)
    rows       all else: rows are dealt one by one, as `split` does; both sides are thinned to equal
               sizes, since a gap grows as rows grow fewer

Entities and blocks are dealt out of made and reference ones together (`units.py`), series and rows
out of real ones alone. What each assumes: rows, that they are alike but for what their columns say;
entities and blocks, that they are independent of each other; series, that one run of it is as good
as another. Two runs of one short series are hardly two samples: the null is then wide, and the
verdict *cannot tell* is likely.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ... import seeds
from ..null import MOST_COMPARED, Splits
from ..units import by_units
from .timeline import Timeline

ROWS, ENTITIES, BLOCKS, SERIES = "rows", "entities", "blocks", "series"
LEFT, RIGHT, NEITHER = 1, 0, 2
_SHARED = 0.05
_LONG_RUN = 10
_JUMP = 20
_MOST_SERIES = 3


@dataclass(frozen=True)
class Deal:
    """The splits, with what was dealt.

    Attributes:
        by: "rows", "entities", "blocks" or "series". block: Rows of a block, in the mean.
        sequence: The block of each row, where no step leads from one block to the next.
        tie: A random number for each row: rows of one moment have no order of their own.
    """

    by: str
    splits: Splits
    sequence: np.ndarray
    tie: np.ndarray
    block: int = 0

    def real(self, made_rows: int) -> np.ndarray:
        """Return the positions of the real rows that are dealt."""
        return np.asarray(self.splits.pool[self.splits.pool >= made_rows])

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
    sizes = (line.sizes.made, line.sizes.reference)
    none = np.zeros(len(line.relative), dtype=np.int64)
    tie = seeds.stream(seed, "time", "tie").random(len(none))
    by, block = _unit(line, seed)
    match by:
        case "entities":
            units = by_units(line.entity, sizes, seed=seed, most=most)
            return Deal(by, units.drawn(splits), none, tie)
        case "blocks":
            run = _blocks(line, block, seed)
            return Deal(
                by, by_units(run, sizes, seed=seed, most=most).drawn(splits), run, tie, block
            )
        case "series":
            return Deal(by, _series(line, splits, seed=seed, most=most), none, tie, block)
        case _:
            return Deal(ROWS, _rows(line, splits, seed=seed, most=most), none, tie)


def _unit(line: Timeline, seed: int) -> tuple[str, int]:
    """Return what is dealt, and how many rows a block has."""
    sizes = line.sizes
    start, end = sizes.pool.start, sizes.pool.start + sizes.reference
    if line.entity_name:
        mine, others = np.unique(line.entity[start:end]), np.unique(line.entity[end:])
        if not sizes.teachers or float(np.isin(mine, others).mean()) < _SHARED:
            return ENTITIES, 0
        return ROWS, 0
    if line.clock_name and sizes.teachers:
        run = _runs(line, seed)[1]
        if run > _LONG_RUN / (1 - sizes.reference / (sizes.reference + sizes.teachers)):
            return BLOCKS, round(run)
        return ROWS, 0
    if line.clock_name and line.is_ordered and _is_regular(line):
        return SERIES, max(1, min(sizes.made, sizes.reference // 2))
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


def _runs(line: Timeline, seed: int) -> tuple[np.ndarray, float]:
    """Return the run of the clock that each real row is in, and the mean length of the holdout's.

    A run ends where the next real row belongs to the other side. Rows of one moment stand in a
    random order.
    """
    pool = np.arange(line.sizes.pool.start, line.sizes.pool.stop)
    ties = seeds.stream(seed, "time", "ties").random(len(pool))
    order = np.lexsort((ties, line.clock[pool]))
    is_mine = order < line.sizes.reference
    run = np.concatenate([[0], np.cumsum(is_mine[1:] != is_mine[:-1])])
    of_row = np.empty(len(pool), dtype=np.int64)
    of_row[order] = run
    return of_row, float(is_mine.sum() / max(1, len(np.unique(run[is_mine]))))


def _blocks(line: Timeline, block: int, seed: int) -> np.ndarray:
    """Return the block of every row; -1 for rows without a moment."""
    real, _ = _runs(line, seed)
    clock = line.clock[: line.sizes.made]
    order = np.argsort(clock, kind="stable")
    gaps = np.diff(clock[order])
    usual = float(np.median(gaps[gaps > 0])) if (gaps > 0).any() else 0.0
    jumps = np.flatnonzero(np.concatenate([[True], gaps > _JUMP * usual]))
    starts = jumps[np.searchsorted(jumps, np.arange(len(clock)), side="right") - 1]
    cut = (np.arange(len(clock)) - starts) % block == 0
    made = np.empty(len(clock), dtype=np.int64)
    made[order] = np.cumsum(cut) - 1
    both = np.concatenate([made, real + int(made.max(initial=-1)) + 1])
    return np.where(np.isnan(line.clock), -1, both)


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


def _series(line: Timeline, splits: int, *, seed: int, most: int) -> Splits:
    """Cut the real series in two runs, at a random offset around the circle."""
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
        offset = int(seeds.stream(seed, "time", "series", split).integers(len(pool)))
        order = (np.arange(len(pool)) + offset) % len(pool)
        hands[order[:count], split] = LEFT
        hands[order[count : len(pool) - reference], split] = NEITHER
    return Splits(made, mine, pool, hands)
