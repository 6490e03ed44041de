"""How likely the World itself makes each combination of some columns' values.

Where a Generator knows its own law it is asked; else a pilot is drawn, whose size bounds what it
can see: a combination that the pilot of 131,072 rows misses has, with 95 % confidence, a
probability below 3 / 131,072 (the rule of three).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import seeds
from ..data.dataset import Dataset
from ..data.schema import TableSchema
from .generator import Enumerable, Generator
from .grid import written

PILOT_ROWS = 2**17


@dataclass(frozen=True, slots=True)
class Joint:
    """Combinations of values (rows of `table`, repeats allowed) and the chance of each."""

    table: pa.Table
    chances: np.ndarray

    def shown(self, column: str, most: int = 1000) -> dict[str, float]:
        """Return the values of a column that the World makes, most likely first, as text."""
        cells = self.table[column]
        plain = cells.cast(cells.type.value_type) if pa.types.is_dictionary(cells.type) else cells
        coded = pc.dictionary_encode(plain).combine_chunks()
        coded = coded.chunk(0) if isinstance(coded, pa.ChunkedArray) else coded
        at = coded.indices.fill_null(len(coded.dictionary)).to_numpy(zero_copy_only=False)
        chances = np.bincount(at, self.chances, len(coded.dictionary) + 1)[:-1]
        order = np.argsort(-chances, kind="stable")[:most]
        values = coded.dictionary.take(pa.array(order)).to_pylist()
        return {
            written(value): float(chances[i])
            for value, i in zip(values, order, strict=True)
            if chances[i] > 0
        }


@dataclass(frozen=True)
class Look:
    """One Generator, looked at before rows are made of it."""

    generator: Generator
    seed: int

    @cached_property
    def pilot(self) -> Dataset:
        """Rows of the Generator, for what it does not know of itself."""
        return self.generator.sample(PILOT_ROWS, seed=seeds.child(self.seed, "plan", "pilot"))

    @property
    def schema(self) -> TableSchema:
        return self.generator.schema.main

    def joint(self, columns: Sequence[str]) -> Joint:
        """Return the law of these columns: exact where the Generator knows it, else the pilot's."""
        if isinstance(self.generator, Enumerable):
            known = self.generator.law(tuple(columns))
            if known is not None:
                return Joint(*known)
        rows = self.pilot.table.select(list(columns))
        return Joint(rows, np.full(rows.num_rows, 1 / max(rows.num_rows, 1)))
