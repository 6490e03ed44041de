"""File order: what follows the order of the rows in made data and not in real data.

A label that stands in blocks, or a number that grows down the file, gives a row away by its place.
For each column, G = 2 n MI between its cells and the sixth of its file that a row stands in; asked
is whether made rows have more of it than real ones: cbrt(G made) - cbrt(G real), one-sided, since a
file that is sorted in reality need not be sorted when it is made (Wilson & Hilferty 1931: cube
roots of G are nearly normal). Where the schema names the order column, the made file must be in
that order as far as the real one is: its steps up, level and down are counted, two-sided.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..aspects import Asked, Aspect, Told, percent
from ..effects import Z95
from ..null import studentised
from ..stack import Values
from ..tallies import Tally
from .dealing import ENTITIES, Deal
from .timeline import Timeline

_PARTS, _CELLS = 6, 5
_LEAST_SD = 0.5


def asked_of_order(
    line: Timeline, deal: Deal, columns: Sequence[Values], tolerance: float
) -> list[Asked]:
    """Return what is asked about each column's bond with the order of the rows."""
    coded = [line.cells(column, _CELLS) for column in columns]
    left: list[list[tuple[float, float]]] = [[] for _ in coded]
    right: list[list[tuple[float, float]]] = [[] for _ in coded]
    for sides in deal.sides():
        for rows, bonds in zip(sides, (left, right), strict=True):
            inside = _in_file_order(line, rows)
            part = np.arange(len(inside)) * _PARTS // max(1, len(inside))
            for at, cells in enumerate(coded):
                bonds[at].append(_bond(part, cells.codes[inside], cells.count))
    return [
        _asked(cells.name, np.array(left[at]), np.array(right[at]), tolerance)
        for at, cells in enumerate(coded)
    ]


def sortedness(line: Timeline, deal: Deal) -> Tally:
    """Count steps of the clock in the order of the file: forward, level, back."""
    lefts: list[np.ndarray] = []
    rights: list[np.ndarray] = []
    for sides in deal.sides():
        for rows, counts in zip(sides, (lefts, rights), strict=True):
            # Rows of an entity follow each other, whatever else its file has in between.
            owner = (line.entity if deal.by == ENTITIES else deal.sequence)[rows]
            order = np.lexsort((line.relative[rows], owner))
            steps = np.diff(line.clock[rows[order]])[np.diff(owner[order]) == 0]
            steps = steps[~np.isnan(steps)]
            counts.append(np.bincount(1 - np.sign(steps).astype(np.int64), minlength=3))
    name = str(line.clock_name)
    labels = ("forward", "level", "back")
    about = f"{name} from one row of the file to the next"
    return Tally(
        "time", f"row order of {name}", (name,), about, "steps", labels,
        np.column_stack(lefts), np.column_stack(rights),
    )  # fmt: skip


def _in_file_order(line: Timeline, rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows[np.argsort(line.relative[rows], kind="stable")])


def _bond(part: np.ndarray, codes: np.ndarray, cells: int) -> tuple[float, float]:
    """Return G of the table of parts and cells, and its distance from independence."""
    table = np.bincount(part * cells + codes, minlength=_PARTS * cells).reshape(_PARTS, cells)
    rows = max(1, int(table.sum()))
    expected = table.sum(axis=1)[:, None] * table.sum(axis=0)[None] / rows
    seen = table > 0
    g = 2 * float((table[seen] * np.log(table[seen] / expected[seen])).sum())
    return g, float(np.abs(table - expected).sum() / 2 / rows)


def _asked(name: str, left: np.ndarray, right: np.ndarray, tolerance: float) -> Asked:
    difference = (np.cbrt(left[:, 0]) - np.cbrt(right[:, 0]))[None, :]
    seen = studentised(difference, least_mean=-np.inf, least_sd=_LEAST_SD)[0]
    made, real = float(left[0, 1]), float(right[0, 1])
    under = left[1:, 1] - right[1:, 1]
    size, error = max(0.0, made - real), Z95 * max(float(under.std()), 1 / 100)

    def told() -> Told:
        says = (
            f"{name} follows the order of the rows: knowing the sixth of the file moves "
            f"{percent(made)} of the made rows and {percent(real)} of the real ones"
        )
        if size <= tolerance:
            says = f"{name} follows the order of the rows no more in made than in real rows"
        measure = "share of rows that the order of the file tells"
        return Told(says, measure, size, max(0.0, size - error), size + error, tolerance)

    return Asked("time", f"row order × {name}", (name,), (Aspect(seen, told),))
