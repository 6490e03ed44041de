"""Declared columns: what a person says of a table, put into force on the cells that were read.

What is declared wins over what would be inferred; columns that nobody speaks of are inferred. What
the cells contradict (a kind, a range, a list of categories, a key) is an error that counts the
cells; all contradictions of a table come in one error, and none shows a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import Fault, SchemaError, nearest
from .cells import plural
from .infer import Found, Wanted, cast, infer
from .readers import is_written
from .schema import Column, Kind, Reference, Schema, TableSchema

THREADS = 2


@dataclass(frozen=True, slots=True)
class DeclaredColumn:
    """What a person says of a column; None is silence. `where` points into their file.

    `form` is the `strptime` format of a datetime; `nulls` the words that stand for no value.
    """

    name: str
    kind: Kind | None = None
    unit: str | None = None
    nullable: bool = True
    sensitive: bool = False
    low: float | str | None = None
    high: float | str | None = None
    categories: tuple[str, ...] | None = None
    form: str | None = None
    nulls: tuple[str, ...] | None = None
    where: str = "schema"


@dataclass(frozen=True, slots=True)
class DeclaredTable:
    """What a person says of a table."""

    columns: Mapping[str, DeclaredColumn] = field(default_factory=dict)
    key: str | None = None
    references: tuple[Reference, ...] = ()
    order: str | None = None
    where: str = "schema"


def from_schema(schema: Schema, where: str = "schema") -> dict[str, DeclaredTable]:
    """Return what a Schema declares, table by table."""
    return {name: _from_table_schema(table, where) for name, table in schema.tables.items()}


def _from_table_schema(table: TableSchema, where: str) -> DeclaredTable:
    columns = {
        column.name: DeclaredColumn(
            column.name, column.kind, column.unit, column.nullable, column.sensitive,
            column.low, column.high, column.categories, where=where,
        )
        for column in table.columns
    }  # fmt: skip
    return DeclaredTable(columns, table.key, table.references, table.order, where)


def put_in_force(raw: pa.Table, declared: DeclaredTable) -> tuple[pa.Table, TableSchema]:
    """Return the table in canonical form with its schema; raises SchemaError with every fault."""
    names = raw.column_names
    faults = [
        Fault(f"there is no column {name!r}", where=said.where, mend=nearest(name, names))
        for name, said in declared.columns.items()
        if name not in names
    ]
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda name: _column(raw, name, declared), names))
    faults += [outcome for outcome in found if isinstance(outcome, Fault)]
    columns = [outcome for outcome in found if not isinstance(outcome, Fault)]
    for values, column in columns:
        if column.name in declared.columns:
            faults += _contradictions(values, column, declared.columns[column.name].where)
    table = pa.table(
        [values for values, _ in columns], names=[column.name for _, column in columns]
    )
    faults += _role_faults(table, names, declared)
    if faults:
        raise SchemaError.of(faults)
    schema = TableSchema(
        tuple(column for _, column in columns),
        key=declared.key or _key(table, [column for _, column in columns]),
        references=declared.references,
        order=declared.order,
    )
    return table, schema


def _column(raw: pa.Table, name: str, declared: DeclaredTable) -> Found | Fault:
    cells, written = raw[name], is_written(raw.schema.field(name))
    said = declared.columns.get(name)
    if said is None:
        return infer(name, cells, written=written)
    kind = said.kind or (Kind.CATEGORY if said.categories is not None else None)
    if kind is None and said.form is not None:
        kind = Kind.DATETIME
    if kind is None:
        found: Found | Fault = infer(name, cells, written=written)
    else:
        wanted = Wanted(kind, said.form, said.nulls)
        found = cast(name, cells, wanted, written=written)
    if isinstance(found, Fault):
        return replace(found, where=f"{said.where}; {found.where}" if said.where else found.where)
    values, column = found
    return values, replace(
        column,
        unit=said.unit,
        nullable=said.nullable,
        sensitive=said.sensitive,
        low=said.low,
        high=said.high,
        categories=said.categories,
    )


def _contradictions(values: pa.Array, column: Column, where: str) -> list[Fault]:
    faults = []
    if not column.nullable and values.null_count:
        faults.append(
            Fault(
                f"{column.name!r} may not be empty: {plural(values.null_count)} without a value",
                where=where,
                mend="declare it nullable: true, or mend the rows",
            )
        )
    if outside := _outside(values, column):
        faults.append(
            Fault(
                f"{plural(outside)} of {column.name!r} outside {_range(column)}",
                where=where,
                mend="widen the range, or mend the rows",
            )
        )
    if column.categories is not None and (strangers := _strangers(values, column.categories)):
        faults.append(
            Fault(
                f"{plural(strangers)} of {column.name!r} outside the declared categories",
                where=where,
                mend="add what is missing to categories, or mend the rows",
            )
        )
    return faults


def _outside(values: pa.Array, column: Column) -> int:
    if not column.kind.is_ordered:
        return 0
    out = pa.scalar(0)
    for bound, beyond in ((column.low, pc.less), (column.high, pc.greater)):
        if bound is not None:
            limit = pa.scalar(bound)
            if column.kind is Kind.DATETIME:
                limit = limit.cast(pa.timestamp("us")).cast(values.type)
            elif column.kind is Kind.DURATION:
                limit = pa.scalar(int(float(bound) * 1e6)).cast(pa.duration("us"))
            out = pc.add(out, pc.coalesce(pc.sum(beyond(values, limit)), pa.scalar(0)))
    return int(out.as_py())


def _range(column: Column) -> str:
    if column.low is None:
        return f"the range up to {_bound(column.high)}"
    if column.high is None:
        return f"the range from {_bound(column.low)}"
    return f"{_bound(column.low)} to {_bound(column.high)}"


def _bound(bound: float | str | None) -> str:
    return str(bound).removesuffix(".0")


def _strangers(values: pa.Array, categories: tuple[str, ...]) -> int:
    texts = values.cast(pa.string()) if values.type != pa.string() else values
    known = pc.is_in(texts, value_set=pa.array(categories, pa.string()))
    return int(pc.sum(pc.and_(pc.invert(known), pc.is_valid(texts))).as_py() or 0)


def _role_faults(table: pa.Table, names: list[str], declared: DeclaredTable) -> list[Fault]:
    roles = [("key", declared.key), ("order", declared.order)]
    roles += [("references", reference.column) for reference in declared.references]
    faults = [
        Fault(
            f"there is no column {name!r}",
            where=f"{declared.where} {role}",
            mend=nearest(name, names),
        )
        for role, name in roles
        if name is not None and name not in names
    ]
    if declared.key in table.column_names and not _is_unique(table[declared.key]):
        faults.append(
            Fault(
                f"{declared.key!r} is declared the key, but repeats or is empty in some rows",
                where=f"{declared.where} key",
                mend="choose a column with a value of its own in every row, or none",
            )
        )
    return faults


def _key(table: pa.Table, columns: list[Column]) -> str | None:
    """Return the first id with a value of its own in every row."""
    for column in columns:
        if column.kind is Kind.ID and _is_unique(table[column.name]):
            return column.name
    return None


def _is_unique(values: pa.ChunkedArray) -> bool:
    return not values.null_count and len(pc.unique(values)) == len(values)
