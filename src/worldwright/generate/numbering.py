"""Ids that name the rows of one draw: made again by the row's number in the whole of it.

Blocks, cells and trials are drawn under seeds of their own, so ids of few digits may meet among
them. A Generator that makes ids from a row's number makes them again here, once the rows are laid
together. Columns that a condition speaks of stay as they were drawn.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol, runtime_checkable

from ..data.dataset import Dataset
from .conditioned import Given
from .generator import Generator


@runtime_checkable
class Numbering(Protocol):
    """A Generator whose ids follow from the seed and the number of the row."""

    def number(self, rows: Dataset, first: int, *, seed: int, held: Collection[str]) -> Dataset:
        """Return the rows with new ids for the rows from `first` on; columns `held` stay."""
        ...


def numbered(
    source: Generator, rows: Dataset, first: int, *, seed: int, held: Collection[str]
) -> Dataset:
    """Return the rows with the ids that their numbers in the draw give them."""
    stays = set(held)
    while isinstance(source, Given):
        stays |= set(source.where.columns)
        source = source.base
    if not isinstance(source, Numbering):
        return rows
    return source.number(rows, first, seed=seed, held=stays)
