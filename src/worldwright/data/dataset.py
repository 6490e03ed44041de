"""Dataset: the one thing that flows through every room.

Rows (Arrow tables), what their columns are (a Schema) and where they came from (a Lineage). It is
frozen: each step takes Datasets and returns a new one. A Dataset is a Generator too: it resamples
its own rows, which is the control that every other Generator is held against.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from .. import seeds
from ..errors import SchemaError, nearest
from .lineage import Lineage, Role
from .schema import Column, Schema

if TYPE_CHECKING:
    import pandas
    import polars

    from .split import Split


@dataclass(frozen=True)
class Dataset:
    """Rows, their Schema and their Lineage. The first table is the main one."""

    # Hidden from repr: a traceback may not show rows.
    tables: Mapping[str, pa.Table] = field(repr=False)
    schema: Schema
    lineage: Lineage

    def __post_init__(self) -> None:
        if not self.tables or list(self.tables) != list(self.schema.tables):
            raise SchemaError(
                f"tables {list(self.tables)} do not match the schema's {list(self.schema.tables)}",
                where=f"a dataset made by {self.lineage.maker}",
                mend="give each table its schema, in the same order, and at least one",
            )
        for name, table in self.tables.items():
            _check_columns(name, table, self.schema, self.lineage.maker)

    @property
    def table(self) -> pa.Table:
        """Return the main table."""
        return next(iter(self.tables.values()))

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the main table's columns."""
        return tuple(self.table.column_names)

    @property
    def rows(self) -> int:
        """Rows of the main table."""
        return int(self.table.num_rows)

    def column(self, name: str) -> Column:
        """Return what the main table's column `name` is."""
        return self.schema.main[name]

    def weights(self) -> np.ndarray:
        """Return w = p/q for each row of the main table; weighted estimates give base rates."""
        return self.lineage.weights(self.rows)

    def fingerprint(self) -> str:
        """Return a hash of the values alone: equal rows, equal fingerprint, whoever made them.

        It is open: keep it in memory, and write `fingerprint.keyed(dataset)` instead.
        """
        from .fingerprint import content_hash

        return content_hash(self)

    def take(self, rows: np.ndarray) -> Dataset:
        """Return the main table's rows at these positions, in this order, with their trace."""
        table = self.table.take(pa.array(rows))
        return replace(
            self,
            tables={**self.tables, self.schema.main_name: table},
            lineage=replace(self.lineage, trace=_take_trace(self.lineage.trace, rows)),
        )

    def select(self, names: tuple[str, ...] | list[str]) -> Dataset:
        """Return the Dataset with only these columns of the main table."""
        main = self.schema.main
        kept = replace(
            main,
            columns=tuple(main[name] for name in names),
            key=main.key if main.key in names else None,
            order=main.order if main.order in names else None,
            references=tuple(r for r in main.references if r.column in names),
        )
        name = self.schema.main_name
        return replace(
            self,
            tables={**self.tables, name: self.table.select(list(names))},
            schema=Schema({**self.schema.tables, name: kept}),
        )

    def sample(self, rows: int, *, seed: int) -> Dataset:
        """Draw `rows` of the main table's rows with replacement."""
        if not self.rows and rows:
            raise SchemaError(
                "a dataset without rows cannot be resampled",
                where=f"the dataset made by {self.lineage.maker}",
                mend="check the filter that emptied it",
            )
        picks = seeds.stream(seed, "resample").integers(max(self.rows, 1), size=rows)
        drawn = self.take(picks)
        return replace(drawn, lineage=Lineage("resample", Role.MADE, seed, (self._keyed(),)))

    def split(
        self,
        share: float,
        *,
        seed: int = 0,
        by: str | None = None,
        time: str | None = None,
        stratify: str | None = None,
        leave: Mapping[str, Mapping[str, int]] | None = None,
    ) -> Split:
        """Cut the rows in two: `share` of them teaches, the rest judges. See `split.split`."""
        from .split import split

        return split(self, share, seed=seed, by=by, time=time, stratify=stratify, leave=leave)

    def to_pandas(self) -> pandas.DataFrame:
        """Return the main table as a pandas frame (needs the extra `pandas`)."""
        return self.table.to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """Return the main table as a polars frame (needs the extra `polars`)."""
        from .frames import to_polars

        return to_polars(self.table)

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the main table to any library that speaks the Arrow PyCapsule protocol."""
        return self.table.__arrow_c_stream__(requested_schema)

    def save(self, directory: str | Path) -> Path:
        """Write the Dataset as a folder of Parquet files and one JSON; refuses to overwrite."""
        from .store import save

        return save(self, Path(directory))

    def export(self, path: str | Path) -> Path:
        """Write the main table as one .csv, .tsv, .parquet or .jsonl; refuses to overwrite."""
        from .export import export

        return export(self, Path(path))

    def _keyed(self) -> str:
        from .fingerprint import keyed

        return keyed(self)


def _check_columns(name: str, table: pa.Table, schema: Schema, maker: str) -> None:
    names, promised = table.column_names, list(schema.tables[name].names)
    repeated = sorted({column for column in names if names.count(column) > 1})
    if repeated:
        raise SchemaError(
            f"{len(repeated)} column name(s) appear more than once: {', '.join(repeated)}",
            where=f"table {name!r}, made by {maker}",
            mend="rename them so that each column has a name of its own",
        )
    if names != promised:
        odd = sorted(set(names) ^ set(promised)) or names
        raise SchemaError(
            f"the columns of the table are not those of its schema: {', '.join(odd)}",
            where=f"table {name!r}, made by {maker}",
            mend=nearest(odd[0], promised),
        )


def _take_trace(trace: pa.Table, rows: np.ndarray) -> pa.Table:
    """Move the trace of the taken rows to their new positions."""
    if not trace.num_rows or not len(rows):
        return trace.slice(0, 0)
    at = trace["row"].to_numpy()
    order = np.argsort(at, kind="stable")
    found = np.searchsorted(at[order], rows)
    found = np.minimum(found, len(at) - 1)
    hit = at[order][found] == rows
    taken = trace.take(pa.array(order[found[hit]]))
    return taken.set_column(0, trace.schema.field(0), pa.array(np.flatnonzero(hit)))
