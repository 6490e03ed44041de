"""Typed columns: what Arrow's types of a file or frame say about kinds, and what they do not.

Integers may be ids, floats may hide NaN and infinity, and strings are words or dates. Text that
looks like numbers stays text here: who wrote a typed file could have written numbers.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .canonical import canonical_column, one_chunk
from .cells import plural
from .numerals import are_whole, decimals
from .schema import Column, Kind
from .words import counts_rows, is_key

Typed = tuple[pa.Array, Column]


def read_typed(name: str, column: pa.ChunkedArray) -> Typed | None:
    """Return the column and what it is; None for strings, which have to be read."""
    types, kind = pa.types, column.type
    if types.is_null(kind):
        return _made(column.cast(pa.string()), Column(name, Kind.CATEGORY, note="no values"))
    if _is_text(kind):
        return None
    if types.is_dictionary(kind):
        if _is_text(kind.value_type) or types.is_integer(kind.value_type):
            return _made(column, Column(name, Kind.CATEGORY))
        return read_typed(name, column.cast(kind.value_type))
    if types.is_boolean(kind):
        return _made(column, Column(name, Kind.BOOLEAN))
    if types.is_integer(kind):
        return _integer(name, column)
    if types.is_floating(kind) or types.is_decimal(kind):
        return _number(name, column)
    if types.is_timestamp(kind) or types.is_date(kind):
        return _moment(name, column)
    if types.is_duration(kind) or types.is_time(kind):
        return _length(name, column)
    return one_chunk(column), Column(name, Kind.NESTED, note=f"{kind}, handed through as it came")


def _is_text(kind: pa.DataType) -> bool:
    types = pa.types
    views = getattr(types, "is_string_view", lambda _: False)
    return bool(types.is_string(kind) or types.is_large_string(kind) or views(kind))


def _made(column: pa.ChunkedArray, meant: Column) -> Typed:
    return canonical_column(column, meant.arrow_type(column.type)), meant


def _integer(name: str, column: pa.ChunkedArray) -> Typed:
    try:
        whole = one_chunk(column.cast(pa.int64()))
    except pa.ArrowInvalid:
        return canonical_column(column, pa.string()), Column(
            name, Kind.ID, note="whole numbers beyond 64 bits, kept as text"
        )
    kind, note = kind_of_integers(name, whole)
    return whole, Column(name, kind, note=note)


def kind_of_integers(name: str, values: pa.Array) -> tuple[Kind, str]:
    """Return ID for whole numbers that only name a row, else INTEGER; and the note on it."""
    if not len(values) or values.null_count:
        return Kind.INTEGER, ""
    numbers = values.to_numpy(zero_copy_only=False)
    if counts_rows(name, numbers):
        return Kind.ID, "counts the rows"
    if len(pc.unique(values)) == len(values) and is_key(
        name, values, np.ones(len(values)), len(values)
    ):
        return Kind.ID, "a value of its own in every row"
    return Kind.INTEGER, ""


def _number(name: str, column: pa.ChunkedArray) -> Typed:
    digits = column.type.scale if pa.types.is_decimal(column.type) else None
    single = column.type in (pa.float32(), pa.float16())
    values = one_chunk(column.cast(pa.float64()))
    notes = []
    for what, odd in (("NaN", pc.is_nan(values)), ("infinite", pc.is_inf(values))):
        count = int(pc.sum(odd).as_py() or 0)
        if count:
            values = pc.if_else(odd, pa.scalar(None, pa.float64()), values)
            notes.append(f"{plural(count, f'{what} cell')} read as null")
    held = values.drop_null().to_numpy(zero_copy_only=False)
    if len(held) and not digits and are_whole(values):
        notes.append("whole numbers held as floats")
        return values.cast(pa.int64()), Column(name, Kind.INTEGER, note="; ".join(notes))
    if digits is None and len(held):
        digits = decimals(held.astype(np.float32) if single else held)
    return values, Column(name, Kind.NUMBER, digits=digits, note="; ".join(notes))


def _moment(name: str, column: pa.ChunkedArray) -> Typed:
    zone = getattr(column.type, "tz", None)
    note = ""
    try:
        moments = column.cast(pa.timestamp("us", zone))
    except pa.ArrowInvalid:
        moments = column.cast(pa.timestamp("us", zone), safe=False)
        note = "nanoseconds cut to microseconds"
    return one_chunk(moments), Column(name, Kind.DATETIME, zone=zone, note=note)


def _length(name: str, column: pa.ChunkedArray) -> Typed:
    note = ""
    if pa.types.is_time(column.type):
        column = column.cast(pa.time64("us")) if column.type != pa.time64("ns") else column
        micros = column.cast(pa.int64())
        if column.type == pa.time64("ns"):
            micros = pc.divide(micros, 1000)
        return one_chunk(micros.cast(pa.duration("us"))), Column(
            name, Kind.DURATION, note="time of day, as the time since midnight"
        )
    try:
        spans = column.cast(pa.duration("us"))
    except pa.ArrowInvalid:
        spans = column.cast(pa.duration("us"), safe=False)
        note = "nanoseconds cut to microseconds"
    return one_chunk(spans), Column(name, Kind.DURATION, note=note)
