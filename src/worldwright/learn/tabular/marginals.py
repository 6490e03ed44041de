"""Independent marginals: each column alone, as it was seen. The baseline every learner must beat.

It keeps every marginal and loses every dependence between columns, so a metric that cannot tell it
from real rows looks at one column at a time. A value that fewer than 10 rows hold is not learned,
numbers between the heavy values are drawn evenly inside bins of at least 10 rows that end at the
1st and 99th percentile; that is no privacy guarantee. Texts and nested values come out null, ids
new.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from ... import plugins, seeds
from ...data.dataset import Dataset
from ...data.expression import Expression, conjunction
from ...data.fingerprint import keyed
from ...data.lineage import Lineage, Role
from ...data.progress import Meter, Progress
from ...data.schema import Column, Kind, Schema
from ...data.store import schema_from_plain, schema_to_plain
from ...errors import GivenError, SpecError
from ...generate.generator import Generator, Saved
from .marginal import Marginal, as_column, learned

_MOST_COMBINATIONS = 100_000


@dataclass(frozen=True, eq=False)
class IndependentMarginals:
    """A Generator that draws each column from its own Marginal."""

    schema: Schema
    marginals: Mapping[str, Marginal]
    parents: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.marginals)

    def sample(self, rows: int, *, seed: int) -> Dataset:
        drawn = {column.name: self._drawn(column, rows, seed) for column in self._columns}
        lineage = Lineage("learn.marginals", Role.MADE, seed, self.parents)
        return Dataset({self.schema.main_name: pa.table(drawn)}, self.schema, lineage)

    def condition(self, where: Expression) -> tuple[Generator, Expression | None]:
        """Honour what speaks of one column that has no bins; leave the rest."""
        marginals, rest = dict(self.marginals), []
        for part in where.conjuncts():
            name = part.columns[0]
            if len(part.columns) > 1 or not marginals[name].is_discrete:
                rest.append(part)
            else:
                marginals[name] = self._narrowed(marginals[name], name, part)
        return replace(self, marginals=marginals), conjunction(*rest) if rest else None

    def law(self, columns: tuple[str, ...]) -> tuple[pa.Table, np.ndarray] | None:
        laws = [self.marginals[name] for name in columns]
        sizes = [len(law.chances) for law in laws]
        if not all(law.is_discrete for law in laws) or np.prod(sizes) > _MOST_COMBINATIONS:
            return None
        places = np.indices(sizes).reshape(len(sizes), -1)
        cells = {
            name: as_column(law.values.take(pa.array(at)), self.schema.main[name])
            for name, law, at in zip(columns, laws, places, strict=True)
        }
        chances = np.prod([law.chances[at] for law, at in zip(laws, places, strict=True)], axis=0)
        return pa.table(cells), chances

    def log_prob(self, rows: Dataset) -> np.ndarray:
        """Columns are independent, so their log-probabilities add up."""
        total = np.zeros(rows.rows)
        for column in self._columns:
            chances = self.marginals[column.name].chances_of(rows.table[column.name], column)
            with np.errstate(divide="ignore"):
                total += np.log(chances)
        return total

    def complete(self, rows: Dataset, *, seed: int) -> Dataset:
        """Columns are independent, so each null is drawn by itself."""
        made = self.sample(rows.rows, seed=seed)
        filled = {
            name: _filled(rows.table[name], cells) if name in rows.columns else cells
            for name, cells in zip(made.columns, made.table.columns, strict=True)
        }
        return replace(made, tables={self.schema.main_name: pa.table(filled)})

    def dump(self) -> Saved:
        arrays, tables = {}, {}
        for at, marginal in enumerate(self.marginals.values()):
            arrays[f"{at}.edges"], arrays[f"{at}.chances"] = marginal.edges, marginal.chances
            tables[f"{at}.values"] = pa.table({"value": marginal.values})
        meta = {"schema": schema_to_plain(self.schema), "parents": list(self.parents)}
        return Saved("marginals", meta, arrays, tables)

    def explain(self) -> Mapping[str, Any]:
        left_out = [c.name for c in self._columns if c.kind in (Kind.TEXT, Kind.NESTED)]
        notes = dict.fromkeys(
            left_out, "text and nested values are not learned: the column is null in every made row"
        )
        told = {
            column.name: self.marginals[column.name].told_as(column)
            for column in self._columns
            if column.kind not in (Kind.TEXT, Kind.NESTED, Kind.ID)
        }
        return {
            "learner": "marginals",
            "dependence between columns": "none",
            "told as": told,
            "not learned": notes,
        }

    @cached_property
    def _columns(self) -> tuple[Column, ...]:
        return self.schema.main.columns

    def _drawn(self, column: Column, rows: int, seed: int) -> pa.Array:
        rng = seeds.stream(seed, "marginals", column.name)
        return as_column(self.marginals[column.name].draw(rows, column, rng), column)

    def _narrowed(self, marginal: Marginal, name: str, where: Expression) -> Marginal:
        column = self.schema.main[name]
        table = pa.table({name: as_column(marginal.values, column)})
        hit = where.mask(table, self.schema.main) & (marginal.chances > 0)
        if not hit.any():
            raise GivenError(
                "no value that was learned meets the condition",
                where=f"given({where}), learned by marginals",
                mend="loosen the condition, or learn from rows that meet it",
            )
        chances = marginal.chances[hit]
        kept = marginal.values.filter(pa.array(hit))
        return Marginal(kept, marginal.edges, chances / chances.sum())


@plugins.learners("marginals")
def fit_marginals(
    real: Dataset,
    *,
    target: str | None,
    seed: int,
    progress: Progress,
    settings: Mapping[str, object],
) -> Generator:
    """Count each column of `real`."""
    if settings:
        raise SpecError(
            f"the learner 'marginals' has no settings: {', '.join(sorted(settings))}",
            where="settings",
            mend="take them away, or use another learner",
        )
    meter = Meter(progress, "fit marginals", len(real.columns), unit="columns")
    marginals = {}
    for column in real.schema.main.columns:
        marginals[column.name] = learned(real.table[column.name], column)
        meter.add(1)
    schema = Schema({real.schema.main_name: real.schema.main})
    return IndependentMarginals(schema, marginals, (keyed(real),))


@plugins.part_kinds("marginals")
def load(saved: Saved) -> Generator:
    """Bring saved marginals back."""
    schema = schema_from_plain(saved.meta["schema"])
    marginals = {
        column.name: Marginal(
            saved.tables[f"{at}.values"]["value"].combine_chunks(),
            saved.arrays[f"{at}.edges"],
            saved.arrays[f"{at}.chances"],
        )
        for at, column in enumerate(schema.main.columns)
    }
    return IndependentMarginals(schema, marginals, tuple(saved.meta["parents"]))


def _filled(cells: pa.ChunkedArray, drawn: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the cells with each null replaced by what was drawn for it."""
    rows = len(cells)
    both = pa.chunked_array([*cells.chunks, *drawn.chunks], cells.type).unify_dictionaries()
    picks = np.arange(rows) + np.where(cells.is_null().to_numpy(), rows, 0)
    return both.combine_chunks().take(pa.array(picks))
