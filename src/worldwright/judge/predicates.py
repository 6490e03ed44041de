"""Predicates: short conditions on one column that a person can read, and which rows meet them.

A column is cut in cells that may be shown (`cells.py`); a predicate is a run of neighbouring cells:
"age < 30", "30 ≤ age < 40", "age ≥ 60", "job = retired", "balance is missing". Regions are made of
these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..data.reporting.disclose import RARER
from ..data.schema import Kind
from .cells import MISSING, Cells, cut
from .stack import Values

MOST_CELLS = 8


@dataclass(frozen=True, slots=True)
class Predicate:
    """What holds where a column's cell lies between `first` and `last`, both counted."""

    says: str
    cells: Cells
    first: int
    last: int

    @property
    def column(self) -> str:
        return self.cells.name

    def holds(self, rows: np.ndarray | slice) -> np.ndarray:
        """Return which of these rows of the Stack meet it."""
        codes = self.cells.codes[rows]
        return np.asarray((codes >= self.first) & (codes <= self.last))


def predicates(column: Values, pool: slice) -> list[Predicate]:
    """Return what can be said of one column in a few words."""
    cells = cut(column, pool, MOST_CELLS)
    if cells.count < 2:
        return []
    return list(_of_words(cells) if column.words is not None else _of_numbers(column, cells))


def _of_words(cells: Cells) -> Iterator[Predicate]:
    for place, label in enumerate(cells.labels):
        yield Predicate(_said(cells.name, label), cells, place, place)


def _said(name: str, label: str) -> str:
    if label == MISSING:
        return f"{name} is missing"
    return f"{name} is a rare value" if label == RARER else f"{name} = {label}"


def _of_numbers(column: Values, cells: Cells) -> Iterator[Predicate]:
    """Yield runs from either end, and single cells in between."""
    name = f"length of {cells.name}" if column.column.kind is Kind.TEXT else cells.name
    labels = list(cells.labels)
    if labels[-1] == MISSING:
        place = len(labels) - 1
        yield Predicate(f"{cells.name} is missing", cells, place, place)
        yield Predicate(f"{cells.name} is there", cells, 0, place - 1)
        labels.pop()
    edges = [label.split(" to ")[0].removesuffix(" and above").removesuffix(" and after")
             for label in labels[1:]]  # fmt: skip
    last = len(edges)
    for place, edge in enumerate(edges):
        yield Predicate(f"{name} < {edge}", cells, 0, place)
        yield Predicate(f"{name} ≥ {edge}", cells, place + 1, last)
    for place in range(1, last):
        low, high = edges[place - 1], edges[place]
        yield Predicate(_between(column, name, low, high), cells, place, place)


def _between(column: Values, name: str, low: str, high: str) -> str:
    if column.column.kind is Kind.INTEGER and _whole(high) - _whole(low) == 1:
        return f"{name} = {low}"
    return f"{low} ≤ {name} < {high}"


def _whole(edge: str) -> float:
    try:
        return float(edge.replace(",", ""))
    except ValueError:
        return float("nan")
