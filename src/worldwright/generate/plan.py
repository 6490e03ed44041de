"""Plan: a Wish compiled against a Generator; any block of it can be made without the others.

A Plan is cells and how many rows of each. Block i holds its proportionate share of every cell, in
an order that says nothing, and is pure in (generator, wish, seed, i): one worker or many, now or
after a crash, the rows are the same.

Every row carries w = p/q, the World's own chance over the Wish's. Where a row may come from several
cells (a covering on top of shares) the chance of all of them counts, which is the balance heuristic
(Veach & Guibas 1995):

    w(x) = c / Σ_k (n_k / N) · 1[x in cell k] / p_k

with n_k the rows asked of cell k, p_k the World's own chance of that cell, and c such that the mean
is 1. What the Wish leaves out (a share of 0) no weight can bring back: w then speaks of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa

from .. import seeds
from ..data.dataset import Dataset
from ..data.expression import Expression
from ..data.lineage import Lineage, Role
from ..data.progress import Meter, Progress, silent
from ..data.schema import Schema
from .conditioned import given
from .generator import Generator
from .grid import Grid, keys
from .keep import completed
from .numbering import numbered
from .trace import Marks, joined, marked, one_chunk, shifted

BLOCK_ROWS = 2**16


@dataclass(frozen=True, slots=True)
class Cell:
    """Rows under one condition: how many, the World's own chance of it, and the Wish's."""

    where: Expression | None
    rows: int
    p: float = 1.0
    q: float = 1.0

    @property
    def pull(self) -> float:
        """How much more often than by the World's own law its rows are made."""
        return self.q / self.p


@dataclass(frozen=True, slots=True)
class Found:
    """Rows that cover, ready to be laid among the others, and what they do to all weights.

    `pulls` holds q/p for each covered combination of all columns of `grid`; `keys` names them.
    """

    rows: Dataset
    marks: Marks
    grid: Grid
    keys: np.ndarray
    pulls: np.ndarray

    def pull(self, rows: Dataset) -> np.ndarray:
        """Return what the covering adds to the chance of each of these rows."""
        seen = keys(self.grid.numbers(rows.table, rows.schema.main))
        at = np.minimum(np.searchsorted(self.keys, seen), len(self.keys) - 1)
        return np.where(self.keys[at] == seen, self.pulls[at], 0.0)


