"""Cells: a column as a handful of bins, values and "(missing)", each of which may be shown.

Bins and values come from `disclose` alone: at least 10 real rows hold each, and no edge lies
outside the 1st and 99th percentile. Values with fewer rows, and values that no real row has, share
the cell "(rarer)". The cells are cut on the pool of all real rows, never on the made ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np

from ..data.reporting.disclose import RARER, bin_of, edge_labels, numeric_edges, shown_values
from ..data.schema import Kind
from .stack import Values

MISSING = "(missing)"
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Cells:
    """One column's cells: a label each, and the cell of every row of the Stack."""

    name: str
    labels: tuple[str, ...]
    codes: np.ndarray

    @property
    def count(self) -> int:
        return len(self.labels)


def cut(column: Values, pool: slice, most: int) -> Cells:
    """Cut a column in at most `most` cells, and one more for what is missing."""
    labels, codes = (
        _by_edges(column, pool, most) if column.words is None else _by_words(column, pool, most)
    )
    missing = np.isnan(column.values)
    if missing.any():
        codes = np.where(missing, len(labels), codes)
        labels = [*labels, MISSING]
    return Cells(column.name, tuple(labels), codes.astype(np.int32))


def _by_edges(column: Values, pool: slice, most: int) -> tuple[list[str], np.ndarray]:
    edges = numeric_edges(column.values[pool], bins=most)
    codes = np.maximum(bin_of(column.values, edges), 0)
    if column.column.kind is Kind.DATETIME:
        return _moments(edges), codes
    return edge_labels(edges), codes


def _by_words(column: Values, pool: slice, most: int) -> tuple[list[str], np.ndarray]:
    words = column.words or ()
    seen = column.values[pool]
    counts = np.bincount(seen[~np.isnan(seen)].astype(np.int64), minlength=len(words))
    held = {word: int(count) for word, count in zip(words, counts, strict=True)}
    shown = shown_values(held, most=most - 1)
    place = {word: cell for cell, word in enumerate(shown)}
    cell_of = np.array([*(place.get(word, len(shown)) for word in words), 0])
    codes = cell_of[np.nan_to_num(column.values, nan=len(words)).astype(np.int64)]
    return [*shown, RARER], codes


def _moments(edges: np.ndarray) -> list[str]:
    """Name bins of seconds since 1970 by their dates (and times, where days are too coarse)."""
    if not len(edges):
        return ["all values"]
    is_coarse = len(edges) < 2 or float(np.min(np.diff(edges))) >= _DAY_S
    form = "%Y-%m-%d" if is_coarse else "%Y-%m-%d %H:%M"
    words = [datetime.fromtimestamp(float(edge), UTC).strftime(form) for edge in edges]
    between = [f"{a} to {b}" for a, b in pairwise(words)]
    return [f"before {words[0]}", *between, f"{words[-1]} and after"]
