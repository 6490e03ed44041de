"""JSON Lines: one object a line; its keys are the columns, in the order in which they first stand.

Strings that look like dates stay strings here, and are told apart later with those of every other
format. A key whose values are now a number, now a word, gives a column of cells as they are
written; a key whose lists or objects fit no one type gives their JSON text.
"""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ... import plugins
from ...errors import ReadError
from ..source import Source
from . import reads, written


@plugins.readers("json lines")
@reads("jsonl", "ndjson")
def read_json_lines(source: Source) -> pa.Table:
    """Return the objects of a JSON Lines file as a table."""
    text = source.text()
    try:
        return _fast(text)
    except pa.ArrowInvalid:
        return _by_line(source, text)


def _fast(text: bytes) -> pa.Table:
    """Read with Arrow, which knows one type a key; raises pa.ArrowInvalid for anything else."""
    import pyarrow.json as arrow_json

    block = arrow_json.ReadOptions(block_size=min(max(len(text), 1), 1 << 27))
    table = arrow_json.read_json(pa.BufferReader(text), read_options=block)
    if not table.num_columns:
        raise pa.ArrowInvalid("no keys")
    fields = [
        pa.field(field.name, pa.string()) if pa.types.is_timestamp(field.type) else field
        for field in table.schema
    ]
    if any(_is_beyond(column) for column in table.columns):
        raise pa.ArrowInvalid("whole numbers that a float64 does not hold")
    if pa.schema(fields) == table.schema:
        return table
    parse = arrow_json.ParseOptions(explicit_schema=pa.schema(fields))
    return arrow_json.read_json(pa.BufferReader(text), read_options=block, parse_options=parse)


def _is_beyond(column: pa.ChunkedArray) -> bool:
    """True where whole numbers beyond 64 bits may have been read as floats."""
    if not pa.types.is_floating(column.type) or column.null_count == len(column):
        return False
    ends = pc.min_max(column).as_py()
    return max(-ends["min"], ends["max"]) >= 2**63


def _by_line(source: Source, text: bytes) -> pa.Table:
    rows: list[dict[str, Any]] = []
    columns: dict[str, None] = {}
    for number, line in enumerate(text.split(b"\n"), start=1):
        if line.strip():
            row = _object(source, line, number)
            columns.update(dict.fromkeys(row))
            rows.append(row)
    fields, arrays = [], []
    for name in columns:
        field, array = _column(name, [row.get(name) for row in rows])
        fields.append(field)
        arrays.append(array)
    return pa.table(arrays, schema=pa.schema(fields))


def _object(source: Source, line: bytes, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as fault:
        column = getattr(fault, "colno", 1)
        raise ReadError(
            "this line is not JSON",
            where=f"{source.path} line {number:,}, column {column:,}",
            mend='write one whole object a line: {"key": value}',
        ) from fault
    if not isinstance(row, dict):
        raise ReadError(
            f"this line holds a {type(row).__name__} where an object is needed",
            where=f"{source.path} line {number:,}",
            mend='write one object a line: {"key": value}',
        )
    return row


def _column(name: str, cells: list[Any]) -> tuple[pa.Field, pa.Array]:
    kinds = {type(cell) for cell in cells if cell is not None}
    plain = kinds <= {int, float, str, bool}
    if plain and len(kinds) > 1 and kinds != {int, float}:
        return written(name), _as_written(cells)
    try:
        array = pa.array(cells)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        if plain:
            return written(name), _as_written(cells)
        array = pa.array([None if cell is None else json.dumps(cell) for cell in cells])
    return pa.field(name, array.type), array


def _as_written(cells: list[Any]) -> pa.Array:
    return pa.array(
        [cell if cell is None or isinstance(cell, str) else json.dumps(cell) for cell in cells],
        pa.string(),
    )
