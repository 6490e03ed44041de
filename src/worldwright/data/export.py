"""Rows as one file that other programs read: CSV, TSV, Parquet or JSON Lines, by the name's end.

It holds the main table alone; `Dataset.save` keeps every table, the schema and the lineage.
A file appears whole or not at all, and nothing is overwritten.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from ..errors import AskedError, nearest
from .atomic import check_free, new_file, refuse_existing
from .dataset import Dataset

_BATCH = 10_000


def export(dataset: Dataset, path: Path) -> Path:
    """Write the main table to `path`; "-" is CSV on stdout.

    Raises AskedError for an ending that we do not write, StoreError where it cannot be written.
    """
    if str(path) == "-":
        _write_csv(dataset.table, sys.stdout.buffer)
        sys.stdout.flush()
        return path
    write, is_packed = _writer(path)
    refuse_existing(path)
    with new_file(path) as temporary:
        with temporary.open("wb") as stream:
            write(dataset.table, stream)
        if is_packed:
            _pack(temporary)
    return path


def check_export(path: Path) -> None:
    """Raise what `export` would, before any rows are made for it. A name without ending is free."""
    if path.suffix and str(path) != "-":
        _writer(path)
        check_free(path)


def _writer(path: Path) -> tuple[Callable[[pa.Table, BinaryIO], None], bool]:
    is_packed = path.suffix == ".gz"
    ending = Path(path.stem).suffix if is_packed else path.suffix
    if ending not in _WRITERS or (is_packed and ending == ".parquet"):
        known = [*_WRITERS, *(f"{ending}.gz" for ending in _WRITERS if ending != ".parquet")]
        raise AskedError(
            f"rows are not written as {''.join(path.suffixes[-2:]) or 'a file without an ending'}",
            where=str(path),
            mend=nearest("".join(path.suffixes[-2:]), known),
        )
    return _WRITERS[ending], is_packed


def _pack(path: Path) -> None:
    """Gzip a file in place, with no name and no time in it: same rows, same bytes."""
    packed = path.with_name(f"{path.name}.gz")
    with (
        path.open("rb") as plain,
        packed.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as out,
    ):
        shutil.copyfileobj(plain, out)
    packed.replace(path)


def _write_csv(table: pa.Table, stream: BinaryIO, delimiter: str = ",") -> None:
    for field in table.schema:
        if pa.types.is_nested(field.type) and not pa.types.is_dictionary(field.type):
            raise AskedError(
                f"the nested column {field.name!r} does not fit into a table of text",
                where=f"an export of {table.num_columns} columns",
                mend="write .parquet or .jsonl instead",
            )
    options = csv.WriteOptions(delimiter=delimiter, quoting_style="needed")
    csv.write_csv(_as_text(table), stream, options)


def _write_tsv(table: pa.Table, stream: BinaryIO) -> None:
    _write_csv(table, stream, "\t")


def _write_parquet(table: pa.Table, stream: BinaryIO) -> None:
    parquet.write_table(table, stream, compression="zstd")


def _write_jsonl(table: pa.Table, stream: BinaryIO) -> None:
    for batch in _as_text(table).to_batches(_BATCH):
        lines = [json.dumps(row, ensure_ascii=False, default=str) for row in batch.to_pylist()]
        stream.write(("\n".join(lines) + "\n").encode() if lines else b"")


def _as_text(table: pa.Table) -> pa.Table:
    """Return the table with plain texts for categories, and ISO texts for times."""
    columns = [_plain(table[name]) for name in table.column_names]
    return pa.table(columns, names=table.column_names)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        return column.cast(column.type.value_type)
    if pa.types.is_duration(column.type):
        seconds = pc.divide(column.cast(pa.int64()).cast(pa.float64()), 1e6)
        return pc.binary_join_element_wise(seconds.cast(pa.string()), "s", " ")
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.string())
    return column


_WRITERS: dict[str, Callable[[pa.Table, BinaryIO], None]] = {
    ".csv": _write_csv,
    ".tsv": _write_tsv,
    ".parquet": _write_parquet,
    ".jsonl": _write_jsonl,
}
