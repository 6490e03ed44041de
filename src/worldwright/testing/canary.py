"""Canaries: values planted in real rows, each in one row alone, that must be seen nowhere else.

A value that one real row holds may not stand in a report, a card, a saved World or a made row.
Plant some, run the whole loop, and look: in text as it is written, in files as bytes of numbers.
Categories, texts and ids get words that nobody else has; numbers and times get an extreme, and
numbers with a fraction also a value inside the range with digits that chance does not draw.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ..data.dataset import Dataset
from ..data.schema import Column, Kind

WORD = "xanary"  # no word of any language, so that a find is a find
_EXTREME, _EXTREME_WHOLE = 91_376_542_131.8125, 913_765_421_317
_INSIDE = 0.6180339887498949
_MOMENT = dt.datetime(2203, 4, 5, 6, 7, 8, 910_111)
_LENGTH = dt.timedelta(days=3_971, seconds=7_919)


@dataclass(frozen=True, slots=True)
class Planted:
    """Real rows with canaries in them, and the canaries by column."""

    rows: Dataset
    canaries: dict[str, tuple[Any, ...]]

    def in_text(self, text: str) -> list[str]:
        """Names of the columns whose canary is written in `text`."""
        return [
            name
            for name, values in self.canaries.items()
            if any(form in text for value in values for form in _written(value))
        ]

    def in_bytes(self, content: bytes) -> list[str]:
        """Names of the columns whose canary lies in `content`, as text or as a stored number."""
        return [
            name
            for name, values in self.canaries.items()
            if any(form in content for value in values for form in _stored(value))
        ]

    def in_rows(self, table: pa.Table) -> list[str]:
        """Names of the columns of `table` that hold a canary of any column."""
        flat = [value for values in self.canaries.values() for value in values]
        found = []
        for name in table.column_names:
            held = table[name]
            if pa.types.is_dictionary(held.type):
                held = pa.chunked_array([chunk.dictionary for chunk in held.chunks] or [[]])
            # Python's equality is exact: no canary is equal to a number that is only near it.
            if any(value in flat for value in held.to_pylist() if value is not None):
                found.append(name)
        return found

    def in_folder(self, folder: Path) -> dict[str, list[str]]:
        """Return, for each file under `folder` that holds canaries, the columns they come from."""
        found = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and (hits := self._in_file(path)):
                found[str(path.relative_to(folder))] = hits
        return found

    def _in_file(self, path: Path) -> list[str]:
        hits = self.in_bytes(path.read_bytes())
        if path.suffix == ".parquet":
            import pyarrow.parquet

            hits += self.in_rows(pyarrow.parquet.read_table(path))
        elif path.suffix in (".arrow", ".feather"):
            hits += self.in_rows(pa.ipc.open_file(path).read_all())
        elif path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                hits += [hit for name in arrays for hit in self.in_bytes(arrays[name].tobytes())]
        return sorted(set(hits))


def plant(dataset: Dataset, *, first_row: int = 0) -> Planted:
    """Return the rows with canaries in every column of a kind that can hold one.

    The canaries of one column stand in rows of their own, from `first_row` on.
    """
    table, canaries, row = dataset.table, {}, first_row
    for at, column in enumerate(dataset.schema.main.columns):
        values = tuple(_canaries(column, table[column.name], at))
        if not values or row + len(values) > table.num_rows:
            continue
        held = table[column.name].to_pylist()
        held[row : row + len(values)] = values
        row += len(values)
        planted = pa.array(held, pa.string() if column.kind is Kind.CATEGORY else None)
        table = table.set_column(at, column.name, planted.cast(table[column.name].type))
        canaries[column.name] = values
    tables = {**dataset.tables, dataset.schema.main_name: table}
    return Planted(replace(dataset, tables=tables), canaries)


def _canaries(column: Column, held: pa.ChunkedArray, at: int) -> Iterator[Any]:
    match column.kind:
        case Kind.CATEGORY | Kind.TEXT:
            yield f"{WORD}-{column.kind}-{at}"
        case Kind.ID:
            yield _EXTREME_WHOLE + at if pa.types.is_integer(held.type) else f"{WORD}-id-{at}"
        case Kind.INTEGER:
            yield _EXTREME_WHOLE + at
        case Kind.NUMBER:
            yield _EXTREME + at
            yield from _inside(held)
        case Kind.DATETIME:
            zone = dt.UTC if column.zone else None
            yield (_MOMENT + dt.timedelta(days=at)).replace(tzinfo=zone)
        case Kind.DURATION:
            yield _LENGTH + dt.timedelta(seconds=at)


def _inside(held: pa.ChunkedArray) -> Iterator[float]:
    """Yield a number between the quartiles with a mantissa full of digits, where there is room."""
    numbers = held.drop_null().to_numpy()
    low, high = np.quantile(numbers, [0.25, 0.75]) if len(numbers) else (0.0, 0.0)
    if high > low and (numbers != np.round(numbers)).any():
        yield float(low + (high - low) * _INSIDE)


def _written(value: Any) -> list[str]:
    """Return the ways in which a value may be written."""
    if isinstance(value, int):
        return [str(value), f"{value:,}"]
    if isinstance(value, float):
        return [repr(value), f"{value:,}", f"{value:.2f}", f"{value:.10g}"]
    if isinstance(value, dt.datetime):
        return [value.isoformat(), str(value), str(value.date())]
    if isinstance(value, dt.timedelta):
        return [str(value), str(int(value.total_seconds()))]
    return [str(value)]


def _stored(value: Any) -> list[bytes]:
    """Return the bytes that a value may be stored as: text, and numbers of either width."""
    forms = [form.encode() for form in _written(value)]
    if isinstance(value, dt.datetime):
        epoch = dt.datetime(1970, 1, 1, tzinfo=value.tzinfo)
        value = (value - epoch) // dt.timedelta(microseconds=1)
    if isinstance(value, dt.timedelta):
        value = value // dt.timedelta(microseconds=1)
    if isinstance(value, int):
        forms += [np.int64(value).tobytes(), np.float64(value).tobytes()]
    if isinstance(value, float):
        forms += [np.float64(value).tobytes()]
    return forms
