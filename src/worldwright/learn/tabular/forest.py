"""The density forest: an autoregressive law of codes, column after column, each from its trees.

    p(row) = p(first) * product over columns t of p(t | columns before t)

The target stands first, so conditions on it are honoured exactly and its law is known; the others
keep their order. What may be said of a value follows `codes.py`: values of fewer than `rare` rows
are merged or smoothed away. Texts and nested values come out null, ids new. Copies of parts of rows
are still possible: this is no privacy guarantee.

The idea of drawing a row column by column from trees is of Reiter ("Using CART to generate
partially synthetic public use microdata", J. Official Statistics 21, 2005).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from ... import plugins, seeds
from ...data.dataset import Dataset
from ...data.expression import Expression, conjunction
from ...data.fingerprint import keyed
from ...data.lineage import Lineage, Role
from ...data.progress import Progress
from ...data.schema import Column, Kind, Schema
from ...errors import GivenError
from ...generate.generator import Generator, Saved
from ...spec.assumption import Assumption, merged_alike
from .codes import LEFT_OUT, Codes
from .completing import complete_codes
from .drawing import Chain
from .ids import Ids
from .settings import Settings

BLOCK = 65_536


@dataclass(frozen=True, eq=False)
class Forest:
    """A Generator of rows like those that taught. `notes` is what `explain` says of the fit."""

    schema: Schema
    columns_as_codes: tuple[Codes, ...]
    chain: Chain
    ids: Mapping[str, Ids]
    nested: pa.Schema
    settings: Settings
    notes: Mapping[str, Any]
    parents: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return self.schema.main.names

    def sample(self, rows: int, *, seed: int) -> Dataset:
        """Draw `rows` rows; row i is the same however many are drawn with it."""
        blocks = []
        for first in range(0, max(rows, 1), BLOCK):
            numbers = np.arange(first, min(first + BLOCK, rows))
            drawn = np.full((len(numbers), len(self.columns_as_codes)), LEFT_OUT, np.uint16)
            for column in range(drawn.shape[1]):
                self.chain.draw(drawn, column, numbers, seed)
            blocks.append(self._decoded(drawn, first, seed))
        table = pa.concat_tables(blocks).combine_chunks()
        lineage = Lineage("learn.forest", Role.MADE, seed, self.parents)
        return Dataset({self.schema.main_name: table}, self.schema, lineage)

    def condition(self, where: Expression) -> tuple[Generator, Expression | None]:
        """Honour what speaks of the first column alone; leave the rest."""
        chances, rest = self.chain.first, []
        for part in where.conjuncts():
            if not self._leads(part.columns):
                rest.append(part)
                continue
            chances = np.where(part.mask(self._first_values(), self.schema.main), chances, 0.0)
            if not chances.any():
                raise GivenError(
                    "no value that was learned meets the condition",
                    where=f"given({where}), learned by forest",
                    mend="loosen the condition, or learn from rows that meet it",
                )
        narrowed = replace(self.chain, first=chances / max(chances.sum(), 1e-300))
        return replace(self, chain=narrowed), conjunction(*rest) if rest else None

    def law(self, columns: tuple[str, ...]) -> tuple[pa.Table, np.ndarray] | None:
        """Return the law of the first column, which alone is known exactly."""
        if not self._leads(columns):
            return None
        return self._first_values(), self.chain.first

    def complete(self, rows: Dataset, *, seed: int) -> Dataset:
        """Draw every null and absent cell given the others; what is there stays. Approximate."""
        given = self._encoded(rows)
        drawn = complete_codes(self.chain, given, seed=seed)
        made = self._decoded(drawn, 0, seed)
        cells = {name: _filled(rows, name, made[name]) for name in self.columns}
        lineage = Lineage("learn.forest", Role.MADE, seed, self.parents)
        return Dataset({self.schema.main_name: pa.table(cells)}, self.schema, lineage)

    def dump(self) -> Saved:
        from .saving import dump

        return dump(self)

    def explain(self) -> Mapping[str, Any]:
        return dict(self.notes)

    def assumes(self) -> tuple[Assumption, ...]:
        """Values too rare to be told were merged: they are taken for alike."""
        return merged_alike(self.notes.get("merged", {}), self.settings.rare)

    def _leads(self, columns: tuple[str, ...]) -> bool:
        """True where this is the first column alone, and each of its codes is one value."""
        names = self.chain.names
        return bool(names) and columns == (names[0],) and self.columns_as_codes[0].is_plain

    def _first_values(self) -> pa.Table:
        first = self.columns_as_codes[0]
        values = first.decode(np.arange(first.size, dtype=np.uint16), key=0)
        return pa.table({first.column.name: values})

    def _encoded(self, rows: Dataset) -> np.ndarray:
        """Return the given cells as codes; LEFT_OUT where a cell is to be drawn."""
        given = np.full((rows.rows, len(self.columns_as_codes)), LEFT_OUT, np.uint16)
        for at, codes in enumerate(self.columns_as_codes):
            if codes.column.name in rows.columns:
                cells = rows.table[codes.column.name]
                known = cells.is_valid().to_numpy(zero_copy_only=False)
                given[:, at] = np.where(known, codes.encode(cells), LEFT_OUT)
        return given

    def _decoded(self, drawn: np.ndarray, first: int, seed: int) -> pa.Table:
        at = {codes.column.name: i for i, codes in enumerate(self.columns_as_codes)}
        numbers = np.arange(first, first + len(drawn))
        cells = {}
        for column in self.schema.main.columns:
            key = seeds.child(seed, "values", column.name)
            if column.name in self.ids:
                cells[column.name] = self.ids[column.name].make(numbers, key=key)
            elif column.name in at:
                of = np.ascontiguousarray(drawn[:, at[column.name]])
                codes = self.columns_as_codes[at[column.name]]
                cells[column.name] = codes.decode(of, key=key, first=first)
            else:
                cells[column.name] = pa.nulls(len(drawn), self._type_of(column))
        return pa.table(cells)

    def _type_of(self, column: Column) -> pa.DataType:
        is_nested = column.kind is Kind.NESTED
        return column.arrow_type(self.nested.field(column.name).type if is_nested else pa.null())


@plugins.learners("forest")
def fit_forest(
    real: Dataset,
    *,
    target: str | None,
    seed: int,
    progress: Progress,
    settings: Mapping[str, object],
) -> Generator:
    """Learn the rows of the main table. Settings: see `settings.py`."""
    from .learning import learn

    chosen = Settings.of(settings)
    return learn(real, target, chosen, seed=seed, progress=progress, parents=(keyed(real),))


@plugins.part_kinds("forest")
def load_forest(saved: Saved) -> Generator:
    """Bring a saved forest back."""
    from .saving import load

    return load(saved)


def _filled(rows: Dataset, name: str, drawn: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the given cells, with those that are missing from what was drawn."""
    if name not in rows.columns:
        return drawn
    given = rows.table[name]
    if not given.null_count:
        return given if given.type == drawn.type else given.cast(drawn.type)
    kind = drawn.type
    plain = kind.value_type if pa.types.is_dictionary(kind) else kind
    both = pa.chunked_array([*given.cast(plain).chunks, *drawn.cast(plain).chunks], plain)
    picks = np.arange(rows.rows)
    picks += np.where(given.is_null().to_numpy(), rows.rows, 0)
    return both.take(pa.array(picks)).cast(kind)
