"""Steps: what one row tells of the next, on the clock or inside an entity, as counts of one side.

    gap          the time from one row to the next; all rows as one stream, or inside each entity
    burst        the gap and the gap after it: long after long and short after short is burstiness
    transition   a column's cell and its cell in the next row; inside an entity also its beginning
                 and its end (a first-order Markov chain: Billingsley 1961)
    change       how much a number moves from one row to the next
    length       rows of an entity

Bins come from real rows at the sizes that are compared: rows that are thinned have longer gaps, and
both sides are thinned alike. A second order, memory over several rows, is not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from ...data.reporting.disclose import edge_labels, numeric_edges
from ..cells import Cells
from ..stack import Values
from ..tallies import Tally
from .calendar import lengths
from .dealing import ENTITIES, ROWS, SERIES, Deal
from .timeline import Timeline

_GAPS, _BURSTS, _CHANGES, _LENGTHS = 10, 4, 8, 8
_CELLS = 5
BEGINS, ENDS = "(begins)", "(ends)"


@dataclass(frozen=True)
class Chain:
    """Rows in the order of their sequences; `sequence` is 0 for all where there is one stream."""

    order: np.ndarray
    sequence: np.ndarray
    clock: np.ndarray
    is_of_entities: bool

    def of(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return these rows in order, and where a row has the next one in its own sequence."""
        chosen = np.zeros(len(self.sequence), dtype=bool)
        chosen[rows] = True
        inside = self.order[chosen[self.order]]
        return inside, self.sequence[inside[1:]] == self.sequence[inside[:-1]]


def chain(line: Timeline, deal: Deal, is_of_entities: bool) -> Chain:
    """Order all rows by their sequence and the clock.

    Rows of one entity at one moment stand as in the file; in a stream of all rows, which may be a
    sorted file by chance only, they stand in a random order.
    """
    sequence = line.entity if is_of_entities else deal.sequence
    there = np.flatnonzero((sequence >= 0) & ~np.isnan(line.clock))
    tie = there if is_of_entities else deal.tie[there]
    order = there[np.lexsort((tie, line.clock[there], sequence[there]))]
    return Chain(order, sequence, line.clock, is_of_entities)


@dataclass(frozen=True)
class _Count:
    """One Tally in the making: what it is of, its labels, and the codes of one side."""

    where: str
    columns: tuple[str, ...]
    about: str
    unit: str
    labels: tuple[str, ...]
    shape: tuple[int, int] | None = None


def tallies(line: Timeline, deal: Deal, columns: Sequence[Values]) -> list[Tally]:
    """Return the Tallies of gaps, bursts, transitions, changes and lengths."""
    found: list[Tally] = []
    if line.entity_name:
        found += _of_chain(line, deal, columns, chain(line, deal, is_of_entities=True))
    # Whole entities are one stream as well: many events at one moment are seen there alone.
    stream = [] if deal.by == ENTITIES else columns
    found += _of_chain(line, deal, stream, chain(line, deal, is_of_entities=False))
    return [tally for tally in found if tally.is_filled]


def _of_chain(line: Timeline, deal: Deal, columns: Sequence[Values], links: Chain) -> list[Tally]:
    counter = _Counter(line, links, _sample(deal, links), columns)
    lefts, rights = [], []
    for left, right in deal.sides():
        lefts.append(counter.count(left))
        rights.append(counter.count(right))
    found = []
    for at, count in enumerate(counter.counts):
        sides = (np.column_stack([side[at] for side in all_]) for all_ in (lefts, rights))
        left, right = sides
        found.append(
            Tally("time", count.where, count.columns, count.about, count.unit, count.labels,
                  left, right, count.shape)
        )  # fmt: skip
    return found


