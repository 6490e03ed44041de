"""Kin: the tables of made and real data, and for each row of a child where its parent stands.

Rows of a table lie in the order made, reference, teachers, as in a Stack. A table whose keys are
for the greater part the same on both real sides is a *lookup* (airports, products): it was not cut
when the rows were. Its rows count once, and children of both sides meet in it. Other parents came
with their children; a child whose parent is on no side is an orphan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...data.dataset import Dataset
from ...data.schema import Kind, Reference, Schema
from ..case import Case
from ..stack import Sizes, Values, unite

ORPHAN, MISSING = -1, -2
_SHARED = 0.5
_NUMERIC = {Kind.NUMBER, Kind.INTEGER}
_NAMES_ROWS = {Kind.INTEGER, Kind.CATEGORY, Kind.TEXT}  # compared with an id as texts


@dataclass(frozen=True)
class Table:
    """One table of all sides: which rows of each, and how its columns are called in a report."""

    name: str
    is_main: bool
    parts: tuple[pa.Table, ...]
    schema: Schema
    columns: tuple[str, ...]
    is_lookup: bool

    @property
    def sizes(self) -> Sizes:
        counts = [part.num_rows for part in self.parts]
        return Sizes(*counts, *([0] if len(counts) == 2 else []))

    @property
    def rows(self) -> int:
        return sum(part.num_rows for part in self.parts)

    def called(self, column: str) -> str:
        """Return the name of a column in a report: bare in the main table."""
        return column if self.is_main else f"{self.name}.{column}"

    @cached_property
    def values(self) -> tuple[Values, ...]:
        """Return the columns that may be compared, under the names of a report."""
        known = self.schema.tables[self.name]
        return tuple(
            unite(
                replace(known[name], name=self.called(name)),
                [part[name] for part in self.parts],
            )
            for name in self.columns
            if known[name].kind not in (Kind.ID, Kind.NESTED)
        )

    def texts(self, column: str) -> list[pa.ChunkedArray]:
        """Return a column of each part as texts."""
        return [part[column].cast(pa.string()) for part in self.parts]


@dataclass(frozen=True)
class Link:
    """One reference. `at` gives for each row of the child the row of its parent in the parent's
    order, ORPHAN or MISSING. `is_copied` says that a made lookup holds the real keys.
    """

    child: Table
    parent: Table
    reference: Reference
    at: np.ndarray
    is_copied: bool

    @property
    def column(self) -> str:
        return self.child.called(self.reference.column)

    @property
    def name(self) -> str:
        return f"{self.column} → {self.parent.name}"


@dataclass(frozen=True)
class Kin:
    """All tables that both sides have, their links, and what was left out with the reason."""

    tables: dict[str, Table]
    links: tuple[Link, ...]
    notes: tuple[str, ...]


def kin(case: Case) -> Kin:
    """Return the Kin of a Case with several tables."""
    reference = case.real if case.holdout is None else case.holdout
    sides = [case.made, reference, *([case.real] if case.holdout is not None else [])]
    notes: list[str] = []
    tables = {}
    for name in reference.schema.tables:
        if all(name in side.tables for side in sides):
            tables[name] = _table(name, sides, reference.schema, notes)
        elif len(reference.schema.tables) > 1:
            notes.append(f"the table {name} is not on every side, so it is not compared")
    links = [
        _link(tables[name], tables[one.table], one)
        for name, known in reference.schema.tables.items()
        for one in known.references
        if name in tables and one.table in tables and one.column in tables[name].columns
        and one.key in tables[one.table].columns and tables[name].rows
    ]  # fmt: skip
    return Kin(tables, tuple(links), tuple(notes))


def _table(name: str, sides: list[Dataset], schema: Schema, notes: list[str]) -> Table:
    known = schema.tables[name]
    kinds = [{c.name: c.kind for c in side.schema.tables[name].columns} for side in sides]
    shared = tuple(
        column.name for column in known.columns
        if all(_comparable(kind.get(column.name), column.kind) for kind in kinds)
    )  # fmt: skip
    if odd := [column for column in known.names if column not in shared]:
        notes.append(
            f"{', '.join(f'{name}.{column}' for column in odd)}: not of one kind on every side, so "
            "not compared"
        )
    parts = [side.tables[name] for side in sides]
    is_main = name == schema.main_name
    is_lookup = False
    if len(parts) == 3 and not is_main:
        parts[2], is_lookup = _apart(parts[1], parts[2], known.key)
    elif not is_main:
        _, is_lookup = _apart(parts[1], parts[0], known.key)
    return Table(name, is_main, tuple(parts), schema, shared, is_lookup)


def _comparable(one: Kind | None, other: Kind) -> bool:
    return one is other or {one, other} <= _NUMERIC or (other is Kind.ID and one in _NAMES_ROWS)


def _apart(reference: pa.Table, teachers: pa.Table, key: str | None) -> tuple[pa.Table, bool]:
    """Return the teachers' rows that the reference lacks, and whether the table is a lookup."""
    if key is None:
        is_same = reference.num_rows == teachers.num_rows and reference.equals(teachers)
        return (teachers.slice(0, 0), True) if is_same else (teachers, False)
    mine, theirs = reference[key], teachers[key]
    known = pc.is_in(theirs.cast(pa.string()), value_set=_flat(mine))
    fewer = max(1, min(len(mine), len(theirs)))
    if float(pc.sum(known).as_py() or 0) / fewer <= _SHARED:
        return teachers, False
    return teachers.filter(pc.invert(known)), True


def _link(child: Table, parent: Table, reference: Reference) -> Link:
    keys, values = parent.texts(reference.key), child.texts(reference.column)
    starts = np.concatenate([[0], np.cumsum([len(one) for one in keys])])
    real = pa.chunked_array([chunk for one in keys[1:] for chunk in one.chunks], pa.string())
    found = [_found(values[0], keys[0], 0)]
    for part in range(1, len(values)):
        among, start = (real, starts[1]) if parent.is_lookup else (keys[part], starts[part])
        found.append(_found(values[part], among, int(start)))
    is_copied = False
    if len(keys[0]):
        held = pc.is_in(keys[0], value_set=_flat(real))
        is_copied = float(pc.mean(held).as_py() or 0) > _SHARED
    return Link(child, parent, reference, np.concatenate(found), is_copied)


def _found(values: pa.ChunkedArray, among: pa.ChunkedArray, start: int) -> np.ndarray:
    at = pc.index_in(values, value_set=_flat(among), skip_nulls=True)
    at = np.asarray(pc.fill_null(at, ORPHAN).to_numpy(), dtype=np.int64)
    at = np.where(at >= 0, at + start, ORPHAN)
    return np.where(np.asarray(values.is_null().to_numpy(), dtype=bool), MISSING, at)


def _flat(values: pa.ChunkedArray) -> pa.Array:
    return values.cast(pa.string()).combine_chunks()