@dataclass(frozen=True)
class Plan:
    """Cells, rows and blocks.

    Attributes:
        source: Draws the rows; constraints and the `where` of the Wish are in it already.
        rows: How many rows there are in all.
        seed: What all chance in it follows from.
        cells: The cells that are drawn, then those of the rows that cover.
        lineage: Maker, parents and spec of the rows; the trace is added to it.
        found: Rows that cover, if any.
        keep: Rows to complete; there are no cells then.
        scale: The c of the weights.
        infeasible: Combinations of a covering that cannot be made, in words.
    """

    source: Generator
    rows: int
    seed: int
    cells: tuple[Cell, ...]
    lineage: Lineage
    found: Found | None = None
    keep: Dataset | None = None
    scale: float = 1.0
    infeasible: tuple[str, ...] = ()

    @property
    def schema(self) -> Schema:
        schema = self.source.schema
        return Schema({schema.main_name: schema.main})

    @property
    def blocks(self) -> int:
        """How many blocks there are; all but the last have `BLOCK_ROWS` rows."""
        return -(-self.rows // BLOCK_ROWS)

    def block_rows(self, number: int) -> int:
        return min(BLOCK_ROWS, self.rows - number * BLOCK_ROWS)

    def block(self, number: int) -> Dataset:
        """Make one block. Its trace counts rows from the first row of the block."""
        made = self._kept(number) if self.keep is not None else self._numbered(number)
        lineage = replace(self.lineage, role=Role.MADE, seed=self.seed, trace=made.lineage.trace)
        name = self.schema.main_name
        return Dataset({name: made.table}, self.schema, lineage)

    def between(self, start: int, stop: int) -> Dataset:
        """Make the rows from `start` up to `stop`, and no other block than those they lie in."""
        numbers = range(start // BLOCK_ROWS, -(-stop // BLOCK_ROWS))
        made = joined([self.block(number) for number in numbers])
        first = start // BLOCK_ROWS * BLOCK_ROWS
        return made.take(np.arange(start - first, stop - first))

    def all(self, progress: Progress = silent) -> Dataset:
        """Make every row."""
        meter = Meter(progress, "sample", self.rows)
        pieces = []
        for number in range(self.blocks):
            pieces.append(self.block(number))
            meter.add(pieces[-1].rows)
        return joined(pieces)

    def sidecar(self, number: int, block: Dataset) -> pa.Table:
        """Return the trace of a block with its rows counted from the first row of the Plan."""
        return shifted(block.lineage.trace, number * BLOCK_ROWS)

    def _kept(self, number: int) -> Dataset:
        assert self.keep is not None
        start = number * BLOCK_ROWS
        rows = self.keep.take(np.arange(start, start + self.block_rows(number)))
        return completed(self.source, rows, seed=seeds.child(self.seed, "block", number))

    def _numbered(self, number: int) -> Dataset:
        """Return the drawn rows with ids that no other block has."""
        held = {n for cell in self.cells if cell.where is not None for n in cell.where.columns}
        first, made = number * BLOCK_ROWS, self._drawn(number)
        return numbered(self.source, made, first, seed=self.seed, held=held)

    def _drawn(self, number: int) -> Dataset:
        counts, starts = self._allotted(number)
        pieces = [
            self._of_cell(at, int(count), number) for at, count in enumerate(counts[:-1]) if count
        ]
        if self._is_plain:
            return pieces[0]
        if counts[-1]:
            pieces.append(self._of_found(int(starts[-1]), int(counts[-1])))
        whole = one_chunk(joined(pieces))
        order = seeds.stream(self.seed, "block", number, "order").permutation(whole.rows)
        return whole.take(order)

    def _of_cell(self, at: int, rows: int, number: int) -> Dataset:
        cell = self.cells[at]
        made = self._sources[at].sample(rows, seed=seeds.child(self.seed, "block", number, at))
        made = made if made.schema == self.schema else replace(made, schema=self.schema)
        if self._is_plain:
            return made
        pull = np.full(rows, cell.pull)
        if self.found is not None:
            pull += self.found.pull(made)
        return marked(made, Marks(np.full(rows, at), self.scale / pull))

    def _of_found(self, start: int, rows: int) -> Dataset:
        assert self.found is not None
        shuffled = seeds.stream(self.seed, "plan", "found").permutation(self.found.rows.rows)
        at = shuffled[start : start + rows]
        return marked(self.found.rows.take(at), self.found.marks.take(at))

    @property
    def _is_plain(self) -> bool:
        return len(self._sources) == 1 and self.cells[0].where is None and self.found is None

    @cached_property
    def _sources(self) -> list[Generator]:
        """One Generator for each drawn cell."""
        drawn = len(self.cells) - (len(self.found.keys) if self.found else 0)
        return [
            self.source if cell.where is None else given(self.source, cell.where)
            for cell in self.cells[:drawn]
        ]

    def _allotted(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Return for one block the rows of each drawn cell and of the found rows, and their starts.

        Ranges of blocks are halved; each half gets its proportionate part of every cell, rounded by
        largest remainder. So a block costs log2(blocks) steps and never asks for another one.
        """
        whole = [cell.rows for cell in self.cells[: len(self._sources)]]
        counts = np.array([*whole, self.found.rows.rows if self.found else 0], object)
        starts, low, high = np.zeros_like(counts), 0, self.blocks
        while high - low > 1:
            middle = (low + high) // 2
            ties = seeds.stream(self.seed, "plan", "ties", low, high).permutation(len(counts))
            left = _part(counts, (middle - low) * BLOCK_ROWS, ties)
            if number < middle:
                counts, high = left, middle
            else:
                counts, starts, low = counts - left, starts + left, middle
        return counts.astype(np.int64), starts.astype(np.int64)


def _part(counts: np.ndarray, rows: int, ties: np.ndarray) -> np.ndarray:
    """Return `rows` of these counts, in proportion. Whole numbers of Python: nothing overflows."""
    total = counts.sum()
    part, rest = counts * rows // total, counts * rows % total
    over = rows - int(part.sum())
    order = sorted(range(len(counts)), key=lambda at: (-rest[at], ties[at]))
    part[order[:over]] += 1
    return part
