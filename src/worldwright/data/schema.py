"""Schema: what the columns of a Dataset are, apart from the rows that happen to be there.

A kind says what may be done with a column, and fixes its Arrow type:

    number    float64               datetime  timestamp[us] or timestamp[us, zone]
    integer   int64                 duration  duration[us]
    category  dictionary<string>    text      string
    boolean   bool                  id        string or int64; regenerated, never copied
    nested    list or struct, handed through as it came

A Schema says nothing that was read off a single row: ranges and categories stand in it only when a
person declared them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pyarrow as pa

from ..errors import SchemaError, nearest


class Kind(StrEnum):
    """What may be done with a column."""

    NUMBER = "number"
    INTEGER = "integer"
    CATEGORY = "category"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    DURATION = "duration"
    TEXT = "text"
    ID = "id"
    NESTED = "nested"

    @property
    def is_ordered(self) -> bool:
        """True where `<` has a meaning and a mean makes sense."""
        return self in (Kind.NUMBER, Kind.INTEGER, Kind.DATETIME, Kind.DURATION)

    @property
    def is_number(self) -> bool:
        """True for numbers, whole or not."""
        return self in (Kind.NUMBER, Kind.INTEGER)

    def compares_with(self, other: Kind) -> bool:
        """Return whether cells of both kinds can be equal: one kind, or numbers both."""
        return self is other or (self.is_number and other.is_number)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `low`, `high` and `categories` are declared by a person, never read off rows.

    `digits` is the number of decimals of a number (None: as many as float64 holds). `note` says in
    one phrase why the kind was inferred, and what was changed while reading.
    """

    name: str
    kind: Kind
    unit: str | None = None
    nullable: bool = True
    sensitive: bool = False
    low: float | str | None = None
    high: float | str | None = None
    categories: tuple[str, ...] | None = None
    digits: int | None = None
    zone: str | None = None
    note: str = ""

    def arrow_type(self, seen: pa.DataType) -> pa.DataType:
        """Return the Arrow type of the column; `seen` decides for ids and nested columns."""
        match self.kind:
            case Kind.NUMBER:
                return pa.float64()
            case Kind.INTEGER:
                return pa.int64()
            case Kind.CATEGORY:
                return pa.dictionary(pa.int32(), pa.string())
            case Kind.BOOLEAN:
                return pa.bool_()
            case Kind.DATETIME:
                return pa.timestamp("us", self.zone)
            case Kind.DURATION:
                return pa.duration("us")
            case Kind.TEXT:
                return pa.string()
            case Kind.ID:
                return pa.int64() if pa.types.is_integer(seen) else pa.string()
            case Kind.NESTED:
                return seen


@dataclass(frozen=True, slots=True)
class Reference:
    """A column whose values are keys of another table."""

    column: str
    table: str
    key: str


@dataclass(frozen=True, slots=True)
class TableSchema:
    """The columns of one table, its key, what it refers to, and the column that orders its rows."""

    columns: tuple[Column, ...]
    key: str | None = None
    references: tuple[Reference, ...] = ()
    order: str | None = None

    def __post_init__(self) -> None:
        for role, name in (("key", self.key), ("order", self.order)):
            if name is not None and name not in self.names:
                raise SchemaError(
                    f"the {role} column {name!r} is not a column of the table",
                    where="schema",
                    mend=nearest(name, self.names),
                )

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        raise SchemaError(
            f"there is no column {name!r}", where="schema", mend=nearest(name, self.names)
        )


@dataclass(frozen=True, slots=True)
class Schema:
    """One TableSchema for each table, the main one first."""

    tables: Mapping[str, TableSchema] = field(default_factory=dict)

    @property
    def main(self) -> TableSchema:
        """Return the schema of the first table."""
        if not self.tables:
            raise SchemaError("a schema without tables", where="schema", mend="add a table")
        return next(iter(self.tables.values()))

    @property
    def main_name(self) -> str:
        """Return the name of the first table."""
        return next(iter(self.tables), "")
