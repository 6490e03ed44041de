"""References among the tables of a folder: a column that bears the name of another table's key.

`loan.account_id` refers to `account.account_id` when the latter is a key and at least half of the
values of the former occur there: orphans are common in real data, chance meetings are not. What a
person declared stays as it is. Ids meet by what is written: the number 17 and the text `17` are one
id, 17 and `017` are two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import Fault
from .canonical import canonical_column
from .schema import Column, Kind, Reference, TableSchema
from .words import has_key_name

Tables = Mapping[str, tuple[pa.Table, TableSchema]]

LEAST_SHARE = 0.5


def with_references(tables: Tables, declared: set[str]) -> dict[str, tuple[pa.Table, TableSchema]]:
    """Return the tables with the references that names and values show, save the `declared`."""
    linked = dict(tables)
    for name, (table, schema) in tables.items():
        if name not in declared:
            linked[name] = _linked(name, table, schema, tables)
    return linked


def never_met(tables: Tables, where: str) -> list[Fault]:
    """Return a fault for each reference from text to numbers, or back, of which no value meets."""
    faults = []
    for name, (table, schema) in tables.items():
        for one in schema.references:
            mine = pc.unique(_as_id(table[one.column])).drop_null()
            theirs = _as_id(tables[one.table][0][one.key])
            if theirs.type != mine.type and len(mine) and not _share(mine, theirs):
                what = (
                    f"{name}.{one.column} refers to {one.table}.{one.key}, and not one of its "
                    "values is there: whole numbers on the one side, text on the other"
                )
                mend = "write both alike (leading zeros, blanks), or take the reference away"
                faults.append(Fault(what, f"{where} references", mend))
    return faults


def _linked(
    name: str, table: pa.Table, schema: TableSchema, tables: Tables
) -> tuple[pa.Table, TableSchema]:
    references, columns = [], []
    for column in schema.columns:
        parent = _parent(name, column, table[column.name], tables)
        if parent is None:
            columns.append(column)
            continue
        references.append(Reference(column.name, parent, column.name))
        note = f"refers to {parent}.{column.name}"
        columns.append(replace(column, kind=Kind.ID, note=note))
        at = table.column_names.index(column.name)
        table = table.set_column(at, column.name, _as_id(table[column.name]))
    return table, replace(schema, columns=tuple(columns), references=tuple(references))


def _as_id(values: pa.ChunkedArray) -> pa.Array:
    whole = pa.types.is_integer(values.type)
    return canonical_column(values, pa.int64() if whole else pa.string())


def _parent(name: str, column: Column, values: pa.ChunkedArray, tables: Tables) -> str | None:
    if column.kind not in (Kind.ID, Kind.INTEGER, Kind.CATEGORY, Kind.TEXT):
        return None
    mine = pc.unique(_as_id(values)).drop_null()
    for other, (parent, schema) in tables.items():
        if other == name or schema.key != column.name or not len(mine):
            continue
        if tables[name][1].key == column.name and not _owns(other, column.name):
            continue
        if _share(mine, _as_id(parent[column.name])) >= LEAST_SHARE:
            return other
    return None


def _share(mine: pa.Array, theirs: pa.Array) -> float:
    """Return the share of my values that occur among theirs, numbers and texts as written."""
    if theirs.type != mine.type:
        mine, theirs = mine.cast(pa.string()), theirs.cast(pa.string())
    return float(pc.mean(pc.is_in(mine, value_set=theirs)).as_py())


def _owns(table: str, column: str) -> bool:
    """True where a key is named after its table: of two tables with one key, that is the parent."""
    bare = column.lower().removesuffix("id").rstrip("_- .")
    one = re.sub("ies$", "y", table.lower())
    return has_key_name(column) and bool(bare) and one.startswith(bare)