def _sample(deal: Deal, links: Chain) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return real rows, at the sizes that are compared: what bins are cut on."""
    if deal.by in (ROWS, SERIES):
        return [links.of(side) for side in next(islice(deal.sides(), 1, None))]
    return [links.of(deal.splits.reference)]


class _Counter:
    """Counts one side; bins are fixed by real rows when it is made."""

    def __init__(
        self,
        line: Timeline,
        links: Chain,
        sample: list[tuple[np.ndarray, np.ndarray]],
        columns: Sequence[Values],
    ) -> None:
        self._links = links
        self._cells = [line.cells(column, _CELLS) for column in columns]
        self._numbers = [column for column in columns if column.words is None]
        self._gap_edges = numeric_edges(self._gaps_of(sample), bins=_GAPS)
        self._burst_edges = numeric_edges(self._gaps_of(sample), bins=_BURSTS)
        self._change_edges = [
            numeric_edges(np.concatenate([self._changes(column, *one) for one in sample]), _CHANGES)
            for column in self._numbers
        ]
        sizes = np.concatenate([_sizes(links.sequence[inside]) for inside, _ in sample])
        self._size_edges = numeric_edges(sizes.astype(np.float64), bins=_LENGTHS)
        self.counts = self._described(line)

    def count(self, rows: np.ndarray) -> list[np.ndarray]:
        """Return the counts of each Tally, in their order."""
        inside, linked = self._links.of(rows)
        gaps = np.diff(self._links.clock[inside])
        coarse = np.searchsorted(self._burst_edges, gaps, side="right")
        both = linked[1:] & linked[:-1]
        width = len(self._burst_edges) + 1
        counted = [
            _counted(np.searchsorted(self._gap_edges, gaps[linked], side="right"),
                     len(self._gap_edges) + 1),
            _counted(coarse[:-1][both] * width + coarse[1:][both], width**2),
        ]  # fmt: skip
        counted += [self._transitions(cells, inside, linked) for cells in self._cells]
        for column, edges in zip(self._numbers, self._change_edges, strict=True):
            moved = self._changes(column, inside, linked)
            counted.append(_counted(np.searchsorted(edges, moved, side="right"), len(edges) + 1))
        if self._links.is_of_entities:
            sizes = _sizes(self._links.sequence[inside])
            codes = np.searchsorted(self._size_edges, sizes, side="right")
            counted.append(_counted(codes, len(self._size_edges) + 1))
        return counted

    def _transitions(self, cells: Cells, inside: np.ndarray, linked: np.ndarray) -> np.ndarray:
        codes = cells.codes[inside].astype(np.int64)
        width = cells.count + self._links.is_of_entities
        steps = codes[:-1][linked] * width + codes[1:][linked]
        if self._links.is_of_entities and len(codes):
            begins = codes[np.concatenate([[True], ~linked])]
            ends = codes[np.concatenate([~linked, [True]])]
            outside = cells.count
            steps = np.concatenate([steps, outside * width + begins, ends * width + outside])
        return _counted(steps, width**2)

    def _changes(self, column: Values, inside: np.ndarray, linked: np.ndarray) -> np.ndarray:
        moved = np.diff(column.values[inside])[linked]
        return np.asarray(moved[~np.isnan(moved)])

    def _gaps_of(self, sample: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
        return np.concatenate(
            [np.diff(self._links.clock[inside])[linked] for inside, linked in sample]
        )

    def _described(self, line: Timeline) -> list[_Count]:
        clock, owner = str(line.clock_name), line.entity_name
        within = f" within {owner}" if self._links.is_of_entities else ""
        named = (clock, str(owner)) if self._links.is_of_entities else (clock,)
        is_moment = line.is_of_moments
        bursts = list(lengths(self._burst_edges, is_moment))
        gap = f"gap in {clock}{within}"
        counts = [
            _Count(gap, named, gap, "gaps", tuple(lengths(self._gap_edges, is_moment))),
            _Count(
                f"{gap}, one after another", named, f"two gaps in a row in {clock}{within}", "gaps",
                tuple(f"{a}, then {b}" for a in bursts for b in bursts), (len(bursts), len(bursts)),
            ),
        ]  # fmt: skip
        for cells in self._cells:
            counts.append(self._transition(cells, within, named))
        for column, edges in zip(self._numbers, self._change_edges, strict=True):
            about = f"change of {column.name} from one row to the next{within}"
            labels = tuple(edge_labels(edges))
            counts.append(_Count(f"{column.name}: change{within}", (column.name, *named), about,
                                 "steps", labels))  # fmt: skip
        if self._links.is_of_entities:
            about = f"rows of each {owner}"
            labels = tuple(edge_labels(self._size_edges))
            counts.append(_Count(f"rows per {owner}", (str(owner),), about, "entities", labels))
        return counts

    def _transition(self, cells: Cells, within: str, named: tuple[str, ...]) -> _Count:
        froms, tos = [*cells.labels], [*cells.labels]
        if self._links.is_of_entities:
            froms.append(BEGINS)
            tos.append(ENDS)
        return _Count(
            where=f"{cells.name}: one row to the next{within}",
            columns=(cells.name, *named),
            about=f"{cells.name} from one row to the next{within}",
            unit="steps",
            labels=tuple(f"{a}, then {b}" for a in froms for b in tos),
            shape=(len(froms), len(tos)),
        )


def _counted(codes: np.ndarray, cells: int) -> np.ndarray:
    return np.bincount(codes, minlength=cells)


def _sizes(sequence: np.ndarray) -> np.ndarray:
    """Return the number of rows of each sequence; equal numbers stand together."""
    if not len(sequence):
        return np.empty(0, dtype=np.int64)
    return np.diff(np.flatnonzero(np.concatenate([[True], np.diff(sequence) != 0, [True]])))
