"""Hypothesis strategies for Schemas and Datasets: small, odd, and legal.

Every kind of column, null where it may be, names with dots, blanks, quotes and commas, tables from
no rows at all. Laws that hold for what comes out of here hold for what a file can hold.

    from hypothesis import given
    from worldwright.testing.strategies import datasets

    @given(datasets(min_rows=1))
    def test_my_law(dataset): ...
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from ..data.dataset import Dataset
from ..data.lineage import Lineage, Role
from ..data.schema import Column, Kind, Schema, TableSchema
from ..errors import PluginError

try:
    from hypothesis import strategies as st
except ImportError as missing:
    raise PluginError(
        "the strategies need hypothesis, which is not installed",
        where="worldwright.testing.strategies",
        mend="pip install hypothesis",
    ) from missing

ALL_KINDS = tuple(Kind)
LEARNABLE_KINDS = tuple(kind for kind in Kind if kind is not Kind.NESTED)
_NAME = st.text(st.sampled_from("abcXYZ019_.- ,'\"`()éß"), min_size=1, max_size=8)
_WORDS = st.text(st.sampled_from("abc ,\"'\n√é"), max_size=6)
_MOMENTS = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1))
_LENGTHS = st.timedeltas(dt.timedelta(days=-400), dt.timedelta(days=400))


def names() -> st.SearchStrategy[str]:
    """Draw a column name: not blank, no blanks at its ends, otherwise as odd as headers are."""
    return _NAME.map(str.strip).filter(bool)


@st.composite
def schemas(
    draw: st.DrawFn,
    *,
    kinds: Sequence[Kind] = ALL_KINDS,
    min_columns: int = 1,
    max_columns: int = 5,
) -> Schema:
    """Draw the Schema of one table."""
    chosen = draw(st.lists(names(), min_size=min_columns, max_size=max_columns, unique=True))
    columns = tuple(draw(_columns(name, kinds)) for name in chosen)
    return Schema({draw(names()): TableSchema(columns)})


@st.composite
def datasets(
    draw: st.DrawFn,
    *,
    of: Schema | None = None,
    kinds: Sequence[Kind] = ALL_KINDS,
    min_rows: int = 0,
    max_rows: int = 12,
    role: Role | None = None,
) -> Dataset:
    """Draw a Dataset of one table, of the Schema `of` or of any."""
    schema = draw(schemas(kinds=kinds)) if of is None else of
    rows = draw(st.integers(min_rows, max_rows))
    arrays = [draw(_values(column, rows)) for column in schema.main.columns]
    table = pa.Table.from_arrays(arrays, names=list(schema.main.names))
    return Dataset({schema.main_name: table}, schema, Lineage("testing.strategies", role))


def _columns(name: str, kinds: Sequence[Kind]) -> st.SearchStrategy[Column]:
    return st.builds(
        Column,
        name=st.just(name),
        kind=st.sampled_from(list(kinds)),
        unit=st.none() | st.just("EUR"),
        nullable=st.booleans(),
        sensitive=st.booleans(),
    ).flatmap(_zoned)


def _zoned(column: Column) -> st.SearchStrategy[Column]:
    if column.kind is not Kind.DATETIME:
        return st.just(column)
    return st.sampled_from([None, "UTC"]).map(lambda zone: _with_zone(column, zone))


def _with_zone(column: Column, zone: str | None) -> Column:
    return Column(
        column.name, column.kind, column.unit, column.nullable, column.sensitive, zone=zone
    )


@st.composite
def _values(draw: st.DrawFn, column: Column, rows: int) -> pa.Array:
    if column.kind is Kind.ID:
        cells = st.sampled_from([_NAME, st.integers(0, 2**40)])
        held = draw(cells.flatmap(lambda c: st.lists(c, min_size=rows, max_size=rows, unique=True)))
        whole = bool(held) and isinstance(held[0], int)
        return pa.array(held, pa.int64() if whole else pa.string())
    cell = _cell(column.kind)
    if column.nullable:
        cell = st.none() | cell
    held = draw(st.lists(cell, min_size=rows, max_size=rows))
    if column.kind is Kind.CATEGORY:
        return pa.array(held, pa.string()).dictionary_encode()
    seen = pa.list_(pa.int64()) if column.kind is Kind.NESTED else pa.null()
    return pa.array(held, column.arrow_type(seen))


def _cell(kind: Kind) -> st.SearchStrategy[Any]:
    match kind:
        case Kind.NUMBER:
            return st.floats(allow_nan=False, allow_infinity=False, width=32) | st.sampled_from(
                [0.0, -0.0, 0.1, 1e300]
            )
        case Kind.INTEGER:
            return st.integers(-3, 3) | st.integers(-(2**53), 2**53)
        case Kind.CATEGORY:
            return st.sampled_from(["a", "b", "c"]) | _WORDS
        case Kind.BOOLEAN:
            return st.booleans()
        case Kind.DATETIME:
            return _MOMENTS
        case Kind.DURATION:
            return _LENGTHS
        case Kind.NESTED:
            return st.lists(st.integers(0, 9), max_size=3)
        case _:
            return _WORDS
