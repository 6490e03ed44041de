"""Time: gaps, order, season, period, and what one row tells of the next, by structured splits.

Where the schema names an order column, or a column holds moments, each of these is a table of
counts: the gap to the next row and the gap after it, in all and inside an entity; a column's cell
in one row and in the next; hour, weekday and month alone and with the columns that depend on them;
what moments are rounded to; the tenth of the real period, before it and after it; the rows of an
entity. The order of the file is asked of in any table. The null deals out rows, whole entities or
blocks of time, whichever the holdout was cut by (`sequences/dealing.py`).

The made rows imitate the period of the rows that taught. Where the holdout is from another time,
the teachers are the reference of every question here, and a note says so.

It does not see memory over more than one step, nor several series at once that move together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from ... import plugins
from ...data.report import Answer
from ..aspects import Asked, all_concluded, few, statistics
from ..case import Case, metric
from ..cells import Cells
from ..family import Outcome, Tests
from ..sequences.calendar import Part, grain, period, seasons
from ..sequences.dealing import BLOCKS, ENTITIES, ROWS, SERIES, Deal, dealt
from ..sequences.fileorder import asked_of_order, sortedness
from ..sequences.steps import tallies
from ..sequences.timeline import Timeline, timeline
from ..stack import Values
from ..tallies import Tally, asked_of

T = TypeVar("T")
MOST_MOMENTS, MOST_CHAINED, MOST_SEASONAL, MOST_ORDERED = 3, 8, 12, 20
_CELLS = 4
_LEAST_ROWS = 40
NO_CLOCK = (
    "of time, only the order of the rows was judged: no order column and no column of moments"
)


@plugins.metrics("time")
@metric(questions=("time",), tolerance={"time": 0.05, "cells": 1.5}, family=True)
def time(case: Case) -> Tests:
    """Compare gaps, season, period, transitions and the order of rows."""
    line = timeline(case)
    deal = dealt(line, case.splits, seed=case.seed, most=case.most_compared)
    notes = _notes(line, deal)
    if min(len(deal.splits.made), len(deal.splits.reference)) < _LEAST_ROWS:
        notes.append(f"time was not judged: fewer than {_LEAST_ROWS} rows a side can be compared")
        return Tests(np.empty((0, 1 + case.splits)), lambda outcome: Answer(notes=tuple(notes)))
    found = _tallies(line, deal) if line.clock_name else []
    tolerance = case.tolerance["time"]
    ordered = [*line.moments, *line.coded][:MOST_ORDERED]
    asked = [
        *asked_of(found, case.tolerance),
        *asked_of_order(line, deal, ordered, tolerance),
    ]
    return Tests(
        statistics(asked, case.splits),
        lambda outcome: _answer(asked, found, notes, deal, outcome),
    )


def _answer(
    asked: list[Asked], found: list[Tally], notes: list[str], deal: Deal, outcome: Outcome
) -> Answer:
    findings = all_concluded(asked, outcome)
    drawn = {tally.where: tally for tally in found}
    named = [finding.where for finding in findings if finding.where in drawn]
    return Answer(
        findings=tuple(few(findings, "places in time")),
        pictures=tuple(drawn[where].picture() for where in named[:2]),
        notes=tuple(notes),
        settings={"time": {"dealt": deal.by, "places": len(asked)}},
    )


def _tallies(line: Timeline, deal: Deal) -> list[Tally]:
    is_torn = line.is_weighted and deal.by != ROWS
    found = [] if is_torn else tallies(line, deal, _chained(line, deal))
    pool = deal.real(line.sizes.made)
    clock = period(str(line.clock_name), line.clock, pool, line.is_of_moments)
    parts = [clock]
    seasonal: list[tuple[Part, Values]] = []
    for moments in line.moments[:MOST_MOMENTS]:
        mine = seasons(moments, pool)
        parts += [*mine, grain(moments)]
        seasonal += [(part, column) for part in mine for column in line.coded]
    found += [_part(part, deal) for part in parts]
    found += [_level(line, deal, part, column) for part, column in _strongest(line, deal, seasonal)]
    if line.is_ordered or deal.by == ENTITIES:
        found.append(sortedness(line, deal))
    return [tally for tally in found if tally.is_filled]


def _part(part: Part, deal: Deal) -> Tally:
    cells = part.cells
    left, right = deal.tables(cells.codes, cells.count)
    about = f"{part.name} of {cells.name}"
    return Tally("time", about, (cells.name,), about, "rows", cells.labels, left, right)


def _level(line: Timeline, deal: Deal, part: Part, column: Values) -> Tally:
    cells = line.cells(column, _CELLS)
    shape = (part.cells.count, cells.count)
    left, right = deal.tables(_crossed(part.cells, cells), shape[0] * shape[1])
    about = f"{column.name} by {part.name} of {part.cells.name}"
    labels = tuple(f"{a}, {column.name} = {b}" for a in part.cells.labels for b in cells.labels)
    names = (part.cells.name, column.name)
    return Tally("time", about, names, about, "rows", labels, left, right, shape)


def _crossed(first: Cells, second: Cells) -> np.ndarray:
    return np.where(first.codes < 0, -1, first.codes * second.count + second.codes)


def _chained(line: Timeline, deal: Deal) -> list[Values]:
    """Return the target and the columns of which a real row tells most about the next."""
    pool = deal.real(line.sizes.made)
    clock = line.clock[pool]
    owner = line.entity[pool] if line.entity_name else np.zeros(len(pool), dtype=np.int64)
    order = pool[np.lexsort((pool, clock, owner))]
    sequence = line.entity[order] if line.entity_name else np.zeros(len(order))
    linked = sequence[1:] == sequence[:-1]

    def bond(column: Values) -> float:
        codes = line.cells(column, _CELLS).codes[order]
        return _information(codes[:-1][linked], codes[1:][linked])

    return _first(line.coded, [bond(column) for column in line.coded], MOST_CHAINED)


def _strongest(
    line: Timeline, deal: Deal, seasonal: Sequence[tuple[Part, Values]]
) -> list[tuple[Part, Values]]:
    """Return the parts of the calendar and columns that depend most on each other in real rows."""
    pool = deal.real(line.sizes.made)
    coded = {column.name: line.cells(column, _CELLS).codes[pool] for column in line.coded}
    bonds = []
    for part, column in seasonal:
        when = part.cells.codes[pool]
        there = when >= 0
        bonds.append(_information(when[there], coded[column.name][there]))
    return _first(seasonal, bonds, MOST_SEASONAL)


def _first(among: Sequence[T], bonds: Sequence[float], most: int) -> list[T]:
    order = np.argsort(-np.array(bonds), kind="stable")[:most]
    return [among[int(at)] for at in order]


def _information(first: np.ndarray, second: np.ndarray) -> float:
    """Return the mutual information of two codes in nats, less what chance gives (Miller 1955)."""
    if not len(first):
        return 0.0
    table = np.zeros((int(first.max()) + 1, int(second.max()) + 1))
    np.add.at(table, (first, second), 1)
    share = table / table.sum()
    expected = np.outer(share.sum(axis=1), share.sum(axis=0))
    there = share > 0
    seen = float((share[there] * np.log(share[there] / expected[there])).sum())
    rows, columns = (int((table.sum(axis=way) > 0).sum()) for way in (1, 0))
    return seen - (rows - 1) * (columns - 1) / (2 * len(first))


def _notes(line: Timeline, deal: Deal) -> list[str]:
    if line.clock_name is None:
        return [NO_CLOCK]
    notes = []
    if line.is_apart:
        notes.append(
            f"the holdout is from another time than the rows that taught (by {line.clock_name}); "
            "made rows imitate the taught period, so time is judged against the rows that taught"
        )
    if line.is_weighted and deal.by != ROWS:
        notes.append(
            "the made rows carry weights, which stand for single rows: gaps and steps inside of "
            f"{deal.by} were not judged"
        )
    said = {
        ROWS: "single rows, both sides thinned to equal sizes",
        ENTITIES: f"whole {line.entity_name}s with all their rows",
        BLOCKS: f"blocks of some {deal.block:,} rows that follow each other by {line.clock_name}",
        SERIES: f"two runs of one series by {line.clock_name}, so season and level hardly tell",
    }
    return [*notes, f"for time, real rows were dealt out as {said[deal.by]}"]
